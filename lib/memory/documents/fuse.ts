/**
 * Reciprocal rank fusion.
 *
 * @module
 */
import type { Ranks } from "../types.ts";

/** Cormack, Clarke and Büttcher, SIGIR 2009; of little influence between 20 and 100. */
const K = 60;

/** So many of each list count. */
export const LIST_LENGTH = 101;

/** An entry of a fused list. */
export interface Fused {
  readonly id: string;
  readonly score: number;
  readonly ranks: Ranks;
}

/**
 * One list out of several: each list gives an id 1 / (60 + its rank), ranks from 1. Best first; equal scores in the order
 * in which the lists name them.
 *
 * @example
 * ```ts
 * import { fuse } from "./fuse.ts";
 * const [best] = fuse(new Map([["text", ["a", "b"]], ["minilm", ["b"]]]));
 * console.assert(best?.id === "b" && best.ranks["text"] === 2);
 * ```
 */
export function fuse(lists: ReadonlyMap<string, readonly string[]>): Fused[] {
  const found = new Map<string, { score: number; ranks: Record<string, number> }>();
  for (const [list, ids] of lists) {
    for (const [index, id] of ids.slice(0, LIST_LENGTH).entries()) {
      const entry = found.get(id) ?? { score: 0, ranks: {} };
      if (list in entry.ranks) continue;
      entry.score += 1 / (K + index + 1);
      entry.ranks[list] = index + 1;
      found.set(id, entry);
    }
  }
  return [...found].map(([id, entry]) => ({ id, ...entry })).sort((a, b) => b.score - a.score);
}
