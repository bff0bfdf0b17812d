/**
 * `deno task bench memory_l2 [FACTS]`: adding facts and finding them, beside the sqlite3 shell (Debian package `sqlite3`)
 * over the same file with the same pragmas. Default 100,000 facts.
 *
 * @module
 */
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { uuidv7 } from "uuidv7";
import { maskOf } from "../../lib/memory/facts/rows.ts";
import { inColumns, SQL } from "../../lib/memory/facts/search.ts";
import { phrase } from "../../lib/memory/facts/words.ts";
import { createFactStore } from "../../lib/memory/l2.ts";
import { scrubFact } from "../../lib/memory/new_fact.ts";
import { createScrubber } from "../../lib/memory/scrub.ts";
import type { SearchScope } from "../../lib/memory/types.ts";

const FACTS = Number(Deno.args[0] ?? 100_000);
const BATCH = 5000;
const QUERIES = 200;
const ROUNDS = 5;
/** The earlier backend's, on the same kind of machine: facts/s, and p95 in ms at 100,000 facts. */
const EARLIER = { add: 775, rare: 0.9, common: 22.6 };
const SCOPE: SearchScope = { personas: ["sre"], limit: 10 };
const PRAGMAS = "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;";

const WORDS =
  "postgres primary replica kafka broker restart latency disk network deploy rollback alert owner team namespace region zone cache queue worker"
    .split(" ");
const word = (n: number): string => WORDS[n % WORDS.length] ?? "";
const factOf = (n: number) =>
  ({
    name: `host web-${n}.cluster-${n % 97}.internal`,
    value: `10.${n % 200}.${(n >> 8) % 256}.${n % 256} runs ${word(n)} ${word(n * 7)} in cluster-${
      n % 97
    } since the ${word(n * 3)} change of ticket OPS-${n}`,
    origin: "operator",
    source: "hosts.csv",
    audience: n % 3 === 0 ? "all" : "sre",
  }) as const;

const directory = await Deno.makeTempDir();
const path = `${directory}/memory_l2.sqlite3`;
const scrubber = createScrubber();
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const p95 = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? 0;

/** Of each query, over the rounds. */
const mediansOf = (rounds: readonly (readonly number[])[]): readonly number[] =>
  Array.from(
    { length: QUERIES },
    (_, query) => rounds.map((times) => times[query] ?? NaN).toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN,
  );

/** Facts a second of one commit a fact, as the earlier backend wrote them. */
function oneByOne(count: number): number {
  const database = new DatabaseSync(`${directory}/one.sqlite3`);
  database.exec("PRAGMA journal_mode = WAL; CREATE VIRTUAL TABLE one USING fts5(name, value);");
  const insert = database.prepare("INSERT INTO one VALUES (?, ?)");
  const start = performance.now();
  for (let n = 0; n < count; n++) insert.run(factOf(n).name, factOf(n).value);
  const rate = count / ((performance.now() - start) / 1000);
  database.close();
  return rate;
}

const single = oneByOne(2000);
const store = createFactStore({ path, now: Date.now, newId: uuidv7 });
const started = performance.now();
const startedCpu = process.cpuUsage();
for (let from = 0; from < FACTS; from += BATCH) {
  const count = Math.min(BATCH, FACTS - from);
  await store.add(Array.from({ length: count }, (_, n) => scrubFact(scrubber, factOf(from + n))));
}
const merging = performance.now();
await store.tidy();
const tidied = (performance.now() - merging) / 1000;
const rate = FACTS / ((performance.now() - started) / 1000);
const cpu = process.cpuUsage(startedCpu);
const perCpu = FACTS / ((cpu.user + cpu.system) / 1e6);
say(`${FACTS} facts, ${((await Deno.stat(path)).size / 1e6).toFixed(0)} MB`);
say(
  `add, scrubbed, in batches of ${BATCH}, and ${tidied.toFixed(1)} s to merge the index: ${
    rate.toFixed(0)
  }/s (${perCpu.toFixed(0)} a CPU second); ${(rate / EARLIER.add).toFixed(1)} x the earlier backend's, ${
    (rate / single).toFixed(1)
  } x one commit a fact in this run (${single.toFixed(0)}/s)`,
);

/** CPU milliseconds of each statement in the sqlite3 shell, as its timer tells. */
async function inShell(statements: readonly string[]): Promise<readonly number[]> {
  const child = new Deno.Command("sqlite3", { args: [path], stdin: "piped", stdout: "piped" }).spawn();
  // Read while it is written to: the pipes hold less than either says.
  const answered = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${PRAGMAS}\n.timer on\n${statements.join(";\n")};\n`));
  await writer.close();
  const output = new TextDecoder().decode((await answered).stdout);
  return [...output.matchAll(/^Run Time: real [\d.]+ user ([\d.]+) sys ([\d.]+)/gm)].map(([, user, sys]) =>
    (Number(user) + Number(sys)) * 1000
  );
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const filled = (sql: string, values: readonly (string | number)[]): string =>
  sql.replace(/\?(\d)/g, (_, index) => {
    const value = values[Number(index) - 1] ?? "";
    return typeof value === "number" ? String(value) : quote(value);
  });

const reader = new DatabaseSync(path);
reader.exec(PRAGMAS);
const mask = maskOf(SCOPE.personas);

/** Each kind: the query, and the one statement that carries it. */
const KINDS: Readonly<
  Record<string, { query: (n: number) => string; sql: string; values: (text: string) => (string | number)[] }>
> = {
  "rare word": {
    query: (n) => `OPS-${(n * 4999) % FACTS}`,
    sql: SQL.rank,
    values: (text) => [phrase(text), 64],
  },
  "common word": {
    query: (n) => word(n),
    sql: SQL.newest,
    values: (text) => [phrase(text), mask, 10, 0],
  },
};

for (const [kind, { query, sql, values }] of Object.entries(KINDS)) {
  const texts = Array.from({ length: QUERIES }, (_, n) => query(n));
  // CPU time, as the shell's timer tells it: other programs on the machine do not count. Of each query the median of its
  // rounds, as some of them run into a collection of garbage, or into the timer's own microsecond.
  const timed = (work: (text: string) => unknown) => {
    texts.forEach(work);
    const rounds = Array.from({ length: ROUNDS }, () =>
      texts.map((text) => {
        const start = process.cpuUsage();
        work(text);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      }));
    return mediansOf(rounds);
  };
  const prepared = inColumns(reader.prepare(sql));
  const whole = p95(timed((text) => store.search(text, SCOPE)));
  const statement = p95(timed((text) => prepared(...values(text))));
  const statements = texts.map((text) => filled(sql, values(text)));
  const times = await inShell(Array.from({ length: ROUNDS + 1 }, () => statements).flat());
  const shell = p95(
    mediansOf(
      Array.from(
        { length: ROUNDS },
        (_, round) => times.slice((round + 1) * QUERIES, (round + 2) * QUERIES),
      ),
    ),
  );
  const earlier = kind === "rare word" ? EARLIER.rare : EARLIER.common;
  say(
    `${kind}: p95 of a search ${whole.toFixed(2)} ms, of its statement ${
      statement.toFixed(3)
    } ms, in the shell ${shell.toFixed(3)} ms: ${(statement / shell).toFixed(2)} x the shell (whole search ${
      (whole / shell).toFixed(2)
    } x); earlier at 100,000: ${earlier} ms`,
  );
}
reader.close();
await store.close();
await Deno.remove(directory, { recursive: true });
