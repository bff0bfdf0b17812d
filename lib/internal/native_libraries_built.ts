/**
 * Stands in for `native_libraries.ts` in a built file: beside the chunk that holds this lie the other chunks; one directory
 * up, the native parts.
 *
 * @module
 */

/** See `native_libraries.ts`. */
export const nativeLibraries = (): readonly string[] =>
  ["lancedb.node", "onnxruntime_binding.node"].map((name) =>
    decodeURIComponent(new URL(`../native/${name}`, import.meta.url).pathname)
  );
