/**
 * Memory as the bridge and the commands use it, whichever process holds it.
 *
 * @module
 */
import type { FactFilter } from "./facts/select.ts";
import type { NewFact } from "./new_fact.ts";
import type { Persona } from "../catalog/types.ts";
import type { Audience, Fact, MemoryItem, SearchScope } from "./types.ts";

export type { FactFilter, NewFact };

/** What of a fact can be changed, in plain text. `expires: null` keeps it until it is forgotten. */
export interface FactChange {
  readonly name?: string;
  readonly value?: string;
  readonly tags?: readonly string[];
  readonly source?: string;
  readonly expires?: number | null;
}

/** Which entries a retrieval may see, and how many it takes from each tier. */
export interface RetrievalScope extends Omit<SearchScope, "limit"> {
  /** Default 10. */
  readonly l2Limit?: number;
  /** Default 15. */
  readonly l3Limit?: number;
  /** Default 5. */
  readonly rerankTop?: number;
}

/** What a retrieval found. */
export interface Retrieval {
  /** Best first. */
  readonly items: readonly MemoryItem[];
  /** What a reader must know: which tier did not answer, and what mends it. */
  readonly notes: readonly string[];
  readonly seconds: { readonly l2: number; readonly l3: number; readonly combined: number };
}

/** How the tiers stand. A state is `ok`, or what is wrong and what mends it. */
export interface MemoryStatus {
  readonly l1: string;
  readonly l2: string;
  readonly l3: string;
  readonly l1_entries: number;
  readonly l2_facts: number;
  readonly l3_rows: number;
  readonly l3_documents: number;
  /** Model ids; `null`: none is in use. */
  readonly embedder: string | null;
  readonly reranker: string | null;
  readonly notes: readonly string[];
}

/** How far an ingestion has come. */
export interface IngestProgress {
  readonly files: number;
  readonly bytes: number;
  /** `undefined` while the files are still being counted. */
  readonly totalFiles?: number;
  readonly totalBytes?: number;
  /** The file that is being read. */
  readonly path?: string;
}

/** What an ingestion did. */
export interface IngestReport {
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly chunks: number;
  /** Files that were left out, each with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** How many were left out, by reason: {@link skipped} names the first ones only. */
  readonly skippedCount: Readonly<Record<string, number>>;
  /** What a person should know: what has no vectors yet, and the like. */
  readonly notes: readonly string[];
}

/** Text of a document that is not a file of this host. */
export interface NewDocument {
  /** Its name, with the extension that says what it is: `runbook.md`. */
  readonly name: string;
  readonly text: string;
}

/** A goal that has ended, as memory keeps it: for its persona alone, and for a time. */
export interface EndedGoal {
  readonly id: string;
  readonly persona: Persona;
  readonly goal: string;
  readonly outcome: string;
  readonly answer: string;
  /** UTC milliseconds. */
  readonly ended: number;
}

/** Memory: what is put in is scrubbed inside, before anything is stored. */
export interface Memory {
  /** All of them, or none. */
  add(facts: readonly NewFact[], options?: { readonly signal?: AbortSignal }): Promise<readonly Fact[]>;
  /** Lines of an export, ids and history included; those that are there already are left as they are. Returns how many are new. */
  restore(lines: readonly unknown[]): Promise<number>;
  /** Throws `not_found`. */
  update(id: string, change: FactChange): Promise<Fact>;
  /** What matches every field; a filter without fields matches nothing. */
  forget(filter: FactFilter): Promise<{ readonly facts: number; readonly documents: number }>;
  /** Every version, oldest first; empty for an unknown id. */
  history(id: string): Promise<readonly Fact[]>;
  search(query: string, scope: RetrievalScope): Promise<Retrieval>;
  status(): Promise<MemoryStatus>;
  /** Files and directories of this host. What was ingested before and did not change is passed over, so a second run resumes. */
  ingest(
    paths: readonly string[],
    options: {
      readonly audience: Audience;
      readonly signal?: AbortSignal;
      readonly onProgress?: (progress: IngestProgress) => void;
    },
  ): Promise<IngestReport>;
  /** A text that a client sent. */
  ingestText(
    document: NewDocument,
    options: { readonly audience: Audience; readonly source: string; readonly signal?: AbortSignal },
  ): Promise<IngestReport>;
  /** Makes the vectors that a model lacks of what is stored; gives how many. Throws `not_found` for a model that isn't here. */
  embed(
    model: string,
    options?: {
      readonly signal?: AbortSignal;
      readonly onProgress?: (done: number, total: number) => void;
    },
  ): Promise<number>;
  /** Lines of JSON without line breaks: facts that {@link restore} takes back, and chunks of documents. */
  export(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Memory in the process that has its stores. */
export interface HostMemory extends Memory {
  /** Remembers a goal (first and second tier) and digests its run (third tier). */
  remember(goal: EndedGoal): Promise<void>;
  /** Takes out what has expired, and runs that ended before this time in UTC milliseconds. */
  prune(before: number): Promise<void>;
  /** Looks at every byte of every store, and mends or sets aside what is broken; what it did, for a person. */
  repair(): Promise<readonly string[]>;
}
