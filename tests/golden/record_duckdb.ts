/**
 * The duckdb cases: the real duckdb over the demo's files. Each wish goes through both forms, as in a plan.
 *
 * @module
 */
import { buildCommands } from "../../lib/catalog/build.ts";
import { checkSqlTree } from "../../lib/catalog/sql_tree.ts";
import { duckdb } from "../../lib/catalog/tools_data.ts";
import type { Slots } from "../../lib/catalog/types.ts";
import { makeDemoDatabase } from "../fixtures/demo/database.ts";
import { installedTools } from "../setup/installed.ts";
import { record } from "./record.ts";

const orders = { files: "data/orders.csv" };
const customers = { files: "data/customers.csv" };
const shop = { database: "data/shop.duckdb" };

interface Wish {
  readonly name: string;
  readonly goal: string;
  readonly sql: string;
  readonly slots: Slots;
  readonly intent?: string;
  readonly about?: Readonly<Record<string, string>>;
}

const WISHES: readonly Wish[] = [
  {
    name: "count",
    goal: "how many rows are in data/orders.csv?",
    sql: "SELECT count(*) AS n FROM 'data/orders.csv'",
    slots: orders,
  },
  {
    name: "count_where",
    goal: "how many orders in data/orders.csv were returned?",
    sql: "SELECT count(*) AS n FROM 'data/orders.csv' WHERE status = 'returned'",
    slots: orders,
  },
  {
    name: "sum",
    goal: "total amount of the orders in data/shop.duckdb that were not cancelled",
    sql: "SELECT sum(amount) AS revenue FROM orders WHERE status <> 'cancelled'",
    slots: shop,
  },
  {
    name: "top",
    goal: "the five customers who spent most, in data/shop.duckdb",
    sql:
      "SELECT customer_id, sum(amount) AS spent FROM orders GROUP BY customer_id ORDER BY spent DESC LIMIT 5",
    slots: shop,
  },
  {
    name: "freshness",
    goal: "how old is the newest order in data/orders.csv?",
    sql: "SELECT max(ordered_at) AS max_ordered_at FROM 'data/orders.csv'",
    slots: orders,
  },
  {
    name: "no_rows",
    goal: "orders from region MARS in data/orders.csv",
    sql: "SELECT * FROM 'data/orders.csv' WHERE region = 'MARS'",
    slots: orders,
  },
  {
    name: "duplicates",
    goal: "duplicate emails in data/customers.csv",
    sql:
      "SELECT email, count(*) AS n FROM 'data/customers.csv' WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1",
    slots: customers,
    about: { wish: "duplicates" },
  },
  {
    name: "no_duplicates",
    goal: "duplicate order ids in data/orders.csv",
    sql: "SELECT order_id, count(*) AS n FROM 'data/orders.csv' GROUP BY order_id HAVING count(*) > 1",
    slots: orders,
    about: { wish: "duplicates" },
  },
  {
    name: "describe",
    goal: "columns of data/customers.csv",
    sql: "DESCRIBE 'data/customers.csv'",
    slots: customers,
    intent: "schema",
  },
  {
    name: "summarize",
    goal: "profile data/customers.csv",
    sql: "SUMMARIZE 'data/customers.csv'",
    slots: customers,
    intent: "schema",
  },
  {
    name: "tables",
    goal: "which tables are in data/shop.duckdb?",
    sql: "SHOW TABLES",
    slots: shop,
    intent: "schema",
  },
  {
    name: "nested",
    goal: "sku, tags and stock of data/products.json",
    sql: "SELECT sku, tags, stock FROM 'data/products.json' ORDER BY sku",
    slots: { files: "data/products.json" },
  },
  {
    name: "numbers",
    goal: "numbers that binary fractions and 53 bits would spoil",
    sql:
      "SELECT 9223372036854775807 AS big, 'nan'::DOUBLE AS nan, '-inf'::DOUBLE AS inf, sum(order_id) AS huge, 0.10::DECIMAL(4, 2) AS dime, NULL AS nothing FROM orders",
    slots: shop,
  },
  {
    name: "no_file",
    goal: "rows in data/order.csv",
    sql: "SELECT count(*) FROM 'data/order.csv'",
    slots: { files: "data/order.csv" },
  },
  {
    name: "not_named",
    goal: "rows in data/orders.csv",
    sql: "SELECT count(*) FROM 'data/customers.csv'",
    slots: orders,
  },
  {
    name: "no_column",
    goal: "sum of amonut in data/orders.csv",
    sql: "SELECT sum(amonut) FROM 'data/orders.csv'",
    slots: orders,
  },
  {
    name: "no_table",
    goal: "rows of ordrs in data/shop.duckdb",
    sql: "SELECT count(*) FROM ordrs",
    slots: shop,
  },
  {
    name: "no_database",
    goal: "tables in data/shp.duckdb",
    sql: "SHOW TABLES",
    slots: { database: "data/shp.duckdb" },
  },
  {
    name: "conversion",
    goal: "sum of status in data/shop.duckdb",
    sql: "SELECT sum(status::INT) FROM orders",
    slots: shop,
  },
  {
    name: "double_column",
    goal: "orders with their customers in data/shop.duckdb",
    sql: "SELECT * FROM orders JOIN customers USING (customer_id)",
    slots: shop,
  },
  { name: "getenv", goal: "run SELECT getenv('HOME')", sql: "SELECT getenv('HOME')", slots: {} },
  {
    name: "read_text",
    goal: "run SELECT * FROM read_text('/etc/passwd')",
    sql: "SELECT * FROM read_text('/etc/passwd')",
    slots: {},
  },
  { name: "two_statements", goal: "run SELECT 1; SELECT 2", sql: "SELECT 1; SELECT 2", slots: {} },
  { name: "drop", goal: "run DROP TABLE orders", sql: "DROP TABLE orders", slots: shop },
  {
    name: "pivot",
    goal: "pivot orders by region",
    sql: "PIVOT orders ON region USING sum(amount)",
    slots: shop,
  },
  { name: "syntax", goal: "run SELECT count(* FROM orders", sql: "SELECT count(* FROM orders", slots: shop },
];

