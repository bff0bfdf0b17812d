/**
 * Server-sent events, read from a body: numbered, so that a stream can be taken up again.
 *
 * @module
 */

/** One event. `id` is its number, where it has one. */
export interface ServerEvent {
  readonly id?: string;
  readonly event: string;
  /** Parsed JSON; `undefined` when the data is not JSON. */
  readonly data: unknown;
}

/** Longest event that is held in memory: a whole result with its findings. */
const MAX_EVENT = 64 * 1024 ** 2;

function parseEvent(block: string): ServerEvent | undefined {
  let id: string | undefined;
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue; // a comment, which keeps the connection alive
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  if (data.length === 0) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(data.join("\n"));
  } catch {
    parsed = undefined;
  }
  return { ...(id === undefined ? {} : { id }), event, data: parsed };
}

/**
 * The events of a body, each as soon as it is whole. Ends with the body; an unfinished last event is dropped.
 *
 * @example
 * ```ts
 * import { readEvents } from "./event_stream.ts";
 * const body = new Response('id: 1\nevent: goal\ndata: {"a":1}\n\n').body;
 * for await (const event of readEvents(body ?? new ReadableStream())) console.assert(event.id === "1");
 * ```
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let buffer = "";
  for await (const chunk of body) {
    buffer += decoder.decode(chunk, { stream: true });
    // CRLF and lone CR end lines as well; a CR at the very end may be half of a CRLF.
    const held = buffer.endsWith("\r") ? "\r" : "";
    buffer = buffer.slice(0, buffer.length - held.length).replace(/\r\n?/g, "\n") + held;
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const event = parseEvent(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (event !== undefined) yield event;
    }
    if (buffer.length > MAX_EVENT) throw new Error("an event of the stream is too long");
  }
}
