/**
 * Facts that operators entered, read where plans are made: by the index, in microseconds, and never by way of another thread.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import { createNames, operatorFacts } from "./facts/names.ts";
import { openReader } from "./facts/open.ts";
import type { Fact } from "./types.ts";

/** What {@link openOperatorFacts} returns. */
export interface OperatorFactReader {
  /** Unexpired facts of the operator whose names stand in the text; longer names first, then the newest. */
  namedIn(text: string, persona: Persona): readonly Fact[];
  close(): void;
}

/**
 * Opens the file of facts for reading; whoever writes it has made it before.
 *
 * @example
 * ```ts ignore
 * const reader = openOperatorFacts(`${stateDir}/memory_l2.sqlite3`, Date.now);
 * const facts = reader.namedIn("which pods of the payments cluster restart?", "sre");
 * ```
 */
export function openOperatorFacts(path: string, now: () => number): OperatorFactReader {
  const database = openReader(path);
  const names = createNames(database);
  return {
    namedIn: (text, persona) => operatorFacts(names, [persona], now).namedIn(text),
    close: () => database.close(),
  };
}
