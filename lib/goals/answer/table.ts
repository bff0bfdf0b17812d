/**
 * Tables as plain text.
 *
 * @module
 */
import type { Parsed } from "../types.ts";
import { oneLine } from "../parsers/words.ts";

/** Rows that an answer shows; the rest is in the JSON and in the stored output. */
const MAX_ROWS = 40;
/** Widest cell, in characters. */
const MAX_CELL = 72;
/** The last column may be wider: nothing has to line up after it. */
const MAX_LAST = 160;

/**
 * A table in aligned columns, headers in capitals; columns without any text are left out, and long tables end in
 * "and 17 more rows".
 *
 * @example
 * ```ts
 * import { renderTable } from "./table.ts";
 * console.assert(renderTable({ columns: ["pod", "node"], rows: [["web-1", ""]] }).join("\n") === "POD\nweb-1");
 * ```
 */
export function renderTable(
  table: NonNullable<Parsed["table"]>,
  maxRows: number = MAX_ROWS,
): readonly string[] {
  const last = table.columns.length - 1;
  // A single column is text as it was printed: its indentation means something.
  const clip = (cell: string, i: number): string =>
    last === 0
      ? cell.slice(0, MAX_LAST).replace(/[\r\n\t]/g, " ")
      : oneLine(cell, i === last ? MAX_LAST : MAX_CELL);
  const rows = table.rows.slice(0, maxRows).map((row) => row.map(clip));
  if (rows.length === 0) return [];
  const kept = table.columns.map((_, i) => i).filter((i) => rows.some((row) => (row[i] ?? "") !== ""));
  const lines = [table.columns.map((name) => oneLine(name, MAX_CELL).toUpperCase()), ...rows];
  const widths = kept.map((i) => Math.max(...lines.map((row) => (row[i] ?? "").length)));
  const out = lines.map((row) =>
    kept.map((i, k) => (row[i] ?? "").padEnd(k === kept.length - 1 ? 0 : widths[k] ?? 0)).join("  ").trimEnd()
  );
  const left = table.rows.length - rows.length;
  return left > 0 ? [...out, `and ${left} more ${left === 1 ? "row" : "rows"}`] : out;
}
