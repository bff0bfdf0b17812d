/**
 * Flag grammars that several commands share, and small parsers for their values.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";

/** A number of seconds, zero or more; fractions are allowed. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^[0-9]{1,7}(\.[0-9]{1,3})?$/.test(text) || !Number.isFinite(seconds)) {
    throw new Error("it is not a number of seconds");
  }
  return seconds;
}

/** A goal's id as people paste it. */
export function parseGoalId(text: string): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/.test(text)) throw new Error("it is no goal's id");
  return text;
}

/** `--persona P`; the bridge knows the valid ones, aliases included. */
export const PERSONA_FLAG = {
  kind: "parsed",
  parse: String,
  brief: "sre, secops or data_architect",
  placeholder: "P",
  optional: true,
} as const;

/** `--timeout SECONDS`. */
export const TIMEOUT_FLAG = {
  kind: "parsed",
  parse: parseSeconds,
  brief: "Stop waiting after this long; the goal goes on (exit code 7)",
  placeholder: "SECONDS",
  optional: true,
} as const;

/** The positional argument that names a goal. */
export const GOAL_ID = { brief: "The goal's id", parse: parseGoalId, placeholder: "ID" } as const;

/** The error for words that are each fine and together make no sense. */
export const usage = (message: string, hint: string): PhysiclawError =>
  new PhysiclawError("usage", message, { hint });
