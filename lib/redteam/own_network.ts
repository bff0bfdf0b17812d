/**
 * A network for the suite where the host's loopback is down, as it is in a fresh network namespace. Another one is made
 * and its loopback raised: whoever made the first one finds it as it was.
 *
 * @module
 */
import { raiseLoopback } from "../executor/network/loopback.ts";
import { selfCommand } from "../executor/self.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { findLibc } from "../internal/libc.ts";
import { hasLoopback, UNSHARE } from "./host.ts";
import { runOutside } from "./outside.ts";

/**
 * Runs the suite in a network namespace of its own if it needs one and root may make it: true when it did, and is over. It
 * has this process's standard streams. Others go on, and skip what needs loopback.
 *
 * @example
 * ```ts ignore
 * if (await enterOwnNetwork()) return;
 * ```
 */
export async function enterOwnNetwork(): Promise<boolean> {
  const libc = await findLibc();
  if (Deno.uid() !== 0 || libc === undefined || await hasLoopback()) return false;
  const { argv, env } = selfCommand("red_team", ["own-network"], [
    ...["--allow-read", "--allow-write", "--allow-run", "--allow-net=127.0.0.1", "--allow-sys=uid"],
    `--allow-ffi=${libc}`,
  ]);
  if ((await runOutside({ program: UNSHARE, args: ["--net", "true"] })).code !== 0) return false;
  await new Deno.Command(UNSHARE, {
    args: ["--net", "--", ...argv],
    clearEnv: true,
    env: { ...env },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return true;
}

/** Raises the loopback of the namespace that {@link enterOwnNetwork} made. */
export async function raiseOwnLoopback(): Promise<void> {
  const libc = await findLibc();
  if (libc === undefined) {
    throw new PhysiclawError("internal", "Cannot raise loopback: the C library was not found");
  }
  raiseLoopback(libc, "127.0.0.1");
}