/** The tree that DuckDB makes of a wish, or `undefined` when it may not be run. */
async function treeOf(program: string, cwd: string, { sql, slots }: Wish): Promise<string | undefined> {
  const [argv = []] = buildCommands(duckdb, "parse", { ...slots, sql }, { program, settings: {} });
  const { stdout } = await new Deno.Command(program, { args: argv.slice(1), cwd }).output();
  const tree = new TextDecoder().decode(stdout).trim().replace(/^\[\{"tree":/, "").replace(/\}\]$/, "");
  return checkSqlTree(tree) === undefined ? tree : undefined;
}

/** Records all cases. */
export async function run(): Promise<void> {
  const state = (await installedTools()).duckdb;
  if (state === undefined || "missing" in state) return;
  const cwd = await Deno.makeTempDir();
  await makeDemoDatabase(state.program, cwd);
  for (const wish of WISHES) {
    const tree = await treeOf(state.program, cwd, wish);
    const step = { tool: "duckdb" };
    await record(wish.name, {
      goal: wish.goal,
      intent: wish.intent ?? "sql",
      about: wish.about ?? {},
      steps: [
        {
          ...step,
          id: "s1",
          form: "parse",
          slots: { ...wish.slots, sql: wish.sql },
          why: "DuckDB reads the SQL",
        },
        ...(tree === undefined ? [] : [{
          ...step,
          id: "s2",
          form: "run",
          slots: { ...wish.slots, tree },
          needs: ["s1"],
          why: "the answer",
        }]),
      ],
    }, {
      cwd,
      env: {},
      context: { program: state.program, settings: {} },
      replace: [[cwd, "/workspace"], [state.program, "duckdb"]],
      ending: "json",
    });
  }
  await Deno.remove(cwd, { recursive: true });
}
