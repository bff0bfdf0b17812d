/**
 * The watchdog's own process: it looks from outside, and stops what broke the rule.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { createJudge } from "./address.ts";
import { createProcesses } from "./processes.ts";
import {
  BEAT_MS,
  createSender,
  type FromWatchdog,
  readMessages,
  type ToWatchdog,
  type WatchdogInit,
} from "./protocol.ts";
import { setUp } from "./set_up.ts";
import { killTree, stopBridge, type StopOptions, stopSteps } from "./stop.ts";
import { openSystem } from "./system.ts";
import { createWatch, type Listener, type Violation } from "./watch.ts";

/** Without sock_diag one look costs some 7 ms: more often than this would take too much of a core. */
const SLOW_INTERVAL_MS = 200;
/** The comparison with /proc/net, which costs as much; a walk over the tree; a look into the tools' namespaces. */
const CROSS_MS = 5_000;
const TREE_MS = 250;
const STEP_MS = 500;
/** A stranger's socket could have been handed over to us meanwhile. */
const TRACE_MS = 1_000;
/** How long a bridge may take to stop when it is told that nobody watches. */
const STOPPING_MS = 15_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What came over the pipe so far. */
interface Bridge {
  readonly listeners: Listener[];
  /** The pipe ended. */
  ended: boolean;
  /** It said so before. */
  inOrder: boolean;
}

async function watchOver(
  init: WatchdogInit,
  bridge: Bridge,
  send: (message: FromWatchdog) => Promise<void>,
): Promise<void> {
  using system = openSystem(init.libc);
  const judge = createJudge(init.safe);
  const self = Deno.pid;
  const processes = createProcesses(system, init.pid, self);
  const { diag, network, sources } = setUp({ system, processes, judge, root: init.pid, self });
  const intervalMs = diag === undefined ? Math.max(init.intervalMs, SLOW_INTERVAL_MS) : init.intervalMs;
  const scans = (ms: number): number => Math.max(1, Math.round(ms / intervalMs));
  const watch = createWatch({
    system,
    processes,
    judge,
    root: init.pid,
    network,
    diag,
    listeners: () => bridge.listeners,
    crossEvery: scans(CROSS_MS),
    treeEvery: scans(TREE_MS),
    stepEvery: scans(STEP_MS),
    traceEvery: scans(TRACE_MS),
  });
  const options: StopOptions = { system, processes, root: init.pid, diag, blocks: init.blocks };
  const stopped = new Set<number>();
  /** True when the bridge was ended. */
  const handle = async (violations: readonly Violation[]): Promise<boolean> => {
    const worst = violations.find(({ scope }) => scope === "bridge");
    if (worst !== undefined) {
      await stopBridge(options, worst, (block) => send({ type: "exit", block }));
      return true;
    }
    for (const violation of violations) {
      // The dying still show for a moment.
      if (stopped.has(violation.socket.inode)) continue;
      stopped.add(violation.socket.inode);
      await send({ type: "block", block: stopSteps(options, violation) });
    }
    return false;
  };
  await send({ type: "ready", sources });
  try {
    let beat = 0;
    let count = 0;
    while (!bridge.ended) {
      const start = performance.now();
      if (await handle(watch.scan())) return;
      count++;
      if (start - beat >= BEAT_MS) {
        beat = start;
        // Whoever does not read any more is noticed by the end of the other pipe.
        send({ type: "beat", scans: count }).catch(() => undefined);
      }
      await sleep(Math.max(1, intervalMs - (performance.now() - start)));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await send({ type: "failed", reason }).catch(() => undefined);
    for (let waited = 0; !bridge.ended && waited < STOPPING_MS; waited += 50) await sleep(50);
    if (!bridge.ended) killTree(options);
  }
  // The bridge died: what it started must not live on unwatched.
  if (bridge.ended && !bridge.inOrder) killTree(options);
}

/**
 * Serves until the bridge ends. Everything is said over the pipes; an unreadable request ends it.
 *
 * @example
 * ```ts ignore
 * await serveWatchdog(Deno.stdin.readable, Deno.stdout.writable);
 * ```
 */
export async function serveWatchdog(
  readable: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const { send, close } = createSender<FromWatchdog>(writable);
  const bridge: Bridge = { listeners: [], ended: false, inOrder: false };
  const started = Promise.withResolvers<WatchdogInit | undefined>();
  const abort = new AbortController();
  const reading = (async () => {
    try {
      const input = readable.pipeThrough(new TransformStream(), { signal: abort.signal });
      for await (const message of readMessages(input)) {
        // Our own bridge speaks, and what it may say loosens nothing but its listener.
        const request = message as ToWatchdog;
        if (request.type === "init") started.resolve(request.init);
        else if (request.type === "listening" && bridge.listeners.length === 0) {
          bridge.listeners.push({ address: Uint8Array.from(request.address), port: request.port });
          await send({ type: "listening" });
        } else if (request.type === "bye") bridge.inOrder = true;
      }
    } catch {
      // Unreadable, or cancelled below: the bridge is no more, or is not ours.
    }
    bridge.ended = true;
    started.resolve(undefined);
  })();
  const init = await started.promise;
  try {
    if (init !== undefined) await watchOver(init, bridge, send);
  } catch (error) {
    const reason = error instanceof PhysiclawError ? error.describe() : String(error);
    await send({ type: "failed", reason }).catch(() => undefined);
  }
  abort.abort();
  await reading;
  await close();
}
