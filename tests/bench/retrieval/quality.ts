/**
 * How well documents are found, on Cranfield: by full text, with one embedder, with both.
 *
 * @module
 */
import { createScrubber } from "../../../lib/memory/scrub.ts";
import { openDocuments } from "../../../lib/memory/documents/documents.ts";
import type { Documents } from "../../../lib/memory/documents/types.ts";
import { createInference } from "../../../lib/memory/embed/inference.ts";
import { testModel } from "../../../lib/memory/testing/models.ts";
import type { Embedder } from "../../../lib/memory/types.ts";
import { type Collection, readCranfield, type Score, score } from "./cranfield.ts";

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

/** How well one way of searching does, and what it has to reach. */
export interface Quality extends Score {
  readonly name: string;
  readonly goal: number;
}

/** Scores of each way of searching; `models` false: of full text alone. */
export async function quality(options: { models?: boolean } = {}): Promise<Quality[]> {
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
  });
  try {
    await documents.ingest([corpus], { audience: "all", origin: "document" });
    const scores: Quality[] = [];
    for (const [name, models, goal] of GOALS) {
      const chosen = embedders.filter(({ model }) => models.includes(model));
      if (chosen.length < models.length) continue;
      scores.push({ name, goal, ...score(collection, await rank(documents, collection, chosen)) });
    }
    return scores;
  } finally {
    await documents.close();
    for (const embedder of embedders) await embedder.close();
    await inference.close();
    await Deno.remove(path, { recursive: true });
  }
}
