/**
 * A first-come queue with a bound: so many at once, so many waiting, the rest is told to come back.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/** What {@link createQueue} returns. */
export interface Queue {
  /** Waits for a place and runs the task. Throws `busy` at once when the queue is full. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Throws `busy` when no further task would be taken. */
  assertRoom(): void;
  readonly running: number;
  readonly queued: number;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

/**
 * A queue that runs `concurrency` tasks at once and lets `limit` more wait.
 *
 * @example
 * ```ts
 * import { createQueue } from "./queue.ts";
 * const queue = createQueue({ concurrency: 1, limit: 0 });
 * console.assert(await queue.run(() => Promise.resolve(7)) === 7);
 * ```
 */
export function createQueue(options: { concurrency: number; limit: number }): Queue {
  let running = 0;
  const waiting: (() => void)[] = [];
  let idle: PromiseWithResolvers<void> | undefined;
  const assertRoom = (): void => {
    if (running < options.concurrency || waiting.length < options.limit) return;
    throw new PhysiclawError("busy", `Cannot take the goal: ${running} run and ${waiting.length} wait`, {
      hint: "try again later, or raise limits.queue",
    });
  };
  const leave = (): void => {
    // The place goes straight to the next in line, so that nobody can slip in between.
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    running--;
    if (running === 0) {
      idle?.resolve();
      idle = undefined;
    }
  };
  return {
    assertRoom,
    run: async (task) => {
      assertRoom();
      if (running < options.concurrency) running++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        leave();
      }
    },
    get running() {
      return running;
    },
    get queued() {
      return waiting.length;
    },
    idle: () => {
      if (running === 0 && waiting.length === 0) return Promise.resolve();
      idle ??= Promise.withResolvers<void>();
      return idle.promise;
    },
  };
}
