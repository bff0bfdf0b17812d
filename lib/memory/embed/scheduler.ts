/**
 * Which thread runs what: work for several models over a few threads, queries before bulk, one text at a time.
 *
 * @module
 */
import type { LocatedModel } from "../models/description.ts";
import { type Batch, createBatches } from "./batches.ts";
import type { SpecialTokens } from "./tokenizer.ts";
import type { Value, Work } from "./protocol.ts";
import { startThread, type Thread, type ThreadWorker } from "./thread.ts";

/** Calls back once, after a time; returns what cancels it. */
export type After = (ms: number, run: () => void) => () => void;

export interface SchedulerOptions {
  /** How many threads at most, 1 or more. */
  readonly threads: number;
  /** A model that nobody asked for this long leaves memory; milliseconds. */
  readonly idleMs: number;
  readonly specialTokens: SpecialTokens;
  readonly startWorker: () => ThreadWorker;
  readonly after: After;
  /** Called when a model was unloaded. */
  readonly trim: () => Promise<void>;
}

/** A model that work can be given to. It is loaded when there is some. */
export interface Lane {
  /** Values in the order of the work. Rejects with the signal's reason, with what failed first, or after `close`. */
  run(
    work: readonly Work[],
    how: { readonly urgent: boolean; readonly signal?: AbortSignal },
  ): Promise<Value[]>;
  close(): Promise<void>;
}

export interface Scheduler {
  lane(located: LocatedModel): Lane;
  /** Starts all threads and loads the native library in each. */
  start(): Promise<void>;
  close(): void;
}

/** Each thread has one text at hand besides the one that runs, so that it never waits for messages. */
const IN_FLIGHT = 2;
/** Work that must wait before a further thread loads the model too: a single query needs one. */
const WORTH_LOADING = 4;
/** Larger models are loaded once and run on several threads within; smaller ones once a thread, which is faster. */
const SHARED_BYTES = 150e6;

interface Slot {
  thread?: Thread;
  busy: number;
}

interface Model {
  readonly key: string;
  readonly located: LocatedModel;
  /** Where it is loaded, or being loaded. */
  readonly loads: Map<Slot, Promise<unknown>>;
  readonly batches: ReturnType<typeof createBatches>;
  running: number;
  cancelIdle: () => void;
}

/** A scheduler; no thread is started before there is work. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { threads, idleMs, specialTokens, startWorker, after, trim } = options;
  const slots = Array.from({ length: threads }, (): Slot => ({ busy: 0 }));
  const models = new Map<string, Model>();
  let count = 0;
  let closed = false;

  const threadOf = (slot: Slot): Thread =>
    slot.thread ??= startThread(startWorker(), () => {
      // What it held is gone; the next work starts another.
      delete slot.thread;
      for (const model of models.values()) model.loads.delete(slot);
    });

  const isLarge = ({ located }: Model): boolean => located.files.model.bytes > SHARED_BYTES;

  function load(model: Model, slot: Slot): void {
    const loading = threadOf(slot).send({
      kind: "load",
      key: model.key,
      located: model.located,
      options: { threads: isLarge(model) ? threads : 1, specialTokens },
    });
    model.loads.set(slot, loading);
    loading.catch((error) => {
      if (model.loads.get(slot) === loading) model.loads.delete(slot);
      // Another try would fail alike.
      model.batches.failAll(error);
    });
  }

  /** The thread that the model's next work goes to; `undefined`: it must wait. */
  function slotFor(model: Model): Slot | undefined {
    const free = (slot: Slot) => slot.busy < IN_FLIGHT;
    const least = (some: readonly Slot[]) => some.toSorted((a, b) => a.busy - b.busy)[0];
    const loaded = [...model.loads.keys()];
    const idle = loaded.find(({ busy }) => busy === 0);
    if (idle !== undefined) return idle;
    const most = isLarge(model) ? 1 : threads;
    if (loaded.length === 0 || (loaded.length < most && model.batches.waiting >= WORTH_LOADING)) {
      const next = least(slots.filter((slot) => free(slot) && !model.loads.has(slot)));
      if (next !== undefined) {
        load(model, next);
        return next;
      }
    }
    return least(loaded.filter(free));
  }

  async function perform(
    model: Model,
    slot: Slot,
    { batch, from, to }: { readonly batch: Batch; readonly from: number; readonly to: number },
  ): Promise<void> {
    slot.busy += 1;
    model.running += 1;
    try {
      await model.loads.get(slot);
      if (batch.over) return;
      const work = batch.work.slice(from, to);
      batch.done(from, await threadOf(slot).send({ kind: "run", key: model.key, work }));
    } catch (error) {
      batch.fail(error);
    } finally {
      slot.busy -= 1;
      model.running -= 1;
      dispatch();
      settle(model);
    }
  }

  /** Hands out work until every thread has enough or nothing waits. */
  function dispatch(): void {
    if (closed) return;
    for (const urgent of [true, false]) {
      for (const model of models.values()) {
        while (model.batches.has(urgent)) {
          const slot = slotFor(model);
          if (slot === undefined) break;
          const next = model.batches.next(urgent, threads * IN_FLIGHT);
          if (next !== undefined) void perform(model, slot, next);
        }
      }
    }
  }

  /** A model without work leaves memory after a while. */
  function settle(model: Model): void {
    if (model.running > 0 || model.batches.waiting > 0 || model.loads.size === 0) return;
    model.cancelIdle();
    model.cancelIdle = after(idleMs, () => void unload(model).catch(() => undefined));
  }

  async function unload(model: Model): Promise<void> {
    model.cancelIdle();
    const loaded = [...model.loads.keys()];
    model.loads.clear();
    await Promise.all(loaded.map((slot) => slot.thread?.send({ kind: "unload", key: model.key })));
    if (loaded.length > 0) await trim();
  }

  return {
    lane: (located) => {
      const model: Model = {
        key: `${located.model.id} ${++count}`,
        located,
        loads: new Map(),
        batches: createBatches(),
        running: 0,
        cancelIdle: () => undefined,
      };
      models.set(model.key, model);
      return {
        run: (work, { urgent, signal }) => {
          if (closed || !models.has(model.key)) {
            return Promise.reject(new Error(`The model ${located.model.id} is closed`));
          }
          model.cancelIdle();
          const values = model.batches.add(work, urgent, signal);
          dispatch();
          return values.finally(() => settle(model));
        },
        close: async () => {
          models.delete(model.key);
          model.batches.failAll(new Error(`The model ${located.model.id} is closed`));
          await unload(model);
        },
      };
    },
    start: async () => {
      await Promise.all(slots.map((slot) => threadOf(slot).send({ kind: "start" })));
    },
    close: () => {
      closed = true;
      for (const model of models.values()) {
        model.cancelIdle();
        model.batches.failAll(new Error(`The model ${model.located.model.id} is closed`));
      }
      models.clear();
      for (const slot of slots) slot.thread?.end();
    },
  };
}
