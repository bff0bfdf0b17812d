/**
 * How the program starts itself when it is a built file: stands in for `self.ts`, which runs from source. Beside the chunk
 * that holds this lie the other chunks; one directory up, the runtime and the built-in tools.
 *
 * @module
 */
import type { BuiltinCommand, SelfCommand } from "./self.ts";

/** The unpacked tree, with a slash at its end. `import.meta.url` is that of a file in `app/`. */
const TREE = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Where the runtime keeps compiled code: beside the tree, where the launcher made room for it. */
const CACHE = `${TREE.slice(0, -"tree/".length)}cache`;

/** No look for newer versions, no questions, no cache in a home. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  DENO_NO_UPDATE_CHECK: "1",
  NO_COLOR: "1",
  DENO_DIR: CACHE,
};

/** As in `self.ts`. */
const HEAP_MIB = 1024;

/** Nothing outside the tree decides how a module is found. */
const CLOSED = ["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-npm", "--no-remote"];

/** See `self.ts`. The chunks of the helper are loaded when they are needed, hence the grant to read them. */
export function selfCommand(
  hidden: string,
  args: readonly string[],
  permissions: readonly string[],
): SelfCommand {
  const reads = permissions.some((flag) => flag === "--allow-read") ? [] : [`--allow-read=${TREE}app`];
  return {
    argv: [Deno.execPath(), ...CLOSED, ...reads, ...permissions, `${TREE}app/${hidden}.js`, ...args],
    env: ENVIRONMENT,
  };
}

/** See `self.ts`. */
export function builtinCommand(name: string, inside: boolean, journal: boolean): BuiltinCommand {
  const deno = inside ? "/run/physiclaw/deno" : Deno.execPath();
  const directory = inside ? "/run/physiclaw/builtin" : `${TREE}builtin`;
  return {
    argv: [
      deno,
      ...CLOSED,
      `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
      "--allow-read",
      ...(journal ? ["--allow-run=/usr/bin/journalctl"] : []),
      `${directory}/main.js`,
      name,
    ],
    env: { ...ENVIRONMENT, DENO_DIR: "/tmp/deno" },
    binds: inside ? [{ path: Deno.execPath(), at: deno }, { path: `${TREE}builtin`, at: directory }] : [],
  };
}

/** See `self.ts`. */
export async function builtinSources(): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(`${TREE}builtin`)) files.push(`${TREE}builtin/${entry.name}`);
  return files.sort();
}
