/**
 * Chunks of a document as rows.
 *
 * @module
 */
import type { Chunk } from "../chunk/chunk.ts";
import type { Scrubbed } from "../scrub.ts";
import type { Provenance } from "./types.ts";
import { chunkId, createContentHash, documentId } from "./names.ts";
import type { ChunkRow } from "./rows.ts";

/** What all rows of a document share. */
export interface DocumentHead extends Provenance {
  readonly document: string;
  readonly source: Scrubbed;
  /** UTC milliseconds. */
  readonly time: number;
}

/** A document that is in memory as a whole. */
export interface Prepared {
  readonly head: DocumentHead;
  readonly hash: string;
  readonly rows: readonly ChunkRow[];
}

/** The head of the document that `source` gives to an audience. */
export function headOf(source: Scrubbed, time: number, { audience, origin }: Provenance): DocumentHead {
  return { document: documentId(source, audience), source, time: Math.floor(time), audience, origin };
}

/** Makes rows of chunks, one after the other. */
export function createRowMaker(head: DocumentHead) {
  const seen = new Map<string, number>();
  const hash = createContentHash();
  hash.add(`${head.origin} ${head.audience}`);
  let position = 0;
  return {
    row({ text, heading, time }: Chunk): ChunkRow {
      hash.add(text);
      const first = chunkId(head.document, text, 0);
      const occurrence = seen.get(first) ?? 0;
      const remembered = occurrence > 0 || seen.size < MAX_SEEN;
      if (remembered) seen.set(first, occurrence + 1);
      return {
        id: chunkId(head.document, text, remembered ? occurrence : -1 - position),
        document: head.document,
        source: head.source,
        heading,
        text,
        audience: head.audience,
        origin: head.origin,
        position: position++,
        hash: "",
        chunks: 0,
        time: head.time,
        time_from: time?.from ?? head.time,
        time_to: time?.to ?? head.time,
      };
    },
    count: (): number => position,
    hash: (): string => hash.digest(),
  };
}

/** So many texts are remembered to tell equal ones apart; those after them are told apart by position. */
const MAX_SEEN = 100_000;

/** The rows of a whole document, each with its hash. */
export function prepare(head: DocumentHead, chunks: readonly Chunk[]): Prepared {
  const maker = createRowMaker(head);
  const rows = chunks.map((chunk) => maker.row(chunk));
  const hash = maker.hash();
  return { head, hash, rows: rows.map((row) => ({ ...row, hash, chunks: rows.length })) };
}
