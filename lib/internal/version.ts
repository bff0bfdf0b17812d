/**
 * What this program is called.
 *
 * @module
 */

/** The version, as `deno.json` has it; a test compares the two. */
export const VERSION = "0.1.0";
