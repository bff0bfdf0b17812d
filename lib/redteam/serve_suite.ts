/**
 * The suite as a process: its task comes as one line, and it ends when nobody is left to hear of it.
 *
 * @module
 */
import type { FromRedTeam, RedTeamInit } from "./protocol.ts";
import { runSuite } from "./suite.ts";

/**
 * Runs what the first line asks for. When the lines end before it does, it stops, and takes along what it started.
 *
 * @param next lines of standard input, `undefined` at its end
 * @param say prints a line
 * @example
 * ```ts ignore
 * await serveSuite(createLines(Deno.stdin.readable), console.log);
 * ```
 */
export async function serveSuite(
  next: () => Promise<string | undefined>,
  say: (line: string) => void,
): Promise<void> {
  const first = await next();
  if (first === undefined) return;
  // Our own program speaks.
  const { directory, groups }: RedTeamInit = JSON.parse(first);
  const tell = (message: FromRedTeam): void => say(JSON.stringify(message));
  const stop = new AbortController();
  next().then(() => stop.abort("nobody listens any more"));
  await runSuite({
    directory,
    groups,
    onCase: (report) => {
      if (!stop.signal.aborted) tell({ type: "case", report });
    },
    signal: stop.signal,
  });
  if (!stop.signal.aborted) tell({ type: "end" });
}
