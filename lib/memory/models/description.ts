/**
 * What a model is: enough to run it the way it was trained. One schema for the models that the program knows, for a
 * `manifest.json` that an operator brings with others of the same kinds, and for what is recorded of an imported one.
 *
 * @module
 */
import { z } from "zod";

/** A file by its contents: names and places say nothing. */
export const fileDigestSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "is not a SHA-256 in lower-case hexadecimal"),
  // ONNX files end at 2 GiB, the limit of their format.
  bytes: z.int().min(1).max(2 ** 31),
});
export type FileDigest = z.output<typeof fileDigestSchema>;

/** Ids are names of directories and tables. */
export const modelId = z.string().regex(
  /^[a-z0-9][a-z0-9._-]{0,63}$/,
  "is no model's id: lower-case letters, digits, dots, underscores and hyphens, 64 at most",
);

const words = z.string().max(2048);
const tokenId = z.int().min(0).max(2 ** 24);

/** The two families, by how they join a pair. */
export const PAIR_TEMPLATES = ["[CLS] A [SEP] B [SEP]", "<s> A </s></s> B </s>"] as const;

const common = {
  id: modelId,
  /** Random weights, to test a code path: never a default. */
  fixture: z.boolean().optional(),
  warning: words.optional(),
  /** Tokens, special ones included; wins over whatever tokenizer.json says. */
  maxLength: z.int().min(8).max(8192),
  maxPositions: z.int().min(8).max(16_384).optional(),
  inputs: z.array(z.enum(["input_ids", "attention_mask", "token_type_ids"])).min(1).max(3),
  output: z.string().min(1).max(128),
  tokenizerFamily: z.strictObject({
    family: words,
    padTokenId: tokenId,
    clsTokenId: tokenId,
    sepTokenId: tokenId,
    unkTokenId: tokenId.optional(),
    maskTokenId: tokenId.optional(),
  }),
  quantisation: words.optional(),
  licence: words,
  source: words,
};

const embedder = {
  ...common,
  kind: z.literal("embedder"),
  dimensions: z.int().min(1).max(8192),
  pooling: z.enum(["mean", "cls"]),
  normalise: z.literal(true, { error: "must be true: vectors are compared by their cosine" }),
  queryPrefix: words,
  passagePrefix: words,
  truncation: z.literal("right"),
};

const reranker = {
  ...common,
  kind: z.literal("reranker"),
  pairTemplate: z.enum(PAIR_TEMPLATES),
  activation: z.literal("sigmoid"),
  truncation: z.literal("longest_first"),
};

const embedderSchema = z.strictObject(embedder);
const rerankerSchema = z.strictObject(reranker);

/** How to run a model, without its files. */
export const modelSchema = z.discriminatedUnion("kind", [embedderSchema, rerankerSchema]);
export type EmbedderModel = z.output<typeof embedderSchema>;
export type RerankerModel = z.output<typeof rerankerSchema>;
export type Model = EmbedderModel | RerankerModel;

/** The files of a model. */
export const modelFilesSchema = z.strictObject({ model: fileDigestSchema, tokenizer: fileDigestSchema });
export type ModelFiles = z.output<typeof modelFilesSchema>;

/** A model with its files, somewhere on this host: what an embedder or a reranker is built from. */
export interface LocatedModel<M extends Model = Model> {
  readonly model: M;
  readonly files: ModelFiles;
  /** Absolute paths. */
  readonly paths: { readonly model: string; readonly tokenizer: string };
}

/** Fields of a manifest that only people read. `path` is never used as one. */
const listedFile = z.strictObject({ ...fileDigestSchema.shape, path: z.string().max(1024).optional() });
const listed = {
  files: z.strictObject({ model: listedFile, tokenizer: listedFile }),
  tokenizerFileSettings: z.record(z.string(), z.unknown()).optional(),
  outputShape: z.array(z.union([z.string(), z.number()])).optional(),
  reference: words.optional(),
  referenceQueries: words.optional(),
};

/** An operator's `manifest.json`. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  note: words.optional(),
  models: z.array(z.discriminatedUnion("kind", [
    z.strictObject({ ...embedder, ...listed }),
    z.strictObject({ ...reranker, ...listed }),
  ])).min(1).max(64),
});

/** Which file of a model is meant. */
export const FILE_ROLES = ["model", "tokenizer"] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/** A model and the contents that its files must have. */
export interface DescribedModel {
  readonly model: Model;
  readonly files: ModelFiles;
}

/**
 * The models of a manifest. Throws a `ZodError` for one that isn't as it must be.
 *
 * @example
 * ```ts ignore
 * const models = parseManifest(JSON.parse(await Deno.readTextFile("manifest.json")));
 * ```
 */
export function parseManifest(value: unknown): readonly DescribedModel[] {
  return manifestSchema.parse(value).models.map((entry) => {
    const {
      files,
      tokenizerFileSettings: _,
      outputShape: _1,
      reference: _2,
      referenceQueries: _3,
      ...model
    } = entry;
    const digest = ({ sha256, bytes }: FileDigest): FileDigest => ({ sha256, bytes });
    return { model, files: { model: digest(files.model), tokenizer: digest(files.tokenizer) } };
  });
}
