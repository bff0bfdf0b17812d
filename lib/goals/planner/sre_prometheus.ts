/**
 * Goals that a PromQL query answers: expressions as they stand, and subjects with a well-known metric.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import { type MetricSubject, SUBJECTS } from "./lexicon/metrics.ts";
import type { Reading } from "./reading.ts";
import { labelsOf, METRIC_NAME, NO_SUBJECT } from "./sre_prometheus_labels.ts";
import { shaped } from "./sre_prometheus_shape.ts";
import { isPromql } from "./text/spans.ts";
import type { Token } from "./text/tokens.ts";
import { spanLength, timeRange } from "./times.ts";

const NAMED =
  /\b(?:prometheus|promql|promtool|prom|node exporter|node_exporter|metrics?|time series|timeseries)\b/;
/** To who asks about data a metric is a figure of a report. */
const NAMED_OUTRIGHT = /\b(?:prometheus|(?<!‹)promql|promtool|prom|node exporter|node_exporter)\b/;
const KUBE_ONLY =
  /\b(?:limits?|requests? and limits|quotas?|pressure|insufficient|oomkilled|oom killed|claims?|persistent|storage classes|out of memory|policies|policy|ingress(?:es)?|kubectl|configmaps?|crash looping|crashing|pending|evicted)\b/;
/** What only a metric tells. */
const MEASURED =
  /\b(?:request rates?|error (?:rate|ratio)s?|latenc(?:y|ies)|p9\d|percentile|requests? per (?:second|minute)|response times?|success rates?|load average|bytes per second)\b/;
const DATA_FILE = /\.(?:csv|tsv|parquet|jsonl?|ndjson|duckdb|ddb|db)(?:\.gz|\.zst)?$/i;

