/**
 * Memory in a thread of its own, seen from the one that asks.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { fromPortable, type PortableError } from "../internal/portable_error.ts";
import type { HostMemory } from "./interface.ts";
import type { Method, OpenRequest, Reply, Request } from "./remote_protocol.ts";

/** The part of `Worker` that is used. */
type MemoryWorker = Pick<Worker, "onmessage" | "onerror" | "terminate"> & {
  postMessage(request: Request): void;
};

/** Options of the methods that take longer: told by messages of their own. */
interface Lasting {
  readonly signal?: AbortSignal;
  // Each method has its own kind of progress.
  // deno-lint-ignore no-explicit-any
  readonly onProgress?: (...progress: any[]) => void;
}

/** What {@link openRemoteMemory} returns. */
export interface RemoteMemory extends HostMemory {
  /** Why facts can't be used; `undefined` when they can. */
  readonly factsFailed: Error | undefined;
}

/**
 * Opens memory in `worker` (of `memory_worker.ts`); `onFreed` is called when a model has left memory. Everything is as {@link HostMemory} says; errors keep their kind, message and
 * hint.
 *
 * @example
 * ```ts ignore
 * const worker = new Worker(new URL("./memory_worker.ts", import.meta.url), { type: "module" });
 * const memory = await openRemoteMemory(worker, { stateDir, modelsDir, uid: 1000, keepMs: 86_400_000 });
 * ```
 */
export async function openRemoteMemory(
  worker: MemoryWorker,
  options: OpenRequest,
  onFreed: () => void = () => undefined,
): Promise<RemoteMemory> {
  let count = 0;
  let ended: Error | undefined;
  const waiting = new Map<number, PromiseWithResolvers<unknown> & { progress?: Lasting["onProgress"] }>();
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    if ("freed" in data) return onFreed();
    const asked = waiting.get(data.id);
    if ("progress" in data) return asked?.progress?.(...data.progress);
    waiting.delete(data.id);
    if ("value" in data) asked?.resolve(data.value);
    else asked?.reject(fromPortable(data.error, "Memory"));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ended = new PhysiclawError("not_ready", `Memory's thread ended: ${event.message}`, {
      hint: "start the bridge again; physiclaw memory repair looks at every byte",
    });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };

  function ask(request: (id: number) => Request, lasting: Lasting = {}): Promise<unknown> {
    if (ended !== undefined) return Promise.reject(ended);
    const id = ++count;
    const asked = Promise.withResolvers<unknown>();
    waiting.set(id, {
      ...asked,
      ...(lasting.onProgress === undefined ? {} : { progress: lasting.onProgress }),
    });
    worker.postMessage(request(id));
    const { signal } = lasting;
    if (signal === undefined) return asked.promise;
    const cancel = (): void => worker.postMessage({ cancel: id });
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
    return asked.promise.finally(() => signal.removeEventListener("abort", cancel));
  }

  const call = (method: Method, ...args: readonly unknown[]) => ask((id) => ({ id, call: method, args }));
  const lasting = (method: Method, args: readonly unknown[], { signal, onProgress, ...options }: Lasting) =>
    ask((id) => ({ id, call: method, args, options }), {
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });

  const failed = await ask((id) => ({ id, open: options })) as PortableError | undefined;
  // The thread's methods are those of the interface: what comes back is of their types.
  return {
    factsFailed: failed === undefined ? undefined : fromPortable(failed, "Memory"),
    add: (facts, addOptions = {}) => lasting("add", [facts], addOptions) as ReturnType<HostMemory["add"]>,
    restore: (lines) => call("restore", lines) as ReturnType<HostMemory["restore"]>,
    update: (id, change) => call("update", id, change) as ReturnType<HostMemory["update"]>,
    forget: (filter) => call("forget", filter) as ReturnType<HostMemory["forget"]>,
    history: (id) => call("history", id) as ReturnType<HostMemory["history"]>,
    search: (query, scope) => call("search", query, scope) as ReturnType<HostMemory["search"]>,
    status: () => call("status") as ReturnType<HostMemory["status"]>,
    ingest: (paths, ingest) => lasting("ingest", [paths], ingest) as ReturnType<HostMemory["ingest"]>,
    ingestText: (document, ingest) =>
      lasting("ingestText", [document], ingest) as ReturnType<HostMemory["ingestText"]>,
    embed: (model, embed = {}) => lasting("embed", [model], embed) as ReturnType<HostMemory["embed"]>,
    remember: (goal) => call("remember", goal) as ReturnType<HostMemory["remember"]>,
    prune: (before) => call("prune", before) as ReturnType<HostMemory["prune"]>,
    repair: () => call("repair") as ReturnType<HostMemory["repair"]>,
    async *export() {
      const stream = ++count;
      try {
        for (;;) {
          const lines = await ask((id) => ({ id, exportOf: stream })) as readonly string[];
          if (lines.length === 0) return;
          yield* lines;
        }
      } finally {
        worker.postMessage({ endExport: stream });
      }
    },
    close: async () => {
      if (ended === undefined) await call("close");
      ended = new PhysiclawError("not_ready", "Memory is closed");
      worker.terminate();
    },
  };
}
