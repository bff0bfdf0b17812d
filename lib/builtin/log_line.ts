/**
 * Reads one line of a log: takes wrappers off (container runtimes, syslog), finds time and level, and tells whether the line begins
 * a record or goes on with the one before it. A parser belongs to one file, and holds what it learnt of the last line in fields,
 * so that a line costs no objects.
 *
 * @module
 */
import { decode, startsWith } from "./log_bytes.ts";
import { digits } from "./log_clock.ts";
import { Continuation } from "./log_continuation.ts";
import type { LineHash } from "./log_hash.ts";
import { type Described, describeJson, hashJson, LOOK_AT, messageText } from "./log_describe.ts";
import { createJsonFields, FIELD } from "./log_json.ts";
import { fieldLevel, type LevelNumber, syslogLevel, textLevel } from "./log_level.ts";
import { accessText, hashAccess, isAccess } from "./log_access.ts";
import { MAX_LINE } from "./log_lines.ts";
import { readHeader, readHeader5424, type SyslogHeader } from "./log_syslog.ts";
import { logfmt, unescapeBytes } from "./log_text.ts";
import { createTimeReader, type TimeReader } from "./log_time.ts";
import { continuesTrace } from "./log_trace.ts";

/** What a line means for its record. */
export type LineKind = "start" | "continues" | "blank";

export type LineFormat =
  | "text"
  | "json"
  | "journal"
  | "syslog"
  | "access"
  | "klog"
  | "docker"
  | "cri"
  | "logfmt";

/** See {@link createLineParser}. */
export interface LineParser {
  /** Looks at one line, without its line end. */
  parse(buf: Uint8Array, start: number, end: number): LineKind;
  /** Puts what identifies the message of the last line into `hash`. */
  hash(hash: LineHash): void;
  /** The message of the last line as text, and its level: slow, for the first line of each hash. */
  describe(): Described;
  /** Tells the parser that the record now open is of no bad level: a trace behind it is a record of its own. */
  openIsQuiet(quiet: boolean): void;
  /** Takes the next line for the first one of a file. */
  forget(): void;
  /** Milliseconds since 1970, NaN when the line has no time. */
  ms: number;
  format: LineFormat;
  /** The text itself, wrappers taken off; valid until the next line. */
  body: Uint8Array;
  bodyFrom: number;
  bodyTo: number;
  /** Neither time nor structure was found: the level may still come from the words. */
  plain: boolean;
  /** The line says that what it begins is a trace (`Traceback`, `panic:`). */
  trace: boolean;
  readonly times: readonly TimeReader[];
}

/**
 * A parser for one file.
 *
 * @param options.modified when the file was last written, ms
 * @param options.now ms
 *
 * @example
 * ```ts
 * import { createLineParser } from "./log_line.ts";
 * const parser = createLineParser({ modified: 0, now: Date.UTC(2026, 5, 1) });
 * const line = new TextEncoder().encode("2026-01-01 00:00:00 ERROR disk full");
 * console.assert(parser.parse(line, 0, line.length) === "start");
 * console.assert(parser.describe().level === 5 && parser.describe().text === "ERROR disk full");
 * ```
 */
export function createLineParser(options: { modified: number; now: number }): LineParser {
  return new Parser(options);
}

class Parser implements LineParser {
  ms = NaN;
  format: LineFormat = "text";
  body: Uint8Array = new Uint8Array(0);
  bodyFrom = 0;
  bodyTo = 0;
  plain = false;
  trace = false;
  readonly times: readonly TimeReader[];
  readonly #outer: TimeReader;
  readonly #inner: TimeReader;
  readonly #json = createJsonFields();
  /** The fields of {@link #json} belong to the current line. */
  #isJson = false;
  #isAccess = false;
  /** Where the time stands inside the body; equal when there is none in it. */
  #cutFrom = 0;
  #cutTo = 0;
  /** The program that wrote a syslog line, before the message. */
  #ident: Uint8Array = new Uint8Array(0);
  #identFrom = 0;
  #identTo = 0;
  /** Level by number outside of the text: 0 none, else 1 + severity of syslog, or a letter of klog. */
  #salt = 0;
  /** The last line of the runtime was a piece: the next one goes on with it. */
  #partial = false;
  #seen = new Continuation();
  /** What was inside of a line of docker's, unescaped. */
  #inside: Uint8Array | undefined;
  readonly #header: SyslogHeader = { identFrom: 0, identTo: 0, sameTo: 0, message: 0 };
  #version = false;
  readonly #lastIdent = new Uint8Array(128);
  #lastIdentLength = 0;

