import assert from "node:assert/strict";
import { createScrubber } from "../scrub.ts";
import { testStore, wordEmbedder } from "../testing/documents.ts";
import { ANN_FROM, tidy } from "./indexes.ts";
import { vectorTable } from "./names.ts";
import { type ChunkRow, toNative, type VectorRow } from "./rows.ts";
import { searchDocuments } from "./search.ts";
import { openTables, type Tables } from "./tables.ts";
import { addRows } from "./write.ts";

const NAME = vectorTable("m");

/** Adds vectors around `count` points of a circle in the first two of 16 dimensions. */
async function add(tables: Tables, from: number, to: number): Promise<void> {
  await tables.vectors("m", 16);
  const rows = Array.from({ length: to - from }, (_, index): VectorRow => {
    const angle = (from + index) * 0.37;
    const vector = new Float32Array(16);
    vector.set([Math.cos(angle), Math.sin(angle)]);
    const id = (from + index).toString(16).padStart(32, "0");
    return { id, document: id, audience: "all", origin: "document", time_from: 0, time_to: 0, vector };
  });
  await tables.change(NAME, (table) => table.add(toNative(rows)));
}

const indexes = async (tables: Tables): Promise<string[]> =>
  (await (await tables.find(NAME))?.listIndices() ?? []).filter(({ columns }) => columns.includes("vector"))
    .map(({ name }) => name);

Deno.test("vectors get an approximate index when there are enough, another one when there are many more, and new ones join it", async () => {
  await using store = await testStore();
  const tables = await openTables(store.path);
  await add(tables, 0, ANN_FROM - 1);
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), []);
  await add(tables, ANN_FROM - 1, ANN_FROM);
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), ["vector_100"]);
  const table = await tables.find(NAME);
  const plan = await table?.vectorSearch(new Float32Array(16).fill(0.25)).analyzePlan();
  // The library joins small ones, one at a time.
  assert.ok(Number(/partitions_ranked=(\d+)/.exec(plan ?? "")?.[1]) > 90);
  await add(tables, ANN_FROM, ANN_FROM + 500);
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), ["vector_100"]);
  assert.equal((await table?.indexStats("vector_100"))?.numUnindexedRows, 0);
  await add(tables, ANN_FROM + 500, 5 * ANN_FROM);
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), ["vector_224"]);
  tables.close();
});

Deno.test("the few chunks that a scope leaves of many are all found through the approximate index, wherever they lie", async () => {
  await using store = await testStore();
  const tables = await openTables(store.path);
  const scrubber = createScrubber();
  // Vectors that point everywhere, so that no few partitions hold those of a scope.
  const few = new Set(Array.from({ length: 100 }, (_, index) => index * 400));
  const count = 4 * ANN_FROM;
  const rows = Array.from({ length: count }, (_, index): VectorRow => {
    const id = index.toString(16).padStart(32, "0");
    const anywhere = Float32Array.from({ length: 16 }, (_, at) => Math.sin(index * (at + 1.3) * 7.7 + at));
    const length = Math.hypot(...anywhere);
    const vector = anywhere.map((value) => value / length);
    return {
      id,
      document: id,
      audience: few.has(index) ? "secops" : "sre",
      origin: "document",
      time_from: 0,
      time_to: 0,
      vector,
    };
  });
  const chunks = rows.filter(({ audience }) => audience === "secops").map((
    { vector: _, ...row },
  ): ChunkRow => ({
    ...row,
    source: scrubber.scrub("notes"),
    heading: scrubber.scrub(""),
    text: scrubber.scrub(`note ${row.id}`),
    position: 0,
    hash: "",
    chunks: 1,
    time: 0,
  }));
  await addRows(tables, chunks);
  await tables.vectors("m", 16);
  await tables.change(NAME, (table) => table.add(toNative(rows)));
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), ["vector_200"]);
  const vector = rows[0]?.vector ?? new Float32Array();
  const scope = { personas: ["secops"], limit: 100 } as const;
  const { items } = await searchDocuments(tables, "zzzz", scope, {
    embedders: [wordEmbedder({ model: "m", dimensions: 16 })],
    queryVectors: new Map([["m", vector]]),
  });
  assert.equal(items.length, 100);
  tables.close();
});
