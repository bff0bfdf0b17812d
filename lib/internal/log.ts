/**
 * The program's own log: one line of JSON an entry, for whoever collects stderr.
 *
 * @module
 */

/** How much an entry matters. */
export type LogLevel = "info" | "warning" | "error";

/** Values that a log entry may carry beside its message. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Writes an entry. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/**
 * A log over a line writer. JSON escapes every control character, so that no text can forge a line.
 *
 * @example
 * ```ts
 * import { createLog } from "./log.ts";
 * const lines: string[] = [];
 * createLog((line) => lines.push(line), () => new Date(0))("info", "Ready", { port: 8000 });
 * console.assert(lines[0] === '{"ts":"1970-01-01T00:00:00.000Z","level":"info","message":"Ready","port":8000}');
 * ```
 */
export function createLog(write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields = {}) =>
    write(JSON.stringify({ ts: now().toISOString(), level, message, ...fields }));
}
