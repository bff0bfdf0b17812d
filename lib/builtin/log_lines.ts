/**
 * Cuts a stream of bytes into lines without copying those that lie in one chunk.
 *
 * @module
 */

/** Only the beginning of a longer line is kept. */
export const MAX_LINE = 64 * 1024;

/** Takes one line: where it lies, its offset in the stream, whether its end was cut off. */
export type OnLine = (buf: Uint8Array, from: number, to: number, offset: number) => void;

/** See {@link createLineSplitter}. */
export interface LineSplitter {
  /** Takes the next bytes; `onLine` must not keep them. */
  push(chunk: Uint8Array): void;
  /** Takes the last line when it has no line end. */
  end(): void;
  readonly bytes: number;
  readonly cut: number;
}

/**
 * A splitter. Memory: one line of {@link MAX_LINE} at most, whatever comes.
 *
 * @example
 * ```ts
 * import { createLineSplitter } from "./log_lines.ts";
 * let lines = 0;
 * const splitter = createLineSplitter(() => lines++);
 * splitter.push(new TextEncoder().encode("a\nb"));
 * splitter.end();
 * console.assert(lines === 2);
 * ```
 */
export function createLineSplitter(onLine: OnLine): LineSplitter {
  const carry = new Uint8Array(MAX_LINE);
  let kept = 0;
  let carried = false;
  let over = false;
  let carryOffset = 0;
  let bytes = 0;
  let cut = 0;
  const keep = (part: Uint8Array) => {
    const room = Math.min(part.length, MAX_LINE - kept);
    carry.set(part.subarray(0, room), kept);
    kept += room;
    if (room < part.length) over = true;
  };
  const flush = () => {
    if (over) cut++;
    onLine(carry, 0, kept, carryOffset);
    kept = 0;
    carried = over = false;
  };
  return {
    push(chunk) {
      const base = bytes;
      bytes += chunk.length;
      let from = 0;
      for (;;) {
        const at = chunk.indexOf(10, from);
        if (at < 0) break;
        if (carried) {
          keep(chunk.subarray(0, at));
          flush();
        } else {
          const long = at - from > MAX_LINE;
          if (long) cut++;
          onLine(chunk, from, long ? from + MAX_LINE : at, base + from);
        }
        from = at + 1;
      }
      if (from === chunk.length) return;
      if (!carried) carryOffset = base + from;
      carried = true;
      keep(chunk.subarray(from));
    },
    end() {
      if (carried) flush();
    },
    get bytes() {
      return bytes;
    },
    get cut() {
      return cut;
    },
  };
}
