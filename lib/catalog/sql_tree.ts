/**
 * Whether a tree from DuckDB's `json_serialize_sql` only reads what it was given.
 *
 * Everything is an allow-list: kinds of expression, of table and of node, functions by name. What a later DuckDB adds is
 * refused until it is listed. It isn't the whole wall: views and macros inside a database file are not in the tree, and
 * which files may be opened is for `allowed_paths`, `.safe_mode` and the sandbox.
 *
 * @module
 */
import { type ExactJson, readExactJson } from "../internal/exact_json.ts";
import { SQL_FILE_FUNCTIONS, SQL_FUNCTIONS, SQL_ROW_FUNCTIONS } from "./sql_functions.ts";

/** Expression classes, and the types that each may have. */
const EXPRESSIONS: ReadonlyMap<string, RegExp> = new Map([
  ["BETWEEN", /^COMPARE_BETWEEN$/],
  ["CASE", /^CASE_EXPR$/],
  ["CAST", /^OPERATOR_CAST$/],
  ["COLLATE", /^COLLATE$/],
  ["COLUMN_REF", /^COLUMN_REF$/],
  ["COMPARISON", /^COMPARE_[A-Z_]+$/],
  ["CONJUNCTION", /^CONJUNCTION_(AND|OR)$/],
  ["CONSTANT", /^VALUE_CONSTANT$/],
  ["FUNCTION", /^FUNCTION$/],
  ["LAMBDA", /^LAMBDA$/],
  ["OPERATOR", /^(OPERATOR|ARRAY|COMPARE|GROUPING|STRUCT)_[A-Z_]+$/],
  ["POSITIONAL_REFERENCE", /^POSITIONAL_REFERENCE$/],
  ["STAR", /^STAR$/],
  ["SUBQUERY", /^SUBQUERY$/],
  ["WINDOW", /^WINDOW_[A-Z_]+$/],
]);

/** What may carry a `type` without being an expression. */
const NODES: ReadonlySet<string> = new Set([
  ...["SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"],
  ...["BASE_TABLE", "EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SHOW_REF", "SUBQUERY", "TABLE_FUNCTION"],
  ...["DISTINCT_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER"],
  ...["ORDER_DEFAULT", "ASCENDING", "DESCENDING"],
  ...["ARRAY_TYPE_INFO", "DECIMAL_TYPE_INFO", "ENUM_TYPE_INFO", "GENERIC_TYPE_INFO", "LIST_TYPE_INFO"],
  ...["STRING_TYPE_INFO", "STRUCT_TYPE_INFO", "UNBOUND_TYPE_INFO"],
]);

/** Built-in functions live here; any other schema or catalogue is the database file's own. */
const FUNCTION_SCHEMAS: ReadonlySet<string> = new Set(["", "main", "pg_catalog"]);
const FUNCTION_CATALOGS: ReadonlySet<string> = new Set(["", "system"]);

/** A name that DuckDB would fetch by a protocol. */
const REMOTE = /^[a-z][a-z0-9+.-]*:\/\/|^file:/i;

type Members = ReadonlyMap<string, ExactJson>;

const textOf = (members: Members, key: string): string | undefined => {
  const value = members.get(key);
  return value?.kind === "string" ? value.value : undefined;
};

const membersOf = (value: ExactJson | undefined): Members | undefined =>
  value?.kind === "object" ? value.members : undefined;

const itemsOf = (value: ExactJson | undefined): readonly ExactJson[] =>
  value?.kind === "array" ? value.items : [];

/** A name from the goal as it may stand in a reason: short, on one line. */
const shown = (name: string): string =>
  name.length > 60 ? `${name.slice(0, 60)}…` : name.replaceAll(/[^\x20-\x7e\u00a1-\uffff]/g, "?");

/** The text of a constant string, or `undefined` for any other expression. */
function constantText(expression: ExactJson | undefined): string | undefined {
  const members = membersOf(expression);
  if (members === undefined || textOf(members, "class") !== "CONSTANT") return undefined;
  const value = membersOf(members.get("value"));
  return value === undefined || textOf(membersOf(value.get("type")) ?? new Map(), "id") !== "VARCHAR"
    ? undefined
    : textOf(value, "value");
}

/** The file names of a file function's first argument, or `undefined` when it isn't made of string literals alone. */
function fileNames(call: Members): readonly string[] | undefined {
  const [first] = itemsOf(call.get("children"));
  const single = constantText(first);
  if (single !== undefined) return [single];
  const members = membersOf(first);
  if (members === undefined) return undefined;
  const list = textOf(members, "function_name") === "list_value" ||
    textOf(members, "type") === "ARRAY_CONSTRUCTOR";
  const items = itemsOf(members.get("children"));
  const names = items.map(constantText).filter((name) => name !== undefined);
  return list && items.length > 0 && names.length === items.length ? names : undefined;
}

