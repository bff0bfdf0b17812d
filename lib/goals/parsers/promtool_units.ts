/**
 * What unit the values of a PromQL expression have, as far as its text and the naming rules of metrics tell.
 *
 * @module
 */
import { byteWords, durationWords, numberWords } from "./words.ts";

export type Unit =
  | "bytes"
  | "bytes per second"
  | "seconds"
  | "CPU cores"
  | "per second"
  | "%"
  | "ratio"
  | "timestamp"
  | "°C"
  | "";

/** The expression without label matchers, strings and grouping clauses: what is left says what is computed. */
const skeleton = (expression: string): string =>
  expression.slice(0, 4096).replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, "")
    .replace(/\{[^{}]*\}/g, "").replace(
      /\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/g,
      "",
    );

/**
 * The unit of an expression's values; empty for plain counts and where it cannot be told.
 *
 * @example
 * ```ts
 * import { unitOf } from "./promtool_units.ts";
 * console.assert(unitOf('sum(rate(http_requests_total{code=~"5.."}[5m]))') === "per second");
 * console.assert(unitOf("100 * (1 - a_bytes / b_bytes)") === "%");
 * ```
 */
export function unitOf(expression: string): Unit {
  const text = skeleton(expression);
  if (
    /^\s*(count|absent|group|changes|resets|count_values)\b/.test(text) ||
    /\b(==|!=|>=|<=|>|<)\s*bool\b/.test(text)
  ) {
    return "";
  }
  if (/\b100(\.0)?\s*\*|\*\s*100(\.0)?\b|\b100(\.0)?\s*-/.test(text) || /_percent(age)?\b/.test(text)) {
    return "%";
  }
  const divided = /\/\s*(\d|\()?/.exec(text);
  const division = text.indexOf("/");
  if (divided !== null && division >= 0) {
    const right = text.slice(division + 1);
    const constant = /^\s*\(?\s*[0-9]/.test(right);
    if (constant) return "";
    const leftMetric =
      /_(bytes|seconds|total|count|sum|bucket)\b(?!.*_(bytes|seconds|total|count|sum|bucket)\b)/.exec(
        text.slice(0, division),
      )?.[1];
    const rightMetric = /_(bytes|seconds|total|count|sum|bucket)\b/.exec(right)?.[1];
    // A sum over its count is a mean, in the unit that stands before `_sum`.
    if (leftMetric === "sum" && rightMetric === "count") {
      return /_seconds_sum\b/.test(text) ? "seconds" : /_bytes_sum\b/.test(text) ? "bytes" : "";
    }
    return "ratio";
  }
  if (/_ratio\b/.test(text)) return "ratio";
  if (/\bhistogram_quantile\b/.test(text)) {
    return /_bytes_bucket\b/.test(text) ? "bytes" : /_seconds_bucket\b/.test(text) ? "seconds" : "";
  }
  const perSecond = /\b(rate|irate|deriv)\s*\(/.test(text);
  if (perSecond) {
    if (/cpu\w*_seconds_total\b|_cpu_usage_seconds/.test(text)) return "CPU cores";
    return /_bytes(_total)?\b/.test(text) ? "bytes per second" : "per second";
  }
  if (/_timestamp(_seconds)?\b|_time_seconds\b|^\s*time\(\)\s*$/.test(text)) {
    return /time\(\)\s*-|-\s*\w/.test(text) ? "seconds" : "timestamp";
  }
  if (/_bytes(_total)?\b/.test(text)) return "bytes";
  if (/_seconds(_total|_sum)?\b/.test(text)) return "seconds";
  return /_celsius\b/.test(text) ? "°C" : "";
}

/** A sample's value as Prometheus writes it: also `NaN`, `+Inf`, `-Inf`. */
export const sampleNumber = (text: string): number =>
  text === "+Inf" || text === "Inf"
    ? Infinity
    : text === "-Inf"
    ? -Infinity
    : text.trim() === ""
    ? NaN
    : Number(text);

/**
 * A sample's value with its unit: `40 %`, `1.5 GiB (1610612736 bytes)`, `0.25 (25 %)`.
 *
 * @example
 * ```ts
 * import { valueWords } from "./promtool_units.ts";
 * console.assert(valueWords("39.99999999999999", "%", String) === "40 %");
 * ```
 */
export function valueWords(text: string, unit: Unit, time: (ms: number) => string): string {
  const value = sampleNumber(text);
  if (text === "" || Number.isNaN(value)) return "not a number (NaN: there was nothing to compute it from)";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf (a division by zero)" : "-Inf (a division by zero)";
  const plain = numberWords(value);
  switch (unit) {
    case "bytes":
      return Math.abs(value) < 1024 ? `${plain} bytes` : `${byteWords(value)} (${plain} bytes)`;
    case "bytes per second":
      return Math.abs(value) < 1024
        ? `${plain} bytes per second`
        : `${byteWords(value)} per second (${plain} bytes per second)`;
    case "seconds":
      return Math.abs(value) >= 60
        ? `${plain} s (${durationWords(value)})`
        : value !== 0 && Math.abs(value) < 1
        ? `${plain} s (${numberWords(value * 1000)} ms)`
        : `${plain} s`;
    case "ratio":
      return Math.abs(value) <= 1 ? `${plain} (${numberWords(value * 100)} %)` : plain;
    case "timestamp":
      return value > 1e8 ? `${time(value * 1000)} (${plain})` : plain;
    case "":
      return plain;
    default:
      return `${plain} ${unit}`;
  }
}
