/**
 * A model's vectors of the stored chunks.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { Embedder } from "../types.ts";
import { all, type Filter, idRange, isOneOf } from "./literal.ts";
import { vectorTable } from "./names.ts";
import { type ChunkRow, readAll, readRows, toNative, type VectorRow } from "./rows.ts";
import { createIndexes } from "./indexes.ts";
import { CHUNKS, type Table, type Tables } from "./tables.ts";
import { checkSignal, replaceRows } from "./write.ts";

/** Chunks whose vectors are made and stored together. */
const BATCH = 256;
/** Ids are compared in so many parts when there are many, so that few of them are in memory. */
const PARTS = 256;
const FEW = 50_000;

type Embeddable = Pick<ChunkRow, "text"> & Omit<VectorRow, "vector">;
const EMBEDDABLE = ["id", "document", "text", "audience", "origin", "time_from", "time_to"];

/** The vectors of texts; throws when the model gives others than it says. */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  kind: "query" | "passage",
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const vectors = await embedder.embed(texts, kind, signal);
  for (const vector of vectors) checkVector(embedder.model, vector, embedder.dimensions);
  if (vectors.length !== texts.length) {
    throw bad(embedder.model, `${vectors.length} vectors for ${texts.length} texts`);
  }
  return vectors;
}

const bad = (model: string, what: string): PhysiclawError =>
  new PhysiclawError("not_ready", `Cannot use the model ${model}: it gave ${what}`, {
    hint: `physiclaw models verify ${model}`,
  });

/** A vector of zeros is near to nothing and to everything: it is never stored, and never searched with. */
export function checkVector(model: string, vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) {
    throw bad(model, `a vector of ${vector.length} instead of ${dimensions} dimensions`);
  }
  let square = 0;
  for (const value of vector) square += value * value;
  // Normalised to 1, with room for rounding; NaN isn't within.
  if (!(square > 0.98 && square < 1.02)) throw bad(model, "a vector that is not normalised");
}

async function vectorsOf(
  embedder: Embedder,
  rows: readonly Embeddable[],
  signal?: AbortSignal,
): Promise<VectorRow[]> {
  const texts = rows.map(({ text }) => text);
  const vectors = await embedTexts(embedder, texts, "passage", signal).catch((error) => {
    checkSignal(signal);
    throw error;
  });
  return rows.map(({ text: _, ...row }, index) => ({ ...row, vector: vectors[index] ?? new Float32Array() }));
}

async function addVectors(tables: Tables, embedder: Embedder, rows: readonly VectorRow[]): Promise<void> {
  if (rows.length === 0) return;
  const name = vectorTable(embedder.model);
  await tables.vectors(embedder.model, embedder.dimensions);
  await tables.change(name, (table) => table.add(toNative(rows)));
}

/**
 * Stores the vectors of rows that were stored just now. For documents that took another's place (`replaced`), vectors of
 * texts that stayed are kept, and those of texts that are gone go.
 */
export async function embedRows(
  tables: Tables,
  embedder: Embedder,
  rows: readonly ChunkRow[],
  replaced: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<void> {
  const fresh = rows.filter(({ document }) => !replaced.has(document));
  for (let at = 0; at < fresh.length; at += BATCH) {
    await addVectors(
      tables,
      embedder,
      await vectorsOf(embedder, fresh.slice(at, at + BATCH).map(embeddable), signal),
    );
  }
  const changed = rows.filter(({ document }) => replaced.has(document));
  if (changed.length === 0 && replaced.size === 0) return;
  const name = vectorTable(embedder.model);
  const table = await tables.vectors(embedder.model, embedder.dimensions);
  const where = isOneOf("document", [...replaced]);
  const known = await storedVectors(table, where);
  const missing = changed.filter(({ id }) => !known.has(id));
  for (const row of await vectorsOf(embedder, missing.map(embeddable), signal)) known.set(row.id, row.vector);
  const all = changed.map((row) => {
    const { text: _, ...kept } = embeddable(row);
    return { ...kept, vector: known.get(row.id) ?? new Float32Array() };
  });
  await replaceRows(tables, name, all, where);
}

const embeddable = (row: ChunkRow): Embeddable => {
  const { id, document, text, audience, origin, time_from, time_to } = row;
  return { id, document, text, audience, origin, time_from, time_to };
};

async function storedVectors(table: Table, where: Filter): Promise<Map<string, Float32Array>> {
  const known = new Map<string, Float32Array>();
  const rows = readRows<{ id: string; vector: { toArray(): Float32Array } }>(table, {
    where,
    columns: ["id", "vector"],
  });
  for await (const batch of rows) {
    for (const { id, vector } of batch) known.set(id, Float32Array.from(vector.toArray()));
  }
  return known;
}

/** How many vectors a table lacks, or has too many, as far as counts tell. */
export async function lacking(tables: Tables, model: string): Promise<number> {
  return await tables.rows(CHUNKS) - await tables.rows(vectorTable(model));
}

/**
 * Makes the vectors that are missing, and removes those whose chunk is gone, among the chunks that `where` names. Gives
 * how many it made. Interrupted, it goes on where it stopped.
 */
export async function fill(
  tables: Tables,
  embedder: Embedder,
  options: {
    readonly where?: Filter;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  } = {},
): Promise<number> {
  const { signal, onProgress } = options;
  const chunks = await tables.find(CHUNKS);
  if (chunks === undefined) return 0;
  const name = vectorTable(embedder.model);
  const vectors = await tables.vectors(embedder.model, embedder.dimensions);
  const total = Math.max(0, await lacking(tables, embedder.model));
  const parts = options.where !== undefined || await tables.rows(CHUNKS) < FEW ? [undefined] : ranges();
  let made = 0;
  for (const part of parts) {
    const where = all(...[options.where, part].filter((filter) => filter !== undefined));
    const have = new Set(
      (await readAll<{ id: string }>(vectors, { where, columns: ["id"] })).map(({ id }) => id),
    );
    const present = await readAll<{ id: string }>(chunks, { where, columns: ["id"] });
    const missing: string[] = [];
    for (const { id } of present) {
      if (!have.delete(id)) missing.push(id);
    }
    for (let at = 0; at < missing.length; at += BATCH) {
      checkSignal(signal);
      const ids = isOneOf("id", missing.slice(at, at + BATCH));
      const rows = await readAll<Embeddable>(chunks, { where: ids, columns: EMBEDDABLE });
      await addVectors(tables, embedder, await vectorsOf(embedder, rows, signal));
      made += rows.length;
      onProgress?.(made, Math.max(total, made));
    }
    const orphans = [...have];
    for (let at = 0; at < orphans.length; at += 1000) {
      await tables.change(name, (table) => table.delete(isOneOf("id", orphans.slice(at, at + 1000))));
    }
  }
  await createIndexes(tables, name);
  return made;
}

function ranges(): Filter[] {
  const hex = (part: number): string => part.toString(16).padStart(2, "0");
  return Array.from(
    { length: PARTS },
    (_, part) => idRange(hex(part), part + 1 < PARTS ? hex(part + 1) : undefined),
  );
}
