/**
 * Programs of the host as a red team starts them: outside every sandbox, with an empty environment, never for ever.
 *
 * @module
 */

/** What is started. */
export interface Outside {
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment; default none. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What it reads; default nothing. */
  readonly input?: string;
  /** Where its errors go; default nowhere. */
  readonly stderr?: "null" | "inherit";
}

/** How it ended. */
export interface Ended {
  /** What it printed, without white space around it. */
  readonly said: string;
  readonly code: number;
  readonly signal: string | null;
}

/** Whatever runs longer hangs. */
const LIMIT_MS = 25_000;

/**
 * Runs a program to its end, at most 25 s long. One that is not there ends with code 127, one that can't be executed with 126.
 *
 * @example
 * ```ts ignore
 * const { said } = await runOutside({ program: "/bin/echo", args: ["hello"] });
 * ```
 */
export async function runOutside(outside: Outside): Promise<Ended> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(outside.program, {
      args: [...outside.args],
      clearEnv: true,
      env: { ...outside.env },
      cwd: outside.cwd ?? "/",
      stdin: outside.input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: outside.stderr ?? "null",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { said: "", code: 127, signal: null };
    if (error instanceof Deno.errors.PermissionDenied) return { said: "", code: 126, signal: null };
    throw error;
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  try {
    if (outside.input !== undefined) {
      const writer = child.stdin.getWriter();
      // One that has ended reads nothing: its answer tells.
      await writer.write(new TextEncoder().encode(outside.input)).catch(() => undefined);
      await writer.close().catch(() => undefined);
    }
    const { stdout, code, signal } = await child.output();
    return { said: new TextDecoder().decode(stdout).trim(), code, signal };
  } finally {
    clearTimeout(timer);
  }
}
