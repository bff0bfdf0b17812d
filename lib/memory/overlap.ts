/**
 * How much two texts have to do with each other, by their words alone.
 *
 * @module
 */

/** Words that say nothing about a subject. English stop words of four letters and more, and those of every goal. */
const EMPTY = new Set(
  ("about above after again against also always among another been before being below between both could does doing done down during each " +
    "else even every exactly few find found from gave getting give given goes have having here into just keep last least less like list " +
    "long look made make many more most much must near need never next none only other over please seem seen several shall should show " +
    "since some such take tell than that their them then there these they this those through time times today until upon very want well " +
    "were what when where whether which while whom whose will with within without would your yours").split(
      " ",
    ),
);

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).filter((word) =>
      !EMPTY.has(word) && !/^\d+$/.test(word)
    )
      // A plural is the same word; more than that is a stemmer's work, and not needed to tell chance from kinship.
      .map((word) => word.replace(/(?<=...)s$/, "")),
  );

/**
 * The number of different words that both texts have: of four letters and more, without those that every text has, plurals
 * counted as their singular.
 *
 * @example
 * ```ts
 * import { overlap } from "./overlap.ts";
 * console.assert(overlap("why do the checkout pods restart?", "When a checkout pod is OOMKilled, raise its limit") === 1);
 * ```
 */
export function overlap(a: string, b: string): number {
  const other = wordsOf(b);
  return [...wordsOf(a)].filter((word) => other.has(word)).length;
}
