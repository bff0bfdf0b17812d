/**
 * The planner's own goals: their compact format, and whether a proposal is what a line says.
 *
 * A line is `persona outcome | tools | args | goal`: personas `s`, `c`, `d`; outcomes `p` plan, `q` question, `r` refusal
 * (several letters: any of them); `&` joins tools and args, `~` separates alternatives of one; `\n` breaks the goal's lines.
 *
 * @module
 */
import { buildCommands } from "../../../catalog/build.ts";
import type { Catalog } from "../../../catalog/catalog.ts";
import type { Persona } from "../../../catalog/types.ts";
import type { Proposal } from "../../types.ts";

/** One labelled goal. */
export interface CorpusCase {
  readonly persona: Persona;
  readonly goal: string;
  readonly expect: readonly Proposal["outcome"][];
  readonly tools: readonly string[];
  /** Each must appear in some step's argv; one of its alternatives is enough. */
  readonly args: readonly (readonly string[])[];
}

const PERSONA: Readonly<Record<string, Persona>> = { s: "sre", c: "secops", d: "data_architect" };
const OUTCOME: Readonly<Record<string, Proposal["outcome"]>> = { p: "plan", q: "clarify", r: "refused" };

const parts = (text: string): string[] =>
  text.split("&").map((part) => part.trim()).filter((part) => part !== "");

/** The case of a line; throws `Error` on a line that is none. */
export function readCase(line: string): CorpusCase {
  const [head = "", tools = "", args = "", ...rest] = line.split("|");
  const [letter = "", outcomes = ""] = head.trim().split(" ");
  const persona = PERSONA[letter];
  const expect = [...outcomes].map((one) => OUTCOME[one]).filter((one) => one !== undefined);
  if (persona === undefined || expect.length === 0 || rest.length === 0) {
    throw new Error(`Cannot read the corpus line "${line}"`);
  }
  return {
    persona,
    goal: rest.join("|").replaceAll("\\n", "\n"),
    expect,
    tools: parts(tools),
    args: parts(args).map((part) => part.split("~")),
  };
}

/** Every case of a batch's text; blank lines and lines that begin with `#` are none. */
export const readCases = (text: string): readonly CorpusCase[] =>
  text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")).map(readCase);

/** What is wrong with a proposal; empty when it is right. */
export function faultsOf(catalog: Catalog, one: CorpusCase, proposal: Proposal): readonly string[] {
  if (!one.expect.includes(proposal.outcome)) {
    return [`outcome ${proposal.outcome}, not ${one.expect.join("|")}`];
  }
  if (proposal.outcome !== "plan") return [];
  const argvs = proposal.steps.map((step) => {
    const tool = catalog.find(step.tool);
    if (tool === undefined) throw new Error(`Cannot check step ${step.id}: no tool ${step.tool}`);
    const slots = { ...step.slots };
    for (const fill of step.fills ?? []) slots[fill.slot] = `{${fill.step}.${fill.fact}}`;
    const placeholders = new Set((step.fills ?? []).map((fill) => fill.slot));
    return buildCommands(tool, step.form, slots, { program: tool.name, settings: {}, placeholders }).flat()
      .join(" ");
  });
  return [
    ...one.tools.filter((tool) => !proposal.steps.some((step) => step.tool === tool)).map((tool) =>
      `no ${tool}`
    ),
    ...one.args.filter((forms) => !forms.some((form) => argvs.some((argv) => argv.includes(form)))).map((
      forms,
    ) => `no argument ${forms.join("|")}`),
  ];
}
