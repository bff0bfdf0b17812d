/**
 * Takes documents out, and out of the files as well.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { ForgetFilter, StoredDocument } from "./types.ts";
import { compares, type Filter, inFragment, isOneOf } from "./literal.ts";
import { vectorTable } from "./names.ts";
import { audienceOf, type ChunkRow, readRows } from "./rows.ts";
import { createIndexes, tidy } from "./indexes.ts";
import { CHUNKS, type Table, type Tables } from "./tables.ts";

/** Ids in one filter. */
const IDS = 1000;

/** Every stored document. */
export async function* storedDocuments(tables: Tables): AsyncGenerator<StoredDocument> {
  const table = await tables.find(CHUNKS);
  if (table === undefined) return;
  type Head = Pick<ChunkRow, "document" | "source" | "chunks" | "time" | "audience" | "origin">;
  const selection = {
    where: compares("position", "=", 0),
    columns: ["document", "source", "chunks", "time", "audience", "origin"],
  };
  for await (const rows of readRows<Head>(table, selection)) {
    for (const row of rows) {
      // Of a document that is still being written nothing is to be seen.
      if (row.audience.includes(":")) continue;
      yield { ...row, audience: audienceOf(row) };
    }
  }
}

/** Whether a document is meant. Done here, so that no text of a user comes into a filter. */
function matches(
  filter: ForgetFilter,
  { document, source, audience, origin, time }: StoredDocument,
): boolean {
  const { documents, audiences, origins, before } = filter;
  const inSource = filter.source === undefined || source === filter.source ||
    (filter.source.endsWith("/") && source.startsWith(filter.source));
  return inSource && (documents?.includes(document) ?? true) && (audiences?.includes(audience) ?? true) &&
    (origins?.includes(origin) ?? true) && (before === undefined || time < before);
}

function check(filter: ForgetFilter): void {
  const { documents, source, audiences, origins, before, everything } = filter;
  if ([documents, source, audiences, origins, before, everything].every((field) => field === undefined)) {
    throw new PhysiclawError("usage", "Cannot forget documents: nothing says which", {
      hint: "name a source, a persona, an origin or a time, or ask for everything",
    });
  }
}

/** {@link Documents.forget}. */
export async function forgetDocuments(tables: Tables, filter: ForgetFilter): Promise<number> {
  check(filter);
  const gone: string[] = [];
  for await (const document of storedDocuments(tables)) {
    if (matches(filter, document)) gone.push(document.document);
  }
  if (gone.length === 0) return 0;
  const names = [CHUNKS, ...(await tables.models()).map(vectorTable)];
  for (const name of names) {
    if (await tables.find(name) === undefined) continue;
    await removeForGood(tables, name, gone);
  }
  return gone.length;
}

/** Deletes the documents' rows, rewrites the files that held them, and makes the indexes that knew their words anew. */
async function removeForGood(tables: Tables, name: string, documents: readonly string[]): Promise<void> {
  const fragments = new Set<bigint>();
  for (let at = 0; at < documents.length; at += IDS) {
    const where = isOneOf("document", documents.slice(at, at + IDS));
    await tables.change(name, async (table) => {
      for (const fragment of await fragmentsOf(table, where)) fragments.add(fragment);
      await table.delete(where);
    });
  }
  await tables.change(name, async (table) => {
    for (const fragment of fragments) {
      // An update writes rows anew elsewhere, so that nothing refers to the old file any more.
      await table.update({ where: inFragment(fragment), valuesSql: { origin: "origin" } });
    }
  });
  await createIndexes(tables, name, { again: "contents" });
  await tidy(tables, name);
}

async function fragmentsOf(table: Table, where: Filter): Promise<ReadonlySet<bigint>> {
  const fragments = new Set<bigint>();
  for await (const batch of table.query().where(where).withRowId().select(["id"])) {
    for (const row of batch) {
      const id: unknown = row["_rowid"];
      if (typeof id === "bigint") fragments.add(id >> 32n);
    }
  }
  return fragments;
}
