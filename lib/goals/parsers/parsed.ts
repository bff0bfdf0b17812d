/**
 * What the parsers share: evidence, order of severity, and the answers that no output can give.
 *
 * @module
 */
import type { Evidence, Finding, Parsed, ParserInput, Severity, StepOutcome } from "../types.ts";
import { oneLine } from "./words.ts";

/** Most severe first. */
export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** Findings, most severe first, otherwise in the order given. */
export const bySeverity = (findings: readonly Finding[]): readonly Finding[] =>
  SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));

/** Bytes of one command's stream as evidence; the whole stream when no range is given. */
export function cite(
  input: ParserInput,
  command: number,
  stream: "stdout" | "stderr",
  range?: { readonly start: number; readonly end: number },
): readonly Evidence[] {
  const run = input.commands[command];
  if (run === undefined) return [];
  const offset = stream === "stdout" ? run.stdoutStart : run.stderrStart;
  const { start, end } = range ?? { start: 0, end: run[stream].length };
  return end > start ? [{ step: input.step.id, start: offset + start, end: offset + end }] : [];
}

/** A stream's text; bytes that are no UTF-8 become replacement characters. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A parsed result with everything that is not given left empty. */
export function parsed(
  given: Pick<Parsed, "headline" | "verdict"> & Partial<Parsed>,
): Parsed {
  return { outcome: "ok", findings: [], facts: {}, blind: [], next: [], ...given };
}

/**
 * The step did not look: not allowed, not reachable, cut short, or it failed. Never to be read as "nothing wrong".
 * `outcome` is `failed` when the run itself had ended well.
 */
export function notLooked(input: ParserInput, reason: string, given: Partial<Parsed> = {}): Parsed {
  const outcome: StepOutcome = input.outcome === "ok" ? "failed" : input.outcome;
  return parsed({
    outcome,
    reason,
    headline: reason,
    verdict: "not_looked",
    blind: [`${input.step.tool}: ${reason}`],
    ...given,
  });
}

/** The last lines of a stream that hold something, as one line: what a tool says when it fails. */
export function lastWords(bytes: Uint8Array, max = 300): string {
  const lines = textOf(bytes.subarray(Math.max(0, bytes.length - 4096))).split("\n")
    .map((line) => line.replace(/^[│╷╵\s]+/, "").trim()).filter((line) => line !== "");
  return oneLine(lines.slice(-4).join(" "), max);
}

/** Why a run ended, for outcomes that the parser need not judge; `undefined` when the output is to be judged. */
export function endedBadly(input: ParserInput): string | undefined {
  switch (input.outcome) {
    case "timed_out":
      return `${input.step.tool} was stopped at its time limit`;
    case "killed":
      return `${input.step.tool} was killed${
        input.commands.at(-1)?.signal === undefined ? "" : ` by ${input.commands.at(-1)?.signal}`
      }`;
    case "unavailable":
      return `${input.step.tool} is not available here`;
    case "refused":
      return `${input.step.tool} was refused`;
    case "skipped":
      return `${input.step.tool} was not run`;
    default:
      return undefined;
  }
}
