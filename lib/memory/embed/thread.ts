/**
 * A model's thread as its owner sees it: tasks become promises.
 *
 * @module
 */
import { fromPortable } from "../../internal/portable_error.ts";
import type { Reply, Request, Task, Value } from "./protocol.ts";

/** What {@link startThread} returns. */
export interface Thread {
  /** Sends a task. Rejects with what went wrong in it, or when the thread ends before. */
  send(task: Task): Promise<readonly Value[]>;
  /** Ends the thread at once, and all that it holds. */
  end(): void;
}

/** The part of `Worker` that is used. */
export type ThreadWorker = Pick<Worker, "onmessage" | "onerror" | "terminate"> & {
  postMessage(request: Request): void;
};

/**
 * Wraps a worker of `model_worker.ts`; `ended` is called when it died by itself.
 */
export function startThread(worker: ThreadWorker, ended: (error: Error) => void): Thread {
  let count = 0;
  const waiting = new Map<number, PromiseWithResolvers<readonly Value[]>>();
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("values" in data) asked?.resolve(data.values);
    else asked?.reject(fromPortable(data.error, "A model's thread"));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const error = new Error(`A model's thread ended: ${event.message}`);
    fail(error);
    ended(error);
  };
  return {
    send: (task) => {
      const id = ++count;
      const asked = Promise.withResolvers<readonly Value[]>();
      waiting.set(id, asked);
      worker.postMessage({ id, task });
      return asked.promise;
    },
    end: () => {
      worker.terminate();
      fail(new Error("The model's thread was closed"));
    },
  };
}
