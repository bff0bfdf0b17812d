/**
 * Memory's thread: so that neither a search nor an ingestion makes a goal wait.
 *
 * @module
 */
import { uuidv7 } from "uuidv7";
import { PhysiclawError } from "../internal/errors.ts";
import { toPortable } from "../internal/portable_error.ts";
import type { HostMemory } from "./interface.ts";
import { createMemory } from "./memory.ts";
import { withBuiltIn } from "./models/built_in.ts";
import { createModelStore } from "./models/store.ts";
import type { OpenRequest, Reply, Request } from "./remote_protocol.ts";
import { createScrubber } from "./scrub.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(reply: Reply): void;
};

/** Lines of one message of an export. */
const EXPORT_LINES = 256;

let memory: HostMemory | undefined;
const running = new Map<number, AbortController>();
const exports = new Map<number, AsyncIterator<string>>();

const open = ({ stateDir, modelsDir, builtInModels, uid, keepMs }: OpenRequest): HostMemory =>
  createMemory({
    stateDir,
    models: withBuiltIn(
      createModelStore({ directory: modelsDir, uid, now: () => new Date() }),
      builtInModels,
    ),
    scrubber: createScrubber(),
    now: Date.now,
    newId: uuidv7,
    keepMs,
    trim: () => Promise.resolve(scope.postMessage({ freed: true })),
  });

const opened = (): HostMemory => {
  if (memory === undefined) throw new PhysiclawError("not_ready", "Memory is not open");
  return memory;
};

async function call(request: Extract<Request, { readonly call: string }>): Promise<unknown> {
  const { id, call: method, args, options } = request;
  if (options === undefined) {
    // The methods' types are the client's: it makes the arguments.
    return await (opened()[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
  }
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const full = {
      ...options,
      signal: controller.signal,
      onProgress: (...progress: readonly unknown[]) => scope.postMessage({ id, progress }),
    };
    return await (opened()[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args, full);
  } finally {
    running.delete(id);
  }
}

/** Up to {@link EXPORT_LINES} more lines; an empty list is the end. */
async function lines(id: number): Promise<readonly string[]> {
  let iterator = exports.get(id);
  if (iterator === undefined) exports.set(id, iterator = opened().export()[Symbol.asyncIterator]());
  const found: string[] = [];
  while (found.length < EXPORT_LINES) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    found.push(value);
  }
  if (found.length === 0) exports.delete(id);
  return found;
}

async function perform(request: Extract<Request, { readonly id: number }>): Promise<unknown> {
  if ("open" in request) {
    memory = open(request.open);
    // Opens the facts, so that the file is there for whoever reads it; a damaged one is told, and is no reason to stop.
    return await memory.history("").then(() => undefined, toPortable);
  }
  return "exportOf" in request ? await lines(request.exportOf) : await call(request);
}

scope.onmessage = async ({ data }) => {
  if ("cancel" in data) return running.get(data.cancel)?.abort();
  if ("endExport" in data) {
    await exports.get(data.endExport)?.return?.();
    exports.delete(data.endExport);
    return;
  }
  try {
    scope.postMessage({ id: data.id, value: await perform(data) });
  } catch (error) {
    scope.postMessage({ id: data.id, error: toPortable(error) });
  }
};
