/**
 * Finds chunks: full text and each model's vectors, fused by rank.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { Scrubbed } from "../scrub.ts";
import type { Embedder, MemoryItem, SearchScope } from "../types.ts";
import { guarded } from "./failure.ts";
import { fuse, type Fused, LIST_LENGTH } from "./fuse.ts";
import { ANN_FROM } from "./indexes.ts";
import { all, type Filter, inScope, isOneOf } from "./literal.ts";
import { vectorTable } from "./names.ts";
import { audienceOf, type ChunkRow, readAll } from "./rows.ts";
import { CHUNKS, type Table, type Tables } from "./tables.ts";
import type { SearchOptions, SearchResult } from "./types.ts";
import { checkVector, embedTexts, lacking } from "./vectors.ts";

/** A query of more words is cut: each of them costs time, and what is asked is at its start. */
const MAX_WORDS = 64;
/**
 * Partitions of the approximate index that are looked through, and how many candidates for each that is found are compared
 * exactly. At a million vectors (1,000 partitions), half of them in scope: 80 find 0.968 of the ten truly nearest in 10.7 ms,
 * 128 find 0.988 in 11.7 ms, 200 find 0.995 in 13.4 ms; comparing more candidates finds no more.
 */
const PROBES = 128;
const REFINE = 2;
/**
 * Where a filter leaves less than this share of the vectors, the nearest of them lie in ever more partitions (at a hundredth
 * 128 find 0.84 of them): then the library may look through all, which takes twice as long.
 */
const FEW = 0.1;
const ALL_PARTITIONS = 0;

/**
 * So many of each list of words are added up: with 6 times as many as are wanted the order is that of complete sums (nDCG on
 * Cranfield no longer changes). Among many chunks that costs too much, and 2 times as many lose a thousandth of it or two.
 */
const candidatesOf = (chunks: number): number => (chunks < MANY ? 6 : 2) * LIST_LENGTH;
const MANY = 100_000;
/** Fetched beyond what is asked for, in place of equal texts. */
const SPARE = 15;

