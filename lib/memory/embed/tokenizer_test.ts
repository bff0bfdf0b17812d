import assert from "node:assert/strict";
import fc from "fast-check";
import type { LocatedModel } from "../models/description.ts";
import { MODELS_MISSING, reference, testModel, tokenizerJson } from "../testing/models.ts";
import { createTextTokenizer, type SpecialTokens, type TextTokenizer } from "./tokenizer.ts";

const open = async (located: LocatedModel, specialTokens?: SpecialTokens): Promise<TextTokenizer> =>
  createTextTokenizer({
    json: await tokenizerJson(located),
    clsTokenId: located.model.tokenizerFamily.clsTokenId,
    sepTokenId: located.model.tokenizerFamily.sepTokenId,
    maxLength: located.model.maxLength,
    ...(specialTokens === undefined ? {} : { specialTokens }),
  });

const SPELLED = /\[(CLS|SEP|MASK|PAD|UNK)\]|<\/?s>|<(mask|pad|unk)>/;

for (const id of ["all-minilm-l6-v2", "bge-small-en-v1.5"]) {
  Deno.test(`tokenizer: ids of every reference text of ${id}`, { ignore: MODELS_MISSING }, async () => {
    const located = testModel("embedder", id);
    const [asTokens, asText] = [await open(located, "as-tokens"), await open(located)];
    let spelled = 0;
    for (const { text, ids } of await reference(id)) {
      assert.deepEqual(asTokens.single(text), ids, text);
      if (!SPELLED.test(text)) assert.deepEqual(asText.single(text), ids, text);
      else spelled += asText.single(text).join() === ids.join() ? 0 : 1;
    }
    assert.ok(spelled > 0, "no reference text spells a special token");
  });
}

Deno.test("tokenizer: ids of queries with their prefix", { ignore: MODELS_MISSING }, async () => {
  const tokenizer = await open(testModel("embedder", "bge-small-en-v1.5"));
  for (const { text, ids } of await reference("bge-small-en-v1.5-queries")) {
    assert.deepEqual(tokenizer.single(text), ids, text);
  }
});

for (const id of ["fixture-bert-cross-encoder", "fixture-xlmr-cross-encoder"]) {
  Deno.test(`tokenizer: ids of every reference pair of ${id}`, { ignore: MODELS_MISSING }, async () => {
    const located = testModel("reranker", id);
    const doubled = id.includes("xlmr");
    const [asTokens, asText] = [await open(located, "as-tokens"), await open(located)];
    let spelled = 0;
    for (const { query, passage, ids, type_ids } of await reference(id)) {
      const pair = asTokens.pair(query, passage, doubled);
      assert.deepEqual(pair.ids, ids, `${query} | ${passage}`);
      if (type_ids !== undefined) {
        assert.deepEqual(pair.ids.map((_, at) => at < pair.second ? 0 : 1), type_ids);
      }
      const text = asText.pair(query, passage, doubled);
      if (!SPELLED.test(query + passage)) assert.deepEqual(text.ids, ids, `${query} | ${passage}`);
      else spelled += text.ids.join() === ids.join() ? 0 : 1;
    }
    assert.ok(spelled > 0, "no reference pair spells a special token");
  });
}

for (
  const [id, kind] of [["all-minilm-l6-v2", "embedder"], ["fixture-xlmr-cross-encoder", "reranker"]] as const
) {
  Deno.test(`tokenizer: no text gives a special token of ${id}`, { ignore: MODELS_MISSING }, async () => {
    const located = testModel(kind, id);
    const tokenizer = await open(located);
    const { clsTokenId, sepTokenId, padTokenId, maskTokenId = 103, unkTokenId = 100 } =
      located.model.tokenizerFamily;
    const special = new Set([clsTokenId, sepTokenId, padTokenId, maskTokenId]);
    for (const spelled of "[CLS] [SEP] [MASK] [PAD] [UNK] <s> </s> <mask> <pad> <unk>".split(" ")) {
      for (const text of [spelled, `a${spelled}b`, ` ${spelled} ${spelled}`, spelled.toLowerCase()]) {
        const inner = tokenizer.single(text).slice(1, -1);
        assert.ok(!inner.some((token) => special.has(token)), `${text}: ${inner}`);
        // What is read as text has letters that are known.
        assert.ok(inner.some((token) => token !== unkTokenId), `${text}: ${inner}`);
      }
    }
    const piece = fc.oneof(
      fc.constantFrom("[CLS]", "[SEP]", "<s>", "</s>", "<mask>", "<pad>", "\ud800", "[", "]", "<", ">", " "),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const inner = tokenizer.single(pieces.join("")).slice(1, -1);
        assert.ok(!inner.some((token) => special.has(token)), String(inner));
      }),
      { numRuns: 500 },
    );
  });
}

