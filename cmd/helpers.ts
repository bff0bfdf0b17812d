/**
 * Helper processes that are started by a first word of the program's own command line.
 *
 * @module
 */

/** A helper: its words, permission flags first, then `--`, then its own; resolves to the exit code. */
export type Helper = (words: readonly string[]) => Promise<number>;

/** None: the runtime can be told which module to run. A compiled file can't, and replaces this module. */
export const HELPERS: Readonly<Record<string, Helper>> = {};
