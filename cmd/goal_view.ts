/**
 * A goal's result for people: lines with styles, no I/O. Foreign text in it is made printable where lines are printed.
 *
 * @module
 */
import type { GoalResult, Plan, PlanStep, StepResult } from "../lib/goals/types.ts";
import { printableLine } from "../lib/internal/printable.ts";
import type { Line, Style } from "./output.ts";

/** An argument as one would type it; only for reading, nothing here is ever run by a shell. */
const shown = (argument: string): string =>
  /^[A-Za-z0-9_@%+=:,./{}-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;

const argvLine = (argv: readonly string[]): string => printableLine(argv.map(shown).join(" "));

/** 0.2 s, 12 s, 3 min 5 s. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const STYLES: Readonly<Record<StepResult["outcome"], Style>> = {
  ok: "green",
  skipped: "dim",
  unavailable: "yellow",
  output_capped: "yellow",
  failed: "red",
  timed_out: "red",
  killed: "red",
  refused: "red",
};

/** How one step ended, on one line. */
export function stepLine(step: Pick<StepResult, "id" | "tool" | "outcome" | "duration_ms" | "reason">): Line {
  return [
    "  ",
    { text: step.outcome.replaceAll("_", " ").padEnd(13), style: STYLES[step.outcome] },
    `${printableLine(step.id)} ${printableLine(step.tool)}`,
    { text: step.outcome === "skipped" ? "" : `  ${duration(step.duration_ms)}`, style: "dim" },
    ...(step.reason === undefined ? [] : [`  ${printableLine(step.reason)}`]),
  ];
}

function conditionOf(step: PlanStep): string {
  if (step.when === undefined) return "";
  return ` if ${step.when.step}.${step.when.fact} is ${step.when.is}`;
}

/** The steps of a plan with their argvs, and its hash. */
export function planLines(plan: Plan): readonly Line[] {
  const lines: Line[] = [];
  for (const step of plan.steps) {
    const where = step.network === "none" ? "no network" : step.network;
    lines.push([
      `  ${step.id} `,
      { text: printableLine(step.tool), style: "bold" },
      `  ${step.effect}, ${printableLine(where)}${printableLine(conditionOf(step))}`,
    ]);
    for (const argv of step.commands) lines.push(["      ", { text: argvLine(argv), style: "cyan" }]);
    if (step.why !== "") lines.push(["      ", { text: printableLine(step.why), style: "dim" }]);
    if (step.unavailable !== undefined) {
      lines.push(["      ", { text: `unavailable: ${printableLine(step.unavailable)}`, style: "yellow" }]);
    }
  }
  lines.push([{ text: `  plan ${plan.hash}`, style: "dim" }]);
  return lines;
}

function bodyLines(result: GoalResult): readonly Line[] {
  const plan = result.plan === undefined ? [] : planLines(result.plan);
  switch (result.outcome) {
    case "accepted":
      return [result.message, `Tools of ${result.persona}: ${result.allowed_tools.join(", ")}`];
    case "planned":
      return ["The plan (nothing has run):", ...plan];
    case "awaiting_approval":
      return [
        [{ text: "The plan writes, so it waits for approval:", style: "yellow" }],
        ...plan,
        "",
        `Approve it: physiclaw approve ${result.id} --plan ${result.plan?.hash ?? ""}`,
        `Reject it:  physiclaw reject ${result.id} --plan ${result.plan?.hash ?? ""}`,
      ];
    case "clarify":
      return [
        [{ text: result.question ?? "The goal is not clear", style: "yellow" }],
        "",
        `Answer it: physiclaw goal --answers ${result.id} "…"`,
      ];
    case "refused":
      return [
        [{ text: "Refused: ", style: "red" }, result.reason ?? "no reason given"],
        ...(result.other_persona === undefined || result.reason?.includes(result.other_persona) === true
          ? []
          : [`The persona ${result.other_persona} may.`]),
      ];
    case "running":
      return [`Still running. See it: physiclaw goal show ${result.id}`];
    case "cancelled":
    case "failed":
    case "done":
      return result.answer === ""
        ? result.reason === undefined ? ["No answer."] : [result.reason]
        : [result.answer.trimEnd()];
  }
}

/** Everything that a person wants to see of a result. */
export function goalLines(result: GoalResult): readonly Line[] {
  const lines: Line[] = [...bodyLines(result)];
  if (result.steps.length > 0) lines.push("", ...result.steps.map(stepLine));
  const egress = Object.entries(result.evidence.egress).map(([layer, state]) => `${layer} ${state}`).join(
    ", ",
  );
  lines.push("", [{
    text: printableLine(
      `goal ${result.id}  ${result.persona}  audit ${result.evidence.audit_sequence}` +
        (egress === "" ? "" : `  egress: ${egress}`),
    ),
    style: "dim",
  }]);
  return lines;
}
