/**
 * From what a planner proposes to the plan that is shown, hashed, approved and run.
 *
 * @module
 */
import { buildCommands, formOf } from "../catalog/build.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Persona, SettingName, Slots, Tool } from "../catalog/types.ts";
import type { ToolStatus } from "../executor/types.ts";
import { canonicalDigest } from "../internal/canonical.ts";
import { SecurityViolation } from "../internal/errors.ts";
import type { Ask, Plan, PlanStep, ProposedStep } from "./types.ts";

/** Most steps a plan may hold, follow-ups included. */
export const MAX_STEPS = 16;
/** Most conditional follow-ups. */
export const MAX_FOLLOW_UPS = 8;

/** What a plan is made against: the catalogue, and what this host has. */
export interface PlanContext {
  readonly catalog: Catalog;
  readonly persona: Persona;
  /** By tool name. */
  readonly statuses: ReadonlyMap<string, ToolStatus>;
  /** Settings as the sandbox sees them. */
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
  readonly sandboxProfile: string;
  readonly cwd: string;
  /** SHA-256 of the tree that a write step works on. */
  readonly inputDigest: (tool: Tool, slots: Slots) => Promise<string>;
}

const placeholder = (step: string, fact: string): string => `{${step}.${fact}}`;

/** The slots with those that earlier steps fill as `{step.fact}`. */
const withPlaceholders = (step: ProposedStep): Slots => {
  const slots: Record<string, Slots[string]> = { ...step.slots };
  for (const fill of step.fills ?? []) slots[fill.slot] = placeholder(fill.step, fill.fact);
  return slots;
};

function checkOrder(steps: readonly ProposedStep[]): void {
  const seen = new Set<string>();
  for (const step of steps) {
    const used = [
      ...step.needs,
      ...(step.fills ?? []).map((fill) => fill.step),
      ...(step.when === undefined ? [] : [step.when.step]),
    ];
    const unknown = used.find((id) => !seen.has(id));
    if (unknown !== undefined) {
      throw new SecurityViolation(
        `Cannot plan step ${step.id}: it needs ${unknown}, which does not come before it`,
      );
    }
    if (seen.has(step.id)) throw new SecurityViolation(`Cannot plan step ${step.id}: the id is taken`);
    seen.add(step.id);
  }
}

function makeStep(proposed: ProposedStep, context: PlanContext): PlanStep {
  const tool = context.catalog.find(proposed.tool);
  if (tool === undefined || !tool.personas.includes(context.persona)) {
    throw new SecurityViolation(`Cannot plan ${proposed.tool}: persona ${context.persona} may not use it`);
  }
  if (proposed.when !== undefined && tool.effect === "write") {
    throw new SecurityViolation(`Cannot plan ${tool.name} as a follow-up: it writes`);
  }
  const status = context.statuses.get(tool.name);
  const search = "search" in tool.program
    ? tool.program.search[0]
    : "path" in tool.program
    ? tool.program.path
    : tool.program.builtin;
  const slots = withPlaceholders(proposed);
  const placeholders = new Set((proposed.fills ?? []).map((fill) => fill.slot));
  const why = status?.usable === false ? status.reason : undefined;
  return {
    id: proposed.id,
    tool: tool.name,
    form: formOf(tool, proposed.form).id,
    slots,
    commands: buildCommands(tool, proposed.form, slots, {
      program: status?.program ?? search ?? tool.name,
      settings: context.settings,
      placeholders,
    }),
    effect: tool.effect,
    network: status?.destination ?? "none",
    ...(proposed.when === undefined ? {} : { when: proposed.when }),
    ...(proposed.fills === undefined ? {} : { fills: proposed.fills }),
    needs: proposed.needs,
    why: proposed.why,
    ...(why === undefined ? {} : { unavailable: why }),
  };
}

/**
 * Makes the plan: argvs from the catalogue, then the SHA-256 over everything that decides what will run (not over
 * `why`). Throws {@link SecurityViolation} when a proposal breaks the persona's whitelist, a slot's grammar, or the
 * bounds on steps.
 */
export async function makePlan(
  ask: Ask,
  proposed: readonly ProposedStep[],
  context: PlanContext,
): Promise<Plan> {
  if (proposed.length > MAX_STEPS) {
    throw new SecurityViolation(`Cannot plan ${proposed.length} steps: ${MAX_STEPS} at most`);
  }
  if (proposed.filter((step) => step.when !== undefined).length > MAX_FOLLOW_UPS) {
    throw new SecurityViolation(`Cannot plan more than ${MAX_FOLLOW_UPS} follow-ups`);
  }
  checkOrder(proposed);
  const steps = proposed.map((step) => makeStep(step, context));
  return { hash: await planHash(ask, steps, context), ask, steps };
}

async function planHash(ask: Ask, steps: readonly PlanStep[], context: PlanContext): Promise<string> {
  const hashed = await Promise.all(steps.map(async (step) => {
    const tool = context.catalog.find(step.tool);
    if (tool === undefined) throw new SecurityViolation(`Cannot hash ${step.tool}: it left the catalogue`);
    const { why: _why, unavailable: _unavailable, ...decides } = step;
    return {
      ...decides,
      // Examples and summary describe the entry; they do not decide what runs.
      entry: await canonicalDigest({ ...tool, examples: [], summary: "", install: "" }),
      program: context.statuses.get(tool.name)?.digest ?? null,
      input: tool.workspace === "replace" ? await context.inputDigest(tool, step.slots) : null,
    };
  }));
  return await canonicalDigest({
    v: 1,
    persona: context.persona,
    intent: ask.intent,
    cwd: context.cwd,
    sandbox: context.sandboxProfile,
    steps: hashed,
  });
}

/** True when the plan holds a step that changes something. */
export const writes = (plan: Plan): boolean => plan.steps.some((step) => step.effect === "write");
