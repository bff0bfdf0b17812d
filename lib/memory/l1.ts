/**
 * The first tier: what was used a moment ago, in memory only.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import { type Persona, PERSONAS } from "../catalog/types.ts";
import { termsOf } from "./facts/words.ts";
import type { MemoryItem } from "./types.ts";

/** What {@link createL1} returns. Each persona has a cache of its own: none can push out another's, or see it. */
export interface L1 {
  /** Remembers what a text (a query, a goal) found or is. The same text again takes the place of the one before. */
  put(persona: Persona, text: string, items: readonly MemoryItem[]): void;
  /** What was put under this text, whoever holds which string: compared by content. */
  get(persona: Persona, text: string): readonly MemoryItem[] | undefined;
  /** Items whose text holds words of the query, most of them first, then the latest used; tier `l1`, list `l1`. */
  search(persona: Persona, query: string, limit: number): readonly MemoryItem[];
  /** Forgets every entry that holds an item of this kind. */
  drop(matches: (item: MemoryItem) => boolean): void;
  clear(): void;
  entries(): number;
  bytes(): number;
}

/** Bounds for each persona. */
export interface L1Limits {
  readonly maxEntries: number;
  /** Of text, in UTF-16 units times two, and a constant for each item. */
  readonly maxBytes: number;
}

export const L1_LIMITS: L1Limits = { maxEntries: 512, maxBytes: 4 * 1024 * 1024 };

/** Bytes of an item besides its texts: ids, times, the object itself. */
const ITEM_OVERHEAD = 512;

const sizeOf = (items: readonly MemoryItem[], key: string): number =>
  items.reduce(
    (bytes, { text, source }) => bytes + ITEM_OVERHEAD + 2 * (text.length + source.length),
    ITEM_OVERHEAD + 2 * key.length,
  );

const keyOf = (text: string): string => text.normalize("NFC").trim().replace(/\s+/gu, " ");

/**
 * An empty first tier.
 *
 * @example
 * ```ts
 * import { createL1 } from "./l1.ts";
 * const l1 = createL1();
 * l1.put("sre", "why do the pods restart?", []);
 * console.assert(l1.get("sre", " why do the pods  restart? ")?.length === 0);
 * console.assert(l1.get("secops", "why do the pods restart?") === undefined);
 * ```
 */
export function createL1({ maxEntries, maxBytes }: L1Limits = L1_LIMITS): L1 {
  const create = () =>
    new LRUCache<string, readonly MemoryItem[]>({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: sizeOf,
    });
  const caches = new Map<Persona, ReturnType<typeof create>>(PERSONAS.map((persona) => [persona, create()]));
  const all = () => [...caches.values()];
  return {
    put: (persona, text, items) => void caches.get(persona)?.set(keyOf(text), items),
    get: (persona, text) => caches.get(persona)?.get(keyOf(text)),
    search: (persona, query, limit) => {
      const terms = termsOf(query).map(({ text }) => text.toLowerCase());
      const found = new Map<string, { item: MemoryItem; hits: number }>();
      // From the latest used to the one that goes next.
      for (const items of caches.get(persona)?.values() ?? []) {
        for (const item of items) {
          if (found.has(item.id)) continue;
          const text = item.text.toLowerCase();
          const hits = terms.filter((term) => text.includes(term)).length;
          if (hits > 0) found.set(item.id, { item, hits });
        }
      }
      return [...found.values()].toSorted((a, b) => b.hits - a.hits).slice(0, limit)
        .map(({ item, hits }, index) => ({
          ...item,
          tier: "l1",
          score: hits / terms.length,
          ranks: { l1: index + 1 },
        }));
    },
    drop: (matches) => {
      for (const cache of caches.values()) {
        for (const [key, items] of [...cache.entries()]) if (items.some(matches)) cache.delete(key);
      }
    },
    clear: () => {
      for (const cache of caches.values()) cache.clear();
    },
    entries: () => all().reduce((sum, cache) => sum + cache.size, 0),
    bytes: () => all().reduce((sum, cache) => sum + cache.calculatedSize, 0),
  };
}
