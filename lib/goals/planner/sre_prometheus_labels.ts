/**
 * Labels of PromQL that a goal gives: jobs, instances, namespaces, devices, anything written as `name="value"`.
 *
 * @module
 */
import type { MetricSubject } from "./lexicon/metrics.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

/** Names that only metrics have. */
export const METRIC_NAME =
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
export const NO_SUBJECT: MetricSubject = { id: "named", says: "", words: /$^/, host: "", unit: "" };

/** Label matchers that a goal gives, and what they are about. */
export interface Labels {
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

/** The label matchers that the goal gives for a subject. */
export function labelsOf(reading: Reading, subject: MetricSubject): Labels {
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
