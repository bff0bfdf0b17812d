import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { madeEmbedder, type MadeModel, manifestOf, withDirectory } from "../testing/described.ts";
import { MODELS_DIR, MODELS_MISSING } from "../testing/models.ts";
import { zip } from "../testing/zip.ts";
import type { LocatedModel } from "./description.ts";
import type { ImportOptions } from "./import.ts";
import { createModelStore, type ModelStore } from "./store.ts";

const NOW = new Date("2026-01-31T08:00:00Z");

/** A store below `directory`, and what is needed to import into it. */
function open(directory: string) {
  const tried: string[] = [];
  const store = createModelStore({
    directory: `${directory}/state/models`,
    uid: Deno.uid() ?? 0,
    now: () => NOW,
  });
  const tryOut = ({ model }: LocatedModel) => Promise.resolve(void tried.push(model.id));
  const bring = (path: string, options: Partial<ImportOptions> = {}) =>
    store.import({ path, tryOut, ...options });
  return { store, tried, bring };
}

async function writeModel(path: string, ...models: readonly MadeModel[]): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeFile(`${path}/manifest.json`, manifestOf(...models));
  for (const [index, { model, tokenizer }] of models.entries()) {
    await Deno.writeFile(`${path}/${index} any name`, model);
    await Deno.writeFile(`${path}/${index} other name`, tokenizer);
  }
}

/** All paths below a directory. */
async function pathsIn(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    found.push(name);
    if (isDirectory) found.push(...(await pathsIn(`${directory}/${name}`)).map((path) => `${name}/${path}`));
  }
  return found.sort();
}

const states = async (store: ModelStore) =>
  (await store.list()).filter(({ state }) => state !== "absent")
    .map(({ id, state, isDefault }) => [id, state, isDefault]);

Deno.test("import takes what a manifest describes from a directory, a zip and a tar, whatever the names", async () => {
  const model = await madeEmbedder("made");
  const files = [
    { name: "x/manifest.json", bytes: manifestOf(model) },
    { name: "../../../etc/passwd", bytes: model.model },
    { name: "/tokens", bytes: model.tokenizer },
    { name: "other", bytes: new Uint8Array(model.model.byteLength) },
  ];
  await withDirectory(async (directory) => {
    await writeModel(`${directory}/plain`, model);
    await Deno.writeFile(`${directory}/a.jar`, await zip(files.map((file) => ({ ...file, deflate: true }))));
    await Deno.writeFile(
      `${directory}/a.tar`,
      await packTar(
        files.map(({ name, bytes }) => ({
          header: { name, size: bytes.byteLength, type: "file" },
          body: bytes,
        })),
      ),
    );
    for (const source of ["plain", "a.jar", "a.tar"]) {
      const { store, tried, bring } = open(`${directory}/${source}.into`);
      const [imported, ...more] = await bring(`${directory}/${source}`);
      assert.deepEqual(more, []);
      assert.deepEqual([imported?.action, imported?.recognised, tried], ["imported", "manifest", ["made"]]);
      assert.deepEqual(await pathsIn(`${directory}/${source}.into`), [
        "state",
        "state/models",
        "state/models/lock",
        "state/models/made",
        "state/models/made/model.json",
        "state/models/made/model.onnx",
        "state/models/made/tokenizer.json",
      ]);
      const located = await store.locate("made");
      assert.deepEqual(await Deno.readFile(located.paths.model), model.model);
      assert.deepEqual(await Deno.readFile(located.paths.tokenizer), model.tokenizer);
      assert.deepEqual(await states(store), [["made", "ready", true]]);
    }
  });
});

Deno.test("import again adds nothing, mends what is damaged, and refuses other files of one name", async () => {
  await withDirectory(async (directory) => {
    const { store, bring } = open(directory);
    const model = await madeEmbedder("made");
    await writeModel(`${directory}/from`, model);
    await bring(`${directory}/from`);
    assert.equal((await bring(`${directory}/from`))[0]?.action, "present");
    const { paths } = await store.locate("made");
    await Deno.writeFile(paths.model, new Uint8Array(model.model.byteLength));
    assert.deepEqual(await states(store), [["made", "changed", true]]);
    assert.match((await store.verify())[0]?.problem ?? "", /model\.onnx is damaged: its SHA-256 is/);
    assert.equal((await bring(`${directory}/from`))[0]?.action, "repaired");
    await Deno.remove(paths.tokenizer);
    assert.match((await store.list())[0]?.problem ?? "", /tokenizer\.json is missing/);
    assert.equal((await bring(`${directory}/from`))[0]?.action, "repaired");
    await Deno.writeTextFile(`${directory}/state/models/made/model.json`, "{");
    assert.deepEqual(await states(store), [["made", "changed", false]]);
    await assert.rejects(store.locate("made"), { kind: "config", message: /its record in .* is damaged/ });
    assert.equal((await bring(`${directory}/from`))[0]?.action, "repaired");
    assert.deepEqual(await store.verify(["made"]), [{ id: "made" }]);

    await writeModel(`${directory}/other`, await madeEmbedder("made", { seed: "another" }));
    await assert.rejects(bring(`${directory}/other`), {
      kind: "conflict",
      message: /there is one with other files/,
    });
    await store.remove("made");
    assert.equal((await bring(`${directory}/other`))[0]?.action, "imported");
  });
});

