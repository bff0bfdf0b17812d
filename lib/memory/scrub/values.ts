/**
 * Where the value after `name=` or `name:` begins and ends, in JSON, YAML, shell, query strings and prose.
 *
 * @module
 */
import { BLANK, isIn, NAME, skip, SPACE } from "./chars.ts";

/** A value: `[start, end)` without its quotes. `quote` is a quote with the backslashes before it, or empty. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** JSON inside JSON inside JSON; more backslashes than this stand before no quote. */
const MAX_BACKSLASHES = 7;

/** The quote that stands at `at`, with the backslashes that escape it; empty when none does. */
export function quoteAt(text: string, at: number): string {
  let mark = at;
  while (text[mark] === "\\" && mark - at < MAX_BACKSLASHES) mark++;
  const one = text[mark];
  return one === '"' || one === "'" || (one === "`" && mark === at) ? text.slice(at, mark + 1) : "";
}

/** The quote that ends before `at`, with its backslashes; empty when none does. */
export function quoteBefore(text: string, at: number): string {
  const one = text[at - 1];
  if (one !== '"' && one !== "'" && one !== "`") return "";
  let start = at - 1;
  while (text[start - 1] === "\\" && at - start < MAX_BACKSLASHES) start--;
  return text.slice(start, at);
}

/**
 * The value in quotes that opened before `start`; to the end of the line when they never close on it. At a depth of k
 * backslashes a quote closes after m of them where m mod 2(k + 1) is k: the others belong to the value. A string of an
 * outer level ends it too. Where the line is JSON, no value in single quotes reaches over a double quote.
 */
export function quotedValue(text: string, start: number, quote: string, inJson: boolean): Value {
  const mark = quote.charCodeAt(quote.length - 1);
  const depth = quote.length - 1;
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 10 || code === 13) break;
    if (code === 92) {
      let after = end + 1;
      while (text.charCodeAt(after) === 92) after++;
      const run = after - end;
      const next = text.charCodeAt(after);
      if (next === mark) {
        if (run < depth) break;
        if (run % (2 * (depth + 1)) === depth) {
          end = after - depth;
          break;
        }
        end = after;
      } else {end = next === 10 || next !== next
          ? after - 1
          : next === 34 && run % 2 === 0
          ? after - 1
          : after;}
    } else if (code === mark || (code === 34 && inJson)) break;
  }
  return { start, end: Math.min(end, text.length), quote };
}

/** How far a delimiter looks ahead for the next `name=`. */
const LOOKAHEAD = 48;

/** A value without quotes that starts at `start`: up to white space, a quote, or a delimiter that begins something else. */
export function bareValue(text: string, start: number): Value {
  let end = start;
  let depth = 0;
  scan: for (; end < text.length; end++) {
    switch (text.charCodeAt(end)) {
      case 9:
      case 10:
      case 11:
      case 12:
      case 13:
      case 32:
      case 34: // "
      case 39: // '
      case 60: // <
      case 96: // `
        break scan;
      case 92: { // An escaped newline or quote ends it; any other pair belongs to it.
        const next = text[end + 1];
        if (next === undefined || "nrt\"'u".includes(next)) break scan;
        end++;
        break;
      }
      case 38: // &
      case 44: // ,
      case 59: // ;
        if (beginsNext(text, end + 1)) break scan;
        break;
      case 40: // (
      case 91: // [
      case 123: // {
        depth++;
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        if (depth > 0) depth--;
        else if (endsClause(text, end + 1)) break scan;
        break;
      case 62: // >
      case 124: // |
        if (endsClause(text, end + 1)) break scan;
        break;
    }
  }
  return { start, end: Math.min(end, text.length), quote: "" };
}

/** Whether what stands at `at` can follow a closing bracket. */
const endsClause = (text: string, at: number): boolean =>
  at >= text.length || isIn(SPACE, text, at) || ",;)]}>\"'`\\.".includes(text[at] ?? "");

/** Whether white space, a quote, the end, or another `name=` stands at `at`. */
function beginsNext(text: string, at: number): boolean {
  if (at >= text.length || isIn(SPACE, text, at) || quoteAt(text, at) !== "") return true;
  const end = skip(NAME, text, at, at + LOOKAHEAD);
  return end > at && (text[end] === "=" || text[end] === ":");
}

/** The rest of the line from `start`, without trailing blanks and a YAML comment; `max` characters at most. */
export function restOfLine(text: string, start: number, max: number): Value {
  let end = start;
  const limit = Math.min(text.length, start + max);
  while (end < limit && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) {
    if (text[end] === "#" && isIn(BLANK, text, end - 1)) break;
    end++;
  }
  while (end > start && isIn(BLANK, text, end - 1)) end--;
  return { start, end, quote: "" };
}

/** Longer values are secrets whatever they look like; also bounds the work on one that is left alone. */
export const MAX_PLACEHOLDER = 128;

/**
 * What stands where a secret could and isn't one: nothing, a truth value, a reference (`$NAME`, `${NAME}`, `{{ x }}`,
 * `$(command)`, `<name>`, `(sensitive value)`), stars, or a mask of ours.
 */
const PLACEHOLDER =
  /^(?:|null|nil|none|undefined|true|false|yes|no|on|off|\$[A-Za-z_]\w*|\$\{[^}]*\}|\$\([^)]*\)|\$\(\w*|\{\{.*\}?\}?|%[a-z]|%\([\w]+\)s|<[\w -]*>?|\(sensitive.*|\(known.*|[*.x]+|(?:•|\xe2\x80\xa2)+|\[?redacted\]?|\[masked:[a-z-]+\]?)$/i;

/** Whether a value is no secret, wherever it stands. */
export function isPlaceholder(text: string, { start, end }: Value): boolean {
  return end - start <= MAX_PLACEHOLDER && PLACEHOLDER.test(text.slice(start, end));
}

/** What a sentence says of passwords and tokens: `token: expired`. */
const PROSE = new Set(
  ("required optional missing expired invalid valid set unset changed incorrect wrong empty unknown string str text number int integer bool boolean " +
    "object array hidden not must is was are has have the a an for to in on at of from with by and or use uses used using see ok failed failure success " +
    "error enabled disabled rotated revoked refreshed please enter new old your my this that it no yes any default never always only")
    .split(" "),
);

/** Whether a word could be a word of a sentence. */
export function isProse(word: string): boolean {
  return PROSE.has(word.toLowerCase().replace(/[.,;:!?)]+$/, ""));
}

/** Whether a word looks like nothing that people write in sentences: letters mixed with digits or symbols. */
export function looksSecret(word: string): boolean {
  const bare = word.replace(/[.,;:!?)]+$/, "");
  // ASCII counts: beyond it the same text has more bytes than characters, and both must be judged alike.
  return bare.replace(/[^\0-\x7f]/g, "").length >= 6 && /[A-Za-z]/.test(bare) &&
    /[0-9!@#$%^&*+=~]/.test(bare) &&
    !/^[\w.-]+\/[\w./-]*$|^\d{1,4}[-/:.T]\d/.test(bare);
}
