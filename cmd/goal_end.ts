/**
 * How every command that watches a goal ends: prints the result, says the exit code.
 *
 * @module
 */
import type { Severity } from "../lib/goals/types.ts";
import { EXIT_CODES, PhysiclawError } from "../lib/internal/errors.ts";
import { EXIT_RUNNING, exitCodeOf } from "./exit_codes.ts";
import type { Followed } from "./follow.ts";
import { goalLines } from "./goal_view.ts";
import type { Output } from "./output.ts";

/** Prints how watching ended, and returns the exit code for it. */
export function endGoal(
  followed: Followed,
  output: Output,
  options: { readonly json: boolean; readonly failOn?: Severity },
): number {
  if (followed.kind === "result") {
    if (options.json) output.json(followed.result);
    else output.result(...goalLines(followed.result));
    return exitCodeOf(followed.result, options.failOn);
  }
  const { id, why } = followed;
  if (id === undefined) {
    throw new PhysiclawError(why === "timeout" ? "not_ready" : "interrupted", "The bridge has not answered", {
      hint: "look for the goal with: physiclaw goal list",
    });
  }
  if (options.json) output.json({ schema: 1, id, outcome: "running" });
  output.note(`The goal goes on. See it: physiclaw goal show ${id}; stop it: physiclaw goal cancel ${id}`);
  return why === "timeout" ? EXIT_RUNNING : EXIT_CODES.interrupted;
}
