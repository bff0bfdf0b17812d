import assert from "node:assert/strict";
import { sha256 } from "../../internal/canonical.ts";
import { withDirectory } from "../testing/described.ts";
import { MODELS_MISSING, testModel } from "../testing/models.ts";
import { tryOutModel } from "./try_out.ts";

Deno.test("tryOutModel lets models through that do what they say", { ignore: MODELS_MISSING }, async () => {
  await tryOutModel(testModel("embedder", "all-minilm-l6-v2"));
  await tryOutModel(testModel("reranker", "fixture-bert-cross-encoder"));
  await tryOutModel(testModel("reranker", "fixture-xlmr-cross-encoder"));
});

Deno.test("tryOutModel refuses one that is described as another", { ignore: MODELS_MISSING }, async () => {
  const xlmr = testModel("reranker", "fixture-xlmr-cross-encoder");
  const bert = testModel("reranker", "fixture-bert-cross-encoder");
  const mixed = {
    ...xlmr,
    files: { ...xlmr.files, tokenizer: bert.files.tokenizer },
    paths: { ...xlmr.paths, tokenizer: bert.paths.tokenizer },
  };
  await assert.rejects(tryOutModel(mixed), {
    kind: "config",
    message: /Cannot use the model fixture-xlmr-cross-encoder: .*out of data bounds/,
  });
  await assert.rejects(
    tryOutModel({ ...bert, model: { ...bert.model, inputs: ["input_ids", "attention_mask"] } }),
    {
      kind: "config",
      message: /it takes input_ids, attention_mask, token_type_ids instead/,
    },
  );
});

Deno.test("tryOutModel refuses what is no model at all", { ignore: MODELS_MISSING }, async () => {
  await withDirectory(async (directory) => {
    const bert = testModel("reranker", "fixture-bert-cross-encoder");
    const bytes = new TextEncoder().encode("no model");
    const noise = { sha256: await sha256(bytes), bytes: bytes.byteLength };
    const path = `${directory}/noise`;
    await Deno.writeFile(path, bytes);
    await assert.rejects(
      tryOutModel({ ...bert, files: { ...bert.files, model: noise }, paths: { ...bert.paths, model: path } }),
      {
        kind: "config",
        message: /Cannot use the model fixture-bert-cross-encoder: onnxruntime cannot load it/,
      },
    );
    await assert.rejects(
      tryOutModel({
        ...bert,
        files: { ...bert.files, tokenizer: noise },
        paths: { ...bert.paths, tokenizer: path },
      }),
      {
        kind: "config",
        message: /Cannot use the model fixture-bert-cross-encoder: its tokenizer\.json is not JSON/,
      },
    );
  });
});