  constructor(options: { modified: number; now: number }) {
    this.#outer = createTimeReader(options);
    this.#inner = createTimeReader(options);
    this.times = [this.#outer, this.#inner];
  }

  parse(buf: Uint8Array, start: number, end: number): LineKind {
    let from = start;
    let to = end;
    if (to > from && buf[to - 1] === 13) to--;
    // A file that was cut while its writer held it open begins with a hole of NULs.
    while (from < to && buf[from] === 0) from++;
    this.ms = NaN;
    this.plain = false;
    this.trace = false;
    this.#isJson = false;
    this.#isAccess = false;
    this.#salt = 0;
    this.#version = false;
    this.#identFrom = this.#identTo = 0;
    this.#setBody(buf, from, to);
    if (from === to) return "blank";
    const wasPartial = this.#partial;
    this.#partial = false;
    if (buf[from] === 123 && this.#json.scan(buf, from, to)) {
      const kind = this.#object(buf, from, to);
      return wasPartial && this.#seen.any ? "continues" : kind;
    }
    let at = from;
    if (buf[at] === 60) at = this.#priority(buf, at, to);
    const timed = this.#outer.read(buf, at, to);
    if (!timed) {
      if (at > from) {
        this.#setBody(buf, at, to);
        this.format = "syslog";
        return this.#start();
      }
      return this.#untimed(buf, from, to);
    }
    const time = this.#outer;
    this.ms = time.ms;
    if (time.from === at && time.kind === "iso" && time.tee && startsWith(buf, time.to, to, " std")) {
      const inner = this.#cri(buf, time.to, to);
      if (inner > 0) {
        this.format = "cri";
        if (wasPartial && this.#seen.any) {
          this.#setBody(buf, inner, to);
          return "continues";
        }
        return this.#unwrapped(buf, inner, to);
      }
    }
    if (time.from === at) {
      if (time.kind === "klog") {
        this.format = "klog";
        this.#salt = buf[at]! + 256;
        this.#setCut(at, time.to);
        return this.#start();
      }
      const zoned = time.to - time.from > 19;
      if (at > from || time.kind === "month-first" || (time.kind === "iso" && time.tee && zoned)) {
        const kind = this.#syslog(buf, time.to, to);
        if (kind !== undefined) return kind;
      }
    }
    if (
      time.kind === "day-first" && isAccess(buf, time.to, to)
    ) {
      this.format = "access";
      this.#isAccess = true;
      this.#setCut(time.from, time.to);
      return this.#start();
    }
    this.#setCut(time.from, time.to);
    // An indented line that happens to hold a time goes on with what was before it.
    if (this.#seen.any && time.from > at && (buf[from] === 32 || buf[from] === 9)) return "continues";
    this.format = buf[time.from - 1] === 61 || buf[time.from - 2] === 61 ? "logfmt" : "text";
    return this.#start();
  }

  hash(hash: LineHash): void {
    const { body } = this;
    hash.reset(this.#salt);
    const last = Math.min(this.bodyTo, this.bodyFrom + LOOK_AT);
    if (this.#identTo > this.#identFrom) hash.masked(this.#ident, this.#identFrom, this.#identTo);
    if (this.#isAccess) return hashAccess(hash, body, this.#cutTo, last);
    if (!this.#isJson) {
      hash.masked(body, this.bodyFrom, Math.min(this.#cutFrom, last));
      hash.masked(body, Math.min(this.#cutTo, last), last);
      return;
    }
    hashJson(hash, this.#json, body, this.bodyFrom, last);
  }

  describe(): Described {
    const ident = this.#identTo > this.#identFrom
      ? `${decode(this.#ident, this.#identFrom, this.#identTo, 128)}: `
      : "";
    if (this.#isJson) return describeJson(this.#json, this.body, ident, () => this.#message());
    if (this.#isAccess) return accessText(this.body, this.#cutTo, this.bodyTo);
    const text = this.#message();
    const said = logfmt(text) ?? { text, level: 0 as const };
    const shown = said.level > 0 ? { level: said.level, from: "field" as const } : textLevel(said.text);
    const fixed = this.#saltLevel();
    // Where a level is written twice, the text's own counts over the wrapper's default (6, informational).
    const use = fixed > 0 && !(fixed === 3 && shown.from === "field")
      ? { level: fixed, from: "field" as const }
      : shown;
    return { text: `${ident}${said.text}`, ...use };
  }

  /** The body as text without its time. */
  #message(): string {
    return messageText(this.body, this.bodyFrom, this.#cutFrom, this.#cutTo, this.bodyTo);
  }

  #saltLevel(): LevelNumber {
    if (this.#salt === 0) return 0;
    return this.#salt > 256 ? fieldLevel(String.fromCharCode(this.#salt - 256)) : syslogLevel(this.#salt - 1);
  }

  #setBody(buf: Uint8Array, from: number, to: number): void {
    this.body = buf;
    this.bodyFrom = from;
    this.bodyTo = to;
    this.#cutFrom = this.#cutTo = from;
  }

  #setCut(from: number, to: number): void {
    this.#cutFrom = from;
    this.#cutTo = to;
  }

  #start(): LineKind {
    this.#seen.started();
    this.#lastIdentLength = 0;
    return "start";
  }

  forget(): void {
    this.#partial = false;
    this.#seen = new Continuation();
    this.#lastIdentLength = 0;
  }

  openIsQuiet(quiet: boolean): void {
    this.#seen.quiet = quiet;
  }

  #untimed(buf: Uint8Array, from: number, to: number): LineKind {
    this.#setBody(buf, from, to);
    const verdict = this.#seen.judge(buf, from, to);
    if (verdict === "continues") return verdict;
    this.#lastIdentLength = 0;
    this.format = "text";
    this.plain = true;
    this.trace = verdict === "begins";
    return "start";
  }

  /** `<34>`: the level is its remainder by 8. Returns where the text goes on. */
  #priority(buf: Uint8Array, at: number, end: number): number {
    for (let count = 1; count <= 3; count++) {
      if (buf[at + 1 + count] !== 62) continue;
      const value = digits(buf, at + 1, count);
      if (value < 0 || value > 191) return at;
      this.#salt = 1 + (value & 7);
      const next = at + 2 + count;
      // RFC 5424 puts its version before the time.
      this.#version = buf[next] === 49 && buf[next + 1] === 32 && next + 2 < end;
      return this.#version ? next + 2 : next;
    }
    return at;
  }

  /** Behind a container runtime's time: ` stdout F `. Returns where the text begins, or 0. */
  #cri(buf: Uint8Array, at: number, end: number): number {
    const stream = startsWith(buf, at, end, " stdout ") || startsWith(buf, at, end, " stderr ");
    const tag = buf[at + 8];
    if (!stream || (tag !== 70 && tag !== 80) || (at + 9 < end && buf[at + 9] !== 32)) return 0;
    this.#partial = tag === 80;
    return Math.min(end, at + 10);
  }

  /** Text that a runtime wrapped: it may be JSON, have a time of its own, or be part of a trace. */
  #unwrapped(buf: Uint8Array, from: number, to: number): LineKind {
    const outer = this.ms, format = this.format;
    this.#setBody(buf, from, to);
    if (from >= to) return "blank";
    let kind: LineKind;
    if (buf[from] === 123 && this.#json.scan(buf, from, to)) {
      this.#isJson = true;
      kind = this.#start();
    } else if (this.#inner.read(buf, from, to)) {
      const klog = this.#inner.kind === "klog";
      if (klog) this.#salt = buf[from]! + 256;
      this.#setCut(this.#inner.from, this.#inner.to);
      if (isAccess(buf, this.#cutTo, to)) {
        this.#isAccess = true;
      }
      kind = this.#start();
    } else kind = this.#untimed(buf, from, to);
    this.ms = outer;
    this.plain = false;
    this.format = format;
    return kind;
  }

  #object(buf: Uint8Array, from: number, to: number): LineKind {
    const { from: at, to: until, type } = this.#json;
    const timeAt = at[FIELD.time]!;
    if (timeAt >= 0 && this.#outer.readValue(buf, timeAt, until[FIELD.time]!)) this.ms = this.#outer.ms;
    if (at[FIELD.log]! >= 0 && type[FIELD.log] === 34 && at[FIELD.message]! < 0 && at[FIELD.level]! < 0) {
      this.format = "docker";
      const inner = this.#inside ??= new Uint8Array(MAX_LINE);
      let end = unescapeBytes(buf, at[FIELD.log]!, until[FIELD.log]!, inner);
      this.#partial = inner[end - 1] !== 10;
      while (end > 0 && (inner[end - 1] === 10 || inner[end - 1] === 13)) end--;
      return this.#unwrapped(inner, 0, end);
    }
    this.#isJson = true;
    this.format = at[FIELD.priority]! >= 0 || startsWith(buf, from, to, '{"__') ? "journal" : "json";
    return this.#start();
  }

  /** Behind the time of a syslog line. `undefined` when its header is none; with a priority it is syslog all the same. */
  #syslog(buf: Uint8Array, at: number, end: number): LineKind | undefined {
    const header = this.#header;
    if (!(this.#version ? readHeader5424(buf, at, end, header) : readHeader(buf, at, end, header))) {
      if (this.#salt === 0) return undefined;
      this.format = "syslog";
      this.#setBody(buf, at, end);
      return this.#start();
    }
    this.format = "syslog";
    const { identFrom, sameTo, message } = header;
    const same = this.#seen.any && this.#sameIdent(buf, identFrom, sameTo);
    this.#setBody(buf, message, end);
    if (same && message < end && continuesTrace(buf, message, end)) return "continues";
    const kind = this.#start();
    this.#lastIdentLength = sameTo - identFrom;
    for (let j = 0; j < this.#lastIdentLength; j++) this.#lastIdent[j] = buf[identFrom + j]!;
    this.#ident = buf;
    this.#identFrom = identFrom;
    this.#identTo = header.identTo;
    if (buf[message] === 123 && this.#json.scan(buf, message, end)) this.#isJson = true;
    return kind;
  }

  #sameIdent(buf: Uint8Array, from: number, to: number): boolean {
    if (to - from !== this.#lastIdentLength) return false;
    for (let i = 0; i < this.#lastIdentLength; i++) if (this.#lastIdent[i] !== buf[from + i]) return false;
    return true;
  }
}
