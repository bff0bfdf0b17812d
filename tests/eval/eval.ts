/**
 * Scores the planner on a file of goals: `deno run --allow-read --allow-write --allow-run --allow-env tests/eval/eval.ts [FILE]`.
 * The file has the format of `../shared/eval/README.md`; its `score.mjs` computes the table.
 *
 * @module
 */
import { buildCommands } from "../../lib/catalog/build.ts";
import { BUILTIN_TOOLS, createCatalog } from "../../lib/catalog/catalog.ts";
import type { Persona } from "../../lib/catalog/types.ts";
import type { Proposal } from "../../lib/goals/types.ts";
import { createPlanner } from "../../lib/goals/planner/planner.ts";

/** One line of a goals file. */
export interface Case {
  readonly id: string;
  readonly persona: Persona;
  readonly goal: string;
  readonly expect: string | readonly string[];
}

/** One line of a predictions file. */
export interface Prediction {
  readonly id: string;
  readonly outcome: string;
  readonly steps: readonly { readonly tool: string; readonly argv: readonly string[] }[];
}

const catalog = createCatalog(BUILTIN_TOOLS);

/** A proposal as `score.mjs` reads it: a step's commands joined into one argv, the program by its plain name. */
export function predictionOf(id: string, proposal: Proposal): Prediction {
  if (proposal.outcome !== "plan") {
    return { id, outcome: proposal.outcome === "refused" ? "refuse" : "clarify", steps: [] };
  }
  const steps = proposal.steps.map((step) => {
    const tool = catalog.find(step.tool);
    if (tool === undefined) throw new Error(`Cannot score step ${step.id}: no tool ${step.tool}`);
    const placeholders = new Set((step.fills ?? []).map((fill) => fill.slot));
    const slots = { ...step.slots };
    for (const fill of step.fills ?? []) slots[fill.slot] = `{${fill.step}.${fill.fact}}`;
    const program = "search" in tool.program ? tool.program.search[0] ?? tool.name : tool.name;
    const commands = buildCommands(tool, step.form, slots, { program, settings: {}, placeholders });
    return { tool: tool.name, argv: commands.flat() };
  });
  return { id, outcome: "plan", steps };
}

/** Plans every case of a file's text. The clock stands still, so that a run repeats exactly. */
export function predict(text: string): readonly Prediction[] {
  const planner = createPlanner({ catalog, now: () => new Date("2026-03-02T10:30:00Z"), timeZone: "UTC" });
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const one: Case = JSON.parse(line);
    return predictionOf(one.id, planner.plan(one.goal, one.persona));
  });
}

async function scorerBeside(file: string): Promise<string | undefined> {
  const directory = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
  for (const candidate of [`${directory}/score.mjs`, "../shared/eval/score.mjs"]) {
    try {
      await Deno.stat(candidate);
      return candidate;
    } catch {
      // Looked for in the next place.
    }
  }
  return undefined;
}

async function run(program: string, args: readonly string[]): Promise<Deno.CommandOutput | undefined> {
  try {
    return await new Deno.Command(program, { args: [...args], stdout: "inherit", stderr: "inherit" })
      .output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Scores one file and gives the exit code: the scorer's, or 2 when a file or the scorer is missing. */
async function main(file: string): Promise<number> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch {
    console.error(`Cannot read ${file}: no such file of goals (name one as the first argument)`);
    return 2;
  }
  const scorer = await scorerBeside(file);
  if (scorer === undefined) {
    console.error(`Cannot score ${file}: score.mjs stands neither beside it nor in ../shared/eval`);
    return 2;
  }
  const predictions = await Deno.makeTempFile({ prefix: "predictions-", suffix: ".jsonl" });
  try {
    const lines = predict(text).map((one) => JSON.stringify(one));
    await Deno.writeTextFile(predictions, lines.join("\n") + "\n");
    const args = [scorer, file, predictions, "--failures"];
    const output = await run("node", args) ??
      await run(Deno.execPath(), ["run", "--no-prompt", `--allow-read=${file},${predictions}`, ...args]);
    return output?.code ?? 1;
  } finally {
    await Deno.remove(predictions);
  }
}

if (import.meta.main) {
  Deno.exitCode = await main(Deno.args[0] ?? "../shared/eval/goals.dev.jsonl");
}
