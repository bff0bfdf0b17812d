/**
 * What the makers of SQL share: quoted names, aggregates, and what they return.
 *
 * @module
 */

/** SQL for a question, and what it does. */
export interface MadeSql {
  readonly sql: string;
  readonly why: string;
  readonly intent: "sql" | "schema";
  /** What the answer's first line must speak to: `duplicates`. */
  readonly wish?: string;
}

/** A column's or a table's name, quoted. */
export const id = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const list = (names: readonly string[]): string => names.map(id).join(", ");
export const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** Words that ask for an aggregate, and DuckDB's function for it. */
export const AGGREGATE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:averages?|mean|on average|typical)\b/, "avg"],
  [/\bmedian\b/, "median"],
  [
    /\b(?:percentiles?|quantiles?|p\d\d)\b|\b\d{1,2}(?:st|nd|rd|th) (?:percentile|quantile)\b/,
    "quantile_cont",
  ],
  [/\b(?:standard deviation|stddev|std dev|spread)\b/, "stddev"],
  [
    /\b(?:sums?|summed|totals?|add up|adds up|altogether|how much|turnover|revenue|overall amount|cumulated|grand total|sum up)\b/,
    "sum",
  ],
  [
    /\b(?:lowest|minimum|smallest|min|cheapest|least expensive|earliest|oldest|first|shortest|youngest|minimal)\b/,
    "min",
  ],
  [
    /\b(?:highest|maximum|largest|biggest|max|most expensive|latest|newest|last|longest|most recent|greatest|maximal)\b/,
    "max",
  ],
];

/** The aggregates that a text asks for. */
export function aggregatesOf(asked: string): string[] {
  const found = AGGREGATE.filter(([words]) => words.test(asked)).map(([, name]) => name);
  return unique(found).filter((name) =>
    !(name === "sum" && /\b(?:total number|in total|total count|row total)\b/.test(asked) && found.length > 1)
  );
}

/** An aggregate's call over a column; a quantile takes its fraction from the goal ("95th percentile", "p99"). */
export function callOf(aggregate: string, column: string, goal: string): string {
  if (aggregate !== "quantile_cont") return `${aggregate}(${id(column)})`;
  const hit =
    /\bp(\d{1,2})\b|\b(\d{1,2})(?:st|nd|rd|th)?[ -](?:percentile|quantile)|\bquantile 0?\.(\d{1,3})|\b0\.(\d{1,3})[ -]quantile/i
      .exec(goal.slice(0, 8192));
  const percent = hit?.[1] ?? hit?.[2];
  const fraction = percent !== undefined ? percent.padStart(2, "0") : hit?.[3] ?? hit?.[4] ?? "5";
  return `quantile_cont(${id(column)}, 0.${fraction})`;
}
