/**
 * The instant at the start of a log line.
 *
 * @module
 */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** 2026-11-27T12:00:00.123+01:00, with a blank or a slash, or without a zone (UTC then). */
const ISO =
  /(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?/;
/** 27/Nov/2026:12:00:00 +0100, of web servers. */
const CLF = /(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?: ([+-]\d{4}))?/;
/** Nov 27 12:00:00, of syslog: without a year. */
const SYSLOG = /^\W{0,3}([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})/;
/** I1127 12:00:00.123456, of klog: without a year. */
const KLOG = /^[IWEF](\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2})/;
/** Seconds or milliseconds since 1970, within 2001 to 2065 or so. */
const EPOCH = /^\W{0,2}(\d{10})(?:\.\d+|(\d{3}))?\b/;

/** So much of a line is looked at. */
const HEAD = 96;
const HOUR = 3_600_000;

function zoneOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const digits = zone.replace(":", "");
  return Number(`${digits[0]}1`) * (Number(digits.slice(1, 3)) * HOUR + Number(digits.slice(3, 5)) * 60_000);
}

/** The year in which a month and day lie that is not after `near`, but for a day (clocks and zones). */
function withoutYear(month: number, rest: readonly number[], near: number): number {
  const year = new Date(near).getUTCFullYear();
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  const instant = Date.UTC(year, month, day, hour, minute, second);
  return instant > near + 24 * HOUR ? Date.UTC(year - 1, month, day, hour, minute, second) : instant;
}

const numbers = (match: RegExpExecArray, from: number): number[] => match.slice(from).map(Number);

/**
 * UTC milliseconds of the instant that `line` begins with; `undefined` when there is none. `near` decides the year where
 * the line has none: the file's own time.
 */
export function instantOf(line: string, near: number): number | undefined {
  const head = line.slice(0, HEAD);
  let match = ISO.exec(head);
  if (match !== null) {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers(match, 1);
    const millis = Number((match[7] ?? "0").padEnd(3, "0").slice(0, 3));
    return valid(Date.UTC(year, month - 1, day, hour, minute, second, millis) - zoneOf(match[8]));
  }
  match = CLF.exec(head);
  if (match !== null) {
    const month = MONTHS.indexOf((match[2] ?? "").toLowerCase());
    const [, , year = 0, hour = 0, minute = 0, second = 0] = numbers(match, 1);
    if (month < 0) return undefined;
    return valid(Date.UTC(year, month, Number(match[1]), hour, minute, second) - zoneOf(match[7]));
  }
  match = SYSLOG.exec(head);
  if (match !== null) {
    const month = MONTHS.indexOf((match[1] ?? "").toLowerCase());
    return month < 0 ? undefined : valid(withoutYear(month, numbers(match, 2), near));
  }
  match = KLOG.exec(head);
  if (match !== null) return valid(withoutYear(Number(match[1]) - 1, numbers(match, 2), near));
  match = EPOCH.exec(head);
  if (match === null) return undefined;
  return valid(Number(match[1]) * 1000 + Number(match[2] ?? 0));
}

const valid = (instant: number): number | undefined => Number.isNaN(instant) ? undefined : instant;
