/**
 * kubectl's output for people: names, wide tables, YAML, and the text of logs, top and describe.
 *
 * @module
 */
import type { Parsed, ParserInput } from "../types.ts";
import { cite, endedBadly, lastWords, notLooked, parsed, textOf } from "./parsed.ts";
import { count, oneLine, some } from "./words.ts";

const MAX_ROWS = 1000;

const slot = (input: ParserInput, name: string): string => {
  const value = input.step.slots[name];
  return value === undefined ? "" : typeof value === "string" ? value : value.join(", ");
};

/** Cells of a table that is aligned in columns under its header; columns are two or more spaces apart there. */
function aligned(
  lines: readonly string[],
): { columns: readonly string[]; rows: readonly (readonly string[])[] } {
  const header = lines[0] ?? "";
  const starts: number[] = [];
  for (let i = 0; i < header.length; i++) {
    if (header[i] !== " " && (i === 0 || (header[i - 1] === " " && header[i - 2] === " "))) starts.push(i);
  }
  const cells = (line: string) => starts.map((start, i) => line.slice(start, starts[i + 1]).trim());
  return { columns: cells(header).map((name) => name.toLowerCase()), rows: lines.slice(1).map(cells) };
}

/** `1 secret`, `2 secrets`: of a plural resource name. */
const numberOf = (n: number, kinds: string): string =>
  `${n} ${
    n === 1 ? kinds.replace(/ies$/, "y").replace(/(ss|x|ch)es$/, "$1").replace(/([^s])s$/, "$1") : kinds
  }`;

/** Reads `-o name`, `-o wide` and `-o yaml`; `blind` is what was not looked at before. */
export function parseKubectlText(input: ParserInput, blind: readonly string[] = []): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  const index = input.commands.length - 1;
  const run = input.commands[index];
  if (run === undefined) return notLooked(input, "kubectl printed nothing");
  if (run.exitCode !== 0) return notLooked(input, `kubectl failed: ${lastWords(run.stderr)}`);
  const kinds = slot(input, "kinds") || "objects";
  const where = slot(input, "all") !== ""
    ? " in all namespaces"
    : slot(input, "namespace") === ""
    ? ""
    : ` in ${slot(input, "namespace")}`;
  const lines = textOf(run.stdout).split("\n").filter((line) => line !== "");
  if (lines.length === 0) {
    return parsed({ headline: `There are no ${kinds}${where}`, verdict: "no_data", blind });
  }
  const evidence = cite(input, index, "stdout");
  const cut = input.truncated ? [...blind, "what followed after the output was cut"] : blind;
  const outcome = input.truncated ? "failed" : "ok";
  const reason = input.truncated ? { reason: "the output was cut" } : {};
  const output = slot(input, "output");
  const base = { outcome, ...reason, verdict: "listing", blind: cut } as const;
  if (output === "name") {
    const names = lines.map((line) => line.slice(line.lastIndexOf("/") + 1));
    return parsed({
      ...base,
      headline: `${numberOf(names.length, kinds)}${where}: ${some(names, 12)}`,
      findings: [{ severity: "info", text: `${count(names.length, "name")} listed`, evidence }],
      facts: { names },
      table: { columns: [kinds], rows: names.slice(0, MAX_ROWS).map((name) => [name]) },
    });
  }
  if (output === "yaml") {
    const names = lines.filter((line) => /^ {2,4}name: /.test(line)).map((line) => line.trim().slice(6));
    return parsed({
      ...base,
      headline: `${kinds}${where} as YAML, ${count(run.stdout.length, "byte")}: ${some(names, 8)}`,
      findings: [{ severity: "info", text: `the YAML of ${kinds}${where}`, evidence }],
      facts: { names },
      table: { columns: ["YAML"], rows: lines.slice(0, 60).map((line) => [line.slice(0, 200)]) },
    });
  }
  const { columns, rows } = aligned(lines);
  return parsed({
    ...base,
    headline: `${numberOf(rows.length, kinds)}${where}`,
    findings: [{ severity: "info", text: oneLine(lines[1] ?? lines[0] ?? "", 200), evidence }],
    facts: { names: rows.map((row) => row[columns.indexOf("name")] ?? "").filter((name) => name !== "") },
    table: { columns, rows: rows.slice(0, MAX_ROWS) },
  });
}
