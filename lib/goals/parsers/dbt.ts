/**
 * What dbt did: models built, tests passed and failed, and why.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { readRows } from "./duckdb_rows.ts";
import { failurePaths, logLines, stopOf } from "./dbt_log.ts";
import { type NodeResult, nodeResults } from "./dbt_results.ts";
import { findRange, type JsonRange, membersOf, readRange, wholeRange } from "./json_ranges.ts";
import { isJsonObject, textAt } from "./json_values.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { count, oneLine, some, unique } from "./words.ts";

/** A node that took at least this many seconds is said to be slow even unasked; ten is dbt's own guidance for tuning. */
const SLOW_SECONDS = 10;

const SEVERITY: Readonly<Record<NodeResult["ended"], Severity>> = {
  error: "high",
  failed: "high",
  warned: "medium",
  skipped: "low",
  ok: "info",
};

const seconds = (value: number): string => `${Number(value.toFixed(2))} s`;

const rowsOf = (failures: number): string => count(failures, "failing row");

const title = (
  kind: string,
): string => (kind === "" ? "Node" : kind[0]?.toUpperCase() + kind.slice(1).replace("_", " "));

function nodeText(node: NodeResult): string {
  const what = `${title(node.kind)} ${node.name}`;
  switch (node.ended) {
    case "failed":
      return `${what} failed${node.failures === undefined ? "" : `: ${rowsOf(node.failures)}`}`;
    case "warned":
      return `${what} warned${node.failures === undefined ? "" : `: ${rowsOf(node.failures)}`}`;
    case "error":
      return `${what} did not run to its end: ${node.message === "" ? "dbt gave no message" : node.message}`;
    case "skipped":
      return `${what} was skipped, since something it builds on failed`;
    case "ok":
      return `${what} took ${seconds(node.seconds)}`;
  }
}

const named = (nodes: readonly NodeResult[]): string =>
  some(
    nodes.map((node) =>
      `${node.name}${
        (node.ended === "failed" || node.ended === "warned") && node.failures !== undefined
          ? ` (${rowsOf(node.failures)})`
          : ""
      }`
    ),
  );

const isTest = (node: NodeResult): boolean => node.kind === "test" || node.kind === "unit_test";

function tests(nodes: readonly NodeResult[]): string | undefined {
  if (nodes.length === 0) return undefined;
  const failed = nodes.filter((node) => node.ended === "failed");
  const broken = nodes.filter((node) => node.ended === "error");
  const warned = nodes.filter((node) => node.ended === "warned");
  const skipped = nodes.filter((node) => node.ended === "skipped");
  const parts = [
    ...(failed.length === 0
      ? []
      : [`${failed.length} of ${count(nodes.length, "data test")} failed: ${named(failed)}`]),
    ...(broken.length === 0
      ? []
      : [`${broken.length} of ${count(nodes.length, "data test")} could not run: ${named(broken)}`]),
    ...(warned.length === 0 ? [] : [`${count(warned.length, "data test")} warned: ${named(warned)}`]),
    ...(skipped.length === 0
      ? []
      : [`${count(skipped.length, "data test")} ${skipped.length === 1 ? "was" : "were"} skipped`]),
  ];
  if (parts.length > 0) return parts.join("; ");
  return nodes.length === 1
    ? `The data test ${nodes[0]?.name} passes`
    : `All ${nodes.length} data tests pass`;
}

function models(nodes: readonly NodeResult[], done: string): string | undefined {
  if (nodes.length === 0) return undefined;
  const broken = nodes.filter((node) => node.ended === "error" || node.ended === "failed");
  const skipped = nodes.filter((node) => node.ended === "skipped");
  const what = unique(nodes.map((node) => node.kind)).length === 1 ? nodes[0]?.kind || "node" : "node";
  if (broken.length === 0 && skipped.length === 0) {
    return `${nodes.length === 1 ? `The ${what} ${nodes[0]?.name}` : `All ${nodes.length} ${what}s`} ${
      nodes.length === 1 ? "was" : "were"
    } ${done}${nodes.length === 1 ? "" : `: ${named(nodes)}`}`;
  }
  return [
    ...(broken.length === 0
      ? []
      : [`${broken.length} of ${count(nodes.length, what)} failed: ${named(broken)}`]),
    ...(skipped.length === 0
      ? []
      : [`${skipped.length} of ${count(nodes.length, what)} skipped: ${named(skipped)}`]),
  ].join("; ");
}

const DONE: Readonly<Record<string, string>> = { compile: "compiled", "docs-generate": "documented" };

