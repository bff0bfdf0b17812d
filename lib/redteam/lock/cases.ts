/**
 * The egress lock's attacks as cases: the control is the same attack without the lock, the canary is whoever listens at the
 * far address.
 *
 * @module
 */
import { selfCommand } from "../../executor/self.ts";
import { findLibc } from "../../internal/libc.ts";
import { grantable } from "../../internal/grantable.ts";
import { type Lacking, UNSHARE } from "../host.ts";
import { createLines } from "../lines.ts";
import type { CaseReport } from "../report.ts";
import { ATTACKS } from "./attacks.ts";
import type { Attack } from "./scene.ts";
import type { Attempt, Outcome, StageInput } from "./stage.ts";

type Judged = Pick<CaseReport, "outcome" | "detail">;

const skipped = (detail: string): Judged => ({ outcome: "skipped", detail });

/**
 * What an attack's two outcomes mean.
 *
 * @example
 * ```ts
 * import { judgeAttempt } from "./cases.ts";
 * const attack = { name: "a way", run: () => {}, refused: "socket: E" };
 * const open = { said: "sent", arrived: ["LEAKOPEN"] };
 * console.assert(judgeAttempt(attack, open, { said: "socket: E", arrived: [] }).outcome === "blocked");
 * ```
 */
export function judgeAttempt(attack: Attack, open: Outcome | undefined, locked: Outcome | undefined): Judged {
  if (open === undefined || locked === undefined) {
    return skipped(attack.wire === true ? "it needs ip (iproute2) and veth" : "it needs perl");
  }
  if (open.said !== "sent") return skipped(`its control gave "${open.said}"`);
  if (open.arrived.length === 0) return skipped("its control did not arrive");
  if (locked.arrived.length > 0) {
    return { outcome: "escaped", detail: `${locked.arrived.join(", ")} arrived; it said "${locked.said}"` };
  }
  if (locked.said === attack.refused) return { outcome: "blocked", detail: locked.said };
  return { outcome: "escaped", detail: `expected "${attack.refused}", got "${locked.said}"` };
}

/**
 * Runs the stage in namespaces of its own, and reports every attack once, whatever happens.
 *
 * @example
 * ```ts ignore
 * await runLockCases("/tmp/lock", await lookAtHost(), console.log, AbortSignal.timeout(60_000));
 * ```
 */
export async function runLockCases(
  directory: string,
  lacking: Lacking,
  onCase: (report: CaseReport) => void,
  signal: AbortSignal,
): Promise<void> {
  const libc = await findLibc();
  const told = new Set<number>();
  const tell = (index: number, attack: Attack, judged: Judged): void => {
    told.add(index);
    onCase({ group: "egress lock", name: attack.name, ...judged });
  };
  const rest = (judged: Judged): void => {
    for (const [index, attack] of ATTACKS.entries()) if (!told.has(index)) tell(index, attack, judged);
  };
  if (libc === undefined) return rest(skipped("it needs the C library, which was not found"));
  if (lacking.namespaces !== undefined) return rest(skipped(lacking.namespaces));

  const { argv, env } = selfCommand("red_team", ["stage"], [
    ...["--unstable-net", "--allow-read", "--allow-net", "--allow-run", "--allow-ffi"],
    `--allow-write=${grantable(directory)}`,
  ]);
  const child = new Deno.Command(UNSHARE, {
    args: ["--user", "--map-root-user", "--net", "--", ...argv],
    clearEnv: true,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = (): void => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  const input: StageInput = { directory, libc, perl: lacking.perl === undefined };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${JSON.stringify(input)}\n`)).catch(() => undefined);
  const next = createLines(child.stdout);
  for (let line = await next(); line !== undefined; line = await next()) {
    // Our own child speaks.
    const { index, outcomes }: Attempt = JSON.parse(line);
    const attack = ATTACKS[index];
    if (attack !== undefined) tell(index, attack, judgeAttempt(attack, outcomes.open, outcomes.locked));
  }
  await writer.close().catch(() => undefined);
  const { code } = await child.status;
  signal.removeEventListener("abort", kill);
  rest(
    signal.aborted
      ? skipped(String(signal.reason))
      : { outcome: "escaped", detail: `the stage ended with code ${code} before it was tried` },
  );
}
