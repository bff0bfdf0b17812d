/**
 * How fast documents are found among a million chunks, and how many of the truly nearest are found.
 *
 * Vectors are synthetic: topics in 48 dimensions with noise, spread over 384, as vectors of texts have far fewer
 * dimensions than numbers. Words are those of Zipf's law, with queries of three to eight words of all frequencies.
 *
 * @module
 */
import { createScrubber } from "../../../lib/memory/scrub.ts";
import { openDocuments } from "../../../lib/memory/documents/documents.ts";
import { tidy } from "../../../lib/memory/documents/indexes.ts";
import { inScope } from "../../../lib/memory/documents/literal.ts";
import { vectorTable } from "../../../lib/memory/documents/names.ts";
import { type ChunkRow, toNative, type VectorRow } from "../../../lib/memory/documents/rows.ts";
import { CHUNKS, openTables, type Tables } from "../../../lib/memory/documents/tables.ts";
import { addRows } from "../../../lib/memory/documents/write.ts";
import type { Embedder, SearchScope } from "../../../lib/memory/types.ts";

const DIMENSIONS = 384;
const LATENT = 48;
const TOPICS = 5000;
const WORDS = 500_000;
const MODEL = "synthetic";
const BATCH = 20_000;
const QUERIES = 200;

/** Numbers from 0 to 1, the same in every run (xorshift32). */
function createRandom(seed: number): () => number {
  return () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
  };
}

function createWorld() {
  const random = createRandom(20_261_127);
  const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const spread = Float32Array.from({ length: LATENT * DIMENSIONS }, gauss);
  const topics = Float32Array.from({ length: TOPICS * LATENT }, gauss);
  const word = () => `w${Math.floor(Math.exp(random() * Math.log(WORDS)))}`;
  return {
    words: (least: number, most: number): string =>
      Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, word).join(" "),
    vector(): Float32Array {
      const topic = Math.floor(random() * TOPICS) * LATENT;
      const vector = new Float32Array(DIMENSIONS);
      for (let at = 0; at < LATENT; at++) {
        const value = (topics[topic + at] ?? 0) + 0.7 * gauss();
        for (let index = 0; index < DIMENSIONS; index++) {
          vector[index]! += value * (spread[at * DIMENSIONS + index] ?? 0);
        }
      }
      for (let index = 0; index < DIMENSIONS; index++) vector[index]! += 3 * (random() - 0.5);
      const length = Math.hypot(...vector);
      return vector.map((value) => value / length);
    },
  };
}

const scrubber = createScrubber();
const AUDIENCES = ["all", "sre", "secops", "data_architect"];

function rowOf(index: number, text: string): ChunkRow {
  const time = 1_700_000_000_000 + index;
  return {
    id: index.toString(16).padStart(32, "0"),
    document: Math.floor(index / 20).toString(16).padStart(32, "0"),
    source: scrubber.scrub(`synthetic/${Math.floor(index / 20)}`),
    heading: scrubber.scrub(""),
    text: scrubber.scrub(text),
    audience: AUDIENCES[index % 4] ?? "all",
    origin: "document",
    position: index % 20,
    hash: "",
    chunks: 20,
    time,
    time_from: time,
    time_to: time,
  };
}

const vectorRowOf = (
  { id, document, audience, origin, time_from, time_to }: ChunkRow,
  vector: Float32Array,
): VectorRow => ({
  id,
  document,
  audience,
  origin,
  time_from,
  time_to,
  vector,
});

async function build(tables: Tables, world: ReturnType<typeof createWorld>, count: number): Promise<void> {
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from(
      { length: Math.min(BATCH, count - at) },
      (_, index) => rowOf(at + index, world.words(40, 120)),
    );
    await addRows(tables, rows);
    await tables.vectors(MODEL, DIMENSIONS);
    const vectors = rows.map((row) => vectorRowOf(row, world.vector()));
    await tables.change(vectorTable(MODEL), (table) => table.add(toNative(vectors)));
  }
  for (const name of [CHUNKS, vectorTable(MODEL)]) {
    const started = performance.now();
    await tidy(tables, name);
    console.log(`${name}: indexed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
}

const quantiles = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`;
};

/** Builds the store at `path` (kept when one is given) and measures. */
export async function scale(count: number, kept?: string): Promise<void> {
  const path = kept ?? await Deno.makeTempDir();
  const world = createWorld();
  const tables = await openTables(path);
  if (await tables.rows(CHUNKS) === 0) await build(tables, world, count);
  const embedder: Embedder = {
    model: MODEL,
    dimensions: DIMENSIONS,
    embed: () => Promise.reject(new Error("query vectors are given")),
    close: () => Promise.resolve(),
  };
  const documents = await openDocuments({ path, scrubber, embedders: [embedder] });
  const queries = Array.from(
    { length: QUERIES },
    () => ({ text: world.words(3, 8), vector: world.vector() }),
  );
  const scopes = {
    "one persona": { personas: ["sre"], limit: 15 },
    "one persona, since the middle": { personas: ["sre"], since: 1_700_000_000_000 + count / 2, limit: 15 },
  } as const;
  for (const [name, scope] of Object.entries(scopes)) {
    const [both, text]: [number[], number[]] = [[], []];
    for (const round of [0, 1]) {
      for (const query of queries) {
        let started = performance.now();
        await documents.search(query.text, scope, { queryVectors: new Map([[MODEL, query.vector]]) });
        if (round === 1) both.push(performance.now() - started);
        started = performance.now();
        await documents.search(query.text, scope, { embedders: [] });
        if (round === 1) text.push(performance.now() - started);
      }
    }
    console.log(`${name}: full text and vectors ${quantiles(both)}; full text alone ${quantiles(text)}`);
  }
  const last = 1_700_000_000_000 + count * 0.99;
  for (
    const [name, since] of [["one persona", undefined], ["one persona, the last hundredth", last]] as const
  ) {
    const scope = { personas: ["sre"], limit: 10, ...since === undefined ? {} : { since } } as const;
    const share = await recall(tables, queries.slice(0, 50).map(({ vector }) => vector), documents, scope);
    console.log(`${name}: ${share}`);
  }
  await documents.close();
  tables.close();
  if (kept === undefined) await Deno.remove(path, { recursive: true });
}

/** Of the ten nearest within `scope`, how many a search finds. */
async function recall(
  tables: Tables,
  vectors: readonly Float32Array[],
  documents: Awaited<ReturnType<typeof openDocuments>>,
  scope: SearchScope,
): Promise<string> {
  const table = await tables.find(vectorTable(MODEL));
  if (table === undefined) throw new Error("there are no vectors");
  let [found, exactMs, approximateMs] = [0, 0, 0];
  for (const vector of vectors) {
    let started = performance.now();
    const exact = await table.vectorSearch(vector).distanceType("cosine").bypassVectorIndex()
      .where(inScope(scope)).select(["id", "_distance"]).limit(10).toArray();
    exactMs += performance.now() - started;
    started = performance.now();
    // Words that no chunk holds: the vectors' list alone.
    const { items } = await documents.search("zzzz", scope, { queryVectors: new Map([[MODEL, vector]]) });
    approximateMs += performance.now() - started;
    const ids = new Set(exact.map(({ id }) => String(id)));
    found += items.filter(({ id }) => ids.has(id)).length;
  }
  return `recall@10 of exact ${(found / vectors.length / 10).toFixed(3)}; exact takes ` +
    `${(exactMs / approximateMs).toFixed(1)} times as long`;
}
