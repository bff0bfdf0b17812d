/**
 * Typing errors: from an unknown word to the one known word that it nearly is.
 *
 * @module
 */
import { distance } from "fastest-levenshtein";

/** Finds the known word behind a misspelt one. */
export interface Speller {
  /** The word itself when it is known or nothing is near enough. Lower case in, lower case out. */
  correct(word: string): string;
}

/** Most corrections that are remembered; a cache only, it changes no answer. */
const MEMORY = 4096;
/** Longer tokens are names or data, not misspelt words. */
const LONGEST = 20;

const letters = (word: string): number => {
  let mask = 0;
  for (let index = 0; index < word.length; index += 1) mask |= 1 << ((word.charCodeAt(index) - 97) & 31);
  return mask;
};

const bits = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

/** Edits that a word of this length may be away: none below four letters but a transposition. */
const bound = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

function* transposed(word: string): Generator<string> {
  // The first letter last: people rarely miss it.
  for (let turn = 1; turn < word.length; turn += 1) {
    const index = turn === word.length - 1 ? 0 : turn;
    if (word[index] === word[index + 1]) continue;
    yield word.slice(0, index) + word[index + 1] + word[index] + word.slice(index + 2);
  }
}

/**
 * A corrector towards `vocabulary`, which leaves words of `known` alone. A swap of two neighbours counts as one edit; a
 * tie is decided by the vocabulary's order.
 *
 * @example
 * ```ts
 * import { createSpeller } from "./fuzzy.ts";
 * const speller = createSpeller(["namespace", "pods"], new Set(["host"]));
 * console.assert(speller.correct("namespce") === "namespace");
 * console.assert(speller.correct("host") === "host");
 * ```
 */
export function createSpeller(vocabulary: readonly string[], known: ReadonlySet<string>): Speller {
  const words = new Set(vocabulary);
  const byLength = new Map<number, { word: string; mask: number }[]>();
  for (const word of words) {
    const held = byLength.get(word.length) ?? [];
    held.push({ word, mask: letters(word) });
    byLength.set(word.length, held);
  }
  const memory = new Map<string, string>();

  const nearest = (word: string): string => {
    for (const swapped of transposed(word)) if (words.has(swapped)) return swapped;
    // Two neighbours swapped in a longer everyday word: hardly a name that somebody gave.
    if (word.length > 4) { for (const swapped of transposed(word)) if (known.has(swapped)) return swapped; }
    const most = bound(word.length);
    if (most === 0) return word;
    const mask = letters(word);
    let best = word;
    let bestDistance = most + 1;
    for (let length = word.length - most; length <= word.length + most; length += 1) {
      for (const candidate of byLength.get(length) ?? []) {
        if (candidate.word.length < 4) continue;
        if (bits(candidate.mask ^ mask) > 2 * most) continue;
        const far = distance(word, candidate.word);
        // On a tie the word with the right first letter wins: people rarely miss that one.
        const tie = far === bestDistance && best !== word && best[0] !== word[0] &&
          candidate.word[0] === word[0];
        // A letter left out is likelier than a wrong one.
        const fuller = far === bestDistance && best[0] === candidate.word[0] && best.length === word.length &&
          candidate.word.length > word.length && best !== word;
        if (far > bestDistance || (far === bestDistance && !tie && !fuller)) continue;
        if (far > most) continue;
        // Two errors in one word are believed only when its first letter is right.
        if (far > 1 && candidate.word[0] !== word[0]) continue;
        best = candidate.word;
        bestDistance = far;
      }
    }
    if (best !== word || word.length < 6) return best;
    for (const swapped of transposed(word)) {
      for (let length = word.length - 1; length <= word.length + 1; length += 1) {
        for (const candidate of byLength.get(length) ?? []) {
          if (candidate.word[0] !== word[0] || bits(candidate.mask ^ mask) > 2) continue;
          if (distance(swapped, candidate.word) === 1) return candidate.word;
        }
      }
    }
    return word;
  };

  return {
    correct: (word) => {
      if (word.length < 3 || word.length > LONGEST || words.has(word) || known.has(word)) return word;
      if (!/^[a-z]+$/.test(word)) return word;
      const seen = memory.get(word);
      if (seen !== undefined) return seen;
      const found = nearest(word);
      if (memory.size >= MEMORY) memory.clear();
      memory.set(word, found);
      return found;
    },
  };
}