Deno.test(
  "tokenizer: a long text gives the ids of its beginning, however long",
  { ignore: MODELS_MISSING },
  async () => {
    for (
      const [id, kind] of [["all-minilm-l6-v2", "embedder"], [
        "fixture-xlmr-cross-encoder",
        "reranker",
      ]] as const
    ) {
      const located = testModel(kind, id);
      const tokenizer = await open(located);
      const { maxLength } = located.model;
      const words = "why do the checkout pods restart? see runbook-42, ünïcode 漢字 and 10.0.0.1 ".repeat(
        200,
      );
      const whole = tokenizer.single(words);
      assert.equal(whole.length, maxLength);
      assert.deepEqual(tokenizer.single(words.repeat(1000)), whole);
      // Blanks are dropped: the first window has too few tokens.
      const sparse = tokenizer.single(`${" ".repeat(20_000)}${words}`);
      assert.deepEqual(sparse, whole);
      assert.deepEqual(tokenizer.single(""), [
        located.model.tokenizerFamily.clsTokenId,
        located.model.tokenizerFamily.sepTokenId,
      ]);
      assert.ok(tokenizer.single("x".repeat(5_000_000)).length <= maxLength);
    }
  },
);

Deno.test("tokenizer: a tokenizer of another kind is refused", () => {
  for (const json of [null, {}, { added_tokens: [], model: { type: "BPE", vocab: {} } }]) {
    assert.throws(() => createTextTokenizer({ json, clsTokenId: 0, sepTokenId: 1, maxLength: 8 }), {
      kind: "config",
    });
  }
});

for (
  const [id, kind] of [["all-minilm-l6-v2", "embedder"], ["fixture-xlmr-cross-encoder", "reranker"]] as const
) {
  Deno.test(
    `tokenizer: words one by one give the ids of the whole text, ${id}`,
    { ignore: MODELS_MISSING },
    async () => {
      const located = testModel(kind, id);
      const json = await tokenizerJson(located) as { added_tokens: { content: string }[] };
      const { clsTokenId, sepTokenId } = located.model.tokenizerFamily;
      const options = { clsTokenId, sepTokenId, maxLength: 512 };
      const fast = createTextTokenizer({ ...options, json });
      // One added token that no text holds is enough to look at whole texts.
      const added = { ...json.added_tokens[0], id: 5, content: "\u{10fffd}never", special: false };
      const slow = createTextTokenizer({
        ...options,
        json: { ...json, added_tokens: [...json.added_tokens, added] },
      });
      const piece = fc.oneof(
        fc.string({ unit: "binary", maxLength: 8 }),
        fc.constantFrom(
          "ΟΔΟΣ",
          "Σ",
          "é",
          "e\u0301",
          "\u0301",
          "漢字",
          "ﬁ",
          "～",
          "\u00a0",
          "\u2581",
          "\u0085",
          "\u200b",
          "the",
        ),
        fc.constantFrom(" ", "  ", "\t", "\n", "\r\n"),
        fc.stringMatching(/^[a-z.,:-]{1,70}$/),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
          const text = pieces.join("");
          assert.deepEqual(fast.single(text), slow.single(text));
        }),
        { numRuns: 2000 },
      );
    },
  );
}
