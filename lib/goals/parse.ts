/**
 * Parsing off the event loop: small outputs here, large ones in a worker, so that no goal stalls the others.
 *
 * @module
 */
import type { ParserName } from "../catalog/types.ts";
import { parseOutput } from "./parsers/parsers.ts";
import type { Parsed, ParserInput } from "./types.ts";

/** Outputs up to this size are parsed in place: a few milliseconds at most. */
const INLINE_BYTES = 128 * 1024;

/** What {@link createOutputParser} returns. */
export interface OutputParser {
  parse(parser: ParserName, input: ParserInput): Promise<Parsed>;
  close(): void;
}

/** What goes to the worker and comes back. */
export interface ParseRequest {
  readonly id: number;
  readonly parser: ParserName;
  readonly input: ParserInput;
}
export type ParseReply = { readonly id: number; readonly parsed: Parsed } | {
  readonly id: number;
  readonly error: string;
};

const sizeOf = (input: ParserInput): number =>
  input.commands.reduce((sum, { stdout, stderr }) => sum + stdout.byteLength + stderr.byteLength, 0);

/**
 * A parser over the registry of `parsers/`. `startWorker` makes the worker, at the first large output.
 */
export function createOutputParser(startWorker: () => Worker): OutputParser {
  let worker: Worker | undefined;
  let count = 0;
  const open = new Map<number, PromiseWithResolvers<Parsed>>();
  const started = (): Worker => {
    if (worker !== undefined) return worker;
    const made = startWorker();
    made.onmessage = ({ data }: MessageEvent<ParseReply>) => {
      const waiting = open.get(data.id);
      open.delete(data.id);
      if ("parsed" in data) waiting?.resolve(data.parsed);
      else waiting?.reject(new Error(data.error));
    };
    made.onerror = (event) => {
      // A dead worker is replaced at the next large output; what it held fails, and its goals say so.
      event.preventDefault();
      worker = undefined;
      for (const waiting of open.values()) {
        waiting.reject(new Error(`The parser's thread ended: ${event.message}`));
      }
      open.clear();
    };
    worker = made;
    return made;
  };
  return {
    parse: async (parser, input) => {
      if (sizeOf(input) <= INLINE_BYTES) return await parseOutput(parser, input);
      const id = ++count;
      const waiting = Promise.withResolvers<Parsed>();
      open.set(id, waiting);
      started().postMessage({ id, parser, input } satisfies ParseRequest);
      return await waiting.promise;
    },
    close: () => worker?.terminate(),
  };
}
