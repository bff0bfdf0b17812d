/**
 * Runs real tools and keeps what they print as golden cases; see `record_main.ts`.
 *
 * @module
 */
import { buildCommands, formOf } from "../../lib/catalog/build.ts";
import { BUILTIN_TOOLS, createCatalog } from "../../lib/catalog/catalog.ts";
import type { BuildContext } from "../../lib/catalog/build.ts";
import type { GoldenCase, RecordedStep } from "./cases.ts";

const HERE = new URL(".", import.meta.url).pathname;

/** A case to record: a {@link GoldenCase} whose steps have not run yet. */
export type ToRecord = Omit<GoldenCase, "steps" | "timeZone" | "started"> & {
  readonly timeZone?: string;
  readonly started?: string;
  readonly steps: readonly (Omit<RecordedStep, "commands" | "parser" | "needs" | "why"> & {
    readonly needs?: readonly string[];
    readonly why?: string;
  })[];
};

/** How the tools of some cases are run. */
export interface Recording {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly context: BuildContext;
  /** Text that names this machine, and what stands in its place. */
  readonly replace: readonly (readonly [string | RegExp, string])[];
  /** The ending of output files. */
  readonly ending: string;
}

/** Runs the steps of a case with the real tool and writes the case and its outputs under `tests/golden/PARSER/NAME/`. */
export async function record(name: string, given: ToRecord, how: Recording): Promise<void> {
  const catalog = createCatalog(BUILTIN_TOOLS);
  const steps: RecordedStep[] = [];
  const first = catalog.find(given.steps[0]?.tool ?? "");
  const directory = `${HERE}${first?.parser}/${name}`;
  await Deno.mkdir(directory, { recursive: true });
  for (const step of given.steps) {
    const tool = catalog.find(step.tool);
    if (tool === undefined) throw new Error(`Cannot record ${name}: no tool ${step.tool}`);
    const form = formOf(tool, step.form);
    const commands: RecordedStep["commands"][number][] = [];
    for (const [index, argv] of buildCommands(tool, step.form, step.slots, how.context).entries()) {
      const [program = "", ...args] = argv;
      const run = await new Deno.Command(program, {
        args: [...args],
        cwd: how.cwd,
        env: { ...tool.env, ...how.env },
      }).output();
      const files: Record<string, string> = {};
      for (const stream of ["stdout", "stderr"] as const) {
        let text = new TextDecoder().decode(run[stream]);
        for (const [from, to] of how.replace) text = text.replaceAll(from, to);
        if (text === "") continue;
        files[stream] = `${step.id}.${index}.${stream === "stdout" ? how.ending : "err"}`;
        await Deno.writeTextFile(`${directory}/${files[stream]}`, text);
      }
      commands.push({ argv: [program.split("/").at(-1) ?? "", ...args], exitCode: run.code, ...files });
      if (!(form.proceedOn ?? [0]).includes(run.code)) break;
    }
    steps.push({ needs: [], why: "", parser: tool.parser, ...step, commands });
  }
  const whole: GoldenCase = { timeZone: "UTC", started: "2026-01-31T08:00:00Z", ...given, steps };
  let text = JSON.stringify(whole, undefined, 2);
  for (const [from, to] of how.replace) text = text.replaceAll(from, to);
  await Deno.writeTextFile(`${directory}/case.json`, `${text}\n`);
}
