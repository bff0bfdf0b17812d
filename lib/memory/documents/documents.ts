/**
 * The store of documents: the third tier of memory.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import { SIZES, type Sizes } from "../chunk/assemble.ts";
import { chunkText } from "../chunk/chunk.ts";
import type { Scrubber } from "../scrub.ts";
import type { Embedder } from "../types.ts";
import { forgetDocuments, storedDocuments } from "./forget.ts";
import { tidy, tidyWhenDue, unindexed } from "./indexes.ts";
import { ingestFiles } from "./ingest.ts";
import { all, compares } from "./literal.ts";
import { vectorTable } from "./names.ts";
import { headOf, prepare } from "./prepare.ts";
import { repairTables } from "./repair.ts";
import { audienceOf, type ChunkRow, readRows } from "./rows.ts";
import { searchDocuments } from "./search.ts";
import { CHUNKS, openTables, type Tables } from "./tables.ts";
import type {
  AddResult,
  DocumentInput,
  Documents,
  DocumentsStatus,
  ModelStatus,
  StoredChunk,
} from "./types.ts";
import { embedRows, fill } from "./vectors.ts";
import { checkSignal, recover, storedHashes, writePrepared } from "./write.ts";

export interface DocumentsOptions {
  /** The directory of the tables, `memory_l3.lance` in the state directory; made when it isn't there. */
  readonly path: string;
  readonly scrubber: Scrubber;
  /** Models whose vectors are made of what is added, and with which is searched. None: full text alone. */
  readonly embedders?: readonly Embedder[];
  /** Of chunks; default {@link SIZES}. Documents of other sizes are chunked again when they are ingested again. */
  readonly sizes?: Sizes;
  /** A document of more chunks is not held in memory while it is read; default 4,096, some 8 MB. */
  readonly heldChunks?: number;
}

/** A document that is given as text may have so many characters; longer ones are files. */
export const MAX_TEXT = 4 * 2 ** 20;

/**
 * Opens the store. Whoever opens it holds the lock of the state directory: it is made for one process, and notices another
 * one that writes. Loads the native library (a tenth of a second). Throws {@link PhysiclawError}: `not_ready` for a broken table,
 * `conflict` for one of another version.
 *
 * @example
 * ```ts
 * import { createScrubber } from "../scrub.ts";
 * import { openDocuments } from "./documents.ts";
 * const documents = await openDocuments({ path: `${await Deno.makeTempDir()}/memory_l3.lance`, scrubber: createScrubber() });
 * await documents.ingest(["runbooks"], { audience: "sre", origin: "document" });
 * const { items } = await documents.search("disk full", { personas: ["sre"], limit: 5 });
 * console.log(items.map(({ source }) => source));
 * await documents.close();
 * ```
 */
