import assert from "node:assert/strict";
import { madeEmbedder, manifestOf, withDirectory } from "../lib/memory/testing/described.ts";
import { fakeServices, fakeWorld } from "./fake_deps_test.ts";
import { parse, run } from "./models.ts";

/** Runs `physiclaw models …` over a state directory. */
async function models(directory: string, args: readonly string[], abort = false) {
  const world = fakeWorld({ env: { PHYSICLAW_MEMORY_DIR: `${directory}/state` } });
  if (abort) world.interrupt.abort();
  const parsed = await parse(args);
  assert.ok(parsed.kind === "options");
  const deps = {
    ...world.deps,
    cwd: () => directory,
    uid: () => Deno.uid() ?? 0,
    services: fakeServices({ tryOutModel: () => Promise.resolve() }),
  };
  const code = await run(parsed.options, deps);
  return { code, stdout: world.stdout(), stderr: world.stderr() };
}

async function withSource(use: (directory: string) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/usb`);
    const [one, two] = [await madeEmbedder("one"), await madeEmbedder("two")];
    await Deno.writeFile(`${directory}/usb/manifest.json`, manifestOf(one, two));
    for (const { id, model, tokenizer } of [one, two]) {
      await Deno.writeFile(`${directory}/usb/${id}.onnx`, model);
      await Deno.writeFile(`${directory}/usb/${id}-tokenizer.json`, tokenizer);
    }
    await use(directory);
  });
}

Deno.test("models list on a new host says what could be there and what is done without it", async () => {
  await withDirectory(async (directory) => {
    const { code, stdout, stderr } = await models(directory, ["list"]);
    assert.equal(code, 0);
    assert.match(stdout, /^all-minilm-l6-v2\tembedder\tnot here\t\t23\.7 MB\tApache-2\.0\t/m);
    assert.match(stdout, /^bge-reranker-base\treranker\tnot here\t/m);
    assert.match(stderr, /No embedder is ready: .* physiclaw models import PATH/);
    assert.match(stderr, /No reranker is ready/);
    const { models: listed } = JSON.parse((await models(directory, ["list", "--json"])).stdout);
    assert.deepEqual(listed[0], {
      id: "all-minilm-l6-v2",
      kind: "embedder",
      state: "absent",
      default: false,
      bytes: 23_684_031,
      dimensions: 384,
      max_length: 256,
      licence: "Apache-2.0",
      source: "sentence-transformers/all-MiniLM-L6-v2, quantised ONNX by Xenova/all-MiniLM-L6-v2",
    });
  });
});

Deno.test("models import says what it recognised, where it put it, and what comes next", async () => {
  await withSource(async (directory) => {
    const { code, stdout, stderr } = await models(directory, ["import", "usb"]);
    assert.equal(code, 0);
    assert.match(stdout, /^one \(embedder\) imported: .*\/state\/models\/one$/m);
    assert.match(stdout, /^ {2}as its manifest describes it: one\.onnx, one-tokenizer\.json$/m);
    assert.match(stderr, /Next:\n {2}physiclaw memory ingest PATH\n {2}physiclaw models use two\n/);
    const again = JSON.parse((await models(directory, ["import", "usb", "--json"])).stdout);
    assert.deepEqual(
      again.models.map((model: Record<string, unknown>) => [model["id"], model["action"], model["default"]]),
      [["one", "present", true], ["two", "present", false]],
    );
    assert.equal(again.models[0].files.model.from, "one.onnx");
    await assert.rejects(models(directory, ["import", "nothing"]), {
      kind: "usage",
      message: /there is no such file/,
    });
    await assert.rejects(models(directory, ["import", "usb"], true), { kind: "interrupted" });
  });
});

Deno.test("models use and remove change the default", async () => {
  await withSource(async (directory) => {
    await models(directory, ["import", "usb"]);
    const used = await models(directory, ["use", "two"]);
    assert.match(used.stdout, /two is the default embedder from now on/);
    assert.match(
      (await models(directory, ["list"])).stdout,
      /^two\tembedder\tverified \d{4}-\d\d-\d\d\tdefault\t/m,
    );
    const removed = await models(directory, ["remove", "two"]);
    assert.equal(removed.stdout, "two is deleted\n");
    assert.match((await models(directory, ["list"])).stdout, /^one\tembedder\tverified .*\tdefault\t/m);
    await assert.rejects(models(directory, ["use", "two"]), {
      kind: "not_found",
      message: /Cannot find the model "two"/,
    });
  });
});

Deno.test("models verify exits with 4 when a file is damaged", async () => {
  await withSource(async (directory) => {
    assert.match((await models(directory, ["verify"])).stderr, /No model is here/);
    await models(directory, ["import", "usb"]);
    assert.deepEqual(await models(directory, ["verify"]), {
      code: 0,
      stdout: "one: as it was imported\ntwo: as it was imported\n",
      stderr: "",
    });
    await Deno.writeTextFile(`${directory}/state/models/two/tokenizer.json`, "{}");
    const { code, stdout } = await models(directory, ["verify"]);
    assert.equal(code, 4);
    assert.match(stdout, /^one: as it was imported\ntwo: tokenizer\.json is damaged: its SHA-256 is/);
    const { models: found } = JSON.parse((await models(directory, ["verify", "one", "--json"])).stdout);
    assert.deepEqual(found, [{ id: "one", problem: null }]);
    assert.match(
      (await models(directory, ["list"])).stdout,
      /^two\tembedder\tchanged\t.*2 bytes instead of/m,
    );
  });
});
