/**
 * Calendar arithmetic on bytes: the pieces that timestamps are made of.
 *
 * @module
 */

/** Days from 1970-01-01 to a civil date (proleptic Gregorian), by Howard Hinnant's published algorithm. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468;
}

/** `count` decimal digits at `at` as a number, or -1 when one of them is no digit (or lies behind the end). */
export function digits(buf: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const d = (buf[i] ?? 0) - 48;
    if (d < 0 || d > 9) return -1;
    value = value * 10 + d;
  }
  return value;
}

/** `HH:MM:SS` at `at` as seconds of the day (60 for a leap second is taken), or -1. */
export function clockSeconds(buf: Uint8Array, at: number): number {
  if (buf[at + 2] !== 58 || buf[at + 5] !== 58) return -1;
  const h = digits(buf, at, 2), m = digits(buf, at + 3, 2), s = digits(buf, at + 6, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return -1;
  return h * 3600 + m * 60 + s;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_CODES = MONTHS.map((name) =>
  name.charCodeAt(0) << 16 | name.charCodeAt(1) << 8 | name.charCodeAt(2)
);

/** 1 to 12 for an English month abbreviation at `at`, without regard to case; 0 when there is none. */
export function monthAt(buf: Uint8Array, at: number): number {
  const code = ((buf[at] ?? 0) | 32) << 16 | ((buf[at + 1] ?? 0) | 32) << 8 | ((buf[at + 2] ?? 0) | 32);
  return MONTH_CODES.indexOf(code) + 1;
}

/** Hours east of UTC for zone names that mean one thing in logs; the ambiguous ones (IST, BST in Asia, CST in China) are left out. */
export const ZONE_HOURS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  JST: 9,
};
