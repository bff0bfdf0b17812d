/**
 * Counts records as they come: levels, times, patterns. Memory is bounded by fixed numbers, whatever the log.
 *
 * @module
 */
import { createFinder, decode } from "./log_bytes.ts";
import { createLineHash, HashTable } from "./log_hash.ts";
import type { LevelNumber } from "./log_level.ts";
import { createLineParser, type LineParser } from "./log_line.ts";
import { MAX_LINE } from "./log_lines.ts";
import { createTemplates, maskedPieces, type Templates } from "./log_template.ts";
import { Timeline } from "./log_timeline.ts";
import { causeOf } from "./log_trace.ts";
import type { LogExample } from "./log_types.ts";

/** Templates kept; with their histograms at most about 100 MB. */
const MAX_PATTERNS = 3000;
/** Hashes remembered, so that a line is not read the slow way again. */
const MAX_HASHES = 1 << 16;
/** Non-empty buckets of a pattern's histogram, and of one over all records. */
const PATTERN_BUCKETS = 500;
const ALL_BUCKETS = 4000;
/** When of so many new messages nearly all find the table full, so many more are counted without looking: it is no log of templates. */
const TRIES = 4096;
const RESTS = 65536;
const MAX_TRACE = 12;
const MAX_FILES = 64;
const MAX_CAUSES = 50;

/** What is counted for one template. */
export interface Pattern {
  level: LevelNumber;
  from: "field" | "word" | "none";
  count: number;
  before: number;
  first: number;
  last: number;
  readonly times: Timeline;
  /** Selected records by file number; at most {@link MAX_FILES} files. */
  readonly files: Map<number, number>;
  example?: LogExample;
  readonly causes: Map<string, number>;
}

/** What a record must be like to be selected. Levels empty: all. Times in ms; `until` is exclusive. */
export interface Selection {
  readonly levels: ReadonlySet<LevelNumber>;
  readonly match?: string;
  readonly since?: number;
  readonly until?: number;
}

/** Running numbers of one file. */
export interface FileCounts {
  readonly index: number;
  readonly path: string;
  lines: number;
  records: number;
  selected: number;
  first: number;
  last: number;
  readonly formats: Map<string, number>;
}

interface Entry {
  level: LevelNumber;
  from: "field" | "word" | "none";
  pattern: Pattern | undefined;
  /** The same message with a trace behind it, when it has no level itself. */
  traced: Pattern | undefined;
}

/** Makes the numbers for one file. */
export function createFileCounts(index: number, path: string): FileCounts {
  return {
    index,
    path,
    lines: 0,
    records: 0,
    selected: 0,
    first: Infinity,
    last: -Infinity,
    formats: new Map(),
  };
}

/**
 * Collects records. Give it each line with {@link line} in order, and {@link endFile} after each file.
 *
 * @example
 * ```ts
 * import { Collector, createFileCounts } from "./log_collect.ts";
 * import { createLineParser } from "./log_line.ts";
 * const collector = new Collector({ levels: new Set() });
 * const file = createFileCounts(0, "a.log"), bytes = new TextEncoder().encode("ERROR disk full");
 * collector.line(createLineParser({ modified: 0, now: 0 }), file, bytes, 0, bytes.length, 0);
 * collector.endFile(file);
 * console.assert(collector.levels[5] === 1);
 * ```
 */
export class Collector {
  readonly levels = [0, 0, 0, 0, 0, 0, 0];
  records = 0;
  selected = 0;
  unparsed = 0;
  withoutTime = 0;
  folded = 0;
  overflow = 0;
  /** Records of a worse level than all that were asked for; they may be what the reader meant. */
  worse = 0;
  first = Infinity;
  last = -Infinity;
  readonly levelTimes: readonly Timeline[] = Array.from({ length: 7 }, () => new Timeline(ALL_BUCKETS));
  /** Every record within since and until, selected or not: shows when the log was being written at all. */
  readonly coverage = new Timeline(ALL_BUCKETS);
  readonly templates: Templates<Pattern>;
  readonly #selection: Selection;
  readonly #maxLevel: number;
  readonly #find: ((buf: Uint8Array, from: number, to: number) => boolean) | undefined;
  readonly #findEscaped: ((buf: Uint8Array, from: number, to: number) => boolean) | undefined;
  readonly #hash = createLineHash();
  readonly #table = new HashTable<Entry>(MAX_HASHES);
  /** The record that is open: more lines may belong to it. */
  #open = false;
  #entry: Entry;
  #ms = NaN;
  #before = false;
  #eligible = false;
  #matched = false;
  #traced = false;
  /** How many templates were looked for lately, and not found in a full table; how many will not even be looked for. */
  #tried = 0;
  #failed = 0;
  #resting = 0;
  /** Looks at a kept first line once more; which time it sees there doesn't matter. */
  readonly #again = createLineParser({ modified: Date.now(), now: Date.now() });
  /** The record's first line, kept while its pattern or the pattern's example is not known. */
  readonly #head = new Uint8Array(MAX_LINE);
  #headLength = 0;
  #line = 0;
  #offset = 0;
  #trace: string[] = [];
  #cause: string | undefined;
  #causeLines = 0;

