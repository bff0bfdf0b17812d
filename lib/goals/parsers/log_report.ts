/**
 * log-aggregator's report in words: how often, since when, what burst, and what was not read.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { elementsOf, findRange, readRange } from "./json_ranges.ts";
import { at, listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { count, createTimeWords, oneLine, some, unique } from "./words.ts";

const SEVERITY: Readonly<Record<string, Severity>> = {
  fatal: "critical",
  error: "high",
  warning: "medium",
  info: "info",
  debug: "info",
  trace: "info",
  unknown: "info",
};

/** Levels as they are said, most severe first. */
const LEVELS = ["fatal", "error", "warning", "info", "debug", "trace", "unknown"];

const PATTERNS_IN_HEADLINE = 2;

type Time = (instant: string) => string;

function sourceWords(report: unknown): string {
  const unit = textAt(report, "query", "unit");
  if (textAt(report, "query", "source") === "journal") {
    return unit === "" ? "the journal" : `the journal of unit ${unit}`;
  }
  return some(listAt(report, "query", "paths").map(String), 4);
}

/** ` between … and …`, as the query limits it, or as far as the log reaches. */
function spanWords(report: unknown, time: Time): string {
  const since = textAt(report, "query", "since");
  const until = textAt(report, "query", "until");
  if (since !== "" && until !== "") return ` between ${time(since)} and ${time(until)}`;
  if (since !== "") return ` since ${time(since)}`;
  if (until !== "") return ` until ${time(until)}`;
  const first = textAt(report, "totals", "first");
  return first === "" ? "" : ` between ${time(first)} and ${time(textAt(report, "totals", "last"))}`;
}

const levelWords = (levels: unknown): string =>
  LEVELS.filter((level) => numberAt(levels, level) !== undefined).map((level) =>
    `${numberAt(levels, level)} ${level}`
  )
    .join(", ");

function patternWords(pattern: unknown, time: Time): string {
  const first = textAt(pattern, "first");
  const causes = listAt(pattern, "causes").map((one) =>
    `${oneLine(textAt(one, "text"), 120)} ${textAt(one, "count")}×`
  );
  const n = numberAt(pattern, "count") ?? 0;
  return [
    `${textAt(pattern, "level")}: ${oneLine(textAt(pattern, "template"), 240)}`,
    `${count(n, "time")}${
      first === ""
        ? ""
        : n === 1
        ? ` at ${time(first)}`
        : `, first at ${time(first)}, last at ${time(textAt(pattern, "last"))}`
    }`,
    ...(at(pattern, "is_new") === true ? ["new"] : []),
    ...(causes.length === 0 ? [] : [`caused by ${some(causes, 3)}`]),
  ].join("; ");
}

function burstWords(burst: unknown, time: Time): string {
  const began = listAt(burst, "began").length;
  const name = oneLine(textAt(burst, "name"), 160);
  return `burst of ${textAt(burst, "of") === "level" ? `records of level ${name}` : `“${name}”`}: ${
    textAt(burst, "count")
  } between ${time(textAt(burst, "from"))} and ${time(textAt(burst, "to"))}, at most ${
    textAt(burst, "peak", "count")
  } in ${textAt(burst, "bucket_seconds")} s at ${time(textAt(burst, "peak", "at"))}, usually ${
    textAt(burst, "baseline")
  }${began === 0 ? "" : `; ${count(began, "pattern")} first seen in it`}`;
}

/** Bursts with their index, without those that only repeat another: the same span and count, said of a wider group. */
function tellingBursts(report: unknown): readonly (readonly [unknown, number])[] {
  const spanOf = (one: unknown) => [textAt(one, "from"), textAt(one, "to"), textAt(one, "count")].join();
  const all = listAt(report, "bursts").map((one, i) => [one, i] as const);
  const of = (kind: string) =>
    new Set(all.filter(([one]) => textAt(one, "of") === kind).map(([one]) => spanOf(one)));
  const patterns = of("pattern");
  const levels = of("level");
  return all.filter(([one]) => {
    const kind = textAt(one, "of");
    return kind === "pattern" ||
      (!patterns.has(spanOf(one)) && (kind === "level" || !levels.has(spanOf(one))));
  });
}

