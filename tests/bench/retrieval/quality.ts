/**
 * How well documents are found, on Cranfield: by full text, with one embedder, with both.
 *
 * @module
 */
import { createScrubber } from "../../../lib/memory/scrub.ts";
import { SIZES, type Sizes } from "../../../lib/memory/chunk/assemble.ts";
import { openDocuments } from "../../../lib/memory/documents/documents.ts";
import type { Documents } from "../../../lib/memory/documents/types.ts";
import { createInference } from "../../../lib/memory/embed/inference.ts";
import { testModel } from "../../../lib/memory/testing/models.ts";
import type { Embedder } from "../../../lib/memory/types.ts";
import { type Collection, readCranfield, score } from "./cranfield.ts";

/** Figures of the collection's README for the same ways of searching. */
const GOALS: readonly (readonly [string, readonly string[], number])[] = [
  ["full text", [], 0.411],
  ["full text, MiniLM", ["all-minilm-l6-v2"], 0.463],
  ["full text, bge-small", ["bge-small-en-v1.5"], 0.463],
  ["full text, MiniLM, bge-small", ["all-minilm-l6-v2", "bge-small-en-v1.5"], 0.482],
];

/** Lists of documents by query, best first: a document is as good as its best chunk. */
async function rank(documents: Documents, { queries }: Collection, embedders: readonly Embedder[]) {
  const ranked = new Map<string, string[]>();
  for (const { _id, text } of queries) {
    const { items } = await documents.search(text, { personas: ["sre"], limit: 150 }, { embedders });
    ranked.set(_id, [
      ...new Set(items.map(({ source }) => /(\d+)\.txt/.exec(source)?.[1] ?? "")),
    ]);
  }
  return ranked;
}

/** Prints the scores; `models` false: full text alone. */
export async function quality(options: { sizes?: Sizes; models?: boolean } = {}): Promise<void> {
  const collection = await readCranfield();
  const inference = createInference({ threads: 2 });
  const path = await Deno.makeTempDir();
  const corpus = `${path}/cranfield`;
  await Deno.mkdir(corpus);
  for (const { _id, title = "", text } of collection.corpus) {
    await Deno.writeTextFile(`${corpus}/${_id}.txt`, `${title}\n\n${text}`);
  }
  const embedders = options.models === false
    ? []
    : ["all-minilm-l6-v2", "bge-small-en-v1.5"].map((id) => inference.embedder(testModel("embedder", id)));
  const documents = await openDocuments({
    path: `${path}/memory_l3.lance`,
    scrubber: createScrubber(),
    embedders,
    sizes: options.sizes ?? SIZES,
  });
  try {
    const started = performance.now();
    await documents.ingest([corpus], { audience: "all", origin: "document" });
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${collection.corpus.length} documents, ${await documents.count()} chunks, ${seconds.toFixed(1)} s`,
    );
    for (const [name, models, goal] of GOALS) {
      const chosen = embedders.filter(({ model }) => models.includes(model));
      if (chosen.length < models.length) continue;
      const { ndcg10, recall100 } = score(collection, await rank(documents, collection, chosen));
      console.log(
        `${name}: nDCG@10 ${ndcg10.toFixed(4)} (at least ${goal}: ${ndcg10 >= goal ? "yes" : "NO"}), ` +
          `recall@100 ${recall100.toFixed(4)}`,
      );
    }
  } finally {
    await documents.close();
    for (const embedder of embedders) await embedder.close();
    await inference.close();
    await Deno.remove(path, { recursive: true });
  }
}
