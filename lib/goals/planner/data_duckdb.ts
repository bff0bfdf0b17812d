/**
 * Goals that DuckDB answers: questions about files, and SQL as it stands.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, type StepDraft, STRENGTH } from "./claims.ts";
import { columnsOf } from "./data_columns.ts";
import { isDataQuestion, sqlFor } from "./data_sql.ts";
import type { Reading } from "./reading.ts";
import { extensionOf } from "./text/classify.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

const FILES = new Set(["csv", "tsv", "parquet", "json", "jsonl", "ndjson"]);
const DATABASES = new Set(["duckdb", "ddb", "db"]);
const WRITES =
  /^\s*(?:insert|delete|drop|truncate|update|alter|create|copy|attach|detach|install|load|export|import|grant|revoke|vacuum|call|checkpoint|set|reset|pragma|replace|merge|use|begin|commit|execute|prepare)\b/i;
const FUNCTIONS =
  /\b(?:read_text|read_blob|glob|getenv|query|query_table|nextval|sniff_csv|duckdb_secrets|parquet_kv_metadata|system|shell|httpfs|pragma_\w+|which_secret|load_aws_credentials|sqlite_scan|postgres_scan|mysql_scan|iceberg_scan|delta_scan|read_xlsx|st_read)\s*\(/i;

/** A file's relation, as SQL names it. */
const relation = (path: string): string => `'${path.replaceAll("'", "''")}'`;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const dataFile = (token: Token): "file" | "database" | undefined => {
  const raw = token.raw.replace(/\.(?:gz|zst)$/i, "");
  const extension = extensionOf(raw);
  return FILES.has(extension) ? "file" : DATABASES.has(extension) ? "database" : undefined;
};

/** The table that a goal names beside a database. */
export function tableOf(reading: Reading): string | undefined {
  const patterns: readonly RegExp[] = [
    /\btables? (?:called |named )?(\S+)/,
    /\b(?:the|of|in|from) (\S+) table\b/,
    /\b(\S+) table\b/,
    /‹path› (\S+)$/,
    /^‹path› (\S+) [:,]/,
    /\b(?:rows|records|entries|columns|schema|duplicates|nulls) (?:are |is |there )*(?:in|of|from|does) (?:the )?(\S+) (?:of|in|from|inside|have|has|,)/,
    /\bhow many (\S+) (?:are |is |do |have |does |there |in |we )/,
    /\b(?:count|number of) (?:of |the |all )*(\S+) (?:in|of|inside|from) ‹path›/,
    /\b(\S+) (?:in|of|inside|from) (?:the )?(?:database |file )?‹path›/,
    /^(?:(?:please|show|list|get|count|all|the|how many|give me|find|me) )*(\S+) (?:with|where|whose|per|by|having|sorted|grouped|since|from|in)\b/,
  ];
  for (const [index, pattern] of patterns.entries()) {
    for (const hit of reading.every(pattern)) {
      const token = hit.token(1);
      if (token === undefined || !/^[A-Za-z_][\w.]*$/.test(token.raw) || NO_TABLE.has(token.canon)) continue;
      if (token.literal !== undefined && token.literal !== "name" && token.literal !== "quoted") continue;
      if (index >= 5 && token.literal === "quoted") continue;
      // "sum of amount in x.duckdb": what is summed is no table.
      if (index >= 5 && MEASURED.test(reading.asked.slice(0, hit.index + hit.text.indexOf(token.canon)))) {
        continue;
      }
      if (index >= 5 && isKnownWord(token.canon) && GENERAL.has(token.canon)) continue;
      return token.raw;
    }
  }
  return undefined;
}

const MEASURED =
  /\b(?:sum|average|mean|median|total|minimum|maximum|max|min|highest|lowest|values?|nulls|duplicates) (?:of|in) (?:the |all )?$/;

const NO_TABLE = new Set(
  ("the a an in of from is are does do has have and or with for each every any all which what names list tables there exist exists called named this that per by " +
    "data please now pls how many show me it its be was were to on join joined one two three left right same whole entire given")
    .split(" "),
);
const GENERAL = new Set(
  "rows row records record lines entries columns column schema data values value types structure duplicates nulls many much there tables table stored inside fields field count number all in different distinct total entries"
    .split(" "),
);

