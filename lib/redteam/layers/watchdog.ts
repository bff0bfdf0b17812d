/**
 * The watchdog alone: a process without lock or sandbox, in a network namespace of its own, is stopped once it connects to
 * an address that is not safe, and not before.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import { startWatchdog } from "../../egress/watchdog/client.ts";
import { startHelper } from "../../executor/helper.ts";
import { raiseLoopback } from "../../executor/network/loopback.ts";
import { selfCommand } from "../../executor/self.ts";
import { findLibc } from "../../internal/libc.ts";
import { lookAtHost, UNSHARE } from "../host.ts";
import { createLines } from "../lines.ts";
import type { LayerCheck } from "./types.ts";

/** TEST-NET-3 of RFC 5737: the namespace's own, and nothing leads out of there. */
const FAR = "203.0.113.5";
const INTERVAL_MS = 20;
/** Looks during which a connection to loopback must live. */
const LOOKS = 10;
/** Hundreds of looks, also on a busy host; a watchdog that takes longer does not watch. */
const STOP_MS = 5_000;
const LIMIT_MS = 30_000;

/** What the watched process says, in this order. */
const [OPEN, SAFE, UNSEEN] = ["open", "safe", "unseen"];

/** A connection of this process to itself. */
async function call(hostname: string): Promise<{ close(): void }> {
  const listener = Deno.listen({ hostname, port: 0 });
  const ends = await Promise.all([
    Deno.connect({ hostname, port: listener.addr.port }),
    listener.accept(),
  ]);
  return {
    close: () => {
      for (const one of [...ends, listener]) one.close();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The watched process: connects far without a watchdog, starts one over itself, connects to loopback, then far again.
 *
 * @param directory where the watchdog writes what it stopped
 * @param say prints a line
 * @example
 * ```ts ignore
 * await runWatched("/tmp/watched", console.log);
 * ```
 */
export async function runWatched(directory: string, say: (line: string) => void): Promise<void> {
  const libc = await findLibc() ?? "";
  raiseLoopback(libc, FAR);
  (await call(FAR)).close();
  say(OPEN);
  const watchdog = await startWatchdog({
    start: (args, permissions) => startHelper("watchdog", args, permissions),
    safe: SAFE_SUBNETS,
    intervalMs: INTERVAL_MS,
    blocks: `${directory}/blocks.jsonl`,
    onBlock: () => undefined,
  });
  await call("127.0.0.1");
  const until = watchdog.scans + LOOKS;
  while (watchdog.scans < until) await pause(INTERVAL_MS);
  say(SAFE);
  await call(FAR);
  const stopped = await Promise.race([watchdog.lost, pause(STOP_MS)]);
  say(stopped === undefined ? UNSEEN : stopped.kind);
  // After a violation whoever does not leave at once is killed.
  if (stopped === undefined) await watchdog.close();
}

/**
 * What the watched process left behind, judged.
 *
 * @example
 * ```ts
 * import { judgeWatched } from "./watchdog.ts";
 * console.assert(!judgeWatched(["open", "safe", "unseen"], "", "code 0").held);
 * ```
 */
export function judgeWatched(lines: readonly string[], blocks: string, ending: string): LayerCheck {
  const [open, safe, last] = lines;
  if (open !== OPEN) {
    return {
      held: false,
      detail: `cannot be tried: its process did not start in namespaces of its own (${ending}); ` +
        "install util-linux, and allow unprivileged user namespaces as for the sandbox",
    };
  }
  if (safe !== SAFE) {
    return {
      held: false,
      detail:
        `a process that only called loopback did not live on under it (${ending}): see physiclaw serve's log`,
    };
  }
  // Killed before it could say so, it was stopped all the same; the file tells for what.
  if ((last === "egress" || last === undefined) && blocks.includes(FAR)) {
    return {
      held: true,
      detail:
        "a process that called loopback lived on; once it called a far address it was stopped, and recorded",
    };
  }
  return {
    held: false,
    detail: `a process that called a far address was not stopped as it should be (${
      last ?? ending
    }): please report this`,
  };
}

/**
 * Tries it in namespaces of its own.
 *
 * @example
 * ```ts ignore
 * const { held } = await checkWatchdog(await Deno.makeTempDir());
 * ```
 */
export async function checkWatchdog(directory: string): Promise<LayerCheck> {
  const { namespaces } = await lookAtHost();
  if (namespaces !== undefined) return judgeWatched([], "", namespaces);
  const libc = await findLibc() ?? "";
  const { argv, env } = selfCommand("red_team", ["watched"], [
    ...["--allow-read", "--allow-net", "--allow-run", `--allow-ffi=${libc}`],
  ]);
  const child = new Deno.Command(UNSHARE, {
    args: ["--user", "--map-root-user", "--net", "--", ...argv],
    clearEnv: true,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${directory}\n`)).catch(() => undefined);
  await writer.close().catch(() => undefined);
  const next = createLines(child.stdout);
  const lines: string[] = [];
  for (let line = await next(); line !== undefined; line = await next()) lines.push(line);
  const { code, signal } = await child.status;
  clearTimeout(timer);
  const blocks = await Deno.readTextFile(`${directory}/blocks.jsonl`).catch(() => "");
  return judgeWatched(lines, blocks, signal ?? `code ${code}`);
}
