import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { uuidv7 } from "uuidv7";
import { PhysiclawError } from "../internal/errors.ts";
import { createFactStore, type FactStore } from "./l2.ts";
import { type NewFact, scrubFact } from "./new_fact.ts";
import { createScrubber } from "./scrub.ts";
import type { FactInput, SearchScope } from "./types.ts";

const scrubber = createScrubber();
const fact = (over: Partial<NewFact>): FactInput =>
  scrubFact(scrubber, {
    name: "",
    value: "x",
    origin: "operator",
    source: "test",
    audience: "sre",
    ...over,
  });
const SRE: SearchScope = { personas: ["sre"], limit: 10 };

/** A store in a directory of its own, and a clock that stands still. */
async function withStore(
  work: (store: FactStore, world: { path: string; clock: { time: number }; reopen(): FactStore }) => unknown,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/memory_l2.sqlite3`;
  const clock = { time: 1_000_000 };
  const stores: FactStore[] = [];
  const reopen = () => {
    const store = createFactStore({ path, now: () => clock.time, newId: uuidv7, patienceMs: 500 });
    stores.push(store);
    return store;
  };
  try {
    await work(reopen(), { path, clock, reopen });
  } finally {
    for (const store of stores) await store.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const values = (store: FactStore, query: string, scope = SRE): readonly string[] =>
  store.search(query, scope).map(({ text }) => text);

Deno.test("search finds what the earlier backend could not parse (fault 1)", () =>
  withStore(async (store) => {
    const expected: Readonly<Record<string, string>> = {
      "why do the checkout pods restart?": "checkout pods are restarted by the memory limit",
      "10.0.0.1": "the gateway is 10.0.0.1",
      "cluster-3": "payments runs in cluster-3.",
      "it's": "it's the on-call's turn",
      '"quoted" AND NOT (syntax': "a quoted remark",
      "name:value OR *": "set name:value in the file",
      "NEAR(a b)": "a near miss",
    };
    await store.add(Object.values(expected).map((value) => fact({ value })));
    await store.add([fact({ value: "the other gateway is 10.0.0.2, and 110.0.0.1 is neither" })]);
    for (const [query, value] of Object.entries(expected)) {
      assert.equal(values(store, query)[0], value, query);
    }
    assert.deepEqual(values(store, ""), []);
    assert.deepEqual(values(store, " \n?!"), []);
    assert.ok(
      !values(store, "10.0.0.1").includes("the other gateway is 10.0.0.2, and 110.0.0.1 is neither") ||
        values(store, "10.0.0.1")[0] === expected["10.0.0.1"],
    );
  }));

Deno.test("search finds hosts, paths and addresses whole, by their parts and by what lies inside them", () =>
  withStore(async (store) => {
    const texts = [
      "pod checkout-api-7d9f-x2x4z was killed",
      "see /var/log/nginx/error.log for more",
      "web-1.cluster-3.internal answers slowly",
      "subnet of 10.20.30.40:8443",
      "Restarts were counted.",
      "Straße in München, データベース接続",
    ];
    await store.add(texts.map((value) => fact({ value })));
    const finds: readonly (readonly [string, number])[] = [
      ["checkout-api-7d9f-x2x4z", 0],
      ["checkout-api-7d9f", 0],
      ["checkout-api", 0],
      ["CHECKOUT", 0],
      ["7d9f", 0],
      ["api-7d9f", 0],
      ["ckout-ap", 0],
      ["/var/log/nginx/error.log", 1],
      ["/var/log/", 1],
      ["error.log", 1],
      ["nginx/error.log", 1],
      ["nginx", 1],
      ["cluster-3", 2],
      ["web-1", 2],
      ["cluster 3", 2],
      ["cluster-3.internal", 2],
      ["10.20.30.40:8443", 3],
      ["10.20.30.40", 3],
      ["10.20.30", 3],
      ["20.30.40", 3],
      ["restart", 4],
      ["restarted.", 4],
      ["munchen", 5],
      ["ベース接", 5],
    ];
    for (const [query, index] of finds) assert.equal(values(store, query)[0], texts[index], query);
    assert.deepEqual(values(store, "cluster-30"), []);
  }));

Deno.test("no text of a query ever throws, whatever it holds", () =>
  withStore(async (store) => {
    await store.add([fact({ name: "the payments cluster", value: 'a "b" c-d \\ * ^' })]);
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(
        fc.constantFrom(
          '"',
          "'",
          "*",
          "(",
          ")",
          "AND",
          "OR",
          "NOT",
          "NEAR",
          "^",
          ":",
          "-",
          "{",
          "}",
          "+",
          "\0",
          "\ud800",
          " ",
        ),
      ).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, (query) => {
        assert.ok(Array.isArray(store.search(query, SRE)));
      }),
      { numRuns: 1000 },
    );
  }));

Deno.test("every text can be stored, found again by itself, changed and forgotten, and the index holds", () =>
  withStore(async (store) => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.string({ maxLength: 80 }),
        async (one, two) => {
          const [added] = await store.add([fact({ name: one.slice(0, 10), value: one })]);
          assert.ok(added !== undefined);
          assert.deepEqual(store.get(added.id), added);
          await store.update(added.id, { value: scrubber.scrub(two) });
          assert.equal(store.get(added.id)?.value, scrubber.scrub(two));
          assert.equal(await store.forget({ id: added.id }), 1);
          assert.equal(store.count(), 0);
        },
      ),
      { numRuns: 60 },
    );
    assert.equal(store.check(), undefined);
    assert.deepEqual(values(store, "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3"), []);
  }));

Deno.test("personas see their own facts and those for all, and nothing of each other", () =>
  withStore(async (store) => {
    await store.add([
      fact({ value: "rotation for sre", audience: "sre" }),
      fact({ value: "rotation for secops", audience: "secops" }),
      fact({ value: "rotation for everybody", audience: "all" }),
    ]);
    assert.deepEqual(values(store, "rotation").toSorted(), ["rotation for everybody", "rotation for sre"]);
    assert.deepEqual(values(store, "ecops"), []);
    assert.deepEqual(
      store.list({ personas: ["data_architect"], limit: 10 }).facts.map(({ value }) => value),
      ["rotation for everybody"],
    );
    assert.deepEqual(values(store, "rotation", { personas: [], limit: 10 }), ["rotation for everybody"]);
  }));

Deno.test("search keeps to origins, times and expiry", () =>
  withStore(async (store, { clock }) => {
    await store.add([
      fact({ value: "quota of operators" }),
      fact({ value: "quota of goals", origin: "goal" }),
    ]);
    clock.time += 10;
    await store.add([
      fact({ value: "quota later" }),
      fact({ value: "quota that ends", expires: clock.time + 5 }),
    ]);
    assert.equal(values(store, "quota").length, 4);
    assert.deepEqual(values(store, "quota", { ...SRE, origins: ["goal"] }), ["quota of goals"]);
    assert.equal(values(store, "quota", { ...SRE, since: clock.time }).length, 2);
    assert.equal(values(store, "quota", { ...SRE, until: clock.time - 1 }).length, 2);
    assert.equal(values(store, "quota", { ...SRE, limit: 1 }).length, 1);
    clock.time += 5;
    assert.ok(!values(store, "quota").includes("quota that ends"));
    assert.equal(await store.prune(), 1);
    assert.equal(store.count(), 3);
  }));

Deno.test("operatorFacts gives what operators entered and nobody else, by name, as soon as it changes", () =>
  withStore(async (store, { clock }) => {
    const [added] = await store.add([
      fact({ name: "The payments cluster", value: "pay-prod" }),
      fact({ name: "the payments cluster", value: "from-a-goal", origin: "goal" }),
      fact({ name: "the payments cluster", value: "from-a-document", origin: "document" }),
      fact({ name: "payments", value: "namespace payments", audience: "all" }),
      fact({ name: "payments cluster", value: "not-for-sre", audience: "secops" }),
      fact({ name: "the door", value: "shut", expires: clock.time + 1 }),
    ]);
    const facts = store.operatorFacts(["sre"]);
    assert.deepEqual(facts.get("Payments  cluster").map(({ value }) => value), ["pay-prod"]);
    assert.deepEqual(
      facts.namedIn("Why is the payments cluster slow?").map(({ value }) => value),
      ["pay-prod", "namespace payments"],
    );
    assert.equal(facts.get("door").length, 1);
    clock.time += 1;
    assert.equal(facts.get("door").length, 0);
    await store.update(added?.id ?? "", { value: scrubber.scrub("pay-prod-2") });
    assert.deepEqual(facts.get("payments cluster").map(({ value }) => value), ["pay-prod-2"]);
    await store.forget({ name: "payments cluster", origin: "operator", audience: "sre" });
    assert.deepEqual(facts.get("payments cluster"), []);
    assert.equal(store.count(), 5);
  }));

Deno.test("update keeps the version before, finds only the new one, and history tells all", () =>
  withStore(async (store, { clock }) => {
    const [added] = await store.add([
      fact({ name: "owner", value: "team falcon", tags: ["a"], expires: 2_000_000 }),
    ]);
    const id = added?.id ?? "";
    clock.time += 5;
    const second = await store.update(id, { value: scrubber.scrub("team heron") });
    assert.deepEqual([second.version, second.created, second.updated], [2, 1_000_000, 1_000_005]);
    await store.update(id, { expires: null, tags: ["b"] });
    const history = store.history(id);
    assert.deepEqual(
      history.map(({ version, value, tags, expires }) => [version, value, tags[0], expires]),
      [[1, "team falcon", "a", 2_000_000], [2, "team heron", "a", 2_000_000], [
        3,
        "team heron",
        "b",
        undefined,
      ]],
    );
    assert.deepEqual(history.at(-1), store.get(id));
    assert.deepEqual(values(store, "falcon"), []);
    assert.equal(values(store, "heron").length, 1);
    await assert.rejects(store.update(uuidv7(), {}), { kind: "not_found" });
    assert.deepEqual(store.history("nothing"), []);
  }));

Deno.test("list goes back page by page, newest first", () =>
  withStore(async (store) => {
    for (let n = 0; n < 5; n++) {
      await store.add([
        fact({
          value: `n${n}`,
          origin: n % 2 === 0 ? "operator" : "goal",
          audience: n === 2 ? "all" : "sre",
        }),
      ]);
    }
    const seen: string[] = [];
    for (let cursor: number | undefined, more = true; more;) {
      const page = store.list({ personas: ["sre"], limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.facts.map(({ value }) => value));
      cursor = page.next;
      more = cursor !== undefined;
    }
    assert.deepEqual(seen, ["n4", "n3", "n2", "n1", "n0"]);
  }));

/** Whether the bytes of the file, its log or its shared memory hold a text, in either case. */
async function inFiles(path: string, text: string): Promise<boolean> {
  const { Buffer } = await import("node:buffer");
  for (const suffix of ["", "-wal", "-shm"]) {
    const bytes = await Deno.readFile(path + suffix).catch(() => new Uint8Array());
    if (Buffer.from(bytes).toString("latin1").toLowerCase().includes(text)) return true;
  }
  return false;
}

Deno.test("forget leaves nothing in the file, its indexes, its history or its log", () =>
  withStore(async (store, { path }) => {
    const filler = (n: number) =>
      fact({ name: `host web-${n}`, value: `rack ${n % 7} of room ${n % 3}, serial sn${n * 7919}` });
    await store.add(Array.from({ length: 500 }, (_, n) => filler(n)));
    // A word of its own in each, so that it may be the first of a page of the index.
    const planted = Array.from({ length: 40 }, (_, n) => `${"abcdefghijklmnopqrstuvwxyz"[n % 26]}qxzv${n}kj`);
    const added = await store.add(
      planted.map((word) => fact({ name: `the ${word}`, value: `about ${word}-host`, tags: [`t:${word}`] })),
    );
    await store.add(Array.from({ length: 500 }, (_, n) => filler(n + 500)));
    for (const one of added.slice(0, 10)) {
      await store.update(one.id, { value: scrubber.scrub("qyhistory new value") });
    }
    assert.ok(await inFiles(path, "qxzv3kj"), "the search below can find what is there");
    for (const { id } of added) assert.equal(await store.forget({ id }), 1);
    for (const word of [...planted, "qxzv", "qyhistory"]) {
      assert.ok(!(await inFiles(path, word)), `${word} is still in a file`);
    }
    assert.equal(store.count(), 1000);
    assert.equal(store.check(), undefined);
    assert.equal(await store.forget({}), 0);
  }));

Deno.test("forgetting many facts writes the indexes anew without them", () =>
  withStore(async (store, { path, reopen }) => {
    const many = (source: string, word: string) =>
      Array.from(
        { length: 1500 },
        (_, n) => fact({ name: `${word}${n}`, value: `${word} thing ${n * 31}`, source }),
      );
    await store.add(many("keep.csv", "kept"));
    await store.add(many("drop.csv", "dropxq"));
    for (const fact of store.search("dropxq1 dropxq2 dropxq3", SRE).slice(0, 2)) {
      await store.update(fact.id, { value: scrubber.scrub("zzchanged") });
    }
    const progress = store.forget({ source: "drop.csv" });
    await store.add([fact({ value: "written meanwhile" })]);
    assert.equal(await progress, 1500);
    for (const word of ["dropxq", "zzchanged"]) assert.ok(!(await inFiles(path, word)), word);
    assert.equal(store.count(), 1501);
    assert.equal(values(store, "kept77").length, 1);
    assert.equal(values(store, "meanwhile").length, 1);
    assert.equal(store.check(), undefined);
    await store.close();
    assert.equal(reopen().count(), 1501);
  }));

Deno.test("tidy makes the many parts of the indexes one, and everything is found and forgotten as before", () =>
  withStore(async (store, { path }) => {
    const parts = (): unknown => {
      const database = new DatabaseSync(path, { readOnly: true });
      try {
        return ["fact_words", "fact_trigrams"].map((index) =>
          database.prepare(`SELECT count(DISTINCT segid) AS n FROM ${index}_idx`).get()?.["n"]
        );
      } finally {
        database.close();
      }
    };
    for (let n = 0; n < 40; n++) {
      await store.add([fact({ name: `host-${n}`, value: `serves tenant${n} since` })]);
    }
    assert.deepEqual(parts(), [9, 9], "32 were merged by SQLite, 8 came after");
    const expected = values(store, "tenant7 since");
    await store.tidy();
    assert.deepEqual(parts(), [1, 1]);
    assert.deepEqual(values(store, "tenant7 since"), expected);
    assert.equal(await store.forget({ name: "host-7" }), 1);
    assert.deepEqual(values(store, "tenant7"), []);
    assert.equal(store.check(), undefined);
  }));

Deno.test("secrets never reach the file or its log", () =>
  withStore(async (store, { path }) => {
    const secret = "Zq7wXr2Tn9LmKd4";
    await store.add([
      fact({ value: `login with password=${secret}` }),
      fact({ name: "db password", value: secret }),
      fact({
        name: "API_TOKEN",
        value: secret,
        tags: [`token=${secret}`],
        source: `https://u:${secret}@h/x`,
      }),
      fact({ name: `password=${secret}`, value: "x" }),
    ]);
    assert.ok(!(await inFiles(path, secret.toLowerCase())));
    assert.ok(await inFiles(path, "[masked:"));
    assert.deepEqual(values(store, secret), []);
  }));

