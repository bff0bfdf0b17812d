/**
 * Lines of JSON, read from a body.
 *
 * @module
 */
import { PhysiclawError } from "../lib/internal/errors.ts";

/** Longest line that is held in memory. */
const MAX_LINE = 16 * 1024 ** 2;

/**
 * The lines of a body, each as soon as it is whole, blank ones left out. A body that ends inside a line was cut off:
 * throws `not_ready`.
 *
 * @example
 * ```ts
 * import { readLines } from "./json_lines.ts";
 * const body = new Response('{"a":1}\n{"a":2}\n').body;
 * const lines: string[] = [];
 * for await (const line of readLines(body ?? new ReadableStream())) lines.push(line);
 * console.assert(lines.length === 2);
 * ```
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) {
      throw new PhysiclawError("too_large", `Cannot read a line of more than ${MAX_LINE / 1024 ** 2} MiB`);
    }
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") {
    throw new PhysiclawError("not_ready", "Cannot read the rest: the answer was cut off", {
      hint: "try again",
    });
  }
}
