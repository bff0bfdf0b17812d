/**
 * The indexes, and when each pays.
 *
 * @module
 */
import { guarded } from "./failure.ts";
import { modelOf } from "./names.ts";
import { CHUNKS, type Table, type Tables } from "./tables.ts";

/** From so many vectors on they get an index for approximate search: comparing all of them would take longer than the rest. */
export const ANN_FROM = 10_000;

/** So many rows may wait for the indexes: searching them row by row takes a few milliseconds. */
export const UNINDEXED = 2000;

/** Each change leaves small files; a search looks at each: half a millisecond. */
const CHANGES = 32;
const MANY = 100_000;

type Native = Tables["native"];

function scalars({ Index }: Native, name: string) {
  const btree = ["id", "document", "time_from", "time_to"].map((column) => [column, Index.btree()] as const);
  const bitmap = ["audience", "origin"].map((column) => [column, Index.bitmap()] as const);
  const position = name === CHUNKS ? [["position", Index.btree()] as const] : [];
  return [...btree, ...bitmap, ...position];
}

/**
 * Words of any script by Unicode's rules, lower case, stemmed, without English stop words. No positions: phrases aren't
 * asked for, and they would double the index.
 */
function fullText({ Index }: Native) {
  return Index.fts({
    // The library's types don't name this tokenizer, which its native part has.
    baseTokenizer: "icu" as "simple",
    stem: true,
    removeStopWords: true,
    asciiFolding: true,
    lowercase: true,
    withPosition: false,
    maxTokenLength: 64,
  });
}

async function existing(table: Table): Promise<ReadonlySet<string>> {
  return new Set((await table.listIndices()).flatMap(({ columns }) => columns));
}

/** How many rows no index knows. */
export async function unindexed(table: Table, column: string): Promise<number> {
  const stats = await table.indexStats(`${column}_idx`);
  return stats?.numUnindexedRows ?? await table.countRows();
}

/**
 * Makes the indexes that the table lacks. `again` makes those anew that hold words or vectors, which may be of rows that
 * are gone (`contents`), or all of them, since one may be broken.
 */
export async function createIndexes(
  tables: Tables,
  name: string,
  options: { readonly again?: "contents" | "all" } = {},
): Promise<void> {
  const { native } = tables;
  await tables.change(name, async (table) => {
    const have = await existing(table);
    for (const [column, config] of scalars(native, name)) {
      if (!have.has(column) || options.again === "all") await table.createIndex(column, { config });
    }
    if (modelOf(name) === undefined) {
      for (const column of ["text", "heading"]) {
        if (!have.has(column) || options.again !== undefined) {
          await table.createIndex(column, { config: fullText(native) });
        }
      }
      return;
    }
    await indexVectors(native, table, options.again !== undefined);
  });
}

/** The name tells the number of partitions: with many more rows than they were made for, others are made. */
const ANN_NAME = /^vector_(\d{1,9})$/;

async function indexVectors(native: Native, table: Table, again: boolean): Promise<void> {
  const rows = await table.countRows();
  const known = (await table.listIndices()).filter(({ columns }) => columns.includes("vector")).map((
    { name },
  ) => name);
  const partitions = Math.round(Math.sqrt(rows));
  const fits = known.some((name) => partitions <= 2 * Number(ANN_NAME.exec(name)?.[1] ?? 0));
  if (rows < ANN_FROM || (fits && !again)) return;
  const name = `vector_${partitions}`;
  await table.createIndex("vector", { config: approximate(native, partitions), name });
  for (const old of known) if (old !== name) await table.dropIndex(old);
}

/**
 * RaBitQ: one bit a dimension, and exact vectors for the last comparison. At 300,000 vectors of 384 dimensions it was built
 * in 68 s where product quantisation took 366 s, with the same recall in a fourth of the time.
 */
function approximate({ Index }: Native, partitions: number) {
  return Index.ivfRq({ distanceType: "cosine", numPartitions: partitions, maxIterations: 10 });
}

/**
 * Brings the indexes up to date, merges small files, and removes versions that are no longer needed: what was deleted is
 * gone from then on, but for files of which less than a tenth was deleted (see `purge`).
 */
export async function tidy(tables: Tables, name: string): Promise<void> {
  if (await tables.find(name) === undefined) return;
  await createIndexes(tables, name);
  await tables.change(name, async (table) => {
    await table.optimize();
    // The library merges once more before it removes files: those of a search that began in between would go as well.
    await tables.unread(() => table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true }));
  });
  await tables.tidied(name);
  await removeEmpty(`${tables.path}/${name}.lance/_indices`);
}

/** The library removes the files of indexes that are no longer in use, but leaves their directories, and lists them all each time. */
async function removeEmpty(path: string): Promise<void> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(path)) names.push(name);
  // Removing one that isn't empty fails, and that is what keeps the others.
  await Promise.all(names.map((name) => Deno.remove(`${path}/${name}`).catch(() => {})));
}

/** {@link tidy}, when so much waits that searches would notice. */
export async function tidyWhenDue(tables: Tables, name: string): Promise<void> {
  const table = await tables.find(name);
  if (table === undefined) return;
  // Merging rewrites what is smaller than a million rows: the more there is, the rarer.
  const changes = await tables.rows(name) < MANY ? CHANGES : 4 * CHANGES;
  const column = modelOf(name) === undefined ? "text" : "id";
  const due = await tables.changes(name) >= changes ||
    await guarded("read", name, () => unindexed(table, column)) > UNINDEXED;
  if (due) await tidy(tables, name);
}
