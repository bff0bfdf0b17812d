/**
 * Numbers, lists and times as a person writes them. Exact: a rounded number is one that binary fractions had spoilt.
 *
 * @module
 */

/**
 * `1 pod`, `5 pods`.
 *
 * @example
 * ```ts
 * import { count } from "./words.ts";
 * console.assert(count(2, "policy", "policies") === "2 policies");
 * ```
 */
export const count = (n: number, one: string, many: string = `${one}s`): string =>
  `${n} ${n === 1 ? one : many}`;

/** `is` or `are`. */
export const are = (n: number): string => (n === 1 ? "is" : "are");

/**
 * `a, b and c`; a long list is cut: `a, b and 17 more`.
 *
 * @example
 * ```ts
 * import { some } from "./words.ts";
 * console.assert(some(["a", "b", "c", "d"], 2) === "a, b and 2 more");
 * ```
 */
export function some(items: readonly string[], max = 5): string {
  if (items.length > max) return `${items.slice(0, max).join(", ")} and ${items.length - max} more`;
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** One line of at most `max` characters. */
export function oneLine(text: string, max = 300): string {
  // Cut before collapsing, so that a long text costs no more than a short one.
  const line = text.slice(0, max * 4).replace(/\s+/g, " ").trim();
  return line.length > max || text.length > max * 4 ? `${line.slice(0, max - 1)}…` : line;
}

/** Each text once, in order of first appearance; empty ones left out. */
export const unique = (texts: Iterable<string>): readonly string[] =>
  [...new Set(texts)].filter((text) => text !== "");

/**
 * A number in words: whole numbers exact, others to six significant digits.
 *
 * @example
 * ```ts
 * import { numberWords } from "./words.ts";
 * console.assert(numberWords(39.99999999999999) === "40");
 * ```
 */
export function numberWords(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "+Inf" : "-Inf";
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
  const rounded = Number(value.toPrecision(6));
  // 123456.7 has six digits before the point: keep two after it rather than lose them.
  const exact = Math.abs(value) >= 100_000 ? Number(value.toFixed(2)) : rounded;
  return String(exact);
}

/** `1.5 GiB`, with the exact count of bytes when it is not whole. */
export function byteWords(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? numberWords(value) : String(Number(value.toFixed(2)))} ${units[unit]}`;
}

/** `2 d 3 h`, `14 min`, `2.5 s`: the two largest units. */
export function durationWords(seconds: number): string {
  const whole = Math.abs(seconds);
  if (whole < 60) return `${numberWords(Number(whole.toFixed(3)))} s`;
  const units: readonly (readonly [number, string])[] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let rest = Math.round(whole);
  const parts: string[] = [];
  for (const [size, name] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/**
 * A function that writes instants in a time zone, always with the zone: `2026-01-31 09:00:00 +01:00`,
 * `2026-01-31 08:00:00 UTC`. What is no instant comes back as it is.
 *
 * @example
 * ```ts
 * import { createTimeWords } from "./words.ts";
 * console.assert(createTimeWords("UTC")("2026-01-31T08:00:00Z") === "2026-01-31 08:00:00 UTC");
 * ```
 */
export function createTimeWords(timeZone: string): (instant: string | number) => string {
  const zone = timeZone === "" ? "UTC" : timeZone;
  let format: Intl.DateTimeFormat | undefined;
  return (instant) => {
    const ms = typeof instant === "number" ? instant : Date.parse(instant);
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return String(instant);
    if (/^(utc|etc\/utc|gmt|z)$/i.test(zone)) {
      return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    }
    try {
      format ??= new Intl.DateTimeFormat("sv-SE", {
        timeZone: zone,
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        timeZoneName: "longOffset",
      });
    } catch {
      return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    }
    const parts: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(ms)) parts[type] = value;
    const offset = (parts.timeZoneName ?? "").replace("GMT", "").replace("−", "-");
    return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${
      offset === "" ? "UTC" : offset
    }`;
  };
}
