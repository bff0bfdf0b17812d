import assert from "node:assert/strict";
import fc from "fast-check";
import type { ParserInput } from "../types.ts";
import { parseDuckdb } from "./duckdb.ts";
import { questionOf } from "./duckdb_question.ts";
import { grouped, readRows } from "./duckdb_rows.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const input = (
  form: "parse" | "run",
  stdout: string,
  given: Partial<ParserInput> & { stderr?: string; exitCode?: number; slots?: Record<string, string> } = {},
): ParserInput => ({
  step: { id: "s1", tool: "duckdb", form, slots: given.slots ?? {} },
  ask: given.ask ?? { intent: "sql", about: {} },
  commands: [{
    argv: [],
    exitCode: given.exitCode ?? 0,
    stdout: bytes(stdout),
    stderr: bytes(given.stderr ?? ""),
    stdoutStart: 100,
    stderrStart: 100 + stdout.length,
  }],
  outcome: given.outcome ?? "ok",
  truncated: given.truncated ?? false,
  timeZone: "UTC",
  allowValues: [],
});

const tree = (select: string): string =>
  `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":[${select}]},"named_param_map":[]}]}`;
const constant = (value: string): string =>
  `{"class":"CONSTANT","type":"VALUE_CONSTANT","value":{"type":{"id":"VARCHAR"},"value":${
    JSON.stringify(value)
  }}}`;

Deno.test("parseDuckdb hands the tree on byte for byte", () => {
  const text = tree('{"class":"CONSTANT","type":"VALUE_CONSTANT","query_location":18446744073709551615}');
  const { outcome, facts } = parseDuckdb(input("parse", `[{"tree":${text}}]\n`));
  assert.equal(outcome, "ok");
  assert.deepEqual(facts, { sql_checked: ["yes"], sql_tree: [text] });
});

Deno.test("parseDuckdb gives no fact for a tree that holds a masked secret", () => {
  const answer = parseDuckdb(input("parse", `[{"tree":${tree(constant("[masked]"))}}]`));
  assert.equal(answer.outcome, "refused");
  assert.deepEqual(answer.facts, {});
  assert.equal(parseDuckdb(input("parse", `[{"tree":${tree(constant("[a]"))}}]`)).outcome, "ok");
});

Deno.test("parseDuckdb refuses a tree that would not fit into one argument", () => {
  const long = (length: number) =>
    parseDuckdb(input("parse", `[{"tree":${tree(constant("x".repeat(length)))}}]`));
  assert.equal(long(90_000).outcome, "ok");
  assert.match(long(140_000).reason ?? "", /too long/);
  assert.match(
    parseDuckdb(input("parse", `[{"tree":${tree(constant("'".repeat(70_000)))}}]`)).reason ?? "",
    /too long/,
  );
});

Deno.test("parseDuckdb says that output without rows to read was not looked at", () => {
  for (const stdout of ['[{"n":1', "nonsense", '{"n":1}', "[1, 2]"]) {
    assert.equal(parseDuckdb(input("run", stdout)).verdict, "not_looked", stdout);
  }
  assert.equal(parseDuckdb(input("run", "[]\n")).verdict, "no_data");
});

Deno.test("parseDuckdb keeps whole rows of an output that was cut, and says that it was", () => {
  const answer = parseDuckdb(
    input("run", '[{"n":1},\n{"n":2},\n{"n":', { truncated: true, exitCode: 137, outcome: "output_capped" }),
  );
  assert.match(answer.headline, /^At least 2 rows/);
  assert.equal(answer.blind.length, 1);
});

Deno.test("parseDuckdb tells how a run that was stopped ended", () => {
  const answer = parseDuckdb(input("run", "", { outcome: "timed_out" }));
  assert.equal(answer.outcome, "timed_out");
  assert.equal(answer.verdict, "not_looked");
});

