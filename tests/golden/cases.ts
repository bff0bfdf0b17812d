/**
 * Recorded runs of real tools, and the answers that they make.
 *
 * @module
 */
import { type AnswerStep, renderAnswer } from "../../lib/goals/answer.ts";
import { parseOutput } from "../../lib/goals/parsers/parsers.ts";
import type { ParserName, Slots } from "../../lib/catalog/types.ts";
import type { Condition, Parsed, ParserInput, Section, StepOutcome } from "../../lib/goals/types.ts";

/** A step as it was recorded; outputs stand in files beside the case. */
export interface RecordedStep {
  readonly id: string;
  readonly tool: string;
  readonly parser: ParserName;
  readonly form: string;
  readonly slots: Slots;
  readonly why: string;
  readonly needs: readonly string[];
  readonly when?: Condition;
  /** How the run ended before a parser looked (default `ok`, or `failed` when an exit code is not 0). */
  readonly outcome?: StepOutcome;
  readonly reason?: string;
  readonly truncated?: boolean;
  readonly commands: readonly {
    readonly argv: readonly string[];
    readonly exitCode?: number;
    readonly signal?: string;
    readonly stdout?: string;
    readonly stderr?: string;
  }[];
}

/** A goal with what its steps printed. */
export interface GoldenCase {
  readonly goal: string;
  readonly intent: string;
  readonly about: Readonly<Record<string, string>>;
  readonly timeZone: string;
  readonly started: string;
  readonly allowValues?: readonly string[];
  readonly steps: readonly RecordedStep[];
}

const read = async (directory: string, name: string | undefined): Promise<Uint8Array<ArrayBuffer>> =>
  name === undefined ? new Uint8Array() : await Deno.readFile(`${directory}/${name}`);

/** Parses and answers a recorded case, as the goal's life does. Follow-ups whose condition does not hold are skipped. */
export async function answerCase(
  directory: string,
  given: GoldenCase,
): Promise<
  {
    readonly answer: string;
    readonly parsed: ReadonlyMap<string, Parsed>;
    readonly outputs: ReadonlyMap<string, Uint8Array>;
  }
> {
  const all = new Map<string, Parsed>();
  const outputs = new Map<string, Uint8Array>();
  const steps: AnswerStep[] = [];
  const ask = { intent: given.intent, about: given.about };
  for (const one of given.steps) {
    const { id, tool, form, slots, why, needs, when } = one;
    const values = when === undefined ? undefined : all.get(when.step)?.facts[when.fact] ?? [];
    const skipped = values !== undefined && (values.length > 0) !== (when?.is === "present");
    const sections: Section[] = [];
    const chunks: Uint8Array[] = [];
    let at = 0;
    const commands: ParserInput["commands"][number][] = [];
    for (const [index, run] of (skipped ? [] : one.commands).entries()) {
      const stdout = await read(directory, run.stdout);
      const stderr = await read(directory, run.stderr);
      commands.push({ ...run, stdout, stderr, stdoutStart: at, stderrStart: at + stdout.length });
      sections.push({ command: index, stream: "stdout", start: at, end: at + stdout.length });
      at += stdout.length;
      sections.push({ command: index, stream: "stderr", start: at, end: at + stderr.length });
      at += stderr.length;
      chunks.push(stdout, stderr);
    }
    const ran = commands.every((run) => run.exitCode === 0) ? "ok" : "failed";
    const outcome: StepOutcome = skipped ? "skipped" : one.outcome ?? ran;
    const truncated = one.truncated ?? false;
    const step = { id, tool, form, slots };
    const parsed = commands.length === 0 ? undefined : await parseOutput(one.parser, {
      step,
      ask,
      commands,
      outcome,
      truncated,
      timeZone: given.timeZone,
      started: given.started,
      allowValues: given.allowValues ?? [],
    });
    if (parsed !== undefined) all.set(id, parsed);
    outputs.set(id, new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer()));
    steps.push({
      step: {
        ...step,
        commands: one.commands.map((run) => run.argv),
        effect: "read",
        network: "none",
        needs,
        why,
        ...(when === undefined ? {} : { when }),
      },
      result: {
        id,
        tool,
        outcome: parsed?.outcome ?? outcome,
        ...(one.reason === undefined ? {} : { reason: one.reason }),
        started: given.started,
        duration_ms: 1,
        sandbox: "bwrap",
        output: { sha256: "", bytes: at, truncated, sections },
      },
      ...(parsed === undefined ? {} : { parsed }),
    });
  }
  return { answer: renderAnswer({ goal: given.goal, ask, steps }).answer, parsed: all, outputs };
}