export async function openDocuments(options: DocumentsOptions): Promise<Documents> {
  const { scrubber, embedders = [], sizes = SIZES, heldChunks = 4096 } = options;
  const tables = await openTables(options.path);
  const alone = createQueue();
  let recovered = false;

  /** Changes come one after the other; the first one mends what a run before left half done. */
  function change<T>(work: () => Promise<T>): Promise<T> {
    return alone(async () => {
      if (!recovered) await recover(tables);
      recovered = true;
      return await work();
    });
  }
  async function add(input: DocumentInput, signal?: AbortSignal): Promise<AddResult> {
    if (input.text.length > MAX_TEXT) {
      throw new PhysiclawError(
        "too_large",
        `Cannot add ${input.name}: it has ${input.text.length} characters`,
        {
          hint: `at most ${MAX_TEXT}; ingest it as a file`,
        },
      );
    }
    const head = headOf(scrubber.scrub(input.source), input.time, input);
    const chunks = await Array.fromAsync(
      chunkText(input.text, { name: input.name, near: input.time, scrubber, sizes }),
    );
    const prepared = prepare(head, chunks);
    const before = (await storedHashes(tables, [head.document])).get(head.document);
    const result = { document: head.document, chunks: chunks.length };
    if (before === prepared.hash) return { ...result, change: "unchanged" };
    if (chunks.length === 0) {
      await forgetDocuments(tables, { documents: [head.document] });
      return { ...result, change: "empty" };
    }
    checkSignal(signal);
    const replaced = new Set(before === undefined ? [] : [head.document]);
    await writePrepared(tables, [prepared], replaced);
    for (const embedder of embedders) await embedRows(tables, embedder, prepared.rows, replaced, signal);
    await forEachTable(tables, (name) => tidyWhenDue(tables, name));
    return { ...result, change: before === undefined ? "added" : "replaced" };
  }
  return {
    ingest: (paths, ingest) =>
      change(() => ingestFiles({ tables, scrubber, embedders, sizes, heldChunks }, paths, ingest)),
    addDocument: (document, signal) => change(() => add(document, signal)),
    search: (query, scope, search = {}) =>
      tables.reading(() => searchDocuments(tables, query, scope, { embedders, ...search })),
    embed: (embedder, { signal, onProgress } = {}) =>
      change(async () => {
        const made = await fill(tables, embedder, { signal, onProgress });
        await tidy(tables, vectorTable(embedder.model));
        return made;
      }),
    forget: (filter) => change(() => forgetDocuments(tables, filter)),
    forgetModel: (model) => change(() => tables.drop(vectorTable(model))),
    count: () => tables.rows(CHUNKS),
    documents: () => storedDocuments(tables),
    export: () => storedChunks(tables),
    status: () => statusOf(tables),
    compact: () => change(() => forEachTable(tables, (name) => tidy(tables, name))),
    repair: () => alone(() => repairTables(tables)),
    close: () => alone(() => Promise.resolve(tables.close())),
  };
}

/** Runs one piece of work after the other. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}

async function forEachTable(tables: Tables, work: (name: string) => Promise<void>): Promise<void> {
  for (const name of [CHUNKS, ...(await tables.models()).map(vectorTable)]) await work(name);
}

async function* storedChunks(tables: Tables): AsyncGenerator<StoredChunk> {
  const table = await tables.find(CHUNKS);
  if (table === undefined) return;
  const columns = [
    "id",
    "document",
    "source",
    "heading",
    "text",
    "position",
    "audience",
    "origin",
    "time_from",
    "time_to",
  ];
  for await (
    const rows of readRows<ChunkRow>(table, { where: all(compares("position", ">=", 0)), columns })
  ) {
    for (const { time_from, time_to, ...row } of rows) {
      if (!row.audience.includes(":")) {
        yield {
          ...row,
          audience: audienceOf(row),
          from: time_from,
          to: time_to,
        };
      }
    }
  }
}

async function statusOf(tables: Tables): Promise<DocumentsStatus> {
  const problems: string[] = [];
  const attempt = async <T>(otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PhysiclawError)) throw error;
      problems.push(error.describe());
      return otherwise;
    }
  };
  const chunks = await attempt(0, () => tables.rows(CHUNKS));
  // Every document has one first chunk.
  const documents = await attempt(
    0,
    async () => await (await tables.find(CHUNKS))?.countRows("position = 0") ?? 0,
  );
  const models: ModelStatus[] = [];
  for (const model of await tables.models()) {
    const status = await attempt(undefined, async () => {
      const table = await tables.find(vectorTable(model));
      const dimensions = Number((await table?.schema())?.metadata.get("dimensions") ?? 0);
      const indexed = (await table?.listIndices() ?? []).some(({ columns }) => columns.includes("vector"));
      return { model, dimensions, vectors: await tables.rows(vectorTable(model)), indexed };
    });
    if (status !== undefined) models.push(status);
  }
  const indexed = await attempt(false, async () => {
    const table = await tables.find(CHUNKS);
    return table === undefined || await unindexed(table, "text") === 0;
  });
  return { chunks, documents, models, indexed, problems };
}
