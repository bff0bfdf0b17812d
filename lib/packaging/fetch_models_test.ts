import assert from "node:assert/strict";
import { sha256 } from "../internal/canonical.ts";
import { type KnownModel, knownModel } from "../memory/models/known.ts";
import { withDirectory } from "../memory/testing/described.ts";
import { fetchModels } from "./fetch_models.ts";

const encoder = new TextEncoder();

/** A hub on loopback that gives these files. */
async function withHub(
  files: Readonly<Record<string, string>>,
  use: (hub: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => undefined }, (request) => {
    const text = files[new URL(request.url).pathname];
    return text === undefined ? new Response("no", { status: 404 }) : new Response(text);
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

async function known(model: string, tokenizer: string): Promise<KnownModel> {
  const one = knownModel("all-minilm-l6-v2");
  assert.ok(one !== undefined);
  const digest = async (text: string) => ({
    sha256: await sha256(encoder.encode(text)),
    bytes: encoder.encode(text).byteLength,
  });
  return { ...one, files: { model: await digest(model), tokenizer: await digest(tokenizer) } };
}

const MODEL = "/Xenova/all-MiniLM-L6-v2/resolve/main/onnx/model_quantized.onnx";
const TOKENIZER = "/Xenova/all-MiniLM-L6-v2/resolve/main/tokenizer.json";

Deno.test("fetchModels takes files of the pinned digests and no others", async () => {
  await withDirectory(async (out) => {
    const models = [await known("weights", "words")];
    await withHub({ [MODEL]: "weights", [TOKENIZER]: "words" }, async (hub) => {
      const paths = await fetchModels({ hub, out, models });
      assert.deepEqual(paths, [
        `${out}/all-minilm-l6-v2/model_quantized.onnx`,
        `${out}/all-minilm-l6-v2/tokenizer.json`,
      ]);
      assert.equal(await Deno.readTextFile(paths[0] ?? ""), "weights");
    });
  });
  for (
    const [wrong, message] of [["weighty", /its SHA-256 is/], [
      "weights and more",
      /more than 7 bytes/,
    ]] as const
  ) {
    await withDirectory(async (out) => {
      const models = [await known("weights", "words")];
      await withHub({ [MODEL]: wrong, [TOKENIZER]: "words" }, async (hub) => {
        await assert.rejects(fetchModels({ hub, out, models }), { kind: "refused", message });
      });
      assert.deepEqual(await Array.fromAsync(Deno.readDir(`${out}/all-minilm-l6-v2`)), []);
    });
  }
});

Deno.test("fetchModels refuses a model without a pinned digest, and says what the hub says", async () => {
  await withDirectory(async (out) => {
    const reranker = knownModel("bge-reranker-base");
    assert.ok(reranker !== undefined);
    await assert.rejects(fetchModels({ hub: "http://127.0.0.1:1", out, models: [reranker] }), {
      kind: "usage",
    });
    await withHub({}, async (hub) => {
      await assert.rejects(fetchModels({ hub, out, models: [await known("a", "b")] }), {
        kind: "refused",
        message: /status 404/,
      });
    });
  });
});
