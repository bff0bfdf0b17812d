/**
 * The tools of the persona `data_architect`.
 *
 * @module
 */
import { DATE, DEFAULT_LIMITS } from "./slot_types.ts";
import type { Form, Part, SlotSpec, Tool } from "./types.ts";

const GIB = 1024 ** 3;

const DUCKDB: readonly Part[] = [
  // -no-init: ~/.duckdbrc can run a shell. -readonly is refused without a database, so the two go together.
  "@",
  "-no-init",
  "-json",
  { slot: "database", flag: "-readonly" },
  "-cmd",
  { derive: "duckdb-allowed-paths" },
  "-cmd",
  ".safe_mode",
  "-c",
];

export const duckdb: Tool = {
  name: "duckdb",
  aliases: ["duckdb-query"],
  personas: ["data_architect"],
  summary: "answers questions about CSV, JSON, Parquet and DuckDB files with SQL that only reads",
  program: { search: ["duckdb"] },
  slots: {
    database: { type: { kind: "path", of: "file" } },
    files: { type: { kind: "path", of: "file", glob: true }, many: 8 },
    sql: { type: { kind: "text", max: 8192, language: "sql" } },
    // Linux takes 131,072 bytes as one argument, and each quote in the tree is doubled on its way there.
    tree: { type: { kind: "text", max: 100_000, language: "sql-tree" } },
  },
  forms: [
    // The wish is parsed by DuckDB itself, its tree is checked, and what was checked is run: no second parser to disagree.
    { id: "parse", commands: [[...DUCKDB, { derive: "duckdb-serialize" }]] },
    { id: "run", commands: [[...DUCKDB, { derive: "duckdb-execute" }]] },
  ],
  effect: "read",
  workspace: "read",
  network: { kind: "none" },
  env: {},
  files: [],
  sockets: [],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 8 * GIB } },
  parser: "duckdb",
  probe: ["--version"],
  install:
    'python3 -m venv /opt/duckdb && /opt/duckdb/bin/pip install duckdb-cli==1.5.6, then [tools.duckdb] program = "/opt/duckdb/bin/duckdb"',
  examples: [
    "how many rows are in warehouse.duckdb table orders?",
    "average of amount per region in sales.csv",
    "show the schema of table customers in data/shop.duckdb",
    "null values in column email of users.parquet",
  ],
};

const DBT_SLOTS: Readonly<Record<string, SlotSpec>> = {
  project: { type: { kind: "path", of: "directory" }, default: "." },
  select: {
    type: {
      kind: "pattern",
      pattern: "[+@0-9]{0,4}[A-Za-z_][A-Za-z0-9_.:/*,+@=-]{0,255}",
      max: 260,
      what: "a dbt selection",
    },
    many: 16,
  },
  exclude: {
    type: {
      kind: "pattern",
      pattern: "[+@0-9]{0,4}[A-Za-z_][A-Za-z0-9_.:/*,+@=-]{0,255}",
      max: 260,
      what: "a dbt selection",
    },
    many: 16,
  },
  target: {
    type: { kind: "pattern", pattern: "[A-Za-z_][A-Za-z0-9_-]{0,63}", max: 64, what: "a dbt target" },
  },
  threads: { type: { kind: "integer", min: 1, max: 64 } },
  vars: {
    type: {
      kind: "pattern",
      pattern: "[{A-Za-z_\"'][^\\x00-\\x1f\\x7f]{0,500}",
      max: 501,
      what: "dbt variables, as YAML on one line",
    },
  },
  full_refresh: { type: { kind: "switch" } },
};

const DBT_GLOBALS: readonly Part[] = [
  "--no-use-colors",
  "--no-send-anonymous-usage-stats",
  "--no-version-check",
];
const DBT_PROJECT: readonly Part[] = [
  { slot: "project", flag: "--project-dir" },
  { slot: "project", flag: "--profiles-dir" },
  { slot: "target", flag: "--target" },
];

const dbtForm = (id: string, words: readonly string[], refresh: boolean): Form => ({
  id,
  // 1: a test or model failed; 2: it could not run at all. The results file tells, where there is one.
  proceedOn: [0, 1, 2],
  commands: [
    [
      "@",
      ...DBT_GLOBALS,
      ...words,
      ...DBT_PROJECT,
      { slot: "select", flag: "--select" },
      { slot: "exclude", flag: "--exclude" },
      { slot: "threads", flag: "--threads" },
      { slot: "vars", flag: "--vars" },
      ...(refresh ? [{ slot: "full_refresh", flag: "--full-refresh" }] : []),
    ],
    ["/bin/cat", "/tmp/dbt-target/run_results.json"],
    ...(id === "docs-generate" ? [["/bin/cat", "/tmp/dbt-target/catalog.json"]] : []),
  ],
});

/** The rows that failing tests select. `dbt show` prints the tests that its first selection names, hence the join. */
const DBT_FAILING_ROWS: Form = {
  id: "failing-rows",
  commands: [[
    "@",
    ...DBT_GLOBALS,
    "--quiet",
    "show",
    ...DBT_PROJECT,
    { slot: "tests", flag: "--select", join: " " },
    ...["--limit", "5", "--output", "json"],
  ]],
};

const DBT_TESTS: SlotSpec = {
  type: {
    kind: "pattern",
    pattern: "[A-Za-z_][A-Za-z0-9_]{0,255}",
    max: 256,
    what: "the name of a dbt test",
  },
  many: 16,
};

