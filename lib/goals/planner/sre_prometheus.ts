/**
 * Goals that a PromQL query answers: expressions as they stand, and subjects with a well-known metric.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import { type MetricSubject, SUBJECTS } from "./lexicon/metrics.ts";
import type { Reading } from "./reading.ts";
import { isPromql } from "./text/spans.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";
import { spanLength, timeRange } from "./times.ts";

const NAMED =
  /\b(?:prometheus|promql|promtool|prom|node exporter|node_exporter|metrics?|time series|timeseries)\b/;
const KUBE_ONLY =
  /\b(?:limits?|requests? and limits|quotas?|pressure|insufficient|oomkilled|oom killed|claims?|persistent|storage classes|out of memory|policies|policy|ingress(?:es)?|kubectl|configmaps?|crash looping|crashing|pending|evicted)\b/;
/** What only a metric tells. */
const MEASURED =
  /\b(?:request rates?|error (?:rate|ratio)s?|latenc(?:y|ies)|p9\d|percentile|requests? per (?:second|minute)|response times?|success rates?|load average|bytes per second)\b/;
const METRIC_NAME =
  /^[a-zA-Z_:][a-zA-Z0-9_:]*_(?:total|bytes|seconds|count|sum|bucket|info|ratio|percent|created|celsius|status|state|ready|replicas|available|size|errors|failures|restarts|load\d*|free|used|limit|usage|current|max|min|time|timestamp_seconds|requests|connections|lag|depth|length|pods|up|offset|success|failed|duration|hits|misses)$|^(?:node|kube|container|process|go|http|grpc|prometheus|apiserver|kubelet|etcd|coredns|nginx|redis|mysql|pg|postgres|kafka|jvm|probe|scrape|rabbitmq|haproxy|envoy|istio|traefik|windows|mongodb|elasticsearch|alertmanager|blackbox|cadvisor|machine|namespace|cluster|instance|job)_[a-z0-9_]+$/;

/** A label's value, safe inside a PromQL string. */
const quoted = (value: string): string => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
/** A value inside a regular expression of PromQL. */
const escaped = (value: string): string =>
  // A dot stays as it is, so that an address can be read and found again; it matches itself.
  value.replace(/[+*?()[\]{}|^$\\]/g, "\\$&");

/** Names of network interfaces and disks. */
const DEVICE =
  /^(?:(?:eth|ens|eno|enp|wlan|wlp|bond|br|wg|tun|tap|veth|team)\d\w*|(?:sd|vd|xvd|hd)[a-z]\d?|nvme\d\w*|dm-\d+)$/;

/** Stands for the subject where a metric is written out. */
const NO_SUBJECT: MetricSubject = { id: "named", says: "", words: /$^/, host: "", unit: "" };

const DATA_FILE = /\.(?:csv|tsv|parquet|jsonl?|ndjson|duckdb|ddb|db)(?:\.gz|\.zst)?$/i;

interface Labels {
  readonly matchers: readonly string[];
  readonly about: "host" | "pod" | "service" | undefined;
}

const STOP = new Set(
  ("the a an of on in at for is are was and or with to by per all every each any our my that this which what these those has have now right " +
    "usage use load high highest most least last 5xx 4xx over during since please according prometheus requests request rate called named job instance our prod container containers " +
    "server servers host hosts node nodes pods services currently yesterday today moment used free left space memory cpu disk network metrics " +
    "only just still be been does do did it its so as if than from between above below under more less than")
    .split(" "),
);

/** Words that stand where a service's name could and name none. */
const NOBODY = new Set(
  ("system systems cluster clusters website site platform everything anything things stuff users user customers customer clients client people " +
    "production environment kubernetes servers machines database databases internet requests calls responses errors total average week month " +
    "hour day morning night afternoon evening minutes hours days seconds service services app application applications apis jobs job backend " +
    "backends endpoint endpoints company team us it them me you each every general percent seconds minute second time that there here being worse " +
    "better getting high higher low lower slow slower fast faster up down rising growing increasing going doing running returned failed failing fail " +
    "answer answered return returns respond been how much many good bad ok okay normal http https get post status code codes prometheus prom detail")
    .split(" "),
);

