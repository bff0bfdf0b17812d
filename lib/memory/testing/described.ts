/**
 * Small made-up models for tests of the store, which never looks inside.
 *
 * @module
 */
import { sha256 } from "../../internal/canonical.ts";

const encoder = new TextEncoder();

/** A model's files, and the manifest that describes it. */
export interface MadeModel {
  readonly id: string;
  readonly model: Uint8Array<ArrayBuffer>;
  readonly tokenizer: Uint8Array<ArrayBuffer>;
  /** An entry of `models` of a manifest. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** An embedder whose files are noise of `bytes`. */
export async function madeEmbedder(
  id: string,
  { bytes = 5000, seed = id, over = {} }: { bytes?: number; seed?: string; over?: Record<string, unknown> } =
    {},
): Promise<MadeModel> {
  const model = encoder.encode(`${seed} `.repeat(bytes).slice(0, bytes));
  const tokenizer = encoder.encode(JSON.stringify({ tokenizer: seed }));
  const digest = async (file: Uint8Array<ArrayBuffer>) => ({
    sha256: await sha256(file),
    bytes: file.byteLength,
  });
  const entry = {
    id,
    kind: "embedder",
    files: { model: await digest(model), tokenizer: await digest(tokenizer) },
    dimensions: 8,
    maxLength: 64,
    truncation: "right",
    pooling: "mean",
    normalise: true,
    queryPrefix: "",
    passagePrefix: "",
    inputs: ["input_ids", "attention_mask"],
    output: "last_hidden_state",
    tokenizerFamily: { family: "wordpiece", padTokenId: 0, clsTokenId: 1, sepTokenId: 2 },
    licence: "MIT",
    source: "made for a test",
    ...over,
  };
  return { id, model, tokenizer, entry };
}

/** A manifest of these models, as bytes of a file. */
export const manifestOf = (...models: readonly MadeModel[]): Uint8Array<ArrayBuffer> =>
  encoder.encode(JSON.stringify({ version: 1, models: models.map(({ entry }) => entry) }));

/** Runs with a directory that is deleted afterwards. */
export async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
