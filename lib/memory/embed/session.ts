/**
 * One model in memory: its tokenizer and its onnxruntime session. Runs block the thread that they are called on.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";
import type { LocatedModel } from "../models/description.ts";
import type { InferenceSession, Tensor } from "../native/onnxruntime.ts";
import { loadFiles } from "./load_files.ts";
import { pool } from "./pooling.ts";
import type { LoadOptions } from "./protocol.ts";
import { createTextTokenizer, type SpecialTokens, type TextTokenizer } from "./tokenizer.ts";

/** The native library, once it is loaded. */
export interface Onnxruntime {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
}

/** A loaded model; only the function of its kind works. */
export interface ModelSession {
  embed(text: string): Promise<Float32Array<ArrayBuffer>>;
  score(query: string, text: string): Promise<number>;
  /** Frees what the native library holds. */
  release(): Promise<void>;
}

/** Ids as the models take them, without a BigInt for each: the low halves, since every host here is little-endian. */
function int64(values: readonly number[]): BigInt64Array {
  const wide = new BigInt64Array(values.length);
  const halves = new Int32Array(wide.buffer);
  for (let at = 0; at < values.length; at++) halves[at * 2] = values[at] ?? 0;
  return wide;
}

function parseJson(bytes: Uint8Array, unfit: (why: string, cause: unknown) => Error): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unfit("its tokenizer.json is not JSON", cause);
  }
}

/** The tokenizer of a model: one that is kept, or a new one, which is kept then. */
function tokenizerFor(
  { model, files }: LocatedModel,
  specialTokens: SpecialTokens,
  bytes: Uint8Array,
  kept: Map<string, TextTokenizer>,
  unfit: (why: string, cause: unknown) => Error,
): TextTokenizer {
  const { maxLength, tokenizerFamily: { clsTokenId, sepTokenId } } = model;
  const key = [files.tokenizer.sha256, clsTokenId, sepTokenId, maxLength, specialTokens].join();
  const known = kept.get(key);
  if (known !== undefined) return known;
  const json = parseJson(bytes, unfit);
  const made = createTextTokenizer({ json, clsTokenId, sepTokenId, maxLength, specialTokens });
  kept.set(key, made);
  return made;
}

/**
 * Checks the files and loads them. One text is run at a time, without padding: a quantised model scales its activations by
 * the whole batch, so that a vector would depend on its neighbours. `tokenizers` outlive the session: a thread that waits
 * collects no garbage, so that a new one at each load would only add to the old ones.
 *
 * Throws PhysiclawError of kind `config` for files that are missing, damaged, or of another model than was described.
 */
export async function openSession(
  located: LocatedModel,
  { threads, specialTokens }: LoadOptions,
  { InferenceSession, Tensor }: Onnxruntime,
  tokenizers: Map<string, TextTokenizer>,
): Promise<ModelSession> {
  const { model } = located;
  const files = await loadFiles(located);
  const unfit = (why: string, cause?: unknown) =>
    new PhysiclawError("config", `Cannot use the model ${model.id}: ${why}`, {
      hint: "it is another model than its description says: import the one that is meant",
      cause,
    });
  const tokenizer = tokenizerFor(located, specialTokens, files.tokenizer, tokenizers, unfit);
  const session = await InferenceSession.create(files.model, {
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown; written to stderr as well, it would pass by every log.
    logSeverityLevel: 4,
    // Idle threads that spin take from the tools what they need.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  }).catch((error) => {
    throw unfit(`onnxruntime cannot load it: ${messageOf(error)}`, error);
  }).finally(() => {
    // The session has its own copy. A thread that waits collects no garbage, so this one is freed by hand.
    files.model.buffer.transfer(0);
  });
  const described: readonly string[] = model.inputs;
  if (described.toSorted().join() !== session.inputNames.toSorted().join()) {
    await session.release();
    throw unfit(`it takes ${session.inputNames.join(", ")} instead of ${described.join(", ")}`);
  }
  if (!session.outputNames.includes(model.output)) {
    await session.release();
    throw unfit(`it gives ${session.outputNames.join(", ")} instead of ${model.output}`);
  }

  const ones = new BigInt64Array(model.maxLength).fill(1n);
  const zeros = new BigInt64Array(model.maxLength);

  /** The output's values for one sequence of ids, whose second text begins at `second`; `size`: how many there must be. */
  const run = async (ids: readonly number[], second: number, size: number) => {
    const dims = [1, ids.length];
    const values = {
      input_ids: () => int64(ids),
      attention_mask: () => ones.subarray(0, ids.length),
      token_type_ids: () =>
        second === ids.length ? zeros.subarray(0, second) : new BigInt64Array(ids.length).fill(1n, second),
    };
    const feeds = Object.fromEntries(
      model.inputs.map((name) => [name, new Tensor("int64", values[name](), dims)]),
    );
    const output = (await session.run(feeds, [model.output]))[model.output];
    if (output === undefined || !(output.data instanceof Float32Array) || output.data.length !== size) {
      throw unfit(
        `its ${model.output} is ${output?.type} of ${
          output?.dims.join(" x ")
        }, not float32 of ${size} values`,
      );
    }
    return output.data;
  };

  return {
    embed: async (text) => {
      if (model.kind !== "embedder") throw new TypeError(`${model.id} is no embedder`);
      const ids = tokenizer.single(text);
      const states = await run(ids, ids.length, ids.length * model.dimensions);
      return pool(states, ids.length, model.dimensions, model.pooling);
    },
    score: async (query, text) => {
      if (model.kind !== "reranker") throw new TypeError(`${model.id} is no reranker`);
      const { ids, second } = tokenizer.pair(query, text, model.pairTemplate.startsWith("<s>"));
      const [logit = NaN] = await run(ids, second, 1);
      return 1 / (1 + Math.exp(-logit));
    },
    release: () => session.release(),
  };
}
