/**
 * `physiclaw red_team ROLE`: hidden; the processes of `physiclaw doctor`. They take their task on standard input
 * and answer by lines on standard output.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";
import { createLines } from "../lib/redteam/lines.ts";

/** Line by line, and at once: whoever listens acts on it. */
function say(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** All of standard input. */
const input = (): Promise<string> => new Response(Deno.stdin.readable).text();

/** Each loads what it needs and no more: an attacker starts a hundred times. */
const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  suite: async () => {
    const { enterOwnNetwork } = await import("../lib/redteam/own_network.ts");
    if (await enterOwnNetwork()) return;
    const { serveSuite } = await import("../lib/redteam/serve_suite.ts");
    await serveSuite(createLines(Deno.stdin.readable), say);
  },
  "own-network": async () => {
    const { raiseOwnLoopback } = await import("../lib/redteam/own_network.ts");
    await raiseOwnLoopback();
    const { serveSuite } = await import("../lib/redteam/serve_suite.ts");
    await serveSuite(createLines(Deno.stdin.readable), say);
  },
  "changed-host": async () => {
    const { runChanged } = await import("../lib/redteam/changed_host.ts");
    say(await runChanged(await input()));
  },
  stage: async () => {
    const next = createLines(Deno.stdin.readable);
    const { runStage } = await import("../lib/redteam/lock/stage.ts");
    await runStage(JSON.parse(await next() ?? ""), (attempt) => say(JSON.stringify(attempt)));
  },
  watched: async () => {
    const next = createLines(Deno.stdin.readable);
    const { runWatched } = await import("../lib/redteam/layers/watchdog.ts");
    await runWatched(await next() ?? "", say);
  },
  "deno-permissions": async () => {
    const { checkPermissions } = await import("../lib/redteam/layers/permissions.ts");
    say(JSON.stringify(await checkPermissions()));
  },
  "tool-network": async () => {
    const { checkToolNetwork } = await import("../lib/redteam/layers/tool_network.ts");
    say(JSON.stringify(await checkToolNetwork(await input())));
  },
  watchdog: async () => {
    const { checkWatchdog } = await import("../lib/redteam/layers/watchdog.ts");
    say(JSON.stringify(await checkWatchdog(await input())));
  },
  attacker: async () => {
    const { runAttacker } = await import("../lib/redteam/lock/attacker.ts");
    await runAttacker(JSON.parse(await input()), say);
  },
  sibling: async () => {
    const next = createLines(Deno.stdin.readable);
    const { runSibling } = await import("../lib/redteam/lock/sibling.ts");
    await runSibling(await next() ?? "", next(), say);
  },
};

/** Plays one role to its end. */
export async function run(args: readonly string[]): Promise<void> {
  const role = ROLES[args[0] ?? ""];
  if (role === undefined || args.length !== 1) {
    throw new PhysiclawError(
      "usage",
      "Cannot run red_team: it is started by physiclaw doctor only",
    );
  }
  await role();
}

if (import.meta.main) await run(Deno.args);
