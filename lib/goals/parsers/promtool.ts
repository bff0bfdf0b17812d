/**
 * promtool's answers: instant vectors, scalars and ranges, in words with units, by the server's clock.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput } from "../types.ts";
import { elementsOf, findRange, type JsonRange, readRange } from "./json_ranges.ts";
import { isJsonObject, listAt, objectAt } from "./json_values.ts";
import { cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { sampleNumber, type Unit, unitOf, valueWords } from "./promtool_units.ts";
import { are, count, createTimeWords, numberWords, oneLine, some, unique } from "./words.ts";

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds and the value as the server wrote it. */
  readonly samples: readonly (readonly [number, string])[];
  readonly range: JsonRange;
}

/** More series than this are not listed one by one. */
const MAX_SERIES = 5000;

const textSlot = (input: ParserInput, name: string): string => {
  const value = input.step.slots[name];
  return typeof value === "string" ? value : value?.[0] ?? "";
};

const sample = (value: unknown): readonly [number, string] | undefined =>
  Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "string"
    ? [value[0], value[1]]
    : undefined;

function seriesIn(
  bytes: Uint8Array,
  whole: JsonRange,
): { readonly series: readonly Series[]; readonly complete: boolean } {
  const { elements, complete } = elementsOf(bytes, whole);
  // A scalar is `[seconds, "value"]`: an array whose elements are no objects.
  const scalar = elements.length === 2 && bytes[elements[0]?.start ?? 0] !== 0x7b
    ? sample(readRange(bytes, whole))
    : undefined;
  if (scalar !== undefined) return { series: [{ labels: {}, samples: [scalar], range: whole }], complete };
  const series = elements.map((range): Series => {
    const value = readRange(bytes, range);
    const one = isJsonObject(value) ? sample(value.value) : undefined;
    const labels = Object.fromEntries(
      Object.entries(objectAt(value, "metric")).map(([key, text]) => [key, String(text)]),
    );
    const samples = one === undefined
      ? listAt(value, "values").map(sample).filter((item) => item !== undefined)
      : [one];
    return { labels, samples, range };
  });
  return { series, complete };
}

/** Names for series: the labels in which they differ, or all of a lone one. */
function namesOf(series: readonly Series[]): readonly string[] {
  const keys = unique(series.slice(0, MAX_SERIES).flatMap(({ labels }) => Object.keys(labels)));
  const differing = keys.filter((key) => series.some(({ labels }) => labels[key] !== series[0]?.labels[key]));
  const chosen = differing.length > 0 ? differing : keys.filter((key) => key !== "__name__").slice(0, 4);
  return series.map(({ labels }) =>
    chosen.filter((key) => labels[key] !== undefined)
      .map((key) => key === "__name__" ? labels[key] ?? "" : `${key} ${labels[key]}`).join(", ") ||
    labels.__name__ || "the value"
  );
}

const isUp = (expression: string): boolean => /^\s*up\s*(\{[^{}]*\})?\s*(==\s*[01])?\s*$/.test(expression);
const compares = (expression: string): boolean =>
  /(==|!=|>=|<=|>|<)/.test(expression.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "").replace(/\{[^{}]*\}/g, ""));

function failure(input: ParserInput, expression: string): Parsed {
  const run = input.commands[0];
  const said = lastWords(run?.stderr ?? new Uint8Array(), 400).replace(/^query error: /, "");
  const evidence = cite(input, 0, "stderr");
  const say = (reason: string, next: readonly string[]) =>
    notLooked(input, reason, { next, findings: [{ severity: "info", text: reason, evidence }] });
  if (/bad_data|parse error/.test(said)) {
    return say(
      `Prometheus does not understand the expression ${oneLine(expression, 200)}: ${
        said.replace(/^bad_data: /, "")
      }`,
      [
        "Correct the expression.",
      ],
    );
  }
  if (/^(Post|Get) |dial tcp|connection refused|no such host|timeout|deadline|x509|EOF/.test(said)) {
    return say(`Prometheus could not be reached: ${said}`, [
      "Check that the server runs and that the setting prometheus.url is right.",
    ]);
  }
  if (/client error: 40[13]|unauthorized|forbidden/i.test(said)) {
    return say(`Prometheus did not allow the query: ${said}`, [
      "Check the setting prometheus.credentials_file.",
    ]);
  }
  return say(
    `Prometheus could not compute ${oneLine(expression, 200)}: ${
      said === "" ? `exit code ${run?.exitCode}` : said
    }`,
    [],
  );
}

