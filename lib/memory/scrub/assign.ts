/**
 * `name=value`, `name: value`, `"name": "value"`, `--name value`, `<name>value</name>`.
 *
 * @module
 */
import { BASE64_BODY, BLANK, isIn, NAME, PADDING, skip, skipBack, SPACE, TOKEN } from "./chars.ts";
import { namedPair, secretData, secretDataYaml } from "./kubernetes.ts";
import type { NameKind } from "./names.ts";
import type { Found } from "./tokens.ts";
import {
  bareValue,
  isPlaceholder,
  isProse,
  looksSecret,
  MAX_PLACEHOLDER,
  quoteAt,
  quoteBefore,
  quotedValue,
  restOfLine,
  type Value,
} from "./values.ts";

/** A text and what was learnt of it so far. */
export interface Context {
  readonly text: string;
  readonly nameKind: (name: string) => NameKind | undefined;
  /** The last `kind:` of a Kubernetes object. */
  kind: string;
  /** A block that was no Secret's ends here; what stands in it is not read again as one. */
  noSecretUntil: number;
  /** Start of the current line. */
  lineStart: number;
  /** The current line begins as JSON does. */
  inJson: boolean;
}

/** A stretch to mask; `wrap` goes before and after the mask (quotes around what was a number in JSON). */
export interface Mask extends Found {
  readonly wrap?: string;
}

/** Longer names are no names; bounds the way back from every separator. */
const MAX_NAME = 64;
const MAX_BLANKS = 8;

