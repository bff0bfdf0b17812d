/**
 * What a goal's outcome means to a script; the table stands in the README.
 *
 * @module
 */
import type { GoalResult, Severity } from "../lib/goals/types.ts";

/** Severities, most severe first. */
export const SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
] as const satisfies readonly Severity[];

/** A step failed, the goal failed, or a finding is as severe as `--fail-on` says. */
export const EXIT_FAILED = 4;
/** A plan waits for approval. */
export const EXIT_APPROVAL = 5;
/** A question waits for an answer. */
export const EXIT_CLARIFY = 6;
/** Still running at `--timeout`, or cancelled. */
export const EXIT_RUNNING = 7;

/**
 * The exit code of a goal's result. A step that was skipped because its condition did not hold is no failure.
 *
 * @example
 * ```ts
 * import { exitCodeOf } from "./exit_codes.ts";
 * console.assert(exitCodeOf({ outcome: "clarify", steps: [], findings: [] }) === 6);
 * ```
 */
export function exitCodeOf(
  result: Pick<GoalResult, "outcome" | "steps" | "findings">,
  failOn?: Severity,
): number {
  switch (result.outcome) {
    case "accepted":
    case "planned":
      return 0;
    case "refused":
      return 1;
    case "failed":
      return EXIT_FAILED;
    case "awaiting_approval":
      return EXIT_APPROVAL;
    case "clarify":
      return EXIT_CLARIFY;
    case "running":
    case "cancelled":
      return EXIT_RUNNING;
    case "done": {
      if (result.steps.some(({ outcome }) => outcome !== "ok" && outcome !== "skipped")) return EXIT_FAILED;
      if (failOn === undefined) return 0;
      const worst = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
      return result.findings.some(({ severity }) => worst.includes(severity)) ? EXIT_FAILED : 0;
    }
  }
}