function headlineOf(report: unknown, time: Time): string {
  const selected = numberAt(report, "totals", "selected") ?? 0;
  const records = numberAt(report, "totals", "records") ?? 0;
  const match = textAt(report, "query", "match");
  const where = sourceWords(report);
  const patterns = listAt(report, "patterns");
  const times = patterns.map((one) => textAt(one, "first")).filter((text) => text !== "").sort();
  const lasts = patterns.map((one) => textAt(one, "last")).filter((text) => text !== "").sort();
  const seen = times.length === 0
    ? ""
    : `, first at ${time(times[0] ?? "")}, last at ${time(lasts.at(-1) ?? "")}`;
  if (match !== "") {
    return `“${oneLine(match, 120)}” occurs in ${count(selected, "record")} of ${records} in ${where}${seen}`;
  }
  const distinct = numberAt(report, "pattern_totals", "distinct") ?? patterns.length;
  const most = [...patterns].sort((a, b) => (numberAt(b, "count") ?? 0) - (numberAt(a, "count") ?? 0))
    .slice(0, PATTERNS_IN_HEADLINE)
    .map((one) => `“${oneLine(textAt(one, "template"), 100)}” ${textAt(one, "count")}×`);
  const levels = listAt(report, "query", "levels").map(String);
  const subject = levels.length === 0
    ? `${count(selected, "record")} in ${where}${spanWords(report, time)}: ${
      levelWords(objectAt(report, "levels"))
    }`
    : `${selected} of ${count(records, "record")} in ${where}${spanWords(report, time)} ${
      selected === 1 ? "is" : "are"
    } of level ${some(levels)} (${levelWords(objectAt(report, "levels"))})${seen}`;
  const first = tellingBursts(report)[0]?.[0];
  const burst = first === undefined ? "" : `; ${burstWords(first, time)}`;
  return `${subject}; ${count(distinct, "pattern")}, most often ${some(most, PATTERNS_IN_HEADLINE)}${burst}`;
}

function nothingSelected(report: unknown, time: Time): Pick<Parsed, "headline" | "verdict"> {
  const where = sourceWords(report);
  const records = numberAt(report, "totals", "records") ?? 0;
  const span = spanWords(report, time);
  const match = textAt(report, "query", "match");
  const levels = listAt(report, "query", "levels").map(String);
  if (records === 0) return { headline: `No data: ${where} holds no log records`, verdict: "no_data" };
  const of = `(of ${count(records, "record")} read)`;
  if (match !== "") {
    return {
      headline: `“${oneLine(match, 120)}” does not occur in ${where}${span} ${of}`,
      verdict: "nothing_wrong",
    };
  }
  if (levels.length > 0) {
    return {
      headline: `No record of level ${some(levels)} in ${where}${span} ${of}`,
      verdict: "nothing_wrong",
    };
  }
  const first = textAt(report, "totals", "first");
  return {
    headline: `No data: ${where} holds no record${span} ${of}${
      first === "" ? "" : `; it reaches from ${time(first)} to ${time(textAt(report, "totals", "last"))}`
    }`,
    verdict: "no_data",
  };
}

/** What was not read, or not wholly, and what the report assumed. */
function blindOf(report: unknown): readonly string[] {
  const more = numberAt(report, "skipped_more") ?? 0;
  const overflow = numberAt(report, "pattern_totals", "overflow_records") ?? 0;
  const untimed = numberAt(report, "totals", "without_time") ?? 0;
  const limited = textAt(report, "query", "since") !== "" || textAt(report, "query", "until") !== "";
  const cut = numberAt(report, "totals", "cut_lines") ?? 0;
  return [
    ...listAt(report, "skipped").slice(0, 8).map((one) => `${textAt(one, "path")}: ${textAt(one, "reason")}`),
    ...(listAt(report, "skipped").length > 8 || more > 0
      ? [`${count(Math.max(0, listAt(report, "skipped").length - 8) + more, "further file")} not read`]
      : []),
    ...listAt(report, "files").filter((one) => textAt(one, "incomplete") !== "")
      .map((one) => `${textAt(one, "path")} was read only in part: ${textAt(one, "incomplete")}`),
    ...(limited && untimed > 0
      ? [`${count(untimed, "record")} without a time, left out because a time was asked for`]
      : []),
    ...(overflow > 0 ? [`patterns of ${count(overflow, "record")}: there were too many different ones`] : []),
    ...(cut > 0 ? [`the ends of ${count(cut, "line")} longer than 64 KiB`] : []),
    ...listAt(report, "notes").map((note) => oneLine(String(note), 300)),
  ];
}

/**
 * Reads the JSON of the built-in log-aggregator (`LogReport`).
 *
 * @example
 * ```ts
 * import { parseLogReport } from "./log_report.ts";
 * const stdout = new TextEncoder().encode(
 *   '{"query": {"source": "files", "paths": ["/var/log/x"], "levels": ["error"]}, "totals": {"files": 1, "records": 5, "selected": 0}}',
 * );
 * const answer = parseLogReport({
 *   step: { id: "s1", tool: "log-aggregator", form: "files", slots: {} },
 *   ask: { intent: "log-errors", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "No record of level error in /var/log/x (of 5 records read)");
 * ```
 */
