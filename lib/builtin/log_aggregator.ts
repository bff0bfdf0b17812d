/**
 * `log-aggregator`: reads logs and groups them.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { Collector, createFileCounts, type FileCounts } from "./log_collect.ts";
import { listInputs, readInput } from "./log_files.ts";
import { createLineParser, type LineParser } from "./log_line.ts";
import { createLineSplitter, type LineSplitter } from "./log_lines.ts";
import { countedParts, instant } from "./log_report.ts";
import {
  LOG_LEVELS,
  LOG_SCHEMA,
  type LogFile,
  type LogQuery,
  type LogReport,
  type LogSkipped,
} from "./log_types.ts";
import type { LevelNumber } from "./log_level.ts";

/** Reads something else than a file through `take`: the journal. `name` stands for the path. */
export interface LogSource {
  readonly name: string;
  read(take: (chunk: Uint8Array) => void): Promise<string | undefined>;
}

/** What one source came to. */
interface Read {
  readonly counts: FileCounts;
  readonly splitter: LineSplitter;
  readonly parser: LineParser;
}

/**
 * Reads what the query names and groups it. Rejects with `not_found` when nothing at all could be read.
 *
 * @param query as {@link parseLogArgs} gives it
 * @param options.now ms; later timestamps are not taken for times
 * @param options.journal instead of files
 *
 * @example
 * ```ts
 * import { aggregateLogs } from "./log_aggregator.ts";
 * import { parseLogArgs } from "./log_args.ts";
 * const report = await aggregateLogs(parseLogArgs(["--top=5", "--", "app.log"]), { now: Date.now() });
 * console.log(report.levels);
 * ```
 */
export async function aggregateLogs(
  query: LogQuery,
  options: { now: number; journal?: readonly LogSource[] },
): Promise<LogReport> {
  const since = query.since === undefined ? undefined : Date.parse(query.since);
  const collector = new Collector({
    levels: new Set(query.levels.map((level) => LOG_LEVELS.indexOf(level) as LevelNumber)), // An index of that list.
    ...(query.match === undefined ? {} : { match: query.match }),
    ...(since === undefined ? {} : { since }),
    ...(query.until === undefined ? {} : { until: Date.parse(query.until) }),
  });
  const reads: Read[] = [];
  const files: LogFile[] = [];
  const skipped: LogSkipped[] = [];
  const open = (path: string, modified: number): Read => {
    const counts = createFileCounts(reads.length, path);
    const parser = createLineParser({ modified, now: options.now });
    const splitter = createLineSplitter((buf, from, to, offset) => {
      counts.lines++;
      collector.line(parser, counts, buf, from, to, offset);
    });
    collector.newFile();
    return { counts, parser, splitter };
  };
  const close = (read: Read, compression: LogFile["compression"], incomplete: string | undefined) => {
    read.splitter.end();
    collector.endFile(read.counts);
    reads.push(read);
    files.push(fileOf(read, compression, incomplete));
  };
  const inputs = options.journal === undefined
    ? listInputs(query.paths)
    : { files: [], skipped: [], skippedMore: 0 };
  skipped.push(...inputs.skipped);
  for (const input of inputs.files) {
    const read = open(input.path, input.modified);
    try {
      const kind = await readInput(input.path, read.splitter.push);
      if ("refuse" in kind) skipped.push({ path: input.path, reason: kind.refuse });
      else close(read, kind.compression, kind.incomplete);
    } catch (error) {
      const reason = messageOf(error);
      if (read.splitter.bytes === 0) skipped.push({ path: input.path, reason });
      else close(read, undefined, reason);
    }
  }
  for (const source of options.journal ?? []) {
    const read = open(source.name, options.now);
    const incomplete = await source.read(read.splitter.push);
    if (incomplete !== undefined && read.splitter.bytes === 0) {
      skipped.push({ path: source.name, reason: incomplete });
    } else close(read, undefined, incomplete);
  }
  if (files.length === 0) throw nothingRead(skipped);
  const sum = (of: (read: Read) => number) => reads.reduce((total, read) => total + of(read), 0);
  const { first, last } = collector;
  return {
    schema: LOG_SCHEMA,
    tool: "log-aggregator",
    query,
    totals: {
      files: files.length,
      bytes: sum((read) => read.splitter.bytes),
      lines: sum((read) => read.counts.lines),
      records: collector.records,
      selected: collector.selected,
      unparsed: collector.unparsed,
      without_time: collector.withoutTime,
      folded: collector.folded,
      cut_lines: sum((read) => read.splitter.cut),
      ...(first <= last ? { first: instant(first), last: instant(last) } : {}),
    },
    files,
    skipped: skipped.slice(0, 1000),
    skipped_more: inputs.skippedMore + Math.max(0, skipped.length - 1000),
    ...countedParts(collector, reads.map((read) => read.counts), query.top, since),
    notes: notesOf(query, collector, reads),
  };
}

function nothingRead(skipped: readonly LogSkipped[]): PhysiclawError {
  const first = skipped[0];
  const more = skipped.length > 1 ? ` and ${skipped.length - 1} more` : "";
  return first === undefined
    ? new PhysiclawError("not_found", "Cannot read any log: the directory holds no files", {
      hint: "name a log file",
    })
    : new PhysiclawError("not_found", `Cannot read ${first.path}${more}: ${first.reason}`, {
      hint: "name files that exist and that the sandbox may read",
    });
}

function fileOf(
  { counts, splitter }: Read,
  compression: LogFile["compression"],
  incomplete: string | undefined,
): LogFile {
  const format = [...counts.formats].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "empty";
  return {
    path: counts.path,
    bytes: splitter.bytes,
    lines: counts.lines,
    records: counts.records,
    selected: counts.selected,
    ...(compression === undefined ? {} : { compression }),
    format,
    ...(counts.first <= counts.last ? { first: instant(counts.first), last: instant(counts.last) } : {}),
    ...(incomplete === undefined ? {} : { incomplete }),
  };
}

function notesOf(query: LogQuery, collector: Collector, reads: readonly Read[]): string[] {
  const notes: string[] = [];
  const assumed = (of: "zone" | "year") =>
    reads.reduce((sum, read) => sum + read.parser.times.reduce((n, time) => n + time.assumed[of], 0), 0);
  const zone = assumed("zone"), year = assumed("year");
  if (zone > 0) {
    notes.push(`${zone} timestamps name no time zone (or one that is not known) and were taken as UTC.`);
  }
  if (year > 0) {
    notes.push(`${year} timestamps name no year; it was taken from when the file was last written.`);
  }
  if (collector.withoutTime > 0) {
    const then = query.since ?? query.until;
    notes.push(
      `${collector.withoutTime} records have no time, nor has one before them in their file` +
        (then === undefined ? "." : ", so that they could not be placed and were left out."),
    );
  }
  if (collector.worse > 0) {
    notes.push(
      `${collector.worse} records in that time are of a worse level than those asked for, and are not counted.`,
    );
  }
  if (collector.overflow > 0) {
    notes.push(`${collector.overflow} records belong to no pattern: there were too many different ones.`);
  }
  const cut = reads.reduce((sum, read) => sum + read.splitter.cut, 0);
  if (cut > 0) notes.push(`${cut} lines are longer than 64 KiB; only their beginning was looked at.`);
  return notes;
}
