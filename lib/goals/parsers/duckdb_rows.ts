/**
 * DuckDB's rows as text that loses nothing: `-json` prints 64-bit integers, bare `NaN`, and decimals as strings.
 *
 * @module
 */
import { type ExactJson, readExactJson } from "../../internal/exact_json.ts";
import { elementsOf, type JsonRange, wholeRange } from "./json_ranges.ts";
import { textOf } from "./parsed.ts";

/** Rows that are read; more are only counted. */
export const READ_ROWS = 200;

/** A cell: its text, and whether it is null rather than the text `NULL`. */
export interface Cell {
  readonly text: string;
  readonly isNull: boolean;
  readonly isNumber: boolean;
}

/** What a query printed. */
export interface Rows {
  readonly columns: readonly string[];
  /** The first {@link READ_ROWS}. */
  readonly rows: readonly (readonly Cell[])[];
  /** Byte ranges of the rows read. */
  readonly ranges: readonly JsonRange[];
  readonly total: number;
  /** False when the output was cut. */
  readonly complete: boolean;
}

function compact(value: ExactJson): string {
  switch (value.kind) {
    case "object":
      return `{${[...value.members].map(([key, inner]) => `${key}: ${compact(inner)}`).join(", ")}}`;
    case "array":
      return `[${value.items.map(compact).join(", ")}]`;
    case "string":
      return value.value;
    case "number":
      return value.text;
    case "literal":
      return value.value === null ? "NULL" : String(value.value);
  }
}

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?$/;

/** Doubles with so many digits that the last may be noise. */
const SPOILT = /^-?(?=[0-9.]{15,})[0-9]+\.[0-9]+$/;

/**
 * A double without the digits that binary fractions spoil: 29413.879999999997 is 29413.88. An average that needs all of
 * its digits keeps them: only a rounding that leaves far fewer was noise.
 */
function plainDouble(text: string): string {
  if (!SPOILT.test(text)) return text;
  for (const digits of [15, 14, 13]) {
    const rounded = String(Number(Number(text).toPrecision(digits)));
    if (text.length - rounded.length >= 5) return rounded;
  }
  return text;
}

const cellOf = (value: ExactJson): Cell => {
  const text = value.kind === "number" ? plainDouble(value.text) : compact(value);
  return {
    text,
    isNull: value.kind === "literal" && value.value === null,
    // HUGEINT and DECIMAL come as strings.
    isNumber: value.kind === "number" || (value.kind === "string" && DECIMAL.test(text)),
  };
};

/**
 * The rows of an output, or `undefined` when it isn't a list of rows.
 *
 * @example
 * ```ts
 * import { readRows } from "./duckdb_rows.ts";
 * const read = readRows(new TextEncoder().encode('[{"n":9223372036854775807,"x":NaN}]'));
 * console.assert(read?.rows[0]?.[0]?.text === "9223372036854775807");
 * ```
 */
export function readRows(bytes: Uint8Array): Rows | undefined {
  // A statement without columns prints nothing.
  if (textOf(bytes.subarray(0, 64)).trim() === "" && bytes.length < 64) {
    return { columns: [], rows: [], ranges: [], total: 0, complete: true };
  }
  const { elements, complete } = elementsOf(bytes, wholeRange(bytes));
  if (elements.length === 0 && !complete) return undefined;
  const columns: string[] = [];
  const rows: (readonly Cell[])[] = [];
  const ranges: JsonRange[] = [];
  for (const range of elements.slice(0, READ_ROWS)) {
    let row: ExactJson;
    try {
      row = readExactJson(textOf(bytes.subarray(range.start, range.end)), { bareFloats: true });
    } catch {
      return undefined;
    }
    if (row.kind !== "object") return undefined;
    if (columns.length === 0) columns.push(...row.members.keys());
    rows.push([...row.members.values()].map(cellOf));
    ranges.push(range);
  }
  return { columns, rows, ranges, total: elements.length, complete };
}

/**
 * An exact number as people write it, with commas between thousands; anything else as it is.
 *
 * @example
 * ```ts
 * import { grouped } from "./duckdb_rows.ts";
 * console.assert(grouped("-1204567.50") === "-1,204,567.50");
 * ```
 */
export function grouped(number: string): string {
  const parts = /^(-?)([0-9]+)(\.[0-9]+)?$/.exec(number);
  if (parts === null) return number;
  const [, sign = "", whole = "", fraction = ""] = parts;
  return `${sign}${whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ",")}${fraction}`;
}
