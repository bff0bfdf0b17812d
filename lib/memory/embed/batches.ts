/**
 * Work that waits for a model, in the order of asking; a query goes before bulk.
 *
 * @module
 */
import type { Value, Work } from "./protocol.ts";

/** What one call asked for. */
export interface Batch {
  readonly work: readonly Work[];
  /** Answered, failed or cancelled: what is still running for it interests nobody. */
  readonly over: boolean;
  /** Values of the work from `from` on. */
  done(from: number, values: readonly Value[]): void;
  fail(error: unknown): void;
}

/** What {@link createBatches} returns. */
export interface Batches {
  /** Pieces of work that no thread has taken. */
  readonly waiting: number;
  has(urgent: boolean): boolean;
  /** Takes the next pieces of a call: one, or several short ones, but no more than one of `shares` equal shares. */
  next(
    urgent: boolean,
    shares: number,
  ): { readonly batch: Batch; readonly from: number; readonly to: number } | undefined;
  /** Values in the order of `work`. Rejects with the signal's reason or with the first failure, and drops the rest. */
  add(work: readonly Work[], urgent: boolean, signal: AbortSignal | undefined): Promise<Value[]>;
  failAll(error: unknown): void;
}

/** Characters that go to a thread in one message: some milliseconds of work, against some tens of microseconds for it. */
const TOGETHER = 2048;

const sizeOf = (work: Work | undefined): number =>
  work === undefined ? 0 : work.text.length + (work.kind === "score" ? work.query.length : 0);

/** An empty queue. */
export function createBatches(): Batches {
  interface Entry extends Batch {
    readonly urgent: boolean;
    taken: number;
  }
  const open = new Set<Entry>();
  const nextOf = (urgent: boolean): Entry | undefined => {
    for (const entry of open) if (entry.urgent === urgent && entry.taken < entry.work.length) return entry;
    return undefined;
  };
  return {
    get waiting() {
      let sum = 0;
      for (const { work, taken } of open) sum += work.length - taken;
      return sum;
    },
    has: (urgent) => nextOf(urgent) !== undefined,
    next: (urgent, shares) => {
      const batch = nextOf(urgent);
      if (batch === undefined) return undefined;
      const from = batch.taken;
      const end = from + Math.ceil((batch.work.length - from) / shares);
      for (let size = 0; batch.taken < end; batch.taken++) {
        size += sizeOf(batch.work[batch.taken]);
        if (size > TOGETHER && batch.taken > from) break;
      }
      return { batch, from, to: batch.taken };
    },
    add: (work, urgent, signal) => {
      if (signal?.aborted === true) return Promise.reject(signal.reason);
      if (work.length === 0) return Promise.resolve([]);
      const { promise, resolve, reject } = Promise.withResolvers<Value[]>();
      const values: Value[] = new Array(work.length);
      let missing = work.length;
      const end = (): void => {
        open.delete(entry);
        signal?.removeEventListener("abort", abort);
      };
      const entry: Entry = {
        work,
        urgent,
        taken: 0,
        get over() {
          return !open.has(entry);
        },
        done: (from, some) => {
          if (!open.has(entry)) return;
          for (const [index, value] of some.entries()) values[from + index] = value;
          missing -= some.length;
          if (missing > 0) return;
          end();
          resolve(values);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const abort = () => entry.fail(signal?.reason);
      signal?.addEventListener("abort", abort);
      open.add(entry);
      return promise;
    },
    failAll: (error) => {
      for (const entry of [...open]) entry.fail(error);
    },
  };
}
