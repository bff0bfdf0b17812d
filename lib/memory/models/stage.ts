/**
 * Copies of a source's files in a directory of their own, known by their digests.
 *
 * @module
 */
import { sha256Stream } from "./file_digest.ts";
import type { FileDigest } from "./description.ts";
import type { Source, SourceEntry } from "./source.ts";

/** A copy. */
export interface StagedFile extends FileDigest {
  readonly path: string;
  /** What it was called in the source. */
  readonly name: string;
}

/** Writes an entry and hashes what was written. A file that is larger than its entry said isn't copied further. */
async function copy(
  entry: SourceEntry,
  path: string,
  { progress, signal }: Pick<StageOptions, "progress" | "signal">,
): Promise<StagedFile> {
  const digest = sha256Stream();
  let bytes = 0;
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o644 });
  for await (const chunk of entry.read()) {
    signal?.throwIfAborted();
    bytes += chunk.byteLength;
    if (bytes > entry.size) break;
    digest.update(chunk);
    for (let at = 0; at < chunk.byteLength;) at += await file.write(chunk.subarray(at));
    progress(chunk.byteLength);
  }
  await file.syncData();
  return { path, name: entry.name, sha256: digest.hex(), bytes };
}

/** What to copy. */
export interface StageOptions {
  wanted(entry: SourceEntry, index: number): boolean;
  /** Of what was copied. */
  keep(file: StagedFile, index: number): boolean;
  /** Ends the walk early. */
  done(): boolean;
  /** Bytes since the last call. */
  readonly progress: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies the entries that `wanted` takes into `directory`; those that `keep` doesn't want after all are deleted again.
 */
export async function stage(source: Source, directory: string, how: StageOptions): Promise<void> {
  let index = 0;
  for await (const entry of source.entries()) {
    how.signal?.throwIfAborted();
    const at = index++;
    if (!how.wanted(entry, at)) continue;
    const file = await copy(entry, `${directory}/${at}`, how);
    if (!how.keep(file, at)) await Deno.remove(file.path);
    if (how.done()) return;
  }
}
