/**
 * What models are imported from: a directory, a zip archive (jars and wheels are some) or a tar, gzipped or not. An entry is
 * a name to show, a size and bytes; no name in it is ever used as a path.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../../internal/errors.ts";

/** A file of a source. */
export interface SourceEntry {
  /** For people only. */
  readonly name: string;
  /** As the source says; more is never read. */
  readonly size: number;
  /** Its bytes; at most once, and before the next entry is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

/** Something to import from. */
export interface Source {
  readonly kind: "directory" | "zip" | "tar";
  /** From the beginning at each call. */
  entries(): AsyncIterable<SourceEntry>;
}

/** How much of a source is looked at. */
export interface SourceLimits {
  readonly entries: number;
  /** Unpacked bytes of one walk over all entries. */
  readonly bytes: number;
}

/** Room for a large reranker in several precisions; a small archive that unpacks to more is no model. */
export const SOURCE_LIMITS: SourceLimits = { entries: 100_000, bytes: 8 * 1024 ** 3 };

/** The error for a source that can't be read. */
export const unreadable = (path: string, why: string, cause?: unknown): PhysiclawError =>
  new PhysiclawError("usage", `Cannot import from ${path}: ${why}`, {
    hint: "name a directory or an archive (.zip, .jar, .whl, .tar, .tar.gz) that holds a model",
    cause,
  });

/** Counts what a walk takes, and refuses more than the limits. */
export function meter(path: string, limits: SourceLimits): { entry(): void; bytes(count: number): void } {
  let entries = 0;
  let bytes = 0;
  return {
    entry: () => {
      if (++entries > limits.entries) throw unreadable(path, `it holds more than ${limits.entries} entries`);
    },
    bytes: (count) => {
      bytes += count;
      if (bytes > limits.bytes) throw unreadable(path, `it unpacks to more than ${limits.bytes} bytes`);
    },
  };
}

/** Errors of a library become ones that name the source. */
export async function* named<T>(path: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (error instanceof PhysiclawError) throw error;
    throw unreadable(path, `it is damaged: ${messageOf(error)}`, error);
  }
}
