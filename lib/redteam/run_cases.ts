/**
 * Runs cases and says what became of each.
 *
 * @module
 */
import type { EscapeCase } from "./define_case.ts";
import type { CaseReport } from "./report.ts";
import type { World } from "./world.ts";

const fits = (answer: string, expected: string | RegExp): boolean =>
  typeof expected === "string"
    ? answer === expected
    : new RegExp(`^(?:${expected.source})$`, "s").test(answer);

/** A tool that ran out of its time, and left nothing. */
const LATE = /^timed_out: It ran longer than [0-9.]+ s(, none alive)?$/;

async function judge(world: World, one: EscapeCase): Promise<Pick<CaseReport, "outcome" | "detail">> {
  const reason = one.root === true && Deno.uid() !== 0
    ? "its control needs root"
    : one.skip ?? world.lacks(one.needs);
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
  const attempt = async () => {
    await world.reset();
    const answer = await one.attempt(world);
    return { answer, arrived: await world.arrivals() };
  };
  let { answer, arrived } = await attempt();
  // On a busy host a tool may not even begin within its time; the second time it is an answer.
  if (arrived.length === 0 && LATE.test(answer) && !fits(answer, one.expect)) {
    ({ answer, arrived } = await attempt());
  }
  if (arrived.length > 0) {
    return { outcome: "escaped", detail: `reached ${arrived.join(", ")}; it said "${answer}"` };
  }
  if (fits(answer, one.expect)) return { outcome: "blocked", detail: answer };
  // The runner's own word for "nothing was started", and nothing arrived: what would have happened is not known.
  return answer.startsWith("unavailable: ")
    ? { outcome: "skipped", detail: `its tool was not started: ${answer}` }
    : { outcome: "escaped", detail: `expected "${one.expect}", got "${answer}"` };
}

/** Nothing that a case does takes as long: what is not over by then is not understood. */
const CASE_MS = 60_000;

async function bounded<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`it was not over after ${CASE_MS / 1000} s`)),
    CASE_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs cases one after the other in one world. Never rejects for what a case does: a case that fails by itself counts as
 * escaped. Once `signal` is aborted the rest is skipped, for its reason.
 *
 * @param onCase told as each case ends
 * @example
 * ```ts ignore
 * await runCases(world, ALL_CASES, (report) => console.log(report.outcome, report.name));
 * ```
 */
export async function runCases(
  world: World,
  cases: readonly EscapeCase[],
  onCase: (report: CaseReport) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (const one of cases) {
    const tell = (judged: Pick<CaseReport, "outcome" | "detail">): void =>
      onCase({ group: one.group, name: one.name, ...judged });
    if (signal?.aborted === true) {
      tell({ outcome: "skipped", detail: String(signal.reason) });
      continue;
    }
    try {
      const judged = await bounded(judge(world, one));
      await one.cleanUp?.(world);
      tell(judged);
    } catch (error) {
      tell({ outcome: "escaped", detail: `the case itself failed: ${String(error).slice(0, 300)}` });
    }
  }
}
