/**
 * Where the C library is: FFI permissions name its absolute path.
 *
 * @module
 */

/** Where distributions keep it, for the two architectures that Deno runs on. */
export const LIBC_PATHS: readonly string[] = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

/**
 * The C library's path, for `--allow-ffi=` and `Deno.dlopen`; `undefined` on an unusual system. Needs read access.
 *
 * @example
 * ```ts
 * import { findLibc } from "./libc.ts";
 * console.assert((await findLibc())?.endsWith("libc.so.6"));
 * ```
 */
export async function findLibc(): Promise<string | undefined> {
  for (const path of LIBC_PATHS) {
    try {
      await Deno.stat(path);
      return path;
    } catch {
      // The next one.
    }
  }
  return undefined;
}
