/**
 * The goals that run now: each with its events, its abort signal, and a promise of its end.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { renderAnswer } from "./answer.ts";
import { recalledLines } from "./answer/remembered.ts";
import { createEventLog, type EventLog } from "./events.ts";
import { runPlan } from "./run_goal.ts";
import type { Place } from "./queue.ts";
import type { GoalServiceOptions } from "./service_types.ts";
import type { GoalOutcome, GoalResult, Plan, StepOutcome } from "./types.ts";

/** A goal that is in memory because it runs or waits for its turn. */
export interface LiveGoal {
  result: GoalResult;
  readonly requester: string;
  readonly events: EventLog;
  readonly abort: AbortController;
  /** Never rejects: a goal always ends with a result. */
  readonly ended: Promise<GoalResult>;
}

/** What {@link createLiveGoals} returns. */
export interface LiveGoals {
  get(id: string): LiveGoal | undefined;
  /** Lets the goal wait for its turn at its place, and returns at once. */
  start(result: GoalResult, plan: Plan, requester: string, place: Place): LiveGoal;
  /** Lets goals end for `graceMs`, then aborts them; resolves when all have ended. */
  close(graceMs: number): Promise<void>;
}

/** The result with its last fields; evidence is as of now. */
export function endResult(
  result: GoalResult,
  fields: Partial<GoalResult>,
  options: GoalServiceOptions,
): GoalResult {
  return {
    ...result,
    ...fields,
    ended: options.now().toISOString(),
    evidence: { audit_sequence: options.audit.sequence, cwd: result.evidence.cwd, egress: options.egress() },
  };
}

/** `failed` when nothing that was asked could be looked at; with one step that ended well it is `done`. */
function outcomeOf(steps: readonly { outcome: StepOutcome }[]): GoalOutcome {
  return steps.some((step) => step.outcome === "ok" || step.outcome === "output_capped") ? "done" : "failed";
}

async function run(goal: LiveGoal, plan: Plan, options: GoalServiceOptions): Promise<GoalResult> {
  const { result, abort, events } = goal;
  if (abort.signal.aborted) {
    return endResult(
      result,
      { outcome: "cancelled", answer: "The goal was cancelled before it ran." },
      options,
    );
  }
  const steps = await runPlan(
    plan,
    { id: result.id, persona: result.persona, cwd: result.evidence.cwd, signal: abort.signal },
    options,
    {
      started: (step) => events.emit("step_started", { step: step.id, tool: step.tool, why: step.why }),
      output: (step, bytes) => events.emit("step_output", { step: step.id, bytes }),
      ended: (step) => events.emit("step_ended", step),
    },
  );
  const rendered = renderAnswer({
    goal: result.goal,
    ask: plan.ask,
    facts: plan.facts ?? [],
    steps: steps.flatMap(({ result: step, parsed }) => {
      const planned = plan.steps.find((candidate) => candidate.id === step.id);
      return planned === undefined
        ? []
        : [{ step: planned, result: step, ...(parsed === undefined ? {} : { parsed }) }];
    }),
  });
  const results = steps.map((step) => step.result);
  const cancelled = abort.signal.aborted;
  // The first line says what was found: a runbook about that is worth more than one about the words of the question.
  const known = new Set((plan.facts ?? []).map(({ id }) => id));
  const memory = cancelled
    ? []
    : (await options.memory.recall(`${result.goal}\n${rendered.answer.split("\n", 1)[0]}`, result.persona))
      // What the goal was read by is said already.
      .filter(({ id }) => !known.has(id));
  const answer = [rendered.answer, recalledLines(memory).join("\n")].filter((part) => part !== "").join(
    "\n\n",
  );
  return endResult(result, {
    outcome: cancelled ? "cancelled" : outcomeOf(results),
    steps: results,
    findings: rendered.findings,
    answer: cancelled ? `The goal was cancelled.\n${rendered.answer}` : answer,
    ...(memory.length === 0 ? {} : { memory }),
  }, options);
}

/** Keeps the goals that run; see {@link LiveGoals}. */
export function createLiveGoals(options: GoalServiceOptions): LiveGoals {
  const live = new Map<string, LiveGoal>();

  const failure = (goal: LiveGoal, error: unknown): GoalResult => {
    const reason = error instanceof PhysiclawError ? error.describe() : "an internal error ended it";
    return endResult(goal.result, {
      outcome: "failed",
      reason,
      answer: `The goal could not be run to its end: ${reason}.`,
    }, options);
  };

  const settle = async (goal: LiveGoal, result: GoalResult): Promise<GoalResult> => {
    goal.result = result;
    await options.store.put({ result, requester: goal.requester });
    const seconds = (Date.parse(result.ended ?? result.created) - Date.parse(result.created)) / 1000;
    options.metrics.goalSeconds(result.outcome, seconds);
    options.memory.remember(result);
    return result;
  };

  const drive = async (goal: LiveGoal, plan: Plan, place: Place): Promise<GoalResult> => {
    try {
      return await settle(goal, await place.run(() => run(goal, plan, options)));
    } catch (error) {
      // The store may be what failed: then the result is at least told to whoever waits.
      return await settle(goal, failure(goal, error)).catch(() => goal.result);
    } finally {
      goal.events.emit("result", goal.result);
      goal.events.close();
      live.delete(goal.result.id);
    }
  };

  return {
    get: (id) => live.get(id),
    start: (result, plan, requester, place) => {
      const { promise, resolve } = Promise.withResolvers<GoalResult>();
      const goal: LiveGoal = {
        result,
        requester,
        events: createEventLog(),
        abort: new AbortController(),
        ended: promise,
      };
      live.set(result.id, goal);
      goal.events.emit("goal", { id: result.id, persona: result.persona });
      goal.events.emit("plan", plan);
      void drive(goal, plan, place).then(resolve);
      return goal;
    },
    close: async (graceMs) => {
      const timer = setTimeout(() => {
        for (const goal of live.values()) goal.abort.abort();
      }, graceMs);
      await Promise.all([...live.values()].map((goal) => goal.ended));
      clearTimeout(timer);
    },
  };
}
