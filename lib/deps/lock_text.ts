/**
 * The lock file that the program was made from. A built file carries its text in the place of this module.
 *
 * @module
 */

/** Text of `deno.lock`. */
export const lockText = (): Promise<string> => Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
