/**
 * How goals and steps can end: the one list for types, validation and metric labels.
 *
 * @module
 */

/** States of a goal; `running` and `awaiting_approval` are not its end. */
export const GOAL_OUTCOMES = [
  "accepted",
  "planned",
  "awaiting_approval",
  "running",
  "done",
  "failed",
  "cancelled",
  "clarify",
  "refused",
] as const;

/** Ends of a step. */
export const STEP_OUTCOMES = [
  "ok",
  "failed",
  "timed_out",
  "killed",
  "output_capped",
  "unavailable",
  "refused",
  "skipped",
] as const;
