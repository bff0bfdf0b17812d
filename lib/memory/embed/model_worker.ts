/**
 * A thread for models: tasks in, vectors and scores out, one after the other.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";
import { toPortable } from "../../internal/portable_error.ts";
import type { Reply, Request, Task, Value, Work } from "./protocol.ts";
import { type ModelSession, type Onnxruntime, openSession } from "./session.ts";
import type { TextTokenizer } from "./tokenizer.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
};

let native: Promise<Onnxruntime> | undefined;

const library = (): Promise<Onnxruntime> =>
  native ??= import("../native/onnxruntime.ts").catch((cause) => {
    native = undefined;
    throw new PhysiclawError(
      "config",
      `Cannot load onnxruntime: ${messageOf(cause)}`,
      {
        hint: "without it documents are found by their words alone",
        cause,
      },
    );
  });

const sessions = new Map<string, ModelSession>();
const tokenizers = new Map<string, TextTokenizer>();

async function unload(key: string): Promise<void> {
  const session = sessions.get(key);
  sessions.delete(key);
  await session?.release();
}

async function run(key: string, work: readonly Work[]): Promise<readonly Value[]> {
  const session = sessions.get(key);
  if (session === undefined) throw new Error(`${key} is not loaded`);
  const values: Value[] = [];
  for (const one of work) {
    values.push(
      one.kind === "embed" ? await session.embed(one.text) : await session.score(one.query, one.text),
    );
  }
  return values;
}

async function perform(task: Task): Promise<readonly Value[]> {
  switch (task.kind) {
    case "start":
      await library();
      return [];
    case "load":
      sessions.set(task.key, await openSession(task.located, task.options, await library(), tokenizers));
      return [];
    case "run":
      return await run(task.key, task.work);
    case "unload":
      await unload(task.key);
      return [];
  }
}

let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { id, task } }) => {
  last = last.then(async () => {
    try {
      const values = await perform(task);
      // A vector's buffer is its own: it moves instead of being copied.
      const moved = values.flatMap((value) =>
        value instanceof Float32Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : []
      );
      scope.postMessage({ id, values }, moved);
    } catch (error) {
      scope.postMessage({ id, error: toPortable(error) });
    }
  });
};
