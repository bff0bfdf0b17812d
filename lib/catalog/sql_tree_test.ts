import assert from "node:assert/strict";
import fc from "fast-check";
import { installedTools } from "../../tests/setup/installed.ts";
import { buildCommands } from "./build.ts";
import { SQL_FUNCTIONS } from "./sql_functions.ts";
import { checkSqlTree } from "./sql_tree.ts";
import { duckdb } from "./tools_data.ts";
import type { Slots } from "./types.ts";

const state = (await installedTools()).duckdb;
const program = state !== undefined && "program" in state ? state.program : undefined;
const ignore = program === undefined;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the catalogue's own argv with the real program. */
async function run(form: string, slots: Slots, cwd: string, clearEnv = true): Promise<Ran> {
  const [argv = []] = buildCommands(duckdb, form, slots, { program: program ?? "", settings: {} });
  const [command = "", ...args] = argv;
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    clearEnv,
    env: { CANARY_VARIABLE: "canary-value" },
    stdin: "null",
  }).output();
  const decode = new TextDecoder();
  return { code, stdout: decode.decode(stdout), stderr: decode.decode(stderr) };
}

/** The tree as DuckDB printed it: its own bytes, since reading and writing it again would lose digits. */
const treeOf = (stdout: string): string => stdout.trim().replace(/^\[\{"tree":/, "").replace(/\}\]$/, "");

async function serialise(sql: string, slots: Slots, cwd: string): Promise<string> {
  const { stdout, stderr } = await run("parse", { ...slots, sql }, cwd);
  assert.equal(stderr, "");
  return treeOf(stdout);
}

const CSV = "order_id,customer_id,amount,region\n1,7,10.50,EU\n2,7,,US\n3,8,99.25,EU\n";

/** A workspace with files of each kind, and a secret beside them that no goal names. */
async function workspace(): Promise<string> {
  const cwd = await Deno.makeTempDir({ prefix: "physiclaw-sql-" });
  await Deno.mkdir(`${cwd}/data`);
  for (const path of ["orders.csv", "data/a.csv", "data/b.csv", "secret.csv"]) {
    await Deno.writeTextFile(`${cwd}/${path}`, CSV);
  }
  await Deno.writeTextFile(`${cwd}/x.json`, '[{"a":1,"b":{"c":[1,2]}},{"a":2,"b":null}]\n');
  const made = await new Deno.Command(program ?? "", {
    args: [
      ...["-no-init", "shop.duckdb", "-c"],
      "CREATE TABLE orders AS FROM 'orders.csv'; CREATE SEQUENCE s; COPY orders TO 'o.parquet'",
    ],
    cwd,
  }).output();
  assert.equal(made.code, 0);
  return cwd;
}

const ALLOWED: readonly { readonly sql: string; readonly slots: Slots; readonly rows: RegExp }[] = [
  { sql: "SELECT count(*) AS n FROM 'orders.csv'", slots: { files: "orders.csv" }, rows: /^\[\{"n":3\}\]$/ },
  {
    sql: "select region, sum(amount) s from './orders.csv' group by all order by s desc limit 1",
    slots: { files: "orders.csv" },
    rows: /"region":"EU","s":109.75/,
  },
  { sql: "DESCRIBE 'orders.csv'", slots: { files: "orders.csv" }, rows: /"column_name":"region"/ },
  { sql: "SUMMARIZE FROM 'orders.csv'", slots: { files: "orders.csv" }, rows: /"null_percentage":"33.33"/ },
  {
    sql: "FROM read_csv('data/*.csv', filename = true) LIMIT 1",
    slots: { files: "data/*.csv" },
    rows: /data\/a/,
  },
  {
    sql: "SELECT count(*) n FROM read_csv(['orders.csv', 'data/a.csv'], union_by_name = true)",
    slots: { files: ["orders.csv", "data/a.csv"] },
    rows: /"n":6/,
  },
  { sql: "SELECT max(a) m FROM read_json('x.json')", slots: { files: "x.json" }, rows: /"m":2/ },
  { sql: "SELECT count(*) n FROM 'o.parquet'", slots: { files: "o.parquet" }, rows: /"n":3/ },
  { sql: "SHOW TABLES", slots: { database: "shop.duckdb" }, rows: /"name":"orders"/ },
  { sql: "DESCRIBE orders", slots: { database: "shop.duckdb" }, rows: /"amount"/ },
  {
    sql:
      "SELECT o.order_id, c.amount FROM orders o JOIN 'orders.csv' c USING (order_id) WHERE o.region = 'US'",
    slots: { database: "shop.duckdb", files: "orders.csv" },
    rows: /"order_id":2/,
  },
  {
    sql: "SELECT 9223372036854775807 AS big, 'it''s' AS quoted",
    slots: {},
    rows: /9223372036854775807.*it's/,
  },
  {
    sql: "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) s FROM t",
    slots: {},
    rows: /"s":"15"/,
  },
  {
    sql:
      "FROM (PIVOT 'orders.csv' ON region IN ('EU', 'US') USING sum(amount) GROUP BY customer_id) ORDER BY 1",
    slots: { files: "orders.csv" },
    rows: /"EU":10.5/,
  },
  {
    sql:
      "SELECT order_id, row_number() OVER (ORDER BY amount DESC NULLS LAST) AS r FROM 'orders.csv' QUALIFY r = 1",
    slots: { files: "orders.csv" },
    rows: /"order_id":3/,
  },
];