function checkFunctionName(call: Members, allowed: (name: string) => boolean): string | undefined {
  const name = textOf(call, "function_name") ?? "";
  const schema = (textOf(call, "schema") ?? "").toLowerCase();
  const catalog = (textOf(call, "catalog") ?? "").toLowerCase();
  if (!FUNCTION_SCHEMAS.has(schema) || !FUNCTION_CATALOGS.has(catalog)) {
    return `calls the function ${
      shown(`${catalog}${catalog === "" ? "" : "."}${schema}.${name}`)
    }, which isn't built in`;
  }
  return allowed(name.toLowerCase())
    ? undefined
    : `calls the function ${shown(name)}, which isn't one that only reads`;
}

function checkTableFunction(reference: Members): string | undefined {
  const call = membersOf(reference.get("function"));
  if (call === undefined || textOf(call, "class") !== "FUNCTION") {
    return "reads from something that isn't a table";
  }
  const name = (textOf(call, "function_name") ?? "").toLowerCase();
  const wrong = checkFunctionName(
    call,
    (text) => SQL_ROW_FUNCTIONS.has(text) || SQL_FILE_FUNCTIONS.has(text),
  );
  if (wrong !== undefined) return wrong;
  if (SQL_FILE_FUNCTIONS.has(name)) {
    const files = fileNames(call);
    if (files === undefined) return `gives ${name} a file name that isn't a plain text literal`;
    const remote = files.find((file) => REMOTE.test(file));
    if (remote !== undefined) return `names the remote file ${shown(remote)}`;
  }
  return undefined;
}

/** Looks at one object by its own members; what lies below is looked at in turn. `table` is true for a table function's call. */
function checkObject(members: Members, table: boolean): string | undefined {
  const type = members.get("type");
  const kind = type?.kind === "string" ? type.value : undefined;
  // Only a logical type stands as an object under this name.
  if (type !== undefined && kind === undefined && type.kind !== "object") return "has a node without a kind";
  if (members.has("class")) {
    const expression = textOf(members, "class") ?? "";
    if (EXPRESSIONS.get(expression)?.test(kind ?? "") !== true) {
      return `holds an expression of kind ${shown(expression)}, which isn't one that only reads`;
    }
  } else if (kind !== undefined && !NODES.has(kind)) {
    return `holds a node of kind ${shown(kind)}, which isn't one that only reads`;
  }
  // Looked for on every object, not only on those that call themselves a function.
  if (members.has("function_name") && !table) {
    const wrong = checkFunctionName(members, (name) => SQL_FUNCTIONS.has(name));
    if (wrong !== undefined) return wrong;
  }
  const name = textOf(members, "table_name");
  if (name !== undefined && REMOTE.test(name)) return `names the remote file ${shown(name)}`;
  return kind === "TABLE_FUNCTION" ? checkTableFunction(members) : undefined;
}

function checkStatement(root: ExactJson): { readonly wrong: string } | { readonly statement: ExactJson } {
  const top = membersOf(root);
  const error = top?.get("error");
  if (top === undefined || error?.kind !== "literal") return { wrong: "is not a serialised SQL tree" };
  if (error.value !== false) return { wrong: "is an error of DuckDB's parser, not a tree" };
  if ([...top.keys()].some((key) => key !== "error" && key !== "statements")) {
    return { wrong: "is not a serialised SQL tree" };
  }
  const statements = itemsOf(top.get("statements"));
  const [statement] = statements;
  if (statement === undefined) return { wrong: "holds no statement" };
  if (statements.length > 1) return { wrong: `holds ${statements.length} statements, one at most` };
  const members = membersOf(statement);
  if (!(textOf(membersOf(members?.get("node")) ?? new Map(), "type") ?? "").endsWith("_NODE")) {
    return { wrong: "holds a statement that isn't a query" };
  }
  if (itemsOf(members?.get("named_param_map")).length > 0) {
    return { wrong: "holds a parameter without a value" };
  }
  return { statement };
}

/**
 * Why the tree may not be run, as the end of the sentence "the value …"; `undefined` when it may.
 *
 * A tree passes when it is one query, and every node, expression, table and function in it is one that computes from its
 * arguments or reads tables and files named by literals. Members that stand twice are refused, since DuckDB reads the
 * first of them.
 *
 * @example
 * ```ts
 * import { checkSqlTree } from "./sql_tree.ts";
 * console.assert(checkSqlTree("nonsense") === "is not a serialised SQL tree");
 * ```
 */
export function checkSqlTree(json: string): string | undefined {
  let root: ExactJson;
  try {
    root = readExactJson(json);
  } catch {
    return "is not a serialised SQL tree";
  }
  const checked = checkStatement(root);
  if ("wrong" in checked) return checked.wrong;
  const waiting: { readonly value: ExactJson; readonly table: boolean }[] = [
    { value: checked.statement, table: false },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value } = next;
    if (value.kind === "array") {
      for (const item of value.items) waiting.push({ value: item, table: false });
    }
    if (value.kind !== "object") continue;
    const wrong = checkObject(value.members, next.table);
    if (wrong !== undefined) return wrong;
    const isTable = textOf(value.members, "type") === "TABLE_FUNCTION";
    for (const [key, member] of value.members) {
      waiting.push({ value: member, table: isTable && key === "function" });
    }
  }
  return undefined;
}
