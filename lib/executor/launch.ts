/**
 * Starts what was prepared, collects its output up to the cap, and ends its whole tree.
 *
 * @module
 */
import type { Limits } from "../catalog/types.ts";
import { capOutput, createCollector, MARKER_SLACK, splitOutput } from "./output.ts";
import { CHANGED, FIRST_FD, innerText, MARKER_LENGTH, MAX_POSIX_FDS, outerText } from "./shell_text.ts";
import type { CommandRun, StepRun } from "./types.ts";

/** What is started. */
export interface Launch {
  /**
   * Put before the inner shell: the wrapper of a network namespace and bwrap with its flags; empty without a sandbox.
   * Element 0 is an absolute path.
   */
  readonly prefix: readonly string[];
  /** Kernel descriptors of this process; the first becomes 3 in {@link prefix}, the next 4, and so on. */
  readonly descriptors: readonly number[];
  /** The real path that the descriptor at an index of {@link descriptors} must have when it is bound. */
  readonly names?: ReadonlyMap<number, string>;
  /** As the tool is to be run: element 0 is the program's path inside, or the first word of an interpreter's call. */
  readonly commands: readonly (readonly string[])[];
  readonly proceedOn: readonly number[];
  readonly limits: Limits;
  /** Without a sandbox: the process group is all there is to kill. */
  readonly sandboxed: boolean;
  /** Where the outer shell starts; bwrap changes to the workspace by itself. */
  readonly cwd?: string;
  /** Variables for a run without a sandbox; bwrap sets its own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Told how many bytes came so far. */
  readonly onOutput?: (bytes: number) => void;
}

/** How a launch ended. `not_started`: the commands never ran; `changed`: nor here, since a path was swapped meanwhile. */
export interface Landing {
  readonly outcome: Exclude<StepRun["outcome"], "refused" | "unavailable"> | "not_started" | "changed";
  readonly reason?: string;
  readonly commands: readonly CommandRun[];
  readonly truncated: boolean;
}

/** How long a stream may stay open after its tree was killed, before reading stops. */
const DRAIN_MS = 2_000;
/** And after the tree has ended by itself; only without a sandbox can a grandchild still hold it. */
const LINGER_MS = 500;

/**
 * How long a kill waits for the sandbox to stand. Killed while it sets itself up, bwrap leaves its child behind: that one
 * dies with its parent only from a later moment on, and waits for it for ever.
 */
const SETUP_MS = 5_000;

/** Shells by absolute path. bash only where a step needs more descriptors than POSIX shells know. */
const SH = "/bin/sh";
const BASH = "/bin/bash";