Deno.test({
  name: "checkSqlTree allows the reading queries, and DuckDB runs what was checked",
  ignore,
  fn: async () => {
    const cwd = await workspace();
    for (const { sql, slots, rows } of ALLOWED) {
      const tree = await serialise(sql, slots, cwd);
      assert.equal(checkSqlTree(tree), undefined, sql);
      const ran = await run("run", { ...slots, tree }, cwd);
      assert.equal(ran.stderr, "", sql);
      assert.match(ran.stdout.trim(), rows, sql);
    }
    await Deno.remove(cwd, { recursive: true });
  },
});

const REFUSED: readonly { readonly sql: string; readonly why: RegExp }[] = [
  { sql: "SELECT getenv('CANARY_VARIABLE')", why: /function getenv,/ },
  { sql: "SELECT \"GetEnv\"('CANARY_VARIABLE')", why: /function GetEnv,/i },
  { sql: "SELECT system.main.getenv('CANARY_VARIABLE')", why: /function getenv,/ },
  { sql: "SELECT current_setting('allowed_paths')", why: /function current_setting,/ },
  { sql: "SELECT getvariable('x')", why: /function getvariable,/ },
  { sql: "SELECT nextval('s')", why: /function nextval,/ },
  { sql: "FROM read_text('secret.csv')", why: /function read_text,/ },
  { sql: "FROM read_blob('secret.csv')", why: /function read_blob,/ },
  { sql: "FROM glob('*')", why: /function glob,/ },
  { sql: "FROM query('SELECT 1')", why: /function query,/ },
  { sql: "FROM query_table('orders')", why: /function query_table,/ },
  { sql: "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", why: /json_/ },
  { sql: "FROM duckdb_settings()", why: /function duckdb_settings,/ },
  { sql: "FROM duckdb_secrets()", why: /function duckdb_secrets,/ },
  { sql: "FROM pragma_database_list(); SELECT 1", why: /2 statements/ },
  { sql: "FROM pragma_storage_info('orders')", why: /function pragma_storage_info,/ },
  { sql: "FROM sniff_csv('orders.csv')", why: /function sniff_csv,/ },
  { sql: "FROM which_secret('s3://a', 's3')", why: /function which_secret,/ },
  { sql: "FROM enable_logging()", why: /function enable_logging,/ },
  { sql: "FROM checkpoint()", why: /function checkpoint,/ },
  { sql: "SELECT write_log('x')", why: /function write_log,/ },
  { sql: "SELECT (SELECT getenv('CANARY_VARIABLE')) AS a", why: /function getenv,/ },
  { sql: "SELECT 1 ORDER BY getenv('CANARY_VARIABLE')", why: /function getenv,/ },
  { sql: "SELECT 1 LIMIT (SELECT length(getenv('CANARY_VARIABLE')))", why: /function getenv,/ },
  { sql: "SELECT sum(1) FILTER (getenv('A') = 'x') OVER (PARTITION BY 1)", why: /function getenv,/ },
  { sql: "SELECT list_transform([1], x -> getenv('A'))", why: /function getenv,/ },
  { sql: "SELECT [getenv('A') FOR x IN [1]]", why: /function getenv,/ },
  { sql: "SELECT CASE WHEN 1 = 1 THEN getenv('A') END", why: /function getenv,/ },
  { sql: "SELECT * REPLACE (getenv('A') AS a) FROM (SELECT 1 AS a)", why: /function getenv,/ },
  { sql: "SELECT COLUMNS(c -> getenv(c) IS NULL) FROM (SELECT 1 AS a)", why: /function getenv,/ },
  { sql: "WITH a AS (SELECT getenv('A')) FROM a", why: /function getenv,/ },
  { sql: "SELECT 1 UNION ALL SELECT getenv('A')::INT", why: /function getenv,/ },
  { sql: "FROM (VALUES (getenv('A')))", why: /function getenv,/ },
  { sql: "FROM range(length(getenv('A')))", why: /function getenv,/ },
  { sql: "SELECT 1 GROUP BY getenv('A')", why: /function getenv,/ },
  { sql: "SELECT 1 HAVING getenv('A') IS NULL", why: /function getenv,/ },
  { sql: "SELECT DISTINCT ON (getenv('A')) 1", why: /function getenv,/ },
  { sql: "FROM (SELECT 1) a JOIN (SELECT 2) b ON getenv('A') IS NULL", why: /function getenv,/ },
  { sql: "DESCRIBE SELECT getenv('A')", why: /function getenv,/ },
  { sql: "SUMMARIZE FROM read_text('secret.csv')", why: /function read_text,/ },
  { sql: "FROM (PIVOT (SELECT 1 a) ON a IN (1) USING max(getenv('A')))", why: /function getenv,/ },
  { sql: "FROM read_csv('sec' || 'ret.csv')", why: /isn't a plain text literal/ },
  { sql: "FROM read_csv(['orders.csv', concat('secret', '.csv')])", why: /isn't a plain text literal/ },
  { sql: "FROM read_csv((SELECT 'secret.csv'))", why: /isn't a plain text literal/ },
  { sql: "FROM read_parquet($1)", why: /parameter without a value|isn't a plain text literal/ },
  { sql: "SELECT $1", why: /parameter without a value/ },
  { sql: "FROM 'http://192.0.2.1/a.csv'", why: /remote file/ },
  { sql: "FROM read_parquet('s3://bucket/a.parquet')", why: /remote file/ },
  { sql: "FROM read_csv(['orders.csv', 'https://192.0.2.1/a'])", why: /remote file/ },
  { sql: "DESCRIBE 'file:///etc/passwd'", why: /remote file/ },
  { sql: "SELECT 1; SELECT 2", why: /2 statements/ },
  { sql: "DROP TABLE orders", why: /error of DuckDB's parser/ },
  { sql: "COPY (SELECT 1) TO 'out.csv'", why: /error of DuckDB's parser/ },
  { sql: "ATTACH 'other.duckdb'", why: /error of DuckDB's parser/ },
  { sql: "INSTALL httpfs", why: /error of DuckDB's parser/ },
  { sql: "SET threads = 1", why: /error of DuckDB's parser/ },
  { sql: "CALL pragma_version()", why: /error of DuckDB's parser/ },
  {
    sql: "WITH a AS (INSERT INTO orders SELECT * FROM orders RETURNING *) FROM a",
    why: /error of DuckDB's parser/,
  },
  { sql: "SELECT 1 /* */; DROP TABLE orders", why: /error of DuckDB's parser|2 statements/ },
];

Deno.test({
  name:
    "checkSqlTree refuses what reads the process, other files, other SQL, or writes, as DuckDB itself serialises it",
  ignore,
  fn: async () => {
    const cwd = await workspace();
    for (const { sql, why } of REFUSED) {
      const tree = await serialise(sql, { database: "shop.duckdb", files: "orders.csv" }, cwd);
      assert.match(checkSqlTree(tree) ?? "allowed", why, sql);
      assert.throws(
        () => buildCommands(duckdb, "run", { tree }, { program: "duckdb", settings: {} }),
        /the value of slot "tree"/,
        sql,
      );
    }
    await Deno.remove(cwd, { recursive: true });
  },
});

const FORBIDDEN_FILES = [
  "secret.csv",
  "./secret.csv",
  "data/../secret.csv",
  "*.csv",
  "/etc/passwd",
  "data/a.csv",
];

Deno.test({
  name: "the catalogue's duckdb argv opens no file that the goal did not name",
  ignore,
  fn: async () => {
    const cwd = await workspace();
    for (const file of FORBIDDEN_FILES) {
      const sql = `SELECT count(*) AS n FROM read_csv('${file}', header = false)`;
      const tree = await serialise(sql, { files: "orders.csv" }, cwd);
      // Control: the same query, named.
      const control = await run("run", { files: [file], tree }, cwd);
      if (file !== "data/../secret.csv") assert.match(control.stdout, /"n":/, file);
      const ran = await run("run", { files: "orders.csv", tree }, cwd);
      assert.equal(ran.stdout, "", file);
      assert.match(ran.stderr, /^Permission Error: Cannot access file/, file);
      assert.equal(ran.code, 1);
    }
    await Deno.remove(cwd, { recursive: true });
  },
});

Deno.test({
  name: "the catalogue's duckdb argv leaves a database byte-identical and no file behind",
  ignore,
  fn: async () => {
    const cwd = await workspace();
    const before = await Deno.readFile(`${cwd}/shop.duckdb`);
    const names = (): string[] => [...Deno.readDirSync(cwd)].map((entry) => entry.name).sort();
    const listed = names();
    const slots = { database: "shop.duckdb" };
    const tree = await serialise("SELECT count(*) FROM orders", slots, cwd);
    assert.equal((await run("run", { ...slots, tree }, cwd)).code, 0);
    assert.deepEqual(await Deno.readFile(`${cwd}/shop.duckdb`), before);
    assert.deepEqual(names(), listed);
    await Deno.remove(cwd, { recursive: true });
  },
});

const tree = (select: string): string =>
  `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":[${select}]},"named_param_map":[]}]}`;
const call = (name: string, more = ""): string =>
  `{"class":"FUNCTION","type":"FUNCTION","function_name":${JSON.stringify(name)},"children":[]${more}}`;

Deno.test("checkSqlTree refuses a member that stands twice, since DuckDB takes the first", () => {
  assert.equal(checkSqlTree(tree(call("abs"))), undefined);
  assert.equal(
    checkSqlTree(tree(call("getenv", ',"function_name":"abs"'))),
    "is not a serialised SQL tree",
  );
});

Deno.test("checkSqlTree refuses functions of other schemas and catalogues", () => {
  assert.equal(checkSqlTree(tree(call("abs", ',"schema":"main","catalog":"system"'))), undefined);
  assert.match(checkSqlTree(tree(call("abs", ',"schema":"evil"'))) ?? "", /evil\.abs, which isn't built in/);
  assert.match(checkSqlTree(tree(call("abs", ',"schema":"main","catalog":"shop"'))) ?? "", /isn't built in/);
});

Deno.test("checkSqlTree refuses a function name on an object that does not call itself a function", () => {
  const hidden = '{"class":"CONSTANT","type":"VALUE_CONSTANT","function_name":"getenv"}';
  assert.match(checkSqlTree(tree(hidden)) ?? "", /function getenv,/);
  assert.match(checkSqlTree(tree('{"function_name":"getenv"}')) ?? "", /function getenv,/);
});

Deno.test("checkSqlTree refuses every function that is not listed, wherever it stands", () => {
  const wrap = fc.constantFrom(
    (inner: string) => inner,
    (inner: string) => `{"class":"CAST","type":"OPERATOR_CAST","child":${inner}}`,
    (inner: string) => `{"unheard_of":[[${inner}]]}`,
    (inner: string) => call("abs", `,"filter":${inner}`),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.array(wrap, { maxLength: 6 }), (name, wraps) => {
      const text = tree(wraps.reduce((inner, outer) => outer(inner), call(name)));
      assert.equal(checkSqlTree(text) === undefined, SQL_FUNCTIONS.has(name.toLowerCase()));
    }),
  );
});

Deno.test("checkSqlTree refuses every kind of node that is not listed", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 8 }), (kind) => {
      const name = JSON.stringify(kind);
      assert.notEqual(checkSqlTree(tree(`{"class":${name},"type":"X"}`)), undefined);
      assert.notEqual(checkSqlTree(tree(`{"type":${name}}`)), undefined);
      assert.notEqual(checkSqlTree(tree('{"type":7}')), undefined);
    }),
  );
});

Deno.test("checkSqlTree never throws, and allows no text that is not a tree", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.notEqual(checkSqlTree(text), undefined)));
  fc.assert(fc.property(fc.json(), (text) => assert.notEqual(checkSqlTree(text), undefined)));
  assert.notEqual(checkSqlTree('{"error":false,"statements":[]}'), undefined);
  assert.notEqual(checkSqlTree('{"error":false,"statements":[{"node":{"type":"BASE_TABLE"}}]}'), undefined);
  assert.notEqual(checkSqlTree("[".repeat(100_000)), undefined);
});
