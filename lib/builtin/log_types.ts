/**
 * What `log-aggregator` prints: one JSON document, {@link LogReport}, on stdout. Instants are RFC 3339 in UTC.
 *
 * @module
 */

/** Version of {@link LogReport}; grows when a field is renamed or changes its meaning. */
export const LOG_SCHEMA = 1;

/** Least severe first; `unknown` is for records that carry no level and whose words suggest none. */
export const LOG_LEVELS = ["unknown", "trace", "debug", "info", "warning", "error", "fatal"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Counts by level; levels that did not occur are absent. */
export type LevelCounts = Readonly<Partial<Record<LogLevel, number>>>;

/** What was asked, as it was understood. */
export interface LogQuery {
  readonly source: "files" | "journal";
  readonly paths: readonly string[];
  readonly unit?: string;
  /** Empty: all levels. */
  readonly levels: readonly LogLevel[];
  /** A literal text, looked for without regard to ASCII case in whole records, traces included. */
  readonly match?: string;
  readonly since?: string;
  readonly until?: string;
  /** How many patterns are listed at most. */
  readonly top: number;
}

/** One file that was read (or one journal directory). */
export interface LogFile {
  readonly path: string;
  /** Bytes of text read, after decompression. */
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  /** Records that met every condition of the query. */
  readonly selected: number;
  readonly compression?: "gzip" | "zstd";
  /** How most of its records are written: `json`, `syslog`, `access`, `klog`, `cri`, `docker`, `journal`, `text`, … */
  readonly format: string;
  readonly first?: string;
  readonly last?: string;
  /** Reading stopped early, and why (a damaged archive, an I/O error). What was read until then is counted. */
  readonly incomplete?: string;
}

/** One place in a log. */
export interface LogExample {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Byte offset of the line in the (decompressed) file. */
  readonly offset: number;
  /** The first line of the record, cut at 500 characters. */
  readonly text: string;
  /** Up to 12 of the lines folded into the record, cut at 200 characters each. */
  readonly trace?: readonly string[];
}

/** Records that share a template. */
export interface LogPattern {
  /** Stable for a template and level: the first 12 hex digits of a hash of both. */
  readonly id: string;
  /** Variable parts stand as `<*>`, `<num>`, `<ip>`, `<uuid>`, `<hex>`. */
  readonly template: string;
  readonly level: LogLevel;
  /** `word`: no level was written, the words of the message suggest this one. */
  readonly level_from: "field" | "word" | "none";
  /** Selected records. */
  readonly count: number;
  /** Records before `since` that would else have been selected; 0 without `since`. */
  readonly count_before: number;
  /** Absent when none of its records has a time. */
  readonly first?: string;
  readonly last?: string;
  readonly example: LogExample;
  /** Selected records by path, most first, 20 at most. */
  readonly files: readonly { readonly path: string; readonly count: number }[];
  /** Exception lines found in its traces (`java.lang.OutOfMemoryError: Java heap space`), most frequent first, 5 at most. */
  readonly causes: readonly { readonly text: string; readonly count: number }[];
  /** Its first record came with a burst, or late in the log: see {@link LogReport.new_patterns}. */
  readonly is_new: boolean;
}

/** One bucket of the time line; buckets without records are not listed. */
export interface LogBucket {
  /** Start of the bucket. */
  readonly at: string;
  readonly total: number;
  readonly levels: LevelCounts;
}

/** A span in which something was logged far above its own usual rate; {@link LogReport.burst_rule} says how it is found. */
export interface LogBurst {
  readonly of: "pattern" | "level" | "total";
  /** The pattern's id, or the level; absent for `total`. */
  readonly id?: string;
  /** The pattern's template, or the level, or `all records`. */
  readonly name: string;
  readonly level: LogLevel;
  readonly from: string;
  readonly to: string;
  /** Records inside the span. */
  readonly count: number;
  /** The fullest bucket, and how wide a bucket is. */
  readonly peak: { readonly at: string; readonly count: number };
  readonly bucket_seconds: number;
  /** Median of records per bucket over the whole time the log covers. */
  readonly baseline: number;
  /** Ids of patterns whose first record falls into the span. */
  readonly began: readonly string[];
}

/** A file that was named or found, and not read. */
export interface LogSkipped {
  readonly path: string;
  readonly reason: string;
}

/** The document. */
export interface LogReport {
  readonly schema: typeof LOG_SCHEMA;
  readonly tool: "log-aggregator";
  readonly query: LogQuery;
  readonly totals: {
    readonly files: number;
    readonly bytes: number;
    readonly lines: number;
    readonly records: number;
    /** Records that met every condition of the query; everything below counts only these. */
    readonly selected: number;
    /** Records that show neither a time nor a level. */
    readonly unparsed: number;
    /** Records without a time of their own or of a record before them; with `since` or `until` they are never selected. */
    readonly without_time: number;
    /** Lines folded into the record before them (traces). */
    readonly folded: number;
    /** Lines longer than 64 KiB, of which only the beginning was looked at. */
    readonly cut_lines: number;
    /** Earliest and latest time of any record, selected or not. */
    readonly first?: string;
    readonly last?: string;
  };
  readonly files: readonly LogFile[];
  /** At most 1,000; `skipped_more` tells how many beyond. */
  readonly skipped: readonly LogSkipped[];
  readonly skipped_more: number;
  readonly levels: LevelCounts;
  readonly timeline: {
    readonly bucket_seconds: number;
    readonly buckets: readonly LogBucket[];
  };
  /** Most severe and most frequent first; `query.top` at most. */
  readonly patterns: readonly LogPattern[];
  readonly pattern_totals: {
    /** Distinct patterns among the selected records. */
    readonly distinct: number;
    /** Records whose pattern is not listed because of `top`. */
    readonly unlisted_records: number;
    /** Records that fell into no pattern because the table of patterns was full. */
    readonly overflow_records: number;
  };
  /** Most weighty first, 50 at most. */
  readonly bursts: readonly LogBurst[];
  readonly burst_rule: string;
  /** Patterns that were not there before, most severe first, 50 at most. Their ids may be beyond `patterns`. */
  readonly new_patterns: readonly {
    readonly id: string;
    readonly template: string;
    readonly level: LogLevel;
    readonly count: number;
    readonly first: string;
    readonly path: string;
    readonly line: number;
    readonly why: "not before since" | "late in the log" | "with a burst";
  }[];
  /** What was assumed about time zones and years, and other limits of this report; whole sentences. */
  readonly notes: readonly string[];
}
