/**
 * Literals that hold blanks: quoted text, PromQL, SQL. Each is found by one pass from left to right.
 *
 * @module
 */
import { parser } from "@prometheus-io/lezer-promql";

/** A part of the goal's text. Offsets count UTF-16 units. */
export interface Span {
  readonly kind: "promql" | "sql" | "quoted";
  readonly start: number;
  readonly end: number;
  /** The literal itself: a quoted text without its quotes. */
  readonly value: string;
}

const FUNCTIONS =
  ("abs absent absent_over_time avg avg_over_time bottomk ceil changes clamp clamp_max clamp_min count count_over_time " +
    "count_values delta deriv exp floor group histogram_quantile histogram_avg histogram_count histogram_sum holt_winters hour idelta " +
    "increase irate label_join label_replace last_over_time ln log2 log10 max max_over_time min min_over_time predict_linear " +
    "present_over_time quantile quantile_over_time rate resets round scalar sgn sort sort_desc sqrt stddev stddev_over_time sum " +
    "sum_over_time time timestamp topk vector year minute month day_of_week").split(" ");

const START = new RegExp(
  `(?<![\\w"'/.])(?:(?:${
    FUNCTIONS.join("|")
  })\\s?\\(|(?:sum|avg|min|max|count|topk|bottomk|quantile|stddev|group) (?:by|without) ?\\(|[a-zA-Z_:][a-zA-Z0-9_:]{0,120}(?:\\{|\\[\\d))`,
  "g",
);

/** Longest expression that is looked at; the slot takes no more. */
const LONGEST = 4096;
/** Expressions that are looked for in one goal. */
const MOST = 16;

/** The end of a bracketed group that opens at `at`, or -1. Strings inside are skipped. */
function closing(text: string, at: number, limit: number): number {
  const stack: string[] = [];
  const pairs: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]" };
  for (let index = at; index < limit; index += 1) {
    const char = text[index] ?? "";
    if (char === '"' || char === "'" || char === "`") {
      let close = index + 1;
      while (close < limit && text[close] !== char) close += text[close] === "\\" ? 2 : 1;
      if (close >= limit) return -1;
      index = close;
    } else if (pairs[char] !== undefined) {
      stack.push(pairs[char]);
    } else if (char === ")" || char === "}" || char === "]") {
      if (stack.pop() !== char) return -1;
      if (stack.length === 0) return index + 1;
    }
  }
  return -1;
}

