/**
 * Packs blocks into chunks of about one size, with overlap.
 *
 * @module
 */
import { cutAt, tailOf } from "./cut.ts";
import type { Block, Piece, TimeRange } from "./types.ts";

/** Sizes in characters; English prose and logs have about four to a token of the models in use. */
export interface Sizes {
  /** No chunk is longer, its context included, but for blocks that are kept whole. */
  readonly size: number;
  /** At most so much of a chunk's end is repeated in the next one. */
  readonly overlap: number;
}

/** Some 500 tokens of prose: the larger of the models in use reads that to the end; most sections and abstracts fit. */
export const SIZES: Sizes = { size: 2400, overlap: 240 };

/** A whole block, such as a code fence, may be so many times longer than a chunk before it is cut all the same. */
const WHOLE = 2.5;

/** Short records share a chunk until it has this part of the size. */
const SHORT = 1 / 4;

/** At most so much of a context is put in front of a chunk. */
const MAX_CONTEXT = 240;

export interface Assembler {
  push(blocks: readonly Block[]): Piece[];
  end(): Piece[];
}

const union = (a: TimeRange | undefined, b: TimeRange | undefined): TimeRange | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
};

/**
 * An assembler. A chunk holds blocks of one context; a block that is too long is cut at sentences, lines or words. Chunks of
 * prose overlap, and so do the parts of a block that was cut, unless it has a time of its own (events of a log).
 */
export function createAssembler(sizes: Sizes = SIZES): Assembler {
  let context = "";
  let body = "";
  let time: TimeRange | undefined;
  /** What of `body` the chunk before holds already. */
  let repeated = 0;

  const room = (): number => sizes.size - (context === "" ? 0 : context.length + 1);

  function* flush(overlap: number): Generator<Piece> {
    const text = body.trim();
    if (body.length > repeated && text !== "") {
      yield {
        text: context === "" ? text : `${context}\n${text}`,
        heading: context,
        ...(time === undefined ? {} : { time }),
      };
      body = time === undefined ? tailOf(text, overlap) : "";
    } else if (overlap === 0) body = "";
    repeated = body.length;
    time = undefined;
  }

  function* add(block: Block): Generator<Piece> {
    const shown = block.context.length > MAX_CONTEXT
      ? block.context.slice(0, cutAt(block.context, MAX_CONTEXT))
      : block.context;
    if (shown !== context || (block.fresh === true && body.length > sizes.size * SHORT)) {
      yield* flush(0);
      body = "";
      repeated = 0;
      context = shown;
    }
    let text = block.text;
    let glue: string = block.glue;
    while (text !== "") {
      const space = room() - body.length - (body === "" ? 0 : glue.length);
      const fresh = body.length - repeated;
      // A title, or a line before a command, is of no use without what follows it.
      const isShort = fresh < room() * SHORT;
      if (text.length <= space || (block.whole === true && isShort && text.length <= room() * WHOLE)) {
        body += (body === "" ? "" : glue) + text;
        time = union(time, block.time);
        if (body.length > room()) yield* flush(0);
        return;
      }
      if (!isShort) {
        yield* flush(block.glue === "\n\n" ? sizes.overlap : 0);
        continue;
      }
      // Rather without the overlap than cut.
      if (fresh === 0 && body !== "" && text.length <= room()) {
        body = "";
        repeated = 0;
        continue;
      }
      const end = cutAt(text, space);
      body += (body === "" ? "" : glue) + text.slice(0, end);
      time = union(time, block.time);
      text = text.slice(end).trimStart();
      glue = " ";
      if (text !== "") yield* flush(sizes.overlap);
    }
  }

  return {
    push: (blocks) => blocks.flatMap((block) => [...add(block)]),
    end: () => {
      const last = [...flush(0)];
      body = context = "";
      repeated = 0;
      return last;
    },
  };
}
