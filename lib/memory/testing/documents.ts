/**
 * What tests of documents need: a store in a directory of its own, and an embedder without a model.
 *
 * @module
 */
import { openDocuments } from "../documents/documents.ts";
import type { Documents } from "../documents/types.ts";
import { createScrubber } from "../scrub.ts";
import type { Embedder } from "../types.ts";

/** A store in a directory that goes when it is disposed of. */
export interface TestStore extends AsyncDisposable {
  readonly documents: Documents;
  /** The tables' directory. */
  readonly path: string;
  /** An empty directory for files to ingest. */
  readonly files: string;
  /** Closes the store and opens it again, as a second run of the program does. */
  reopen(embedders?: readonly Embedder[]): Promise<Documents>;
}

export async function testStore(
  embedders: readonly Embedder[] = [],
  options: { readonly heldChunks?: number } = {},
): Promise<TestStore> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const [path, files] = [`${directory}/memory_l3.lance`, `${directory}/files`];
  await Deno.mkdir(files);
  const open = (models: readonly Embedder[]) =>
    openDocuments({ path, scrubber: createScrubber(), embedders: models, ...options });
  let documents = await open(embedders);
  return {
    get documents() {
      return documents;
    },
    path,
    files,
    async reopen(models = embedders) {
      await documents.close();
      documents = await open(models);
      return documents;
    },
    async [Symbol.asyncDispose]() {
      await documents.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/**
 * Vectors by hashed words: texts that share words are near to each other. Counts what it embeds, and fails when
 * `failAfter` texts were embedded.
 */
export function wordEmbedder(
  options: { model?: string; dimensions?: number; failAfter?: number } = {},
): Embedder & { readonly embedded: () => number } {
  const { model = "words", dimensions = 64, failAfter = Infinity } = options;
  let embedded = 0;
  return {
    model,
    dimensions,
    embedded: () => embedded,
    embed(texts, _kind, signal) {
      signal?.throwIfAborted();
      embedded += texts.length;
      if (embedded > failAfter) return Promise.reject(new Error("the model's thread ended"));
      return Promise.resolve(texts.map((text) => vectorOf(text, dimensions)));
    },
    close: () => Promise.resolve(),
  };
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? [""]) {
    let hash = 7;
    for (const char of word) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
    vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
