/**
 * What one search may see: the rows of its scope that hold facts, read at most once each.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Fact, SearchScope } from "../types.ts";
import { FACT_COLUMNS, factOf, inRanges, rangesOf, type RowRange } from "./rows.ts";

/** What {@link createViews} makes for a search. */
export interface View {
  /** The parts of the scope's ranges that hold rows. */
  readonly ranges: readonly RowRange[];
  /** The fact of a row, if the scope lets it be seen. */
  fact(row: number): Fact | undefined;
  /** The first `limit` rows of a list that pass; it is read in ever larger pages, as far as needed. */
  first(
    limit: number,
    page: (limit: number, offset: number) => readonly number[],
    passes?: (fact: Fact) => boolean,
  ): number[];
}

/** What {@link createViews} returns. */
export interface Views {
  of(scope: SearchScope): View;
  /** Rows were added or removed: where they begin and end must be read again. */
  changed(): void;
}

/** Views over one connection. */
export function createViews(database: DatabaseSync, now: () => number): Views {
  const byRow = database.prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE row = ?`);
  const firstRow = database.prepare("SELECT min(row) AS row FROM facts WHERE row BETWEEN ? AND ?");
  const lastRow = database.prepare("SELECT max(row) AS row FROM facts WHERE row BETWEEN ? AND ?");
  /** By the first row that a range may have: the part of it that holds rows. */
  const filled = new Map<number, RowRange | undefined>();
  const partOf = ({ first, last }: RowRange): RowRange | undefined => {
    if (!filled.has(first)) {
      const end = lastRow.get(first, last)?.["row"];
      filled.set(
        first,
        end === null || end === undefined
          ? undefined
          : { first: Number(firstRow.get(first, last)?.["row"]), last: Number(end) },
      );
    }
    return filled.get(first);
  };
  const viewOf = (scope: SearchScope): View => {
    // The index reads an empty range as slowly as a full one.
    const ranges = rangesOf(scope.personas, scope.origins).map(partOf).filter((part) => part !== undefined);
    const time = now();
    const { since = 0, until = Infinity } = scope;
    const isVisible = ({ updated, expires = Infinity }: Fact): boolean =>
      expires > time && updated >= since && updated <= until;
    const seen = new Map<number, Fact | undefined>();
    const fact = (row: number): Fact | undefined => {
      if (!seen.has(row)) {
        const found = inRanges(row, ranges) ? byRow.get(row) : undefined;
        const read = found === undefined ? undefined : factOf(found);
        seen.set(row, read !== undefined && isVisible(read) ? read : undefined);
      }
      return seen.get(row);
    };
    return {
      ranges,
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
  return { of: viewOf, changed: () => filled.clear() };
}
