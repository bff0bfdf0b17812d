/**
 * One step: fill its slots, run it, mask and store its output, read findings out of it.
 *
 * @module
 */
import { buildCommands } from "../catalog/build.ts";
import type { Persona, Slots, SlotValue, Tool } from "../catalog/types.ts";
import type { CommandRun, StepRun } from "../executor/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import type { GoalServiceOptions, JsonValue } from "./service_types.ts";
import type { Ask, Parsed, PlanStep, Section, StepResult } from "./types.ts";
import { maskKnownSecrets } from "./parsers/known_secrets.ts";
import { makeWorkingCopy, type WorkingCopy } from "./working_copy.ts";

/** A step that has ended, with what its output said. */
export interface EndedStep {
  readonly result: StepResult;
  readonly parsed?: Parsed;
}

/** What a step runs within. */
export interface StepContext {
  readonly goalId: string;
  readonly persona: Persona;
  readonly ask: Ask;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Ended steps of this goal by id. */
  readonly ended: ReadonlyMap<string, EndedStep>;
  readonly onOutput: (bytes: number) => void;
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A step that did not run, and why. */
export function notRun(
  step: { readonly id: string; readonly tool: string },
  outcome: StepResult["outcome"],
  reason: string,
  now: Date,
): EndedStep {
  return {
    result: {
      id: step.id,
      tool: step.tool,
      outcome,
      reason,
      started: now.toISOString(),
      duration_ms: 0,
      sandbox: "not started",
      output: { sha256: EMPTY_SHA256, bytes: 0, truncated: false, sections: [] },
    },
  };
}

const factsOf = (context: StepContext, step: string, fact: string): readonly string[] =>
  context.ended.get(step)?.parsed?.facts[fact] ?? [];

/** Why a step is skipped: its condition does not hold, or what it needs did not end well. */
export function skipReason(step: PlanStep, context: StepContext): string | undefined {
  for (const id of step.needs) {
    const outcome = context.ended.get(id)?.result.outcome;
    if (outcome !== "ok" && outcome !== "output_capped") return `it needs ${id}, which did not end well`;
  }
  if (step.when === undefined) return undefined;
  const present = factsOf(context, step.when.step, step.when.fact).length > 0;
  return present === (step.when.is === "present")
    ? undefined
    : `${step.when.step} found nothing that calls for it`;
}

/** Slots with facts of earlier steps in the places that the plan declared; `undefined` when a fact has no value. */
function filledSlots(step: PlanStep, context: StepContext): Slots | undefined {
  const slots: Record<string, SlotValue> = { ...step.slots };
  for (const fill of step.fills ?? []) {
    const values = factsOf(context, fill.step, fill.fact).slice(0, fill.max);
    const [first] = values;
    if (first === undefined) return undefined;
    slots[fill.slot] = values.length === 1 ? first : values;
  }
  return slots;
}

/**
 * All streams of a run behind one another, and where each stands. What the tool's own format marks as secret is masked
 * first, then what looks like one; each stream by itself.
 */
async function maskRun(
  tool: Tool,
  slots: Slots,
  commands: readonly CommandRun[],
  options: GoalServiceOptions,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; sections: readonly Section[] }> {
  const parts: Uint8Array[] = [];
  const sections: Section[] = [];
  let at = 0;
  for (
    const [index, streams] of maskKnownSecrets(tool.parser, commands, slots, options.allowValues).entries()
  ) {
    for (const stream of ["stdout", "stderr"] as const) {
      if (streams[stream].byteLength === 0) continue;
      const { bytes } = await options.masker.maskBytes(new Uint8Array(streams[stream]));
      sections.push({ command: index, stream, start: at, end: at + bytes.byteLength });
      parts.push(bytes);
      at += bytes.byteLength;
    }
  }
  const bytes = new Uint8Array(at);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return { bytes, sections };
}

function parserCommands(run: StepRun, bytes: Uint8Array, sections: readonly Section[]) {
  return run.commands.map((command, index) => {
    const of = (stream: "stdout" | "stderr") =>
      sections.find((section) => section.command === index && section.stream === stream) ??
        { start: 0, end: 0 };
    const stdout = of("stdout");
    const stderr = of("stderr");
    return {
      argv: command.argv,
      ...(command.exitCode === undefined ? {} : { exitCode: command.exitCode }),
      ...(command.signal === undefined ? {} : { signal: command.signal }),
      stdout: bytes.subarray(stdout.start, stdout.end),
      stderr: bytes.subarray(stderr.start, stderr.end),
      stdoutStart: stdout.start,
      stderrStart: stderr.start,
    };
  });
}

async function workingCopy(
  tool: Tool,
  slots: Slots,
  context: StepContext,
  options: GoalServiceOptions,
  stepId: string,
) {
  if (tool.workspace === "read") return undefined;
  const project = tool.projectSlot === undefined ? undefined : slots[tool.projectSlot];
  const named = typeof project === "string" ? project : ".";
  return await makeWorkingCopy({
    workspace: context.cwd,
    project: named,
    purpose: tool.workspace,
    scratchDir: options.scratchDir,
    id: `${context.goalId}-${stepId}`,
  });
}

/** Runs the tool; a copy that cannot be made is `unavailable`, and the original is replaced only after an `ok`. */
async function runTool(
  step: PlanStep,
  tool: Tool,
  slots: Slots,
  context: StepContext,
  options: GoalServiceOptions,
): Promise<{ run: StepRun; copy?: WorkingCopy }> {
  let copy: WorkingCopy | undefined;
  const started = options.now();
  try {
    copy = await workingCopy(tool, slots, context, options, step.id);
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    const run: StepRun = {
      outcome: "unavailable",
      reason: error.describe(),
      commands: [],
      started: started.toISOString(),
      durationMs: 0,
      sandbox: "not started",
      truncated: false,
    };
    return { run };
  }
  const program = step.commands[0]?.[0] ?? tool.name;
  const run = await options.runner.run({
    goalId: context.goalId,
    stepId: step.id,
    persona: context.persona,
    tool: step.tool,
    form: step.form,
    slots,
    commands: buildCommands(tool, step.form, slots, { program, settings: options.settings }),
    cwd: copy?.cwd ?? context.cwd,
    writable: copy !== undefined,
  }, { signal: context.signal, onOutput: context.onOutput });
  return copy === undefined ? { run } : { run, copy };
}

async function settleCopy(copy: WorkingCopy | undefined, tool: Tool, parsed: Parsed): Promise<Parsed> {
  if (copy === undefined) return parsed;
  try {
    if (tool.workspace === "replace" && parsed.outcome === "ok") await copy.replaceOriginal();
    return parsed;
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    return { ...parsed, outcome: "failed", reason: error.describe(), headline: error.message };
  } finally {
    await copy.discard();
  }
}

/**
 * Runs one step to its end. The first `tool_call` record is durable before the tool starts, the second tells how it
 * ended. Throws only when the audit log or the runner is gone.
 */
export async function runStep(
  step: PlanStep,
  context: StepContext,
  options: GoalServiceOptions,
): Promise<EndedStep> {
  const tool = options.catalog.find(step.tool);
  if (tool === undefined) return notRun(step, "refused", `${step.tool} left the catalogue`, options.now());
  const slots = filledSlots(step, context);
  if (slots === undefined) {
    return notRun(step, "skipped", "an earlier step did not give what it needs", options.now());
  }
  const record = (data: Record<string, JsonValue>) =>
    options.audit.append({
      event: "tool_call",
      persona: context.persona,
      goal_id: context.goalId,
      data: { step: step.id, tool: step.tool, ...data },
    });
  let commands: readonly (readonly string[])[];
  try {
    const program = step.commands[0]?.[0] ?? tool.name;
    commands = buildCommands(tool, step.form, slots, { program, settings: options.settings });
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    return await refuse(step, context, options, error.message);
  }
  await record({
    phase: "start",
    commands: commands.map((argv) => argv.map((word) => options.masker.scrub(word))),
  });
  const { run, copy } = await runTool(step, tool, slots, context, options);
  const { bytes, sections } = await maskRun(tool, slots, run.commands, options);
  const stored = await options.outputs.put(bytes);
  await options.store.putOutput(context.goalId, step.id, stored);
  let parsed: Parsed | undefined;
  if (run.outcome !== "unavailable" && run.outcome !== "refused") {
    parsed = await options.parse(tool.parser, {
      step: { id: step.id, tool: step.tool, form: step.form, slots },
      ask: context.ask,
      commands: parserCommands(run, bytes, sections),
      outcome: run.outcome,
      truncated: run.truncated,
      started: run.started,
      timeZone: options.timeZone,
      allowValues: options.allowValues,
    });
    parsed = await settleCopy(copy, tool, parsed);
  } else await copy?.discard();
  const outcome = run.outcome === "ok" || run.outcome === "failed"
    ? parsed?.outcome ?? run.outcome
    : run.outcome;
  const reason = run.reason ?? parsed?.reason;
  const last = run.commands.at(-1);
  const result: StepResult = {
    id: step.id,
    tool: step.tool,
    outcome,
    ...(last?.exitCode === undefined ? {} : { exit_code: last.exitCode }),
    ...(last?.signal === undefined ? {} : { signal: last.signal }),
    ...(reason === undefined ? {} : { reason }),
    started: run.started,
    duration_ms: run.durationMs,
    sandbox: run.sandbox,
    output: { ...stored, truncated: run.truncated, sections },
  };
  if (outcome === "refused") await violation(step, context, options, reason ?? "the executor refused it");
  await record({
    phase: "end",
    outcome,
    exit_code: last?.exitCode ?? null,
    signal: last?.signal ?? null,
    duration_ms: run.durationMs,
    sha256: stored.sha256,
    bytes: stored.bytes,
    truncated: run.truncated,
  });
  options.metrics.toolCall(context.persona, step.tool, outcome);
  options.metrics.stepSeconds(step.tool, run.durationMs / 1000);
  return parsed === undefined ? { result } : { result, parsed };
}

async function violation(
  step: PlanStep,
  context: StepContext,
  options: GoalServiceOptions,
  reason: string,
): Promise<void> {
  options.metrics.securityViolation(context.persona);
  await options.audit.append({
    event: "security_violation",
    persona: context.persona,
    goal_id: context.goalId,
    data: { step: step.id, tool: step.tool, reason: options.masker.scrub(reason) },
  });
}

async function refuse(
  step: PlanStep,
  context: StepContext,
  options: GoalServiceOptions,
  reason: string,
): Promise<EndedStep> {
  await violation(step, context, options, reason);
  options.metrics.toolCall(context.persona, step.tool, "refused");
  return notRun(step, "refused", reason, options.now());
}
