/**
 * Reads files into the store: walk, chunk, compare, write, embed.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { Sizes } from "../chunk/assemble.ts";
import { type Chunk, chunkBytes } from "../chunk/chunk.ts";
import type { Scrubber } from "../scrub.ts";
import type { Embedder } from "../types.ts";
import { tidy } from "./indexes.ts";
import { documentId, vectorTable } from "./names.ts";
import { createRowMaker, type DocumentHead, headOf, prepare, type Prepared } from "./prepare.ts";
import { isOneOf } from "./literal.ts";
import { readFile } from "./read_file.ts";
import type { ChunkRow } from "./rows.ts";
import { CHUNKS, type Tables } from "./tables.ts";
import {
  type Change,
  type IngestOptions,
  type IngestProgress,
  type IngestResult,
  MAX_FILE,
  MAX_SKIPPED,
  type Skipped,
} from "./types.ts";
import { embedRows, fill, lacking } from "./vectors.ts";
import { type Found, walk } from "./walk.ts";
import { addRows, checkSignal, finish, recover, staged, storedHashes, writePrepared } from "./write.ts";

/** So many chunks are written at once. */
const BATCH = 1024;
/** Files of which is asked at once whether they are stored. */
const LOOK_UP = 64;
/** Milliseconds between two calls of `onProgress`. */
const PROGRESS_MS = 200;

export interface IngestParts {
  readonly tables: Tables;
  readonly scrubber: Scrubber;
  readonly embedders: readonly Embedder[];
  readonly sizes: Sizes;
  /** A document of more chunks is staged. */
  readonly heldChunks: number;
}

/** {@link Documents.ingest}; the caller lets nobody else write meanwhile. */
export async function ingestFiles(
  { tables, scrubber, embedders, sizes, heldChunks }: IngestParts,
  paths: readonly string[],
  options: IngestOptions,
): Promise<IngestResult> {
  const { signal } = options;
  const tally = createTally(options);
  const batch: Prepared[] = [];
  const replaced = new Set<string>();
  let waiting = 0;
  /** Embedding of the batch before, while the next one is read. */
  let embedding: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const documents = batch.splice(0);
    const changed = new Set(
      documents.map(({ head }) => head.document).filter((document) => replaced.has(document)),
    );
    replaced.clear();
    waiting = 0;
    if (documents.length === 0) return;
    await writePrepared(tables, documents, changed);
    const rows = documents.flatMap((document) => document.rows);
    tally.wrote(rows.length);
    await embedding;
    embedding = embedAll(rows, changed);
    // It is waited for later, and must not count as unhandled until then.
    embedding.catch(() => {});
  }
  async function embedAll(rows: readonly ChunkRow[], changed: ReadonlySet<string>): Promise<void> {
    for (const embedder of embedders) await embedRows(tables, embedder, rows, changed, signal);
  }
  async function takeWhole(
    head: DocumentHead,
    chunks: readonly Chunk[],
    before: string | undefined,
  ): Promise<Change> {
    const prepared = prepare(head, chunks);
    if (prepared.hash === before) return "unchanged";
    if (chunks.length === 0) return "empty";
    if (before !== undefined) replaced.add(head.document);
    batch.push(prepared);
    waiting += prepared.rows.length;
    if (waiting >= BATCH) await flush();
    return before === undefined ? "added" : "replaced";
  }
  /** Writes chunks as they come; they show when all are there. */
  async function takeLarge(
    head: DocumentHead,
    first: readonly Chunk[],
    rest: AsyncIterable<Chunk>,
  ): Promise<void> {
    await flush();
    const maker = createRowMaker(head);
    try {
      await stage(maker, first, rest);
      await finish(tables, head, maker.hash(), maker.count());
    } catch (error) {
      // Where even that fails (a full disk), the next run does it.
      await recover(tables).catch(() => {});
      throw error;
    }
    await embedding;
    for (const embedder of embedders) {
      await fill(tables, embedder, { where: isOneOf("document", [head.document]), signal });
    }
  }
  async function stage(
    maker: ReturnType<typeof createRowMaker>,
    first: readonly Chunk[],
    rest: AsyncIterable<Chunk>,
  ): Promise<void> {
    let rows: ChunkRow[] = first.map((chunk) => staged(maker.row(chunk)));
    for await (const chunk of rest) {
      rows.push(staged(maker.row(chunk)));
      if (rows.length < Math.min(BATCH, heldChunks)) continue;
      checkSignal(signal);
      await addRows(tables, rows);
      tally.wrote(rows.length);
      rows = [];
    }
    await addRows(tables, rows);
    tally.wrote(rows.length);
  }
  async function take(file: Found, before: string | undefined): Promise<Change> {
    const head = headOf(scrubber.scrub(file.path), file.time, options);
    const open = () =>
      chunkBytes(readFile(file.path, file.size, tally.read), {
        name: file.path,
        near: file.time,
        scrubber,
        sizes,
      });
    const chunks: Chunk[] = [];
    const source = open();
    for await (const chunk of source) {
      chunks.push(chunk);
      if (chunks.length <= heldChunks) continue;
      if (before !== undefined && await hashOf(head, chunks, source) === before) return "unchanged";
      const rest = before === undefined ? source : skip(open(), chunks.length);
      await takeLarge(head, chunks.splice(0), rest);
      return before === undefined ? "added" : "replaced";
    }
    return await takeWhole(head, chunks, before);
  }
  async function takeGroup(group: readonly Found[]): Promise<void> {
    const id = ({ path }: Found): string => documentId(scrubber.scrub(path), options.audience);
    const stored = await storedHashes(tables, group.map(id));
    for (const file of group) {
      checkSignal(signal);
      tally.begin(file);
      try {
        tally.done(await take(file, stored.get(id(file))));
      } catch (error) {
        if (!skippable(error)) throw error;
        tally.skip(file.path, skipReason(error));
      }
      tally.end(file);
    }
  }

  let group: Found[] = [];
  try {
    const found = walk(paths, { maxFileBytes: options.maxFileBytes ?? MAX_FILE, onSkip: tally.skip });
    const files: Found[] = [];
    for await (const file of found) {
      checkSignal(signal);
      tally.found(file);
      files.push(file);
    }
    for (const file of files) {
      group.push(file);
      if (group.length < LOOK_UP) continue;
      await takeGroup(group);
      group = [];
    }
    await takeGroup(group);
  } finally {
    // What was read before an interruption is stored.
    await flush();
    await embedding;
  }
  for (const name of [CHUNKS, ...embedders.map(({ model }) => vectorTable(model))]) await tidy(tables, name);
  for (const embedder of embedders) {
    if (await lacking(tables, embedder.model) !== 0) await fill(tables, embedder, { signal });
  }
  return tally.result(embedders.length === 0 ? [WITHOUT_MODEL] : []);
}

