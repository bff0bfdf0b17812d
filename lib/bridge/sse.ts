/**
 * Server-sent events of one goal: numbered, resumable, alive while nothing happens.
 *
 * @module
 */
import type { GoalEvent } from "../goals/events.ts";

/** A comment line this often keeps proxies and clients from giving up. */
const HEARTBEAT_MS = 15_000;

const frame = (event: GoalEvent): string =>
  `id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`;

/**
 * An event stream over `events`; when the client goes, `stop` is called.
 *
 * @example
 * ```ts
 * import { eventStream } from "./sse.ts";
 * async function* one() {
 *   yield { id: 1, event: "result" as const, data: {} };
 * }
 * console.assert((await eventStream(one(), () => {}).text()).startsWith("id: 1\nevent: result"));
 * ```
 */
export function eventStream(events: AsyncIterable<GoalEvent>, stop: () => void): Response {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(": alive\n\n")), HEARTBEAT_MS);
    },
    pull: async (controller) => {
      const next = await iterator.next();
      if (next.done === true) {
        clearInterval(heartbeat);
        controller.close();
      } else controller.enqueue(encoder.encode(frame(next.value)));
    },
    cancel: () => {
      clearInterval(heartbeat);
      stop();
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

/** The number that a reconnecting client saw last; 0 when it sent none or nonsense. */
export function lastEventId(header: string | undefined): number {
  return header !== undefined && /^[0-9]{1,9}$/.test(header) ? Number(header) : 0;
}
