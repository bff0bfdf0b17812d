/**
 * A first-come queue with a bound: so many at once, so many waiting, the rest is told to come back.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/** A place in the queue. Exactly one of its two methods is called, once. */
export interface Place {
  /** Waits for its turn and runs the task. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Gives the place back. */
  release(): void;
}

/** What {@link createQueue} returns. */
export interface Queue {
  /** Takes a place, before anything else is done for the task. Throws `busy` at once when none is left. */
  reserve(): Place;
  readonly running: number;
  /** Places that are taken and do not run yet. */
  readonly queued: number;
}

/**
 * A queue that runs `concurrency` tasks at once and lets `limit` more wait.
 *
 * @example
 * ```ts
 * import { createQueue } from "./queue.ts";
 * const queue = createQueue({ concurrency: 1, limit: 0 });
 * console.assert(await queue.reserve().run(() => Promise.resolve(7)) === 7);
 * ```
 */
export function createQueue(options: { concurrency: number; limit: number }): Queue {
  let taken = 0;
  let running = 0;
  const waiting: (() => void)[] = [];
  const turn = async (): Promise<void> => {
    if (running < options.concurrency) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    taken--;
    // The turn goes straight to the next in line, so that nobody can slip in between.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
  return {
    reserve: () => {
      if (taken >= options.concurrency + options.limit) {
        throw new PhysiclawError("busy", `Cannot take the goal: ${running} run and ${taken - running} wait`, {
          hint: "try again later, or raise limits.queue",
        });
      }
      taken++;
      return {
        run: async (task) => {
          await turn();
          try {
            return await task();
          } finally {
            leave();
          }
        },
        release: () => void taken--,
      };
    },
    get running() {
      return running;
    },
    get queued() {
      return taken - running;
    },
  };
}