const dbtTool = (
  verb: string,
  words: readonly string[],
  effect: "read" | "write",
  summary: string,
  examples: readonly string[],
): Tool => {
  const refresh = verb === "run" || verb === "build" || verb === "compile";
  const { full_refresh, ...slots } = DBT_SLOTS;
  return {
    name: `dbt ${verb}`,
    aliases: [],
    personas: ["data_architect"],
    summary,
    program: { search: ["dbt"] },
    slots: {
      ...slots,
      ...(refresh && full_refresh !== undefined ? { full_refresh } : {}),
      ...(verb === "test" ? { tests: DBT_TESTS } : {}),
    },
    forms: [dbtForm(words.join("-"), words, refresh), ...(verb === "test" ? [DBT_FAILING_ROWS] : [])],
    effect,
    // It opens its database for writing even to test, so a reading verb works on a copy that is thrown away.
    workspace: effect === "write" ? "replace" : "scratch",
    projectSlot: "project",
    // A profile's database path and the files that models read are relative to where dbt is started, not to the project.
    chdirSlot: "project",
    network: { kind: "none" },
    env: {
      DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
      DO_NOT_TRACK: "1",
      DBT_TARGET_PATH: "/tmp/dbt-target",
      DBT_LOG_PATH: "/tmp/dbt-logs",
      PYTHONDONTWRITEBYTECODE: "1",
    },
    files: [],
    sockets: [],
    roots: [],
    limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 8 * GIB } },
    parser: "dbt",
    install:
      'python3 -m venv /opt/dbt && /opt/dbt/bin/pip install dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==1.5.6, then [tools."dbt run"] program = "/opt/dbt/bin/dbt" (the same for test, build, compile, docs generate)',
    examples,
  };
};

export const dbtRun = dbtTool("run", ["run"], "write", "builds dbt models", [
  "run dbt model dim_customers",
  "dbt run tag:nightly",
]);
export const dbtTest = dbtTool("test", ["test"], "read", "runs dbt's data tests", [
  "are our data tests passing?",
  "run the dbt tests for model stg_orders",
]);
export const dbtBuild = dbtTool("build", ["build"], "write", "builds dbt models and runs their tests", [
  "build the model fct_revenue with dbt and everything upstream of it",
]);
export const dbtCompile = dbtTool("compile", ["compile"], "read", "compiles dbt models to SQL", [
  "compile the dbt project in analytics/",
]);
export const dbtDocs = dbtTool(
  "docs generate",
  ["docs", "generate"],
  "read",
  "generates dbt's documentation",
  ["generate the dbt documentation"],
);

const MODEL: SlotSpec = {
  type: {
    kind: "pattern",
    pattern: '[+*]?[A-Za-z_"][A-Za-z0-9_.*"]{0,255}[+]?',
    max: 260,
    what: "a model's name",
  },
  many: 16,
};

const sqlmeshTool = (
  verb: string,
  effect: "read" | "write",
  summary: string,
  command: readonly Part[],
  slots: Readonly<Record<string, SlotSpec>>,
  examples: readonly string[],
): Tool => ({
  name: `sqlmesh ${verb}`,
  aliases: [],
  personas: ["data_architect"],
  summary,
  program: { search: ["sqlmesh"] },
  slots: {
    project: { type: { kind: "path", of: "directory" }, default: "." },
    start: { type: DATE },
    end: { type: DATE },
    models: MODEL,
    ...slots,
  },
  forms: [{
    id: verb,
    commands: [[
      "@",
      { slot: "project", flag: "--paths" },
      "--log-file-dir",
      "/tmp/sqlmesh-logs",
      verb,
      ...command,
      { slot: "start", flag: "--start" },
      { slot: "end", flag: "--end" },
    ]],
  }],
  effect,
  workspace: effect === "write" ? "replace" : "scratch",
  projectSlot: "project",
  // A gateway's database path is relative to where sqlmesh is started, not to the project.
  chdirSlot: "project",
  network: { kind: "none" },
  // DO_NOT_TRACK does nothing here; this one does.
  env: {
    SQLMESH__DISABLE_ANONYMIZED_ANALYTICS: "true",
    SQLMESH__CACHE_DIR: "/tmp/sqlmesh-cache",
    PYTHONDONTWRITEBYTECODE: "1",
    NO_COLOR: "1",
    COLUMNS: "200",
  },
  files: [],
  sockets: [],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 8 * GIB } },
  parser: "sqlmesh",
  install:
    `python3 -m venv /opt/sqlmesh && /opt/sqlmesh/bin/pip install sqlmesh==0.236.4 duckdb==1.5.6, then [tools."sqlmesh ${verb}"] program = "/opt/sqlmesh/bin/sqlmesh"`,
  examples,
});

const ENVIRONMENT: SlotSpec = {
  type: { kind: "pattern", pattern: "[A-Za-z_][A-Za-z0-9_-]{0,63}", max: 64, what: "a sqlmesh environment" },
  default: "prod",
};

export const sqlmeshAudit = sqlmeshTool(
  "audit",
  "read",
  "runs sqlmesh's audits",
  [{ slot: "models", flag: "--model" }],
  {},
  ["audit the sqlmesh project", "sqlmesh audit mart.orders"],
);
// --explain leaves the database byte-identical; without it, plan asks, and --no-prompts still asks.
export const sqlmeshPlan = sqlmeshTool(
  "plan",
  "read",
  "shows what sqlmesh would change in an environment",
  [{ slot: "environment" }, "--no-prompts", "--explain", { slot: "models", flag: "--select-model" }],
  { environment: ENVIRONMENT },
  ["what would sqlmesh change in environment dev?"],
);
export const sqlmeshRun = sqlmeshTool(
  "run",
  "write",
  "runs the models of a sqlmesh environment that are due",
  [{ slot: "environment" }, { slot: "models", flag: "--select-model" }],
  { environment: ENVIRONMENT },
  ["run sqlmesh"],
);
