/**
 * Embedders and rerankers over the threads of this process.
 *
 * @module
 */
import type { EmbedderModel, LocatedModel, RerankerModel } from "../models/description.ts";
import type { Embedder, Reranker } from "../types.ts";
import { type After, createScheduler } from "./scheduler.ts";
import type { SpecialTokens } from "./tokenizer.ts";
import type { ThreadWorker } from "./thread.ts";

/** Options of {@link createInference}. */
export interface InferenceOptions {
  /** Threads at most; one a core, but not more than 4, where it isn't given. */
  readonly threads?: number;
  /** A model that nobody asked for this long leaves memory; 5 minutes where it isn't given. */
  readonly idleMs?: number;
  /** `as-text` where it isn't given; `as-tokens` compares with libraries that read them. */
  readonly specialTokens?: SpecialTokens;
  /** Called when a model has left memory: gives to the system what the allocator keeps, which is most of it (`trimMemory` of libc). */
  readonly trim?: () => Promise<void>;
  /** For tests. */
  readonly startWorker?: () => ThreadWorker;
  readonly after?: After;
}

/** What {@link createInference} returns. */
export interface Inference {
  /** An embedder; the model is loaded at its first text. */
  embedder(located: LocatedModel<EmbedderModel>): Embedder;
  /** A reranker; the model is loaded at its first text. */
  reranker(located: LocatedModel<RerankerModel>): Reranker;
  /**
   * Starts every thread and loads the native library in each, but no model. To be called before the permission `ffi` is
   * given up: permissions are the process's, so no thread can load it later. Threads that run keep what they loaded.
   */
  start(): Promise<void>;
  /** Ends all threads at once; what is open rejects. */
  close(): Promise<void>;
}

const MOST_THREADS = 4;
const IDLE_MS = 5 * 60_000;

const later: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  // Waiting for it keeps no program alive.
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
};

/**
 * Models run in threads of their own, since a run blocks the thread that it is called on. Nothing is started before the
 * first text, or `start`. Texts are run one at a time without padding; several threads work side by side, so that a vector
 * is the same whatever is asked at the same time. Queries and reranking go before passages. Texts that are longer than a
 * model's limit are cut.
 *
 * Calls reject with the signal's reason when it aborts (what runs ends in the background: one text a thread), and with a
 * PhysiclawError of kind `config`, naming the fix, when a model's file is missing or damaged.
 *
 * @example
 * ```ts ignore
 * const inference = createInference();
 * const embedder = inference.embedder(located);
 * const [vector] = await embedder.embed(["why do the pods restart?"], "query");
 * await inference.close();
 * ```
 */
export function createInference(options: InferenceOptions = {}): Inference {
  const {
    threads = Math.max(1, Math.min(navigator.hardwareConcurrency, MOST_THREADS)),
    idleMs = IDLE_MS,
    specialTokens = "as-text",
    startWorker = () => new Worker(new URL("./model_worker.ts", import.meta.url), { type: "module" }),
    after = later,
    trim = () => Promise.resolve(),
  } = options;
  const scheduler = createScheduler({ threads, idleMs, specialTokens, startWorker, after, trim });
  const withSignal = (signal: AbortSignal | undefined) => signal === undefined ? {} : { signal };
  return {
    embedder: (located) => {
      const { id, dimensions, queryPrefix, passagePrefix } = located.model;
      const lane = scheduler.lane(located);
      return {
        model: id,
        dimensions,
        embed: async (texts, kind, signal) => {
          const prefix = kind === "query" ? queryPrefix : passagePrefix;
          const values = await lane.run(
            texts.map((text) => ({ kind: "embed", text: `${prefix}${text}` })),
            { urgent: kind === "query", ...withSignal(signal) },
          );
          return values.map((value) => {
            if (!(value instanceof Float32Array)) throw new TypeError(`${id} gave no vector`);
            return value;
          });
        },
        close: () => lane.close(),
      };
    },
    reranker: (located) => {
      const { id } = located.model;
      const lane = scheduler.lane(located);
      return {
        model: id,
        score: async (query, texts, signal) => {
          const values = await lane.run(
            texts.map((text) => ({ kind: "score", query, text })),
            { urgent: true, ...withSignal(signal) },
          );
          return values.map((value) => {
            if (typeof value !== "number") throw new TypeError(`${id} gave no score`);
            return value;
          });
        },
        close: () => lane.close(),
      };
    },
    start: () => scheduler.start(),
    close: () => Promise.resolve(scheduler.close()),
  };
}
