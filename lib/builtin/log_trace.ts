/**
 * Which lines belong to the record before them: stack traces of Java, Python, Go, .NET, Node, Rust and Ruby, and text that goes on.
 *
 * @module
 */
import { startsWith } from "./log_bytes.ts";

/** Lines that don't begin with white space and still continue a trace. */
const CONTINUING = [
  "at ",
  "Caused by:",
  "Suppressed:",
  "... ",
  "During handling of the above exception",
  "The above exception was",
  "--- End of ",
  "---> ",
  "goroutine ",
  "created by ",
  "[signal ",
  "stack backtrace:",
  "note: run with",
];
/** Lines that begin a trace on their own. */
const BEGINNING = [
  "Traceback (most recent call last)",
  "panic: ",
  "fatal error: ",
  "Exception in thread ",
  "Unhandled exception",
  "thread '",
  "Uncaught ",
];

const firstBytes = (texts: readonly string[]): Uint8Array => {
  const out = new Uint8Array(256);
  for (const text of texts) out[text.charCodeAt(0)] = 1;
  return out;
};
const CONTINUING_FIRST = firstBytes(CONTINUING);
const BEGINNING_FIRST = firstBytes(BEGINNING);

/** Whether the line goes on with a trace by its look alone. */
export function continuesTrace(buf: Uint8Array, start: number, end: number): boolean {
  const first = buf[start]!;
  if (first === 32 || first === 9) return true;
  return CONTINUING_FIRST[first] === 1 && CONTINUING.some((text) => startsWith(buf, start, end, text));
}

/** Whether the line begins a trace of its own. */
export function beginsTrace(buf: Uint8Array, start: number, end: number): boolean {
  return BEGINNING_FIRST[buf[start]!] === 1 && BEGINNING.some((text) => startsWith(buf, start, end, text));
}

const CAUSE =
  /^(?:Caused by: |Suppressed: |---> |Exception in thread "[^"]{0,100}" |Unhandled exception\. |Uncaught )?((?:panic|fatal error): .{1,300}|(?:[\w$]{1,80}[.:]{1,2}){0,12}[\w$]{0,80}(?:Exception|Error|Throwable|Interrupt|Exit|Fault|Failure|Warning)[\w$]{0,40}(?:\s?(?::|\().{0,300})?)$/;

/**
 * The exception that a line of a trace names, or `undefined`.
 *
 * @example
 * ```ts
 * import { causeOf } from "./log_trace.ts";
 * console.assert(causeOf("Caused by: java.net.ConnectException: refused") === "java.net.ConnectException: refused");
 * ```
 */
export function causeOf(line: string): string | undefined {
  return CAUSE.exec(line.slice(0, 400).trimEnd())?.[1];
}
