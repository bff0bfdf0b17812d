/**
 * One list out of several, by the ranks in each.
 *
 * @module
 */

/** The usual constant of reciprocal rank fusion (Cormack, Clarke, Buettcher 2009). */
const CONSTANT = 60;

/** An entry of the fused list. */
export interface Fused<T> {
  readonly key: T;
  readonly score: number;
  /** Its rank, from 1, in each list that holds it. */
  readonly ranks: Readonly<Record<string, number>>;
}

/**
 * Reciprocal rank fusion: an entry scores the sum of 1/(60 + rank) over the lists that hold it. Best first; of equals, the
 * one of the earlier list.
 *
 * @example
 * ```ts
 * import { fuse } from "./fuse.ts";
 * const [best] = fuse({ a: ["x", "y"], b: ["y", "z"] });
 * console.assert(best?.key === "y" && best.ranks["a"] === 2 && best.ranks["b"] === 1);
 * ```
 */
export function fuse<T>(lists: Readonly<Record<string, readonly T[]>>): readonly Fused<T>[] {
  const found = new Map<T, { score: number; ranks: Record<string, number> }>();
  for (const [name, keys] of Object.entries(lists)) {
    for (const [index, key] of keys.entries()) {
      const entry = found.get(key) ?? { score: 0, ranks: {} };
      entry.score += 1 / (CONSTANT + index + 1);
      entry.ranks[name] = index + 1;
      found.set(key, entry);
    }
  }
  return [...found].map(([key, entry]) => ({ key, ...entry })).toSorted((a, b) => b.score - a.score);
}
