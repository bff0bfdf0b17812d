/**
 * Filters of LanceDB's SQL, made of values that are quoted here and nowhere else.
 *
 * @module
 */
import type { SearchScope } from "../types.ts";

/** A filter. Only this module makes one, so no text of a user becomes a part of it unquoted. */
export type Filter = string & { readonly __filter: unique symbol };

/** Columns that filters name. */
export type Column = "id" | "document" | "audience" | "origin" | "position" | "time_from" | "time_to";

// The brand is true here: everything below is built of column names and quoted values.
const filter = (text: string): Filter => text as Filter;

/** A string literal: quotes are doubled, and nothing else has a meaning in it (DataFusion has no escapes). */
export const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Rows whose `column` is one of `values`; none for no values. */
export function isOneOf(column: Column, values: readonly string[]): Filter {
  return filter(values.length === 0 ? "false" : `${column} IN (${values.map(quote).join(", ")})`);
}

/** Rows whose `column` is at least, at most or exactly an integer. */
export function compares(column: Column, operator: ">=" | "<=" | "=", value: number): Filter {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Cannot filter by ${value}: not an integer`);
  return filter(`${column} ${operator} ${value}`);
}

/** Rows whose id lies from `from` on, and before `to` if it is given. */
export function idRange(from: string, to: string | undefined): Filter {
  return filter(`id >= ${quote(from)}${to === undefined ? "" : ` AND id < ${quote(to)}`}`);
}

/** Rows of one fragment of the table's storage. */
export function inFragment(fragment: bigint): Filter {
  return filter(`_rowid >= ${fragment << 32n} AND _rowid < ${(fragment + 1n) << 32n}`);
}

/** Rows for which all of `filters` hold; every row for none. */
export const all = (...filters: readonly Filter[]): Filter =>
  filter(filters.length === 0 ? "true" : filters.join(" AND "));

/** Rows that a search may see. The bounds of time are met by everything that overlaps them. */
export function inScope(scope: Omit<SearchScope, "limit">): Filter {
  const filters = [isOneOf("audience", [...new Set([...scope.personas, "all"])])];
  if (scope.origins !== undefined) filters.push(isOneOf("origin", scope.origins));
  if (scope.since !== undefined) filters.push(compares("time_to", ">=", Math.ceil(scope.since)));
  if (scope.until !== undefined) filters.push(compares("time_from", "<=", Math.floor(scope.until)));
  return all(...filters);
}
