/**
 * From a submission to what is known at once: accepted, planned, asked back, refused, waiting, or ready to run.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import { PhysiclawError, SecurityViolation } from "../internal/errors.ts";
import { endResult } from "./live.ts";
import { factLines } from "./answer/remembered.ts";
import { makePlan, type PlanContext, writes } from "./make_plan.ts";
import { type OperatorFact, resolveFacts } from "./planner/operator_facts.ts";
import type { GoalServiceOptions, Submission } from "./service_types.ts";
import type { GoalResult, Plan, Proposal } from "./types.ts";
import { treeDigest } from "./working_copy.ts";
import { resolveCwd } from "./workspace.ts";

/** What clients of the earlier bridge expect in `message`. */
const MESSAGE = "Goal accepted; tool selection is backend-authoritative.";

/** What plans of this persona are made against, as the host is now. */
export async function planContext(
  persona: Persona,
  cwd: string,
  options: GoalServiceOptions,
): Promise<PlanContext> {
  return {
    catalog: options.catalog,
    persona,
    statuses: new Map((await options.runner.tools()).map((status) => [status.tool, status])),
    settings: options.settings,
    sandboxProfile: options.sandbox,
    cwd,
    inputDigest: async (tool, slots) => {
      const project = tool.projectSlot === undefined ? undefined : slots[tool.projectSlot];
      const directory = typeof project === "string" && project !== "." ? `${cwd}/${project}` : cwd;
      // A project that cannot be read is planned all the same; its step will be unavailable with the reason.
      return await treeDigest(directory).catch(() => "unreadable");
    },
  };
}

/** The text that is planned: with `answers`, the goal that asked and its answer together. */
function joinedText(submission: Submission, options: GoalServiceOptions): string {
  if (submission.answers === undefined) return submission.goal;
  const asked = options.store.get(submission.answers);
  if (asked === undefined || asked.result.persona !== submission.persona) {
    throw new PhysiclawError("not_found", `Cannot find goal ${submission.answers}`);
  }
  if (asked.result.outcome !== "clarify") {
    throw new PhysiclawError("conflict", `Cannot answer goal ${submission.answers}: it asked nothing`);
  }
  return `${asked.result.goal}\n${submission.goal}`;
}

/** The plan in words, for `--mode plan`. */
function planText(plan: Plan): string {
  const lines = plan.steps.map((step) => {
    const when = step.when === undefined
      ? ""
      : ` (only if ${step.when.step} finds ${step.when.fact.replaceAll("_", " ")})`;
    const missing = step.unavailable === undefined ? "" : `; not available here: ${step.unavailable}`;
    return `${step.id} ${step.tool}: ${step.why}${when}${missing}`;
  });
  return [`Plan ${plan.hash}`, ...lines, ...factLines(plan.facts ?? [])].join("\n");
}

async function decide(
  result: GoalResult,
  proposal: Proposal,
  facts: readonly OperatorFact[],
  submission: Submission,
  options: GoalServiceOptions,
): Promise<GoalResult> {
  if (proposal.outcome === "clarify") {
    const { question } = proposal;
    return endResult(result, { outcome: "clarify", question, answer: question }, options);
  }
  if (proposal.outcome === "refused") {
    const { reason, other_persona } = proposal;
    const other = other_persona === undefined ? {} : { other_persona };
    return endResult(result, { outcome: "refused", reason, answer: reason, ...other }, options);
  }
  const context = await planContext(submission.persona, result.evidence.cwd, options);
  const made = await makePlan(proposal.ask, proposal.steps, context);
  const plan = facts.length === 0 ? made : { ...made, facts };
  const { seq } = await options.audit.append({
    event: "plan",
    persona: submission.persona,
    goal_id: result.id,
    data: {
      hash: plan.hash,
      steps: plan.steps.map((step) => step.tool),
      mode: submission.mode,
      ...(facts.length === 0 ? {} : { facts: facts.map(({ id }) => id) }),
    },
  });
  if (submission.mode === "plan") {
    return endResult(result, { plan, outcome: "planned", answer: planText(plan) }, options);
  }
  const waiting = writes(plan);
  return {
    ...result,
    plan,
    outcome: waiting ? "awaiting_approval" : "running",
    answer: waiting ? `The plan changes something and waits for approval of ${plan.hash}.` : "",
    evidence: { ...result.evidence, audit_sequence: seq },
  };
}

async function refuse(
  result: GoalResult,
  error: SecurityViolation,
  options: GoalServiceOptions,
): Promise<GoalResult> {
  options.metrics.securityViolation(result.persona);
  const reason = options.masker.scrub(error.describe());
  await options.audit.append({
    event: "security_violation",
    persona: result.persona,
    goal_id: result.id,
    data: { reason },
  });
  return endResult(result, { outcome: "refused", reason, answer: reason }, options);
}

/**
 * Records the goal (durably, before anything else happens) and decides what it means. The result is stored when this
 * resolves. Throws `not_ready` when the audit log cannot be written.
 */
export async function takeGoal(
  id: string,
  submission: Submission,
  options: GoalServiceOptions,
): Promise<GoalResult> {
  const goal = options.masker.scrub(joinedText(submission, options));
  const cwd = await resolveCwd(submission.cwd, options.workspace);
  const { seq } = await options.audit.append({
    event: "goal",
    persona: submission.persona,
    goal_id: id,
    data: { goal, mode: submission.mode, by: submission.requester },
  });
  options.metrics.goals(submission.persona);
  const result: GoalResult = {
    schema: 1,
    id,
    goal,
    persona: submission.persona,
    allowed_tools: options.catalog.allowedNames(submission.persona),
    message: MESSAGE,
    outcome: "accepted",
    steps: [],
    findings: [],
    answer: "",
    created: options.now().toISOString(),
    evidence: { audit_sequence: seq, cwd, egress: options.egress() },
  };
  let decided = result;
  if (submission.mode !== "accept") {
    try {
      const { text, used } = resolveFacts(goal, options.memory.facts(goal, submission.persona));
      const proposal = options.planner.plan(text, submission.persona, { cwd });
      decided = await decide(result, proposal, used, submission, options);
    } catch (error) {
      if (!(error instanceof SecurityViolation)) throw error;
      decided = await refuse(result, error, options);
    }
  }
  await options.store.put({ result: decided, requester: submission.requester });
  return decided;
}
