import assert from "node:assert/strict";
import fc from "fast-check";
import { PhysiclawError } from "../../internal/errors.ts";
import { type Format, formatOf, FORMATS, importFacts } from "./import.ts";

const read = async (format: Format, text: string) => {
  const found = await importFacts(text, { format, file: "f", audience: "sre", source: "file:f" });
  return found.kind === "facts" ? found.facts : assert.fail("an export");
};
const refused = (format: Format, text: string, pattern: RegExp) =>
  assert.rejects(read(format, text), (error) => {
    assert.ok(error instanceof PhysiclawError && error.kind === "usage", String(error));
    assert.match(error.message, pattern);
    assert.match(error.hint ?? "", /nothing was imported|is it/);
    return true;
  });

Deno.test("CSV with names and values, quotes, line breaks inside fields, tags, audience and expiry", async () => {
  const facts = await read(
    "csv",
    '\uFEFFName,Value,tags,audience,expires\r\n"the payments cluster",pay-prod,a b;c,all,2027-01-31\r\n"x, ""y""","two\nlines",,,\r\n\r\n',
  );
  assert.deepEqual(facts, [
    {
      audience: "all",
      name: "the payments cluster",
      value: "pay-prod",
      tags: ["a", "b", "c"],
      expires: Date.parse("2027-01-31"),
      origin: "operator",
      source: "file:f",
    },
    { audience: "sre", name: 'x, "y"', value: "two\nlines", tags: [], origin: "operator", source: "file:f" },
  ]);
});

Deno.test("CSV of any table: the first column names, the others tell", async () => {
  for (const separator of [",", ";", "\t"]) {
    const [fact] = await read(
      "csv",
      ["Host,IP,Owner,audience", "web-1,10.0.0.5,team a,secops", ""].join("\n").replaceAll(",", separator),
    );
    assert.deepEqual([fact?.name, fact?.value, fact?.audience], [
      "web-1",
      "IP: 10.0.0.5, Owner: team a",
      "secops",
    ]);
  }
});

Deno.test("CSV errors name the line", async () => {
  await refused("csv", "name,value\na,b\nc\n", /line 3: it has another number of columns/);
  await refused("csv", 'name,value\na,"b\n', /quote is not closed/);
  await refused("csv", 'name,value\na,b"c\n', /line 2: it is not CSV/);
  await refused("csv", "name,value\na,b\nc,\nd,\n", /line 3: it has no value, and 1 more/);
  await refused("csv", "name,value,audience\na,b,banana\n", /line 2: the audience is none of all, sre/);
  await refused("csv", "name,value,expires\na,b,tomorrow\n", /line 2: expires is no date/);
  await refused("csv", "name,name\na,b\n", /heading stands twice/);
  await refused("csv", "", /no header/);
  await refused("csv", "name,value\n", /holds no facts/);
});

Deno.test("JSON as a list, as one object, and a line each", async () => {
  const list = await read("json", '[{"name":"a","value":1,"tags":["x"]},{"value":"only a value"}]');
  assert.deepEqual(list.map(({ name, value }) => [name, value]), [["a", "1"], ["", "only a value"]]);
  const one = await read("json", '{"db": "10.0.0.5", "port": 5432}');
  assert.deepEqual(one.map(({ name, value }) => [name, value]), [["db", "10.0.0.5"], ["port", "5432"]]);
  const lines = await read("jsonl", '{"name":"a","value":"b"}\n\n{"name":"c","value":"d"}\r\n');
  assert.deepEqual(lines.map(({ value }) => value), ["b", "d"]);
});

Deno.test("JSON errors name the line or the entry", async () => {
  await refused("json", '[\n{"name":"a","value":"b"},\n{]', /line 3: it is not JSON/);
  await refused("json", "7", /no list and no object/);
  await refused("json", '[{"value":"x"},{"name":"a"}]', /line 2: its value is missing/);
  await refused("json", '[{"value":"x","origin":"operator"}]', /a field that is none of/);
  await refused("json", '[{"value":"x","tags":"a"}]', /tags are no list/);
  await refused("jsonl", '{"value":"x"}\nnope\n{"value":{}}\n', /line 2: it is not JSON, and 1 more/);
  await refused("json", "[]", /holds no facts/);
});

Deno.test("a hosts file gives each name its address", async () => {
  const facts = await read("hosts", "# ours\n10.0.0.5\tdb1 db1.internal # primary\n\nfe80::1%eth0 gw\n");
  assert.deepEqual(facts.map(({ name, value, tags }) => [name, value, tags?.join()]), [
    ["db1", "10.0.0.5", "hosts,db1.internal,primary"],
    ["db1.internal", "10.0.0.5", "hosts,db1,primary"],
    ["gw", "fe80::1%eth0", "hosts"],
  ]);
  await refused("hosts", "10.0.0.5 db1\nnope db2\n", /line 2: it does not begin with an address/);
  await refused("hosts", "10.0.5 db1\n", /line 1: it does not begin with an address/);
  await refused("hosts", "10.0.0.5\n", /line 1: it names no host/);
});

Deno.test("no text makes a reader fail otherwise than by saying which line is wrong", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FORMATS),
      fc.string({ unit: "binary", maxLength: 300 }),
      async (format, text) => {
        await read(format, text).catch((error) => {
          if (!(error instanceof PhysiclawError) || error.kind !== "usage") throw error;
        });
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("formatOf goes by the file's name", () => {
  assert.deepEqual(
    ["/etc/hosts", "a.hosts", "a.CSV", "a.tsv", "a.json", "a.jsonl", "a.txt"].map(formatOf),
    ["hosts", "hosts", "csv", "csv", "json", "jsonl", undefined],
  );
});

Deno.test("an export is told from other lines, and not mixed with them", async () => {
  const line = '{"physiclaw_fact":1,"fact":{},"history":[]}';
  const options = { format: "jsonl", file: "f", audience: "sre", source: "f" } as const;
  assert.deepEqual(await importFacts(`${line}\n`, options), { kind: "export", lines: [JSON.parse(line)] });
  await assert.rejects(
    importFacts(`${line}\n{"value":"x"}\n`, options),
    /line 2: it is no line of an export/,
  );
});