/** Whether the statement reads a table that neither it nor DuckDB itself defines. */
function tablesOf(sql: string): boolean {
  if (/^(?:describe|summari[sz]e|show)\b/i.test(sql)) return true;
  const defined = new Set(
    [...sql.matchAll(/\b(\w+)\s+as\s*\(/gi)].map((hit) => (hit[1] ?? "").toLowerCase()),
  );
  return [...sql.matchAll(/\b(?:from|join)\s+(\w+)(?!\s*\()/gi)].some((hit) =>
    !defined.has((hit[1] ?? "").toLowerCase()) &&
    !/^(?:range|generate_series|unnest|select|lateral)$/i.test(hit[1] ?? "")
  );
}

function statements(sql: string): string[] {
  const parts: string[] = [];
  let quote = "";
  let from = 0;
  for (let index = 0; index < sql.length; index += 1) {
    const char = sql[index] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if (char === ";") {
      parts.push(sql.slice(from, index));
      from = index + 1;
    }
  }
  parts.push(sql.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

export function duckdbClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "duckdb",
    persona: "data_architect",
    strength,
    result,
  });
  const refuse = (reason: string): Claim => claim(STRENGTH.named, { kind: "refuse", reason });
  const named = reading.has(/\bduckdb\b/);
  const sqls = [...reading.askedLiterals("sql"), ...reading.literals("sql").filter((token) => token.pasted)];
  const asked = reading.askedLiterals("path", "quoted").filter((token) => dataFile(token) !== undefined);
  const pasted = reading.literals("path", "quoted").filter((token) =>
    token.pasted && dataFile(token) !== undefined
  );
  const tokens = asked.length > 0
    ? asked
    : reading.has(/\b(?:this|that|the same|it|again|the file)\b/)
    ? pasted
    : [];
  const inSql = sqls.flatMap((token) =>
    [...token.raw.matchAll(/'([^'\n]{1,300})'/g)].map((hit) => hit[1] ?? "")
  ).filter((path) => /\.(?:csv|tsv|parquet|jsonl?|ndjson)(?:\.gz|\.zst)?$/i.test(path));
  const files = [
    ...new Set([...tokens.filter((token) => dataFile(token) === "file").map((token) => token.raw), ...inSql]),
  ];
  const databases = [
    ...new Set(tokens.filter((token) => dataFile(token) === "database").map((token) => token.raw)),
  ];
  const url = reading.literals("url").find((token) =>
    /^(?:https?|s3|gs|gcs|az|azure|hdfs|r2|ftp|postgres(?:ql)?|mysql|jdbc)/i.test(token.raw)
  );
  const question = isDataQuestion(reading) || sqls.length > 0;
  if (
    url !== undefined && (question || named || /\.(?:parquet|csv|json)/.test(url.raw)) &&
    !/prometheus|grafana/.test(reading.asked)
  ) {
    return refuse(`"${url.raw.slice(0, 80)}" is not on this host, and nothing is fetched`);
  }
  const sql = sqls[0];
  if (sql !== undefined) {
    const all = sqls.flatMap((token) => statements(token.raw));
    const writing = all.find((text) => WRITES.test(text));
    if (writing !== undefined) {
      return refuse(`SQL may only read, and this would not: "${writing.slice(0, 60)}"`);
    }
    const text = all[0] ?? sql.raw;
    const bad = FUNCTIONS.exec(text);
    if (bad !== null) {
      return refuse(`The function "${bad[0].replace(/\s*\($/, "")}" is not allowed in SQL here`);
    }
    if (/'(?:https?|s3|gs|gcs|az|hf|ftp):\/\//i.test(text)) {
      return refuse("Nothing is fetched from outside this host");
    }
    if (all.length > 1) {
      return claim(STRENGTH.named, {
        kind: "ask",
        question: "Which one of the statements? One is run at a time.",
      });
    }
    const clean = text.replace(/--[^\n]*/g, " ").replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\s+/g, " ")
      .trim();
    const needsTable = tablesOf(clean) && inSql.length === 0 && databases.length === 0;
    if (needsTable && files.length === 0) {
      return claim(STRENGTH.named, { kind: "ask", question: "Which file or database holds the table?" });
    }
    return steps(
      claim,
      clean,
      files,
      databases[0],
      STRENGTH.named,
      "runs the statement once DuckDB has shown that it only reads",
    );
  }
  if (
    /(?:^|\s)\.(?:shell|system|sh|tables|schema|mode|read|open|import|output|once|dump)\b/.test(
      reading.goal,
    ) && (databases.length > 0 || named)
  ) {
    if (!/\.(?:tables|schema)\b/.test(reading.goal)) return refuse("DuckDB's dot commands are not allowed");
  }
  if (files.length === 0 && databases.length === 0) {
    const xlsx = reading.literals("path").find((token) =>
      /\.(?:xlsx?|avro|orc|arrow|feather|sqlite3?)$/i.test(token.raw)
    );
    if (xlsx !== undefined && question) {
      return refuse(`"${xlsx.raw}" is no CSV, JSON, Parquet or DuckDB file`);
    }
    if (!question && !named) return undefined;
    const strong = named ||
      reading.has(
        /\b(?:rows?|columns?|csv|parquet|tables?|nulls?|duckdb|data ?set|duplicates?|schema|sql|file)\b/,
      );
    const table = tableOf(reading);
    return claim(strong ? STRENGTH.clear : STRENGTH.hint, {
      kind: "ask",
      question: table === undefined
        ? "Which file or database is it about?"
        : `Which file or database holds the table ${table}?`,
    });
  }
  const strength = question || named || asked.length > 0 ? STRENGTH.named : STRENGTH.clear;
  const database = databases[0];
  if (database !== undefined && files.length === 0) {
    const listing = reading.has(
      /\b(?:which|what|list|show|all|how many|name|names of|the|any|see|give me) (?:\S+ ){0,3}?tables\b|\btables (?:are|exist|does|in|of|has|list)\b|\bwhat is (?:in|inside) (?:the )?(?:database )?‹path›|\bcontents? of\b/,
    ) || /(?:^|\s)\.tables\b/.test(reading.goal);
    const table = tableOf(reading);
    if (table === undefined && listing) {
      return steps(
        claim,
        "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL",
        [],
        database,
        strength,
        "lists the tables",
        "schema",
      );
    }
    if (table === undefined) {
      return claim(strength, { kind: "ask", question: `Which table of ${database}?` });
    }
    const made = sqlFor(reading, [table.split(".").map(identifier).join(".")], columnsOf(reading, [table]));
    return steps(claim, made.sql, [], database, strength, made.why, made.intent, made.wish);
  }
  const relations = files.slice(0, 8).map(relation);
  const made = sqlFor(reading, relations, columnsOf(reading, []));
  return steps(claim, made.sql, files, database, strength, made.why, made.intent, made.wish);
}

/** The two steps of every DuckDB question: parse and check, then run what was checked. */
function steps(
  claim: (strength: number, result: Claim["result"]) => Claim,
  sql: string,
  files: readonly string[],
  database: string | undefined,
  strength: number,
  why: string,
  intent: "sql" | "schema" = "sql",
  wish?: string,
): Claim {
  const where: Record<string, Slots[string]> = {};
  if (files.length > 0) where.files = files.slice(0, 8);
  if (database !== undefined) where.database = database;
  const drafts: StepDraft[] = [
    {
      tool: "duckdb",
      form: "parse",
      slots: { ...where, sql },
      why: "lets DuckDB parse the SQL, so that it can be checked",
    },
    {
      tool: "duckdb",
      form: "run",
      slots: where,
      why,
      // Without a checked tree there is nothing to fill the slot with, and the step is skipped.
      fills: [{ slot: "tree", step: 0, fact: "sql_tree", max: 1 }],
      needs: [0],
    },
  ];
  return claim(strength, {
    kind: "steps",
    intent,
    about: { sql, ...(wish === undefined ? {} : { wish }) },
    steps: drafts,
  });
}
