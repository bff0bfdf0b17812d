/**
 * A goal as tokens: literals taken out and typed, words corrected, and one canonical text that rules are written over.
 *
 * @module
 */
import { COMMON_WORDS } from "../lexicon/common_words.ts";
import { ABBREVIATIONS, SPLIT_AT_HYPHEN, VOCABULARY } from "../lexicon/vocabulary.ts";
import { WRITE_VERBS } from "../lexicon/write_verbs.ts";
import { kindOf, type LiteralKind, slashWords } from "./classify.ts";
import { createSpeller } from "./fuzzy.ts";
import { type Segment, segmentsOf } from "./segments.ts";
import { isQuotedPromql, promqlSpans, quotedSpans, type Span, sqlSpans } from "./spans.ts";

/** One token. Offsets count UTF-16 units of the goal. */
export interface Token {
  /** As the goal has it, outer punctuation and quotes taken off. */
  readonly raw: string;
  /** Corrected, lower case; `‹kind›` for a literal; punctuation as it stands. May hold several words. */
  readonly canon: string;
  readonly literal?: LiteralKind;
  /** It stood in quotes. */
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
  readonly segment: number;
  /** From quoted material around the wish. */
  readonly pasted: boolean;
}

/** What every rule looks at. */
export interface Text {
  readonly goal: string;
  readonly segments: readonly Segment[];
  readonly tokens: readonly Token[];
  /** The asked tokens' canonical forms, joined by blanks; segments by ` ; `. */
  readonly asked: string;
  /** The token at an offset of `asked`. */
  askedToken(offset: number): Token | undefined;
  /** The same over everything, pasted parts included. */
  readonly all: string;
  allToken(offset: number): Token | undefined;
}

const speller = createSpeller(VOCABULARY, new Set([...COMMON_WORDS, ...WRITE_VERBS]));

