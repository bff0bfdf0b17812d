/**
 * Retrieval over the tiers: facts and documents side by side, fused by rank, and read again by a reranker where there is
 * one.
 *
 * @module
 */
import { messageOf } from "../internal/errors.ts";
import type { Retrieval, RetrievalScope } from "./interface.ts";
import type { L1 } from "./l1.ts";
import type { MemoryItem, Reranker, SearchScope } from "./types.ts";

/** A tier that is searched: items best first, with their ranks, and what it had to do without. */
export type TierSearch = (
  query: string,
  scope: SearchScope,
  signal?: AbortSignal,
) => Promise<{ readonly items: readonly MemoryItem[]; readonly notes: readonly string[] }>;

/** What {@link createEngine} is made of. */
export interface EngineOptions {
  readonly l1: Pick<L1, "search" | "put">;
  readonly l2: TierSearch;
  readonly l3: TierSearch;
  /** Asked at each search, so that a model that was chosen meanwhile serves; `undefined`: fused ranks decide. */
  readonly reranker: () => Promise<Reranker | undefined>;
  /** Milliseconds of a clock that never goes back. */
  readonly clock?: () => number;
}

/** Of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009. */
const RRF_K = 60;

/** What was used a moment ago decides between near equals, and no more. */
const RECENT_WEIGHT = 0.01;

interface WeightedList {
  readonly items: readonly MemoryItem[];
  readonly weight: number;
}

/** The lists as one: an item scores weight / (60 + rank) in each list that holds it. Equal scores keep the lists' order. */
function fuse(lists: readonly WeightedList[]): readonly MemoryItem[] {
  const fused = new Map<string, MemoryItem>();
  for (const { items, weight } of lists) {
    for (const [index, item] of items.entries()) {
      const known = fused.get(item.id);
      const score = (known?.score ?? 0) + weight / (RRF_K + index + 1);
      fused.set(item.id, { ...(known ?? item), score, ranks: { ...known?.ranks, ...item.ranks } });
    }
  }
  return [...fused.values()].toSorted((a, b) => b.score - a.score);
}

/** What {@link createEngine} returns. */
export interface Engine {
  /**
   * What memory knows about a text, for one who may see `scope.personas`. A tier that fails is left out with a note:
   * the others still answer. Rejects only with the signal's reason.
   */
  retrieve(query: string, scope: RetrievalScope, signal?: AbortSignal): Promise<Retrieval>;
}

/**
 * Retrieval over the tiers. Without a reranker the fused ranks decide; never are scores made up.
 *
 * @example
 * ```ts
 * import { createEngine } from "./engine.ts";
 * import { createL1 } from "./l1.ts";
 * const nothing = () => Promise.resolve({ items: [], notes: [] });
 * const engine = createEngine({ l1: createL1(), l2: nothing, l3: nothing, reranker: () => Promise.resolve(undefined) });
 * console.assert((await engine.retrieve("pods", { personas: ["sre"] })).items.length === 0);
 * ```
 */
export function createEngine(options: EngineOptions): Engine {
  const clock = options.clock ?? (() => performance.now());

  /** One tier's items, its notes, and how long it took. */
  async function ask(
    name: string,
    search: TierSearch,
    query: string,
    scope: SearchScope,
    signal?: AbortSignal,
  ) {
    const from = clock();
    try {
      const { items, notes } = await search(query, scope, signal);
      return { items, notes, seconds: (clock() - from) / 1000 };
    } catch (error) {
      signal?.throwIfAborted();
      return {
        items: [],
        notes: [`${name} could not be searched: ${messageOf(error)}`],
        seconds: (clock() - from) / 1000,
      };
    }
  }

  /** The reranker's order of the candidates, or theirs with a note where it failed. */
  async function rerank(query: string, candidates: readonly MemoryItem[], signal?: AbortSignal) {
    try {
      const reranker = candidates.length === 0 ? undefined : await options.reranker();
      if (reranker === undefined) return { items: candidates, notes: [] };
      const scores = await reranker.score(query, candidates.map(({ text }) => text), signal);
      const items = candidates.map((item, index) => ({ ...item, score: scores[index] ?? 0 }))
        .toSorted((a, b) => b.score - a.score)
        .map((item, index) => ({ ...item, ranks: { ...item.ranks, rerank: index + 1 } }));
      return { items, notes: [] };
    } catch (error) {
      signal?.throwIfAborted();
      return { items: candidates, notes: [`the reranker could not be used: ${messageOf(error)}`] };
    }
  }

  return {
    retrieve: async (query, { l2Limit = 10, l3Limit = 15, rerankTop = 5, ...scope }, signal) => {
      const from = clock();
      const [l2, l3] = await Promise.all([
        ask("facts", options.l2, query, { ...scope, limit: l2Limit }, signal),
        ask("documents", options.l3, query, { ...scope, limit: l3Limit }, signal),
      ]);
      const restricted = scope.origins !== undefined || scope.since !== undefined ||
        scope.until !== undefined;
      // Never found by that alone, so that nothing forgotten comes back.
      const recent = restricted
        ? []
        : scope.personas.flatMap((persona) => options.l1.search(persona, query, l2Limit));
      const found = new Set([...l2.items, ...l3.items].map(({ id }) => id));
      const fused = fuse([
        { items: l2.items, weight: 1 },
        { items: l3.items, weight: 1 },
        { items: recent.filter(({ id }) => found.has(id)), weight: RECENT_WEIGHT },
      ]);
      const { items, notes } = await rerank(query, fused, signal);
      const top = items.slice(0, rerankTop);
      for (const persona of scope.personas) options.l1.put(persona, query, top);
      return {
        items: top,
        notes: [...l2.notes, ...l3.notes, ...notes],
        seconds: { l2: l2.seconds, l3: l3.seconds, combined: (clock() - from) / 1000 },
      };
    },
  };
}
