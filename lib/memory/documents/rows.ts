/**
 * The tables' columns, and their rows as TypeScript sees them.
 *
 * @module
 */
import type { Scrubbed } from "../scrub.ts";
import type { Audience, Origin } from "../types.ts";
import { guarded } from "./failure.ts";
import type { Filter } from "./literal.ts";

type Native = typeof import("../native/lancedb.ts");
type Table = import("../native/lancedb.ts").Table;
type Schema = InstanceType<Native["Schema"]>;

/** Of the layout below; a store of another one is refused. */
export const LAYOUT = "1";

/** One chunk. Times are UTC milliseconds. */
export interface ChunkRow {
  readonly id: string;
  readonly document: string;
  readonly source: Scrubbed;
  readonly heading: Scrubbed;
  readonly text: Scrubbed;
  /** An {@link Audience}, or {@link STAGED} or {@link READY} and one: then no search sees the row. */
  readonly audience: string;
  readonly origin: Origin;
  /** From 0 on. */
  readonly position: number;
  /** Of all chunks of the document. */
  readonly hash: string;
  readonly chunks: number;
  /** The document's own time. */
  readonly time: number;
  readonly time_from: number;
  readonly time_to: number;
}

/** A row of a document that is still being written. */
export const STAGED = "staged:";
/** A row of a document that is written to its end, and is about to take the place of the one before it. */
export const READY = "ready:";

/** One chunk's vector, with what searches filter by. */
export interface VectorRow
  extends Pick<ChunkRow, "id" | "document" | "audience" | "origin" | "time_from" | "time_to"> {
  readonly vector: Float32Array;
}

export const audienceOf = (row: Pick<ChunkRow, "audience">): Audience => row.audience as Audience;

export function chunkSchema({ Field, Int32, Int64, Schema, Utf8 }: Native): Schema {
  const text = (name: string) => new Field(name, new Utf8(), false);
  const time = (name: string) => new Field(name, new Int64(), false);
  return new Schema([
    ...["id", "document", "source", "heading", "text", "audience", "origin"].map(text),
    new Field("position", new Int32(), false),
    text("hash"),
    new Field("chunks", new Int32(), false),
    ...["time", "time_from", "time_to"].map(time),
  ], new Map([["layout", LAYOUT]]));
}

export function vectorSchema(native: Native, model: string, dimensions: number): Schema {
  const { Field, FixedSizeList, Float32, Int64, Schema, Utf8 } = native;
  return new Schema([
    ...["id", "document", "audience", "origin"].map((name) => new Field(name, new Utf8(), false)),
    ...["time_from", "time_to"].map((name) => new Field(name, new Int64(), false)),
    new Field("vector", new FixedSizeList(dimensions, new Field("item", new Float32(), true)), false),
  ], new Map([["layout", LAYOUT], ["model", model], ["dimensions", String(dimensions)]]));
}

/** Rows for LanceDB: it takes plain objects, and no numbers for 64-bit columns beyond 2^53. */
export const toNative = (rows: readonly (ChunkRow | VectorRow)[]): Record<string, unknown>[] =>
  rows.map((row) => ({ ...row }));

export interface Selection {
  readonly where: Filter;
  readonly columns: readonly string[];
  readonly limit?: number;
}

/**
 * Rows of a table, batch by batch. The caller names the columns that it asks for by `T`; 64-bit integers come as numbers.
 */
export async function* readRows<T>(table: Table, { where, columns, limit }: Selection): AsyncGenerator<T[]> {
  let query = table.query().where(where).select([...columns]);
  if (limit !== undefined) query = query.limit(limit);
  const batches = query[Symbol.asyncIterator]();
  for (;;) {
    const { done, value: batch } = await guarded("read", table.name, () => batches.next());
    if (done === true) return;
    const rows: T[] = [];
    for (const row of batch) {
      const plain: Record<string, unknown> = {};
      for (const [name, value] of row) {
        plain[name as string] = typeof value === "bigint" ? Number(value) : value;
      }
      // The columns have the types that the schema gives them, and `T` says which were asked for.
      rows.push(plain as T);
    }
    yield rows;
  }
}

/** All of {@link readRows} at once, for few rows. */
export async function readAll<T>(table: Table, selection: Selection): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of readRows<T>(table, selection)) rows.push(...batch);
  return rows;
}