const fill = (template: string, matchers: readonly string[], range: string, quantile: string): string =>
  template
    .replaceAll("%Q", quantile)
    .replaceAll("%R", range)
    .replaceAll(
      /\{%L(,?)/g,
      (_all, comma: string) => `{${matchers.join(",")}${matchers.length > 0 ? comma : ""}`,
    )
    .replaceAll("{}", "");

function topOf(reading: Reading): number | undefined {
  const hit = reading.find(/\b(?:top|first|biggest|worst|busiest|highest|largest) (‹num›)/) ??
    reading.find(
      /(‹num›) (?:\S+ ){0,3}?(?:with (?:the )?(?:most|highest|largest|biggest|greatest)|most|highest|busiest|biggest|largest|slowest|worst|hungriest|top|using the most|consuming the most)\b/,
    );
  const raw = hit?.token(1)?.raw;
  if (raw !== undefined && /^\d{1,4}$/.test(raw)) return Number(raw);
  const words = reading.find(/\b(?:top|the) (three|five|ten|two|four|twenty)\b/)?.groups[1];
  if (words !== undefined) return { two: 2, three: 3, four: 4, five: 5, ten: 10, twenty: 20 }[words];
  if (
    reading.has(
      /\b(?:which|what|who) (?:\S+ ){0,8}?(?:the )?(?:highest|most|largest|biggest|busiest|hottest|slowest|worst)\b/,
    )
  ) return 5;
  return undefined;
}

function quantileOf(reading: Reading): string {
  const percent =
    /\bp(\d\d(?:\.?\d)?)\b|\b(\d\d)(?:th|st|nd|rd)?[ -]percentile\b|\bquantile (0?\.\d+)\b|\b(0\.\d+)[ -]quantile\b/
      .exec(reading.goal);
  const raw = percent?.[1] ?? percent?.[2];
  if (raw !== undefined) {
    return raw.startsWith("99") && raw.length > 2 ? `0.${raw.replace(".", "")}` : `0.${raw.replace(".", "")}`;
  }
  const fraction = percent?.[3] ?? percent?.[4];
  if (fraction !== undefined) return fraction.startsWith(".") ? `0${fraction}` : fraction;
  return reading.has(/\bmedian\b/) ? "0.5" : "0.95";
}

function subjectOf(reading: Reading): MetricSubject | undefined {
  return SUBJECTS.find((subject) => subject.words.test(reading.asked));
}

export function prometheusClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "prometheus-query",
    persona: "sre",
    strength,
    result,
  });
  const named = reading.has(reading.persona === "data_architect" ? NAMED_OUTRIGHT : NAMED) ||
    /\bpromtool\b/.test(reading.goal);
  // A column may be called like a metric, and SQL sums too: to who asks about data Prometheus must be named.
  if (
    reading.persona === "data_architect" && !reading.has(/\b(?:prometheus|(?<!‹)promql|promtool)\b/) &&
    (reading.has(/\b(?:rows?|columns?|csv|parquet|table|file|sql|duckdb|dbt|sqlmesh)\b/) ||
      reading.literals("path").some((token) => DATA_FILE.test(token.raw)))
  ) return undefined;
  if (reading.has(/\bpromtool (?:check|test|tsdb|debug|push)\b/)) {
    return claim(STRENGTH.named, { kind: "refuse", reason: "promtool is allowed its queries only" });
  }
  const elsewhere = reading.askedLiterals("url")[0] ??
    reading.find(/\b(?:prometheus|promtool)(?: server)? (?:at|on|under|behind) (‹(?:host|addr|url)›)/)?.token(
      1,
    );
  if (elsewhere !== undefined && (named || reading.literals("promql").length > 0)) {
    return claim(STRENGTH.named, {
      kind: "refuse",
      reason: `Only the Prometheus of the settings is asked, not "${elsewhere.raw.slice(0, 80)}"`,
    });
  }
  const range = timeRange(reading);
  const length = spanLength(reading)?.text;
  const expressions = reading.literals("promql").filter((token) => !token.pasted);
  const written = expressions.length > 0 ? expressions : reading.literals("promql");
  const spoken = reading.persona !== "data_architect" ||
    reading.has(/\b(?:prometheus|(?<!‹)promql|promtool)\b/);
  const expression = written[0]?.raw ?? (spoken ? bareMetric(reading, named) : undefined);
  const steps = (text: string, strength: number, says = ""): Claim => {
    const overTime = range.since !== undefined && !text.includes(`[${length}]`);
    const slots: Record<string, Slots[string]> = { expression: text };
    if (overTime && range.since !== undefined) {
      slots.start = range.since;
      slots.end = range.until ??
        new Date(Math.floor(reading.now.getTime() / 1000) * 1000).toISOString().replace(".000Z", "Z");
      slots.step = stepOf(reading) ?? stepFor(Date.parse(slots.end) - Date.parse(range.since));
    }
    return claim(strength, {
      kind: "steps",
      intent: "metric",
      about: { expression: text, ...(says === "" ? {} : { subject: says }) },
      steps: [{
        tool: "prometheus-query",
        form: overTime ? "range" : "instant",
        slots,
        why: `asks Prometheus for ${text}`,
      }],
    });
  };
  if (expression !== undefined) {
    const more = written.slice(1, 4).map((token) => token.raw);
    const first = steps(expression, STRENGTH.named);
    if (more.length === 0 || first.result.kind !== "steps") return first;
    const others = more.flatMap((text) => {
      const one = steps(text, STRENGTH.named);
      return one.result.kind === "steps" ? one.result.steps : [];
    });
    return claim(STRENGTH.named, { ...first.result, steps: [...first.result.steps, ...others] });
  }
  const subject = subjectOf(reading);
  const vague = subject?.id === "up" && !named &&
    !/\b[\w.-]+:\d{2,5}\b/.test(reading.goal.slice(0, 4096)) &&
    !reading.has(/\b(?:exporters?|scrape\w*|up metric|(?:instance|target|job) \S*[a-z0-9]\S*)\b/);
  if (subject === undefined || vague) {
    if (!named) return undefined;
    if (subject === undefined) {
      const strong = reading.has(
        /\b(?:promql|promtool|query|queries|metrics?|expression|according to|ask|asks|say|says|prometheus (?:for|about|,|:)|from prometheus|in prometheus)\b/,
      ) || /^(?:\S+ )?prometheus\b/.test(reading.asked);
      return claim(strong ? STRENGTH.clear : STRENGTH.hint, {
        kind: "ask",
        question: "Which metric or PromQL expression?",
      });
    }
  }
  if (subject === undefined) return undefined;
  if (!named && reading.has(KUBE_ONLY) && !reading.has(MEASURED)) return undefined;
  const explicit = reading.has(/\b(?:prometheus|promql|promtool|metrics?)\b/);
  const overTime = range.since !== undefined;
  if (
    subject.id === "restarts" && !explicit &&
    !(overTime && reading.has(/\b(?:rate|graph|trend|how many|number of|count)\b/))
  ) {
    return undefined;
  }
  const labels = labelsOf(reading, subject);
  const template =
    (labels.about === "pod" ? subject.pod : labels.about === "service" ? subject.service : subject.host) ??
      subject.host ?? subject.pod ?? subject.service ?? "up{%L}";
  const window = subject.id === "restarts" ? length ?? (overTime ? "1d" : "1h") : "5m";
  let text = fill(template, labels.matchers, window, quantileOf(reading));
  text = shaped(reading, subject.id, text);
  const top = topOf(reading);
  if (subject.id === "up" && reading.has(/\b(?:down|not up|missing|unreachable|dead|failing|offline)\b/)) {
    text = `${text} == 0`;
  }
  const threshold = reading.find(
    /\b(?:above|over|more than|exceed\w*|beyond|greater than|higher than|at least) (‹(?:percent|num)›)/,
  )?.token(1)?.raw;
  if (threshold !== undefined && /^\d+(?:\.\d+)?%?$/.test(threshold) && subject.unit === "percent") {
    text = `${text} > ${threshold.replace("%", "")}`;
  } else if (top !== undefined && subject.id !== "up") text = `topk(${top}, ${text})`;
  if (!isPromql(text)) {
    return claim(STRENGTH.clear, { kind: "ask", question: "Which metric or PromQL expression?" });
  }
  const clear = explicit ||
    subject.id !== "network" && subject.id !== "load" && subject.id !== "request-rate" &&
      subject.id !== "latency" ||
    labels.matchers.length > 0 ||
    reading.has(
      /\b(?:request rate|requests? per|latency|response times?|rps|qps|network traffic|throughput|load average|percentile|bandwidth)\b/,
    );
  if (!clear && subject.id !== "load" && labels.about === undefined) {
    return claim(STRENGTH.hint, {
      kind: "ask",
      question: "Of which job, instance or service, and which metric?",
    });
  }
  const says = subject.id === "latency" ? `${quantileOf(reading)} quantile of ${subject.says}` : subject.says;
  return steps(text, explicit ? STRENGTH.named : clear ? STRENGTH.clear : STRENGTH.hint, says);
}

