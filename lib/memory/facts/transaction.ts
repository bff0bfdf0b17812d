/**
 * One writer at a time, in transactions that give way to the event loop, and patience with other programs' locks.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { explain, isBusy } from "./faults.ts";

const PATIENCE_MS = 5000;
const RETRY_MS = 20;

/** Rows that are written before others get their turn: a few milliseconds of work. */
export const SLICE = 128;

/** Lets timers and input in. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What {@link createTransactions} returns. */
export interface Transactions {
  /**
   * Runs `work` in a transaction, after those before it have ended. It may give way in between; nobody else writes
   * meanwhile. On an error nothing of it is written. `doing` is what an error says that failed.
   */
  run<T>(doing: string, work: () => T | Promise<T>): Promise<T>;
  /** Repeats `attempt` while another program holds a lock, without holding up the event loop. */
  patiently<T>(attempt: () => T): Promise<T>;
  /** Runs `work` alone, outside a transaction. */
  alone<T>(doing: string, work: () => T | Promise<T>): Promise<T>;
  /** Resolves when all that was asked for has ended. */
  idle(): Promise<void>;
}

/** Transactions on one connection; `path` is for errors. */
export function createTransactions(
  database: DatabaseSync,
  path: string,
  patienceMs = PATIENCE_MS,
): Transactions {
  const patiently = async <T>(attempt: () => T): Promise<T> => {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(doing: string, work: () => T | Promise<T>): Promise<T> => {
    const mine = last.then(async () => {
      try {
        return await work();
      } catch (error) {
        throw explain(error, doing, path);
      }
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    patiently,
    alone,
    run: (doing, work) =>
      alone(doing, async () => {
        await patiently(() => database.exec("BEGIN IMMEDIATE"));
        try {
          const result = await work();
          await patiently(() => database.exec("COMMIT"));
          return result;
        } catch (error) {
          // A full disk ends the transaction by itself.
          if (database.isTransaction) database.exec("ROLLBACK");
          throw error;
        }
      }),
    idle: async () => {
      await last;
    },
  };
}
