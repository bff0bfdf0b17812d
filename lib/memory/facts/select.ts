/**
 * Which facts a filter means.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { type Audience, AUDIENCES, type Origin } from "../types.ts";
import { lookupKey } from "./envelope.ts";
import { FACT_COLUMNS, factOf, inMask, isIn, maskFor } from "./rows.ts";
import { nameKey } from "./words.ts";
import { nameLookup } from "./write.ts";

/** Facts that match every field that is given. */
export interface FactFilter {
  readonly id?: string;
  /** Exactly this source. */
  readonly source?: string;
  readonly origin?: Origin;
  readonly audience?: Audience;
  /** Compared without case, articles and punctuation. */
  readonly name?: string;
}

/** The rows of facts that a filter means; none for a filter without fields. */
export function selectRows(database: DatabaseSync, filter: FactFilter): readonly number[] {
  const { id, source, origin, audience, name } = filter;
  const mask = maskFor(
    audience === undefined ? AUDIENCES : [audience],
    origin === undefined ? undefined : [origin],
  );
  const find = (where: string, key: string | number | null): readonly number[] =>
    database.prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE ${where} = ? ORDER BY row`).all(key)
      .filter((row) => isIn(Number(row["row"]), mask))
      .filter((row) => {
        const fact = factOf(row);
        return (id === undefined || fact.id === id) && (source === undefined || fact.source === source) &&
          (name === undefined || nameKey(fact.name) === nameKey(name));
      }).map((row) => Number(row["row"]));
  if (id !== undefined) return find("id", id);
  if (name !== undefined) return find("name_key", nameLookup(name));
  if (source !== undefined) return find("source_key", lookupKey(source));
  if (origin === undefined && audience === undefined) return [];
  return database.prepare(`SELECT row FROM facts WHERE ${inMask("row", "?1")}`).all(mask).map(({ row }) =>
    Number(row)
  );
}
