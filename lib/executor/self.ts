/**
 * How this program starts itself: as a helper process, or inside the sandbox as a built-in tool. The one place that knows
 * whether it runs from source; a built file replaces it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** An argv and the whole environment that goes with it. */
export interface SelfCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A built-in tool: what to run, and what of this program must be seen inside the sandbox. */
export interface BuiltinCommand extends SelfCommand {
  readonly binds: readonly { readonly path: string; readonly at: string }[];
}

/** No look for newer versions, no questions. */
const ENVIRONMENT: Readonly<Record<string, string>> = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

/** Heap of a built-in in MiB. Their memory is bounded by RLIMIT_DATA: V8 reserves more address space than RLIMIT_AS can allow. */
const HEAP_MIB = 1024;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The argv of a hidden command (`runner`, `forward`, …) with exactly these Deno permissions.
 *
 * @param permissions `--allow-…` flags
 * @example
 * ```ts ignore
 * const { argv, env } = selfCommand("runner", [], ["--allow-read"]);
 * ```
 */
export function selfCommand(
  hidden: string,
  args: readonly string[],
  permissions: readonly string[],
): SelfCommand {
  const flags = ["run", "--quiet", "--no-prompt", "--no-remote", "--cached-only"];
  return {
    argv: [Deno.execPath(), ...flags, ...permissions, `${ROOT}cmd/${hidden}.ts`, ...args],
    env: ENVIRONMENT,
  };
}

/**
 * The start of a built-in tool's argv.
 *
 * @param inside as the sandbox sees it; else as this host does (a run without a sandbox)
 */
export function builtinCommand(name: string, inside: boolean, journal: boolean): BuiltinCommand {
  const deno = inside ? "/run/physiclaw/deno" : Deno.execPath();
  const lib = inside ? "/run/physiclaw/lib/" : `${ROOT}lib/`;
  return {
    argv: [
      deno,
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-npm", "--no-remote"],
      `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
      "--allow-read",
      ...(journal ? ["--allow-run=/usr/bin/journalctl"] : []),
      `${lib}builtin/main.ts`,
      name,
    ],
    env: { ...ENVIRONMENT, DENO_DIR: "/tmp/deno" },
    binds: inside
      ? [
        { path: Deno.execPath(), at: deno },
        { path: `${ROOT}lib/builtin`, at: `${lib}builtin` },
        { path: `${ROOT}lib/internal`, at: `${lib}internal` },
      ]
      : [],
  };
}

/** The source files that make up the built-in tools: a digest over them names what ran. */
export async function builtinSources(): Promise<readonly string[]> {
  const files: string[] = [];
  for (const directory of [`${ROOT}lib/builtin`, `${ROOT}lib/internal`]) {
    try {
      for await (const entry of Deno.readDir(directory)) {
        if (entry.isFile && entry.name.endsWith(".ts") && !entry.name.endsWith("_test.ts")) {
          files.push(`${directory}/${entry.name}`);
        }
      }
    } catch {
      // A built file has no sources beside it.
    }
  }
  return files.sort();
}
