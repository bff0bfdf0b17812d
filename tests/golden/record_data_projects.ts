/**
 * The dbt and sqlmesh cases: the real tools over copies of the demo's built projects.
 *
 * @module
 */
import type { Slots } from "../../lib/catalog/types.ts";
import { makeDemoWorkspace } from "../fixtures/demo/workspace.ts";
import { installedTools } from "../setup/installed.ts";
import type { ToolState } from "../setup/places.ts";
import { record } from "./record.ts";

interface Case {
  readonly name: string;
  readonly goal: string;
  readonly tool: string;
  readonly form: string;
  readonly project: string;
  readonly slots?: Slots;
  /** Files of the project that are replaced first. */
  readonly files?: Readonly<Record<string, string>>;
}

const dbtTest = { tool: "dbt test", form: "test", project: "dbt" };
const dbtRun = { tool: "dbt run", form: "run", project: "dbt" };
const audit = { tool: "sqlmesh audit", form: "audit", project: "sqlmesh" };
const plan = { tool: "sqlmesh plan", form: "plan", project: "sqlmesh" };
const run_ = { tool: "sqlmesh run", form: "run", project: "sqlmesh" };

const CASES: readonly Case[] = [
  { ...dbtTest, name: "test", goal: "are our data tests passing?" },
  {
    ...dbtTest,
    name: "failing_rows",
    goal: "which rows fail the data tests?",
    form: "failing-rows",
    slots: { tests: ["orders_have_positive_amounts", "unique_stg_orders_order_id"] },
  },
  { ...dbtTest, name: "test_passing", goal: "dbt test fct_revenue", slots: { select: "fct_revenue" } },
  { ...dbtTest, name: "test_nothing", goal: "dbt test dim_customers", slots: { select: "dim_customers" } },
  { ...dbtRun, name: "run", goal: "dbt run" },
  {
    ...dbtRun,
    name: "run_broken",
    goal: "dbt run",
    files: { "models/stg_orders.sql": "select * from read_csv('data/order.csv')\n" },
  },
  {
    ...dbtRun,
    name: "run_no_ref",
    goal: "dbt run",
    files: { "models/fct_revenue.sql": "select * from {{ ref('stg_ordrs') }}\n" },
  },
  { name: "build", goal: "dbt build", tool: "dbt build", form: "build", project: "dbt" },
  {
    name: "compile",
    goal: "compile fct_revenue",
    tool: "dbt compile",
    form: "compile",
    project: "dbt",
    slots: { select: "fct_revenue" },
  },
  {
    name: "docs",
    goal: "generate the docs",
    tool: "dbt docs generate",
    form: "docs-generate",
    project: "dbt",
  },
  { ...dbtTest, name: "no_project", goal: "dbt test in python", project: "python" },
  { ...dbtTest, name: "no_profile", goal: "dbt test", files: { "profiles.yml": "other: {}\n" } },
  { ...audit, name: "audit", goal: "audit the sqlmesh project" },
  { ...audit, name: "audit_passing", goal: "audit shop.revenue", slots: { models: "shop.revenue" } },
  { ...audit, name: "audit_no_model", goal: "audit shop.nope", slots: { models: "shop.nope" } },
  { ...audit, name: "audit_unplanned", goal: "audit sqlmesh-next", project: "sqlmesh-next" },
  { ...audit, name: "audit_no_project", goal: "audit python", project: "python" },
  { ...plan, name: "plan", goal: "what would sqlmesh change in prod?", project: "sqlmesh-next" },
  { ...plan, name: "plan_dev", goal: "plan for dev", project: "sqlmesh-next", slots: { environment: "dev" } },
  { ...plan, name: "plan_nothing", goal: "what would sqlmesh change in prod?" },
  { ...plan, name: "plan_dev_nothing", goal: "plan for dev", slots: { environment: "dev" } },
  {
    ...plan,
    name: "plan_broken",
    goal: "what would sqlmesh change?",
    files: { "models/revenue.sql": "MODEL (name shop.revenue, kind FULL);\nSELECT FROM WHERE\n" },
  },
  { ...run_, name: "run_not_due", goal: "run sqlmesh" },
  {
    ...run_,
    name: "run_no_environment",
    goal: "run sqlmesh in qa",
    slots: { environment: "qa" },
  },
];

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** What an output says only because of when and where it was taken. */
const SETTLED: readonly (readonly [RegExp, string])[] = [
  [/\b\d\d:\d\d:\d\d(?= )/g, "09:00:00"],
  [/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g, "2026-11-03T09:00:00.000000Z"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "00000000-0000-4000-8000-000000000000"],
  [/ in \d+\.\d\ds\]/g, " in 0.10s]"],
  [/\d+ hours \d+ minutes and \d+\.\d+ seconds \(\d+\.\d+s\)/g, "0 hours 0 minutes and 0.25 seconds (0.25s)"],
  [/"(execution_time|elapsed_time)": [0-9.e-]+/g, '"$1": 0.125'],
  [/"thread_id": "[^"]*"/g, '"thread_id": "Thread-1 (worker)"'],
  [/Next run will be ready at [^.]+\./g, "Next run will be ready at 2026-11-04 12:00AM UTC."],
];

async function recordCase(
  one: Case,
  workspace: string,
  tools: Readonly<Record<string, ToolState>>,
): Promise<void> {
  const state = tools[one.tool.split(" ")[0] ?? ""];
  if (state === undefined || "missing" in state) return;
  const copied = await Deno.makeTempDir();
  const cwd = `${copied}/${one.project}`;
  await copy(`${workspace}/${one.project}`, cwd);
  for (const [name, text] of Object.entries(one.files ?? {})) {
    await Deno.writeTextFile(`${cwd}/${name}`, text);
  }
  // The catalogue's argvs name these; in the sandbox they are a fresh tmpfs.
  for (const left of ["/tmp/dbt-target", "/tmp/dbt-logs", "/tmp/sqlmesh-cache", "/tmp/sqlmesh-logs"]) {
    await Deno.remove(left, { recursive: true }).catch(() => undefined);
  }
  await record(one.name, {
    goal: one.goal,
    intent: one.tool.split(" ")[0] ?? "",
    about: {},
    steps: [{ id: "s1", tool: one.tool, form: one.form, slots: { project: one.project, ...one.slots } }],
  }, {
    cwd,
    env: { HOME: copied },
    context: { program: state.program, settings: {} },
    replace: [[cwd, `/workspace/${one.project}`], [state.program, one.tool.split(" ")[0] ?? ""], ...SETTLED],
    ending: "out",
  });
  await Deno.remove(copied, { recursive: true });
}

/** Records all cases. */
export async function run(): Promise<void> {
  const tools = await installedTools();
  const workspace = await Deno.makeTempDir();
  await makeDemoWorkspace(workspace, tools);
  for (const one of CASES) await recordCase(one, workspace, tools);
  await Deno.remove(workspace, { recursive: true });
}
