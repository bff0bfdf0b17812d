/**
 * What lies beside the program: native parts, and models that were built in. A built file replaces this module.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/**
 * Paths that may be loaded as libraries, besides the C library: for `--allow-ffi`. From source, those of the installed
 * packages.
 *
 * @example
 * ```ts
 * import { nativeLibraries } from "./tree.ts";
 * console.assert(nativeLibraries().every((path) => path.startsWith("/")));
 * ```
 */
export const nativeLibraries = (): readonly string[] => [
  fileURLToPath(new URL("../../node_modules", import.meta.url)),
];

/** The directory of models that the build put in; it need not be there. From source there is none. */
export const builtInModels = (): string | undefined => undefined;

/**
 * What a thread that loads native parts is started with besides its module; empty: it shares the program's permissions.
 * Where it has its own, the program itself gives up loading libraries altogether.
 */
export const nativeThread = (): Pick<WorkerOptions, "deno"> => ({});
