import assert from "node:assert/strict";
import { withBuiltIn } from "./built_in.ts";
import { createModelStore, type ModelStore } from "./store.ts";

async function inDirectory(work: (directory: string, store: ModelStore, asked: string[]) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  const store = createModelStore({
    directory: `${directory}/models`,
    uid: Deno.uid() ?? 0,
    now: () => new Date(),
  });
  const asked: string[] = [];
  const recording: ModelStore = {
    ...store,
    import: ({ path }) => {
      asked.push(path);
      return Promise.resolve([]);
    },
  };
  try {
    await work(directory, recording, asked);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("withBuiltIn takes models in once, where the host has none yet", () =>
  inDirectory(async (directory, store, asked) => {
    await Deno.mkdir(`${directory}/built-in`);
    const models = withBuiltIn(store, `${directory}/built-in`);
    await Promise.all([models.embedders(), models.defaultReranker()]);
    await models.list();
    assert.deepEqual(asked, [`${directory}/built-in`]);
  }));

Deno.test("withBuiltIn brings nothing back into a directory that was made, and needs none to be built in", () =>
  inDirectory(async (directory, store, asked) => {
    await withBuiltIn(store, `${directory}/missing`).embedders();
    await withBuiltIn(store, undefined).embedders();
    await Deno.mkdir(`${directory}/built-in`);
    await Deno.mkdir(`${directory}/models`);
    await withBuiltIn(store, `${directory}/built-in`).embedders();
    assert.deepEqual(asked, []);
  }));

Deno.test("withBuiltIn says why models could not be taken in, and tries again", () =>
  inDirectory(async (directory, store) => {
    await Deno.mkdir(`${directory}/built-in`);
    let full = true;
    const models = withBuiltIn({
      ...store,
      import: () => full ? Promise.reject(new Error("the disk is full")) : Promise.resolve([]),
    }, `${directory}/built-in`);
    await assert.rejects(models.embedders(), /disk is full/);
    full = false;
    assert.deepEqual(await models.embedders(), []);
  }));
