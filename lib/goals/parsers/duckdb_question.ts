/**
 * What a checked SQL tree asks, as far as words need it: where the rows come from, and whether they are only counted.
 *
 * @module
 */
import { type ExactJson, readExactJson } from "../../internal/exact_json.ts";
import { some, unique } from "./words.ts";

/** The question behind a run's rows. */
export interface Question {
  /** Tables and files in the order of the query: `data/orders.csv`; empty when it reads none. */
  readonly sources: readonly string[];
  /** The query is `SELECT count(*)` of its sources and nothing else. */
  readonly counts: boolean;
  /** Rows are left out by a condition. */
  readonly filtered: boolean;
  /** `DESCRIBE`, `SUMMARY`, `SHOW_UNQUALIFIED` or `SHOW_FROM` when that is the query. */
  readonly shows?: string;
}

const NOTHING: Question = { sources: [], counts: false, filtered: false };

const member = (value: ExactJson | undefined, key: string): ExactJson | undefined =>
  value?.kind === "object" ? value.members.get(key) : undefined;
const text = (value: ExactJson | undefined): string => (value?.kind === "string" ? value.value : "");
const items = (value: ExactJson | undefined): readonly ExactJson[] =>
  value?.kind === "array" ? value.items : [];
const present = (value: ExactJson | undefined): boolean => value !== undefined && value.kind !== "literal";

const constant = (value: ExactJson): string => text(member(member(value, "value"), "value"));

/** Names of common table expressions: they are no tables of the reader's. */
function* expressionNames(value: ExactJson): Generator<string> {
  if (value.kind === "array") { for (const item of value.items) yield* expressionNames(item); }
  if (value.kind !== "object") return;
  for (const entry of items(member(value.members.get("cte_map"), "map"))) yield text(member(entry, "key"));
  for (const inner of value.members.values()) yield* expressionNames(inner);
}

function* sourcesIn(value: ExactJson): Generator<string> {
  if (value.kind === "array") { for (const item of value.items) yield* sourcesIn(item); }
  if (value.kind !== "object") return;
  const type = text(value.members.get("type"));
  if (type === "BASE_TABLE" || type === "SHOW_REF") {
    const name = text(value.members.get("table_name")).replace(/^"(.*)"$/, "$1");
    if (!name.startsWith("__")) yield name;
  }
  if (type === "TABLE_FUNCTION") {
    const [first] = items(member(value.members.get("function"), "children"));
    if (first !== undefined) yield* [first, ...items(member(first, "children"))].map(constant);
  }
  for (const inner of value.members.values()) yield* sourcesIn(inner);
}

/**
 * Reads a tree of DuckDB's `json_serialize_sql`. A tree of unknown shape is a question about nothing in particular.
 *
 * @example
 * ```ts
 * import { questionOf } from "./duckdb_question.ts";
 * console.assert(questionOf("not a tree").sources.length === 0);
 * ```
 */
export function questionOf(tree: string): Question {
  let root: ExactJson;
  try {
    root = readExactJson(tree);
  } catch {
    return NOTHING;
  }
  const node = member(items(member(root, "statements"))[0], "node");
  if (node === undefined) return NOTHING;
  const from = member(node, "from_table");
  const selected = items(member(node, "select_list"));
  const own = new Set(expressionNames(root));
  const sources = unique(sourcesIn(root)).filter((name) => !own.has(name));
  const conditions = ["where_clause", "having", "qualify", "sample"].some((key) =>
    present(member(node, key))
  );
  const plain = text(member(from, "type")) === "BASE_TABLE" ||
    text(member(from, "type")) === "TABLE_FUNCTION";
  return {
    sources,
    counts: selected.length === 1 && text(member(selected[0], "function_name")) === "count_star" &&
      items(member(node, "group_expressions")).length === 0 && plain && !present(member(node, "having")) &&
      !present(member(selected[0], "filter")),
    filtered: conditions ||
      items(member(node, "modifiers")).some((one) => text(member(one, "type")).startsWith("LIMIT")),
    ...(text(member(from, "type")) === "SHOW_REF" ? { shows: text(member(from, "show_type")) } : {}),
  };
}

/** ` of data/orders.csv and data/b.csv`, or nothing. */
export const ofSources = (sources: readonly string[], word = "of"): string =>
  sources.length === 0 ? "" : ` ${word} ${some(sources, 3)}`;
