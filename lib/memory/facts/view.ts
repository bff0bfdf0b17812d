/**
 * What one search may see: the rows of its scope that hold facts, read at most once each.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Fact, SearchScope } from "../types.ts";
import { FACT_COLUMNS, factOf, isIn, type Mask, maskOf } from "./rows.ts";

/** What {@link createViews} makes for a search. */
export interface View {
  readonly mask: Mask;
  /** The fact of a row, if the scope lets it be seen. */
  fact(row: number): Fact | undefined;
  /** The first `limit` rows of a list that pass; it is read in ever larger pages, as far as needed. */
  first(
    limit: number,
    page: (limit: number, offset: number) => readonly number[],
    passes?: (fact: Fact) => boolean,
  ): number[];
}

/** Views over one connection. */
export function createViews(database: DatabaseSync, now: () => number): (scope: SearchScope) => View {
  const byRow = database.prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE row = ?`);
  return (scope) => {
    const mask = maskOf(scope.personas, scope.origins);
    const time = now();
    const { since = 0, until = Infinity } = scope;
    const isVisible = ({ updated, expires = Infinity }: Fact): boolean =>
      expires > time && updated >= since && updated <= until;
    const seen = new Map<number, Fact | undefined>();
    const fact = (row: number): Fact | undefined => {
      if (!seen.has(row)) {
        const found = isIn(row, mask) ? byRow.get(row) : undefined;
        const read = found === undefined ? undefined : factOf(found);
        seen.set(row, read !== undefined && isVisible(read) ? read : undefined);
      }
      return seen.get(row);
    };
    return {
      mask,
      fact,
      first: (limit, page, passes = () => true) => {
        const rows: number[] = [];
        for (let size = limit, offset = 0; rows.length < limit; offset += size, size *= 2) {
          const found = page(size, offset);
          for (const row of found) {
            if (rows.length >= limit) break;
            const one = fact(row);
            if (one !== undefined && passes(one)) rows.push(row);
          }
          if (found.length < size) break;
        }
        return rows;
      },
    };
  };
}
