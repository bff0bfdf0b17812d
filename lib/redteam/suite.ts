/**
 * The whole suite: every case once, in lanes that don't disturb one another, within a bounded time.
 *
 * @module
 */
import { ALL_CASES } from "./all_cases.ts";
import type { EscapeCase } from "./define_case.ts";
import type { Group } from "./groups.ts";
import { lookAtHost } from "./host.ts";
import { runLockCases } from "./lock/cases.ts";
import type { CaseReport } from "./report.ts";
import { runCases } from "./run_cases.ts";
import { createWorld } from "./world.ts";

/** What is run, and where. */
export interface SuiteOptions {
  /** An empty directory of its own; what is left in it is the caller's to remove. */
  readonly directory: string;
  readonly groups: readonly Group[];
  readonly onCase: (report: CaseReport) => void;
  /** Ends it: what was not tried is skipped, for the signal's reason. */
  readonly signal: AbortSignal;
}

/** After that, what was not tried yet is skipped. A case that hangs adds its own 30 s. */
export const BUDGET_MS = 180_000;

/** These wait for time-outs most of the time, and reckon with processes of their own only. */
const WAITING: readonly Group[] = ["life cycle"];
/** These use up what the others need. */
const ALONE: readonly Group[] = ["resources"];

/**
 * Runs the cases of the groups. Never rejects for what a case does.
 *
 * @example
 * ```ts ignore
 * await runSuite({ directory, groups: GROUPS, onCase: console.log, signal: AbortSignal.timeout(60_000) });
 * ```
 */
export async function runSuite({ directory, groups, onCase, signal }: SuiteOptions): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(
    () => over.abort(`the suite's ${BUDGET_MS / 1000} s were over`),
    BUDGET_MS,
  );
  const stop = AbortSignal.any([signal, over.signal]);
  const of = (wanted: (group: Group) => boolean): readonly EscapeCase[] =>
    ALL_CASES.filter(({ group }) => groups.includes(group) && wanted(group));
  const inWorld = async (name: string, cases: readonly EscapeCase[]): Promise<void> => {
    if (cases.length === 0) return;
    const place = `${directory}/${name}`;
    await Deno.mkdir(place, { mode: 0o700 });
    const world = await createWorld(place);
    try {
      await runCases(world, cases, onCase, stop);
    } finally {
      await world.close();
    }
  };
  const lock = async (): Promise<void> => {
    if (!groups.includes("egress lock")) return;
    const place = `${directory}/lock`;
    await Deno.mkdir(place, { mode: 0o700 });
    await runLockCases(place, await lookAtHost(), onCase, stop);
  };
  try {
    await Promise.all([
      inWorld("1", of((group) => !WAITING.includes(group) && !ALONE.includes(group))),
      inWorld("2", of((group) => WAITING.includes(group))),
      lock(),
    ]);
    await inWorld("3", of((group) => ALONE.includes(group)));
  } finally {
    clearTimeout(timer);
  }
}
