/**
 * The exact Deno permissions of the program when it runs from source; printed for `deno task physiclaw`.
 *
 *     deno run --allow-sys=uid lib/packaging/flags.ts
 *
 * @module
 */
import { KNOWN_VARIABLES } from "../config/env.ts";
import { LIBRARY_VARIABLES } from "../config/permissions.ts";
import { LIBC_PATHS } from "../internal/libc.ts";
import { nativeLibraries } from "../internal/tree.ts";

/** The Unix socket that may be served and asked without naming another one here: Deno takes no patterns for them. */
export const DEFAULT_SOCKET = "/run/physiclaw/physiclaw.sock";

/**
 * Permission flags for `main.ts`. Which directories it reads and writes is settled by the settings, so these two stand
 * open here; network is loopback only, it may start this runtime itself (the runner) and nothing but a shell to do so, and
 * the environment is a list of names. `sockets` are the Unix sockets that may be served or asked.
 *
 * @example
 * ```ts
 * import { programFlags } from "./flags.ts";
 * console.assert(programFlags("/usr/bin/deno").includes("--allow-run=/usr/bin/deno"));
 * ```
 */
export function programFlags(
  runtime: string,
  sockets: readonly string[] = [DEFAULT_SOCKET],
): readonly string[] {
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    `--allow-net=127.0.0.1,localhost,[::1],${sockets.map((path) => `unix:${path}`).join(",")}`,
    `--allow-env=${[...KNOWN_VARIABLES, ...LIBRARY_VARIABLES].join(",")}`,
    "--allow-sys=uid",
    // The runner is this runtime, started through a shell that closes what our own parent left open.
    `--allow-run=${runtime},/bin/bash,/bin/sh`,
    // The C library, through which the egress lock is taken, and the native parts of the memory.
    `--allow-ffi=${[...LIBC_PATHS, ...nativeLibraries()].join(",")}`,
  ];
}

if (import.meta.main) console.log(programFlags(Deno.execPath()).join(" "));
