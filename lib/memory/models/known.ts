/**
 * Models that the program knows by heart.
 *
 * @module
 */
import type { DescribedModel, Model, ModelFiles } from "./description.ts";

/** A known model; without files where no digest of a published one is pinned: those are recorded at their import. */
export interface KnownModel {
  readonly model: Model;
  readonly files?: ModelFiles;
  /** Where a host with a network finds it: a repository of the public hub, and paths in it. */
  readonly hub?: {
    readonly repository: string;
    readonly paths: { readonly model: string; readonly tokenizer: string };
  };
}

const BERT = {
  inputs: ["input_ids", "attention_mask", "token_type_ids"],
  output: "last_hidden_state",
  tokenizerFamily: { family: "wordpiece, uncased", padTokenId: 0, clsTokenId: 101, sepTokenId: 102 },
} as const;

/** In the order of preference: the first embedder that is there is the default. */
export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    model: {
      id: "all-minilm-l6-v2",
      kind: "embedder",
      ...BERT,
      inputs: [...BERT.inputs],
      dimensions: 384,
      // sentence-transformers sets 256 at run time; its tokenizer.json says 128, the positions end at 512.
      maxLength: 256,
      maxPositions: 512,
      truncation: "right",
      pooling: "mean",
      normalise: true,
      queryPrefix: "",
      passagePrefix: "",
      quantisation: "dynamic, per-channel int8 weights, uint8 activations",
      licence: "Apache-2.0",
      source: "sentence-transformers/all-MiniLM-L6-v2, quantised ONNX by Xenova/all-MiniLM-L6-v2",
    },
    files: {
      model: {
        sha256: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
        bytes: 22_972_370,
      },
      tokenizer: {
        sha256: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
        bytes: 711_661,
      },
    },
    hub: {
      repository: "Xenova/all-MiniLM-L6-v2",
      paths: { model: "onnx/model_quantized.onnx", tokenizer: "tokenizer.json" },
    },
  },
  {
    model: {
      id: "bge-small-en-v1.5",
      kind: "embedder",
      ...BERT,
      inputs: [...BERT.inputs],
      dimensions: 384,
      maxLength: 512,
      maxPositions: 512,
      truncation: "right",
      pooling: "cls",
      normalise: true,
      queryPrefix: "Represent this sentence for searching relevant passages: ",
      passagePrefix: "",
      quantisation: "dynamic, per-channel int8 weights, uint8 activations",
      licence: "MIT",
      source: "BAAI/bge-small-en-v1.5, quantised ONNX by Xenova/bge-small-en-v1.5",
    },
    files: {
      model: {
        sha256: "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
        bytes: 34_014_426,
      },
      tokenizer: {
        sha256: "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
        bytes: 711_396,
      },
    },
    hub: {
      repository: "Xenova/bge-small-en-v1.5",
      paths: { model: "onnx/model_quantized.onnx", tokenizer: "tokenizer.json" },
    },
  },
  {
    // No digests are pinned: `models import PATH --as bge-reranker-base` records those of the files it is given.
    model: {
      id: "bge-reranker-base",
      kind: "reranker",
      inputs: ["input_ids", "attention_mask"],
      output: "logits",
      maxLength: 512,
      maxPositions: 514,
      truncation: "longest_first",
      pairTemplate: "<s> A </s></s> B </s>",
      activation: "sigmoid",
      tokenizerFamily: {
        family: "unigram (sentencepiece, nmt_nfkc)",
        padTokenId: 1,
        clsTokenId: 0,
        sepTokenId: 2,
        unkTokenId: 3,
        maskTokenId: 250_001,
      },
      licence: "MIT",
      source: "BAAI/bge-reranker-base, as ONNX",
    },
  },
];

/** The known model of this id. */
export const knownModel = (id: string): KnownModel | undefined =>
  KNOWN_MODELS.find(({ model }) => model.id === id);

/** Known models whose files are pinned. */
export const pinnedModels = (): readonly DescribedModel[] =>
  KNOWN_MODELS.flatMap(({ model, files }) => files === undefined ? [] : [{ model, files }]);
