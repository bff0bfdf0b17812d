/**
 * Where the native parts of packages are, for `--allow-ffi`. A built file replaces this module.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/**
 * Paths that may be loaded as libraries, besides the C library. From source, those of the installed packages.
 *
 * @example
 * ```ts
 * import { nativeLibraries } from "./native_libraries.ts";
 * console.assert(nativeLibraries().every((path) => path.startsWith("/")));
 * ```
 */
export const nativeLibraries = (): readonly string[] => [
  fileURLToPath(new URL("../../node_modules", import.meta.url)),
];
