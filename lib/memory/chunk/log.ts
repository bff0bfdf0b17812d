/**
 * Logs: events are lines, with the lines that belong to them; each chunk knows its time.
 *
 * @module
 */
import { createLines, type Line } from "./lines.ts";
import { instantOf } from "./log_instant.ts";
import { type Block, MAX_BLOCK, type Splitter } from "./types.ts";

/** Splitter for .log; `near` is the file's own time in UTC milliseconds. */
export function splitLog(near: number): Splitter {
  const lines = createLines();
  let event = "";
  let instant: number | undefined;
  const flush = (): Block[] => {
    const text = event;
    event = "";
    if (text.trim() === "") return [];
    const time = instant === undefined ? {} : { time: { from: instant, to: instant } };
    return [{ text, context: "", glue: "\n", ...time }];
  };
  const take = ({ text, continues }: Line): Block[] => {
    const own = continues ? undefined : instantOf(text, near);
    // Stack traces and wrapped lines start with white space, and have no time of their own.
    const belongs = continues || (own === undefined && /^\s/.test(text));
    if (belongs && event.length + text.length < MAX_BLOCK) {
      event += event === "" || continues ? text : `\n${text}`;
      return [];
    }
    const done = flush();
    event = text;
    // A line without a time is as old as the one before it.
    instant = own ?? instant;
    return done;
  };
  return {
    push: (text) => lines.push(text).flatMap(take),
    end: () => [...lines.end().flatMap(take), ...flush()],
  };
}
