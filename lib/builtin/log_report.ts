/**
 * Turns what was collected into the document that is printed.
 *
 * @module
 */
import { BURST_RULE, burstWidth, findBursts, type Span } from "./log_burst.ts";
import type { Collector, FileCounts, Pattern } from "./log_collect.ts";
import { levelName, type LevelNumber } from "./log_level.ts";
import { Timeline, widthAtLeast } from "./log_timeline.ts";
import type { LevelCounts, LogBucket, LogBurst, LogLevel, LogPattern, LogReport } from "./log_types.ts";

/** Buckets of the printed time line, at most. */
const MAX_BUCKETS = 2000;
const MAX_BURSTS = 50;
const MAX_NEW = 50;

const LEVELS: readonly LevelNumber[] = [0, 1, 2, 3, 4, 5, 6];

/** A pattern with what it is called. */
export interface NamedPattern {
  readonly id: string;
  readonly template: string;
  readonly pattern: Pattern;
}

/** The parts of the report that come from the counts. */
export type CountedParts = Pick<
  LogReport,
  "levels" | "timeline" | "patterns" | "pattern_totals" | "bursts" | "burst_rule" | "new_patterns"
>;

/** RFC 3339 in UTC; milliseconds only where there are any. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** Makes those parts; `top` patterns are listed. */
export function countedParts(
  collector: Collector,
  files: readonly FileCounts[],
  top: number,
  since: number | undefined,
): CountedParts {
  const named = namePatterns(collector);
  const spans = findSpans(collector, named);
  const fresh = findNew(collector, named, spans, since);
  const isNew = new Set(fresh.map((item) => item.id));
  const listed = named.slice(0, top);
  return {
    levels: levelCounts(collector.levels),
    timeline: timeline(collector),
    patterns: listed.map((item) => printed(item, files, isNew.has(item.id))),
    pattern_totals: {
      distinct: named.length,
      unlisted_records: named.slice(top).reduce((sum, { pattern }) => sum + pattern.count, 0),
      overflow_records: collector.overflow,
    },
    bursts: spans.map((span) => printedBurst(span, named)),
    burst_rule: BURST_RULE,
    new_patterns: fresh,
  };
}

function levelCounts(counts: readonly number[]): LevelCounts {
  const out: Partial<Record<LogLevel, number>> = {};
  for (const level of LEVELS) if (counts[level]! > 0) out[levelName(level)] = counts[level]!;
  return out;
}

/** How bad: fatal and error alike, then warning, then the rest. */
function weight(level: LevelNumber): number {
  return level >= 5 ? 3 : level === 4 ? 2 : 1;
}

function namePatterns(collector: Collector): NamedPattern[] {
  const byKey = new Map<string, NamedPattern>();
  for (const { template, value } of collector.templates.all()) {
    if (value.count === 0) continue;
    const id = shortHash(`${levelName(value.level)} ${template}`);
    const known = byKey.get(id);
    // Templates that grew alike while they were merged are one.
    if (known === undefined) byKey.set(id, { id, template, pattern: value });
    else join(known.pattern, value);
  }
  return [...byKey.values()].sort((a, b) =>
    weight(b.pattern.level) - weight(a.pattern.level) || b.pattern.count - a.pattern.count ||
    (a.template < b.template ? -1 : 1)
  );
}

function join(into: Pattern, other: Pattern): void {
  into.count += other.count;
  into.before += other.before;
  into.first = Math.min(into.first, other.first);
  into.last = Math.max(into.last, other.last);
  if (into.example === undefined && other.example !== undefined) into.example = other.example;
  for (const [file, count] of other.files) into.files.set(file, (into.files.get(file) ?? 0) + count);
  for (const [cause, count] of other.causes) into.causes.set(cause, (into.causes.get(cause) ?? 0) + count);
  into.times.addAll(other.times);
}

/** 48 bits of two multiplicative hashes, as 12 hex digits: the same for a text in every run. */
function shortHash(text: string): string {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ a >>> 16, 2246822507) ^ Math.imul(b ^ b >>> 13, 3266489909);
  b = Math.imul(b ^ b >>> 16, 2246822507) ^ Math.imul(a ^ a >>> 13, 3266489909);
  const hex = (value: number, length: number) => (value >>> 0).toString(16).padStart(8, "0").slice(-length);
  return hex(b, 6) + hex(a, 6);
}

function timeline(collector: Collector): LogReport["timeline"] {
  let width = Math.max(60, ...collector.levelTimes.map((times) => times.width));
  for (;;) {
    const rows = new Map<number, number[]>();
    for (const level of LEVELS) {
      for (const [bucket, count] of collector.levelTimes[level]!.at(width)) {
        let row = rows.get(bucket);
        if (row === undefined) rows.set(bucket, row = [0, 0, 0, 0, 0, 0, 0]);
        row[level] = count;
      }
    }
    const wider = widthAtLeast(width + 1);
    if (rows.size <= MAX_BUCKETS || wider === width) {
      const buckets = [...rows].sort((a, b) => a[0] - b[0]).map(([bucket, row]): LogBucket => ({
        at: instant(bucket * width * 1000),
        total: row.reduce((sum, count) => sum + count, 0),
        levels: levelCounts(row),
      }));
      return { bucket_seconds: width, buckets };
    }
    width = wider;
  }
}

