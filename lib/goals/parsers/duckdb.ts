/**
 * What DuckDB printed: a checked tree in form `parse`, rows in form `run`.
 *
 * @module
 */
import { derive } from "../../catalog/derive.ts";
import { checkSqlTree } from "../../catalog/sql_tree.ts";
import type { Parsed, ParserInput } from "../types.ts";
import { duckdbFailure } from "./duckdb_errors.ts";
import { ofSources, type Question, questionOf } from "./duckdb_question.ts";
import { type Cell, grouped, readRows, type Rows } from "./duckdb_rows.ts";
import { findRange, readRange } from "./json_ranges.ts";
import { textAt } from "./json_values.ts";
import { cite, endedBadly, notLooked, parsed, textOf } from "./parsed.ts";
import { oneLine, some } from "./words.ts";

/** Linux refuses an argument of 128 KiB or more (MAX_ARG_STRLEN). */
const MAX_ARGUMENT_BYTES = 131_071;

/** What masking leaves behind: a tree that holds it asks something else than the goal did. */
const MASKED = /\[(?:masked|redacted)[^\]"]{0,60}\]/i;

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function refusedSql(input: ParserInput, why: string, next: readonly string[] = []): Parsed {
  return notLooked(input, `The SQL ${why}`, {
    outcome: "refused",
    findings: [{ severity: "info", text: `The SQL ${why}`, evidence: cite(input, 0, "stdout") }],
    next,
  });
}

/** DuckDB's own word on SQL that has no tree. */
function parseError(input: ParserInput, tree: unknown): Parsed {
  const message = textAt(tree, "error_message");
  const sql = listOf(input.step.slots.sql).join("");
  if (/Only SELECT statements/.test(message)) {
    return /^\s*(from\s*\(\s*)?pivot\b/i.test(sql)
      ? refusedSql(input, "pivots without naming the values, which DuckDB does not take for a plain query", [
        "name the values: PIVOT … ON column IN ('a', 'b') USING …",
      ])
      : refusedSql(input, "is not a query that only reads");
  }
  const position = /^[0-9]+$/.test(textAt(tree, "position")) ? Number(textAt(tree, "position")) : undefined;
  const near = position === undefined
    ? ""
    : ` (character ${position + 1}: ${oneLine(sql.slice(position), 40)})`;
  const reason = `DuckDB cannot read the SQL: ${oneLine(message, 300)}${near}`;
  return notLooked(input, reason, {
    outcome: "failed",
    findings: [{ severity: "info", text: reason, evidence: cite(input, 0, "stdout") }],
  });
}

function parseTree(input: ParserInput): Parsed {
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, "DuckDB printed nothing");
  if (run.exitCode !== 0) return duckdbFailure(input, 0);
  const range = findRange(run.stdout, [0, "tree"]);
  if (range === undefined || !range.complete) return notLooked(input, "DuckDB printed no tree of the SQL");
  // Its own bytes: reading and writing it again would lose digits of large numbers.
  const tree = textOf(run.stdout.subarray(range.start, range.end));
  const read = readRange(run.stdout, range);
  if (textAt(read, "error") === "true") return parseError(input, read);
  const wrong = checkSqlTree(tree);
  if (wrong !== undefined) return refusedSql(input, wrong);
  if (MASKED.test(tree)) {
    return refusedSql(input, "holds what looks like a secret, which is masked before anything is run", [
      "ask without the secret",
    ]);
  }
  const argument = derive("duckdb-execute", { tree }) ?? "";
  if (new TextEncoder().encode(argument).length > MAX_ARGUMENT_BYTES) {
    return refusedSql(input, "is too long to be handed over once it is read", ["name fewer columns"]);
  }
  return parsed({
    headline: "The SQL only reads what the goal names",
    verdict: "listing",
    facts: { sql_checked: ["yes"], sql_tree: [tree] },
  });
}

/** `amount 12.50, region EU`: one row in words. */
const rowWords = (columns: readonly string[], row: readonly Cell[]): string =>
  some(row.slice(0, 8).map((cell, index) => `${columns[index] ?? ""} ${oneLine(shown(cell), 60)}`), 8);

const shown = (cell: Cell): string => (cell.isNumber ? grouped(cell.text) : cell.text);

const rowsWord = (total: number): string => `${grouped(String(total))} ${total === 1 ? "row" : "rows"}`;

const column = (rows: Rows, name: string): readonly string[] => {
  const index = rows.columns.indexOf(name);
  return index < 0 ? [] : rows.rows.map((row) => row[index]?.text ?? "");
};

function countHeadline(cell: Cell, question: Question): string {
  const place = question.sources.length === 0 ? "The result" : some(question.sources, 3);
  const n = grouped(cell.text);
  return question.filtered
    ? `${n} ${cell.text === "1" ? "row" : "rows"}${ofSources(question.sources)} ${
      cell.text === "1" ? "matches" : "match"
    }`
    : `${place} has ${n} ${cell.text === "1" ? "row" : "rows"}`;
}

/** DESCRIBE, SUMMARIZE and SHOW print what they are by their columns. */
function schemaHeadline(rows: Rows, question: Question, database: string): string | undefined {
  const place = question.sources.length === 0 ? "The result" : some(question.sources, 3);
  const names = column(rows, "column_name");
  const types = column(rows, "column_type");
  if (question.shows === "DESCRIBE" && names.length > 0) {
    const fields = names.map((name, index) => `${name} ${types[index] ?? ""}`.trim());
    return `${place} has ${rows.total} ${rows.total === 1 ? "column" : "columns"}: ${some(fields, 12)}`;
  }
  if (question.shows === "SUMMARY" && names.length > 0) {
    const [n = "0"] = column(rows, "count");
    const nulls = column(rows, "null_percentage").flatMap((share, index) =>
      Number(share) > 0 ? [`${names[index] ?? ""} ${share} %`] : []
    );
    return `${place} has ${grouped(n)} ${n === "1" ? "row" : "rows"} and ${rows.total} columns; ${
      nulls.length === 0 ? "no column has nulls" : `nulls in ${some(nulls)}`
    }`;
  }
  const listed = question.sources.includes("tables") ? column(rows, "table_name") : [];
  if (listed.length > 0) {
    return `${rows.total === 1 ? "1 table or view" : `${rows.total} tables and views`}${
      database === "" ? "" : ` in ${database}`
    }: ${some(listed, 20)}`;
  }
  const tables = column(rows, "name");
  if (question.shows?.startsWith("SHOW") === true && tables.length > 0) {
    return `There ${rows.total === 1 ? "is 1 table or view" : `are ${rows.total} tables and views`}: ${
      some(tables, 12)
    }`;
  }
  return undefined;
}

/** What no row at all means: something sought was not there, or the check found nothing. */
function emptyResult(input: ParserInput, question: Question): Parsed {
  const place = ofSources(question.sources);
  const wish = `${input.ask.intent} ${input.ask.about.wish ?? ""}`;
  const evidence = cite(input, 0, "stdout");
  if (/duplicate/.test(wish)) {
    return parsed({
      headline: `No duplicates in ${some(question.sources, 3) || "the result"}`,
      verdict: "nothing_wrong",
      findings: [{ severity: "info", text: "The query for duplicates gave no rows", evidence }],
    });
  }
  const headline = question.shows?.startsWith("SHOW") === true
    ? "There are no tables"
    : question.filtered
    ? `No row${place} matches`
    : `No rows${place}`;
  return parsed({ headline, verdict: "no_data", findings: [{ severity: "info", text: headline, evidence }] });
}

/** How many rows are said one by one. */
const SAID_ROWS = 8;

/** A short result in one sentence: values of one column, or a value for each key. */
function eachRow(rows: Rows, question: Question): string | undefined {
  if (!rows.complete || rows.total < 2 || rows.total > SAID_ROWS || rows.total !== rows.rows.length) {
    return undefined;
  }
  const [key = "", value = ""] = rows.columns;
  const place = ofSources(question.sources, "in");
  if (rows.columns.length === 1) {
    return `${rows.total} values of ${key}${place}: ${
      some(rows.rows.map(([cell]) => (cell === undefined ? "" : oneLine(cell.text, 60))), SAID_ROWS)
    }`;
  }
  const isNumeric = rows.rows.every((row) => row[1]?.isNumber === true || row[1]?.isNull === true);
  if (rows.columns.length !== 2 || !isNumeric) return undefined;
  return `${value} by ${key}${place}: ${
    rows.rows.map(([a, b]) =>
      `${a === undefined ? "" : oneLine(a.text, 60)}: ${b === undefined ? "" : shown(b)}`
    ).join("; ")
  }`;
}

/** Values that occur more than once; a group of nulls is no duplicate. */
function duplicatesHeadline(rows: Rows, question: Question): string | undefined {
  const at = rows.columns.length - 1;
  if (rows.columns[at] !== "n" || at < 1) return undefined;
  const keys = rows.columns.slice(0, at);
  const words = (row: readonly Cell[]) =>
    `${some(row.slice(0, at).map((cell) => oneLine(cell.text, 60)), 4)} (${shown(row[at] ?? NO_CELL)} times)`;
  const isEmpty = (row: readonly Cell[]) => row.slice(0, at).every((cell) => cell.isNull);
  const twice = rows.rows.filter((row) => !isEmpty(row));
  const empty = rows.rows.filter(isEmpty).map((row) => shown(row[at] ?? NO_CELL));
  const total = rows.total - empty.length;
  const nulls = empty.length === 0 ? "" : `; ${empty[0]} rows have no ${some(keys)} at all`;
  return total === 0
    ? `No duplicates of ${some(keys)}${ofSources(question.sources, "in")}${nulls}`
    : `${grouped(String(total))} ${total === 1 ? "value" : "values"} of ${some(keys)}${
      ofSources(question.sources, "in")
    } ${total === 1 ? "occurs" : "occur"} more than once: ${some(twice.slice(0, 5).map(words), 5)}${
      total > 5 ? ` and ${total - 5} more` : ""
    }${nulls}`;
}

const NO_CELL: Cell = { text: "", isNull: true, isNumber: false };

/** Two files compared: how many rows stand in one of them only. */
function sidesHeadline(rows: Rows, question: Question): string | undefined {
  if (rows.columns[0] !== "side" || rows.total !== rows.rows.length) return undefined;
  const [a = "the first", b = "the second"] = question.sources;
  const only = (side: string) => rows.rows.filter(([cell]) => cell?.text === side).length;
  const [first, second] = [only("only in the first"), only("only in the second")];
  return `${rowsWord(first)} only in ${a}, ${rowsWord(second)} only in ${b}`;
}

function headlineOf(rows: Rows, question: Question, wish: string, database: string): string {
  const [first = []] = rows.rows;
  const special = (wish.includes("duplicate") ? duplicatesHeadline(rows, question) : undefined) ??
    sidesHeadline(rows, question);
  if (special !== undefined) return special;
  const [only] = first;
  const schema = schemaHeadline(rows, question, database);
  if (schema !== undefined) return schema;
  if (rows.total === 1 && first.length === 1 && only !== undefined) {
    if (question.counts) return countHeadline(only, question);
    return `${rows.columns[0] ?? "The value"}${ofSources(question.sources)} is ${oneLine(shown(only), 200)}`;
  }
  if (rows.total === 1) return `1 row${ofSources(question.sources)}: ${rowWords(rows.columns, first)}`;
  const each = eachRow(rows, question);
  if (each !== undefined) return each;
  return `${rowsWord(rows.total)}${ofSources(question.sources, "from")}; first: ${
    rowWords(rows.columns, first)
  }`;
}

function parseRows(input: ParserInput): Parsed {
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, "DuckDB printed nothing");
  if (run.exitCode !== 0 && !input.truncated) return duckdbFailure(input, 0);
  const rows = readRows(run.stdout);
  if (rows === undefined) return notLooked(input, "DuckDB's output could not be read as rows");
  const question = questionOf(listOf(input.step.slots.tree).join(""));
  if (rows.total === 0) {
    return rows.complete
      ? emptyResult(input, question)
      : notLooked(input, "DuckDB's output was cut before its first row ended");
  }
  const cut = !rows.complete || input.truncated;
  const headline = `${cut ? "At least " : ""}${
    headlineOf(
      rows,
      question,
      input.ask.about.wish ?? "",
      listOf(input.step.slots.database).join(""),
    )
  }`;
  const range = { start: rows.ranges[0]?.start ?? 0, end: rows.ranges.at(-1)?.end ?? run.stdout.length };
  const values = rows.rows.flatMap(([cell]) => cell === undefined || cell.isNull ? [] : [cell.text]);
  const names = question.shows === "DESCRIBE" || question.shows === "SUMMARY"
    ? column(rows, "column_name")
    : [];
  const tables = question.shows?.startsWith("SHOW") === true ? column(rows, "name") : [];
  return parsed({
    headline,
    verdict: "listing",
    findings: [{ severity: "info", text: headline, evidence: cite(input, 0, "stdout", range) }],
    facts: {
      rows: [String(rows.total)],
      values: values.slice(0, 100),
      ...(names.length === 0 ? {} : { columns: names }),
      ...(tables.length === 0 ? {} : { tables }),
    },
    table: {
      columns: rows.columns,
      rows: rows.rows.map((row) => row.map((cell) => oneLine(cell.text, 500))),
    },
    blind: [
      ...(cut ? ["the output was cut at its limit, so there may be more rows"] : []),
      ...(rows.total > rows.rows.length
        ? [`rows ${rows.rows.length + 1} to ${rows.total} stand only in the stored output`]
        : []),
    ],
  });
}

/**
 * Reads a step of `duckdb`. Form `parse` gives the facts `sql_checked` and `sql_tree` when the SQL only reads, else the
 * outcome `refused` (a rule of ours) or `failed` (DuckDB cannot read it). Form `run` gives rows: every number keeps its
 * digits, zero rows are `no_data`, and what does not exist is `no_such_thing`.
 *
 * @example
 * ```ts
 * import { parseDuckdb } from "./duckdb.ts";
 * const stdout = new TextEncoder().encode('[{"n":1204}]');
 * const answer = parseDuckdb({
 *   step: { id: "s1", tool: "duckdb", form: "run", slots: {} },
 *   ask: { intent: "sql", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 12 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "n is 1,204");
 * ```
 */
export function parseDuckdb(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  return input.step.form === "parse" ? parseTree(input) : parseRows(input);
}
