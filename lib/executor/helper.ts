/**
 * Starts a helper of the bridge: this program's hidden commands, each a process of its own with one task and a pipe.
 *
 * @module
 */
import { selfCommand } from "./self.ts";

/**
 * Closes what the bridge's own parent left open, once: descriptors without close-on-exec are handed down, by the runner
 * to every tool. Only bash knows those above 9.
 */
const CLOSE_INHERITED = `
for path in /proc/self/fd/*; do
  fd=\${path##*/}
  case $fd in 0|1|2) ;; *) eval "exec $fd>&-" 2>/dev/null ;; esac
done
exec "$@"`;

const shell = async (): Promise<string> => {
  try {
    await Deno.stat("/bin/bash");
    return "/bin/bash";
  } catch {
    return "/bin/sh";
  }
};

/** A helper's process: pipes for input and output, the bridge's own standard error. */
export type Helper = Deno.ChildProcess & {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
};

/**
 * Starts a hidden command with an empty environment, no inherited descriptors, and a process group of its own: a Ctrl-C
 * at the terminal does not reach it, the bridge shuts down in order.
 *
 * @param permissions Deno's `--allow-…` flags
 * @example
 * ```ts ignore
 * const watchdog = await startHelper("watchdog", [libc], ["--allow-ffi=/lib64/libc.so.6"]);
 * ```
 */
export async function startHelper(
  hidden: string,
  args: readonly string[],
  permissions: readonly string[],
): Promise<Helper> {
  const { argv, env } = selfCommand(hidden, args, permissions);
  return new Deno.Command(await shell(), {
    args: ["-c", CLOSE_INHERITED, "physiclaw", ...argv],
    cwd: "/",
    clearEnv: true,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
}