Deno.test("an export restores everything elsewhere, and twice changes nothing", () =>
  withStore(async (store) => {
    const { readExportLine } = await import("./facts/lines.ts");
    const [first] = await store.add([
      fact({ name: "a", value: "line one\nline two", tags: ["x", "y"], expires: 5_000_000 }),
      fact({ value: "b", audience: "all", origin: "run" }),
    ]);
    await store.update(first?.id ?? "", { value: scrubber.scrub("changed") });
    const lines: string[] = [];
    for await (const line of store.export()) lines.push(line);
    assert.equal(lines.length, 2);
    assert.ok(lines.every((line) => !line.includes("\n")));
    await withStore(async (other) => {
      const facts = lines.map((line) => readExportLine(JSON.parse(line), scrubber)).filter((one) =>
        one !== undefined
      );
      assert.equal(await other.restore(facts), 2);
      assert.equal(await other.restore(facts), 0);
      const again: string[] = [];
      for await (const line of other.export()) again.push(line);
      assert.deepEqual(again.toSorted(), lines.toSorted());
      assert.equal(values(other, "changed").length, 1);
    });
  }));

Deno.test("a common word finds the newest, and never hides what a rare one or a name finds", () =>
  withStore(async (store) => {
    const rest = Array.from(
      { length: 6000 },
      (_, n) => fact({ value: `server number${n} runs postgres`, audience: "all" }),
    );
    await store.add([
      fact({ name: "postgres", value: "a database" }),
      fact({ value: "postgres falls over on zebras" }),
    ]);
    await store.add([fact({ value: "secops note on postgres", audience: "secops" })]);
    await store.add(rest);
    assert.equal(values(store, "postgres zebras")[0], "postgres falls over on zebras");
    assert.equal(values(store, "what is postgres?")[0], "postgres: a database");
    assert.equal(values(store, "server postgres")[1], "server number5999 runs postgres");
    assert.equal(values(store, "server number17")[0], "server number17 runs postgres");
    assert.equal(
      values(store, "postgres", { ...SRE, personas: ["secops"], limit: 6002 }).includes(
        "secops note on postgres",
      ),
      true,
    );
  }));