export function parseLogReport(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const run = input.commands[0];
  if (ended !== undefined || run === undefined) {
    return notLooked(input, ended ?? "log-aggregator printed nothing");
  }
  if (run.exitCode !== 0) {
    const said = lastWords(run.stderr);
    const missing = /Cannot read (.+): (does not exist|.*No such file)/.exec(said);
    const findings: readonly Finding[] = [{
      severity: "info",
      text: said,
      evidence: cite(input, 0, "stderr"),
    }];
    return missing === null
      ? notLooked(input, `Could not read the log: ${said === "" ? `exit code ${run.exitCode}` : said}`, {
        findings,
      })
      : parsed({
        outcome: "failed",
        reason: said,
        headline: `There is no log at ${missing[1]}`,
        verdict: "no_such_thing",
        findings,
      });
  }
  const whole = findRange(run.stdout, []);
  const report = whole === undefined ? undefined : readRange(run.stdout, whole);
  if (report === undefined) return notLooked(input, "log-aggregator's report was cut or is not JSON");
  const time = createTimeWords(input.timeZone);
  const blind = blindOf(report);
  if ((numberAt(report, "totals", "selected") ?? 0) === 0) {
    if ((numberAt(report, "totals", "files") ?? 0) === 0 && listAt(report, "skipped").length > 0) {
      return notLooked(input, `None of ${sourceWords(report)} could be read`, { blind });
    }
    return parsed({ ...nothingSelected(report, time), blind });
  }
  const ranges = (member: string) => {
    const range = findRange(run.stdout, [member]);
    return range === undefined ? [] : elementsOf(run.stdout, range).elements;
  };
  const patterns = listAt(report, "patterns");
  const patternRanges = ranges("patterns");
  const burstRanges = ranges("bursts");
  const newRanges = ranges("new_patterns");
  const bursts = tellingBursts(report);
  const listed = new Set(patterns.map((one) => textAt(one, "id")));
  const findings: readonly Finding[] = bySeverity([
    ...bursts.map(([one, i]): Finding => ({
      severity: ["fatal", "error"].includes(textAt(one, "level")) ? "high" : "medium",
      text: burstWords(one, time),
      evidence: cite(input, 0, "stdout", burstRanges[i]),
    })),
    ...patterns.map((one, i): Finding => ({
      severity: SEVERITY[textAt(one, "level")] ?? "info",
      text: patternWords(one, time),
      source: { path: textAt(one, "example", "path"), line: numberAt(one, "example", "line") ?? 0 },
      evidence: cite(input, 0, "stdout", patternRanges[i]),
    })),
    // New ones that the list of patterns does not hold already.
    ...listAt(report, "new_patterns").map((one, i) => [one, i] as const).filter(([one]) =>
      !listed.has(textAt(one, "id"))
    )
      .map(([one, i]): Finding => ({
        severity: SEVERITY[textAt(one, "level")] ?? "info",
        text: `new: ${textAt(one, "level")}: ${oneLine(textAt(one, "template"), 200)}; ${
          count(numberAt(one, "count") ?? 0, "time")
        }, first at ${time(textAt(one, "first"))} (${textAt(one, "why")})`,
        source: { path: textAt(one, "path"), line: numberAt(one, "line") ?? 0 },
        evidence: cite(input, 0, "stdout", newRanges[i]),
      })),
  ]);
  const bad = patterns.filter((one) => ["error", "fatal"].includes(textAt(one, "level")));
  const asked = input.ask.intent === "log-errors";
  const burst = listAt(report, "bursts")[0];
  return parsed({
    headline: headlineOf(report, time),
    verdict: findings.some(({ severity }) => severity !== "info") || asked ? "findings" : "listing",
    findings,
    facts: {
      error_patterns: unique(bad.map((one) => textAt(one, "template"))),
      bursts: unique(listAt(report, "bursts").map((one) => textAt(one, "from"))),
      log_files: unique(patterns.map((one) => textAt(one, "example", "path"))),
    },
    table: {
      columns: ["count", "level", "first", "last", "pattern"],
      rows: patterns.map((one) => [
        textAt(one, "count"),
        textAt(one, "level"),
        textAt(one, "first") === "" ? "" : time(textAt(one, "first")),
        textAt(one, "last") === "" ? "" : time(textAt(one, "last")),
        oneLine(textAt(one, "template"), 160),
      ]),
    },
    blind,
    next: burst === undefined
      ? bad[0] === undefined
        ? []
        : [`Look at ${textAt(bad[0], "example", "path")}:${textAt(bad[0], "example", "line")}.`]
      : [`Look at what else changed at ${time(textAt(burst, "from"))}, when the burst began.`],
  });
}