/** After "job", "container", "instance" only these are no name. */
const NO_LABEL = new Set(
  ("the a an of on in at for is are was were and or with to by from per all every each any our my that this which what these those has have had now over " +
    "during since did does do been be right called named last yesterday today most least highest lowest name names label labels count status usage using " +
    "restarts restarting memory cpu latency error errors requests request rate according has it its so as if than between")
    .split(" "),
);

function nameAfter(
  token: Token | undefined,
  loose: boolean,
  goal: string,
  stop: ReadonlySet<string> = STOP,
): string | undefined {
  if (
    token === undefined || stop.has(token.canon) || /^p\d\d(?:\.\d+)?$/.test(token.canon) ||
    /^[,.;:?!=]$/.test(token.canon)
  ) return undefined;
  if (token.literal !== undefined && !["name", "quoted", "host", "addr", "num"].includes(token.literal)) {
    return undefined;
  }
  if (token.literal === "num") return undefined;
  if (token.literal === "addr") return goal.slice(token.start, token.end);
  if (!loose && token.literal === undefined && isKnownWord(token.canon)) return undefined;
  return token.raw;
}

function labelsOf(reading: Reading, subject: MetricSubject): Labels {
  const matchers: string[] = [];
  let about: Labels["about"];
  const add = (text: string): void => {
    if (!matchers.includes(text)) matchers.push(text);
  };
  const written =
    /(?:^|[\s{,("'])(job|instance|namespace|pod|node|container|service|handler|path|method|code|status|device|mountpoint|cluster|env|environment|region|zone|app|team|host|hostname|nodename|deployment|le|quantile|exported_\w+|[a-z]+_[a-z_]+)\s?(=~|!=|!~|=)\s?["']?([^\s"',;}]{1,200})["']?/g;
  for (let hit = written.exec(reading.goal); hit !== null; hit = written.exec(reading.goal)) {
    const value = (hit[3] ?? "").replace(/[?.!)]+$/, "");
    if (value !== "") add(`${hit[1]}${hit[2]}${quoted(value)}`);
    if (/^(?:namespace|pod|container)$/.test(hit[1] ?? "")) about = "pod";
    if (/^(?:instance|node|host|nodename)$/.test(hit[1] ?? "")) about = "host";
  }
  // Any other label, when its value stands in quotes.
  for (
    const [, label = "", sign = "", value = ""] of reading.goal.slice(0, 8192).matchAll(
      /(?:^|[\s{,("'])([a-z_]\w{0,40})\s?(=~|!=|!~|=)\s?"([^"\n]{1,200})"/g,
    )
  ) add(`${label}${sign}${quoted(value)}`);
  for (const token of reading.text.tokens) {
    const mounted = token.pasted ? null : /^([A-Za-z0-9][\w.-]{0,80}):(\/[\w./-]*)$/.exec(token.raw);
    if (mounted?.[1] === undefined || subject.id !== "disk") continue;
    add(`instance=~${quoted(`${escaped(mounted[1])}(:[0-9]+)?`)}`);
    add(`mountpoint=${quoted(mounted[2] ?? "/")}`);
    about = "host";
  }
  const device = subject.id.startsWith("network") || subject.id.startsWith("disk")
    ? reading.text.tokens.find((token) => !token.pasted && DEVICE.test(token.raw))
    : undefined;
  if (device !== undefined) add(`device=${quoted(device.raw)}`);
  const spoken = (
    pattern: RegExp,
    make: (name: string) => string,
    kind: Labels["about"],
    loose = true,
    stop: ReadonlySet<string> = STOP,
  ): void => {
    for (const hit of reading.every(pattern)) {
      const names = [hit.token(1), hit.token(2)].map((token, index) =>
        nameAfter(token, loose && index === 0, reading.goal, index === 0 ? stop : STOP)
      );
      const [first, second] = names;
      if (first === undefined) continue;
      if (second !== undefined) {
        const text = make(first);
        const label = text.slice(0, text.search(/[=!]/));
        add(
          `${label}=~${
            quoted([first, second].map(escaped).join("|") + (label === "instance" ? "(:[0-9]+)?" : ""))
          }`,
        );
      } else if (make(first) !== "") add(make(first));
      else continue;
      about ??= kind;
    }
  };
  const instance = (name: string): string =>
    /:\d+$/.test(name) ? `instance=${quoted(name)}` : `instance=~${quoted(`${escaped(name)}(:[0-9]+)?`)}`;
  const tail = "(\\S+)(?: (?:and|or|,) (?:of |on )?(?:the )?(?:\\S+ )??(\\S+))?";
  const and = new RegExp(`\\binstances? (?:called |named |is |= ?)?${tail}`);
  spoken(and, instance, "host", false);
  spoken(
    /\b(?:nodes?|nod|hosts?|servers?|machines?|vm|worker|workers) (?:called |named )?(\S+)(?: and (\S+))?/,
    instance,
    "host",
    false,
  );
  spoken(
    /\bjobs? (?:called |named |is |= ?)?(\S+)(?: and (\S+))?/,
    (name) => `job=${quoted(name)}`,
    "service",
    true,
    NO_LABEL,
  );
  spoken(
    /\bnamespaces? (?:called |named |is |= ?)?(\S+)(?: and (\S+))?/,
    (name) => `namespace=${quoted(name)}`,
    "pod",
  );
  spoken(/(?:^|, |; |\? )(\S+) (?:service|api|app)\b/, (name) => `job=${quoted(name)}`, "service");
  spoken(/^(?!prometheus )(\S+) : /, (name) => `job=${quoted(name)}`, "service");
  spoken(/\b(?:the|of|for|our|by) (\S+) job\b/, (name) => `job=${quoted(name)}`, "service");
  spoken(/\b(\S+) pods?\b/, (name) => `pod=~${quoted(`${escaped(name)}.*`)}`, "pod", false);
  spoken(
    /\b(?:does|did|is) (?:the |our )?(\S+) (?:service |job |api |app )?(?:return|serve|get|have|receive|handle|answer|take|see|produce|process|throw|serving|getting|returning|handling|using|use|consume|responding|respond|sending|send)s?\b/,
    (name) => `job=${quoted(name)}`,
    "service",
  );
  spoken(/\b(?:the|in|of|for) (\S+) namespace\b/, (name) => `namespace=${quoted(name)}`, "pod");
  spoken(
    /\bpods? (?:called |named |= ?)?(\S+)/,
    (name) => `pod=~${quoted(`${escaped(name)}.*`)}`,
    "pod",
    false,
  );
  spoken(
    /\bcontainer (?:called |named |= ?)?(\S+)(?= (?:in|of|from|inside)\b|$)/,
    (name) => `container=${quoted(name)}`,
    "pod",
    true,
    NO_LABEL,
  );
  spoken(/\bcontainers? (?:called |named |= ?)?(\S+)/, (name) => `container=${quoted(name)}`, "pod", false);
  spoken(
    /\b(?:device|interface|nic) (?:called |named )?(\S+)/,
    (name) => `device=${quoted(name)}`,
    "host",
    false,
  );
  for (const path of reading.askedLiterals("path")) {
    if (subject.id === "disk" && path.raw.startsWith("/")) add(`mountpoint=${quoted(path.raw)}`);
    else if (path.raw.startsWith("/") && (subject.service !== undefined)) add(`handler=${quoted(path.raw)}`);
  }
  if (subject.service !== undefined && !matchers.some((text) => /^(?:job|service)/.test(text))) {
    spoken(
      /\b(?:services?|apps?|application|api|deployment|endpoint|component|backend|frontend) (?:called |named )(\S+)/,
      (name) => `job=${quoted(name)}`,
      "service",
    );
    spoken(
      /\b(?:to|of|for|by|from|on|in|does|is|the|our) (?:the |our )?(\S+) (?:service|app|application|api|backend|frontend|deployment|component|server|servers|endpoint|gateway)\b/,
      (name) => `job=${quoted(name)}`,
      "service",
    );
    spoken(
      /\b(?:service|app|application|backend|frontend|component) (?!(?:level|quality|time|rate|which|that|response)\b)(\S+)/,
      (name) => NOBODY.has(name.toLowerCase()) ? "" : `job=${quoted(name)}`,
      "service",
    );
    spoken(
      /\b(?:api|deployment) (\S+)/,
      (name) => `job=${quoted(name)}`,
      "service",
      false,
    );
  }
  if (matchers.every((text) => text.startsWith("device=") || text.startsWith("mountpoint="))) {
    // A name that nothing introduces: host-like (`web-07`, `db-2:9100`), else a job's.
    for (const token of reading.text.tokens) {
      if (
        token.pasted ||
        (token.literal !== "name" && token.literal !== "addr" && token.literal !== "host" &&
          token.literal !== "quoted")
      ) continue;
      const raw = token.literal === "addr" ? reading.goal.slice(token.start, token.end) : token.raw;
      if (
        DEVICE.test(raw) || METRIC_NAME.test(raw) || /^(?:node[-_]exporter|p\d\d)$/.test(raw) ||
        /^\d/.test(raw) && token.literal === "name"
      ) continue;
      if (token.literal === "addr" || /:\d+$/.test(raw) || (/\d/.test(raw) && subject.host !== undefined)) {
        add(instance(raw));
      } else if (subject.service !== undefined || subject.host === undefined) add(`job=${quoted(raw)}`);
      else add(instance(raw));
      about ??= /:\d+$|\d/.test(raw) ? "host" : "service";
      break;
    }
  }
  const vague = subject.id === "latency" &&
    !reading.has(
      /\b(?:latenc\w+|response\w*|durations?|p\d\d|percentile|quantile|median|requests?|milliseconds|how (?:fast|quick\w*|long))\b/,
    );
  if (matchers.length === 0 && subject.service !== undefined && !vague) {
    for (
      const hit of reading.every(
        /\b(?:of|for|on|to|in|by|from|does|is|has) (?:the |our )?(\S+)(?: (?:now|right|over|in|during|last|past|for|since|this|today|yesterday|at|currently|have|has|fails?|failing|failed|answers?|return|returns|get|gets|,|\?|\.)|$)/,
      )
    ) {
      const token = hit.token(1);
      const name = NOBODY.has(token?.canon ?? "") ? undefined : nameAfter(token, true, reading.goal);
      if (name === undefined || !/^[A-Za-z][\w.-]*$/.test(name)) continue;
      add(`job=${quoted(name)}`);
      about ??= "service";
      break;
    }
  }
  if (about === undefined && reading.has(/\b(?:pods?|containers?|namespaces?|workloads?)\b/)) about = "pod";
  if (
    about === undefined &&
    reading.has(/\b(?:hosts?|servers?|nodes?|machines?|instances?|boxes|vms?|computers?)\b/)
  ) about = "host";
  return { matchers, about };
}

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
  const named = reading.has(NAMED) || /\bpromtool\b/.test(reading.goal);
  // A column may be called like a metric, and SQL sums too: to who asks about data Prometheus must be named.
  if (
    reading.persona === "data_architect" && !reading.has(/\b(?:prometheus|(?<!‹)promql|promtool)\b/) &&
    (reading.has(/\b(?:rows?|columns?|csv|parquet|table|file|sql|duckdb|dbt|sqlmesh)\b/) ||
      reading.literals("path").some((token) => DATA_FILE.test(token.raw)))
  ) return undefined;
  if (reading.has(/\bpromtool (?:check|test|tsdb|debug|push)\b/)) {
    return claim(STRENGTH.named, { kind: "refuse", reason: "promtool is allowed its queries only" });
  }
  const range = timeRange(reading);
  const length = spanLength(reading)?.text;
  const expressions = reading.literals("promql").filter((token) => !token.pasted);
  const written = expressions.length > 0 ? expressions : reading.literals("promql");
  const expression = written[0]?.raw ?? bareMetric(reading, named);
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

/** Labels that a goal may want the values by: "per instance". */
const GROUPS: Readonly<Record<string, string>> = {
  instance: "instance",
  host: "instance",
  server: "instance",
  machine: "instance",
  node: "instance",
  handler: "handler",
  endpoint: "handler",
  path: "path",
  route: "route",
  code: "code",
  method: "method",
  status: "status",
  namespace: "namespace",
  pod: "pod",
  container: "container",
  job: "job",
  service: "job",
  device: "device",
  interface: "device",
};

/** What the goal says beyond the subject: which codes, which direction, by which label. */
function shaped(reading: Reading, subject: string, expression: string): string {
  let text = expression;
  if (subject === "error-ratio") {
    if (reading.has(/\b(?:4xx|client errors?|4\S{0,2}s)\b/) && !reading.has(/\b5xx\b/)) {
      text = text.replace('code=~"5.."', 'code=~"4.."');
    }
    const code =
      /\b(?:http|status|code|error)s? ?(?:code )?([45]\d\d)\b|\b([45]\d\d)s?\b (?:rate|errors?|responses?|ratio)/i
        .exec(reading.goal);
    const exact = code?.[1] ?? code?.[2];
    if (exact !== undefined) text = text.replace(/code=~"[45]\.\."/, `code="${exact}"`);
    if (reading.has(/\b(?:success(?:ful)? (?:rates?|ratio|requests?)|availability of)\b/)) {
      text = `1 - ${text}`;
    }
  }
  if (subject === "network") {
    const both = / \+ rate\((?:node|container)_network_transmit_bytes_total.*\)\)$/;
    if (reading.has(/\b(?:dropped|drops|dropping)\b/)) text = text.replaceAll("_bytes_total", "_drop_total");
    else if (reading.has(/\bnetwork errors?\b|\berrors on\b/)) {
      text = text.replaceAll("_bytes_total", "_errs_total");
    }
    const received = reading.has(
      /\b(?:received|receives?|receiving|incoming|inbound|ingress traffic|downloads?|coming in|arriving)\b/,
    );
    const sent = reading.has(
      /\b(?:sent|sends?|sending|outgoing|outbound|egress|uploads?|transmit\w*|leaving|going out)\b/,
    );
    if (received && !sent) text = text.replace(both, ")");
    else if (sent && !received) {
      text = text.replace(/rate\((?:node|container)_network_receive_\w+\{?[^()]*\[[^\]]*\]\) \+ /, "");
    }
  }
  const by = reading.find(
    /\b(?:per|by|for each|for every|of each|each|every|grouped by|broken down by|split by) (instance|host|server|machine|node|handler|endpoint|path|route|code|method|status|namespace|pod|container|job|service|device|interface)s?\b/,
  )?.groups[1] ?? reading.find(/\b(?:which|top (?:‹num›|\S+)) (namespace|pod|container)s?\b/)?.groups[1];
  const label = by === undefined ? undefined : GROUPS[by];
  if (label !== undefined) {
    text = text.replaceAll(/\b(sum|avg) by \((le, )?[a-z, ]+\)/g, `$1 by ($2${label})`);
  }
  return text;
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
  /(?:\bsteps?(?: size| width)?(?: of| is|:)?|\bresolution(?: of)?|\bevery|\binterval(?: of)?|--step)[ =](\d{1,6}(?:s|m|h|d))\b/i
    .exec(reading.goal.slice(0, 8192))?.[1] ??
    /\b(\d{1,6}[smhd])[ -](?:steps?|resolution)\b/i.exec(reading.goal.slice(0, 8192))?.[1];

/** About 120 points over the range, a minute at least. */
function stepFor(ms: number): string {
  const seconds = Math.max(60, Math.ceil(ms / 120_000));
  return `${Math.min(999_999, seconds)}s`;
}
