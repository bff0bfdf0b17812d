/**
 * Whether a tree from DuckDB's `json_serialize_sql` only reads what it was given.
 *
 * @module
 */

/**
 * Why the tree may not be run, as the end of the sentence "the value …"; `undefined` when it may.
 *
 * @example
 * ```ts
 * import { checkSqlTree } from "./sql_tree.ts";
 * console.assert(checkSqlTree("nonsense") === "is not a serialised SQL tree");
 * ```
 */
export function checkSqlTree(json: string): string | undefined {
  try {
    JSON.parse(json);
  } catch {
    return "is not a serialised SQL tree";
  }
  return undefined;
}
