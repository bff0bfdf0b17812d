/**
 * The packaging "launcher": a readable POSIX shell header, then the payload that it unpacks.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { COMMANDS } from "../../cmd/commands.ts";
import { KNOWN_VARIABLES } from "../config/env.ts";
import { LIBRARY_VARIABLES } from "../config/permissions.ts";
import { LIBC_PATHS } from "../internal/libc.ts";
import { concat, pack } from "./archive.ts";
import type { TreeFile } from "./tree_file.ts";
import { DEFAULT_SOCKET } from "./flags.ts";

/** What a launcher is made of. */
export interface LauncherParts {
  readonly version: string;
  /** As Deno names it: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** The Deno executable for the target. */
  readonly runtime: Uint8Array;
  readonly files: readonly TreeFile[];
  /** Text of `launcher.sh` and of `unpack.js`. */
  readonly header: string;
  readonly unpack: string;
  /** See {@link pack}. */
  readonly cache?: string;
}

/** Variables that reach the program: its own, and those by which the runtime learns of terminal and time zone. */
export const PASSED_VARIABLES: readonly string[] = [
  ...KNOWN_VARIABLES,
  "XDG_CACHE_HOME",
  "NO_COLOR",
  "TERM",
  "TZ",
];

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Commands that look at nothing on the host: they may read their own chunks only. */
const BLIND: ReadonlySet<string> = new Set(["version", "help", "completions", "complete", "deps", "assets"]);

/** Native parts in the header's words. */
const NATIVES = ["lancedb.node", "onnxruntime_binding.node"].map((name) => `$tree/native/${name}`);

const COMMON = ["--no-prompt --no-remote --cached-only", '"--allow-env=$environment"'];
const SYS = "--allow-sys=uid";
const NOTHING = [...COMMON, '"--allow-read=$tree/app"'].join(" ");

/** A command that only speaks with the bridge. */
const isClient = (needs: readonly string[]): boolean =>
  needs.includes("net") && !needs.includes("run") && !needs.includes("ffi");

/**
 * Words of the header that start a command: what it gives up by itself is not even granted. `$tree`, `$sockets` and
 * `$socket_paths` are the header's variables.
 */
export function grantWords(command: string): string {
  if (BLIND.has(command)) return NOTHING;
  const needs: readonly string[] = COMMANDS[command]?.needs ?? [];
  return [
    ...COMMON,
    "--allow-read",
    SYS,
    ...(needs.includes("net") ? ['"--allow-net=127.0.0.1,localhost,[::1],$sockets"'] : []),
    // A client writes nothing, but Deno asks for it where a Unix socket is connected.
    ...(needs.includes("write") ? [isClient(needs) ? '"--allow-write=$socket_paths"' : "--allow-write"] : []),
    ...(needs.includes("run") ? ['"--allow-run=$tree/deno,/bin/bash,/bin/sh"'] : []),
    ...(needs.includes("ffi") ? [`"--allow-ffi=${[...LIBC_PATHS, ...NATIVES].join(",")}"`] : []),
  ].join(" ");
}

/** The header's cases: commands that have the same grants share one; `serve` has its own. */
function cases(): string {
  const groups = new Map<string, string[]>();
  for (const command of Object.keys(COMMANDS)) {
    const words = grantWords(command);
    if (command !== "serve" && words !== NOTHING) groups.set(words, [...groups.get(words) ?? [], command]);
  }
  return [...groups].map(([words, commands]) =>
    [
      `  ${commands.join(" | ")})`,
      // A program can't see which file it was unpacked from.
      ...(commands.includes("install") ? ["    shift", '    set -- install --file "$self" "$@"'] : []),
      `    run ${words} "$dir/tree/app/main.js" "$@"`,
      "    ;;",
    ].join("\n")
  ).join("\n");
}

/**
 * The whole file. The same parts give the same bytes.
 *
 * @example
 * ```ts ignore
 * await Deno.writeFile("dist/physiclaw", await launcher(parts), { mode: 0o755 });
 * ```
 */
export async function launcher(parts: LauncherParts): Promise<Uint8Array> {
  const manifest = [...parts.files].sort((a, b) => a.path < b.path ? -1 : 1)
    .map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).join("");
  for (const { path } of parts.files) {
    if (!/^[a-z]+\/[A-Za-z0-9_.+-]+$/.test(path)) {
      throw new Error(`Cannot pack ${path}: the header looks one directory deep`);
    }
  }
  const unpack = new TextEncoder().encode(parts.unpack);
  const runtime = new Uint8Array(gzipSync(parts.runtime, { level: 9 }));
  const rest = await pack(
    [...parts.files, { path: "manifest", bytes: new TextEncoder().encode(manifest) }],
    parts.cache,
  );
  const digest = createHash("sha256").update(unpack).update(runtime).update(rest).digest("hex");
  const values: Readonly<Record<string, string>> = {
    VERSION: parts.version,
    TARGET: parts.target,
    DIGEST: digest,
    RUNTIME_SUM: sha256(parts.runtime),
    MANIFEST_SUM: sha256(manifest),
    UNPACK_BYTES: String(unpack.byteLength),
    RUNTIME_BYTES: String(runtime.byteLength),
    ENVIRONMENT: [...KNOWN_VARIABLES, ...LIBRARY_VARIABLES].join(","),
    VARIABLES: PASSED_VARIABLES.join(" "),
    FILES: String(parts.files.length),
    SOCKET: DEFAULT_SOCKET,
    ARCH: parts.target.split("-")[0] ?? "",
    SERVE_ASKS: [...COMMON, "--allow-read", SYS].join(" "),
    NOTHING,
    CASES: cases(),
  };
  const filled = parts.header.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => {
    const value = name === "HEADER_BYTES" ? whole : values[name];
    if (value === undefined) throw new Error(`Cannot fill in ${whole} of launcher.sh`);
    return value;
  });
  // The header names its own length: seven digits wherever it does, so that the length does not depend on it.
  const bytes = new TextEncoder().encode(filled.replaceAll("@HEADER_BYTES@", "0000000")).byteLength;
  const header = new TextEncoder().encode(
    filled.replaceAll("@HEADER_BYTES@", String(bytes).padStart(7, " ")),
  );
  if (header.byteLength !== bytes) throw new Error("Cannot fill in the header's length");
  return concat([header, unpack, runtime, rest]);
}
