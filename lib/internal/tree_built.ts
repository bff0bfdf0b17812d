/**
 * Stands in for `tree.ts` in a built file: beside the chunk that holds this lie the other chunks; one directory up, all else
 * that was packed.
 *
 * @module
 */

const beside = (path: string): string => decodeURIComponent(new URL(`../${path}`, import.meta.url).pathname);

/** See `tree.ts`. */
export const nativeLibraries = (): readonly string[] =>
  ["lancedb.node", "onnxruntime_binding.node"].map((name) => beside(`native/${name}`));

/** See `tree.ts`. */
export const builtInModels = (): string | undefined => beside("models");

/** See `tree.ts`. */
export const nativeThread = (): Pick<WorkerOptions, "deno"> => ({});
