import assert from "node:assert/strict";
import { testStore } from "../testing/documents.ts";
import { ANN_FROM, tidy } from "./indexes.ts";
import { vectorTable } from "./names.ts";
import { toNative, type VectorRow } from "./rows.ts";
import { openTables, type Tables } from "./tables.ts";

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
  await add(tables, ANN_FROM, ANN_FROM + 500);
  await tidy(tables, NAME);
  const table = await tables.find(NAME);
  assert.deepEqual(await indexes(tables), ["vector_100"]);
  assert.equal((await table?.indexStats("vector_100"))?.numUnindexedRows, 0);
  await add(tables, ANN_FROM + 500, 5 * ANN_FROM);
  await tidy(tables, NAME);
  assert.deepEqual(await indexes(tables), ["vector_224"]);
  tables.close();
});
