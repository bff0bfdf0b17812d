/**
 * Text inside of text: escapes of JSON, `key=value` lines, and the look of a line that begins a record without a time.
 *
 * @module
 */
import { isLevelWord } from "./log_syslog.ts";
import { fieldLevel, type LevelNumber } from "./log_level.ts";

/** The byte before the first escaped line end of a JSON string, or `to`. */
export function firstLine(buf: Uint8Array, from: number, to: number): number {
  // Not by indexOf: it would look through the whole chunk for a backslash that isn't in this line.
  for (let i = from; i < to; i++) {
    if (buf[i] !== 92) continue;
    if (buf[i + 1] === 110) return i;
    i++;
  }
  return to;
}

/** A JSON string's inside as text; as it stands when it was cut or is not well formed. */
export function unescape(raw: string): string {
  if (!raw.includes("\\")) return raw;
  try {
    const value: unknown = JSON.parse(`"${raw}"`);
    return typeof value === "string" ? value : raw;
  } catch {
    return raw;
  }
}

const ESCAPES: Readonly<Record<number, number>> = { 110: 10, 116: 9, 114: 13, 98: 8, 102: 12 };

/**
 * Writes a JSON string's inside as bytes into `out`, which must be as long, and returns how many there are. `\\uXXXX` below 128
 * becomes the byte it names, others stay as written.
 */
export function unescapeBytes(buf: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let n = 0;
  for (let i = from; i < to; i++) {
    const c = buf[i]!;
    if (c !== 92 || i + 1 >= to) {
      out[n++] = c;
      continue;
    }
    const next = buf[++i]!;
    if (next === 117) {
      const code = i + 4 < to ? parseInt(String.fromCharCode(...buf.subarray(i + 1, i + 5)), 16) : NaN;
      if (code < 128) {
        out[n++] = code;
        i += 4;
      } else {
        out[n++] = 92;
        out[n++] = 117;
      }
    } else out[n++] = ESCAPES[next] ?? next;
  }
  return n;
}

const PAIR = /(?:^|\s)([A-Za-z_][\w.]{0,40})=(?:"((?:[^"\\]|\\.){0,2000})"|([^\s"]{0,500}))/g;

/** Message and level of a `key=value` line (logrus, slog, Heroku); `undefined` when it has no `msg`. */
export function logfmt(text: string): { text: string; level: LevelNumber } | undefined {
  // `msg=` alone is also how the kernel's audit lines look.
  const found = text.includes('msg="') || text.includes('message="') ||
    (text.includes("msg=") && (text.includes("level=") || text.includes("lvl=")));
  if (!found) return undefined;
  let message: string | undefined, error: string | undefined;
  let level: LevelNumber = 0;
  for (const [, key = "", quoted, bare] of text.matchAll(PAIR)) {
    const value = quoted === undefined ? bare ?? "" : unescape(quoted);
    if ((key === "msg" || key === "message") && message === undefined) message = value;
    else if (/^(?:error|err)$/.test(key)) error ??= value;
    else if (/^(?:level|lvl|severity)$/.test(key)) level = level || fieldLevel(value);
  }
  if (message === undefined) return undefined;
  return { text: error === undefined || error === "" ? message : `${message}: ${error}`, level };
}

/** A line without a time that begins with a level (`ERROR: …`, `[warn] …`) begins a record. */
export function looksLikeStart(buf: Uint8Array, from: number, to: number): boolean {
  const open = buf[from] === 91 || buf[from] === 60 ? 1 : 0;
  let end = from + open;
  while (end < to && end < from + 12 && (buf[end]! | 32) >= 97 && (buf[end]! | 32) <= 122) end++;
  if (end === from + open) return false;
  if (open === 0) return isLevelWord(buf, from, end);
  if (buf[end] !== 93 && buf[end] !== 62) return false;
  return fieldLevel(String.fromCharCode(...buf.subarray(from + 1, end))) > 0;
}
