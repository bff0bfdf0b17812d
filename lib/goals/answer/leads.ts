/**
 * Which steps of a plan answer the question, which only prepared it, and which followed up.
 *
 * @module
 */
import type { Parsed, PlanStep, StepResult } from "../types.ts";

/** A step as the answer sees it. */
export interface AnswerStep {
  readonly step: PlanStep;
  readonly result: StepResult;
  /** Absent when there was no output to parse. */
  readonly parsed?: Parsed;
}

/** The steps of a goal by their part in the answer. */
export interface Parts {
  /** What the first lines speak of: unconditional steps that no other unconditional step builds on. */
  readonly leads: readonly AnswerStep[];
  /** Conditional steps that ran. */
  readonly followUps: readonly AnswerStep[];
  /** Steps that lay the ground for a lead; said only when they did not look. */
  readonly grounds: readonly AnswerStep[];
}

/** True when the step looked at something and can say what it saw. */
export const looked = ({ parsed }: AnswerStep): boolean =>
  parsed !== undefined && parsed.verdict !== "not_looked";

/**
 * Sorts steps into parts. A follow-up whose condition did not hold has no part: nothing was missed.
 *
 * @example
 * ```ts
 * import { partsOf } from "./leads.ts";
 * console.assert(partsOf([]).leads.length === 0);
 * ```
 */
export function partsOf(steps: readonly AnswerStep[]): Parts {
  const unconditional = steps.filter(({ step }) => step.when === undefined);
  const needed = new Set(unconditional.flatMap(({ step }) => step.needs));
  const leaves = unconditional.filter(({ step }) => !needed.has(step.id));
  // When a chain broke, the last step of it that looked speaks for it.
  const leads = leaves.some(looked) || leaves.length === 0 ? leaves : [
    ...unconditional.filter((one) => needed.has(one.step.id) && one.result.outcome !== "ok"),
    ...leaves.filter((one) => one.result.outcome !== "skipped"),
  ];
  const chosen = leads.length === 0 ? leaves : leads;
  return {
    leads: chosen,
    followUps: steps.filter(({ step, result }) => step.when !== undefined && result.outcome !== "skipped"),
    grounds: unconditional.filter((one) => !chosen.includes(one)),
  };
}
