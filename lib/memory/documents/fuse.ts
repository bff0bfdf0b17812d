/**
 * Reciprocal rank fusion of lists of chunks.
 *
 * @module
 */
import type { Ranks } from "../types.ts";

/** Cormack, Clarke and Büttcher, SIGIR 2009; of little influence between 20 and 100. */
const K = 60;

/** So many of each list count. */
export const LIST_LENGTH = 101;

/** A chunk in a list. */
export interface Hit {
  readonly id: string;
  readonly document: string;
  /** Its place within the document. */
  readonly position: number;
}

/** An entry of the fused list. */
export interface Fused {
  readonly id: string;
  readonly score: number;
  readonly ranks: Ranks;
}

interface Entry extends Hit {
  readonly own: Record<string, number>;
}

const sum = (ranks: Ranks): number => Object.values(ranks).reduce((total, rank) => total + 1 / (K + rank), 0);

/**
 * One list out of several, best first: each list gives a chunk 1 / (60 + its rank), ranks from 1.
 *
 * Chunks that stand side by side in a document were one text, and each list may have found another part of it. So a run of
 * neighbours takes one rank in a list, the best of them has the ranks of all, and the others keep their own.
 *
 * @example
 * ```ts
 * import { fuse } from "./fuse.ts";
 * const a = { id: "a", document: "a", position: 0 };
 * const b = { id: "b", document: "b", position: 0 };
 * const [best] = fuse(new Map([["text", [a, b]], ["minilm", [b]]]));
 * console.assert(best?.id === "b" && best.ranks["text"] === 2);
 * ```
 */
export function fuse(lists: ReadonlyMap<string, readonly Hit[]>): Fused[] {
  const entries = new Map<string, Entry>();
  for (const [list, hits] of lists) {
    for (const [index, hit] of hits.slice(0, LIST_LENGTH).entries()) {
      const entry = entries.get(hit.id) ?? { ...hit, own: {} };
      entry.own[list] ??= index + 1;
      entries.set(hit.id, entry);
    }
  }
  const runs = runsOf([...entries.values()]);
  const shared = runs.map((): Record<string, number> => ({}));
  const runOf = new Map(runs.flatMap((run, index) => run.map(({ id }) => [id, index] as const)));
  for (const [list, hits] of lists) {
    let rank = 0;
    for (const hit of hits.slice(0, LIST_LENGTH)) {
      const ranks = shared[runOf.get(hit.id) ?? -1];
      if (ranks !== undefined && !(list in ranks)) ranks[list] = ++rank;
    }
  }
  const fused = runs.flatMap((run, index) => {
    const [best, ...others] = [...run].sort((a, b) => sum(b.own) - sum(a.own));
    return [
      ...(best === undefined ? [] : [{ id: best.id, ranks: shared[index] ?? {} }]),
      ...others.map(({ id, own }) => ({ id, ranks: own })),
    ];
  });
  return fused.map(({ id, ranks }) => ({ id, ranks, score: sum(ranks) })).sort((a, b) => b.score - a.score);
}

/** Groups of chunks that stand side by side. */
function runsOf(entries: readonly Entry[]): Entry[][] {
  const byDocument = Map.groupBy(entries, ({ document }) => document);
  return [...byDocument.values()].flatMap((chunks) => {
    const runs: Entry[][] = [];
    let last = -Infinity;
    for (const chunk of [...chunks].sort((a, b) => a.position - b.position)) {
      if (chunk.position - last <= 1) runs.at(-1)?.push(chunk);
      else runs.push([chunk]);
      last = chunk.position;
    }
    return runs;
  });
}
