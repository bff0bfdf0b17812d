/**
 * What goes to a model's thread and comes back.
 *
 * @module
 */
import type { PortableError } from "../../internal/portable_error.ts";
import type { LocatedModel } from "../models/description.ts";
import type { SpecialTokens } from "./tokenizer.ts";

/** How a thread loads a model. */
export interface LoadOptions {
  /** Threads within one run. */
  readonly threads: number;
  readonly specialTokens: SpecialTokens;
}

/** One thing for a thread to do; answered in the order of sending. `key` names a loaded model. */
export type Task =
  /** Loads the native library, and no model. */
  | { readonly kind: "start" }
  | {
    readonly kind: "load";
    readonly key: string;
    readonly located: LocatedModel;
    readonly options: LoadOptions;
  }
  /** Answers a value for each piece, in their order. */
  | { readonly kind: "run"; readonly key: string; readonly work: readonly Work[] }
  | { readonly kind: "unload"; readonly key: string };

/** Work for a model. */
export type Work =
  /** The text as it stands, prefix included; gives its vector. */
  | { readonly kind: "embed"; readonly text: string }
  /** Gives a score from 0 to 1. */
  | { readonly kind: "score"; readonly query: string; readonly text: string };

/** A task with the number that its reply will have. */
export interface Request {
  readonly id: number;
  readonly task: Task;
}

/** What a piece of work gives: a vector or a score. */
export type Value = Float32Array | number;

/** What comes back; no values for what isn't work. */
export type Reply =
  | { readonly id: number; readonly values: readonly Value[] }
  | { readonly id: number; readonly error: PortableError };