Deno.test("half an import leaves nothing", async () => {
  await withDirectory(async (directory) => {
    const { store, bring } = open(directory);
    const [model, second] = [await madeEmbedder("made"), await madeEmbedder("second")];
    await writeModel(`${directory}/from`, model, second);
    const root = `${directory}/state/models`;
    await assert.rejects(bring(`${directory}/from`, { tryOut: () => Promise.reject(new Error("unfit")) }), {
      message: "unfit",
    });
    assert.deepEqual(await pathsIn(root), ["lock"]);
    const stop = new AbortController();
    const progress = () => stop.abort(new Error("stopped"));
    await assert.rejects(bring(`${directory}/from`, { progress, signal: stop.signal }), {
      message: "stopped",
    });
    assert.deepEqual(await pathsIn(root), ["lock"]);
    // What a killed process left is gone after the next one.
    await Deno.mkdir(`${root}/.import/made.made`, { recursive: true });
    await Deno.writeTextFile(`${root}/.import/made.made/model.onnx`, "half");
    assert.deepEqual(await states(store), []);
    await Deno.remove(`${directory}/from/1 other name`);
    assert.deepEqual((await bring(`${directory}/from`)).map((one) => one.model.id), ["made"]);
    assert.deepEqual((await pathsIn(root)).filter((path) => path.startsWith(".")), []);
  });
});