/** The secret after the `=` or `:` at `at`, if one is. */
export function assigned(context: Context, at: number): readonly Mask[] {
  const { text, nameKind } = context;
  const colon = text[at] === ":";
  let after = at + 1;
  if (!colon && (text[after] === "=" || "=!<>~".includes(text[at - 1] ?? " "))) return [];
  if ((colon && (text[after] === "=" || text[after] === ":")) || (!colon && text[after] === ">")) after++;

  let nameEnd = skipBack(BLANK, text, at, at - MAX_BLANKS);
  const spaced = nameEnd < at || isIn(BLANK, text, after);
  if (text[nameEnd - 1] === "]" && quoteBefore(text, nameEnd - 1) !== "") nameEnd--;
  const nameQuote = quoteBefore(text, nameEnd);
  nameEnd -= nameQuote.length;
  const nameStart = skipBack(NAME, text, nameEnd, nameEnd - MAX_NAME);
  if (nameStart === nameEnd) return [];
  const name = text.slice(nameStart, nameEnd);
  const kind = nameKind(name);
  if (kind === undefined && !colon) return [];

  const from = skip(nameQuote.endsWith('"') ? SPACE : BLANK, text, after);
  if (kind === undefined) return structured(context, name, nameStart, nameQuote, from);
  // A number or literal in JSON; only a plain secret's number is masked, with quotes around it.
  if (kind.rule !== "sure" && kind.rule !== "pass" && nameQuote !== "" && quoteAt(text, from) === "") {
    return [];
  }
  // Each of these looks no further than it must: a value that is read to its end and then left would be read again.
  switch (kind.rule) {
    case "authorization":
      return authorization(text, from);
    case "cookie":
      return colon ? cookie(text, from) : [];
    case "query":
      if (colon || !/[?&;]/.test(text[nameStart - 1] ?? "")) return [];
      break;
    case "pass":
      if (colon && nameQuote === "" && (name !== "pass" || !isFirst(context, nameStart))) return [];
      break;
    case "pwd":
      if (/^["']?(?:[/~.]|[A-Za-z]:\\)/.test(text.slice(from, from + 4))) return [];
      break;
    case "auth": {
      const start = from + quoteAt(text, from).length;
      const end = skip(PADDING, text, skip(BASE64_BODY, text, start, start + MAX_BASIC), start + MAX_BASIC);
      return isBasic(text, { start, end }) ? [{ start, end, label: kind.label }] : [];
    }
  }
  if (colon && /^[|>][+-]?\d?[ \t]*[\r\n]/.test(text.slice(from, from + 8))) {
    return block(context, from, kind.label);
  }
  const value = readValue(context, nameStart, nameQuote, colon, from);
  if (value === undefined || value.end <= value.start) return [];
  if (kind.rule === "query" && value.end - value.start < 16) return [];
  return decide(context, kind, { colon, spaced, nameStart, nameQuote, value });
}

/** A longer `user:password` is none. */
const MAX_BASIC = 512;

interface Site {
  readonly colon: boolean;
  /** Blanks stand around the separator. */
  readonly spaced: boolean;
  readonly nameStart: number;
  readonly nameQuote: string;
  readonly value: Value;
}

function decide(context: Context, { label }: NameKind, site: Site): readonly Mask[] {
  const { text } = context;
  const { value, colon, nameStart, nameQuote } = site;
  const { start } = value;
  let { end } = value;
  // Of JSON, however long: what stands in it is looked at by itself.
  if (value.quote === "" && nameQuote !== "" && /[{[]/.test(text[start] ?? "")) return [];
  if (end - start <= MAX_PLACEHOLDER) {
    if (isPlaceholder(text, value)) return [];
    const word = text.slice(start, end);
    if (value.quote === "") {
      if (/^[{[(]/.test(word)) return [];
      if (nameQuote !== "" && /^-?\d[\d.eE+-]*$/.test(word)) return [{ start, end, label, wrap: nameQuote }];
      // Code: a call, an index, or a new object.
      if (site.spaced && /^(?:await |new )?[A-Za-z_][\w.]*[([]/.test(word)) return [];
      if (colon && nameQuote === "") {
        const wanted = inSentence(text, nameStart) ? looksSecret(word) : !isProse(word);
        if (!wanted) return [];
        if (isFirst(context, nameStart)) {
          const line = restOfLine(text, start, 2 * MAX_PLACEHOLDER);
          const words = text.slice(line.start, line.end).split(/[ \t]+/);
          if (words.length > 1) {
            if (!words.some(looksSecret)) return [];
            end = restOfLine(text, start, text.length).end;
          }
        }
      }
    } else if (isProse(word)) return [];
    if (label !== "password" && (/^\d{1,5}$/.test(word) || /^[\0-\x7f]{0,3}$/.test(word))) return [];
    if (/^(?:\/[a-z][a-z0-9._-]*){2,}$/.test(word)) return [];
  }
  return [{ start, end, label }];
}

/** The value at `from`; `undefined` when the quote there closes something instead of opening a value. */
function readValue(context: Context, nameStart: number, nameQuote: string, colon: boolean, from: number) {
  const { text, inJson } = context;
  const opening = nameQuote === "" ? quoteBefore(text, nameStart) : "";
  let quote = quoteAt(text, from);
  if (quote === "" && /[bBuUrRfF]/.test(text[from] ?? "")) {
    quote = quoteAt(text, from + 1);
    if (quote !== "") from++;
  }
  if (quote !== "") {
    // `"a":"password=","b":"c"`: that quote ends a string.
    if (nameQuote === "" && closes(text, from + quote.length)) return undefined;
    // `"password\"=","b"`: less escaped than the name's quote, it ends the string in which that one stands.
    if (quote.length < nameQuote.length) return undefined;
    return quotedValue(text, from + quote.length, quote, inJson);
  }
  // `"NAME=value with blanks"`, as docker and ps show it.
  if (!colon && opening !== "") return quotedValue(text, from, opening, inJson);
  return bareValue(text, from);
}

/** Whether what stands at `at` follows a closing quote. */
function closes(text: string, at: number): boolean {
  const next = skip(BLANK, text, at);
  return next >= text.length || /[\r\n,}\]:;)\\]/.test(text[next] ?? "");
}

/** Whether nothing but blanks, a list's dash or `export` stands before the name on its line. */
function isFirst(context: Context, nameStart: number): boolean {
  if (nameStart - context.lineStart > 3 * MAX_NAME) return false;
  return /^[ \t]*(?:- +)?(?:export +|set +|ENV +)?$/.test(context.text.slice(context.lineStart, nameStart));
}

/** Whether a word stands before the name, as in a sentence. */
const inSentence = (text: string, nameStart: number): boolean =>
  text[nameStart - 1] === " " && /[A-Za-z0-9,.;)"']/.test(text[nameStart - 2] ?? "");

/** A YAML block scalar: the lines below that stand deeper than this one. */
function block(context: Context, at: number, label: Found["label"]): readonly Mask[] {
  const { text, lineStart } = context;
  const depth = skip(BLANK, text, lineStart) - lineStart;
  let start = -1;
  let end = at;
  if (/^[|>][^\n]*\r?\n[ \t]*-----BEGIN/.test(text.slice(at, at + MAX_PLACEHOLDER))) return [];
  for (let line = text.indexOf("\n", at) + 1; line > 0 && line < text.length;) {
    const first = skip(BLANK, text, line);
    const next = text.indexOf("\n", first);
    const stop = next < 0 ? text.length : next;
    if (first < stop && text[first] !== "\r") {
      if (first - line <= depth) break;
      if (start < 0) start = first;
      end = text[stop - 1] === "\r" ? stop - 1 : stop;
    }
    line = stop + 1;
  }
  if (start < 0 || text.startsWith("-----BEGIN", start) || isPlaceholder(text, { start, end, quote: "" })) {
    return [];
  }
  return [{ start, end, label }];
}

/** Names that say something of the structure: a Secret's data, an object's kind, one half of a pair. */
function structured(
  context: Context,
  name: string,
  nameStart: number,
  quote: string,
  from: number,
): readonly Mask[] {
  const { text, nameKind } = context;
  switch (name) {
    case "kind": {
      const opening = quoteAt(text, from);
      const value = opening === ""
        ? restOfLine(text, from, MAX_NAME)
        : quotedValue(text, from + opening.length, opening, false);
      if (value.end - value.start <= MAX_NAME) context.kind = text.slice(value.start, value.end);
      return [];
    }
    case "data":
    case "stringData":
      if (text[from] === "{" && quote !== "") return secretData(text, from, quote, context.kind);
      if (quote !== "" || !isFirst(context, nameStart) || !(text[from] === "\n" || text[from] === "\r")) {
        return [];
      }
      if (from < context.noSecretUntil) return [];
      return yamlData(context, from);
    case "name":
    case "Name":
    case "key":
    case "Key": {
      const opening = quoteAt(text, from);
      if ((opening === "") !== (quote === "") && quote !== "") return [];
      const end = skip(NAME, text, from + opening.length, from + opening.length + MAX_NAME + 1);
      const found = namedPair(text, { start: from + opening.length, end, quote: opening }, nameKind);
      return found === undefined ? [] : [found];
    }
    default:
      return [];
  }
}

function yamlData(context: Context, from: number): readonly Mask[] {
  const { found, end } = secretDataYaml(context.text, context.lineStart, from, context.kind);
  if (found.length === 0) context.noSecretUntil = end;
  return found;
}

const SCHEME =
  /(bearer|basic|token|digest|negotiate|ntlm|apikey|api-key|aws4-hmac-sha256|splunk|key|hmac)(?: +|%20|\+)/iy;

/** `Authorization: SCHEME credentials`, from behind the colon: the scheme stays. */
function authorization(text: string, from: number): readonly Mask[] {
  const quote = quoteAt(text, from);
  SCHEME.lastIndex = from + quote.length;
  const scheme = SCHEME.exec(text);
  const start = scheme === null ? from + quote.length : SCHEME.lastIndex;
  const name = scheme?.[1]?.toLowerCase();
  if (name === undefined || name === "bearer" || name === "basic" || name === "token") {
    const head = skip(TOKEN, text, start, start + 2 * MAX_PLACEHOLDER);
    if (head - start < (name === undefined ? 16 : 4)) return [];
    if (name === undefined && !looksSecret(text.slice(start, head))) return [];
    const label = name === undefined ? "credential" : name === "basic" ? "password" : "token";
    return [{ start, end: skip(TOKEN, text, head), label }];
  }
  // Several parameters, with quotes of their own: to the end of the header.
  const { end } = quote === "" ? header(text, start) : quotedValue(text, start, quote, true);
  return end - start < 4 || isPlaceholder(text, { start, end, quote })
    ? []
    : [{ start, end, label: "credential" }];
}

function cookie(text: string, from: number): readonly Mask[] {
  const quote = quoteAt(text, from);
  const start = from + quote.length;
  const name = skip(NAME, text, start, start + MAX_NAME);
  if (name === start || text[name] !== "=") return [];
  const { end } = quote === "" ? header(text, start) : quotedValue(text, start, quote, true);
  return [{ start, end, label: "cookie" }];
}

/** A header's value: to the end of the line, or to the quote that ends the string around it. */
function header(text: string, start: number): Value {
  let end = start;
  while (end < text.length && !/[\r\n\\]/.test(text[end] ?? "")) {
    const quote = quoteAt(text, end);
    if (quote !== "" && text[end - 1] !== "=" && !/[=A-Za-z0-9]/.test(text[end - 1] ?? "")) break;
    if (quote !== "" && closes(text, end + 1) && text[end + 1] !== ",") break;
    end++;
  }
  return { start, end, quote: "" };
}

/** Whether a value is base64 of `user:password`. */
export function isBasic(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (end - start < 8 || end - start >= MAX_BASIC || !/^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(start, end))) {
    return false;
  }
  try {
    return /^[^\s:]*:/.test(atob(text.slice(start, end)));
  } catch {
    return false;
  }
}

/** `--password value`, or `"--password", "value"`; `at` is the first dash. */
export function flagged(context: Context, at: number): readonly Mask[] {
  const { text, nameKind, inJson } = context;
  const end = skip(NAME, text, at + 2, at + 2 + MAX_NAME);
  const kind = nameKind(text.slice(at + 2, end));
  if (kind === undefined || (kind.rule !== "sure" && kind.rule !== "pass")) return [];
  const quote = quoteAt(text, end);
  let value: Value;
  if (quote !== "") {
    const comma = skip(SPACE, text, end + quote.length);
    const next = skip(SPACE, text, comma + 1);
    if (text[comma] !== "," || quoteAt(text, next) !== quote) return [];
    value = quotedValue(text, next + quote.length, quote, inJson);
    // `{"a":"--password","b":1}`: the next member's name.
    if (text[skip(SPACE, text, value.end + quote.length)] === ":") return [];
  } else {
    const from = skip(BLANK, text, end);
    if (from === end) return [];
    const opening = quoteAt(text, from);
    if (opening !== "" && closes(text, from + opening.length)) return [];
    value = opening === ""
      ? bareValue(text, from)
      : quotedValue(text, from + opening.length, opening, inJson);
  }
  if (value.end <= value.start || text[value.start] === "-") return [];
  if (value.end - value.start <= MAX_PLACEHOLDER) {
    const word = text.slice(value.start, value.end);
    if (isPlaceholder(text, value) || isProse(word) || /^(?:\/[a-z][a-z0-9._-]*){2,}$|^[|;&<>)]/.test(word)) {
      return [];
    }
  }
  return [{ start: value.start, end: value.end, label: kind.label }];
}

/** `<password>value</password>`; `at` is the `>`. */
export function tagged(context: Context, at: number): readonly Mask[] {
  const { text, nameKind } = context;
  const start = skipBack(NAME, text, at, at - MAX_NAME);
  if (start === at || text[start - 1] !== "<") return [];
  const kind = nameKind(text.slice(start, at));
  if (kind === undefined || (kind.rule !== "sure" && kind.rule !== "pass")) return [];
  let end = at + 1;
  while (end < text.length && !/[<\n"\\]/.test(text[end] ?? "")) end++;
  const value = { start: at + 1, end, quote: "" };
  return end === at + 1 || isPlaceholder(text, value) ? [] : [{ start: at + 1, end, label: kind.label }];
}