function upAnswer(
  input: ParserInput,
  expression: string,
  series: readonly Series[],
  names: readonly string[],
  when: string,
): Partial<Parsed> & Pick<Parsed, "headline" | "verdict"> {
  const down = series.map((one, i) => [one, names[i] ?? ""] as const).filter(([one]) =>
    one.samples.at(-1)?.[1] === "0"
  );
  const total = count(series.length, "target");
  return {
    headline: down.length === 0
      ? `${series.length === 1 ? `Target ${names[0]} is` : `All ${total} are`} up${when}`
      : `${
        // A filter leaves the others out, so their number isn't known.
        compares(expression) ? count(down.length, "target") : `${down.length} of ${total}`} ${
        are(down.length)
      } down${when}: ${some(down.map(([, name]) => name))}`,
    verdict: down.length === 0 ? "nothing_wrong" : "findings",
    findings: down.map(([one, name]): Finding => ({
      severity: "high",
      text: `target ${name} is down: its last scrape failed`,
      evidence: cite(input, 0, "stdout", one.range),
    })),
    facts: { down_targets: unique(down.map(([one]) => one.labels.instance ?? "")) },
    next: down.length === 0
      ? []
      : ["Look at whether the process behind the target runs and its port answers."],
  };
}

function alertsAnswer(
  input: ParserInput,
  series: readonly Series[],
  when: string,
): Partial<Parsed> & Pick<Parsed, "headline" | "verdict"> {
  const firing = series.filter(({ labels }) => labels.alertstate === "firing");
  const label = (one: Series) => {
    const rest = Object.entries(one.labels).filter(([key]) =>
      !["__name__", "alertname", "alertstate"].includes(key)
    );
    return `${one.labels.alertname ?? "alert"}${
      rest.length === 0 ? "" : ` (${rest.slice(0, 5).map(([key, value]) => `${key} ${value}`).join(", ")})`
    }`;
  };
  return {
    headline: `${count(firing.length, "alert")} ${are(firing.length)} firing and ${
      series.length - firing.length
    } pending${when}${firing.length === 0 ? "" : `: ${some(firing.map(label))}`}`,
    verdict: "findings",
    findings: series.map((one): Finding => ({
      severity: one.labels.severity === "critical"
        ? "critical"
        : one.labels.alertstate === "firing"
        ? "high"
        : "medium",
      text: `alert ${label(one)} is ${one.labels.alertstate ?? "active"}`,
      evidence: cite(input, 0, "stdout", one.range),
    })),
  };
}

/** What is measured: the planner's word for it before the expression that stands for it. */
function whatOf(input: ParserInput, expression: string): string {
  const word = input.ask.about["subject"] ?? "";
  return word === "" || input.ask.intent !== "metric"
    ? oneLine(expression, 160)
    : `${word[0]?.toUpperCase() ?? ""}${word.slice(1)} (${oneLine(expression, 160)})`;
}