/** The slowest node, where that was asked or where it is slow. */
function slowest(nodes: readonly NodeResult[], asked: string): string | undefined {
  const [first] = [...nodes].sort((a, b) => b.seconds - a.seconds);
  if (first === undefined || (!/slow/.test(asked) && first.seconds < SLOW_SECONDS)) return undefined;
  return `slowest is ${first.kind} ${first.name} with ${seconds(first.seconds)}`;
}

function tableOf(form: string, nodes: readonly NodeResult[], asked: string): NonNullable<Parsed["table"]> {
  if (form === "compile") {
    return {
      columns: ["node", "compiled SQL"],
      rows: nodes.filter((node) => node.compiled !== "").map((
        node,
      ) => [node.name, oneLine(node.compiled, 400)]),
    };
  }
  const worst = ["error", "failed", "warned", "skipped", "ok"];
  const ordered = [...nodes].sort((a, b) =>
    /slow/.test(asked) ? b.seconds - a.seconds : worst.indexOf(a.ended) - worst.indexOf(b.ended)
  );
  return {
    columns: ["kind", "name", "ended", "failing rows", "seconds"],
    rows: ordered.slice(0, 200).map((node) => [
      node.kind,
      node.name,
      node.ended,
      isTest(node) && node.failures !== undefined ? String(node.failures) : "",
      node.seconds.toFixed(2),
    ]),
  };
}

const namesOf = (nodes: readonly NodeResult[], test: boolean, ...ended: readonly NodeResult["ended"][]) =>
  unique(
    nodes.filter((node) => isTest(node) === test && ended.includes(node.ended)).map((node) => node.name),
  );

function judged(input: ParserInput, results: readonly NodeResult[], complete: boolean): Parsed {
  const asked = `${input.ask.intent} ${Object.values(input.ask.about).join(" ")}`;
  const paths = failurePaths(logLines(input.commands[0]?.stdout ?? new Uint8Array()));
  const bad = results.filter((node) => node.ended !== "ok");
  const slow = slowest(results, asked);
  const done = DONE[input.step.form];
  // A test that was only compiled has not passed.
  const line = [
    ...(done === undefined
      ? [tests(results.filter(isTest)), models(results.filter((node) => !isTest(node)), "built")]
      : [models(results, done)]),
    slow,
  ].filter((part) => part !== undefined).join("; ");
  const findings = bad.map((node): Finding => {
    const path = paths.get(node.name);
    return {
      severity: SEVERITY[node.ended],
      text: `${nodeText(node)}${path === undefined ? "" : ` (${path})`}`,
      evidence: cite(input, 1, "stdout", node.range),
    };
  });
  const failed = results.some((node) => node.ended === "failed" || node.ended === "error");
  const broken = results.some((node) => node.ended === "error");
  const failing = namesOf(results, true, "failed", "warned");
  return parsed({
    // A test that found something has done its work; a model that failed has not.
    outcome: broken || (failed && results.some((node) => !isTest(node) && node.ended !== "ok"))
      ? "failed"
      : "ok",
    ...(broken ? { reason: line } : {}),
    headline: line,
    verdict: bad.length > 0
      ? "findings"
      : done === undefined && results.every(isTest)
      ? "nothing_wrong"
      : "listing",
    findings: bySeverity(findings),
    facts: {
      failing_tests: failing,
      passing_tests: done === undefined ? namesOf(results, true, "ok") : [],
      failing_models: namesOf(results, false, "error", "failed"),
      models: namesOf(results, false, "ok"),
      skipped: unique(results.filter((node) => node.ended === "skipped").map((node) => node.name)),
    },
    table: tableOf(input.step.form, results, asked),
    blind: [
      ...(complete ? [] : ["the results file was cut, so some nodes are missing"]),
      ...bad.filter((node) => node.ended === "error" || node.ended === "skipped").map((node) =>
        `${node.kind} ${node.name}: ${node.ended === "skipped" ? "skipped" : "did not run to its end"}`
      ),
    ],
    next: failing.length === 0 ? [] : [`look at the rows that ${failing[0]} selects`],
  });
}

/** `catalog.json`: the relations that were documented. */
function withCatalog(input: ParserInput, base: Parsed): Parsed {
  const bytes = input.commands[2]?.stdout ?? new Uint8Array();
  const nodes = findRange(bytes, ["nodes"]);
  if (nodes === undefined) return base;
  const relations = membersOf(bytes, nodes).members.map(({ key, range }) => {
    const columns = readRange(bytes, findRange(bytes, ["columns"], range) ?? range);
    return {
      name: key.split(".").at(-1) ?? key,
      columns: Object.entries(isJsonObject(columns) ? columns : {}).map(([name, column]) =>
        `${name} ${textAt(column, "type")}`
      ),
    };
  });
  return {
    ...base,
    headline: `Documentation was generated for ${count(relations.length, "relation")}: ${
      some(relations.map(({ name, columns }) => `${name} (${count(columns.length, "column")})`))
    }; it was made in a copy of the project and is not kept`,
    table: {
      columns: ["relation", "columns"],
      rows: relations.map(({ name, columns }) => [name, columns.join(", ")]),
    },
  };
}

