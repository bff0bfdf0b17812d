import assert from "node:assert/strict";
import { uuidv7 } from "uuidv7";
import { repairFacts } from "./facts/repair.ts";
import { createFactStore } from "./l2.ts";
import { scrubFact } from "./new_fact.ts";
import { createScrubber } from "./scrub.ts";

const scrubber = createScrubber();
const PAGE = 4096;
const open = (path: string) => createFactStore({ path, now: Date.now, newId: uuidv7, patienceMs: 500 });
const note = (value: string) =>
  scrubFact(scrubber, { name: "", value, origin: "operator", source: "test", audience: "sre" });

/** A closed file of `count` facts, "fact number N", each with one older version for every hundredth. */
async function made(count: number): Promise<string> {
  const path = `${await Deno.makeTempDir()}/memory_l2.sqlite3`;
  const store = open(path);
  const facts = await store.add(
    Array.from({ length: count }, (_, n) => note(`fact number${n} ${"x".repeat(60)}`)),
  );
  for (const { id } of facts.filter((_, n) => n % 100 === 0)) {
    await store.update(id, { tags: ["changed"].map(scrubber.scrub) });
  }
  await store.close();
  return path;
}

/** Pages of the table of facts, by its b-tree; the first one is its root. */
async function pagesOf(path: string, table: string): Promise<readonly number[]> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  const pages = database.prepare("SELECT pageno FROM dbstat WHERE name = ?").all(table).map((row) =>
    Number(row["pageno"])
  );
  database.close();
  return pages;
}

async function destroy(path: string, pages: readonly number[]): Promise<void> {
  const file = await Deno.open(path, { write: true });
  for (const page of pages) {
    await file.seek((page - 1) * PAGE, Deno.SeekMode.Start);
    await file.write(new Uint8Array(PAGE).fill(0xa5));
  }
  file.close();
}

Deno.test("a damaged table is said to be damaged, with the command that mends it; what can be read is kept", async () => {
  const path = await made(2000);
  const leaves = (await pagesOf(path, "facts")).slice(1);
  await destroy(path, [leaves[3] ?? 0, leaves[4] ?? 0, leaves[20] ?? 0]);
  const store = open(path);
  assert.throws(() => store.list({ personas: ["sre"], limit: 5000 }), {
    kind: "not_ready",
    hint: /physiclaw memory repair/,
  });
  assert.match(store.check() ?? "", /damaged|malformed|btree|page/i);
  assert.equal(store.search("number1999", { personas: ["sre"], limit: 1 }).length, 1, "the rest still works");
  await store.close();

  const { facts, kept, lost } = await repairFacts(path, { now: Date.now });
  assert.ok(facts > 1800 && facts < 2000, String(facts));
  assert.ok(lost.length > 0);
  assert.ok((await Deno.stat(kept)).size > 0);
  const mended = open(path);
  assert.equal(mended.count(), facts);
  assert.equal(mended.check(), undefined);
  const [found] = mended.search("number1900", { personas: ["sre"], limit: 1 });
  assert.deepEqual(mended.history(found?.id ?? "").map(({ version, tags }) => [version, tags.length]), [[
    1,
    0,
  ], [2, 1]]);
  await mended.close();
});

Deno.test("a damaged index loses nothing", async () => {
  const path = await made(500);
  await destroy(path, await pagesOf(path, "fact_words_data"));
  const store = open(path);
  assert.throws(() => store.search("number7", { personas: ["sre"], limit: 1 }), { kind: "not_ready" });
  assert.equal(store.count(), 500);
  await store.close();
  const { facts, lost } = await repairFacts(path, { now: Date.now });
  assert.deepEqual([facts, lost], [500, []]);
  const mended = open(path);
  assert.equal(mended.search("number7", { personas: ["sre"], limit: 1 }).length, 1);
  await mended.close();
});

Deno.test("a file whose beginning is destroyed is refused, and a repair starts anew beside it", async () => {
  const path = await made(10);
  await destroy(path, [1]);
  assert.throws(() => open(path), { kind: "not_ready", hint: /physiclaw memory repair/ });
  const { facts, kept, lost } = await repairFacts(path, { now: Date.now });
  assert.equal(facts, 0);
  assert.match(lost.join(), /everything/);
  assert.ok((await Deno.stat(kept)).isFile);
  const fresh = open(path);
  await fresh.add([note("works again")]);
  assert.equal(fresh.count(), 1);
  await fresh.close();
});

Deno.test("a repair leaves the files of other programs alone", async () => {
  const { DatabaseSync } = await import("node:sqlite");
  const path = `${await Deno.makeTempDir()}/x.sqlite3`;
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE t (a)");
  foreign.close();
  const before = await Deno.readFile(path);
  await assert.rejects(repairFacts(path, { now: Date.now }), { kind: "config" });
  assert.deepEqual(await Deno.readFile(path), before);
});

const canMount = (await new Deno.Command("unshare", { args: ["-m", "true"], stderr: "null" }).output()
  .catch(() => ({ success: false }))).success;

Deno.test({
  name: "a full disk: a clear error, nothing half written, and it works again when there is space",
  ignore: !canMount,
  fn: async () => {
    const directory = await Deno.makeTempDir();
    // In a mount namespace of its own, so that nobody else sees the small disk.
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        "-m",
        "sh",
        "-c",
        'mount -t tmpfs -o size=1500k none "$0" && exec "$@"',
        directory,
        Deno.execPath(),
        "run",
        "--quiet",
        "--no-prompt",
        `--allow-read`,
        `--allow-write=${directory}`,
        new URL("./testing/full_disk.ts", import.meta.url).pathname,
        directory,
      ],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
      kind: "not_ready",
      says: true,
      before: 100,
      after: 100,
      check: null,
      later: 101,
    });
  },
});