/** The end of one operand (a call, a selector, a number, a group) that begins at `at`, or -1. */
function operandEnd(text: string, at: number, limit: number): number {
  let index = at;
  const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(text.slice(index, Math.min(limit, index + 40)));
  if (number !== null) return index + number[0].length;
  if (text[index] === "(") {
    index = closing(text, index, limit);
    if (index < 0) return -1;
  } else {
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text.slice(index, Math.min(limit, index + 200)));
    if (name === null) return -1;
    index += name[0].length;
    const grouped = /^ (?:by|without) ?(?=\()/.exec(text.slice(index, index + 12));
    if (grouped !== null) {
      index = closing(text, index + grouped[0].length, limit);
      if (index < 0) return -1;
    }
    let gap = 0;
    while (text[index + gap] === " ") gap += 1;
    if (text[index + gap] === "(" && (gap === 0 || grouped !== null)) {
      index = closing(text, index + gap, limit);
    } else if (text[index] === "{" || text[index] === "[") index = closing(text, index, limit);
    else return grouped === null ? index : -1;
    if (index < 0) return -1;
  }
  for (;;) {
    const tail = text.slice(index, Math.min(limit, index + 60));
    const suffix = /^ ?(?:by|without) ?\(/.exec(tail);
    if (text[index] === "[") index = closing(text, index, limit);
    else if (suffix !== null) index = closing(text, index + suffix[0].length - 1, limit);
    else {
      const offset = /^ offset -?\d+(?:ms|s|m|h|d|w|y)(?:\d+(?:ms|s|m|h))?/.exec(tail);
      if (offset === null) return index;
      index += offset[0].length;
    }
    if (index < 0) return -1;
  }
}

const OPERATOR =
  /^\s*(?:[-+*/%^]|==|!=|>=|<=|>|<|and\b|or\b|unless\b|atan2\b)(?: ?bool\b)?\s*(?:(?:on|ignoring) ?\([^()]{0,200}\)\s*)?(?:group_(?:left|right) ?(?:\([^()]{0,200}\))?\s*)?/;

/** True when a quoted text is an expression rather than a name: it has PromQL's brackets and its grammar. */
export const isQuotedPromql = (text: string): boolean =>
  text.length <= LONGEST && /[({[]/.test(text) && /^[a-z_:(-]/i.test(text.trim()) && isPromql(text);

/** True when the grammar takes the whole text without an error. */
export function isPromql(text: string): boolean {
  const cursor = parser.parse(text).cursor();
  do {
    if (cursor.type.isError) return false;
  } while (cursor.next());
  return text.trim() !== "";
}

function promqlAt(text: string, start: number): Span | undefined {
  const limit = Math.min(text.length, start + LONGEST);
  let end = operandEnd(text, start, limit);
  if (end < 0) return undefined;
  for (;;) {
    const operator = OPERATOR.exec(text.slice(end, Math.min(limit, end + 300)));
    if (operator === null) break;
    const from = end + operator[0].length;
    // English follows operators by words ("and", "or"): only a call, a selector, a number or a group is an operand.
    const word = /[a-z]/i.test(operator[0]);
    const next = text.slice(from, Math.min(limit, from + 160));
    if (!/^(?:\(|-?\d|[a-zA-Z_:][\w:]*(?: ?\(|\{|\[| (?:by|without) ?\())/.test(next)) {
      if (word || !/^[a-z_:]+_[\w:]+/.test(next)) break;
    }
    const more = operandEnd(text, from, limit);
    if (more < 0) break;
    end = more;
  }
  const value = text.slice(start, end);
  return isPromql(value) ? { kind: "promql", start, end, value } : undefined;
}

/** PromQL expressions in the text, found only where one can begin: a known function, an aggregator, `name{`, `name[`. */
export function promqlSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let tries = 0;
  START.lastIndex = 0;
  for (let hit = START.exec(text); hit !== null && tries < MOST; hit = START.exec(text)) {
    tries += 1;
    let start = hit.index;
    // A group that opens before the first call belongs to the expression: `(rate(a[5m]) / rate(b[5m])) * 100`.
    const before = /\(\s?$/.exec(text.slice(Math.max(0, start - 4), start));
    const wide = before === null ? undefined : promqlAt(text, start - before[0].length);
    if (wide !== undefined && before !== null) start -= before[0].length;
    const span = wide ?? promqlAt(text, start);
    if (span === undefined) continue;
    spans.push(span);
    START.lastIndex = span.end;
  }
  return spans;
}

/** Quoted texts of at most 400 characters; an apostrophe inside a word opens none. */
export function quotedSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  const closers: Readonly<Record<string, string>> = {
    "'": "'",
    '"': '"',
    "`": "`",
    "“": "”",
    "‘": "’",
    "«": "»",
  };
  let misses = 0;
  for (let index = 0; index < text.length && misses < 64; index += 1) {
    const close = closers[text[index] ?? ""];
    if (close === undefined) continue;
    const before = text[index - 1] ?? " ";
    if (!/[\s([{=,:;<>]/.test(before)) continue;
    let end = text.indexOf(close, index + 1);
    const limit = index + 400;
    while (
      end > 0 && end <= limit && (close === "'" || close === "’") && /[\w]/.test(text[end + 1] ?? " ")
    ) end = text.indexOf(close, end + 1);
    if (end < 0 || end > limit) {
      misses += 1;
      continue;
    }
    const value = text.slice(index + 1, end);
    if (value.trim() === "" || value.includes("\n")) continue;
    spans.push({ kind: "quoted", start: index, end: end + 1, value });
    index = end;
  }
  return spans;
}

const SQL_START =
  /(?<![\w'"/.-])(?<!\b(?:will|would|to|we|they|not|shall|should|might) )(?:select\b(?!\s?[=:])(?=[^\n;]{0,4000}?(?:\bfrom\b|\n\s*from\b|[\d*(]))|with\s+\w+\s+as\s*\(|from\s+(?:'[^']{1,300}'|read_\w+\()|(?:describe|summarize|summarise)\s+(?:select\b|from\b|table\b|'[^']{1,300}')|show\s+(?:all\s+)?tables\b|pragma\s+\w+|pivot\s+'|(?:insert\s+into|delete\s+from|drop\s+(?:table|view|schema|database|index|column)|truncate\s+(?:table\s+)?\w|update\s+\w+\s+set|alter\s+table|create\s+(?:or\s+replace\s+)?(?:temp\s+|temporary\s+)?(?:table|view|index|schema|macro)|copy\s+(?:\(|\w+\s+(?:to|from)\s+')|attach\s+'|detach\s+\w|install\s+\w+\s*(?:;|$)|load\s+\w+\s*;|export\s+database|import\s+database|grant\s+\w+\s+on|revoke\s+\w+\s+on|vacuum\s*(?:;|$)|call\s+\w+\()\s*)/gi;

const SQL_LINE =
  /^\s*(?:from|where|group by|order by|having|limit|join|left|right|inner|outer|full|cross|on|and|or|union|intersect|except|qualify|window|select|case|when|then|else|end|offset|using|as|values|set)\b|^\s+\S|^\s*(?:[),]|--)/i;

/** What a person writes after a statement on the same line. */
const SQL_TAIL =
  /[\s,]*(?:\b(?:please|pls|plz|thanks|thx|thank you|for me|run (?:this|it|that)?|what (?:does|is|do)\b.*|how many\b.*\?|and (?:tell|show|explain|then|send|post|write|save|mail|scan|also)\b.*|(?:on|in|against|using|over|database|db|from the database|from database)\s+(?:the\s+)?(?:database\s+|db\s+|file\s+)?['"]?[\w./-]+\.(?:duckdb|db|ddb)['"]?.*)[\s.!?]*)+$/i;

/** SQL statements: from a keyword that can begin one to the semicolon or the line where SQL ends. */
export function sqlSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  SQL_START.lastIndex = 0;
  for (let hit = SQL_START.exec(text); hit !== null && spans.length < 8; hit = SQL_START.exec(text)) {
    const start = hit.index;
    let end = start;
    for (;;) {
      const lineEnd = text.indexOf("\n", end) < 0 ? text.length : text.indexOf("\n", end);
      const semicolon = semicolonIn(text, end, lineEnd);
      if (semicolon >= 0) {
        end = semicolon;
        break;
      }
      end = lineEnd;
      if (end >= text.length || end - start > 16_384) break;
      const nextEnd = text.indexOf("\n", end + 1);
      const next = text.slice(end + 1, Math.min(nextEnd < 0 ? text.length : nextEnd, end + 400));
      if (!SQL_LINE.test(next) && !/[,(]\s*$/.test(text.slice(Math.max(start, end - 8), end))) break;
      end += 1;
    }
    const whole = text.slice(start, Math.min(end, start + 16_384));
    const lastLine = whole.lastIndexOf("\n") + 1;
    const arrow = /\s+<-+\s/.exec(whole);
    const cut = arrow === null ? whole : whole.slice(0, arrow.index);
    const tail = cut.length - lastLine > 2000 ? null : SQL_TAIL.exec(cut.slice(lastLine));
    const value = (tail === null ? cut : cut.slice(0, lastLine + tail.index)).trimEnd();
    if (value === "") continue;
    spans.push({ kind: "sql", start, end: start + value.length, value });
    SQL_START.lastIndex = Math.max(start + value.length, start + 1);
  }
  return spans;
}

function semicolonIn(text: string, from: number, to: number): number {
  let quote = "";
  for (let index = from; index < to; index += 1) {
    const char = text[index] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if (char === ";") return index;
  }
  return -1;
}