/** `dbt show --output json` prints one document after the other. */
function failingRows(input: ParserInput): Parsed {
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, "dbt printed nothing");
  if (run.exitCode !== 0) {
    return stopped(input) ?? notLooked(input, `dbt show failed: ${lastWords(run.stdout)}`);
  }
  const findings: Finding[] = [];
  const rows: (readonly string[])[] = [];
  let within: JsonRange = wholeRange(run.stdout);
  for (;;) {
    const document = findRange(run.stdout, [], within);
    if (document === undefined || !document.complete || document.end <= document.start) break;
    within = { ...within, start: document.end };
    const name = textAt(readRange(run.stdout, document), "node");
    const show = findRange(run.stdout, ["show"], document);
    if (name === "" || show === undefined) continue;
    const read = readRows(run.stdout.subarray(show.start, show.end));
    for (const [index, row] of (read?.rows ?? []).entries()) {
      const range = read?.ranges[index] ?? { start: 0, end: 0 };
      const cells = row.map((cell, column) => `${read?.columns[column] ?? ""} ${cell.text}`).join(", ");
      rows.push([name, cells]);
      findings.push({
        severity: "medium",
        text: `${name}: ${oneLine(cells, 300)}`,
        evidence: cite(input, 0, "stdout", { start: show.start + range.start, end: show.start + range.end }),
      });
    }
  }
  if (findings.length === 0) return parsed({ headline: "The tests select no rows now", verdict: "no_data" });
  const of = unique(rows.map(([name = ""]) => name));
  return parsed({
    headline: `${count(rows.length, "failing row")} of ${some(of)}, at most 5 a test: ${
      some(rows.map(([, cells = ""]) => oneLine(cells, 120)), 3)
    }`,
    verdict: "findings",
    findings,
    facts: { rows: rows.map(([, cells = ""]) => cells) },
    table: { columns: ["test", "row"], rows },
  });
}

function stopped(input: ParserInput): Parsed | undefined {
  const stop = stopOf(logLines(input.commands[0]?.stdout ?? new Uint8Array()));
  if (stop === undefined) return undefined;
  const given = {
    findings: [{ severity: "info", text: stop.reason, evidence: cite(input, 0, "stdout", stop) }],
    next: stop.next === undefined ? [] : [stop.next],
  } as const;
  return stop.missing
    ? parsed({
      outcome: "failed",
      reason: stop.reason,
      headline: stop.reason,
      verdict: "no_such_thing",
      ...given,
    })
    : notLooked(input, stop.reason, given);
}

/**
 * Reads a dbt step: its log, then `run_results.json`. Failing tests are findings with the number of failing rows; a
 * selection that matches nothing, a missing project and a missing profile are `no_such_thing`.
 *
 * @example
 * ```ts
 * import { parseDbt } from "./dbt.ts";
 * const text = (value: string) => new TextEncoder().encode(value);
 * const answer = parseDbt({
 *   step: { id: "s1", tool: "dbt test", form: "test", slots: {} },
 *   ask: { intent: "dbt", about: {} },
 *   commands: [{ argv: [], exitCode: 2, stdout: text("09:00:00  Encountered an error:\nRuntime Error\n  No dbt_project.yml found\n"),
 *     stderr: text(""), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "failed", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.verdict === "no_such_thing");
 * ```
 */
export function parseDbt(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  if (input.step.form === "failing-rows") return failingRows(input);
  const read = nodeResults(input.commands[1]?.stdout ?? new Uint8Array());
  if (read === undefined || read.results.length === 0) {
    const stop = stopped(input);
    if (stop !== undefined) return stop;
    const log = input.commands[0];
    if (read !== undefined && log?.exitCode === 0) {
      return parsed({ headline: `${input.step.tool} had nothing to do`, verdict: "no_data" });
    }
    const words = lastWords(
      log === undefined || log.stdout.length === 0 ? log?.stderr ?? new Uint8Array() : log.stdout,
    );
    return notLooked(input, `${input.step.tool} ended without results${words === "" ? "" : `: ${words}`}`);
  }
  const base = judged(input, read.results, read.complete);
  return input.step.form === "docs-generate" && base.outcome === "ok" ? withCatalog(input, base) : base;
}
