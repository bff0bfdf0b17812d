/**
 * The header of a syslog line behind its time: RFC 3164's `host program[pid]: `, RFC 5424's `host app procid msgid [data] `.
 *
 * @module
 */
import { startsWith } from "./log_bytes.ts";

/** Where the parts of a header stand. */
export interface SyslogHeader {
  /** The program's name. */
  identFrom: number;
  identTo: number;
  /** Behind the name, process id included: lines of one process agree down to here. */
  sameTo: number;
  message: number;
}

/** Reads RFC 3164's header behind a time that ends at `at`; false when what stands there isn't one. */
export function readHeader(buf: Uint8Array, at: number, end: number, out: SyslogHeader): boolean {
  let i = at;
  while (i < end && buf[i] === 32) i++;
  const host = i;
  while (i < end && buf[i]! > 32) i++;
  const before = buf[i - 1];
  // `] `, `: ` or `[` there belong to an application's own format, and so does a level.
  if (i === host || before === 58 || before === 93 || buf[host] === 91 || isLevelWord(buf, host, i)) {
    return false;
  }
  const program = i + 1;
  i = program;
  while (i < end && buf[i]! > 32 && buf[i] !== 58 && buf[i] !== 91) i++;
  const name = i;
  if (buf[i] === 91) { while (i < end && buf[i]! > 32 && buf[i] !== 93) i++; }
  if (buf[i] === 93) i++;
  if (i >= end || buf[i] !== 58 || name === program) return false;
  out.identFrom = program;
  out.identTo = Math.min(name, program + 128);
  out.sameTo = Math.min(i, program + 128);
  out.message = Math.min(end, buf[i + 1] === 32 ? i + 2 : i + 1);
  return true;
}

/** Reads RFC 5424's header behind a time that ends at `at`. */
export function readHeader5424(buf: Uint8Array, at: number, end: number, out: SyslogHeader): boolean {
  let i = at;
  let word = 0;
  for (; word < 4; word++) {
    if (buf[i] !== 32) return false;
    i++;
    const from = i;
    while (i < end && buf[i] !== 32) i++;
    if (word === 1) {
      out.identFrom = from;
      out.identTo = Math.min(i, from + 128);
    }
    if (word === 2) out.sameTo = Math.min(i, out.identFrom + 128);
  }
  i++;
  if (buf[i] === 45) i++;
  else {
    while (buf[i] === 91 && i < end) {
      for (i++; i < end && buf[i] !== 93; i++) if (buf[i] === 92) i++;
      i++;
    }
  }
  if (buf[i] === 32) i++;
  // A byte order mark may announce UTF-8.
  if (buf[i] === 0xef && buf[i + 1] === 0xbb) i += 3;
  out.message = Math.min(i, end);
  return true;
}

const LEVELS = [
  "TRACE",
  "DEBUG",
  "INFO",
  "NOTICE",
  "WARN",
  "ERROR",
  "ERR",
  "FATAL",
  "CRIT",
  "SEVERE",
  "PANIC",
  "LOG",
];

/** Whether a level's name in capitals (or `WARNING`, `CRITICAL`) stands here. */
export function isLevelWord(buf: Uint8Array, from: number, to: number): boolean {
  return LEVELS.some((level) =>
    startsWith(buf, from, to, level) &&
    (to - from === level.length || !isCapital(buf[from + level.length]!) ||
      startsWith(buf, from, to, "WARNING") || startsWith(buf, from, to, "CRITICAL"))
  );
}

function isCapital(c: number): boolean {
  return (c >= 65 && c <= 90) || c === 95;
}
