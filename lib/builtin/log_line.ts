/**
 * Reads one line of a log: takes wrappers off (container runtimes, syslog), finds time and level, and tells whether the line begins
 * a record or goes on with the one before it. A parser belongs to one file, and holds what it learnt of the last line in fields,
 * so that a line costs no objects.
 *
 * @module
 */
import { decode, startsWith } from "./log_bytes.ts";
import { digits } from "./log_clock.ts";
import type { LineHash } from "./log_hash.ts";
import { createJsonFields, FIELD } from "./log_json.ts";
import { fieldLevel, type LevelNumber, syslogLevel, textLevel } from "./log_level.ts";
import { accessText, hashAccess, readAccess } from "./log_access.ts";
import { readHeader, readHeader5424, type SyslogHeader } from "./log_syslog.ts";
import { firstLine, logfmt, looksLikeStart, unescape, unescapeBytes } from "./log_text.ts";
import { createTimeReader, type TimeReader } from "./log_time.ts";
import { beginsTrace, continuesTrace } from "./log_trace.ts";

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

/** Only so much of a line goes into its hash and template. */
const LOOK_AT = 4096;
/** Lines without a time, not indented, that follow one record; from then on each is a record of its own. */
const MAX_LOOSE = 200;

/** What the message of the last line is, and how sure its level is. */
export interface Described {
  readonly text: string;
  readonly level: LevelNumber;
  readonly from: "field" | "word" | "none";
}

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
  #anyTimed = false;
  #any = false;
  #loose = 0;
  #pythonTrace = false;
  #goTrace = false;
  #quiet = false;
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
      return wasPartial && this.#any ? "continues" : kind;
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
        if (wasPartial && this.#any) {
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
      time.kind === "day-first" && startsWith(buf, time.to, to, '] "') && readAccess(buf, time.to + 2, to)
    ) {
      this.format = "access";
      this.#isAccess = true;
      this.#setCut(time.from, time.to);
      return this.#start();
    }
    this.#setCut(time.from, time.to);
    // An indented line that happens to hold a time goes on with what was before it.
    if (this.#any && time.from > at && (buf[from] === 32 || buf[from] === 9)) return "continues";
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
    const { from, to } = this.#json;
    let any = false;
    for (const field of [FIELD.priority, FIELD.level, FIELD.status]) {
      if (from[field]! >= 0) hash.verbatim(body, from[field]!, Math.min(to[field]!, from[field]! + 64));
    }
    for (const field of [FIELD.ident, FIELD.message, FIELD.event, FIELD.error, FIELD.log]) {
      if (from[field]! < 0) continue;
      any ||= field !== FIELD.ident;
      hash.masked(
        body,
        from[field]!,
        firstLine(body, from[field]!, Math.min(to[field]!, from[field]! + LOOK_AT)),
      );
    }
    if (!any) hash.masked(body, this.bodyFrom, last);
  }

  describe(): Described {
    const ident = this.#identTo > this.#identFrom
      ? `${decode(this.#ident, this.#identFrom, this.#identTo, 128)}: `
      : "";
    if (this.#isJson) return this.#describeJson(ident);
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

  #describeJson(ident: string): Described {
    const message = this.#string(FIELD.message) ?? this.#string(FIELD.event);
    const error = this.#string(FIELD.error);
    const program = this.#string(FIELD.ident);
    const status = this.#string(FIELD.status);
    const prefix = program === undefined ? ident : `${program}: `;
    let text: string;
    if (message !== undefined) {
      text = error === undefined || message.includes(error) ? message : `${message}: ${error}`;
    } else if (error !== undefined) text = error;
    else if (status !== undefined && this.#json.from[FIELD.path]! >= 0) {
      const path = (this.#string(FIELD.path) ?? "").replace(/\?.*/s, "");
      text = `${this.#string(FIELD.method) ?? ""} ${path} ${
        /^\d{3}$/.test(status) ? `status_${status}` : status
      }`.trim();
    } else text = this.#message();
    const written = this.#string(FIELD.level) ?? this.#nestedLevel();
    const level = written === undefined ? 0 : fieldLevel(written);
    if (level > 0) return { text: `${prefix}${text}`, level, from: "field" };
    const said = textLevel(text);
    const priority = this.#string(FIELD.priority);
    const fixed = priority === undefined ? 0 : syslogLevel(Number(priority));
    if (fixed > 0 && !(fixed === 3 && said.from === "field")) {
      return { text: `${prefix}${text}`, level: fixed, from: "field" };
    }
    if (said.level === 0 && /^[1-5]\d\d$/.test(status ?? "")) {
      return {
        text: `${prefix}${text}`,
        level: status! >= "500" ? 5 : status! >= "400" ? 4 : 3,
        from: "field",
      };
    }
    return { text: `${prefix}${text}`, ...said };
  }

  /** `"log": {"level": "error"}` of the Elastic Common Schema. */
  #nestedLevel(): string | undefined {
    if (this.#json.from[FIELD.log]! < 0 || this.#json.type[FIELD.log] !== 123) return undefined;
    const text = decode(this.body, this.#json.from[FIELD.log]!, this.#json.to[FIELD.log]!, 512);
    return /"level"\s*:\s*"([^"]{1,20})"/.exec(text)?.[1];
  }

  /** A field as text, unescaped, its first line only; journald writes what is no UTF-8 as an array of bytes. */
  #string(field: number): string | undefined {
    const from = this.#json.from[field]!, type = this.#json.type[field];
    if (from < 0) return undefined;
    const raw = decode(this.body, from, firstLine(this.body, from, this.#json.to[field]!));
    if (type === 34) return unescape(raw);
    if (type === 91 && field === FIELD.message) {
      const bytes = raw.slice(1).split(",").map(Number);
      return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/\n.*/s, "");
    }
    if (type === 123) return /"(?:message|msg)"\s*:\s*"((?:[^"\\]|\\.){1,300})"/.exec(raw)?.[1];
    return raw;
  }

  /** The body as text without its time. */
  #message(): string {
    const before = decode(this.body, this.bodyFrom, this.#cutFrom, LOOK_AT).replace(
      /[[("'\s]+$|(?:^|\s)[\w@]{1,12}=["']?$/g,
      "",
    );
    const after = decode(this.body, this.#cutTo, this.bodyTo, LOOK_AT);
    if (this.#cutTo === this.#cutFrom) return after.trim();
    return `${before} ${after.replace(/^["'\])|,:\s]+|^(?:Z|\d+)\b/, "")}`.trim();
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
    this.#any = true;
    this.#anyTimed = true;
    this.#loose = 0;
    this.#pythonTrace = false;
    this.#goTrace = false;
    this.#lastIdentLength = 0;
    return "start";
  }

  openIsQuiet(quiet: boolean): void {
    this.#quiet = quiet;
  }

  #untimed(buf: Uint8Array, from: number, to: number): LineKind {
    this.#setBody(buf, from, to);
    const begins = beginsTrace(buf, from, to);
    if (begins) {
      const go = buf[from] === 112 || buf[from] === 102;
      if (this.#any && this.#anyTimed && !this.#quiet && !go) {
        this.#pythonTrace = buf[from] === 84;
        return "continues";
      }
      if (this.#any && this.#pythonTrace && buf[from] === 84) return "continues";
      this.#startPlain();
      this.trace = true;
      this.#pythonTrace = buf[from] === 84;
      this.#goTrace = go;
      return "start";
    }
    if (!this.#any) return this.#startPlain();
    if (continuesTrace(buf, from, to)) {
      if (buf[from] === 68 || buf[from] === 84) this.#pythonTrace = true;
      if (buf[from] === 103) this.#goTrace = true;
      return "continues";
    }
    if (this.#pythonTrace) {
      // The exception itself: the one line of a Python trace that stands at the margin.
      this.#pythonTrace = false;
      return "continues";
    }
    if ((this.#goTrace || this.#anyTimed) && this.#loose < MAX_LOOSE && !looksLikeStart(buf, from, to)) {
      this.#loose++;
      return "continues";
    }
    return this.#startPlain();
  }

  #startPlain(): LineKind {
    const timed = this.#anyTimed, loose = this.#loose;
    this.#start();
    this.#anyTimed = timed;
    // Still without a time: it stays open to single lines until a time is seen again.
    this.#loose = loose >= MAX_LOOSE ? loose : 0;
    this.format = "text";
    this.plain = true;
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
      if (startsWith(buf, this.#cutTo, to, '] "') && readAccess(buf, this.#cutTo + 2, to)) {
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
      const inner = unescapeBytes(buf, at[FIELD.log]!, until[FIELD.log]!);
      let end = inner.length;
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
    const same = this.#any && this.#sameIdent(buf, identFrom, sameTo);
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
