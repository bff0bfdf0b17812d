/**
 * Finds and reads the timestamp of a log line, on bytes. A reader belongs to one file: it remembers how the last line was
 * written, so that most lines cost one comparison of the bytes down to the second.
 *
 * @module
 */
import { clockSeconds, daysFromCivil, digits, monthAt, ZONE_HOURS } from "./log_clock.ts";

/** How a timestamp is written; `none` when the last line had none. */
export type TimeKind = "none" | "iso" | "month-first" | "day-first" | "klog" | "epoch";

const ASCII = new TextDecoder("latin1");
/** Where a timestamp may begin: beyond this it is part of the message. */
const NEAR = 100;
/** Access logs put the client's names before it. */
const FAR = 400;
/** Times outside are taken for something else: a date of birth, a counter. */
const EARLIEST = Date.UTC(1990, 0, 1) / 1000;

/** Reads timestamps of one file; see {@link createTimeReader}. */
export interface TimeReader {
  /** Looks for a timestamp near the start of a line. When true, the fields below tell about it. */
  read(buf: Uint8Array, start: number, end: number): boolean;
  /** Reads a value that must be a timestamp: a JSON string's inside or a number. Seconds, ms, µs or ns by magnitude. */
  readValue(buf: Uint8Array, start: number, end: number): boolean;
  /** Milliseconds since 1970 of the last hit. */
  ms: number;
  /** Where it stood: first byte, and the byte after it (zone included). */
  from: number;
  to: number;
  kind: TimeKind;
  /** Separator between date and time of an ISO hit was `T`. */
  tee: boolean;
  /** How many hits had no zone, no year, or a zone name that is not known. */
  readonly assumed: { zone: number; year: number; name: number; hits: number };
}

/**
 * A reader for one file.
 *
 * @param options.modified when the file was last written, ms: gives the year where a format has none
 * @param options.now ms; a timestamp more than two days later is not taken for one
 *
 * @example
 * ```ts
 * import { createTimeReader } from "./log_time.ts";
 * const reader = createTimeReader({ modified: 0, now: Date.UTC(2026, 0, 2) });
 * const line = new TextEncoder().encode("2026-01-01T00:00:01.5Z ready");
 * console.assert(reader.read(line, 0, line.length) && reader.ms === Date.UTC(2026, 0, 1, 0, 0, 1, 500));
 * ```
 */
export function createTimeReader(options: { modified: number; now: number }): TimeReader {
  return new Reader(options.modified, options.now);
}

class Reader implements TimeReader {
  ms = NaN;
  from = 0;
  to = 0;
  kind: TimeKind = "none";
  tee = false;
  readonly assumed = { zone: 0, year: 0, name: 0, hits: 0 };
  /** The last hit's bytes down to the second, and what they meant. */
  readonly #last = new Uint8Array(40);
  #lastLength = 0;
  #lastOffset = -1;
  #lastSeconds = 0;
  #lastZoned = false;
  /** Set by the parsers: seconds since 1970 of the wall clock read, and where reading stopped. */
  #seconds = 0;
  #stop = 0;
  #yearless = false;
  #zoned = false;
  readonly #modified: number;
  readonly #latest: number;

  constructor(modified: number, now: number) {
    this.#modified = modified / 1000;
    this.#latest = now / 1000 + 2 * 86400;
  }

