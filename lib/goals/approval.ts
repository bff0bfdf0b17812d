/**
 * Plans that write wait here: for the right person, the right hash, and an unchanged world.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { planContext } from "./intake.ts";
import { endResult } from "./live.ts";
import { makePlan } from "./make_plan.ts";
import type { Decision, GoalServiceOptions } from "./service_types.ts";
import type { GoalResult, Plan, ProposedStep } from "./types.ts";

/** How long a plan may wait for its approval. */
const APPROVAL_MS = 3_600_000;

/** A plan that waits, found by goal id and hash. */
interface Waiting {
  readonly result: GoalResult;
  readonly plan: Plan;
  readonly requester: string;
}

function waitingFor(decision: Decision, options: GoalServiceOptions): Waiting {
  const stored = options.store.get(decision.id);
  if (stored === undefined) throw new PhysiclawError("not_found", `Cannot find goal ${decision.id}`);
  const { result, requester } = stored;
  if (result.outcome !== "awaiting_approval" || result.plan === undefined) {
    throw new PhysiclawError("conflict", `Cannot decide on goal ${decision.id}: it is ${result.outcome}`);
  }
  if (result.plan.hash !== decision.plan) {
    throw new PhysiclawError("conflict", "Cannot decide on another plan than the one that waits", {
      hint: `its hash is ${result.plan.hash}`,
    });
  }
  return { result, plan: result.plan, requester };
}

/** What the planner proposed, read back from the plan. */
function proposedSteps(plan: Plan): readonly ProposedStep[] {
  return plan.steps.map(({ id, tool, form, slots, when, fills, needs, why }) => ({
    id,
    tool,
    form,
    slots: Object.fromEntries(
      Object.entries(slots).filter(([slot]) => !(fills ?? []).some((fill) => fill.slot === slot)),
    ),
    ...(when === undefined ? {} : { when }),
    ...(fills === undefined ? {} : { fills }),
    needs,
    why,
  }));
}

function recordVerdict(decision: Decision, result: GoalResult, verdict: string, options: GoalServiceOptions) {
  return options.audit.append({
    event: "approval",
    persona: result.persona,
    goal_id: result.id,
    data: { plan: decision.plan, by: decision.approver, verdict },
  });
}

/**
 * Approves a plan: it is made again from what the host is now, and only the same hash is released. Resolves with the
 * goal as `running`, stored and ready to start. Throws `conflict` or `forbidden`.
 */
export async function approvePlan(decision: Decision, options: GoalServiceOptions): Promise<Waiting> {
  const { result, plan, requester } = waitingFor(decision, options);
  if (decision.approver === requester && !options.allowSelfApproval) {
    throw new PhysiclawError("forbidden", "Cannot approve a plan of one's own", {
      hint: "ask somebody with the scope physiclaw:approve, or set approvals.allow_self",
    });
  }
  if (options.now().getTime() - Date.parse(result.created) > APPROVAL_MS) {
    const late = endResult(
      result,
      { outcome: "cancelled", answer: "The plan waited for more than an hour." },
      options,
    );
    await options.store.put({ result: late, requester });
    throw new PhysiclawError(
      "conflict",
      `Cannot approve goal ${decision.id}: its plan is older than an hour`,
      {
        hint: "send the goal again",
      },
    );
  }
  const context = await planContext(result.persona, result.evidence.cwd, options);
  const again = await makePlan(plan.ask, proposedSteps(plan), context);
  if (again.hash !== plan.hash) {
    throw new PhysiclawError(
      "conflict",
      "Cannot run the plan: its input, a program or a setting changed since it was made",
      {
        hint: "send the goal again",
      },
    );
  }
  const running: GoalResult = { ...result, outcome: "running" };
  await options.store.put({ result: running, requester });
  await recordVerdict(decision, result, "approved", options);
  return { result: running, plan, requester };
}

/** Rejects a plan; its goal ends as `cancelled`. Throws `conflict`. */
export async function rejectPlan(decision: Decision, options: GoalServiceOptions): Promise<GoalResult> {
  const { result, requester } = waitingFor(decision, options);
  await recordVerdict(decision, result, "rejected", options);
  const rejected = endResult(result, { outcome: "cancelled", answer: "The plan was rejected." }, options);
  await options.store.put({ result: rejected, requester });
  return rejected;
}
