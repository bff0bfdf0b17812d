/**
 * bandit's findings, by severity, with what it did not look at.
 *
 * @module
 */
import type { SlotValue } from "../../catalog/types.ts";
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { elementsOf, findRange, type JsonRange, readRange } from "./json_ranges.ts";
import { listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { count, oneLine, some, unique } from "./words.ts";

const SEVERITY: Readonly<Record<string, Severity>> = { HIGH: "high", MEDIUM: "medium", LOW: "low" };

/** Tests whose text quotes the password that they found: B105, B106, B107. */
const QUOTES_SECRET = /^B10[567]$/;

interface Issue {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly path: string;
  readonly line: number;
  readonly severity: string;
  readonly confidence: string;
  readonly range: JsonRange;
}

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function issuesIn(bytes: Uint8Array): { readonly issues: readonly Issue[]; readonly complete: boolean } {
  const results = findRange(bytes, ["results"]);
  if (results === undefined) return { issues: [], complete: false };
  const { elements, complete } = elementsOf(bytes, results);
  const issues = elements.map((range): Issue => {
    const value = readRange(bytes, range);
    const id = textAt(value, "test_id");
    const text = oneLine(textAt(value, "issue_text"), 300);
    return {
      id,
      name: textAt(value, "test_name"),
      text: QUOTES_SECRET.test(id) ? text.replace(/: ['"].*$/s, ": (masked)") : text,
      path: textAt(value, "filename").replace(/^\.\//, ""),
      line: numberAt(value, "line_number") ?? 0,
      severity: textAt(value, "issue_severity"),
      confidence: textAt(value, "issue_confidence"),
      range,
    };
  });
  return { issues, complete };
}

const tallyOf = (issues: readonly Issue[]): string =>
  ["HIGH", "MEDIUM", "LOW", "UNDEFINED"].map((level) =>
    [issues.filter((one) => one.severity === level).length, level] as const
  )
    .filter(([n]) => n > 0).map(([n, level]) => `${n} ${level.toLowerCase()}`).join(", ");

/**
 * Reads `bandit -f json`. Exit code 0 means nothing here: bandit gives it for a missing path and for files it could not
 * parse too.
 *
 * @example
 * ```ts
 * import { parseBandit } from "./bandit.ts";
 * const stdout = new TextEncoder().encode('{"errors": [{"filename": "./x", "reason": "No such file or directory"}], "results": []}');
 * const answer = parseBandit({
 *   step: { id: "s1", tool: "bandit", form: "scan", slots: { paths: ["x"] } },
 *   ask: { intent: "code-findings", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.verdict === "no_such_thing");
 * ```
 */
export function parseBandit(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const run = input.commands[0];
  if (ended !== undefined || run === undefined) return notLooked(input, ended ?? "bandit printed nothing");
  const { slots } = input.step;
  const where = some(list(slots.paths)) || "the workspace";
  const { issues, complete } = issuesIn(run.stdout);
  if (issues.length === 0 && !complete) {
    const said = lastWords(run.stderr);
    return notLooked(
      input,
      `bandit could not look at ${where}: ${said === "" ? "its output is not JSON" : said}`,
    );
  }
  const errorRange = findRange(run.stdout, ["errors"]);
  const errors = listAt(errorRange === undefined ? [] : readRange(run.stdout, errorRange)).map((one) => ({
    path: textAt(one, "filename").replace(/^\.\//, ""),
    reason: oneLine(textAt(one, "reason"), 160),
  }));
  const metricsRange = findRange(run.stdout, ["metrics"]);
  const metrics = objectAt(metricsRange === undefined ? {} : readRange(run.stdout, metricsRange));
  // A file that could not be parsed has metrics all the same.
  const unread = new Set(errors.map(({ path }) => path));
  const files =
    Object.keys(metrics).filter((path) => path !== "_totals" && !unread.has(path.replace(/^\.\//, "")))
      .length;
  const lines = numberAt(metrics, "_totals", "loc") ?? 0;
  const nosec = numberAt(metrics, "_totals", "nosec") ?? 0;
  const skipped = numberAt(metrics, "_totals", "skipped_tests") ?? 0;
  const missing = errors.filter(({ reason }) => /No such file/i.test(reason));
  if (files === 0 && missing.length > 0) {
    return parsed({
      outcome: "failed",
      reason: `there is no ${some(missing.map(({ path }) => path))}`,
      headline: `There is no ${some(missing.map(({ path }) => path))}: nothing was scanned`,
      verdict: "no_such_thing",
      findings: [{
        severity: "info",
        text: missing.map(({ path, reason }) => `${path}: ${reason}`).join("; "),
        evidence: errorRange === undefined ? [] : cite(input, 0, "stdout", errorRange),
      }],
    });
  }
  if (files === 0 && issues.length === 0 && errors.length === 0) {
    return parsed({ headline: `There is no Python code in ${where}`, verdict: "no_data" });
  }
  if (files === 0 && issues.length === 0) {
    const reason = `bandit could not read any of the ${count(errors.length, "file")} in ${where}: ${
      some(errors.map((one) => `${one.path}: ${one.reason}`), 3)
    }`;
    return notLooked(input, reason, {
      outcome: "failed",
      blind: errors.map((one) => `${one.path}: ${one.reason}`),
      next: ["Correct the syntax, or scan with the Python version that the code is written for."],
    });
  }
  const limits = [
    ...list(slots.severity).map((level) => `severity ${level} and above`),
    ...list(slots.confidence).map((level) => `confidence ${level} and above`),
    ...(list(slots.tests).length === 0 ? [] : [`tests ${list(slots.tests).join(", ")}`]),
  ];
  const limited = limits.length === 0 ? "" : ` (${limits.join(", ")} only)`;
  const looked = `${count(files, "file")}, ${count(lines, "line")}`;
  const findings = bySeverity(issues.map((one): Finding => ({
    severity: SEVERITY[one.severity] ?? "info",
    text:
      `${one.path}:${one.line} ${one.id} ${one.name}: ${one.text} (confidence ${one.confidence.toLowerCase()})`,
    source: { path: one.path, line: one.line },
    evidence: cite(input, 0, "stdout", one.range),
  })));
  const byTest = new Map<string, Issue[]>();
  for (const one of issues) {
    const of = byTest.get(one.id);
    if (of === undefined) byTest.set(one.id, [one]);
    else of.push(one);
  }
  const tests = [...byTest].map(([id, of]) => ({
    id,
    of,
    rank: ["HIGH", "MEDIUM", "LOW"].indexOf(of[0]?.severity ?? ""),
  }))
    .sort((a, b) => a.rank - b.rank || b.of.length - a.of.length);
  const top = tests.slice(0, 3).map(({ id, of }) => `${id} ${of[0]?.name} ${of.length}×`);
  const cut = !complete || input.truncated;
  return parsed({
    ...(cut ? { outcome: "failed" as const, reason: "the output was cut" } : {}),
    headline: issues.length === 0
      ? `bandit found no security problem in ${where}${limited} (${looked})${
        errors.length === 0 ? "" : `, but could not look at ${count(errors.length, "file")}`
      }`
      : `${count(issues.length, "security problem")} in ${where}${limited}: ${tallyOf(issues)} (${looked}); ${
        some(top)
      }`,
    verdict: issues.length > 0 ? "findings" : cut ? "not_looked" : "nothing_wrong",
    findings,
    facts: {
      bandit_files: unique(issues.map((one) => one.path)),
      bandit_tests: unique(issues.map((one) => one.id)),
      high_findings: unique(
        issues.filter((one) => one.severity === "HIGH").map((one) => `${one.path}:${one.line}`),
      ),
    },
    blind: [
      ...errors.map(({ path, reason }) => `${path}: ${reason}`),
      ...(nosec > 0 ? [`${count(nosec, "line")} marked # nosec, which bandit passes over`] : []),
      ...(skipped > 0 ? [`${count(skipped, "test")} switched off by # nosec with a test's name`] : []),
      ...(cut ? ["findings after the cut"] : []),
    ],
    next: issues.length === 0
      ? []
      : [`Begin with ${findings[0]?.source?.path}:${findings[0]?.source?.line}.`],
  });
}
