/**
 * How tests start the program: from source under its real permissions, or the built file that `PHYSICLAW_BINARY` names.
 *
 * @module
 */
import { programFlags } from "../../lib/packaging/flags.ts";
import { ROOT } from "../paths.ts";

/** Where the runtime keeps compiled modules: without it each start would compile, and ask the registry, anew. */
export const DENO_DIR: string = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache/deno`;

/** Where runtime and built file keep what they made: shared by all starts of a test run. */
export const CACHES: Readonly<Record<string, string>> = {
  DENO_DIR,
  // A runtime that looks for newer versions of itself asks a name server, and the bridge's watchdog stops it for that.
  DENO_NO_UPDATE_CHECK: "1",
  XDG_CACHE_HOME: `${Deno.env.get("HOME") ?? "/root"}/.cache`,
};

/** Program and leading arguments of `physiclaw`. */
export function physiclaw(
  sockets: readonly string[] = [],
): { readonly program: string; readonly args: readonly string[] } {
  const binary = Deno.env.get("PHYSICLAW_BINARY");
  if (binary !== undefined) return { program: binary, args: [] };
  return {
    program: Deno.execPath(),
    args: [
      "run",
      "--quiet",
      "--cached-only",
      ...programFlags(Deno.execPath(), ["/nowhere", ...sockets]),
      `${ROOT}main.ts`,
    ],
  };
}

/** Whether that is a compiled file: an executable, not a launcher's script. Its permissions can't name a socket of a test. */
export const COMPILED: boolean = await (async () => {
  const binary = Deno.env.get("PHYSICLAW_BINARY");
  if (binary === undefined) return false;
  using file = await Deno.open(binary);
  const head = new Uint8Array(4);
  await file.read(head);
  return new TextDecoder().decode(head) === "\x7fELF";
})();

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end with just these variables. */
export async function run(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly stdin?: string;
    readonly socket?: string;
  } = {},
): Promise<Ran> {
  const { program, args: leading } = physiclaw(options.socket === undefined ? [] : [options.socket]);
  const child = new Deno.Command(program, {
    args: [...leading, ...args],
    clearEnv: true,
    env: { HOME: "/nonexistent", ...CACHES, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
