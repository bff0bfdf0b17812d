/**
 * Times and ranges in a goal. Own rules for ranges and everyday words; chrono for dated instants.
 *
 * @module
 */
import { parse as parseDates } from "chrono-node/en";
import type { Reading } from "./reading.ts";

/** A span of time that a goal names. Instants are RFC 3339 in UTC, to the second. */
export interface TimeRange {
  readonly since?: string;
  readonly until?: string;
  /** Length as PromQL writes it (`6h`), when the goal names a length. */
  readonly length?: string;
}

const UNITS: Readonly<Record<string, readonly [seconds: number, promql: string]>> = {
  s: [1, "s"],
  sec: [1, "s"],
  second: [1, "s"],
  m: [60, "m"],
  min: [60, "m"],
  minute: [60, "m"],
  h: [3600, "h"],
  hr: [3600, "h"],
  hour: [3600, "h"],
  d: [86_400, "d"],
  day: [86_400, "d"],
  w: [604_800, "w"],
  week: [604_800, "w"],
  fortnight: [1_209_600, "d"],
  month: [2_592_000, "d"],
  year: [31_536_000, "y"],
};

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  seventy: 70,
  eighty: 80,
  hundred: 100,
  "forty-five": 45,
  sixty: 60,
  ninety: 90,
  half: 0.5,
  couple: 2,
  few: 3,
};

/** The number that a word or numeral stands for; `undefined` when it stands for none. */
export const numberOf = (text: string): number | undefined =>
  /^\d{1,9}$/.test(text) ? Number(text) : Object.hasOwn(NUMBERS, text) ? NUMBERS[text] : undefined;

const instant = (ms: number): string =>
  new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000Z", "Z");

const unitOf = (word: string): readonly [number, string] | undefined => {
  const bare = word.toLowerCase().replace(/s$/, "");
  return UNITS[word.toLowerCase()] ?? (bare === "" ? undefined : UNITS[bare]);
};

function lengthText(count: number, unit: readonly [number, string]): string {
  const seconds = Math.max(1, Math.round(count * unit[0]));
  if (unit[1] === "d" && unit[0] !== 86_400) return `${Math.round(seconds / 86_400)}d`;
  return Number.isInteger(count) && count > 0 ? `${count}${unit[1]}` : `${seconds}s`;
}

const UNIT_WORDS =
  "(seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|h|days?|d|weeks?|w|fortnights?|months?|years?)";
const COUNT_WORDS = Object.keys(NUMBERS).filter((word) => !/^(?:a|an|half|couple|few)$/.test(word)).join("|");

/** How people say a length of time: a pattern with its count in group 1 and its unit in group 2. */
const SPANS: readonly RegExp[] = [
  new RegExp(
    `\\b(?:last|past|previous|recent|preceding|final|trailing|latest|within(?: the)?(?: last| past)?|over(?: the)?(?: last| past)?|in(?: the)? (?:last|past)|since|during|for)(?: the| these| about| roughly| some| last| past)* (‹num›|${COUNT_WORDS}) ${UNIT_WORDS}(?= |$)`,
  ),
  new RegExp(
    `(‹num›|${COUNT_WORDS}|an?) ${UNIT_WORDS} (?:ago|back|window|range|period|of history|until now|long)\\b`,
  ),
  new RegExp(
    `(?<!every )(?<!steps of )(?<!step )(‹num›|${COUNT_WORDS}) (hours?|hrs?|h|days?|d|minutes?|mins?|weeks?|w)(?= |$)(?! (?:old|steps?|resolution|retention))`,
  ),
];

/** Lengths without a count: "the last hour", "half an hour", "a couple of days". */
const LONE: readonly (readonly [RegExp, number])[] = [
  [/\b(?:quarter of an|quarter) (hour)\b/, 0.25],
  [/\b(?:half an|last half|half a|half) (hour|day)\b/, 0.5],
  [/\b(?:one and a half) (hours?)\b|\b(?:hour and a half)\b/, 1.5],
  [/\b(?:couple of|couple) (hours|minutes|days|weeks)\b/, 2],
  [/\b(?:few|several) (hours|minutes|days|weeks)\b/, 3],
  [
    /\b(?:last|past|previous|preceding|latest|since|within|over|during|for)(?: the| an| a| one| last| past)* (hour|minute|day|week|fortnight|month)\b(?! to hour| by hour)/,
    1,
  ],
];