/** The words of a query, as they are looked up. */
export const wordsOf = (query: string): string[] =>
  (query.match(/[\p{L}\p{N}\p{M}][\p{L}\p{N}\p{M}'._-]*/gu) ?? []).slice(0, MAX_WORDS);

/** The ids of what a query finds, best first. */
async function ids(query: AsyncIterable<Batch>): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of query) {
    for (const id of batch.getChild("id") ?? []) found.push(String(id));
  }
  return found;
}

/** What of a batch of rows is looked at. */
interface Batch {
  readonly numRows: number;
  getChild(name: string): Iterable<unknown> | null;
}

/** Adds the scores of what a query finds to `sums`, by the number of the row. */
async function addScores(query: AsyncIterable<Batch>, sums: Map<bigint, number>): Promise<void> {
  for await (const batch of query) {
    const scores = [...batch.getChild("_score") ?? []];
    for (const [index, row] of [...batch.getChild("_rowid") ?? []].entries()) {
      // The library says so of both columns.
      sums.set(row as bigint, Number(scores[index]) + (sums.get(row as bigint) ?? 0));
    }
  }
}

/**
 * By words. A word of the heading counts once more, and so does a word that is asked twice. Each of these is a query of its own,
 * whose scores are added here: the library's own way of adding them looks at every chunk that holds any of the words. Ids are
 * read of the best only, since reading those of all takes a third of the time.
 */
async function byText(
  tables: Tables,
  table: Table,
  words: readonly string[],
  where: Filter,
): Promise<string[]> {
  if (words.length === 0) return [];
  const { MatchQuery } = tables.native;
  const candidates = candidatesOf(await tables.rows(CHUNKS));
  const again = words.map((word) => word.toLowerCase()).filter((word, index, every) =>
    every.indexOf(word) < index
  );
  const ask = (asked: readonly string[], column: string, sums: Map<bigint, number>): Promise<void> =>
    addScores(
      table.query().fullTextSearch(new MatchQuery(asked.join(" "), column)).where(where)
        .withRowId().select(["_score"]).limit(candidates),
      sums,
    );
  const find = async (): Promise<string[]> => {
    const sums = new Map<bigint, number>();
    const more = again.length === 0 ? [] : [ask(again, "text", sums)];
    await Promise.all([ask(words, "text", sums), ask(words, "heading", sums), ...more]);
    const best = [...sums].sort(([, a], [, b]) => b - a).slice(0, LIST_LENGTH).map(([row]) => row);
    if (best.length === 0) return [];
    const idOf = new Map<unknown, string>();
    for await (const batch of table.takeRowIds(best).withRowId().select(["id"])) {
      const found = [...batch.getChild("id") ?? []];
      for (const [index, row] of [...batch.getChild("_rowid") ?? []].entries()) {
        idOf.set(row, String(found[index]));
      }
    }
    return best.flatMap((row) => idOf.get(row) ?? []);
  };
  // Rows have other numbers when files were merged between the two steps.
  return await guarded("read", CHUNKS, () => find().catch(find));
}

async function byVector(
  tables: Tables,
  model: string,
  vector: Float32Array,
  where: Filter,
): Promise<string[]> {
  const name = vectorTable(model);
  const table = await tables.find(name);
  if (table === undefined) throw withoutVectors(model);
  const vectors = await tables.rows(name);
  return await guarded("read", name, async () => {
    const query = table.vectorSearch(vector).distanceType("cosine").where(where).select(["id", "_distance"])
      .limit(LIST_LENGTH).refineFactor(REFINE);
    const few = vectors >= ANN_FROM && await table.countRows(where) < FEW * vectors;
    return await ids(
      few ? query.maximumNprobes(ALL_PARTITIONS).minimumNprobes(PROBES) : query.nprobes(PROBES),
    );
  });
}

const withoutVectors = (model: string): PhysiclawError =>
  new PhysiclawError("not_ready", `Cannot search with the model ${model}: there are no vectors of it`, {
    hint: `physiclaw memory embed --model ${model}`,
  });

type Shown = Pick<
  ChunkRow,
  "id" | "text" | "source" | "heading" | "origin" | "audience" | "time_to"
>;
const SHOWN = ["id", "text", "source", "heading", "origin", "audience", "time_to"];

/** The best of `fused` as items, without those that are gone, and without equal texts. */
async function itemsOf(
  table: Table,
  fused: readonly Fused[],
  where: Filter,
  limit: number,
): Promise<MemoryItem[]> {
  const wanted = fused.slice(0, limit + SPARE);
  const rows = await guarded(
    "read",
    CHUNKS,
    () =>
      readAll<Shown>(table, { where: all(isOneOf("id", wanted.map(({ id }) => id)), where), columns: SHOWN }),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const texts = new Set<string>();
  const items: MemoryItem[] = [];
  for (const { id, score, ranks } of wanted) {
    const row = byId.get(id);
    if (row === undefined || texts.has(row.text) || items.length >= limit) continue;
    texts.add(row.text);
    items.push({
      id,
      tier: "l3",
      text: row.text,
      // Both parts are scrubbed, and joining them makes no secret.
      source: (row.heading === "" ? row.source : `${row.source} > ${row.heading}`) as Scrubbed,
      origin: row.origin,
      audience: audienceOf(row),
      time: row.time_to,
      score,
      ranks,
    });
  }
  return items;
}

/** The vector of the query for each model that is asked. */
async function queryVectors(
  query: string,
  embedders: readonly Embedder[],
  given: ReadonlyMap<string, Float32Array>,
  signal: AbortSignal | undefined,
): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  await Promise.all(embedders.map(async (embedder) => {
    let vector = given.get(embedder.model);
    if (vector === undefined) [vector] = await embedTexts(embedder, [query], "query", signal);
    else checkVector(embedder.model, vector, embedder.dimensions);
    if (vector !== undefined) vectors.set(embedder.model, vector);
  }));
  return vectors;
}

/** {@link Documents.search}. */
export async function searchDocuments(
  tables: Tables,
  query: string,
  scope: SearchScope,
  options: SearchOptions,
): Promise<SearchResult> {
  const { embedders = [], queryVectors: given = new Map(), signal } = options;
  const notes: string[] = [];
  const table = await tables.find(CHUNKS);
  if (table === undefined || await tables.rows(CHUNKS) === 0 || scope.limit < 1) return { items: [], notes };
  for (const { model } of embedders) {
    if (await tables.find(vectorTable(model)) === undefined) throw withoutVectors(model);
    const missing = await lacking(tables, model);
    if (missing > 0) {
      notes.push(`${missing} chunks have no vector of ${model} yet: physiclaw memory embed --model ${model}`);
    }
  }
  const models = [...new Set([...embedders.map(({ model }) => model), ...given.keys()])];
  if (models.length === 0) {
    notes.push("documents were searched by full text alone: no embedding model is in use");
  }
  const where = inScope(scope);
  const named = async (name: string, list: Promise<string[]>) => [name, await list] as const;
  const byVectors = async () => {
    const vectors = query.trim() === "" ? [] : await queryVectors(query, embedders, given, signal);
    return await Promise.all(
      [...vectors].map(([model, vector]) => named(model, byVector(tables, model, vector, where))),
    );
  };
  const [text, vectors] = await Promise.all([
    named("text", byText(tables, table, wordsOf(query), where)),
    byVectors(),
  ]);
  const lists = new Map([text, ...vectors]);
  return { items: await itemsOf(table, fuse(lists), where, scope.limit), notes };
}
