import assert from "node:assert/strict";
import type { EmbedderModel, LocatedModel } from "../models/description.ts";
import { MODELS_MISSING, type Reference, reference, testModel } from "../testing/models.ts";
import { createInference, type InferenceOptions } from "./inference.ts";

const withInference = async (
  options: InferenceOptions,
  use: (inference: ReturnType<typeof createInference>) => Promise<void>,
): Promise<void> => {
  const inference = createInference(options);
  try {
    await use(inference);
  } finally {
    await inference.close();
  }
};

/** How near to the references vectors come on CPUs with AVX-512 VNNI, such as the one that made them: the bounds of their README. */
const SAME = 1e-5;
/** On others most texts are as near, and none is further away than this cosine. */
const ANYWHERE = 0.99;

/** Whether this CPU multiplies as the one of the references did; where nobody can tell, it does not. */
const sameKind: boolean = await new Deno.Command("grep", { args: ["-qw", "avx512_vnni", "/proc/cpuinfo"] })
  .output()
  .then(({ success }) => success, () => false);

function near(vectors: readonly Float32Array[], references: readonly Reference[]): void {
  assert.equal(vectors.length, references.length);
  let same = 0;
  for (const [index, { vector: expected, text }] of references.entries()) {
    const found = vectors[index] ?? new Float32Array();
    assert.equal(found.length, expected.length);
    const worst = Math.max(...expected.map((value, at) => Math.abs(value - (found[at] ?? NaN))));
    const cosine = expected.reduce((sum, value, at) => sum + value * (found[at] ?? NaN), 0);
    assert.ok(cosine >= ANYWHERE, `cosine ${cosine}: ${text}`);
    if (sameKind) assert.ok(worst <= SAME, `${worst} from the reference: ${text}`);
    if (worst <= SAME) same++;
  }
  assert.ok(same >= references.length * 0.75, `only ${same} of ${references.length} are the same`);
}

for (const id of ["all-minilm-l6-v2", "bge-small-en-v1.5"]) {
  Deno.test(`embedder: every reference vector of ${id}`, { ignore: MODELS_MISSING }, async () => {
    await withInference({ threads: 2, specialTokens: "as-tokens" }, async (inference) => {
      const references = await reference(id);
      const embedder = inference.embedder(testModel("embedder", id));
      const vectors = await embedder.embed(references.map(({ text }) => text), "passage");
      near(vectors, references);
      assert.deepEqual([embedder.model, embedder.dimensions], [id, 384]);
    });
  });
}

Deno.test("embedder: queries have their prefix", { ignore: MODELS_MISSING }, async () => {
  await withInference({ threads: 1 }, async (inference) => {
    const references = await reference("bge-small-en-v1.5-queries");
    const embedder = inference.embedder(testModel("embedder", "bge-small-en-v1.5"));
    const vectors = await embedder.embed(references.map(({ query }) => query), "query");
    near(vectors, references);
  });
});

for (const id of ["fixture-bert-cross-encoder", "fixture-xlmr-cross-encoder"]) {
  Deno.test(`reranker: every reference score of ${id}`, { ignore: MODELS_MISSING }, async () => {
    await withInference({ threads: 2, specialTokens: "as-tokens" }, async (inference) => {
      const reranker = inference.reranker(testModel("reranker", id));
      for (const { query, passage, logit, score } of await reference(id)) {
        const [found = NaN] = await reranker.score(query, [passage]);
        assert.ok(Math.abs(found - score) <= 1e-4, `${found} for ${score}`);
        assert.ok(Math.abs(Math.log(found / (1 - found)) - logit) <= 1e-4, `logit ${logit}`);
      }
    });
  });
}

Deno.test("embedder: a vector does not depend on its neighbours or on other callers", {
  ignore: MODELS_MISSING,
}, async () => {
  await withInference({ threads: 2 }, async (inference) => {
    const embedder = inference.embedder(testModel("embedder", "all-minilm-l6-v2"));
    const texts = (await reference("all-minilm-l6-v2")).slice(0, 24).map(({ text }) => text);
    const [together, backwards, ...alone] = await Promise.all([
      embedder.embed(texts, "passage"),
      embedder.embed(texts.toReversed(), "passage"),
      ...texts.map((text) => embedder.embed([text], "query")),
    ]);
    assert.deepEqual(backwards?.toReversed(), together);
    assert.deepEqual(alone.map(([vector]) => vector), together);
  });
});

const broken = (over: Partial<LocatedModel<EmbedderModel>>): LocatedModel<EmbedderModel> => ({
  ...testModel("embedder", "all-minilm-l6-v2"),
  ...over,
});

Deno.test("embedder: a missing, damaged or wrongly described model is refused with the fix", {
  ignore: MODELS_MISSING,
}, async () => {
  const good = testModel("embedder", "all-minilm-l6-v2");
  const other = testModel("reranker", "fixture-bert-cross-encoder");
  const directory = await Deno.makeTempDir();
  try {
    const damaged = `${directory}/model.onnx`;
    const bytes = await Deno.readFile(good.paths.model);
    bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1;
    await Deno.writeFile(damaged, bytes);
    const cases: readonly (readonly [LocatedModel<EmbedderModel>, RegExp])[] = [
      [broken({ paths: { ...good.paths, model: `${directory}/gone` } }), /gone is missing/],
      [broken({ paths: { ...good.paths, model: damaged } }), /is damaged: its SHA-256/],
      [broken({ paths: { ...good.paths, tokenizer: damaged } }), /bytes instead of 711661/],
      [broken({ files: other.files, paths: other.paths }), /it gives logits instead of last_hidden_state/],
      [broken({ model: { ...good.model, inputs: ["input_ids"] } }), /it takes input_ids, /],
      [broken({ model: { ...good.model, dimensions: 128 } }), /not float32 of 384 values/],
    ];
    await withInference({ threads: 1 }, async (inference) => {
      for (const [located, message] of cases) {
        const embedder = inference.embedder(located);
        await assert.rejects(embedder.embed(["a"], "query"), { kind: "config", message });
        await embedder.close();
      }
      // The thread lives on.
      assert.equal((await inference.embedder(good).embed(["a"], "query")).length, 1);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test(
  "embedder: an abort rejects with its reason, and others go on",
  { ignore: MODELS_MISSING },
  async () => {
    await withInference({ threads: 1 }, async (inference) => {
      const embedder = inference.embedder(testModel("embedder", "all-minilm-l6-v2"));
      const stop = new AbortController();
      const texts = Array.from({ length: 5000 }, (_, index) => `document ${index} about nothing`);
      const bulk = embedder.embed(texts, "passage", stop.signal);
      const rejected = assert.rejects(bulk, { message: "enough" });
      // A query does not wait for the bulk.
      assert.equal((await embedder.embed(["a query"], "query")).length, 1);
      stop.abort(new Error("enough"));
      await rejected;
      assert.equal((await embedder.embed(["another"], "passage")).length, 1);
      await assert.rejects(embedder.embed(["x"], "query", AbortSignal.abort(new Error("before"))), {
        message: "before",
      });
      assert.deepEqual(await embedder.embed([], "query"), []);
    });
  },
);
