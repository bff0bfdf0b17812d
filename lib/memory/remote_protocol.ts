/**
 * What goes to memory's thread and comes back.
 *
 * @module
 */
import type { PortableError } from "../internal/portable_error.ts";
import type { HostMemory } from "./interface.ts";

/** How the thread opens memory: everything that a structured clone can carry. */
export interface OpenRequest {
  readonly stateDir: string;
  readonly modelsDir: string;
  /** Models that came with the program. */
  readonly builtInModels?: string;
  readonly uid: number;
  readonly keepMs: number;
}

/** Methods that are a question and an answer. */
export type Method = Exclude<keyof HostMemory, "export">;

/** A request; `id` is its reply's. Signals and callbacks are left out of `args` and told by `cancel` and `progress`. */
export type Request =
  | { readonly id: number; readonly open: OpenRequest }
  | {
    readonly id: number;
    readonly call: Method;
    readonly args: readonly unknown[];
    readonly options?: Readonly<Record<string, unknown>>;
  }
  /** The next lines of an export; the first one begins it. */
  | { readonly id: number; readonly exportOf: number }
  /** Ends an export that is not wanted any more. */
  | { readonly endExport: number }
  | { readonly cancel: number };

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PortableError }
  | { readonly id: number; readonly progress: readonly unknown[] }
  /** A model has left memory: what the allocator keeps of it can go back to the system. */
  | { readonly freed: true };
