/**
 * A document in, its chunks out: decoded, scrubbed, split by its structure, packed, and scrubbed again.
 *
 * @module
 */
import type { Scrubbed, Scrubber } from "../scrub.ts";
import { createAssembler, SIZES, type Sizes } from "./assemble.ts";
import { decodeText, visible } from "./decode.ts";
import { splitterFor } from "./formats.ts";
import { scrubStream } from "./scrub_stream.ts";
import type { Piece, TimeRange } from "./types.ts";

/** A part of a document, ready to be stored. */
export interface Chunk {
  /** With its breadcrumb, if it has one, as the first line. */
  readonly text: Scrubbed;
  /** The breadcrumb; empty when there is none. */
  readonly heading: Scrubbed;
  /** What the part itself says about its time. */
  readonly time?: TimeRange;
}

export interface ChunkOptions {
  /** Decides about the format by its ending. */
  readonly name: string;
  /** The document's own time in UTC milliseconds: the year of log lines that have none. */
  readonly near: number;
  readonly scrubber: Pick<Scrubber, "scrub">;
  readonly sizes?: Sizes;
}

/**
 * Chunks of a document of any length, holding less than a megabyte of it. Throws {@link PhysiclawError} of kind
 * `unsupported_type` when it is not text, or of a kind that can't be read.
 *
 * @example
 * ```ts
 * import { createScrubber } from "../scrub.ts";
 * import { chunkBytes } from "./chunk.ts";
 * const bytes = (async function* () { yield new TextEncoder().encode("# Restart\n\npassword=hunter2"); })();
 * const options = { name: "runbook.md", near: Date.now(), scrubber: createScrubber() };
 * for await (const { text } of chunkBytes(bytes, options)) {
 *   console.assert(text === "Restart\npassword=[masked:password]");
 * }
 * ```
 */
export async function* chunkBytes(
  bytes: AsyncIterable<Uint8Array>,
  options: ChunkOptions,
): AsyncGenerator<Chunk> {
  const splitter = splitterFor(options.name, options.near);
  yield* chunkPieces(decodeText(bytes), splitter, options);
}

/** The same for a text that is in memory. */
export function chunkText(text: string, options: ChunkOptions): AsyncGenerator<Chunk> {
  return chunkPieces(once(visible(text)), splitterFor(options.name, options.near), options);
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function* chunkPieces(
  pieces: AsyncIterable<string>,
  splitter: ReturnType<typeof splitterFor>,
  { scrubber, sizes = SIZES }: ChunkOptions,
): AsyncGenerator<Chunk> {
  const assembler = createAssembler(sizes);
  // A splitter takes marks away (entities, quotes, tags) behind which a secret was not to be seen.
  const chunk = ({ text, heading, time }: Piece): Chunk => ({
    text: scrubber.scrub(text),
    heading: scrubber.scrub(heading),
    ...(time === undefined ? {} : { time }),
  });
  for await (const text of scrubStream(pieces, scrubber)) {
    for (const piece of assembler.push(splitter.push(text))) yield chunk(piece);
  }
  for (const piece of assembler.push(splitter.end())) yield chunk(piece);
  for (const piece of assembler.end()) yield chunk(piece);
}
