/**
 * Plain counters over closed sets of label values: cheap enough for every request.
 *
 * @module
 */

/** What a value outside its label's known set becomes, so that nothing a client sends can make a new series. */
export const OTHER = "other";

/** The labels of a metric and the values that each may have. */
export type LabelSets = Readonly<Record<string, readonly string[]>>;

export interface Tally {
  /** Adds to the series of these values, in the order of the labels. */
  add(values: readonly string[], amount?: number): void;
  /** Every series that has been set to zero or added to. */
  series(): readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const SEPARATOR = "\0";

/** Values of known labels, in the labels' order; anything else becomes {@link OTHER}. */
export function known(sets: readonly ReadonlySet<string>[], values: readonly string[]): string[] {
  return sets.map((set, index) => {
    const value = values[index];
    return value !== undefined && set.has(value) ? value : OTHER;
  });
}

/**
 * A counter. `zero` lists the series that exist before anything happens: without them a scraper takes the first event
 * for none.
 *
 * @example
 * ```ts
 * import { createTally } from "./tally.ts";
 * const goals = createTally({ persona: ["sre"] }, [["sre"]]);
 * goals.add(["sre"]);
 * goals.add(["banana"]);
 * console.assert(goals.series().map(({ value }) => value).join() === "1,1");
 * ```
 */
export function createTally(labels: LabelSets, zero: readonly (readonly string[])[]): Tally {
  const names = Object.keys(labels);
  const sets = names.map((name) => new Set(labels[name]));
  const counts = new Map<string, number>(zero.map((values) => [values.join(SEPARATOR), 0]));
  return {
    add(values, amount = 1) {
      // A series that exists was checked when it was made.
      let key = values.length === 1 ? values[0] ?? OTHER : values.join(SEPARATOR);
      let count = counts.get(key);
      if (count === undefined) {
        key = known(sets, values).join(SEPARATOR);
        count = counts.get(key) ?? 0;
      }
      counts.set(key, count + amount);
    },
    series: () =>
      [...counts].map(([key, value]) => {
        const values = names.length === 0 ? [] : key.split(SEPARATOR);
        return {
          labels: Object.fromEntries(names.map((name, index) => [name, values[index] ?? OTHER])),
          value,
        };
      }),
  };
}