/** Length of the time span that the goal names ("last 6 hours", "30m"), in seconds and as PromQL writes it. */
export function spanLength(
  reading: Reading,
): { readonly seconds: number; readonly text: string } | undefined {
  const of = (
    count: number,
    word: string,
  ): { readonly seconds: number; readonly text: string } | undefined => {
    const unit = unitOf(word);
    return unit === undefined ? undefined : { seconds: count * unit[0], text: lengthText(count, unit) };
  };
  for (const pattern of SPANS) {
    const hit = reading.find(pattern);
    const raw = (hit?.token(1)?.raw ?? hit?.groups[1] ?? "").toLowerCase();
    const count = hit === undefined ? undefined : numberOf(raw);
    const found = count === undefined ? undefined : of(count, hit?.groups[2] ?? "");
    if (found !== undefined) return found;
  }
  for (const [pattern, count] of LONE) {
    const hit = reading.find(pattern);
    const found = hit === undefined ? undefined : of(count, hit.groups[1] ?? "hour");
    if (found !== undefined) return found;
  }
  for (const token of reading.askedLiterals("duration")) {
    const parts = /^(\d{1,6})([a-z]+)$/i.exec(token.raw);
    const unit = parts?.[2] === undefined ? undefined : unitOf(parts[2]);
    if (parts !== null && unit !== undefined) {
      const count = Number(parts[1]);
      return { seconds: count * unit[0], text: lengthText(count, unit) };
    }
  }
  return undefined;
}

/** Midnight and other clock times of the day `days` before today, in the setting's zone. */
function dayTime(reading: Reading, days: number, hour: number, minute = 0, second = 0): number {
  const today = Temporal.Instant.fromEpochMilliseconds(reading.now.getTime()).toZonedDateTimeISO(
    reading.timeZone,
  );
  return today.startOfDay().subtract({ days }).with({ hour, minute, second }).epochMilliseconds;
}

const clockOf = (text: string): readonly [number, number, number] | undefined => {
  const parts = /^(\d{1,2})(?::(\d\d))?(?::(\d\d))?(am|pm)?$/i.exec(text);
  if (parts === null) return undefined;
  let hour = Number(parts[1]);
  if (parts[4]?.toLowerCase() === "pm" && hour < 12) hour += 12;
  if (parts[4]?.toLowerCase() === "am" && hour === 12) hour = 0;
  const minute = Number(parts[2] ?? 0);
  const second = Number(parts[3] ?? 0);
  return hour > 23 || minute > 59 || second > 59 ? undefined : [hour, minute, second];
};

/** The one day that the goal names: "between 09:00 and 09:30 on 2026-11-03". */
function statedDay(reading: Reading): Temporal.PlainDate | undefined {
  const dates = reading.askedLiterals("date");
  if (dates.length !== 1) return undefined;
  try {
    return Temporal.PlainDate.from(dates[0]?.raw ?? "");
  } catch {
    return undefined;
  }
}

function literalTime(
  reading: Reading,
  raw: string,
  kind: string | undefined,
  endOfDay: boolean,
): number | undefined {
  if (kind === "date") {
    try {
      const day = Temporal.PlainDate.from(raw).add({ days: endOfDay ? 1 : 0 });
      return day.toZonedDateTime(reading.timeZone).epochMilliseconds;
    } catch {
      return undefined;
    }
  }
  if (kind === "instant") {
    try {
      if (/(?:Z|[+-]\d\d:?\d\d)$/.test(raw)) return Temporal.Instant.from(raw).epochMilliseconds;
      return Temporal.PlainDateTime.from(raw).toZonedDateTime(reading.timeZone).epochMilliseconds;
    } catch {
      return undefined;
    }
  }
  if (kind === "clock") {
    const clock = clockOf(raw);
    if (clock === undefined) return undefined;
    const day = statedDay(reading);
    if (day !== undefined) {
      return day.toZonedDateTime({
        timeZone: reading.timeZone,
        plainTime: { hour: clock[0], minute: clock[1], second: clock[2] },
      }).epochMilliseconds;
    }
    const past = reading.has(/\b(?:yesterday|last night)\b/) ? 1 : 0;
    const at = dayTime(reading, past, ...clock);
    // A clock time that is still to come today was yesterday's: goals ask about what happened.
    return at > reading.now.getTime() && past === 0 ? dayTime(reading, 1, ...clock) : at;
  }
  return undefined;
}