Deno.test("import says what is missing, and what a manifest has wrong", async () => {
  await withDirectory(async (directory) => {
    const { bring } = open(directory);
    const from = `${directory}/from`;
    const model = await madeEmbedder("made");
    const rejects = async (message: RegExp, options: Partial<ImportOptions> = {}) =>
      await assert.rejects(bring(from, options), { name: "PhysiclawError", kind: "usage", message });
    await Deno.mkdir(from);
    await Deno.writeFile(`${from}/some.onnx`, model.model);
    await Deno.writeTextFile(`${from}/manifest.json`, '{"name":"somebody else\'s"}');
    await rejects(/none of its 2 files belongs to a known model/);
    await Deno.writeFile(`${from}/manifest.json`, manifestOf(model));
    await rejects(/made: its model file is there, its tokenizer \(SHA-256 [0-9a-f]{64}\) is not/);
    const wrong = async (over: Record<string, unknown>) =>
      await Deno.writeFile(`${from}/manifest.json`, manifestOf(await madeEmbedder("made", { over })));
    await wrong({ id: "../made" });
    await rejects(/manifest\.json: models\.0\.id is no model's id/);
    await wrong({ poolling: "mean" });
    await rejects(/manifest\.json: models\.0 Unrecognized key: "poolling"/);
    await wrong({ pooling: "max" });
    await rejects(/models\.0\.pooling/);
    await wrong({ normalise: false });
    await rejects(/normalise must be true/);
    await wrong({ id: "all-minilm-l6-v2" });
    await rejects(/describes all-minilm-l6-v2 with other files/);
    await rejects(/no model of that name is known/, { as: "nothing" });
    await rejects(/recognised by its contents alone/, { as: "all-minilm-l6-v2" });
  });
});

Deno.test("import --as takes one .onnx file and one tokenizer, records their digests and tries them", async () => {
  await withDirectory(async (directory) => {
    const { store, tried, bring } = open(directory);
    const from = `${directory}/hub`;
    await Deno.mkdir(`${from}/onnx`, { recursive: true });
    await Deno.writeTextFile(`${from}/onnx/model.onnx`, "full");
    const as = { as: "bge-reranker-base" };
    const rejects = (message: RegExp, options: Partial<ImportOptions> = as) =>
      assert.rejects(bring(from, options), { kind: "usage", message });
    await rejects(/it holds no tokenizer\.json/);
    await Deno.writeTextFile(`${from}/tokenizer.json`, "{}");
    await Deno.writeTextFile(`${from}/onnx/model_quantized.onnx`, "small");
    await rejects(/it holds 2 of \*\.onnx: onnx\/model\.onnx, onnx\/model_quantized\.onnx/);
    await rejects(/it holds no gone\.onnx/, { ...as, onnx: "gone.onnx" });
    const [imported] = await bring(from, { ...as, onnx: "model_quantized.onnx" });
    assert.deepEqual(imported?.names, { model: "onnx/model_quantized.onnx", tokenizer: "tokenizer.json" });
    assert.deepEqual([imported?.recognised, tried], ["name", ["bge-reranker-base"]]);
    const located = await store.defaultReranker();
    assert.equal(await Deno.readTextFile(located?.paths.model ?? ""), "small");
  });
});

Deno.test("use chooses a default; the first one is it before; a fixture never is", async () => {
  await withDirectory(async (directory) => {
    const { store, bring } = open(directory);
    assert.equal(await store.defaultEmbedder(), undefined);
    const fixture = await madeEmbedder("a-fixture", { over: { fixture: true, warning: "random weights" } });
    await writeModel(`${directory}/from`, fixture, await madeEmbedder("b"), await madeEmbedder("c"));
    await bring(`${directory}/from`);
    const ids = async () => (await store.embedders()).map(({ model }) => model.id);
    assert.equal((await store.defaultEmbedder())?.model.id, "b");
    assert.deepEqual(await ids(), ["b", "c"]);
    await store.use("c");
    assert.deepEqual(await ids(), ["c", "b"]);
    await assert.rejects(store.use("a-fixture"), { kind: "refused", message: /random weights/ });
    await assert.rejects(store.use("gone"), { kind: "not_found" });
    await store.use("a-fixture", { fixture: true });
    assert.deepEqual(await ids(), ["a-fixture", "b", "c"]);
    await store.use("c");
    await Deno.remove(`${directory}/state/models/c`, { recursive: true });
    await assert.rejects(store.defaultEmbedder(), {
      kind: "not_found",
      message: /Cannot find the model "c"/,
    });
    await store.use("b");
    await store.remove("b");
    assert.equal(await store.defaultEmbedder(), undefined);
    await assert.rejects(store.remove("b"), { kind: "not_found" });
    await assert.rejects(store.verify(["b"]), { kind: "not_found" });
    await Deno.writeTextFile(`${directory}/state/models/defaults.json`, "{}");
    await assert.rejects(store.list(), { kind: "config", message: /defaults\.json: it is damaged/ });
    await store.use("a-fixture", { fixture: true });
    assert.equal((await store.defaultEmbedder())?.model.id, "a-fixture");
  });
});

Deno.test("models that others could have changed are not loaded", async () => {
  await withDirectory(async (directory) => {
    const { store, bring } = open(directory);
    await writeModel(`${directory}/from`, await madeEmbedder("made"));
    await bring(`${directory}/from`);
    await Deno.chmod(`${directory}/state/models`, 0o777);
    for (const load of [() => store.locate("made"), store.defaultEmbedder, store.embedders]) {
      await assert.rejects(load(), { kind: "config", message: /can be written by others/ });
    }
    await Deno.chmod(`${directory}/state/models`, 0o755);
    assert.equal((await store.locate("made")).model.id, "made");
  });
});

Deno.test("two imports at once: one is refused", async () => {
  await withDirectory(async (directory) => {
    const { bring } = open(directory);
    await writeModel(`${directory}/from`, await madeEmbedder("made"));
    await bring(`${directory}/from`);
    await Deno.remove(`${directory}/state/models/made`, { recursive: true });
    await bring(`${directory}/from`, {
      tryOut: async () =>
        await assert.rejects(bring(`${directory}/from`), { kind: "conflict", message: /holds it/ }),
    });
  });
});

Deno.test(
  "the models that the program knows are recognised by their contents",
  { ignore: MODELS_MISSING },
  async () => {
    await withDirectory(async (directory) => {
      const { store, tried, bring } = open(directory);
      const from = `${directory}/from`;
      await Deno.mkdir(from);
      for (const [id, at] of [["all-minilm-l6-v2", "1"], ["bge-small-en-v1.5", "2"]]) {
        await Deno.copyFile(`${MODELS_DIR}/${id}/model.onnx`, `${from}/${at}.bin`);
        await Deno.copyFile(`${MODELS_DIR}/${id}/tokenizer.json`, `${from}/${at}.txt`);
      }
      const imported = await bring(from);
      assert.deepEqual(imported.map(({ model, recognised }) => [model.id, recognised]), [
        ["all-minilm-l6-v2", "contents"],
        ["bge-small-en-v1.5", "contents"],
      ]);
      assert.deepEqual(tried, [], "a pinned digest says enough");
      assert.equal((await store.defaultEmbedder())?.model.id, "all-minilm-l6-v2");
      assert.deepEqual((await store.list()).map(({ id, state }) => [id, state]), [
        ["all-minilm-l6-v2", "ready"],
        ["bge-small-en-v1.5", "ready"],
        ["bge-reranker-base", "absent"],
      ]);
    });
  },
);