function instant(input: ParserInput, expression: string, series: readonly Series[], unit: Unit): Parsed {
  const time = createTimeWords(input.timeZone);
  const at = series[0]?.samples[0]?.[0];
  const when = at === undefined ? "" : ` at ${time(at * 1000)} (the server's clock)`;
  const names = namesOf(series);
  const show = (one: Series) => valueWords(one.samples.at(-1)?.[1] ?? "", unit, time);
  const rows = series.map((one, i) => ({
    one,
    name: names[i] ?? "",
    value: sampleNumber(one.samples.at(-1)?.[1] ?? ""),
  }));
  // The server's order means something only where the expression sorts.
  const sorted = /^\s*(sort|topk|bottomk)/.test(expression)
    ? rows
    : [...rows].sort((a, b) => (Number.isNaN(b.value) ? -1 : b.value - a.value));
  const table = {
    columns: ["series", "value"],
    rows: sorted.slice(0, MAX_SERIES).map(({ one, name }) => [name, show(one)]),
  };
  const findings = sorted.slice(0, MAX_SERIES).map(({ one, name }): Finding => ({
    severity: "info",
    text: `${name}: ${show(one)}`,
    evidence: cite(input, 0, "stdout", one.range),
  }));
  const facts = {
    instances: unique(series.map(({ labels }) => labels.instance ?? "")),
    series: unique(names),
  };
  const what = whatOf(input, expression);
  if (isUp(expression)) {
    const answer = upAnswer(input, expression, series, names, when);
    return parsed({ ...answer, table, facts: { ...facts, ...answer.facts } });
  }
  if (/^\s*ALERTS\b/.test(expression)) return parsed({ ...alertsAnswer(input, series, when), facts });
  const [top, ...others] = sorted;
  const last = others.at(-1);
  const headline = top === undefined
    ? ""
    : last === undefined
    ? `${what} is ${show(top.one)}${top.name === "the value" ? "" : ` for ${top.name}`}${when}`
    : sorted.length <= 4
    ? `${what}${when}: ${sorted.map(({ one, name }) => `${name}: ${show(one)}`).join("; ")}`
    : `${what} has ${sorted.length} series${when}; highest ${show(top.one)} for ${top.name}, lowest ${
      show(last.one)
    } for ${last.name}`;
  return parsed({ headline, verdict: "listing", findings, facts, ...(series.length > 1 ? { table } : {}) });
}

function overRange(input: ParserInput, expression: string, series: readonly Series[], unit: Unit): Parsed {
  const time = createTimeWords(input.timeZone);
  const names = namesOf(series);
  const show = (value: number | string) => valueWords(String(value), unit, time);
  const views = series.slice(0, MAX_SERIES).map((one, i) => {
    const numbers = one.samples.map(([seconds, text]) => [seconds, sampleNumber(text)] as const).filter((
      [, n],
    ) => Number.isFinite(n));
    const first = numbers[0];
    const highest = numbers.reduce((a, b) => (b[1] > a[1] ? b : a), first ?? [0, NaN] as const);
    const lowest = numbers.reduce((a, b) => (b[1] < a[1] ? b : a), first ?? [0, NaN] as const);
    const mean = numbers.reduce((sum, [, n]) => sum + n, 0) / numbers.length;
    return { one, name: names[i] ?? "", numbers, first, last: numbers.at(-1), highest, lowest, mean };
  }).sort((a, b) => (Number.isNaN(b.highest[1]) ? -1 : b.highest[1] - a.highest[1]));
  const what = whatOf(input, expression);
  const start = Math.min(...views.map(({ one }) => one.samples[0]?.[0] ?? Infinity));
  const end = Math.max(...views.map(({ one }) => one.samples.at(-1)?.[0] ?? -Infinity));
  const span = Number.isFinite(start) ? ` from ${time(start * 1000)} to ${time(end * 1000)}` : "";
  const say = (view: (typeof views)[number]): string => {
    if (view.first === undefined || view.last === undefined) return "only values that are no numbers";
    const same = view.highest[1] === view.lowest[1];
    return same
      ? `${show(view.last[1])} throughout (${count(view.numbers.length, "point")})`
      : `${show(view.first[1])} first, ${show(view.last[1])} last, highest ${show(view.highest[1])} at ${
        time(view.highest[0] * 1000)
      }, lowest ${show(view.lowest[1])} at ${time(view.lowest[0] * 1000)}, mean ${show(view.mean)}`;
  };
  const top = views[0];
  return parsed({
    headline: views.length === 1 && top !== undefined
      ? `${what}${span}${top.name === "the value" ? "" : ` for ${top.name}`}: ${say(top)}`
      : views.length <= 3
      ? `${what}${span}: ${views.map((view) => `${view.name}: ${say(view)}`).join("; ")}`
      : `${what} has ${series.length} series${span}; highest: ${top?.name} with ${
        show(top?.highest[1] ?? NaN)
      } at ${time((top?.highest[0] ?? 0) * 1000)}`,
    verdict: "listing",
    findings: views.map((view): Finding => ({
      severity: "info",
      text: `${view.name}: ${say(view)}`,
      evidence: cite(input, 0, "stdout", view.one.range),
    })),
    facts: { instances: unique(series.map(({ labels }) => labels.instance ?? "")), series: unique(names) },
    table: {
      columns: ["series", "first", "last", "lowest", "highest", "highest at", "mean", "points"],
      rows: views.map((view) => [
        view.name,
        show(view.first?.[1] ?? NaN),
        show(view.last?.[1] ?? NaN),
        show(view.lowest[1]),
        show(view.highest[1]),
        view.first === undefined ? "" : time(view.highest[0] * 1000),
        show(view.mean),
        String(view.numbers.length),
      ]),
    },
  });
}