Deno.test("add is all or nothing, and readers see it only when it is whole", () =>
  withStore(async (store) => {
    const stop = new AbortController();
    const seen: number[] = [];
    const adding = store.add(Array.from({ length: 1000 }, (_, n) => fact({ value: `v${n}` })), {
      signal: stop.signal,
      onProgress: (done) => {
        seen.push(done, store.count());
        if (done >= 512) stop.abort();
      },
    });
    await assert.rejects(adding, { name: "AbortError" });
    assert.ok(seen.includes(512));
    assert.ok(seen.filter((_, index) => index % 2 === 1).every((count) => count === 0));
    assert.equal(store.count(), 0);
    assert.equal((await store.add([fact({ value: "after" })])).length, 1);
  }));

Deno.test("what a killed process began to forget is forgotten when the file is opened again", () =>
  withStore(async (store, { path, reopen }) => {
    await store.add(Array.from({ length: 300 }, (_, n) => fact({ value: `killedxq${n} thing` })));
    await store.add([fact({ value: "kept thing" })]);
    await store.close();
    // As `forget` leaves the file when it is killed between marking and writing anew.
    const { DatabaseSync } = await import("node:sqlite");
    const { createIndexer } = await import("./facts/index_row.ts");
    const { unseal } = await import("./facts/envelope.ts");
    const killed = new DatabaseSync(path);
    const indexer = createIndexer(killed);
    killed.exec("PRAGMA secure_delete = ON; BEGIN");
    for (const index of ["fact_words", "fact_trigrams"]) {
      killed.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', 0)`);
    }
    for (const row of killed.prepare("SELECT row, content FROM facts LIMIT 300").all()) {
      indexer.remove(Number(row["row"]), unseal(String(row["content"])));
      killed.prepare("DELETE FROM facts WHERE row = ?").run(Number(row["row"]));
    }
    killed.exec("COMMIT");
    killed.close();
    assert.ok(await inFiles(path, "killedxq"));
    const again = reopen();
    await again.add([fact({ value: "after" })]);
    await again.close();
    assert.ok(!(await inFiles(path, "killedxq")));
  }));