const WITHOUT_MODEL =
  "no embedding model is in use: documents are found by full text alone (physiclaw models import, then physiclaw memory embed)";

async function* skip<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let index = 0;
  for await (const item of source) {
    if (index++ >= count) yield item;
  }
}

async function hashOf(
  head: DocumentHead,
  first: readonly Chunk[],
  rest: AsyncIterable<Chunk>,
): Promise<string> {
  const maker = createRowMaker(head);
  for (const chunk of first) maker.row(chunk);
  for await (const chunk of rest) maker.row(chunk);
  return maker.hash();
}

/** A file that can't be read is left out; anything else ends the run. */
const skippable = (error: unknown): boolean =>
  error instanceof PhysiclawError
    ? error.kind === "unsupported_type"
    : error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotCapable;

const skipReason = (error: unknown): string =>
  error instanceof PhysiclawError
    ? error.describe().replace(/^Cannot read it(?: as text)?: /, "")
    : "not readable";

function createTally({ onProgress }: IngestOptions) {
  const started = performance.now();
  const changes: Record<Change, number> = { added: 0, replaced: 0, unchanged: 0, empty: 0 };
  const skipped: Skipped[] = [];
  const skippedCount: Record<string, number> = {};
  let [files, bytes, readNow, totalFiles, totalBytes, chunks] = [0, 0, 0, 0, 0, 0];
  let current: string | undefined;
  let told = -Infinity;
  const tell = (): void => {
    if (onProgress === undefined || (current !== undefined && performance.now() - told < PROGRESS_MS)) return;
    told = performance.now();
    const progress: IngestProgress = {
      files,
      bytes: bytes + readNow,
      totalFiles,
      totalBytes,
      chunks,
      elapsedMs: told - started,
      ...(current === undefined ? {} : { current }),
    };
    onProgress(progress);
  };
  return {
    found({ size }: Found): void {
      totalFiles++;
      totalBytes += size;
    },
    begin({ path }: Found): void {
      current = path;
      readNow = 0;
      tell();
    },
    read(count: number): void {
      readNow += count;
      tell();
    },
    end({ size }: Found): void {
      files++;
      // A large file that changed was read twice.
      bytes += size;
      readNow = 0;
    },
    wrote(count: number): void {
      chunks += count;
      tell();
    },
    done: (change: Change): void => void changes[change]++,
    skip(path: string, reason: string): void {
      skippedCount[reason] = (skippedCount[reason] ?? 0) + 1;
      if (skipped.length < MAX_SKIPPED) skipped.push({ path, reason });
    },
    result(notes: readonly string[]): IngestResult {
      current = undefined;
      tell();
      return { ...changes, chunks, bytes, skippedCount, skipped, notes };
    },
  };
}
