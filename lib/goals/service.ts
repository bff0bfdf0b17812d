/**
 * A goal's life: recorded, planned, approved where it writes, run, answered. Nothing above this knows tools.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { approvePlan, rejectPlan } from "./approval.ts";
import { takeGoal } from "./intake.ts";
import { createLiveGoals, endResult } from "./live.ts";
import type { Place } from "./queue.ts";
import type { GoalService, GoalServiceOptions, Submission } from "./service_types.ts";
import type { GoalResult } from "./types.ts";

const notFound = (id: string): PhysiclawError =>
  new PhysiclawError("not_found", `Cannot find goal ${id.slice(0, 64)}`);

/** Resolves with whichever comes first: the promise, the time, or the abort; the last two give `instead()`. */
async function orAfter<T>(
  promise: Promise<T>,
  milliseconds: number,
  instead: () => T,
  signal?: AbortSignal,
): Promise<T> {
  const late = Promise.withResolvers<T>();
  const give = (): void => late.resolve(instead());
  const timer = setTimeout(give, milliseconds);
  signal?.addEventListener("abort", give, { once: true });
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", give);
  }
}

/**
 * The goal service. Its methods throw {@link PhysiclawError}; when the audit log cannot be written `submit` throws
 * `not_ready` and nothing runs.
 */
export function createGoalService(options: GoalServiceOptions): GoalService {
  const live = createLiveGoals(options);
  const { store } = options;
  let closing = false;
  /** Goals whose plan is being decided on: the first verdict wins, a second one at the same time is a conflict. */
  const deciding = new Set<string>();
  const once = async <T>(id: string, decide: () => Promise<T>): Promise<T> => {
    if (deciding.has(id)) {
      throw new PhysiclawError("conflict", `Cannot decide on goal ${id}: somebody else is deciding`);
    }
    deciding.add(id);
    try {
      return await decide();
    } finally {
      deciding.delete(id);
    }
  };

  /** Takes a place before the goal is recorded: what cannot run is refused, not recorded and dropped. */
  const withPlace = async (
    task: (place: Place) => Promise<{ result: GoalResult; used: boolean }>,
  ): Promise<GoalResult> => {
    const place = options.queue.reserve();
    let used = false;
    try {
      const done = await task(place);
      used = done.used;
      return done.result;
    } finally {
      if (!used) place.release();
    }
  };

  const stored = (id: string) => {
    const goal = store.get(id);
    if (goal === undefined) throw notFound(id);
    return goal;
  };

  /** The goal that an Idempotency-Key already stands for; `undefined` when this request is the first. */
  const earlier = (id: string, submission: Submission): GoalResult | undefined => {
    const { idempotencyKey, requester, ...body } = submission;
    if (idempotencyKey === undefined) return undefined;
    const known = store.idempotent(
      requester,
      idempotencyKey,
      JSON.stringify(body),
      id,
      options.now().getTime(),
    );
    if (known === undefined) return undefined;
    if (!known.sameBody) {
      throw new PhysiclawError(
        "conflict",
        "Cannot take the goal: its Idempotency-Key was used for another body",
        {
          hint: "use a new key",
        },
      );
    }
    const result = live.get(known.goal)?.result ?? store.get(known.goal)?.result;
    if (result === undefined) {
      throw new PhysiclawError(
        "conflict",
        "Cannot take the goal: the first one with this Idempotency-Key is not recorded",
        {
          hint: "try again with a new key",
        },
      );
    }
    return result;
  };

  return {
    submit: async (submission) => {
      if (closing) {
        throw new PhysiclawError("not_ready", "Cannot take a goal: the bridge is stopping", {
          hint: "try again when it is up",
        });
      }
      const id = options.newId();
      const known = earlier(id, submission);
      if (known !== undefined) return known;
      const take = () => takeGoal(id, submission, options);
      if (submission.mode !== "run") return await take();
      return await withPlace(async (place) => {
        const result = await take();
        if (result.outcome !== "running" || result.plan === undefined) return { result, used: false };
        live.start(result, result.plan, submission.requester, place);
        return { result, used: true };
      });
    },
    wait: async (id, milliseconds, signal) => {
      const goal = live.get(id);
      return goal === undefined
        ? stored(id).result
        : await orAfter(goal.ended, milliseconds, () => goal.result, signal);
    },
    get: (id) => {
      const goal = live.get(id);
      return goal === undefined ? store.get(id) : { result: goal.result, requester: goal.requester };
    },
    list: (request) => store.list(request),
    output: (id, step) => store.output(id, step),
    readOutput: (digest, from, to) => options.outputs.read(digest, from, to),
    events: async function* (id, after, signal) {
      const goal = live.get(id);
      if (goal === undefined) yield { id: after + 1, event: "result", data: stored(id).result };
      else yield* goal.events.since(after, signal);
    },
    approve: (decision) =>
      once(decision.id, async () => {
        return await withPlace(async (place) => {
          const { result, plan, requester } = await approvePlan(decision, options);
          return { result: live.start(result, plan, requester, place).result, used: true };
        });
      }),
    reject: (decision) => once(decision.id, () => rejectPlan(decision, options)),
    cancel: async (id) => {
      const goal = live.get(id);
      if (goal !== undefined) {
        goal.abort.abort();
        return await goal.ended;
      }
      const { result, requester } = stored(id);
      if (result.outcome !== "awaiting_approval") return result;
      const cancelled = endResult(
        result,
        { outcome: "cancelled", answer: "The goal was cancelled." },
        options,
      );
      await store.put({ result: cancelled, requester });
      return cancelled;
    },
    recover: async () => {
      const left = store.byOutcome("running");
      for (const { result, requester } of left) {
        const reason = "the bridge stopped while the goal ran";
        const answer = `Not finished: ${reason}. Send the goal again.`;
        await store.put({
          result: endResult(result, { outcome: "failed", reason, answer }, options),
          requester,
        });
      }
      return left.length;
    },
    close: async (graceMs) => {
      closing = true;
      await live.close(graceMs);
    },
  };
}
