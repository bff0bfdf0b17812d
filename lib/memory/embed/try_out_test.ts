import assert from "node:assert/strict";
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
    message: /0 is none of its special tokens|gives no/,
  });
  await assert.rejects(
    tryOutModel({ ...bert, model: { ...bert.model, inputs: ["input_ids", "attention_mask"] } }),
    {
      kind: "config",
      message: /it takes input_ids, attention_mask, token_type_ids instead/,
    },
  );
});
