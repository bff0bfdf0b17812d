import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { openOperatorFacts } from "./operator_facts.ts";
import { openRemoteMemory, type RemoteMemory } from "./remote.ts";

async function withMemory(
  work: (memory: RemoteMemory, directory: string) => Promise<void>,
  prepare: (directory: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const directory = await Deno.makeTempDir();
  await prepare(directory);
  const worker = new Worker(new URL("./memory_worker.ts", import.meta.url), { type: "module" });
  const memory = await openRemoteMemory(worker, {
    stateDir: directory,
    modelsDir: `${directory}/models`,
    uid: Deno.uid() ?? 0,
    keepMs: 60_000,
  });
  try {
    await work(memory, directory);
  } finally {
    await memory.close();
    await Deno.remove(directory, { recursive: true });
  }
}

const FACT = {
  name: "the payments cluster",
  value: "namespace payments-prod",
  origin: "operator",
  source: "ada",
  audience: "sre",
} as const;

Deno.test("memory's thread adds facts, finds them for whom they are, and forgets them", () =>
  withMemory(async (memory, directory) => {
    const [fact] = await memory.add([FACT]);
    assert.ok(fact !== undefined);
    const found = await memory.search("payments", { personas: ["sre"] });
    assert.deepEqual(found.items.map(({ id, tier }) => [id, tier]), [[fact.id, "l2"]]);
    assert.deepEqual((await memory.search("payments", { personas: ["secops"] })).items, []);
    const reader = openOperatorFacts(`${directory}/memory_l2.sqlite3`, Date.now);
    assert.deepEqual(reader.namedIn("pods of the payments cluster", "sre").map(({ id }) => id), [fact.id]);
    assert.deepEqual(reader.namedIn("pods of the payments cluster", "secops"), []);
    await memory.update(fact.id, { value: "namespace payments-2" });
    assert.equal(reader.namedIn("the payments cluster", "sre")[0]?.value, "namespace payments-2");
    assert.equal((await memory.history(fact.id)).length, 2);
    assert.deepEqual(await memory.forget({ id: fact.id }), { facts: 1, documents: 0 });
    assert.deepEqual((await memory.search("payments", { personas: ["sre"] })).items, []);
    assert.deepEqual(reader.namedIn("the payments cluster", "sre"), []);
    reader.close();
  }));

Deno.test("memory's thread ingests, tells how far it is, and says that it has no embedder", () =>
  withMemory(async (memory, directory) => {
    await Deno.mkdir(`${directory}/docs`);
    await Deno.writeTextFile(
      `${directory}/docs/oom.md`,
      "# OOMKilled\n\nRaise the memory limit of the container.\n",
    );
    const progress: number[] = [];
    const report = await memory.ingest([`${directory}/docs`], {
      audience: "all",
      onProgress: ({ files }) => progress.push(files),
    });
    assert.equal(report.added, 1);
    assert.equal(progress.at(-1), 1);
    assert.equal((await memory.ingest([`${directory}/docs`], { audience: "all" })).unchanged, 1);
    const { items, notes } = await memory.search("memory limit", { personas: ["sre"] });
    assert.match(items[0]?.source ?? "", /oom\.md > OOMKilled/);
    assert.match(notes.join("\n"), /full text alone/);
    const status = await memory.status();
    assert.deepEqual([status.l1, status.l2, status.l3, status.l3_documents, status.embedder], [
      "ok",
      "ok",
      "ok",
      1,
      null,
    ]);
    const lines = await Array.fromAsync(memory.export());
    assert.ok(lines.some((line) => line.includes("Raise the memory limit")));
    assert.deepEqual(await memory.forget({ source: `${directory}/docs/oom.md` }), { facts: 0, documents: 1 });
  }));

Deno.test("memory remembers a goal and its run for its persona alone, and never its secrets", () =>
  withMemory(async (memory) => {
    const goal = {
      id: "01920000-0000-7000-8000-000000000001",
      persona: "sre",
      goal: "why does the ledger fail with password=hunter2hunter2",
      outcome: "done",
      answer: "The ledger pod was OOMKilled",
      ended: Date.now(),
    } as const;
    await memory.remember(goal);
    await memory.remember(goal);
    const { items } = await memory.search("ledger OOMKilled", { personas: ["sre"] });
    assert.deepEqual(items.map(({ origin }) => origin).toSorted(), ["goal", "run"]);
    assert.doesNotMatch(JSON.stringify(items), /hunter2/);
    assert.deepEqual((await memory.search("ledger OOMKilled", { personas: ["secops"] })).items, []);
    await memory.prune(Date.now() + 1000);
    assert.deepEqual((await memory.search("OOMKilled", { personas: ["sre"] })).items, []);
  }));

Deno.test("memory's thread stops an ingestion at its signal, with the error's own kind", () =>
  withMemory(async (memory, directory) => {
    await Deno.mkdir(`${directory}/docs`);
    for (let i = 0; i < 300; i++) {
      await Deno.writeTextFile(`${directory}/docs/${i}.md`, `# Note ${i}\n\nText ${i}.\n`);
    }
    const stop = new AbortController();
    const ingest = memory.ingest([`${directory}/docs`], {
      audience: "all",
      signal: stop.signal,
    });
    stop.abort();
    await assert.rejects(ingest, (error) => error instanceof PhysiclawError && error.kind === "interrupted");
    const { added, unchanged } = await memory.ingest([`${directory}/docs`], { audience: "all" });
    assert.equal(added + unchanged, 300);
  }));

Deno.test("a damaged file of facts is told, and leaves documents usable; repair makes it good", () =>
  withMemory(
    async (memory) => {
      assert.match(memory.factsFailed?.message ?? "", /memory_l2\.sqlite3/);
      await assert.rejects(memory.add([FACT]), PhysiclawError);
      await memory.ingestText({ name: "note.md", text: "# Disk\n\nThe disk is full.\n" }, {
        audience: "all",
        source: "note.md",
      });
      const { items, notes } = await memory.search("disk", { personas: ["sre"] });
      assert.equal(items.length, 1);
      assert.match(notes.join("\n"), /facts could not be searched/);
      assert.notEqual((await memory.status()).l2, "ok");
      assert.match((await memory.repair()).join("\n"), /facts: \d+ are in a new file/);
      assert.equal((await memory.add([FACT])).length, 1);
    },
    (directory) =>
      Deno.writeTextFile(
        `${directory}/memory_l2.sqlite3`,
        "SQLite format 3\0 and then nothing of it ".repeat(200),
      ),
  ));
