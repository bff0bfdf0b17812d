/**
 * Stands in for `tree.ts` in a compiled file. Its permissions were fixed when nobody knew where it would be unpacked, so all
 * libraries are granted: the thread that loads the native parts is given just these, by path.
 *
 * @module
 */
import { nativeLibraries } from "./tree_built.ts";

export { builtInModels, nativeLibraries } from "./tree_built.ts";

/** See `tree.ts`. Needs `--unstable-worker-options`. */
export const nativeThread = (): Pick<WorkerOptions, "deno"> => ({
  deno: {
    permissions: {
      ffi: [...nativeLibraries()],
      read: "inherit",
      write: "inherit",
      env: "inherit",
      sys: "inherit",
      net: false,
      run: false,
    },
  },
});
