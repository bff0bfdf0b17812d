/**
 * Runs a plan: steps in order, independent ones side by side, follow-ups when their condition holds.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import { type EndedStep, notRun, runStep, skipReason, type StepContext } from "./run_step.ts";
import type { GoalServiceOptions } from "./service_types.ts";
import type { Plan, PlanStep, StepResult } from "./types.ts";

/** Callbacks while a plan runs. */
export interface RunHooks {
  readonly started: (step: PlanStep) => void;
  readonly output: (step: PlanStep, bytes: number) => void;
  readonly ended: (result: StepResult) => void;
}

const dependsOn = (step: PlanStep): ReadonlySet<string> =>
  new Set([
    ...step.needs,
    ...(step.fills ?? []).map((fill) => fill.step),
    ...(step.when === undefined ? [] : [step.when.step]),
  ]);

/**
 * Runs every step of the plan and returns them in plan order. A step whose condition does not hold, or whose
 * predecessor did not end well, is `skipped`; after an abort what is left is `killed` or `skipped`.
 */
export async function runPlan(
  plan: Plan,
  goal: {
    readonly id: string;
    readonly persona: Persona;
    readonly cwd: string;
    readonly signal: AbortSignal;
  },
  options: GoalServiceOptions,
  hooks: RunHooks,
): Promise<readonly EndedStep[]> {
  const ended = new Map<string, EndedStep>();
  const promises = new Map<string, Promise<EndedStep>>();
  const one = async (step: PlanStep): Promise<EndedStep> => {
    await Promise.all([...dependsOn(step)].map((id) => promises.get(id)));
    const context: StepContext = {
      goalId: goal.id,
      persona: goal.persona,
      ask: plan.ask,
      cwd: goal.cwd,
      signal: goal.signal,
      ended,
      onOutput: (bytes) => hooks.output(step, bytes),
    };
    const skip = goal.signal.aborted ? "the goal was cancelled" : skipReason(step, context);
    let done: EndedStep;
    if (skip !== undefined) done = notRun(step, "skipped", skip, options.now());
    else {
      hooks.started(step);
      done = await runStep(step, context, options);
    }
    ended.set(step.id, done);
    hooks.ended(done.result);
    return done;
  };
  for (const step of plan.steps) promises.set(step.id, one(step));
  const settled = await Promise.allSettled(promises.values());
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return plan.steps.flatMap((step) => ended.get(step.id) ?? []);
}