/** A bare metric with the labels and the comparison that the goal puts to it: "go_goroutines for job api", "node_load5 > 4". */
function withLabels(reading: Reading, metric: Token): string {
  const rest = { ...NO_SUBJECT, id: "named" };
  const introduced = reading.has(
    /\b(?:job|instance|namespace|pod|container|host|node|server|machine)s? (?:called |named |= ?)?\S/,
  ) ||
    /\w=~?"/.test(reading.goal);
  const { matchers } = introduced ? labelsOf(reading, rest) : { matchers: [] };
  const behind = /^\s*(==|!=|>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)(?![\w.:-])/.exec(
    reading.goal.slice(metric.end, metric.end + 40),
  );
  const text = `${metric.raw}${matchers.length > 0 ? `{${matchers.join(",")}}` : ""}${
    behind === null ? "" : ` ${behind[1]} ${behind[2]}`
  }`;
  return isPromql(text) ? text : metric.raw;
}

/** A metric's name written out, or `up` behind a word that makes it one. */
function bareMetric(reading: Reading, named: boolean): string | undefined {
  for (const token of reading.text.tokens) {
    if (token.pasted || token.literal !== "name") continue;
    if (
      METRIC_NAME.test(token.raw) && isPromql(token.raw) &&
      (named ||
        /^(?:node|kube|container|process|go|http|grpc|prometheus|apiserver|kubelet|etcd|probe|scrape)_\w+$|_(?:total|bytes|seconds|bucket)$/
          .test(token.raw))
    ) {
      return withLabels(reading, token);
    }
  }
  if (
    reading.persona === "sre" &&
    reading.has(
      /\b(?:prometheus|query|promql|promtool|metric|expression|prom) (?:\S+ ){0,3}?(?:for|is|of|query|metric|:|called|expression|evaluate) up(?: |$)|\b(?:metric|expression|query|prometheus|value of) up(?: |$)|\bup metric\b/,
    )
  ) return "up";
  if (named) {
    const metric = reading.find(/\b(?:metric|series|expression|gauge|counter) (?:called |named )?(\S+)/)
      ?.token(1);
    if (
      metric !== undefined && (metric.literal === "name" || metric.literal === "quoted") &&
      isPromql(metric.raw) && !/^\d/.test(metric.raw) && /_/.test(metric.raw)
    ) {
      return metric.raw;
    }
  }
  return undefined;
}

/** The step that the goal names: "in steps of 5m", "every 30s", "--step=1m". */
const stepOf = (reading: Reading): string | undefined =>
  /(?:\bsteps?(?: size| width)?(?: of| is|:| shall be| should be| must be| being)?|\bresolution(?: of)?|\bevery|\binterval(?: of)?|--step)[ =](\d{1,6}(?:s|m|h|d))\b/i
    .exec(reading.goal.slice(0, 8192))?.[1] ??
    /\b(\d{1,6}[smhd])[ -](?:steps?|resolution)\b/i.exec(reading.goal.slice(0, 8192))?.[1];

/** About 120 points over the range, a minute at least. */
function stepFor(ms: number): string {
  const seconds = Math.max(60, Math.ceil(ms / 120_000));
  return `${Math.min(999_999, seconds)}s`;
}
