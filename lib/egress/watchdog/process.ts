/**
 * The watchdog's own process: it looks from outside, and stops what broke the rule.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";
import { createJudge } from "./address.ts";
import { createProcesses } from "./processes.ts";
import { BEAT_MS, createLines, type FromWatchdog, type ToWatchdog, type WatchdogInit } from "./protocol.ts";
import { setUp } from "./set_up.ts";
import { killTree, stopBridge, type StopOptions, stopSteps } from "./stop.ts";
import { openSystem, type System } from "./system.ts";
import { createWatch, type Listener, type Violation } from "./watch.ts";

/** Raw, ping and packet sockets. */
const SELDOM_MS = 100;
/** A bridge that is silent for so long hangs: said, since a person may wonder, and no violation. */
const HANG_MS = 10_000;
/** Without sock_diag one look costs some 7 ms: more often than this would take too much of a core. */
const SLOW_INTERVAL_MS = 200;
/** The comparison with /proc/net, which costs as much; a walk over the tree; a look into the tools' namespaces. */
const CROSS_MS = 10_000;
const TREE_MS = 250;
const STEP_MS = 500;
/** A stranger's socket could have been handed over to us meanwhile. */
const TRACE_MS = 1_000;
/** How long a bridge may take to stop when it is told that nobody watches. */
const STOPPING_MS = 15_000;

/**
 * linux/prctl.h. Without it the kernel refuses others of the same user this process's memory (`/proc/PID/mem`, ptrace),
 * the bridge's own native code included; not those with CAP_SYS_PTRACE.
 */
const PR_SET_DUMPABLE = 4;

/** What the bridge said so far. */
interface Bridge {
  readonly listeners: Listener[];
  init: WatchdogInit | undefined;
  /** When it was heard last. */
  heard: number;
  /** The pipe ended, or something unreadable came out of it. */
  ended: boolean;
  /** It said so before. */
  inOrder: boolean;
}

/** The pipe to the bridge, without an event loop: that would take as much of a core as the looking itself. */
function openPipe(system: System) {
  const bridge: Bridge = {
    listeners: [],
    init: undefined,
    heard: performance.now(),
    ended: false,
    inOrder: false,
  };
  const send = (message: FromWatchdog): boolean => system.writeOutput(`${JSON.stringify(message)}\n`);
  const lines = createLines();
  const take = (message: ToWatchdog): void => {
    bridge.heard = performance.now();
    if (message.type === "init") bridge.init ??= message.init;
    else if (message.type === "bye") bridge.inOrder = true;
    else if (message.type === "listening" && bridge.listeners.length === 0) {
      bridge.listeners.push({ address: Uint8Array.from(message.address), port: message.port });
      send({ type: "listening" });
    }
  };
  /** Waits for so long at most, and takes what came. */
  const listen = (ms: number): void => {
    if (bridge.ended || !system.wait(ms)) return;
    const bytes = system.readInput();
    try {
      // Our own bridge speaks, and what it may say loosens nothing but its listener.
      for (const message of lines(bytes ?? new Uint8Array())) take(message as ToWatchdog);
    } catch {
      bridge.ended = true;
    }
    bridge.ended ||= bytes === undefined;
  };
  return { bridge, send, listen };
}

type Pipe = ReturnType<typeof openPipe>;

function watchOver(system: System, init: WatchdogInit, { bridge, send, listen }: Pipe): void {
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
    seldomEvery: scans(SELDOM_MS),
    crossEvery: scans(CROSS_MS),
    treeEvery: scans(TREE_MS),
    stepEvery: scans(STEP_MS),
    traceEvery: scans(TRACE_MS),
  });
  const ledger = system.openLedger(init.blocks);
  if (ledger === undefined) {
    throw new PhysiclawError("config", `Cannot watch egress: ${init.blocks} cannot be written`, {
      hint:
        "blocks must survive the bridge: give the state directory to the user that serves, and room on its disk",
    });
  }
  const options: StopOptions = { system, processes, root: init.pid, diag, ledger };
  const stopped = new Set<number>();
  /** True when the bridge was ended. */
  const handle = (violations: readonly Violation[]): boolean => {
    const worst = violations.find(({ scope }) => scope === "bridge");
    if (worst !== undefined) {
      stopBridge(options, worst, (block) => send({ type: "exit", block }));
      return true;
    }
    for (const violation of violations) {
      // The dying still show for a moment.
      if (stopped.has(violation.socket.inode)) continue;
      stopped.add(violation.socket.inode);
      send({ type: "block", block: stopSteps(options, violation) });
    }
    return false;
  };
  let hanging = false;
  const lookAfter = (now: number): void => {
    if (hanging === now - bridge.heard > HANG_MS) return;
    hanging = !hanging;
    const message = hanging ? "The bridge does not react" : "The bridge reacts again";
    system.say(JSON.stringify({ ts: new Date().toISOString(), level: "warning", message }));
  };
  system.hurry();
  send({ type: "ready", sources });
  try {
    let beat = 0;
    let next = performance.now();
    for (let count = 1; !bridge.ended; count++) {
      if (handle(watch.scan())) return;
      const now = performance.now();
      if (now - beat >= BEAT_MS) {
        beat = now;
        send({ type: "beat", scans: count });
        lookAfter(now);
      }
      // Whoever is late begins anew: looks that were missed are not made up for.
      next = Math.max(next + intervalMs, now);
      do listen(Math.max(0, Math.round(next - performance.now()))); while (
        !bridge.ended && next - performance.now() >= 1
      );
    }
  } catch (error) {
    send({ type: "failed", reason: messageOf(error) });
    const until = performance.now() + STOPPING_MS;
    while (!bridge.ended && performance.now() < until) listen(50);
    if (!bridge.ended) killTree(options);
  }
  // The bridge died: what it started must not live on unwatched.
  if (bridge.ended && !bridge.inOrder) killTree(options);
}

/**
 * Serves the pipes on standard input and output until the bridge ends. Everything is said over them; an unreadable
 * request is taken for the bridge's end. Blocks: nothing else runs in this process.
 *
 * @param libc the C library's path
 * @example
 * ```ts ignore
 * serveWatchdog("/lib/x86_64-linux-gnu/libc.so.6");
 * ```
 */
export function serveWatchdog(libc: string): void {
  using system = openSystem(libc);
  const pipe = openPipe(system);
  const hidden = system.prctl(PR_SET_DUMPABLE, 0);
  if (hidden !== 0) {
    const reason = `Cannot watch egress: prctl(PR_SET_DUMPABLE) is refused (errno ${-hidden})`;
    return void pipe.send({ type: "failed", reason });
  }
  while (!pipe.bridge.ended && pipe.bridge.init === undefined) pipe.listen(1_000);
  if (pipe.bridge.init === undefined) return;
  try {
    watchOver(system, pipe.bridge.init, pipe);
  } catch (error) {
    const reason = error instanceof PhysiclawError ? error.describe() : String(error);
    pipe.send({ type: "failed", reason });
  }
}
