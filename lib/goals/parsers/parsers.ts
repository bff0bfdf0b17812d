/**
 * From a tool's output to findings: the registry of parsers. Each is loaded when its tool is first heard.
 *
 * @module
 */
import { messageOf } from "../../internal/errors.ts";
import type { ParserName } from "../../catalog/types.ts";
import type { Parsed, ParserInput } from "../types.ts";
import { notLooked } from "./parsed.ts";

type Parse = (input: ParserInput) => Parsed | Promise<Parsed>;

const LOADERS: Readonly<Record<ParserName, () => Promise<Parse>>> = {
  kubectl: async () => (await import("./kubectl.ts")).parseKubectl,
  "kubectl-text": async () => (await import("./kubectl_text.ts")).parseKubectlText,
  terraform: async () => (await import("./terraform.ts")).parseTerraform,
  promtool: async () => (await import("./promtool.ts")).parsePromtool,
  "log-aggregator": async () => (await import("./log_report.ts")).parseLogReport,
  nmap: async () => (await import("./nmap.ts")).parseNmap,
  bandit: async () => (await import("./bandit.ts")).parseBandit,
  "iam-inspect": async () => (await import("./iam_report.ts")).parseIamReport,
  vault: async () => (await import("./vault.ts")).parseVault,
  duckdb: async () => (await import("./duckdb.ts")).parseDuckdb,
  dbt: async () => (await import("./dbt.ts")).parseDbt,
  sqlmesh: async () => (await import("./sqlmesh.ts")).parseSqlmesh,
  text: async () => (await import("./text.ts")).parseText,
};

/**
 * What a step's output means. Never throws for what a tool printed: output that no parser can read is `not_looked`.
 *
 * @example
 * ```ts
 * import { parseOutput } from "./parsers.ts";
 * const empty = new Uint8Array();
 * const answer = await parseOutput("text", {
 *   step: { id: "s1", tool: "dbt compile", form: "compile", slots: {} },
 *   ask: { intent: "list", about: {} },
 *   commands: [{ argv: ["dbt"], exitCode: 2, stdout: empty, stderr: empty, stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.outcome === "failed");
 * ```
 */
export async function parseOutput(parser: ParserName, input: ParserInput): Promise<Parsed> {
  try {
    const parse = await LOADERS[parser]();
    return await parse(input);
  } catch (error) {
    const why = messageOf(error);
    return notLooked(input, `The output of ${input.step.tool} could not be read: ${why.slice(0, 200)}`);
  }
}
