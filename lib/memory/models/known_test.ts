import assert from "node:assert/strict";
import { MODELS_DIR, MODELS_MISSING } from "../testing/models.ts";
import { modelSchema, parseManifest } from "./description.ts";
import { KNOWN_MODELS, pinnedModels } from "./known.ts";

Deno.test("known models are what the schema of an operator's models takes", () => {
  for (const { model } of KNOWN_MODELS) assert.deepEqual(modelSchema.parse(model), model);
  assert.equal(new Set(KNOWN_MODELS.map(({ model }) => model.id)).size, KNOWN_MODELS.length);
  assert.ok(KNOWN_MODELS.some(({ model }) => model.id === "bge-reranker-base" && model.kind === "reranker"));
});

Deno.test("known models are the ones that were measured", { ignore: MODELS_MISSING }, async () => {
  const manifest = parseManifest(JSON.parse(await Deno.readTextFile(`${MODELS_DIR}/manifest.json`)));
  for (const { model, files } of pinnedModels()) {
    const measured = manifest.find((entry) => entry.model.id === model.id);
    assert.deepEqual({ ...measured?.model, source: "" }, { ...model, source: "" });
    assert.deepEqual(measured?.files, files);
  }
  // What the unpinned reranker says of itself is what its fixture does, but for the size of its vocabulary.
  const fixture = manifest.find(({ model }) => model.id === "fixture-xlmr-cross-encoder")?.model;
  const reranker = KNOWN_MODELS.find(({ model }) => model.id === "bge-reranker-base")?.model;
  assert.ok(fixture?.kind === "reranker" && reranker?.kind === "reranker");
  for (
    const key of [
      "inputs",
      "output",
      "maxLength",
      "maxPositions",
      "truncation",
      "pairTemplate",
      "activation",
    ] as const
  ) {
    assert.deepEqual(reranker[key], fixture[key], key);
  }
  const { maskTokenId: _, ...ids } = fixture.tokenizerFamily;
  const { maskTokenId: _1, ...sameIds } = reranker.tokenizerFamily;
  assert.deepEqual(sameIds, ids);
});
