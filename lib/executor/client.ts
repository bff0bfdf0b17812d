/**
 * The bridge's end of the runner's pipe.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { grantable } from "../internal/grantable.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { startHelper } from "./helper.ts";
import { type FromRunner, type RunnerInit, type ToRunner, unpackRun } from "./protocol.ts";
import type { Runner, StepRun } from "./types.ts";

/** What a runner is made with. */
export interface RunnerOptions extends Omit<RunnerInit, "scratchDir" | "secrets"> {
  /** Default: `scratch` in the state directory. */
  readonly scratchDir?: string;
  /** Further files that no goal may name; those of the settings always count. */
  readonly secrets?: readonly string[];
  /** Told once when the runner ends without having been closed. */
  readonly onGone?: (reason: string) => void;
}

/** Programs that the runner itself may start; under `none` everything, since a process group can't be killed otherwise. */
export const RUNNER_STARTS: readonly string[] = [
  "/bin/sh",
  "/bin/bash",
  "/usr/bin/unshare",
  "/bin/unshare",
  "/usr/sbin/unshare",
  "/sbin/unshare",
];

/** Files that the settings name: what they hold is handed to one tool, and read by no other. */
const settingFiles = ({ kubectl, prometheus, vault }: RunnerInit["settings"]): readonly string[] =>
  [kubectl?.kubeconfig, prometheus?.ca, prometheus?.credentialsFile, vault?.ca, vault?.tokenFile]
    .filter((path) => path !== undefined);

/**
 * Where the runner itself may connect: the safe subnets. Deno takes no IPv6 ranges, so of IPv6 only loopback and the
 * addresses that the settings spell out.
 */
function reachable({ settings, safeSubnets }: RunnerInit): readonly string[] {
  const urls = [settings.prometheus?.url, settings.vault?.address].flatMap((url) => {
    const literal = /^https?:\/\/\[([0-9a-f:]+)\]/i.exec(url ?? "")?.[1];
    return literal === undefined ? [] : [literal];
  });
  const pinned = Object.values(settings.hosts).filter((address) => /^[0-9a-f:]+$/i.test(address));
  return [
    ...safeSubnets.filter((subnet) => !subnet.includes(":")),
    ...["::1", ...urls, ...pinned].filter((address) => address.includes(":")).map((address) =>
      `[${address}]`
    ),
  ];
}

/** The Deno permissions of the runner's process. */
function permissions(init: RunnerInit): readonly string[] {
  return [
    "--allow-read",
    `--allow-write=${grantable(init.stateDir)}`,
    init.sandbox === "none" ? "--allow-run" : `--allow-run=${RUNNER_STARTS.join(",")}`,
    ...(init.network ? [`--allow-net=${reachable(init).join(",")}`] : []),
    "--allow-sys=uid",
    // The YAML package asks for these while it reads a kubeconfig; the environment is empty.
    "--allow-env=LOG_TOKENS,LOG_STREAM",
  ];
}

type Pending = {
  readonly resolve: (frame: { message: FromRunner; payload: Uint8Array }) => void;
  readonly reject: (error: Error) => void;
  readonly onOutput?: (bytes: number) => void;
};

const gone = (why: string): PhysiclawError =>
  new PhysiclawError("internal", `Cannot run tools: the runner ${why}`, { hint: "restart physiclaw serve" });

/**
 * Starts a runner and waits until it is ready. Rejects with {@link PhysiclawError} when it can't be started.
 *
 * @example
 * ```ts ignore
 * const runner = await createRunner(options);
 * try { console.log(await runner.selfCheck()); } finally { await runner.close(); }
 * ```
 */
export async function createRunner(options: RunnerOptions): Promise<Runner> {
  const { onGone, ...rest } = options;
  const init: RunnerInit = {
    ...rest,
    scratchDir: options.scratchDir ?? `${options.stateDir}/scratch`,
    secrets: [...settingFiles(options.settings), ...(options.secrets ?? [])],
  };
  const child = await startHelper("runner", [], permissions(init));
  const writer = child.stdin.getWriter();
  const pending = new Map<number, Pending>();
  const ready = Promise.withResolvers<void>();
  let ended: string | undefined;
  let closing = false;
  let nextId = 1;

  const end = (why: string): void => {
    if (ended !== undefined) return;
    ended = why;
    ready.reject(gone(why));
    for (const one of pending.values()) one.reject(gone(why));
    pending.clear();
    if (!closing) onGone?.(gone(why).describe());
  };
  const take = (message: FromRunner, payload: Uint8Array): void => {
    if (message.type === "ready") return ready.resolve();
    if (message.type === "end") return end(`refused to go on: ${message.message}`);
    const one = pending.get(message.id);
    if (one === undefined) return;
    if (message.type === "output") return one.onOutput?.(message.bytes);
    pending.delete(message.id);
    if (message.type === "fault") one.reject(gone(`failed: ${message.message}`));
    else one.resolve({ message, payload });
  };
  const reading = (async () => {
    try {
      // Our own child speaks: its frames are what protocol.ts says.
      for await (const { header, payload } of readFrames(child.stdout)) take(header as FromRunner, payload);
      end("ended");
    } catch {
      end("sent something unreadable");
    }
  })();

  let last: Promise<void> = Promise.resolve();
  const send = (message: ToRunner): void => {
    last = last.then(() => writer.write(encodeFrame(message))).catch(() => end("takes no requests any more"));
  };
  const ask = (
    make: (id: number) => ToRunner,
    onOutput?: (bytes: number) => void,
  ): { id: number; answer: Promise<{ message: FromRunner; payload: Uint8Array }> } => {
    const id = nextId++;
    const answer = new Promise<{ message: FromRunner; payload: Uint8Array }>((resolve, reject) => {
      if (ended !== undefined) return reject(gone(ended));
      pending.set(id, { resolve, reject, ...(onOutput === undefined ? {} : { onOutput }) });
      send(make(id));
    });
    return { id, answer };
  };
  const unexpected = () => gone("gave another answer than was asked for");

  const close = async (): Promise<void> => {
    closing = true;
    await last;
    await writer.close().catch(() => undefined);
    await Promise.all([child.status, reading]);
  };

  send({ type: "init", init });
  try {
    await ready.promise;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async run(request, { signal, onOutput } = {}): Promise<StepRun> {
      const { id, answer } = ask((id) => ({ type: "run", id, request }), onOutput);
      const abort = () => send({ type: "abort", id });
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted === true) abort();
      try {
        const { message, payload } = await answer;
        if (message.type !== "run") throw unexpected();
        return unpackRun(message.run, payload);
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    async tools() {
      const { message } = await ask((id) => ({ type: "tools", id })).answer;
      if (message.type !== "tools") throw unexpected();
      return message.tools;
    },
    async selfCheck() {
      const { message } = await ask((id) => ({ type: "selfCheck", id })).answer;
      if (message.type !== "selfCheck") throw unexpected();
      return message.check;
    },
    close,
  };
}
