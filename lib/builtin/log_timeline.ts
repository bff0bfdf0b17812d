/**
 * Counts over time in bounded memory: a sparse histogram whose buckets grow wider when there are too many of them.
 *
 * @module
 */

/** Widths in seconds; each is a multiple of the one before it, so that buckets can be merged. */
const WIDTHS: readonly number[] = [
  1,
  5,
  10,
  30,
  60,
  300,
  900,
  3600,
  10800,
  21600,
  86400,
  604800,
  2419200,
  29030400,
];

/** The smallest width of the ladder that is at least `seconds`. */
export function widthAtLeast(seconds: number): number {
  return WIDTHS.find((width) => width >= seconds) ?? WIDTHS[WIDTHS.length - 1]!;
}

/**
 * A histogram over time. Empty buckets cost nothing, so one record with a wild date does not blur the others.
 *
 * @example
 * ```ts
 * import { Timeline } from "./log_timeline.ts";
 * const line = new Timeline(100);
 * line.add(0);
 * line.add(61_000);
 * console.assert(line.at(60).get(1) === 1);
 * ```
 */
export class Timeline {
  /** Seconds of one bucket, now. */
  width = 1;
  readonly #limit: number;
  #counts = new Map<number, number>();
  /** The bucket that the last record fell into is counted here first: records come in order, mostly. */
  #bucket = NaN;
  #pending = 0;

  /** @param limit how many non-empty buckets are kept at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one record at `ms` since 1970. */
  add(ms: number): void {
    const bucket = Math.floor(ms / (this.width * 1000));
    if (bucket === this.#bucket) {
      this.#pending++;
      return;
    }
    this.#flush();
    this.#bucket = Math.floor(ms / (this.width * 1000));
    this.#pending = 1;
  }

  /** Counts by bucket number (`floor(seconds / width)`); `width` must be of the ladder and not below the own one. */
  at(width: number): Map<number, number> {
    this.#flush();
    const out = new Map<number, number>();
    for (const [bucket, count] of this.#counts) {
      const wide = Math.floor(bucket * this.width / width);
      out.set(wide, (out.get(wide) ?? 0) + count);
    }
    return out;
  }

  /** Takes in the counts of another one. */
  addAll(other: Timeline): void {
    this.#flush();
    while (this.width < other.width) this.#widen();
    for (const [bucket, count] of other.at(this.width)) {
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    }
    while (this.#counts.size > this.#limit && this.#widen());
  }

  #widen(): boolean {
    const next = WIDTHS[WIDTHS.indexOf(this.width) + 1];
    if (next === undefined) return false;
    this.#counts = this.at(next);
    this.width = next;
    return true;
  }

  #flush(): void {
    if (this.#pending === 0) return;
    this.#counts.set(this.#bucket, (this.#counts.get(this.#bucket) ?? 0) + this.#pending);
    this.#pending = 0;
    this.#bucket = NaN;
    while (this.#counts.size > this.#limit && this.#widen());
  }
}