const marker = (): string =>
  Array.from(
    crypto.getRandomValues(new Uint8Array(MARKER_LENGTH / 2)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");

type Ended = "exited" | "timed_out" | "killed" | "output_capped";

/** Streams, clock and kill switch of one child. `start` is what the inner shell writes first. */
async function attend(
  child: Deno.ChildProcess,
  launch: Launch,
  start: string,
): Promise<{ ended: Ended; code: number; stdout: Uint8Array; stderr: Uint8Array }> {
  const cap = launch.limits.outputBytes + MARKER_SLACK * (launch.commands.length + 1);
  const errors = createCollector();
  const streams = [
    { reader: child.stdout.getReader(), collector: createCollector() },
    { reader: child.stderr.getReader(), collector: errors },
  ];
  const stands = Promise.withResolvers<void>();
  const setup = setTimeout(stands.resolve, SETUP_MS);
  let standing = false;
  let ended: Ended = "exited";
  let total = 0;
  const kill = (why: Ended): void => {
    if (ended !== "exited") return;
    ended = why;
    stands.promise.then(killNow);
  };
  const killNow = (): void => {
    try {
      // The pid namespace's first process dies with bwrap, and takes everything in it along.
      if (!launch.sandboxed) Deno.kill(-child.pid, "SIGKILL");
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const onAbort = () => kill("killed");
  launch.signal?.addEventListener("abort", onAbort, { once: true });
  if (launch.signal?.aborted === true) onAbort();
  const timer = setTimeout(() => kill("timed_out"), launch.limits.timeoutMs);

  const read = async ({ reader, collector }: (typeof streams)[number]): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (total > cap) continue;
      collector.add(value);
      total += value.byteLength;
      // Nothing but bwrap's own complaints can stand before it, so there is little to look through.
      if (!standing && collector === errors && new TextDecoder().decode(errors.concat()).includes(start)) {
        standing = true;
        stands.resolve();
      }
      launch.onOutput?.(total);
      if (total > cap) kill("output_capped");
    }
  };
  const reading = Promise.all(streams.map(read));
  const status = await child.status;
  clearTimeout(timer);
  clearTimeout(setup);
  launch.signal?.removeEventListener("abort", onAbort);
  const late = Promise.withResolvers<"late">();
  const drain = setTimeout(() => late.resolve("late"), ended === "exited" ? LINGER_MS : DRAIN_MS);
  if (await Promise.race([reading, late.promise]) === "late") {
    if (!launch.sandboxed) killNow();
    await Promise.all(streams.map(({ reader }) => reader.cancel()));
  }
  clearTimeout(drain);
  const [stdout, stderr] = streams.map(({ collector }) => collector.concat());
  return {
    ended,
    code: status.code,
    stdout: stdout ?? new Uint8Array(),
    stderr: stderr ?? new Uint8Array(),
  };
}

function landed(launch: Launch, ended: Ended, ran: readonly CommandRun[], code: number): Landing {
  const seconds = launch.limits.timeoutMs / 1000;
  const last = ran.at(-1);
  const truncated = ended === "output_capped";
  switch (ended) {
    case "timed_out":
      return { outcome: ended, reason: `It ran longer than ${seconds} s`, commands: ran, truncated };
    case "killed":
      return { outcome: ended, reason: "It was cancelled", commands: ran, truncated };
    case "output_capped": {
      const reason = `It wrote more than ${launch.limits.outputBytes} bytes`;
      return { outcome: ended, reason, commands: ran, truncated };
    }
    case "exited":
      if (last?.signal !== undefined) {
        return { outcome: "killed", reason: `${last.signal} ended it`, commands: ran, truncated };
      }
      if (last?.exitCode === undefined) {
        const reason = `Its sandbox ended before it did (exit code ${code})`;
        return { outcome: "killed", reason, commands: ran, truncated };
      }
      // "Proceed" codes are no failures of the commands before the last, which alone decides; parsers judge further.
      return { outcome: last.exitCode === 0 ? "ok" : "failed", commands: ran, truncated };
  }
}

/**
 * Runs the commands of a step one after the other. Never rejects for what they do; throws only when no shell can be
 * started at all.
 *
 * @example
 * ```ts ignore
 * const landing = await launch({
 *   prefix: [],
 *   descriptors: [],
 *   commands: [["/bin/echo", "hello"]],
 *   proceedOn: [0],
 *   limits: { timeoutMs: 1000, outputBytes: 1024, memory: { kind: "address-space", bytes: 2 ** 30 } },
 *   sandboxed: false,
 *   env: {},
 * });
 * ```
 */
export async function launch(launch: Launch): Promise<Landing> {
  const { commands, descriptors, limits } = launch;
  if (launch.signal?.aborted === true) return landed(launch, "killed", [], 0);
  const markers = Array.from({ length: commands.length + 1 }, marker);
  const posix = descriptors.length <= MAX_POSIX_FDS;
  const names = [...launch.names ?? []];
  const inner = innerText(commands.map((argv) => argv.length), launch.proceedOn);
  const child = new Deno.Command(posix ? SH : BASH, {
    args: [
      ...(posix ? [] : ["--posix", "--norc", "--noprofile"]),
      "-c",
      outerText(
        descriptors.length,
        names.map(([index]) => index),
        limits.memory.kind === "address-space" ? "v" : "d",
      ),
      "physiclaw",
      ...descriptors.map((fd) => `/proc/${Deno.pid}/fd/${fd}`),
      names.map(([, path]) => path).join("\n"),
      String(Math.floor(limits.memory.bytes / 1024)),
      ...launch.prefix,
      ...[SH, "-c", inner, "physiclaw", ...commands.flat()],
    ],
    clearEnv: true,
    env: { ...launch.env },
    ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A process group to kill; in a sandbox the pid namespace is that. It makes the start 1.8 ms slower (fork for spawn).
    detached: !launch.sandboxed,
  }).spawn();
  const feed = async (): Promise<void> => {
    const writer = child.stdin.getWriter();
    try {
      await writer.write(new TextEncoder().encode(`${markers.join("\n")}\n`));
      await writer.close();
    } catch {
      // It ended before it read: its exit tells.
    }
  };
  const [{ ended, code, stdout, stderr }] = await Promise.all([
    attend(child, launch, markers[0] ?? ""),
    feed(),
  ]);
  const split = splitOutput(stdout, stderr, markers);
  if (!split.started && ended === "exited" && code === CHANGED) {
    return { outcome: "changed", commands: [], truncated: false };
  }
  if (!split.started && ended === "exited") {
    const said = new TextDecoder().decode(stderr.subarray(0, 500)).trim().split("\n").at(-1) ?? "";
    const reason = said === "" ? `the sandbox ended with exit code ${code}` : said;
    return { outcome: "not_started", reason, commands: [], truncated: false };
  }
  const ran = capOutput(split.commands, limits.outputBytes).map((output, index): CommandRun => ({
    argv: commands[index] ?? [],
    stdout: output.stdout,
    stderr: output.stderr,
    ...(output.ending ?? (ended === "exited" ? {} : { signal: "SIGKILL" })),
  }));
  return landed(launch, ended, ran, code);
}

/** The descriptor number that the n-th of {@link Launch.descriptors} has after the outer shell. */
export const descriptorNumber = (index: number): number => FIRST_FD + index;
