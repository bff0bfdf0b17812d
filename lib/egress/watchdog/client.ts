/**
 * The bridge's end of the watchdog's pipe: starts it, hears whether it lives, and learns when it must end.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { PhysiclawError } from "../../internal/errors.ts";
import { findLibc } from "../../internal/libc.ts";
import { openLibc } from "../libc.ts";
import type { Block } from "./blocks.ts";
import { BEAT_MS, createLines, createSender, type FromWatchdog, type ToWatchdog } from "./protocol.ts";

/** A helper process as the executor starts it: its pipes and its end. */
export interface WatchdogChild {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly status: Promise<unknown>;
  kill(signal: "SIGKILL"): void;
}

/** What a watchdog is started with. */
export interface WatchdogOptions {
  /** Starts this program's hidden command `watchdog` with these arguments and Deno permissions. */
  readonly start: (args: readonly string[], permissions: readonly string[]) => Promise<WatchdogChild>;
  /** The settings `egress.safe` and `egress.interval_ms`. */
  readonly safe: readonly string[];
  readonly intervalMs: number;
  /** The watchdog's file of blocks; taken over by the next start. */
  readonly blocks: string;
  /** Told of every step that was killed. */
  readonly onBlock: (block: Block) => void;
  /** How long it may be silent; default 2 s. */
  readonly silenceMs?: number;
}

/** A watchdog that watches. */
export interface Watchdog {
  /** How it stands, for `/health`: `held`, or `held: …` with what it can't do. */
  readonly layer: string;
  /** Looks so far, as of its last sign of life. */
  readonly scans: number;
  /**
   * Resolves when the bridge has to end: kind `egress` after a violation, `internal` when the watchdog is gone, stalls or
   * can't see any more. Never rejects, and stays pending while all is well.
   */
  readonly lost: Promise<PhysiclawError>;
  /** Clients that connect to this address (a literal; 0.0.0.0 and :: mean any) and port are no violations once this resolves. One listener. */
  listening(address: string, port: number): Promise<void>;
  close(): Promise<void>;
}

/** From linux/prctl.h. */
const PR_SET_CHILD_SUBREAPER = 36;
const SILENCE_MS = 2_000;
/** The other way a sign of life a second is enough: it decides nothing. */
const TICKS_A_BEAT = 4;
/** Our own event loop may have stood still: what waits in the pipe is heard before anyone is judged. */
const SECOND_LOOK_MS = 500;

const lostError = (why: string): PhysiclawError =>
  new PhysiclawError("internal", `Cannot go on: the watchdog ${why}`, { hint: "restart physiclaw serve" });

const violationError = ({ socket, process, pid }: Block): PhysiclawError =>
  new PhysiclawError("egress", `Stopped: process ${pid} (${process}) opened ${socket}`, {
    hint: "the next start has it in the audit log; see physiclaw audit tail",
  });

/**
 * Starts the watchdog and waits until it has proved that it sees. Makes this process the one that its orphaned
 * descendants fall to, so that none leaves the tree. Throws {@link PhysiclawError} of kind `config` when the bridge
 * can't be watched: it must not start then.
 *
 * @example
 * ```ts ignore
 * const watchdog = await startWatchdog(options);
 * watchdog.lost.then((error) => stop(error));
 * ```
 */
export async function startWatchdog(options: WatchdogOptions): Promise<Watchdog> {
  const libc = await findLibc();
  if (libc === undefined) {
    throw new PhysiclawError("config", "Cannot watch egress: the C library was not found");
  }
  {
    using library = openLibc(libc);
    const result = library.prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (result !== 0) {
      throw new PhysiclawError("config", `Cannot watch egress: prctl is refused (errno ${-result})`);
    }
  }
  const child = await options.start([libc], [`--allow-ffi=${libc}`]);
  const { send, close } = createSender<ToWatchdog>(child.stdin);
  const ready = Promise.withResolvers<readonly string[]>();
  const lost = Promise.withResolvers<PhysiclawError>();
  const known = Promise.withResolvers<void>();
  let heard = performance.now();
  let scans = 0;
  let closing = false;
  const end = (error: PhysiclawError): void => {
    ready.reject(error);
    known.resolve();
    if (!closing) lost.resolve(error);
  };
  const take = (message: FromWatchdog): void => {
    heard = performance.now();
    if (message.type === "ready") ready.resolve(message.sources);
    else if (message.type === "beat") scans = message.scans;
    else if (message.type === "listening") known.resolve();
    else if (message.type === "block") options.onBlock(message.block);
    else if (message.type === "exit") end(violationError(message.block));
    else if (message.type === "failed") {
      ready.reject(new PhysiclawError("config", message.reason));
      end(lostError(`does not see any more: ${message.reason}`));
    }
  };
  const lines = createLines();
  const reading = (async () => {
    try {
      // Our own child speaks.
      for await (const bytes of child.stdout) {
        for (const message of lines(bytes)) take(message as FromWatchdog);
      }
      end(lostError("ended"));
    } catch {
      end(lostError("sent something unreadable"));
    }
  })();
  const tell = (message: ToWatchdog): void => {
    // An end that takes nothing any more has ended: the other pipe tells.
    send(message).catch(() => undefined);
  };

  tell({
    type: "init",
    init: { pid: Deno.pid, safe: options.safe, intervalMs: options.intervalMs, blocks: options.blocks },
  });
  let sources: readonly string[];
  try {
    sources = await ready.promise;
  } catch (error) {
    closing = true;
    await close();
    await Promise.all([child.status, reading]);
    throw error;
  }

  const silence = options.silenceMs ?? SILENCE_MS;
  let doubted: number | undefined;
  let ticks = 0;
  const timer = setInterval(() => {
    if (ticks++ % TICKS_A_BEAT === 0) tell({ type: "beat" });
    const now = performance.now();
    if (now - heard < silence) doubted = undefined;
    else if (doubted === undefined) doubted = now;
    else if (now - doubted >= SECOND_LOOK_MS) {
      clearInterval(timer);
      end(lostError(`is silent for ${Math.round(now - heard)} ms`));
      child.kill("SIGKILL");
    }
  }, BEAT_MS);

  return {
    layer: sources.includes("sock_diag")
      ? "held"
      : "held: by /proc/net alone, five times a second (the kernel refuses NETLINK_SOCK_DIAG)",
    get scans() {
      return scans;
    },
    lost: lost.promise,
    listening(address, port) {
      tell({ type: "listening", address: ipaddr.parse(address).toByteArray(), port });
      return known.promise;
    },
    async close() {
      if (closing) return;
      closing = true;
      clearInterval(timer);
      tell({ type: "bye" });
      await close();
      await Promise.all([child.status, reading]);
    },
  };
}
