/**
 * Ends what broke the rule: freeze, write down, kill.
 *
 * @module
 */
import { type Block, blockLine } from "./blocks.ts";
import { destroyRequest } from "./diag.ts";
import type { Process, Processes } from "./processes.ts";
import { describeSocket } from "./socket.ts";
import { type Ledger, SIGCONT, SIGKILL, SIGSTOP, type System } from "./system.ts";
import type { Violation } from "./watch.ts";

/** What ending needs. */
export interface StopOptions {
  readonly system: System;
  readonly processes: Processes;
  readonly root: number;
  readonly diag: number | undefined;
  /** The file of blocks. */
  readonly ledger: Ledger;
}

/** How long the bridge may take to leave by itself, so that its parent sees exit code 75 and no signal. */
const LEAVE_MS = 50;
/** Walks over the tree until nothing new comes up; every process found in one is frozen before the next. */
const ROUNDS = 8;

/** Signals a tree until no process of it is new. */
function signalAll(options: StopOptions, signal: number, whom: (process: Process) => boolean): void {
  const done = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    let fresh = 0;
    for (const process of options.processes.look().values()) {
      const key = `${process.pid}:${process.start}`;
      if (process.dead || done.has(key) || !whom(process)) continue;
      done.add(key);
      fresh++;
      options.system.kill(process.pid, signal);
    }
    if (fresh === 0) return;
  }
}

/** Writes the block down; when the disk refuses, standard error is what is left, and the killing goes on. */
function record({ system, ledger }: StopOptions, { scope, socket, pid }: Violation): Block {
  const name = (system.readText(`/proc/${pid}/comm`) ?? "?").trim();
  const block: Block = {
    block: crypto.randomUUID(),
    at: new Date().toISOString(),
    scope,
    socket: describeSocket(socket),
    pid,
    process: name,
  };
  const durable = ledger.append(blockLine(block));
  const message = durable ? "Egress was blocked" : `Egress was blocked, and ${ledger.path} cannot be written`;
  system.say(JSON.stringify({ ts: block.at, level: "error", message, ...block }));
  return block;
}

const gone = ({ system }: StopOptions, pid: number): boolean => {
  const bytes = system.readBytes(`/proc/${pid}/stat`);
  if (bytes === undefined) return true;
  const text = new TextDecoder("latin1").decode(bytes);
  return /^[ZX]/.test(text.slice(text.lastIndexOf(")") + 2));
};

/**
 * Ends the bridge: SIGSTOP to its whole tree; the connection destroyed where the kernel lets us; the block on the disk;
 * SIGKILL to everything but the bridge, which may leave by itself with exit code 75 and is killed when it doesn't.
 *
 * @param tell asks the bridge to leave
 */
export function stopBridge(
  options: StopOptions,
  violation: Violation,
  tell: (block: Block) => void,
): void {
  const { system, root } = options;
  signalAll(options, SIGSTOP, () => true);
  const request = destroyRequest(violation.socket);
  // Needs CAP_NET_ADMIN: most have not got it, and the killing closes the connection as well. Before the record, since a
  // busy disk takes 100 ms and more, and what waits in the connection's buffer would go on leaving.
  if (options.diag !== undefined && request !== undefined) system.send(options.diag, request);
  const block = record(options, violation);
  signalAll(options, SIGKILL, ({ pid }) => pid !== root);
  // Into the pipe's buffer at most: the bridge is frozen.
  tell(block);
  system.kill(root, SIGCONT);
  const until = performance.now() + LEAVE_MS;
  while (!gone(options, root) && performance.now() < until) system.sleep(1);
  signalAll(options, SIGKILL, () => true);
}

/** Ends the steps that live in a tool's namespace, each with everything below it. The bridge goes on. */
export function stopSteps(options: StopOptions, violation: Violation): Block {
  const below = new Set(violation.tops);
  const belongs = ({ pid, parent }: Process): boolean => {
    if (!below.has(pid) && !below.has(parent)) return false;
    below.add(pid);
    return true;
  };
  signalAll(options, SIGSTOP, belongs);
  const block = record(options, violation);
  signalAll(options, SIGKILL, belongs);
  return block;
}

/** Kills whatever is left of the tree. */
export function killTree(options: StopOptions): void {
  signalAll(options, SIGKILL, () => true);
}
