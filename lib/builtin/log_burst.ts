/**
 * Finds spans in which something was logged far above its own usual rate.
 *
 * @module
 */
import { type Timeline, widthAtLeast } from "./log_timeline.ts";

/** The rule in words, as the report prints it. */
export const BURST_RULE =
  "A bucket is a burst when it holds at least 10 records, at least 4 times the median of all buckets in which the log was " +
  "written at all, and more than the median plus 6 times its square root; neighbouring buckets are one burst. What recurs " +
  "in 4 or more such spans must also reach 3 times their usual peak, and what fills over a third of the time is no burst. " +
  "Needs at least 10 buckets.";

/** The least count of a bucket that can be a burst. */
const LEAST = 10;
/** Buckets that are needed before anything can be called unusual. */
const MIN_BUCKETS = 10;

/** A span above the usual rate. Bucket numbers count from 1970 in units of `width` seconds; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly count: number;
  readonly peakAt: number;
  readonly peak: number;
  readonly baseline: number;
}

/** The bucket width, seconds, by which bursts are looked for: the covered time in about 150 parts, at least 10 s. */
export function burstWidth(first: number, last: number): number {
  return widthAtLeast(Math.max(10, (last - first) / 1000 / 150));
}

/**
 * The bursts of one series.
 *
 * @param series what is judged
 * @param coverage all records: buckets without any of them say nothing about the rate
 * @param width seconds of a bucket; made wider when one of the two has wider ones
 *
 * @example
 * ```ts
 * import { findBursts } from "./log_burst.ts";
 * import { Timeline } from "./log_timeline.ts";
 * const all = new Timeline(1000), some = new Timeline(1000);
 * for (let minute = 0; minute < 30; minute++) all.add(minute * 60_000);
 * for (let i = 0; i < 50; i++) some.add(7 * 60_000);
 * console.assert(findBursts(some, all, 60)[0]!.count === 50);
 * ```
 */
export function findBursts(series: Timeline, coverage: Timeline, width: number): Span[] {
  const wide = Math.max(width, series.width, coverage.width);
  const counts = series.at(wide);
  const covered = [...new Set([...coverage.at(wide).keys(), ...counts.keys()])].sort((a, b) => a - b);
  if (covered.length < MIN_BUCKETS) return [];
  const baseline = median(covered.map((bucket) => counts.get(bucket) ?? 0));
  const threshold = Math.max(LEAST, 4 * baseline, baseline + 6 * Math.sqrt(baseline) + 1);
  const spans: Span[] = [];
  let open: { from: number; to: number; count: number; peak: number; peakAt: number } | undefined;
  const close = () => {
    if (open !== undefined) spans.push({ ...open, width: wide, baseline });
    open = undefined;
  };
  let hot = 0;
  for (const bucket of covered) {
    const count = counts.get(bucket) ?? 0;
    if (count < threshold) {
      // One quiet bucket between two loud ones doesn't part them.
      if (open !== undefined && bucket > open.to) close();
      continue;
    }
    hot++;
    if (open !== undefined && bucket > open.to + 1) close();
    if (open === undefined) open = { from: bucket, to: bucket + 1, count, peak: count, peakAt: bucket };
    else {
      for (let b = open.to; b <= bucket; b++) open.count += counts.get(b) ?? 0;
      open.to = bucket + 1;
      if (count > open.peak) {
        open.peak = count;
        open.peakAt = bucket;
      }
    }
  }
  close();
  if (hot > covered.length / 3) return [];
  if (spans.length < 4) return spans;
  const usual = median(spans.map((span) => span.peak));
  return spans.filter((span) => span.peak >= 3 * usual);
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
