/**
 * What a document is cut into. A format's splitter turns text into {@link Block}s, {@link assemble} packs those into
 * {@link Piece}s.
 *
 * @module
 */

/** The instants that a part of a document speaks of: UTC milliseconds, both inclusive. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The smallest part that a format knows: a paragraph, a code block, a log event, a row, an object. */
export interface Block {
  readonly text: string;
  /** Breadcrumb of headings, or a table's header: stands in front of each chunk. Another one starts a new chunk. */
  readonly context: string;
  /**
   * What is put before it when it follows another block in the same chunk. Prose has a blank line there, and its chunks
   * overlap; records don't.
   */
  readonly glue: "\n" | "\n\n" | " ";
  /** Not cut unless it is far over the size. */
  readonly whole?: boolean;
  /** Something else begins, such as the next object: starts a new chunk, unless the one before is quite short. */
  readonly fresh?: boolean;
  readonly time?: TimeRange;
}

/** A chunk before it is scrubbed and gets its place. */
export interface Piece {
  /** The context's line, if there is one, and the text. */
  readonly text: string;
  readonly heading: string;
  readonly time?: TimeRange;
}

/** A format: text goes in piece by piece, cut anywhere; blocks come out. Keeps a bounded amount of text. */
export interface Splitter {
  push(text: string): Block[];
  end(): Block[];
}

/** How long a block may get before a splitter gives it out unfinished, in characters. */
export const MAX_BLOCK = 8192;