  constructor(selection: Selection) {
    this.#selection = selection;
    this.#maxLevel = Math.max(0, ...selection.levels);
    this.#entry = { level: 0, from: "none", pattern: undefined, traced: undefined };
    if (selection.match !== undefined) {
      this.#find = createFinder(selection.match);
      const escaped = JSON.stringify(selection.match).slice(1, -1);
      if (escaped !== selection.match) this.#findEscaped = createFinder(escaped);
    }
    this.templates = createTemplates({
      limit: MAX_PATTERNS,
      create: (): Pattern => ({
        level: 0,
        from: "none",
        count: 0,
        before: 0,
        first: Infinity,
        last: -Infinity,
        times: new Timeline(PATTERN_BUCKETS),
        files: new Map(),
        causes: new Map(),
      }),
    });
  }

  /** Takes the line `[from, to)`, which stands at `offset` of its file; `file.lines` must count it already. */
  line(
    parser: LineParser,
    file: FileCounts,
    buf: Uint8Array,
    from: number,
    to: number,
    offset: number,
  ): void {
    const kind = parser.parse(buf, from, to);
    if (kind === "start") {
      if (this.#open) this.#close(file);
      this.#begin(parser, file, buf, from, to, offset);
    } else if (this.#open && kind === "continues") this.#fold(parser, buf, from, to);
  }

  /** Closes the record that is open at the end of a file. */
  endFile(file: FileCounts): void {
    if (this.#open) this.#close(file);
    this.#open = false;
  }

  #begin(
    parser: LineParser,
    file: FileCounts,
    buf: Uint8Array,
    from: number,
    to: number,
    offset: number,
  ): void {
    const { since, until, levels } = this.#selection;
    this.#open = true;
    file.formats.set(parser.format, (file.formats.get(parser.format) ?? 0) + 1);
    let ms = parser.ms;
    // A record without a time of its own happened when the one before it did, as far as anyone can tell.
    if (ms !== ms) ms = this.#ms;
    else {
      if (ms < file.first) file.first = ms;
      if (ms > file.last) file.last = ms;
    }
    this.#ms = ms;
    const hash = this.#hash;
    parser.hash(hash);
    let entry = this.#table.get(hash.a, hash.b);
    if (entry === undefined) {
      const said = parser.describe();
      const bare = said.level === 0 && parser.trace;
      entry = {
        level: bare ? 5 : said.level,
        from: bare ? "word" : said.from,
        pattern: undefined,
        traced: undefined,
      };
      this.#table.set(hash.a, hash.b, entry);
    }
    this.#entry = entry;
    parser.openIsQuiet(entry.level >= 1 && entry.level <= 3);
    if (parser.plain && entry.from !== "field") this.unparsed++;
    const known = ms === ms;
    if (!known) this.withoutTime++;
    this.#before = since !== undefined && known && ms < since;
    const inTime = (since === undefined && until === undefined) ||
      (known && (until === undefined || ms < until));
    if (inTime && known && !this.#before) this.coverage.add(ms);
    this.#eligible = inTime && (levels.size === 0 || levels.has(entry.level) || entry.level === 0);
    if (inTime && !this.#before && levels.size > 0 && entry.level > this.#maxLevel) this.worse++;
    this.#traced = false;
    this.#cause = undefined;
    this.#causeLines = 0;
    this.#headLength = 0;
    if (!this.#eligible) return;
    this.#matched = this.#find === undefined || this.#matches(parser, buf, from, to);
    if (entry.pattern?.example === undefined || (entry.level === 0 && entry.traced?.example === undefined)) {
      this.#head.set(buf.subarray(from, to));
      this.#headLength = to - from;
      this.#line = file.lines;
      this.#offset = offset;
      if (this.#trace.length > 0) this.#trace = [];
    }
  }

  #fold(parser: LineParser, buf: Uint8Array, from: number, to: number): void {
    this.folded++;
    if (!this.#eligible) return;
    if (!this.#matched) this.#matched = this.#matches(parser, buf, from, to);
    const first = parser.body[parser.bodyFrom]!;
    const margin = first !== 32 && first !== 9;
    if (!margin) this.#traced = true;
    else if (this.#causeLines < 20) {
      this.#causeLines++;
      const cause = causeOf(decode(parser.body, parser.bodyFrom, parser.bodyTo, 400));
      if (cause !== undefined) {
        this.#cause = cause;
        this.#traced = true;
      }
    }
    if (this.#headLength > 0 && this.#trace.length < MAX_TRACE) {
      this.#trace.push(decode(buf, from, to, 800).slice(0, 200));
    }
  }

  #matches(parser: LineParser, buf: Uint8Array, from: number, to: number): boolean {
    const find = this.#find!; // Called only with a text to look for.
    return find(buf, from, to) ||
      (parser.body !== buf && find(parser.body, parser.bodyFrom, parser.bodyTo)) ||
      (this.#findEscaped?.(buf, from, to) ?? false);
  }

  #close(file: FileCounts): void {
    this.#open = false;
    this.records++;
    file.records++;
    const ms = this.#ms, entry = this.#entry;
    const known = ms === ms;
    if (known) {
      if (ms < this.first) this.first = ms;
      if (ms > this.last) this.last = ms;
    }
    if (!this.#eligible || !this.#matched) return;
    // A message without a level whose record carries an exception is an error.
    const raised = entry.level === 0 && this.#traced;
    const level = raised ? 5 : entry.level;
    if (this.#selection.levels.size > 0 && !this.#selection.levels.has(level)) return;
    const pattern = raised ? entry.traced ??= this.#pattern(level) : entry.pattern ??= this.#pattern(level);
    if (this.#before) {
      if (pattern !== undefined) pattern.before++;
      return;
    }
    this.selected++;
    file.selected++;
    this.levels[level]!++;
    if (known) this.levelTimes[level]!.add(ms);
    if (pattern === undefined) {
      this.overflow++;
      return;
    }
    this.#count(pattern, entry, level, file, raised);
  }

  #count(pattern: Pattern, entry: Entry, level: LevelNumber, file: FileCounts, raised: boolean): void {
    const ms = this.#ms;
    if (pattern.count++ === 0) {
      pattern.level = level;
      pattern.from = raised ? "word" : entry.from;
    }
    if (ms === ms) {
      pattern.times.add(ms);
      if (ms < pattern.first) pattern.first = ms;
      if (ms > pattern.last) pattern.last = ms;
    }
    const inFile = pattern.files.get(file.index);
    if (inFile !== undefined || pattern.files.size < MAX_FILES) {
      pattern.files.set(file.index, (inFile ?? 0) + 1);
    }
    if (pattern.example === undefined) {
      const text = decode(this.#head, 0, this.#headLength, 2000).slice(0, 500);
      const at = { path: file.path, line: this.#line, offset: this.#offset, text };
      pattern.example = this.#trace.length > 0 ? { ...at, trace: this.#trace } : at;
    }
    if (this.#cause === undefined) return;
    const cause = maskedPieces(this.#cause).join("").slice(0, 300);
    if (pattern.causes.has(cause) || pattern.causes.size < MAX_CAUSES) {
      pattern.causes.set(cause, (pattern.causes.get(cause) ?? 0) + 1);
    }
  }

  /** Finds or makes the pattern of the open record, from its first line: once for each hash that is selected. */
  #pattern(level: LevelNumber): Pattern | undefined {
    if (this.#resting > 0) {
      this.#resting--;
      return undefined;
    }
    this.#again.forget();
    this.#again.parse(this.#head, 0, this.#headLength);
    const { text, exact } = this.#again.describe();
    const pattern = this.templates.find(level, text, exact === true);
    this.#tried++;
    if (pattern === undefined) this.#failed++;
    if (this.#tried === TRIES) {
      if (this.#failed > TRIES * 0.9) this.#resting = RESTS;
      this.#tried = this.#failed = 0;
    }
    return pattern;
  }

  /** Forgets the time of the last record: the next file does not inherit it. */
  newFile(): void {
    this.#ms = NaN;
  }
}
