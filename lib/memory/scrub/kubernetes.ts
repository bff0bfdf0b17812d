/**
 * What Kubernetes shows in clear or in base64: the data of Secrets, and environment variables as pairs of name and value.
 *
 * @module
 */
import { BLANK, isIn, NAME, skip, SPACE } from "./chars.ts";
import type { Label, NameKind } from "./names.ts";
import type { Found } from "./tokens.ts";
import { isPlaceholder, quoteAt, quotedValue, restOfLine, type Value } from "./values.ts";

/** Beyond white space and line breaks that are escaped because the JSON stands in a string. */
function skipBreaks(text: string, at: number): number {
  for (;;) {
    at = skip(SPACE, text, at);
    if (text[at] !== "\\" || !"nrt".includes(text[at + 1] ?? "?")) return at;
    at += 2;
  }
}

/** A quoted text at `at`, or `undefined`. `after` is the position behind the closing quote. */
function stringAt(text: string, at: number, quote: string): (Value & { readonly after: number }) | undefined {
  if (quoteAt(text, at) !== quote) return undefined;
  const value = quotedValue(text, at + quote.length, quote, false);
  return text.startsWith(quote, value.end) ? { ...value, after: value.end + quote.length } : undefined;
}

/** Behind `"key":` with this name, or `undefined`. */
function memberAt(text: string, at: number, quote: string, names: readonly string[]): number | undefined {
  const key = stringAt(text, skipBreaks(text, at), quote);
  if (key === undefined || !names.includes(text.slice(key.start, key.end))) return undefined;
  const colon = skipBreaks(text, key.after);
  return text[colon] === ":" ? skipBreaks(text, colon + 1) : undefined;
}

/** The values of a flat JSON object that opens at `at`, and the position behind it; `undefined` for any other. */
function flatObject(text: string, at: number, quote: string) {
  const values: Value[] = [];
  for (let here = skipBreaks(text, at + 1);;) {
    if (text[here] === "}") return { values, after: here + 1 };
    const key = stringAt(text, here, quote);
    if (key === undefined) return undefined;
    const colon = skipBreaks(text, key.after);
    if (text[colon] !== ":") return undefined;
    const value = stringAt(text, skipBreaks(text, colon + 1), quote);
    if (value === undefined) return undefined;
    values.push(value);
    here = skipBreaks(text, value.after);
    if (text[here] === ",") here = skipBreaks(text, here + 1);
  }
}

/**
 * The values of a Secret's `data` or `stringData`, whose object opens at `at`. `kind` is the last one that was named
 * before; one that follows the object (as kubectl sorts members) decides.
 */
export function secretData(text: string, at: number, quote: string, kind: string): readonly Found[] {
  const object = flatObject(text, at, quote);
  if (object === undefined) return [];
  let after = skipBreaks(text, object.after);
  if (text[after] === ",") {
    after++;
    const immutable = memberAt(text, after, quote, ["immutable"]);
    if (immutable !== undefined) after = skip(NAME, text, immutable) + 1;
    const value = memberAt(text, after, quote, ["kind"]);
    const named = value === undefined ? undefined : stringAt(text, value, quote);
    if (named !== undefined) kind = text.slice(named.start, named.end);
  }
  return kind === "Secret"
    ? object.values.filter((value) => masks(text, value)).map(asFound("secret-data"))
    : [];
}

/** The same in YAML, and where the block ends; `lineStart` is where the line of `data:` begins, `at` stands behind its colon. */
export function secretDataYaml(
  text: string,
  lineStart: number,
  at: number,
  kind: string,
): { readonly found: readonly Found[]; readonly end: number } {
  const depth = indentOf(text, lineStart);
  const values: Value[] = [];
  let line = nextLine(text, at);
  for (; line < text.length; line = nextLine(text, line)) {
    const start = skip(BLANK, text, line);
    if (start - line <= depth) break;
    // Behind `key: `, or a line of a block scalar.
    const colon = skip(NAME, text, start);
    const end = restOfLine(text, start, text.length).end;
    const from = text[colon] === ":" && colon < end ? skip(BLANK, text, colon + 1) : start;
    if (from < end && !/^[|>][+-]?\d?$/.test(text.slice(from, Math.min(end, from + 4)))) {
      const quote = quoteAt(text, from);
      values.push(
        quote === "" ? { start: from, end, quote } : quotedValue(text, from + quote.length, quote, false),
      );
    }
  }
  for (let sibling = line, n = 0; sibling < text.length && n < 2; sibling = nextLine(text, sibling), n++) {
    const start = skip(BLANK, text, sibling);
    if (start - sibling !== depth) break;
    if (text.startsWith("kind:", start)) {
      const named = restOfLine(text, skip(BLANK, text, start + 5), 64);
      kind = text.slice(named.start, named.end);
    } else if (!text.startsWith("immutable:", start)) break;
  }
  const secret = kind === "Secret";
  return {
    found: secret ? values.filter((value) => masks(text, value)).map(asFound("secret-data")) : [],
    end: line,
  };
}

const indentOf = (text: string, lineStart: number): number => {
  const start = skip(BLANK, text, lineStart);
  // The first member of a list's item stands as deep as those below it.
  return text.startsWith("- ", start) ? skip(BLANK, text, start + 1) - lineStart : start - lineStart;
};

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/**
 * `"name": "DB_PASSWORD", "value": "…"`: the value, when the name (its text and what stands behind it are given) promises
 * a secret.
 */
export function namedPair(
  text: string,
  name: Value,
  nameKind: (name: string) => NameKind | undefined,
): Found | undefined {
  if (name.end - name.start > 64) return undefined;
  const kind = nameKind(text.slice(name.start, name.end));
  if (kind === undefined || (kind.rule !== "sure" && kind.rule !== "pass")) return undefined;
  if (name.quote !== "") {
    let after = skipBreaks(text, name.end + name.quote.length);
    if (text[after] === ",") {
      after = memberAt(text, after + 1, name.quote, ["value", "Value"]) ?? -1;
      const value = after < 0 ? undefined : stringAt(text, after, name.quote);
      return value !== undefined && masks(text, value) ? asFound(kind.label)(value) : undefined;
    }
  }
  const lineEnd = skip(BLANK, text, name.end + name.quote.length);
  if (text[lineEnd] !== "\n" && text[lineEnd] !== "\r") return undefined;
  const line = nextLine(text, lineEnd);
  const key = skip(BLANK, text, line);
  if (!text.startsWith("value:", key)) return undefined;
  const from = skip(BLANK, text, key + 6);
  const quote = quoteAt(text, from);
  const value = quote === ""
    ? restOfLine(text, from, text.length)
    : quotedValue(text, from + quote.length, quote, false);
  return masks(text, value) && !isIn(SPACE, text, from) ? asFound(kind.label)(value) : undefined;
}

const masks = (text: string, value: Value): boolean => value.end > value.start && !isPlaceholder(text, value);

const asFound = (label: Label) => ({ start, end }: Value): Found => ({ start, end, label });
