/**
 * Facts by their names: looked up in an index, never searched for.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Persona } from "../../catalog/types.ts";
import type { Fact } from "../types.ts";
import { lookupKey } from "./envelope.ts";
import { FACT_COLUMNS, factOf, inMask, type Mask, maskOf } from "./rows.ts";
import { nameKey, possibleNames } from "./words.ts";

/** Facts with one name that a look-up reads, newest first. */
export const SAME_NAME = 64;

/** A fact with its row. */
export interface FoundFact {
  readonly row: number;
  readonly fact: Fact;
}

/** What {@link createNames} returns. */
export interface Names {
  /** The names of facts that stand in a text, as {@link nameKey} has them, longest first. */
  standingIn(text: string): readonly string[];
  /** Facts of this name, newest first; at most {@link SAME_NAME}. */
  facts(key: string, mask: Mask): readonly FoundFact[];
}

/** Looks names up over one connection. */
export function createNames(database: DatabaseSync): Names {
  const existing = database.prepare(
    "SELECT value AS key FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM facts WHERE name_key = value)",
  );
  const select = database.prepare(
    `SELECT ${FACT_COLUMNS} FROM facts WHERE name_key = ?1 AND ${
      inMask("row", "?2")
    } ORDER BY row DESC LIMIT ${SAME_NAME}`,
  );
  return {
    standingIn: (text) => {
      const names = possibleNames(text);
      const keys = names.map(lookupKey);
      const found = new Set(existing.all(JSON.stringify(keys)).map(({ key }) => Number(key)));
      return names.filter((_, index) => found.has(keys[index] ?? 0));
    },
    facts: (key, mask) =>
      select.all(lookupKey(key), mask)
        .map((row) => ({ row: Number(row["row"]), fact: factOf(row) }))
        // Two names may share a key.
        .filter(({ fact }) => nameKey(fact.name) === key)
        .toSorted((a, b) => b.fact.updated - a.fact.updated || b.row - a.row),
  };
}

/** What operators entered, by name: the only facts that may fill a planner's slots. */
export interface OperatorFacts {
  /** Unexpired facts of this name (case, articles and punctuation apart), newest first. */
  get(name: string): readonly Fact[];
  /** Unexpired facts whose whole name stands in the text; longer names first, then newest. */
  namedIn(text: string): readonly Fact[];
}

/** The operator facts that these personas may see. Each call reads the index, so what changed counts at once. */
export function operatorFacts(names: Names, personas: readonly Persona[], now: () => number): OperatorFacts {
  const mask = maskOf(personas, ["operator"]);
  const factsOf = (key: string): readonly Fact[] => {
    const time = now();
    return names.facts(key, mask).map(({ fact }) => fact)
      .filter(({ expires }) => expires === undefined || expires > time);
  };
  return {
    get: (name) => factsOf(nameKey(name)),
    namedIn: (text) => names.standingIn(text).flatMap(factsOf),
  };
}
