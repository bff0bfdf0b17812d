/**
 * `physiclaw doctor --red-team`: every case of the suite, tried on this host; progress, report, exit code.
 *
 * @module
 */
import { EXIT_CODES } from "../lib/internal/errors.ts";
import { VERSION } from "../lib/internal/version.ts";
import { type Group, GROUPS } from "../lib/redteam/groups.ts";
import { type CaseReport, type Counts, summarise } from "../lib/redteam/report.ts";
import type { CommandDeps } from "./deps.ts";
import { EXIT_FAILED } from "./exit_codes.ts";
import type { Line, Output, Style } from "./output.ts";

/** Everything that was found. */
export interface RedTeamReport {
  readonly schema: 1;
  readonly version: string;
  /** Who tried: what needs root is skipped for others. */
  readonly uid: number;
  readonly duration_ms: number;
  readonly total: Counts;
  readonly groups: readonly (Counts & { readonly group: Group })[];
  readonly cases: readonly CaseReport[];
}

/**
 * 70 when anything escaped: a promise of this program is broken. 4 when a group could not be tried at all: nothing is
 * shown of it. Else 0.
 *
 * @example
 * ```ts ignore
 * console.assert(redTeamExitCode(summarise(cases)) === 0);
 * ```
 */
export function redTeamExitCode({ total, groups }: Pick<RedTeamReport, "total" | "groups">): number {
  if (total.escaped > 0) return EXIT_CODES.internal;
  return groups.every(({ tried }) => tried > 0) ? 0 : EXIT_FAILED;
}

const STYLES: Readonly<Record<CaseReport["outcome"], Style>> = {
  blocked: "green",
  escaped: "red",
  skipped: "yellow",
};

const caseLine = ({ group, name, outcome, detail }: CaseReport): Line => [
  "  ",
  { text: outcome.padEnd(8), style: STYLES[outcome] },
  `${group}: ${name}: ${detail}`,
];

const countsText = ({ tried, blocked, escaped, skipped }: Counts): string =>
  `tried ${tried}, blocked ${blocked}, escaped ${escaped}, skipped ${skipped}`;

async function print({ total, groups, cases, duration_ms }: RedTeamReport, output: Output): Promise<void> {
  await output.table(
    ["GROUP", "TRIED", "BLOCKED", "ESCAPED", "SKIPPED"],
    groups.map((
      { group, tried, blocked, escaped, skipped },
    ) => [group, ...[tried, blocked, escaped, skipped].map(String)]),
  );
  const sections = [
    ["ESCAPED", "escaped"],
    ["SKIPPED (no pass)", "skipped"],
  ] as const;
  for (const [heading, outcome] of sections) {
    const lines = cases.filter((one) => one.outcome === outcome).map(caseLine);
    if (lines.length > 0) output.result("", [{ text: heading, style: "bold" }], ...lines);
  }
  output.result("", `${countsText(total)} (${(duration_ms / 1000).toFixed(0)} s)`);
}

/**
 * Runs the groups (default: all), prints the report, and says the exit code: see {@link redTeamExitCode}.
 *
 * @example
 * ```ts ignore
 * Deno.exitCode = await runRedTeam({ json: false, groups: ["/proc"] }, deps);
 * ```
 */
export async function runRedTeam(
  { json, groups = GROUPS }: { readonly json: boolean; readonly groups?: readonly Group[] },
  deps: CommandDeps,
): Promise<number> {
  const started = performance.now();
  const cases: CaseReport[] = [];
  using interrupt = deps.onInterrupt();
  await (await deps.services()).redTeam({
    groups,
    signal: interrupt.signal,
    onCase: (report) => {
      cases.push(report);
      if (!json) deps.output.status(`${cases.length} cases, ${report.group}: ${report.name}`);
    },
  });
  const order = (one: CaseReport): number => GROUPS.indexOf(one.group);
  const report: RedTeamReport = {
    schema: 1,
    version: VERSION,
    uid: deps.uid(),
    duration_ms: Math.round(performance.now() - started),
    ...summarise(cases),
    cases: cases.toSorted((a, b) => order(a) - order(b)),
  };
  if (json) deps.output.json(report);
  else await print(report, deps.output);
  return redTeamExitCode(report);
}