  read(buf: Uint8Array, start: number, end: number): boolean {
    if (this.#lastOffset >= 0) {
      const at = start + this.#lastOffset;
      if (at + this.#lastLength <= end && this.#same(buf, at)) {
        this.#stop = at + this.#lastLength;
        this.#seconds = this.#lastSeconds;
        this.#zoned = this.#lastZoned;
        return this.#finish(buf, at, end);
      }
      if (at < end && this.#at(buf, at, start, end)) return this.#accept(buf, at, start, end);
    }
    const near = Math.min(end, start + NEAR);
    for (let i = start; i < near; i++) {
      const c = buf[i]!;
      const digit = c >= 48 && c <= 57;
      const letter = !digit && (c | 32) >= 97 && (c | 32) <= 122;
      if (!digit && !letter) continue;
      if (this.#at(buf, i, start, end)) return this.#accept(buf, i, start, end);
      // On to the next word: a timestamp begins where a word begins (a letter right before a digit is no border).
      while (i + 1 < near && isWord(buf[i + 1]!)) i++;
    }
    const far = Math.min(end, start + FAR);
    for (let i = near; i < far; i++) {
      if (buf[i] === 91 && buf[i + 3] === 47 && this.#at(buf, i + 1, start, end)) {
        return this.#accept(buf, i + 1, start, end);
      }
    }
    return false;
  }

  readValue(buf: Uint8Array, start: number, end: number): boolean {
    let i = start;
    let whole = 0;
    let scale = 0;
    for (; i < end; i++) {
      const d = buf[i]! - 48;
      if (d >= 0 && d <= 9) {
        if (scale === 0) whole = whole * 10 + d;
        else {
          whole += d * scale;
          scale /= 10;
        }
      } else if (buf[i] === 46 && scale === 0) scale = 0.1;
      else break;
    }
    if (i === end && end > start) {
      const seconds = whole < 1e11
        ? whole
        : whole < 1e14
        ? whole / 1e3
        : whole < 1e17
        ? whole / 1e6
        : whole / 1e9;
      if (seconds < EARLIEST || seconds > this.#latest) return false;
      this.ms = Math.floor(seconds * 1000 + 1e-4);
      this.from = start;
      this.to = end;
      this.kind = "epoch";
      this.assumed.hits++;
      return true;
    }
    return this.read(buf, start, end);
  }

  #same(buf: Uint8Array, at: number): boolean {
    const last = this.#last;
    // Backwards: the seconds change most often.
    for (let i = this.#lastLength - 1; i >= 0; i--) if (buf[at + i] !== last[i]) return false;
    return true;
  }

  #accept(buf: Uint8Array, at: number, start: number, end: number): boolean {
    const length = this.#stop - at;
    if (length <= 40) {
      for (let i = 0; i < length; i++) this.#last[i] = buf[at + i]!;
      this.#lastLength = length;
      this.#lastOffset = at - start;
      this.#lastSeconds = this.#seconds;
      this.#lastZoned = this.#zoned;
    } else this.#lastOffset = -1;
    return this.#finish(buf, at, end);
  }

  /** Fraction and zone, which stand behind the seconds. */
  #finish(buf: Uint8Array, at: number, end: number): boolean {
    let i = this.#stop;
    let ms = this.#seconds * 1000;
    if ((buf[i] === 46 || buf[i] === 44) && i + 1 < end && buf[i + 1]! >= 48 && buf[i + 1]! <= 57) {
      let unit = 100;
      for (i++; i < end; i++, unit /= 10) {
        const d = buf[i]! - 48;
        if (d < 0 || d > 9) break;
        if (unit >= 1) ms += d * unit;
      }
    }
    if (this.#yearless) this.assumed.year++;
    if (!this.#zoned) {
      const next = this.#zone(buf, i, end);
      if (next < 0) this.assumed.zone++;
      else {
        ms -= this.#offset * 60000;
        i = next;
      }
    }
    this.assumed.hits++;
    this.ms = ms;
    this.from = at;
    this.to = i;
    return true;
  }

  /** Minutes east of UTC, set by {@link #zone}. */
  #offset = 0;

  /** Reads a zone at `i`; the byte after it, or -1 when there is none. */
  #zone(buf: Uint8Array, i: number, end: number): number {
    if (buf[i] === 90 && (i + 1 >= end || !isWord(buf[i + 1]!))) {
      this.#offset = 0;
      return i + 1;
    }
    const at = buf[i] === 32 ? i + 1 : i;
    const sign = buf[at];
    if (sign === 43 || sign === 45) {
      const hours = digits(buf, at + 1, 2);
      if (hours < 0 || hours > 14) return -1;
      const colon = buf[at + 3] === 58 ? 1 : 0;
      const minutes = digits(buf, at + 3 + colon, 2);
      // "-05" alone is a zone only right behind the time: " -05 …" could be anything.
      if (minutes < 0 && at !== i) return -1;
      if (minutes > 59) return -1;
      const stop = minutes < 0 ? at + 3 : at + 5 + colon;
      if (stop < end && isWord(buf[stop]!)) return -1;
      this.#offset = (sign === 43 ? 1 : -1) * (hours * 60 + Math.max(0, minutes));
      return stop;
    }
    if (at === i || !(sign! >= 65 && sign! <= 90)) return -1;
    let stop = at;
    while (stop < end && stop < at + 5 && buf[stop]! >= 65 && buf[stop]! <= 90) stop++;
    if (stop - at < 3 || stop - at > 4 || (stop < end && isWord(buf[stop]!))) return -1;
    const hours = ZONE_HOURS[ASCII.decode(buf.subarray(at, stop))];
    if (hours === undefined) return -1;
    this.#offset = hours * 60;
    return stop;
  }

  /** Tries every way of writing at one place; sets seconds, stop, kind. */
  #at(buf: Uint8Array, at: number, start: number, end: number): boolean {
    if (end - at < 10) return false;
    this.#yearless = false;
    this.#zoned = false;
    const c = buf[at]!;
    if (c >= 48 && c <= 57) {
      const sep = buf[at + 4];
      if ((sep === 45 || sep === 47) && buf[at + 7] === sep) return this.#iso(buf, at, end);
      if (buf[at + 2] === 47 || buf[at + 2] === 45 || buf[at + 2] === 32) return this.#dayFirst(buf, at, end);
      if (at === start || buf[at - 1] === 40) return this.#epoch(buf, at, end);
      return false;
    }
    if (at === start && buf[at + 5] === 32 && this.#klog(buf, at, end)) return true;
    return this.#monthFirst(buf, at, end);
  }

  #set(kind: TimeKind, day: number, clock: number, stop: number): boolean {
    const seconds = day * 86400 + clock;
    if (seconds < EARLIEST || seconds > this.#latest) return false;
    this.kind = kind;
    this.#seconds = seconds;
    this.#stop = stop;
    return true;
  }

  #iso(buf: Uint8Array, at: number, end: number): boolean {
    const sep = buf[at + 10];
    if (end - at < 19 || (sep !== 84 && sep !== 32 && sep !== 95 && sep !== 116)) return false;
    const year = digits(buf, at, 4), month = digits(buf, at + 5, 2), day = digits(buf, at + 8, 2);
    // apt writes two blanks between them.
    const gap = sep === 32 && buf[at + 11] === 32 ? 12 : 11;
    const clock = clockSeconds(buf, at + gap);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false;
    this.tee = sep === 84;
    return this.#set("iso", daysFromCivil(year, month, day), clock, at + gap + 8);
  }

