/**
 * Facts of a CSV file (RFC 4180, with a header).
 *
 * @module
 */
import { CsvError, parse } from "csv-parse/sync";
import { checkRow, collect, type FileFact, type FileFacts, type LineError } from "./rows.ts";

/** Columns with a meaning of their own. */
const TAGS = "tags";
const AUDIENCE = "audience";
const EXPIRES = "expires";

/** The separator that the header uses. */
const delimiterOf = (text: string): string => {
  const header = text.slice(0, text.search(/\r?\n|$/));
  return [",", ";", "\t"].toSorted((a, b) => header.split(b).length - header.split(a).length)[0] ?? ",";
};

/** What csv-parse gives with `info`. */
interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The facts of a table. With columns `name` and `value`: one fact a row. Else the first column is the name, and the
 * others, each behind its heading, are the value. `tags` (separated by blanks or semicolons), `audience` and `expires` mean
 * the same in both. Separated by commas, semicolons or tabs.
 *
 * @example
 * ```ts
 * import { readCsv } from "./csv.ts";
 * const { facts } = readCsv("host,rack,tags\nweb-1,r7,prod\n");
 * console.assert(facts[0]?.name === "web-1" && facts[0].value === "rack: r7" && facts[0].tags?.[0] === "prod");
 * ```
 */
export function readCsv(text: string): FileFacts {
  let rows: readonly Row[];
  try {
    rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly Row[]; // its types leave `info` out
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = "lines" in error && typeof error.lines === "number" ? error.lines : 1;
    return { facts: [], errors: [{ line, message: reasonOf(error.code) }] };
  }
  const [head, ...body] = rows;
  const columns = head?.record.map((column) => column.toLowerCase()) ?? [];
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (head === undefined || columns.length < 2) {
    return { facts: [], errors: [{ line: 1, message: "there is no header with two columns or more" }] };
  }
  if (twice !== undefined) return { facts: [], errors: [{ line: 1, message: "a heading stands twice" }] };
  const at = (record: readonly string[], column: string): string | undefined =>
    record[columns.indexOf(column)];
  const named = columns.includes("name") && columns.includes("value");
  const toFact = ({ record, info }: Row): FileFact | LineError => {
    const others = columns.flatMap((column, index) =>
      index === 0 || [TAGS, AUDIENCE, EXPIRES].includes(column) || (record[index] ?? "") === ""
        ? []
        : [`${head.record[index]}: ${record[index]}`]
    );
    return checkRow(info.lines, {
      name: (named ? at(record, "name") : record[0]) ?? "",
      value: (named ? at(record, "value") : others.join(", ")) ?? "",
      tags: at(record, TAGS)?.split(/[\s;]+/),
      audience: at(record, AUDIENCE),
      expires: at(record, EXPIRES),
    });
  };
  return collect(body.map(toFact));
}

function reasonOf(code: string): string {
  switch (code) {
    case "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH":
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return "it has another number of columns than the header";
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is not closed";
    default:
      return "it is not CSV (a quote inside a field that is not quoted?)";
  }
}
