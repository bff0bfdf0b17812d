/**
 * SQL that groups by spans of time.
 *
 * @module
 */
import type { Columns } from "./data_columns.ts";
import { DATE_COLUMN } from "./data_filters.ts";
import { aggregatesOf, id, type MadeSql } from "./data_sql_parts.ts";
import type { Reading } from "./reading.ts";

/** A span of time over a column. */
export interface Bucket {
  readonly unit: string;
  readonly column: string;
}

const BUCKET_WORDS: Readonly<Record<string, string>> = {
  hourly: "hour",
  daily: "day",
  weekly: "week",
  monthly: "month",
  quarterly: "quarter",
  yearly: "year",
  annual: "year",
};

/** "per month (ordered_at)", "monthly totals by sold_at": a span of time over the one column that is a time. */
export function bucketOf(reading: Reading, columns: Columns): Bucket | undefined {
  const said = reading.find(
    /\b(?:per|by|each|every|grouped by|group by) (?:calendar )?(hour|day|week|month|quarter|year)\b|\b(hourly|daily|weekly|monthly|quarterly|yearly|annual)\b/,
  ) ??
    reading.find(
      /\b(?:per|by|each) (?:\S+ ){1,3}?(?:and|,) (?:by |per )?(?:calendar )?(hour|day|week|month|quarter|year)\b/,
    );
  if (said === undefined) return undefined;
  const unit = said.groups[1] ?? BUCKET_WORDS[said.groups[2] ?? ""];
  const times = columns.all.filter((name) => DATE_COLUMN.test(name) && name !== unit);
  return unit === undefined || times.length !== 1 || times[0] === undefined
    ? undefined
    : { unit, column: times[0] };
}

/** SQL for each span. */
export function inBuckets(
  bucket: Bucket,
  from: string,
  where: string,
  groups: readonly string[],
  targets: readonly string[],
  asked: string,
): MadeSql {
  const functions = aggregatesOf(asked);
  const by = groups.filter((name) => name !== bucket.unit);
  const measured = targets.filter((name) => name !== bucket.unit && !by.includes(name));
  const selected = measured.flatMap((name) =>
    (functions.length === 0 ? ["sum"] : functions).map((one) =>
      `${one}(${id(name)}) AS ${id(`${one}_${name}`)}`
    )
  );
  return {
    sql: `SELECT date_trunc('${bucket.unit}', CAST(${id(bucket.column)} AS TIMESTAMP)) AS ${
      id(bucket.unit)
    }, ${
      [...by.map(id), ...(selected.length === 0 ? ["count(*) AS n"] : selected)].join(", ")
    } FROM ${from}${where} GROUP BY ALL ORDER BY ALL`,
    why: `computes it for each ${bucket.unit} of ${bucket.column}`,
    intent: "sql",
  };
}