  /** `10/Oct/2000:13:55:36`, `10-Oct-2000 13:55:36`, `10 Oct 2000 13:55:36`. */
  #dayFirst(buf: Uint8Array, at: number, end: number): boolean {
    const month = monthAt(buf, at + 3);
    if (month === 0 || end - at < 20 || buf[at + 6] !== buf[at + 2]) return false;
    const day = digits(buf, at, 2), year = digits(buf, at + 7, 4);
    if (buf[at + 11] !== 58 && buf[at + 11] !== 32) return false;
    const clock = clockSeconds(buf, at + 12);
    if (day < 1 || day > 31 || year < 0 || clock < 0) return false;
    return this.#set("day-first", daysFromCivil(year, month, day), clock, at + 20);
  }

  /** `Oct  9 22:14:15`, `Wed Oct 11 14:32:52.12 2000`, `Jan 02, 2024 3:04:05 PM`. */
  #monthFirst(buf: Uint8Array, at: number, end: number): boolean {
    let i = at;
    let month = monthAt(buf, i);
    let weekday = false;
    if (month === 0 && buf[i + 3] === 32) {
      month = monthAt(buf, i + 4);
      i += 4;
      weekday = true;
    }
    if (month === 0 || buf[i + 3] !== 32) return false;
    i += 4;
    if (buf[i] === 32) i++;
    let day = digits(buf, i, 2);
    i += day < 0 ? 1 : 2;
    if (day < 0) day = digits(buf, i - 1, 1);
    if (day < 1 || day > 31) return false;
    if (buf[i] === 44 && buf[i + 1] === 32) return this.#javaUtil(buf, i + 2, month, day);
    if (buf[i] !== 32) return false;
    let year = digits(buf, i + 1, 4);
    if (year > 0 && buf[i + 5] === 32) i += 5;
    const clock = clockSeconds(buf, i + 1);
    if (clock < 0) return false;
    let stop = i + 9;
    if (weekday) {
      // Behind an optional fraction (and zone name) stands the year.
      let y = stop;
      if (buf[y] === 46) { for (y++; y < end && buf[y]! >= 48 && buf[y]! <= 57; y++); }
      if (buf[y] === 32 && digits(buf, y + 4 + 1, 4) > 1900 && buf[y + 1]! >= 65) y += 4;
      const late = buf[y] === 32 ? digits(buf, y + 1, 4) : -1;
      if (late > 1900) {
        year = late;
        stop = y + 5;
      }
    }
    if (year > 1900) return this.#set("month-first", daysFromCivil(year, month, day), clock, stop);
    return this.#guessYear("month-first", month, day, clock, stop);
  }

  #javaUtil(buf: Uint8Array, at: number, month: number, day: number): boolean {
    const year = digits(buf, at, 4);
    if (year < 0 || buf[at + 4] !== 32) return false;
    let i = at + 5;
    let hour = digits(buf, i, 2);
    i += hour < 0 ? 1 : 2;
    if (hour < 0) hour = digits(buf, i - 1, 1);
    const minute = digits(buf, i + 1, 2), second = digits(buf, i + 4, 2);
    const half = (buf[i + 7] ?? 0) | 32;
    if (hour < 1 || hour > 12 || minute < 0 || second < 0 || (half !== 97 && half !== 112)) return false;
    const clock = (hour % 12 + (half === 112 ? 12 : 0)) * 3600 + minute * 60 + second;
    return this.#set("month-first", daysFromCivil(year, month, day), clock, i + 9);
  }

  /** `E0102 15:04:05.000000`: no year either. */
  #klog(buf: Uint8Array, at: number, end: number): boolean {
    if (end - at < 14) return false;
    const month = digits(buf, at + 1, 2), day = digits(buf, at + 3, 2), clock = clockSeconds(buf, at + 6);
    if (month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false;
    return this.#guessYear("klog", month, day, clock, at + 14);
  }

  /** The latest year that does not put the time more than a day behind the file's last change. */
  #guessYear(kind: TimeKind, month: number, day: number, clock: number, stop: number): boolean {
    const year = new Date(this.#modified * 1000).getUTCFullYear();
    const now = daysFromCivil(year, month, day);
    const late = now * 86400 + clock > this.#modified + 86400;
    const ok = this.#set(kind, late ? daysFromCivil(year - 1, month, day) : now, clock, stop);
    this.#yearless = ok;
    return ok;
  }

  /** `1700000000.123` at the start (squid) or behind `audit(`; ten digits and a fraction, or thirteen digits. */
  #epoch(buf: Uint8Array, at: number, end: number): boolean {
    const seconds = digits(buf, at, 10);
    if (seconds < 0 || end - at < 14) return false;
    if (buf[at + 10] !== 46 && (digits(buf, at + 10, 3) < 0 || isWord(buf[at + 13]!))) return false;
    if (!this.#set("epoch", 0, seconds, at + 10)) return false;
    if (buf[at + 10] !== 46) this.#stop = at + 13;
    this.#zoned = true;
    return true;
  }
}

function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 122) || c >= 128;
}