const OPENING = /^[([{<"'`“‘«*_]+/u;
const CLOSING = /[)\]}>"'`”’»*,;:!?.…]+$/u;

const contraction = (word: string): string =>
  word
    .replace(/['’]s$/u, "")
    .replace(/^(can)['’]t$/u, "can not")
    .replace(/n['’]t$/u, " not")
    .replace(/['’](?:re|m)$/u, " are")
    .replace(/['’]ve$/u, " have")
    .replace(/['’]d$/u, " would")
    .replace(/['’]ll$/u, " will")
    .replace(/['’]$/u, "")
    .replace(/['’]/gu, "");

const QUESTION_WORDS = new Set(["what", "who", "where", "how", "when", "that", "it", "there", "here"]);

/** The canonical form of a plain word. */
export function canonicalWord(raw: string): string {
  const lower = raw.toLowerCase();
  if (/['’]/u.test(lower)) {
    const bare = contraction(lower);
    const was = /['’]s$/u.test(lower) && QUESTION_WORDS.has(bare) ? `${bare} is` : bare;
    return was === "let" ? "let us" : was.split(" ").map((part) => one(part)).join(" ");
  }
  if (lower.includes("-")) {
    const parts = lower.split("-").filter((part) => part !== "");
    if (parts.length > 0 && parts.every((part) => SPLIT_AT_HYPHEN.has(part))) {
      return parts.map((part) => one(part)).join(" ");
    }
    return lower;
  }
  return one(lower);
}

function one(word: string): string {
  if (word === "w/") return "with";
  if (word === "w/o") return "without";
  if (Object.hasOwn(ABBREVIATIONS, word)) return ABBREVIATIONS[word] ?? word;
  const found = speller.correct(word);
  return Object.hasOwn(ABBREVIATIONS, found) ? ABBREVIATIONS[found] ?? found : found;
}

/** True when this is a word that English or this trade knows, so hardly a name that somebody gave. */
export function isKnownWord(word: string): boolean {
  const lower = word.toLowerCase();
  return COMMON_WORDS.has(lower) || Object.hasOwn(ABBREVIATIONS, lower) || VOCABULARY_SET.has(lower);
}
const VOCABULARY_SET: ReadonlySet<string> = new Set(VOCABULARY);

/** Terms of these trades that are written with a hyphen: words to the rules, not names. */
const HYPHENATED = new Set(
  ("on-call re-run follow-up follow-ups path-help infra-as-code run-operation cri-o cert-manager iam-inspect log-aggregator vault-read " +
    "full-refresh all-namespaces cluster-wide table-diff create-test test-connection force-unlock per-item prometheus-query kubectl-get " +
    "terraform-plan duckdb-query bandit-scan read-only port-forward out-of-band what-if dry-run")
    .split(" "),
);

/**
 * A name as the rules see it. Its hyphens become underscores, so that no rule finds a word inside a name: the pods of
 * `restart-daemon` are not restarted.
 */
const canonicalName = (text: string): string => {
  const lower = text.toLowerCase();
  return HYPHENATED.has(lower) ? lower : lower.replaceAll("-", "_");
};

/** A tool's command in quotes is a way to name the tool: `"terraform plan" for live/eu`. */
const COMMAND = /^(?:kubectl|terraform|dbt|sqlmesh|nmap|bandit|promtool|journalctl|vault)(?: [\w.-]+){0,4}$/i;

interface Draft {
  raw: string;
  canon: string;
  literal?: LiteralKind;
  quoted: boolean;
  start: number;
  end: number;
}

/** Words that say which slot the value behind their sign fills: `path=src`, `severity>=high`, `start: 2024-05-01`. */
const KEYED =
  /^(paths?|dir|directory|directories|folder|files?|unit|severity|confidence|start|end|since|until|environment|models?|tables?|columns?|fields?|targets?|hosts?|network|subnet|ports?|exclude|excluding|select|threads|levels?|project|database)(?:>=|=>|==?)(?=[\w./~*'"-])/i;
const KEYED_BY_COLON =
  /^(dir|directory|folder|unit|severity|confidence|start|end|since|until|environment|models?|tables?|columns?|targets?|hosts?|network|subnet|exclude|excluding|levels?|project|database):(?=[\w./~*'"-])/i;

function classifyChunk(text: string, start: number, quoted: boolean): Draft[] {
  const per = /^([a-z]{2,12})\/(s|sec|second|m|min|minute|h|hour|day)$/i.exec(text);
  if (
    per?.[1] !== undefined &&
    /^(?:requests?|reqs?|bytes?|errors?|packets?|ops|queries|hits|calls|messages|bits|mb|rows?)$/i.test(
      per[1],
    )
  ) {
    const unit = /^s/i.test(per[2] ?? "")
      ? "second"
      : /^m/i.test(per[2] ?? "")
      ? "minute"
      : /^h/i.test(per[2] ?? "")
      ? "hour"
      : "day";
    return [{
      raw: text,
      canon: `${canonicalWord(per[1])} per ${unit}`,
      quoted,
      start,
      end: start + text.length,
    }];
  }
  const keyed = KEYED.exec(text) ?? KEYED_BY_COLON.exec(text);
  if (keyed?.[1] !== undefined && !quoted && !text.includes("{")) {
    const key = keyed[1];
    const value = text.slice(keyed[0].length).replace(/^["']|["']$/g, "");
    if (value !== "") {
      const at = start + text.indexOf(value, keyed[0].length);
      const pieces = /^[\w.]+(?:,[\w.]+)+$/.test(value) && /[a-z]/i.test(value) ? value.split(",") : [value];
      let from = at;
      return [
        { raw: key, canon: canonicalWord(key), quoted, start, end: start + key.length },
        ...pieces.flatMap((piece, index) => {
          const here = from;
          from += piece.length + 1;
          return [...(index > 0 ? [punctuation(",", here - 1)] : []), ...classifyChunk(piece, here, quoted)];
        }),
      ];
    }
  }
  const literal = (kind: LiteralKind, raw = text): Draft => ({
    raw,
    canon: `‹${kind}›`,
    literal: kind,
    quoted,
    start,
    end: start + text.length,
  });
  // `10.0.0.5:8080`, `[::1]:80`: an address and a port.
  const withPort = /^\[?([0-9a-f.:]{3,45}?)\]?:(\d{1,5})$/i.exec(text);
  if (
    withPort !== null && /^(?:\d{1,3}(?:\.\d{1,3}){3}|localhost)$/.test(withPort[1] ?? "")
  ) {
    return [literal("addr", withPort[1] ?? ""), {
      ...literal("ports", withPort[2] ?? ""),
      canon: "port ‹ports›",
    }];
  }
  const kind = kindOf(text);
  if (kind === "name" && /^[a-z]+(?:-[a-z]+)+$/i.test(text)) {
    const canon = canonicalWord(text);
    if (canon.includes(" ")) return [{ raw: text, canon, quoted, start, end: start + text.length }];
    return [{ ...literal("name"), canon: canonicalName(text) }];
  }
  if (kind === "name") {
    const known = /^[a-z0-9]{2,5}$/i.test(text) && Object.hasOwn(ABBREVIATIONS, text.toLowerCase());
    if (!known) return [{ ...literal("name"), canon: canonicalName(text) }];
  } else if (kind === "ports") {
    return [literal("ports", text.replace(/^p(?:orts?)?[:=]?/i, "").replace(/\/(?:tcp|udp)$/i, ""))];
  } else if (kind !== undefined) return [literal(kind)];
  const slashed = text.includes("/") ? slashWords(text) : undefined;
  if (slashed !== undefined) {
    return [{
      raw: text,
      canon: slashed.map(canonicalWord).join(" / "),
      quoted,
      start,
      end: start + text.length,
    }];
  }
  return [{ raw: text, canon: canonicalWord(text), quoted, start, end: start + text.length }];
}

const PUNCTUATION = /[,;:.!?()]/;

function draftsOf(segment: Segment, spans: readonly Span[], goal: string): Draft[] {
  const drafts: Draft[] = [];
  const chunks = (from: number, to: number): void => {
    const expression = /\S+/g;
    const part = goal.slice(from, to);
    for (let hit = expression.exec(part); hit !== null; hit = expression.exec(part)) {
      let text = hit[0].slice(0, 8192);
      let start = from + hit.index;
      if (/^(?:[<>]=?|<>|!=|==?)$/.test(text)) {
        drafts.push({ raw: text, canon: text, quoted: false, start, end: start + text.length });
        continue;
      }
      const flag = /^--?[A-Za-z]/.test(text);
      const opening = flag ? "" : OPENING.exec(text)?.[0] ?? "";
      if (opening.includes("(")) drafts.push(punctuation("(", start));
      text = text.slice(opening.length);
      start += opening.length;
      let closing = CLOSING.exec(text)?.[0] ?? "";
      // A glob's bracket, a home directory's dots and a path's last dot are not punctuation.
      if (/^\.{1,2}$/.test(text)) closing = "";
      if (closing.startsWith("]") && text.includes("[")) closing = closing.slice(1);
      if (closing.startsWith("*") && text.includes("/")) closing = closing.replace(/^\*+/, "");
      // `2024-*.csv?` asks: a question mark behind an ending is no part of a glob.
      const asks = /^\?+$/.test(closing) && /\.[a-z]\w{1,7}$/i.test(text.slice(0, -closing.length));
      if (
        !asks && /^[?*]/.test(closing) && text.includes("/") && /[*?]/.test(text.slice(0, -closing.length))
      ) {
        closing = "";
      }
      if (closing.startsWith(")") && text.includes("(")) closing = closing.slice(1);
      if (/^::$|::/.test(text) && closing === "::") closing = "";
      const core = text.slice(0, text.length - closing.length);
      const compared = /^([A-Za-z_]\w{0,60})(<=|>=|<>|[<>])(-?\d[\w.:-]*)$/.exec(core);
      if (compared?.[1] !== undefined) {
        const [, left = "", sign = "", right = ""] = compared;
        drafts.push(...classifyChunk(left, start, false));
        const at = start + left.length;
        drafts.push({ raw: sign, canon: sign, quoted: false, start: at, end: at + sign.length });
        drafts.push(...classifyChunk(right, at + sign.length, false));
      } else if (core !== "") {
        // `a,b` without a blank: an enumeration of words.
        const pieces = /^[A-Za-z][A-Za-z_]*(?:,[A-Za-z][A-Za-z_]*)+$/.test(core) ? core.split(",") : [core];
        let at = start;
        pieces.forEach((piece, index) => {
          if (index > 0) {
            drafts.push(punctuation(",", at));
            at += 1;
          }
          drafts.push(...classifyChunk(piece, at, false));
          at += piece.length;
        });
      }
      for (let index = 0; index < closing.length; index += 1) {
        const char = closing[index] ?? "";
        if (PUNCTUATION.test(char)) drafts.push(punctuation(char, start + core.length + index));
      }
    }
  };
  let at = segment.start;
  for (const span of spans) {
    if (span.end <= at || span.start >= segment.end) continue;
    if (span.start > at) chunks(at, Math.min(span.start, segment.end));
    if (span.start >= at) {
      if (span.kind === "quoted" && COMMAND.test(span.value)) chunks(span.start + 1, span.end - 1);
      else if (span.kind === "quoted") {
        const inner = isQuotedPromql(span.value) ? "promql" : kindOf(span.value.trim());
        const kept = inner !== undefined && inner !== "name" && inner !== "num" ? inner : "quoted";
        drafts.push({
          raw: span.value,
          canon: `‹${kept}›`,
          literal: kept,
          quoted: true,
          start: span.start,
          end: span.end,
        });
      } else {
        drafts.push({
          raw: span.value,
          canon: `‹${span.kind}›`,
          literal: span.kind,
          quoted: false,
          start: span.start,
          end: span.end,
        });
      }
    }
    at = Math.max(at, span.end);
  }
  if (at < segment.end) chunks(at, segment.end);
  return drafts;
}

const punctuation = (char: string, start: number): Draft => ({
  raw: char,
  canon: char === "(" || char === ")" ? "," : char,
  quoted: false,
  start,
  end: start + 1,
});

/** Spans that do not overlap, earliest first; on a tie SQL before PromQL before quotes. */
function merged(goal: string): readonly Span[] {
  const rank = { sql: 0, promql: 1, quoted: 2 };
  const all = [...sqlSpans(goal), ...promqlSpans(goal), ...quotedSpans(goal)].sort((a, b) =>
    a.start - b.start || rank[a.kind] - rank[b.kind]
  );
  const kept: Span[] = [];
  for (const span of all) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
    else if (span.kind === "sql" && last.kind !== "sql") {
      kept.pop();
      kept.push(span);
    }
  }
  return kept;
}

/**
 * Reads a goal's text. Linear in its length.
 *
 * @example
 * ```ts
 * import { readText } from "./tokens.ts";
 * console.assert(readText("list teh pods in namespce shop").asked === "list the pods in namespace shop");
 * ```
 */
export function readText(goal: string): Text {
  const segments = segmentsOf(goal);
  const spans = merged(goal);
  const tokens: Token[] = [];
  segments.forEach((segment, index) => {
    for (const draft of draftsOf(segment, spans, goal)) {
      tokens.push({ ...draft, segment: index, pasted: segment.pasted });
    }
  });
  const view = (
    wanted: (token: Token) => boolean,
  ): { text: string; at: (offset: number) => Token | undefined } => {
    const starts: number[] = [];
    const held: Token[] = [];
    let text = "";
    let last = -1;
    for (const token of tokens) {
      if (!wanted(token)) continue;
      if (last >= 0 && token.segment !== last) text += " ;";
      if (text !== "") text += " ";
      last = token.segment;
      starts.push(text.length);
      held.push(token);
      text += token.canon;
    }
    return {
      text,
      at: (offset) => {
        let low = 0;
        let high = starts.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if ((starts[middle] ?? 0) <= offset) low = middle;
          else high = middle - 1;
        }
        const token = held[low];
        const start = starts[low] ?? 0;
        return token !== undefined && offset >= start && offset < start + token.canon.length
          ? token
          : undefined;
      },
    };
  };
  const asked = view((token) => !token.pasted);
  const all = view(() => true);
  return { goal, segments, tokens, asked: asked.text, askedToken: asked.at, all: all.text, allToken: all.at };
}
