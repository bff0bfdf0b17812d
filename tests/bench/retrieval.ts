/**
 * What the third tier of memory finds, how fast, and what it costs.
 *
 *     deno task bench retrieval quality          nDCG@10 on Cranfield (needs the collection, and the models)
 *     deno task bench retrieval scale [CHUNKS]   a million chunks: time of a search, recall of the approximate index
 *     deno task bench retrieval ingest [MB]      rate and memory of ingesting 1 GB
 *
 * @module
 */
import { ingesting } from "./retrieval/ingesting.ts";
import { quality } from "./retrieval/quality.ts";
import { scale } from "./retrieval/scale.ts";

const [what = "quality", size, path] = Deno.args;
if (what === "quality") {
  for (const { name, goal, ndcg10, recall100 } of await quality()) {
    console.log(
      `${name}: nDCG@10 ${ndcg10.toFixed(4)} (at least ${goal}: ${ndcg10 >= goal ? "yes" : "NO"}), ` +
        `recall@100 ${recall100.toFixed(4)}`,
    );
  }
} else if (what === "scale") await scale(Number(size ?? 1_000_000), path);
else if (what === "ingest") await ingesting(Number(size ?? 1000));
else throw new Error(`Cannot measure ${what}: quality, scale or ingest`);
