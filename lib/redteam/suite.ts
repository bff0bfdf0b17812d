/**
 * The whole suite: every case once, in lanes that don't disturb one another, within a bounded time.
 *
 * @module
 */
import { ALL_CASES } from "./all_cases.ts";
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

/** After that, what was not tried yet is skipped. A case that hangs adds its own minute. */
export const BUDGET_MS = 180_000;

/**
 * Groups that run one after the other, each list beside the others in a world of its own: none reckons with more of the
 * host than it makes itself. Life cycles mostly wait for time-outs.
 */
const LANES: readonly (readonly Group[])[] = [
  ["network families", "single endpoint", "Unix IPC", "privilege"],
  [
    ...["file system", "/proc", "environment and descriptors"] as const,
    ...["argv policy", "failure of the set-up", "tampering with the audit log"] as const,
  ],
  ["life cycle"],
];
/** These use up what the others need. */
const ALONE: readonly Group[] = ["resources"];

/** Every group but the lock's, which needs no world. */
export const LANES_AND_ALONE: readonly (readonly Group[])[] = [...LANES, ALONE];

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
  const inWorld = async (name: string, lane: readonly Group[]): Promise<void> => {
    const cases = ALL_CASES.filter(({ group }) => groups.includes(group) && lane.includes(group));
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
    await Promise.all([lock(), ...LANES.map((lane, index) => inWorld(`lane-${index}`, lane))]);
    await inWorld("alone", ALONE);
  } finally {
    clearTimeout(timer);
  }
}