/**
 * Reads `promtool query instant|range -o json`. An empty answer is `no_data`, which is neither an error nor a zero.
 *
 * @example
 * ```ts
 * import { parsePromtool } from "./promtool.ts";
 * const stdout = new TextEncoder().encode('[{"metric":{"job":"cart"},"value":[1769846340,"39.99999999999999"]}]');
 * const answer = parsePromtool({
 *   step: { id: "s1", tool: "prometheus-query", form: "instant", slots: { expression: "100 * a_bytes / b_bytes" } },
 *   ask: { intent: "metric", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline.includes("is 40 % for job cart"));
 * ```
 */
export function parsePromtool(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  const expression = textSlot(input, "expression");
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, "promtool printed nothing");
  if (run.exitCode !== 0) return failure(input, expression);
  const whole = findRange(run.stdout, []);
  if (whole === undefined) return notLooked(input, "promtool printed nothing");
  if (run.stdout[whole.start] !== 0x5b) {
    return notLooked(input, "promtool's output is not the JSON of a result");
  }
  const { series, complete } = seriesIn(run.stdout, whole);
  if (series.length === 0 && (!complete || input.truncated)) {
    return notLooked(input, "promtool's output was cut before its first series ended");
  }
  if (series.some((one) => one.samples.length === 0)) {
    return notLooked(input, "promtool's output is not the JSON of a result");
  }
  const what = oneLine(expression, 200);
  if (series.length === 0) {
    const at = textSlot(input, "at");
    const start = textSlot(input, "start");
    const time = createTimeWords(input.timeZone);
    const when = start !== ""
      ? ` from ${time(start)} to ${time(textSlot(input, "end"))}`
      : at === ""
      ? " now, by its own clock"
      : ` at ${time(at)}`;
    return parsed({
      headline: compares(expression)
        ? `No data: Prometheus has no series that meets ${what}${when}; either none meets the condition or there is nothing of that name`
        : `No data: Prometheus has no series for ${what}${when}`,
      verdict: "no_data",
      findings: [],
      next: [
        "Ask for the metric without labels to see whether it exists, and for up to see whether it is scraped.",
      ],
    });
  }
  const unit = unitOf(expression);
  const answer = textSlot(input, "start") !== "" || series.some((one) => one.samples.length > 1)
    ? overRange(input, expression, series, unit)
    : instant(input, expression, series, unit);
  if (complete && !input.truncated) return answer;
  return {
    ...answer,
    outcome: input.outcome === "ok" ? "failed" : input.outcome,
    reason: `the output was cut after ${numberWords(series.length)} series`,
    headline: `Only the first ${numberWords(series.length)} series could be read: ${answer.headline}`,
    verdict: answer.verdict === "nothing_wrong" ? "listing" : answer.verdict,
    blind: ["the series after the cut"],
  };
}
