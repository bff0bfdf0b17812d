/**
 * Answers that are lines of JSON, sent as they come.
 *
 * @module
 */

/**
 * An answer of one line of JSON for each text of `lines`; when the client goes, `stop` is called. An error in the middle
 * cannot change the status any more: `onError` says the last line instead.
 *
 * @example
 * ```ts
 * import { lineStream } from "./ndjson.ts";
 * async function* two() {
 *   yield '{"a":1}';
 *   throw new Error("no more");
 * }
 * const answer = lineStream(two(), { stop: () => {}, onError: () => '{"error":true}' });
 * console.assert(await answer.text() === '{"a":1}\n{"error":true}\n');
 * ```
 */
export function lineStream(
  lines: AsyncIterable<string>,
  options: { readonly stop: () => void; readonly onError: (error: unknown) => string },
): Response {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(`${next.value}\n`));
      } catch (error) {
        controller.enqueue(encoder.encode(`${options.onError(error)}\n`));
        controller.close();
      }
    },
    cancel: async () => {
      options.stop();
      await iterator.return?.(undefined);
    },
  }, { highWaterMark: 0 });
  return new Response(body, {
    headers: {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}