Deno.test("files of other programs and newer versions are refused and left alone", async () => {
  const { DatabaseSync } = await import("node:sqlite");
  const directory = await Deno.makeTempDir();
  const open = (path: string) => createFactStore({ path, now: Date.now, newId: uuidv7 });
  const made = (name: string, sql: string) => {
    const database = new DatabaseSync(`${directory}/${name}`);
    database.exec(sql);
    database.close();
    return `${directory}/${name}`;
  };
  const refused = (path: string, pattern: RegExp) =>
    assert.throws(
      () => open(path),
      (error) => error instanceof PhysiclawError && error.kind === "config" && pattern.test(error.message),
    );
  refused(made("foreign", "PRAGMA application_id = 7; CREATE TABLE t (a)"), /another program/);
  refused(made("plain", "CREATE TABLE goals (a)"), /another program/);
  refused(
    made("newer", `PRAGMA application_id = ${0x50485946}; PRAGMA user_version = 99; CREATE TABLE t (a)`),
    /schema 99 is newer/,
  );
  await Deno.remove(directory, { recursive: true });
});

Deno.test("another program's lock does not hold up the event loop, and ends in a clear error", () =>
  withStore(async (store, { path }) => {
    const { DatabaseSync } = await import("node:sqlite");
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const adding = store.add([fact({ value: "waits" })]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(turns > 3);
    other.exec("COMMIT");
    assert.equal((await adding).length, 1);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(store.add([fact({ value: "gives up" })]), { kind: "busy" });
    other.exec("COMMIT");
    other.close();
    clearInterval(timer);
    assert.equal(store.count(), 1);
  }));
