/**
 * The Deno permissions that become part of a compiled file.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../catalog/addresses.ts";
import { KNOWN_VARIABLES } from "../config/env.ts";
import { LIBRARY_VARIABLES } from "../config/permissions.ts";
import { RUNNER_STARTS } from "../executor/client.ts";
import { DEFAULT_SOCKET } from "./flags.ts";

/**
 * Permission flags of a compiled file. They are fixed when it is built and the same for every command and helper, so they are
 * what `serve` and its helpers need together, with the default settings' networks and socket: the directories that it reads
 * and writes, and the one that its libraries are unpacked to, are known on the host only. Each command and helper gives up
 * whole what it does not need.
 *
 * @example
 * ```ts
 * import { compiledFlags } from "./compiled_flags.ts";
 * console.assert(!compiledFlags().includes("--allow-all"));
 * ```
 */
export function compiledFlags(): readonly string[] {
  // The runner connects for tools. Deno takes no ranges of IPv6.
  const networks = SAFE_SUBNETS.filter((subnet) => !subnet.includes(":"));
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    `--allow-net=${["127.0.0.1", "localhost", "[::1]", ...networks, `unix:${DEFAULT_SOCKET}`].join(",")}`,
    `--allow-env=${[...KNOWN_VARIABLES, ...LIBRARY_VARIABLES].join(",")}`,
    "--allow-sys=uid,gid,hostname,cpus,networkInterfaces",
    // The file starts itself through a shell; a built-in tool, in its sandbox, reads the journal.
    `--allow-run=${[...new Set([...RUNNER_STARTS, "/usr/bin/journalctl"])].join(",")}`,
    "--allow-ffi",
    // The thread that loads the native parts is granted these alone.
    "--unstable-worker-options",
  ];
}
