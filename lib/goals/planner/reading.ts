/**
 * A goal as the rules see it: its text, who asks, when, and small questions about both.
 *
 * @module
 */
import type { Persona } from "../../catalog/types.ts";
import type { LiteralKind } from "./text/classify.ts";
import { readText, type Text, type Token } from "./text/tokens.ts";

/** A match over the canonical text, with the token behind each group. */
export interface Hit {
  readonly index: number;
  readonly text: string;
  readonly groups: readonly (string | undefined)[];
  /** The token at the beginning of group `n`. */
  token(group: number): Token | undefined;
}

export interface Reading {
  readonly goal: string;
  readonly text: Text;
  /** Canonical text of what is asked. */
  readonly asked: string;
  /** Canonical text of everything. */
  readonly all: string;
  readonly persona: Persona;
  readonly now: Date;
  readonly timeZone: string;
  /** Subnets that nmap may reach, when the operator narrowed them. */
  readonly safeSubnets?: readonly string[];
  has(pattern: RegExp): boolean;
  /** The first match among what is asked. */
  find(pattern: RegExp): Hit | undefined;
  /** Every match among what is asked. */
  every(pattern: RegExp): readonly Hit[];
  /** Every match over everything, pasted material included. */
  everywhere(pattern: RegExp): readonly Hit[];
  /** Literals of these kinds, asked ones first, then pasted ones. */
  literals(...kinds: readonly LiteralKind[]): readonly Token[];
  /** Literals of what is asked only. */
  askedLiterals(...kinds: readonly LiteralKind[]): readonly Token[];
}

/** Most matches of one pattern that are looked at. */
const MOST = 64;

/** Patterns made ready to find every match with its places; a literal in a function is a new object each time it is reached. */
const READY = new Map<string, RegExp>();

function searching(pattern: RegExp): RegExp {
  const key = `${pattern.flags}/${pattern.source}`;
  let ready = READY.get(key);
  if (ready === undefined) {
    ready = new RegExp(pattern.source, [...new Set([...pattern.flags, "g", "d"])].join(""));
    // Some patterns are made from a goal's words: those are not kept for ever.
    if (READY.size >= 2048) READY.clear();
    READY.set(key, ready);
  }
  ready.lastIndex = 0;
  return ready;
}

function matches(
  text: string,
  pattern: RegExp,
  tokenAt: (offset: number) => Token | undefined,
  most: number,
): Hit[] {
  const expression = searching(pattern);
  const hits: Hit[] = [];
  for (let hit = expression.exec(text); hit !== null && hits.length < most; hit = expression.exec(text)) {
    const indices = hit.indices;
    hits.push({
      index: hit.index,
      text: hit[0],
      groups: [...hit],
      token: (group) => {
        const range = indices?.[group];
        return range === undefined ? undefined : tokenAt(range[0]);
      },
    });
    if (hit[0] === "") expression.lastIndex += 1;
  }
  return hits;
}

/** What a goal is read with. */
export interface ReadingOptions {
  readonly persona: Persona;
  readonly now: Date;
  readonly timeZone: string;
  readonly safeSubnets?: readonly string[];
}

/**
 * Reads a goal once for all rules.
 *
 * @example
 * ```ts
 * import { readGoal } from "./reading.ts";
 * const reading = readGoal("scan 10.0.0.5", { persona: "secops", now: new Date(0), timeZone: "UTC" });
 * console.assert(reading.literals("addr")[0]?.raw === "10.0.0.5");
 * ```
 */
export function readGoal(goal: string, options: ReadingOptions): Reading {
  const text = readText(goal);
  const asked = text.tokens.filter((token) => !token.pasted);
  const ordered = [...asked, ...text.tokens.filter((token) => token.pasted)];
  return {
    goal,
    text,
    asked: text.asked,
    all: text.all,
    ...options,
    has: (pattern) => pattern.test(text.asked),
    find: (pattern) => matches(text.asked, pattern, text.askedToken, 1)[0],
    every: (pattern) => matches(text.asked, pattern, text.askedToken, MOST),
    everywhere: (pattern) => matches(text.all, pattern, text.allToken, MOST),
    literals: (...kinds) =>
      ordered.filter((token) => token.literal !== undefined && kinds.includes(token.literal)),
    askedLiterals: (...kinds) =>
      asked.filter((token) => token.literal !== undefined && kinds.includes(token.literal)),
  };
}