Deno.test("parseDuckdb cites the rows by their bytes in the step's output", () => {
  const stdout = '[{"n":1204}]\n';
  const { findings } = parseDuckdb(input("run", stdout));
  const [evidence] = findings[0]?.evidence ?? [];
  assert.equal(stdout.slice((evidence?.start ?? 0) - 100, (evidence?.end ?? 0) - 100), '{"n":1204}');
});

Deno.test("parseDuckdb tells a table that is missing from one that may not be read", () => {
  const failed = (stderr: string, slots: Record<string, string> = {}) =>
    parseDuckdb(input("run", "", { stderr, exitCode: 1, outcome: "failed", slots }));
  assert.equal(
    failed('Catalog Error: Table with name ordrs does not exist!\nDid you mean "orders"?\n').headline,
    "There is no table ordrs; did you mean orders?",
  );
  assert.equal(
    failed('Catalog Error: Table with name t does not exist!\nDid you mean "pg_tables"?\n').headline,
    "There is no table t",
  );
  const access =
    'Permission Error: Cannot access file "a.csv" - file system operations are disabled by configuration';
  assert.equal(failed(access).verdict, "not_looked");
  assert.equal(failed(access, { files: "a.csv" }).verdict, "no_such_thing");
});

Deno.test("readRows keeps the digits of every number that DuckDB can print", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n }), (value) => {
      const rows = readRows(bytes(`[{"n":${value}}]`));
      assert.equal(rows?.rows[0]?.[0]?.text, value.toString());
      assert.equal(grouped(value.toString()).replaceAll(",", ""), value.toString());
    }),
  );
});

Deno.test("readRows tells null from the text NULL", () => {
  const rows = readRows(bytes('[{"a":null,"b":"NULL"}]'));
  assert.deepEqual(rows?.rows[0]?.map(({ isNull }) => isNull), [true, false]);
});

Deno.test("questionOf never throws", () => {
  fc.assert(fc.property(fc.json(), (text) => assert.ok(Array.isArray(questionOf(text).sources))));
  assert.deepEqual(questionOf("{").sources, []);
});

Deno.test("parseDuckdb says sums without the digits that binary fractions spoil, and keeps all others", () => {
  const said = (stdout: string, about: Record<string, string> = {}) =>
    parseDuckdb(input("run", stdout, { ask: { intent: "sql", about } })).headline;
  assert.equal(said('[{"s":29413.879999999997}]'), "s is 29,413.88");
  assert.equal(said('[{"s":75727.26999999995}]'), "s is 75,727.27");
  assert.equal(said('[{"s":128.7989119601327}]'), "s is 128.7989119601327");
  assert.equal(said('[{"s":0.30000000000000004}]'), "s is 0.3");
  assert.equal(said('[{"s":9223372036854775807}]'), "s is 9,223,372,036,854,775,807");
  assert.equal(said('[{"s":"12345678901234567.25"}]'), "s is 12,345,678,901,234,567.25");
  assert.equal(
    said('[{"status":"paid","sum_amount":24796.770000000004},{"status":"new","sum_amount":2.5}]'),
    "sum_amount by status: paid: 24,796.77; new: 2.5",
  );
  assert.equal(said('[{"region":"EU"},{"region":"US"}]'), "2 values of region: EU and US");
});

Deno.test("parseDuckdb tells values that occur twice from missing ones", () => {
  const said = (stdout: string) =>
    parseDuckdb(input("run", stdout, { ask: { intent: "sql", about: { wish: "duplicates" } } })).headline;
  assert.equal(
    said('[{"email":null,"n":7},{"email":"a@b","n":2}]'),
    "1 value of email occurs more than once: a@b (2 times); 7 rows have no email at all",
  );
  assert.equal(said('[{"email":null,"n":7}]'), "No duplicates of email; 7 rows have no email at all");
  assert.equal(
    said('[{"side":"only in the first","id":1},{"side":"only in the second","id":2}]'),
    "1 row only in the first, 1 row only in the second",
  );
});
