/**
 * The third tier: documents in chunks.
 *
 * @module
 */
import type { Scrubbed } from "../scrub.ts";
import type { Audience, Embedder, MemoryItem, Origin, SearchScope } from "../types.ts";

/** Who may see what is stored, and where it comes from. */
export interface Provenance {
  readonly audience: Audience;
  readonly origin: Origin;
}

/** A document in memory, such as the digest of a run. */
export interface DocumentInput extends Provenance {
  /** Decides about the format by its ending: `digest.md`; without one it is plain text. */
  readonly name: string;
  readonly text: string;
  /** Where it comes from, for a person: a goal's id, a file. A second document of the same source and audience replaces the first. */
  readonly source: string;
  /** UTC milliseconds. */
  readonly time: number;
}

/** What adding one document did. */
export interface AddResult {
  readonly document: string;
  readonly change: Change;
  readonly chunks: number;
}

/** `empty`: it has no text, and nothing is stored of it. */
export type Change = "added" | "replaced" | "unchanged" | "empty";

/** A stored document. Times are UTC milliseconds. */
export interface StoredDocument extends Provenance {
  readonly document: string;
  readonly source: Scrubbed;
  readonly chunks: number;
  readonly time: number;
}

/** A stored chunk, as {@link Documents.export} gives it. */
export interface StoredChunk extends Provenance {
  readonly id: string;
  readonly document: string;
  readonly source: Scrubbed;
  readonly heading: Scrubbed;
  readonly text: Scrubbed;
  /** From 0 on within the document. */
  readonly position: number;
  readonly from: number;
  readonly to: number;
}

/** Which documents; those for which every given field holds. At least one has to be given. */
export interface ForgetFilter {
  readonly documents?: readonly string[];
  /** Exactly this source, or everything below it when it ends with a slash. */
  readonly source?: string;
  readonly audiences?: readonly Audience[];
  readonly origins?: readonly Origin[];
  /** Documents whose time is before this, in UTC milliseconds. */
  readonly before?: number;
  /** Everything. */
  readonly everything?: true;
}

export interface IngestOptions extends Provenance {
  readonly signal?: AbortSignal;
  /** Called a few times a second at most, and at the end. */
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Larger files are left out and counted; default {@link MAX_FILE}. */
  readonly maxFileBytes?: number;
}

/** How far an ingest is. Totals are known once the walk is through. */
export interface IngestProgress {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalBytes: number;
  readonly chunks: number;
  readonly elapsedMs: number;
  /** The file being read; `undefined` at the end. */
  readonly current?: string;
}

/** A file that was left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

export interface IngestResult {
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly empty: number;
  readonly chunks: number;
  readonly bytes: number;
  /** How many were left out, by reason; the first {@link MAX_SKIPPED} by name. */
  readonly skippedCount: Readonly<Record<string, number>>;
  readonly skipped: readonly Skipped[];
  /** What the operator should know: chunks without vectors, and the like. */
  readonly notes: readonly string[];
}

/** Files over 4 GiB aren't documents. */
export const MAX_FILE = 4 * 2 ** 30;
export const MAX_SKIPPED = 100;

export interface SearchOptions {
  /** Vectors of the query where they are known; the others are made by the embedders. */
  readonly queryVectors?: ReadonlyMap<string, Float32Array>;
  /** Models to ask; default all that the store was opened with. None: full text alone. */
  readonly embedders?: readonly Embedder[];
  readonly signal?: AbortSignal;
}

export interface SearchResult {
  readonly items: readonly MemoryItem[];
  /** What the reader has to know about how it was searched: "full text alone, …". Empty when there is nothing to say. */
  readonly notes: readonly string[];
}

/** State of one model's vectors. */
export interface ModelStatus {
  readonly model: string;
  readonly dimensions: number;
  readonly vectors: number;
  /** Whether there is an index for approximate search. */
  readonly indexed: boolean;
}

export interface DocumentsStatus {
  readonly chunks: number;
  readonly documents: number;
  readonly models: readonly ModelStatus[];
  /** Whether every chunk is in the full-text index; what isn't is found all the same, but slower. */
  readonly indexed: boolean;
  /** Broken tables with what to do; empty when all is well. */
  readonly problems: readonly string[];
}

/** What {@link Documents.repair} found and did. */
export interface RepairResult {
  readonly actions: readonly string[];
}

/** The store. All times are UTC milliseconds. Errors are {@link PhysiclawError}s. */
export interface Documents {
  /**
   * Files and directories, with all in them. What is stored already is left alone, what changed is replaced; a run that
   * was interrupted goes on where it stopped. Throws `interrupted` when the signal says so; what was written stays.
   */
  ingest(paths: readonly string[], options: IngestOptions): Promise<IngestResult>;
  addDocument(document: DocumentInput, signal?: AbortSignal): Promise<AddResult>;
  /** By full text and each model's vectors, fused by rank. Throws `not_ready` for a model that has no vectors here. */
  search(query: string, scope: SearchScope, options?: SearchOptions): Promise<SearchResult>;
  /** Makes the vectors that a model lacks. Gives how many it made. */
  embed(
    embedder: Embedder,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
  ): Promise<number>;
  /** Takes documents out, text and vectors, and out of the files as well. Gives how many documents. */
  forget(filter: ForgetFilter): Promise<number>;
  /** Drops a model's vectors. */
  forgetModel(model: string): Promise<void>;
  /** Number of chunks. */
  count(): Promise<number>;
  documents(): AsyncIterable<StoredDocument>;
  export(): AsyncIterable<StoredChunk>;
  status(): Promise<DocumentsStatus>;
  /** Brings indexes up to date, merges small files, and removes what no version needs. */
  compact(): Promise<void>;
  /** Looks at every byte, and mends or sets aside what is broken. */
  repair(): Promise<RepairResult>;
  close(): Promise<void>;
}