/** The span of time that the goal names; `{}` when it names none. */
export function timeRange(reading: Reading): TimeRange {
  const now = reading.now.getTime();
  const between = reading.find(
    /\b(?:between|from) (?:\S+ ){0,2}?(‹(?:date|clock|instant)›) (?:and|to|until|till|through|up to|-|–) (?:\S+ ){0,2}?(‹(?:date|clock|instant)›)/,
  );
  if (between !== undefined) {
    const [from, to] = [between.token(1), between.token(2)];
    const since = from === undefined ? undefined : literalTime(reading, from.raw, from.literal, false);
    const until = to === undefined ? undefined : literalTime(reading, to.raw, to.literal, true);
    if (since !== undefined && until !== undefined && since < until) {
      return { since: instant(since), until: instant(until) };
    }
    if (since !== undefined) return { since: instant(since) };
  }
  const length = spanLength(reading);
  if (length !== undefined) {
    return { since: instant(now - length.seconds * 1000), length: length.text };
  }
  const marked = reading.find(
    /\b(?:since|after|from|starting|as of) (?:\S+ ){0,2}?(‹(?:date|clock|instant)›)/,
  );
  const limit = reading.find(/\b(?:until|till|before|up to) (?:\S+ ){0,2}?(‹(?:date|clock|instant)›)/);
  const range: { since?: string; until?: string } = {};
  for (const [key, hit] of [["since", marked], ["until", limit]] as const) {
    const token = hit?.token(1);
    const at = token === undefined
      ? undefined
      : literalTime(reading, token.raw, token.literal, key === "until");
    if (at !== undefined) range[key] = instant(at);
  }
  if (range.since !== undefined || range.until !== undefined) return range;
  const on = reading.find(/\b(?:on|of|dated|for|during) (‹date›)/)?.token(1);
  if (on !== undefined) {
    const [since, until] = [
      literalTime(reading, on.raw, "date", false),
      literalTime(reading, on.raw, "date", true),
    ];
    if (since !== undefined && until !== undefined) return { since: instant(since), until: instant(until) };
  }
  const words: readonly (readonly [RegExp, () => TimeRange])[] = [
    [/\bsince (?:\S+ )?yesterday\b/, () => ({ since: instant(dayTime(reading, 1, 0)) })],
    [/\blast night\b/, () => ({
      since: instant(dayTime(reading, 1, 20)),
      until: instant(Math.min(now, dayTime(reading, 0, 8))),
    })],
    [/\byesterday evening\b/, () => ({
      since: instant(dayTime(reading, 1, 17)),
      until: instant(dayTime(reading, 0, 0)),
    })],
    [/\byesterday morning\b/, () => ({
      since: instant(dayTime(reading, 1, 5)),
      until: instant(dayTime(reading, 1, 12)),
    })],
    [/\byesterday afternoon\b/, () => ({
      since: instant(dayTime(reading, 1, 12)),
      until: instant(dayTime(reading, 1, 18)),
    })],
    [/\byesterday\b/, () => ({
      since: instant(dayTime(reading, 1, 0)),
      until: instant(dayTime(reading, 0, 0)),
    })],
    [/\bthis morning\b/, () => ({ since: instant(Math.min(now, dayTime(reading, 0, 5))) })],
    [
      /\b(?:this afternoon|noon|midday)\b/,
      () => ({ since: instant(Math.min(now, dayTime(reading, 0, 12))) }),
    ],
    [/\b(?:this evening|tonight)\b/, () => ({ since: instant(Math.min(now, dayTime(reading, 0, 17))) })],
    [/\b(?:today|midnight|so far today|current day)\b/, () => ({ since: instant(dayTime(reading, 0, 0)) })],
    [/\bthis week\b/, () => ({ since: instant(now - 7 * 86_400_000) })],
  ];
  for (const [pattern, make] of words) if (reading.has(pattern)) return make();
  return datedRange(reading);
}

/** "since Monday 14:00", "after March 3rd": chrono, only behind a word that makes it a time. */
function datedRange(reading: Reading): TimeRange {
  const lower = reading.goal.slice(0, 4096);
  const hit =
    /\b(since|after|from|before|until|till)\s+((?:last |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b[^.,;\n]{0,20}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}[^.;\n]{0,24}|\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[^.;\n]{0,20})/i
      .exec(lower);
  if (hit === null) return {};
  const zone = Temporal.Instant.fromEpochMilliseconds(reading.now.getTime()).toZonedDateTimeISO(
    reading.timeZone,
  );
  const found = parseDates(hit[2] ?? "", {
    instant: reading.now,
    timezone: Math.round(zone.offsetNanoseconds / 60_000_000_000),
  }, { forwardDate: false })[0];
  if (found === undefined) return {};
  const at = found.start.isCertain("hour")
    ? found.start.date().getTime()
    : startOfDay(found.start.date(), reading);
  return /before|until|till/i.test(hit[1] ?? "") ? { until: instant(at) } : { since: instant(at) };
}

const startOfDay = (date: Date, reading: Reading): number =>
  Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(reading.timeZone).startOfDay()
    .epochMilliseconds;
