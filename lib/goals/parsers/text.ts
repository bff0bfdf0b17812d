/**
 * The parser of last resort: what was printed, without a claim about what it means.
 *
 * @module
 */
import type { Parsed, ParserInput } from "../types.ts";
import { cite, endedBadly, lastWords, notLooked, parsed, textOf } from "./parsed.ts";
import { count, oneLine } from "./words.ts";

const SHOWN_LINES = 20;

/**
 * Judges a step by its exit codes and shows the first lines of its output.
 *
 * @example
 * ```ts
 * import { parseText } from "./text.ts";
 * const empty = new Uint8Array();
 * const answer = parseText({
 *   step: { id: "s1", tool: "dbt compile", form: "compile", slots: {} },
 *   ask: { intent: "list", about: {} },
 *   commands: [{ argv: ["dbt"], exitCode: 0, stdout: empty, stderr: empty, stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.verdict === "no_data");
 * ```
 */
export function parseText(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  const index = input.commands.length - 1;
  const last = input.commands[index];
  if (last === undefined) return notLooked(input, `${input.step.tool} printed nothing`);
  const failed = input.commands.findIndex((run) => run.exitCode !== 0);
  if (failed >= 0) {
    const run = input.commands[failed];
    const said = lastWords(run?.stderr.length === 0 ? run.stdout : run?.stderr ?? new Uint8Array());
    const reason = `${input.step.tool} ended with exit code ${run?.exitCode ?? "none"}${
      said === "" ? "" : `: ${said}`
    }`;
    const evidence = cite(input, failed, run?.stderr.length === 0 ? "stdout" : "stderr");
    return notLooked(input, reason, { findings: [{ severity: "medium", text: reason, evidence }] });
  }
  const head = textOf(last.stdout.subarray(0, 64 * 1024));
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) {
    return parsed({ headline: `${input.step.tool} ended well and printed nothing`, verdict: "no_data" });
  }
  return parsed({
    headline: `${input.step.tool} printed ${count(last.stdout.length, "byte")}`,
    verdict: "listing",
    findings: [{
      severity: "info",
      text: oneLine(lines[0] ?? ""),
      evidence: cite(input, index, "stdout"),
    }],
    table: { columns: ["output"], rows: lines.slice(0, SHOWN_LINES).map((line) => [oneLine(line, 200)]) },
    blind: input.truncated ? ["the output was cut at the limit"] : [],
  });
}
