/**
 * Puts documents into the tables so that all chunks of one appear together, or none.
 *
 * @module
 */
import { PERSONAS } from "../../catalog/types.ts";
import { PhysiclawError } from "../../internal/errors.ts";
import { all, compares, type Filter, isOneOf, quote } from "./literal.ts";
import type { DocumentHead, Prepared } from "./prepare.ts";
import { type ChunkRow, readAll, READY, STAGED, toNative } from "./rows.ts";
import { createIndexes } from "./indexes.ts";
import { CHUNKS, type Tables } from "./tables.ts";

/** Hashes of those of `documents` that are stored. */
export async function storedHashes(
  tables: Tables,
  documents: readonly string[],
): Promise<Map<string, string>> {
  const table = await tables.find(CHUNKS);
  if (table === undefined || documents.length === 0) return new Map();
  const rows = await readAll<Pick<ChunkRow, "document" | "hash">>(table, {
    where: all(isOneOf("document", documents), compares("position", "=", 0)),
    columns: ["document", "hash"],
  });
  return new Map(rows.map(({ document, hash }) => [document, hash]));
}

/** Adds rows; makes the table and its indexes with the first ones, since no search finds anything without them. */
export async function addRows(tables: Tables, rows: readonly ChunkRow[]): Promise<void> {
  if (rows.length === 0) return;
  const first = await tables.find(CHUNKS) === undefined;
  await tables.chunks();
  await tables.change(CHUNKS, (table) => table.add(toNative(rows)));
  if (first) await createIndexes(tables, CHUNKS);
}

/**
 * Stores documents that are in memory, in one transaction if none of them is stored in another form (`stored`), and two
 * otherwise. Each holds at least one row.
 */
export async function writePrepared(
  tables: Tables,
  documents: readonly Prepared[],
  stored: ReadonlySet<string>,
): Promise<void> {
  const isNew = ({ head }: Prepared): boolean => !stored.has(head.document);
  await addRows(tables, documents.filter(isNew).flatMap(({ rows }) => rows));
  const changed = documents.filter((document) => !isNew(document));
  if (changed.length === 0) return;
  await replaceRows(
    tables,
    CHUNKS,
    changed.flatMap(({ rows }) => rows),
    isOneOf("document", changed.map(({ head }) => head.document)),
  );
}

/** Puts `rows` in the place of those that `where` names, in one transaction. */
export async function replaceRows(
  tables: Tables,
  name: string,
  rows: Parameters<typeof toNative>[0],
  where: Filter,
): Promise<void> {
  await tables.change(
    name,
    (table) =>
      table.mergeInsert("id").whenMatchedUpdateAll().whenNotMatchedInsertAll()
        .whenNotMatchedBySourceDelete({ where }).execute(toNative(rows)),
  );
}

/** Rows of a document that is too long to be held are staged: no search sees them until {@link finish}. */
export const staged = (row: ChunkRow): ChunkRow => ({ ...row, audience: STAGED + row.audience });

/** All rows of the document are staged: puts them in the place of those that were there. */
export async function finish(
  tables: Tables,
  head: DocumentHead,
  hash: string,
  chunks: number,
): Promise<void> {
  await tables.change(CHUNKS, (table) =>
    table.update({
      where: all(isOneOf("document", [head.document]), isOneOf("audience", [STAGED + head.audience])),
      values: { audience: READY + head.audience, hash, chunks },
    }));
  await takePlace(tables, head.document, head.audience);
}

async function takePlace(tables: Tables, document: string, audience: string): Promise<void> {
  await tables.change(CHUNKS, async (table) => {
    await table.delete(all(isOneOf("document", [document]), isOneOf("audience", [audience])));
    await table.update({
      where: all(isOneOf("document", [document]), isOneOf("audience", [READY + audience])),
      valuesSql: { audience: quote(audience) },
    });
  });
}

/** Finishes what a run that ended early left ready, and removes what it left half done. */
export async function recover(tables: Tables): Promise<void> {
  const table = await tables.find(CHUNKS);
  if (table === undefined) return;
  const markers = await readAll<Pick<ChunkRow, "document" | "audience">>(table, {
    where: isOneOf("audience", AUDIENCES.flatMap((audience) => [STAGED + audience, READY + audience])),
    columns: ["document", "audience"],
  });
  if (markers.length === 0) return;
  const ready = new Map(
    markers.filter(({ audience }) => audience.startsWith(READY)).map((
      { document, audience },
    ) => [document, audience]),
  );
  for (const [document, audience] of ready) await takePlace(tables, document, audience.slice(READY.length));
  await tables.change(
    CHUNKS,
    (chunks) => chunks.delete(isOneOf("audience", AUDIENCES.map((audience) => STAGED + audience))),
  );
}

const AUDIENCES = ["all", ...PERSONAS];

/** Throws `interrupted` when the caller wants no more. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new PhysiclawError("interrupted", "Ingesting was interrupted", {
      hint: "do it again, and it goes on where it stopped",
    });
  }
}
