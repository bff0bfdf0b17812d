/**
 * What bridge and watchdog tell each other: a JSON document a line.
 *
 * @module
 */
import type { Block } from "./blocks.ts";

/** What a watchdog is made with. */
export interface WatchdogInit {
  /** The bridge. */
  readonly pid: number;
  readonly safe: readonly string[];
  readonly intervalMs: number;
  /** Its file of blocks. */
  readonly blocks: string;
}

export type ToWatchdog =
  | { readonly type: "init"; readonly init: WatchdogInit }
  /** Bytes of the address, 4 or 16. */
  | { readonly type: "listening"; readonly address: readonly number[]; readonly port: number }
  | { readonly type: "beat" }
  /** The bridge ends in order: nothing is left to be killed. */
  | { readonly type: "bye" };

export type FromWatchdog =
  /** `sources`: what it looks by. */
  | { readonly type: "ready"; readonly sources: readonly string[] }
  | { readonly type: "beat"; readonly scans: number }
  /** The listener is known. */
  | { readonly type: "listening" }
  /** A step was killed. */
  | { readonly type: "block"; readonly block: Block }
  /** The bridge has to end now, with exit code 75. */
  | { readonly type: "exit"; readonly block: Block }
  /** It can't watch (any more). */
  | { readonly type: "failed"; readonly reason: string };

/** How often each side says that it lives. */
export const BEAT_MS = 250;

/** Longest line: a block with its two addresses is far shorter. */
const MAX_LINE = 1 << 20;

/**
 * Puts the pieces of a pipe together: each call gives the messages that are whole by now. Throws for a line that is no
 * JSON, or longer than 1 MiB.
 */
export function createLines(): (bytes: Uint8Array) => readonly unknown[] {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new RangeError("A line of the watchdog's pipe is too long");
    return lines.map((line): unknown => JSON.parse(line));
  };
}

/** Sends messages one after the other; rejects when the other end is gone. */
export function createSender<Message>(stream: WritableStream<Uint8Array>) {
  const writer = stream.getWriter();
  const encoder = new TextEncoder();
  let last: Promise<void> = Promise.resolve();
  return {
    send: (message: Message): Promise<void> =>
      last = last.then(() => writer.write(encoder.encode(`${JSON.stringify(message)}\n`))),
    close: (): Promise<void> => last.then(() => writer.close()).catch(() => undefined),
  };
}
