/**
 * Runs escape cases and counts what happened.
 *
 * @module
 */
import type { EscapeCase } from "./define_case.ts";
import type { World } from "./world.ts";

/** `escaped` also stands for every answer that is not exactly the expected one: what is not understood is not blocked. */
export type CaseOutcome = "blocked" | "escaped" | "skipped";

/** What became of one case. */
export interface CaseReport {
  readonly group: string;
  readonly name: string;
  readonly outcome: CaseOutcome;
  /** Why it was skipped, or what happened instead of the expected. */
  readonly detail: string;
}

/** All of them. */
export interface EscapeReport {
  readonly cases: readonly CaseReport[];
  readonly tried: number;
  readonly blocked: number;
  readonly escaped: number;
  readonly skipped: number;
}

const fits = (answer: string, expected: string | RegExp): boolean =>
  typeof expected === "string"
    ? answer === expected
    : new RegExp(`^(?:${expected.source})$`, "s").test(answer);

async function judge(world: World, one: EscapeCase): Promise<Pick<CaseReport, "outcome" | "detail">> {
  const reason = await one.skip?.(world);
  if (reason !== undefined) return { outcome: "skipped", detail: reason };
  await world.reset();
  const control = await one.control(world);
  if (!fits(control, one.expectControl)) {
    return { outcome: "skipped", detail: `its control gave "${control}"` };
  }
  const noticed = await world.arrivals();
  if (one.trips !== undefined && !noticed.includes(one.trips)) {
    return { outcome: "skipped", detail: `its control left no trace at "${one.trips}"` };
  }
  await world.reset();
  const answer = await one.attempt(world);
  const arrived = await world.arrivals();
  if (arrived.length > 0) {
    return { outcome: "escaped", detail: `reached ${arrived.join(", ")}; it said "${answer}"` };
  }
  return fits(answer, one.expect)
    ? { outcome: "blocked", detail: answer }
    : { outcome: "escaped", detail: `expected "${one.expect}", got "${answer}"` };
}

/**
 * Runs cases one after the other in one world. Never rejects for what a case does.
 *
 * @param onCase told as each case ends
 * @example
 * ```ts ignore
 * const report = await runCases(world, ALL_CASES);
 * console.assert(report.escaped === 0);
 * ```
 */
export async function runCases(
  world: World,
  cases: readonly EscapeCase[],
  onCase: (report: CaseReport) => void = () => {},
): Promise<EscapeReport> {
  const reports: CaseReport[] = [];
  for (const one of cases) {
    let judged: Pick<CaseReport, "outcome" | "detail">;
    try {
      judged = await judge(world, one);
    } catch (error) {
      judged = { outcome: "escaped", detail: `the case itself failed: ${String(error).slice(0, 300)}` };
    }
    await one.cleanUp?.(world);
    const report = { group: one.group, name: one.name, ...judged };
    reports.push(report);
    onCase(report);
  }
  const count = (outcome: CaseOutcome): number => reports.filter((one) => one.outcome === outcome).length;
  const skipped = count("skipped");
  return {
    cases: reports,
    tried: reports.length - skipped,
    blocked: count("blocked"),
    escaped: count("escaped"),
    skipped,
  };
}

/** `tried 52, blocked 52, escaped 0, skipped 4`. */
export const summarise = (report: EscapeReport): string =>
  `tried ${report.tried}, blocked ${report.blocked}, escaped ${report.escaped}, skipped ${report.skipped}`;
