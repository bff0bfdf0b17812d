/**
 * The Deno permissions that `serve` needs with given settings.
 *
 * @module
 */
import { grantable } from "../internal/grantable.ts";
import { LIBC_PATHS } from "../internal/libc.ts";
import { nativeLibraries } from "../internal/tree.ts";
import { KNOWN_VARIABLES } from "./env.ts";
import { parseListen } from "./listen.ts";
import type { Settings } from "./schema.ts";

/** A list as Deno's flags take it. */
const list = (values: Iterable<string>): string => [...new Set(values)].join(",");

/** The first directory of a path that is not there yet: whoever makes the path makes that one first. */
function firstMissing(path: string): string {
  const parts = path.split("/").slice(1);
  for (let end = 1; end < parts.length; end++) {
    const above = `/${parts.slice(0, end).join("/")}`;
    try {
      Deno.lstatSync(above);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return above;
      return path;
    }
  }
  return path;
}

/** Names that libraries ask for while they load (`LOG`: the PromQL grammar); the program itself reads none of them. */
export const LIBRARY_VARIABLES = [
  "NO_COLOR",
  "FORCE_COLOR",
  "TERM",
  "LOG",
  // LanceDB's loader, and its settings.
  "NAPI_RS_NATIVE_LIBRARY_PATH",
  "NAPI_RS_FORCE_WASI",
  "LANCE_CPU_THREADS",
  "LANCEDB_LOG",
];

/**
 * Flags for `deno run`. Programs are started by the runner, a process of its own, so `serve` itself may run nothing but
 * this runtime (`runtime`: its path), through a shell that closes what its own parent left open. Deno's permissions bind neither native code nor children: they are one layer of several.
 *
 * @example
 * ```ts ignore
 * import { permissionFlags } from "./permissions.ts";
 * console.log(permissionFlags(settings, Deno.execPath()).join(" "));
 * ```
 */
export function permissionFlags(settings: Settings, runtime: string): readonly string[] {
  const listen = parseListen(settings.listen);
  const address = listen.kind === "unix"
    ? `unix:${listen.path}`
    : `${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${listen.port}`;
  const socket = listen.kind === "unix" ? [listen.path] : [];
  const roots = settings.workspace.roots;
  const state = [settings.state_dir, settings.models.dir];
  return [
    "--no-prompt",
    "--no-remote",
    "--cached-only",
    `--allow-env=${list([...KNOWN_VARIABLES, ...LIBRARY_VARIABLES])}`,
    "--allow-sys=uid",
    `--allow-net=${address}`,
    // Whoever checks that nobody else can write a path looks at every directory above it, up to the root.
    "--allow-read",
    `--allow-write=${
      list([...state, ...roots, ...socket]
        .map((path) => grantable(firstMissing(path))))
    }`,
    `--allow-run=${list([runtime, "/bin/bash", "/bin/sh"])}`,
    // The C library, through which the egress lock is taken, and the native parts of the memory.
    `--allow-ffi=${list([...LIBC_PATHS, ...nativeLibraries()])}`,
  ];
}
