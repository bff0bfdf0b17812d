/**
 * Lines of a process's output, one at a time.
 *
 * @module
 */

/**
 * A function that gives the next line, without its line feed, and `undefined` at the stream's end. What stands after the
 * last line feed is no line.
 *
 * @example
 * ```ts
 * import { createLines } from "./lines.ts";
 * const next = createLines(new Blob(["one\ntwo\n"]).stream());
 * console.assert(await next() === "one" && await next() === "two" && await next() === undefined);
 * ```
 */
export function createLines(stream: ReadableStream<Uint8Array>): () => Promise<string | undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    let end = text.indexOf("\n");
    while (end === -1) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
      end = text.indexOf("\n");
    }
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return line;
  };
}