function printed(
  { id, template, pattern }: NamedPattern,
  files: readonly FileCounts[],
  isNew: boolean,
): LogPattern {
  const most = <K>(counts: Map<K, number>) => [...counts].sort((a, b) => b[1] - a[1]);
  return {
    id,
    template: template.slice(0, 1000),
    level: levelName(pattern.level),
    level_from: pattern.from,
    count: pattern.count,
    count_before: pattern.before,
    ...(pattern.first <= pattern.last ? { first: instant(pattern.first), last: instant(pattern.last) } : {}),
    example: pattern.example ?? { path: "", line: 0, offset: 0, text: "" },
    files: most(pattern.files).slice(0, 20).map(([file, count]) => ({
      path: files[file]?.path ?? "",
      count,
    })),
    causes: most(pattern.causes).slice(0, 5).map(([text, count]) => ({ text, count })),
    is_new: isNew,
  };
}

interface NamedSpan extends Span {
  readonly of: LogBurst["of"];
  readonly name: string;
  readonly level: LevelNumber;
  readonly item?: NamedPattern;
}

function findSpans(collector: Collector, named: readonly NamedPattern[]): NamedSpan[] {
  const first = Math.min(collector.first, ...named.map(({ pattern }) => pattern.first));
  if (!(first < collector.last)) return [];
  const range = [...collector.coverage.at(Math.max(60, collector.coverage.width)).keys()];
  const step = Math.max(60, collector.coverage.width) * 1000;
  const low = range.reduce((a, b) => Math.min(a, b), Infinity) * step;
  const high = range.reduce((a, b) => Math.max(a, b), -Infinity) * step + step;
  const width = burstWidth(Math.max(low, collector.first), Math.min(high, collector.last));
  const out: NamedSpan[] = [];
  const look = (times: Timeline, about: Omit<NamedSpan, keyof Span>) => {
    for (const span of findBursts(times, collector.coverage, width)) out.push({ ...span, ...about });
  };
  const all = new Timeline(4000);
  for (const times of collector.levelTimes) all.addAll(times);
  look(all, { of: "total", name: "all records", level: 0 });
  for (const level of [4, 5, 6] as const) {
    look(collector.levelTimes[level]!, { of: "level", name: levelName(level), level });
  }
  for (const item of named) {
    if (item.pattern.count < 10) continue;
    look(item.pattern.times, { of: "pattern", name: item.template, level: item.pattern.level, item });
  }
  const rank = (span: NamedSpan) =>
    (span.of === "level" ? 1 : span.of === "pattern" ? 0 : -1) + 10 * weight(span.level);
  return out.sort((a, b) => rank(b) - rank(a) || b.count - a.count).slice(0, MAX_BURSTS);
}

function printedBurst(span: NamedSpan, named: readonly NamedPattern[]): LogBurst {
  const { width } = span;
  const from = span.from * width * 1000, to = span.to * width * 1000;
  const began = named.filter(({ pattern }) =>
    pattern.first >= from && pattern.first < to && pattern.before === 0
  );
  const id = span.item?.id ?? (span.of === "level" ? span.name : undefined);
  return {
    of: span.of,
    ...(id === undefined ? {} : { id }),
    name: span.name.slice(0, 1000),
    level: levelName(span.level),
    from: instant(from),
    to: instant(to),
    count: span.count,
    peak: { at: instant(span.peakAt * width * 1000), count: span.peak },
    bucket_seconds: width,
    baseline: span.baseline,
    began: began.slice(0, 20).map((item) => item.id),
  };
}

/**
 * Patterns that were not there before: with `since`, those without a record before it (when there is any earlier record at all);
 * else those that first appear in the last tenth of the time, or within a burst of warnings or worse, once a tenth has passed.
 */
function findNew(
  collector: Collector,
  named: readonly NamedPattern[],
  spans: readonly NamedSpan[],
  since: number | undefined,
): LogReport["new_patterns"] {
  const { first, last } = collector;
  if (!(last > first)) return [];
  const tenth = (last - first) / 10;
  const bursts = spans.filter((span) => span.level >= 4);
  const why = (pattern: Pattern): LogReport["new_patterns"][number]["why"] | undefined => {
    if (!Number.isFinite(pattern.first)) return undefined;
    if (since !== undefined && first < since) return pattern.before === 0 ? "not before since" : undefined;
    if (pattern.first < first + tenth) return undefined;
    const inBurst = (span: NamedSpan) =>
      pattern.first >= span.from * span.width * 1000 && pattern.first < span.to * span.width * 1000;
    if (bursts.some(inBurst)) return "with a burst";
    return pattern.first > last - tenth ? "late in the log" : undefined;
  };
  const out: LogReport["new_patterns"][number][] = [];
  for (const { id, template, pattern } of named) {
    const reason = why(pattern);
    if (reason === undefined || out.length >= MAX_NEW) continue;
    out.push({
      id,
      template: template.slice(0, 1000),
      level: levelName(pattern.level),
      count: pattern.count,
      first: instant(pattern.first),
      path: pattern.example?.path ?? "",
      line: pattern.example?.line ?? 0,
      why: reason,
    });
  }
  return out;
}
