/**
 * DuckDB's error messages as reasons a person can act on.
 *
 * @module
 */
import type { Parsed, ParserInput } from "../types.ts";
import { cite, lastWords, notLooked, parsed, textOf } from "./parsed.ts";
import { oneLine, some } from "./words.ts";

/** Tables that DuckDB offers as a spelling although no person means them. */
const SYSTEM_TABLE = /^(pragma_|pg_|duckdb_|sqlite_|information_schema)/;

interface Failure {
  readonly reason: string;
  readonly missing?: true;
  readonly next?: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly say: (groups: readonly string[], files: readonly string[], message: string) => Failure;
}

/** DuckDB looks for a directory of that name when there is no file. */
const ofDirectoryScan = (path: string): string => path.replace(/\/\*\*\/\*\.[a-z0-9.]+$/i, "");

const RULES: readonly Rule[] = [
  {
    pattern: /Table with name (\S+) does not exist!(?:\s*Did you mean "([^"]+)")?/,
    say: ([table = "", guess = ""]) => ({
      reason: `There is no table ${table}${
        guess === "" || SYSTEM_TABLE.test(guess) ? "" : `; did you mean ${guess}?`
      }`,
      missing: true,
      next: "ask which tables there are",
    }),
  },
  {
    pattern: /Referenced column "([^"]+)" (?:was )?not found[^\n]*(?:\n\s*Candidate bindings: ([^\n]*))?/,
    say: ([column = "", candidates = ""]) => {
      const names = [...candidates.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
      return {
        reason: `There is no column ${column}${names.length === 0 ? "" : `; near it are ${some(names)}`}`,
        missing: true,
        next: "ask for the columns of the table",
      };
    },
  },
  {
    pattern: /(?:No files found that match the pattern|Cannot open file) "([^"]+)"/,
    say: ([path = ""]) => ({ reason: `There is no file ${ofDirectoryScan(path)}`, missing: true }),
  },
  {
    pattern: /Cannot access (?:file|directory) "([^"]+)" - file system operations are disabled/,
    say: ([path = ""], files, message) => {
      const file = ofDirectoryScan(path);
      const extension = /required extension '([^']+)'/.exec(message)?.[1];
      if (extension !== undefined) {
        return {
          reason: `DuckDB needs its extension ${extension} for that, which isn't built in and is not fetched`,
          next: "convert the file to CSV or Parquet",
        };
      }
      return files.includes(file) ? { reason: `There is no file ${file}`, missing: true } : {
        reason: `DuckDB may not open ${file}: the goal does not name it as a file to read`,
        next: `name ${file} in the goal`,
      };
    },
  },
  {
    pattern: /Cannot open database "([^"]+)" in read-only mode: database does not exist/,
    say: ([path = ""]) => ({
      reason: `There is no database ${path.replace(/^\/workspace\//, "")}`,
      missing: true,
    }),
  },
  {
    pattern: /is not a valid DuckDB database file|Cannot launch in-memory database in read-only mode/,
    say: () => ({
      reason: "The file is not a DuckDB database",
      next: "name it as a CSV, JSON or Parquet file",
    }),
  },
  {
    pattern: /read a database file with version number (\d+)/,
    say: ([version = ""]) => ({
      reason:
        `The database was written by another version of DuckDB (storage version ${version}), which this one can't read`,
      next: "install a newer duckdb, or export the database to Parquet",
    }),
  },
  {
    pattern: /has duplicate column name "([^"]+)"/,
    say: ([column = ""]) => ({
      reason: `Two columns of the result are named ${column}`,
      next: `select them by name and rename one: ${column} AS other_${column}`,
    }),
  },
  {
    pattern:
      /(?:Scalar |Aggregate |Table )?Function with name (\S+) does not exist!(?:\s*Did you mean "([^"]+)")?/,
    say: ([name = "", guess = ""]) => ({
      reason: `There is no function ${name}${guess === "" ? "" : `; did you mean ${guess}?`}`,
      missing: true,
    }),
  },
  {
    pattern: /Out of Memory Error:([^\n]*)/,
    say: () => ({
      reason: "DuckDB ran out of the memory that the sandbox allows",
      next: "ask for fewer rows or columns, or raise the limit of the tool",
    }),
  },
];

/** The message without DuckDB's class words and the excerpt of the query. */
function plainMessage(message: string): string {
  const text = message.replace(/\n\s*\n?LINE \d+:[\s\S]*$/, "").replace(
    /^Invalid Input Error: Attempting to fetch from an unsuccessful query result\s*(?:Error: )?/,
    "",
  );
  return oneLine(
    text.replace(/^([A-Z][A-Za-z ]*? Error): /, (_all, kind: string) => `${kind.toLowerCase()}: `),
    400,
  );
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Why a command of DuckDB failed: what is missing is `no_such_thing`, everything else was not looked at. */
export function duckdbFailure(input: ParserInput, command: number): Parsed {
  const run = input.commands[command];
  const stream = run !== undefined && run.stderr.length > 0 ? "stderr" : "stdout";
  const message = run === undefined ? "" : textOf(run[stream].subarray(0, 16_384)).trim();
  const evidence = cite(input, command, stream);
  for (const { pattern, say } of RULES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const { reason, missing, next } = say(found.slice(1), listOf(input.step.slots.files), message);
    const findings = [{ severity: "info", text: reason, evidence }] as const;
    return missing === true
      ? parsed({
        outcome: "failed",
        reason,
        headline: reason,
        verdict: "no_such_thing",
        findings,
        next: next === undefined ? [] : [next],
      })
      : notLooked(input, reason, { findings, next: next === undefined ? [] : [next] });
  }
  const said = message === "" ? lastWords(new Uint8Array()) : plainMessage(message);
  const reason = said === ""
    ? `DuckDB ended with exit code ${run?.exitCode ?? "none"} and said nothing`
    : `DuckDB could not run it: ${said}`;
  return notLooked(input, reason, { findings: [{ severity: "info", text: reason, evidence }] });
}
