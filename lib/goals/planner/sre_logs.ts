/**
 * Goals that log-aggregator answers.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import { extensionOf } from "./text/classify.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";
import { timeRange } from "./times.ts";

const JOURNAL =
  /\b(?:journal|journalctl|journald|system logs?|systemd logs?|system journal|syslog|kernel logs?|kernel messages|dmesg|kernel ring buffer|boot logs?)\b/;
const LOG_WORDS =
  /\b(?:logs?|logged|logging|log lines?|log files?|stack ?traces?|exceptions?|error messages?|warnings?|errors?|complain\w*|message patterns?|panic|traceback|fatal|lines|messages?|bursts?|entries)\b/;
const NAMED = /\blog-aggregator\b|\blog aggregator\b/;

/** File endings that some other tool's goals have. */
const NOT_LOGS = new Set([
  "csv",
  "tsv",
  "parquet",
  "duckdb",
  "db",
  "ddb",
  "sqlite",
  "xlsx",
  "xls",
  "tf",
  "tfvars",
  "py",
  "sql",
]);

const isLogPath = (token: Token): boolean => {
  const raw = token.raw.replace(/\.(?:gz|zst)$/i, "");
  const extension = extensionOf(raw);
  if (NOT_LOGS.has(extension)) return false;
  // Lines of JSON are a log where logs lie, and data elsewhere.
  if (/^(?:json|jsonl|ndjson)$/.test(extension)) return /^\/(?:var\/log|srv|opt|home|tmp)\//.test(raw);
  return /^\/(?:var\/log|srv|opt|home|tmp|var|data|mnt|usr\/local)\b/.test(raw) ||
    ["log", "out", "err", "txt"].includes(extension) || raw !== token.raw ||
    /(?:^|\/)logs?(?:\/|$)|\.log[.\-*]|(?:^|\/)(?:syslog|messages|dmesg)$/.test(raw);
};

/** The systemd unit that a goal names. */
export function unitOf(reading: Reading): string | undefined {
  for (const token of reading.text.tokens) {
    if (!token.pasted && /^[\w@:.\\-]+\.(?:service|timer|socket|mount|target)$/.test(token.raw)) {
      return token.raw;
    }
  }
  const flagged = /(?:^|\s)(?:-u|--unit)[ =]([\w@.:-]{1,200})/.exec(reading.goal);
  if (flagged?.[1] !== undefined) return flagged[1];
  const patterns: readonly RegExp[] = [
    /\b(?:the|of|for|did|has|does) (\S+) (?:systemd )?unit\b/,
    /\b(?:systemd )?units? (?:called |named |of )?(?:the )?(\S+)/,
    /\bjournal(?:ctl|d)? (?:entries |logs? |messages |lines |errors |warnings )?(?:of|for|from|by) (?:the )?(?:systemd )?(?:unit |service |daemon )?(\S+)/,
    /\b(\S+) (?:service )?(?:in|from) the (?:systemd |system )?journal\b/,
    /\bjournal(?:ctl)? (\S+)/,
    /\b(\S+) unit\b/,
    /\bsystemd service (\S+)/,
    /\bthe (\S+) (?:systemd service|journal)\b/,
  ];
  for (const pattern of patterns) {
    for (const hit of reading.every(pattern)) {
      const token = hit.token(1);
      if (token === undefined || NO_UNIT.has(token.canon) || /^[,.;:?!]/.test(token.canon)) continue;
      if (token.literal !== undefined && token.literal !== "name" && token.literal !== "quoted") continue;
      if (!/^[A-Za-z0-9][\w@.:-]*$/.test(token.raw)) continue;
      return token.raw;
    }
  }
  // With the journal named, a daemon's usual name is its unit.
  if (reading.has(JOURNAL)) {
    const daemon = reading.find(
      /\b(sshd|ssh|nginx|docker|containerd|kubelet|postgresql|postgres|mysql|mariadb|redis|cron|crond|rsyslog|haproxy|chronyd|systemd-\S+|networkmanager|firewalld|etcd|apache2|httpd|postfix|dovecot|bind9|named|unbound|keepalived|crio|cri-o|prometheus|grafana|vault|consul|nomad|rabbitmq|rabbitmq-server|mongod|memcached|slapd|auditd|dnsmasq|wpa_supplicant|bluetooth|cups|avahi-daemon|polkit|dbus|udev)\b/,
    )?.token(1);
    if (daemon !== undefined) return daemon.raw;
  }
  return undefined;
}

const NO_UNIT = new Set(
  ("the a an of for from in on at since last this that and or with by which what please is are was were has have had did does do not any all every " +
    "errors error warnings warning entries lines logs log messages only show me us today yesterday over during about say says said anything something " +
    "file files system systemd unit units service services kernel between until around before after past whole entire our your my it its to there " +
    "contain contains complain group grouped summary summarise tests test test-unit price prices storage memory business control processing which each every one any per in to")
    .split(" "),
);

/** Levels that the goal restricts the lines to. */
function levelsOf(reading: Reading): string[] {
  const levels: string[] = [];
  if (reading.has(/\b(?:fatal|fatals|panic|panics|critical|emergency|crit)\b/)) levels.push("fatal");
  if (reading.has(/\b(?:errors?|failures?|exceptions?|stack ?traces?)\b/)) levels.push("error", "fatal");
  if (reading.has(/\bwarnings?\b/)) levels.push("warning");
  const listed = "(?:(?:and|or|,|/) \\w+ )?(?:lines|levels?|messages|entries|logs)";
  if (
    reading.has(new RegExp(`\\bdebug ${listed}\\b`)) || reading.has(/\b(?:at )?level (?:is |= ?)?debug\b/)
  ) levels.push("debug");
  if (
    reading.has(new RegExp(`\\binfo(?:rmation)? ${listed}\\b`)) ||
    reading.has(/\b(?:at )?level (?:is |= ?)?info(?:rmation)?\b/)
  ) levels.push("info");
  if (reading.has(/\btrace (?:lines|level|messages|entries)\b/)) levels.push("trace");
  if (reading.has(/\bwarnings? (?:and|or) (?:above|worse|up|higher|more severe)\b|\bat least warnings?\b/)) {
    levels.push("error", "fatal");
  }
  // Counting per level, or asking for what is odd, looks at every line.
  if (reading.has(/\b(?:per|by|each|all|every) (?:log )?levels?\b/)) return [];
  return [...new Set(levels)];
}

const SOUGHT = new Set(["quoted", "name", "num", "addr", "host", "selector", "email", "blob", "percent"]);
/** Words of the question itself, behind a verb of looking. */
const NO_TEXT = new Set(
  ("the a an any all errors error warnings warning lines line messages message entries entry anything something everything what which patterns pattern " +
    "problems issues bursts exceptions failures fatal stack traces out this that it in more most information logs log noise unusual odd strange repeated new me")
    .split(" "),
);

/** A text that lines must hold: quoted, "containing x", or the pasted line that "this" points at. */
function matchOf(reading: Reading): string | undefined {
  const spoken = reading.find(
    /\b(?:contain(?:s|ing)?|mention(?:s|ing)?|with the (?:text|words?|string)|matching|match(?:es)?|saying|that says?|grep(?: for)?|the (?:text|string|word|phrase|message|line|error)) (‹quoted›|‹name›|\S+)/,
  )?.token(1);
  if (
    spoken !== undefined &&
    (spoken.literal === "quoted" || (spoken.literal === undefined && !isKnownWord(spoken.canon)) ||
      spoken.literal === "name")
  ) {
    return spoken.raw;
  }
  // Behind these an everyday word is a text too; an address, a number or `status=500` anywhere.
  const sought = reading.find(
    /\b(?:contain(?:s|ing)?|mention(?:s|ing)?|with the (?:text|words?|string)|grep(?:ping)?(?: for)?|search(?:ing)? for|look(?:ing)? for|find|hits for|matches for|occurrences of|times does|often does) (?:the (?:word|text|string) )?(\S+)/,
  )?.token(1);
  if (
    sought !== undefined &&
    (sought.literal === undefined ? /^[A-Za-z][\w-]{2,40}$/.test(sought.raw) : SOUGHT.has(sought.literal)) &&
    !NO_TEXT.has(sought.canon)
  ) return sought.raw;
  const pair = reading.askedLiterals("selector").find((token) =>
    !/^(?:unit|level|since|until|top|file|dir|path)=/i.test(token.raw)
  );
  if (pair !== undefined && reading.has(/\b(?:lines?|entries|messages?|requests?|with|where|only)\b/)) {
    return pair.raw;
  }
  const quoted = reading.askedLiterals("quoted")[0];
  if (quoted !== undefined) return quoted.raw;
  if (reading.has(/\b(?:this|that|it|these|above|line|such)\b/)) {
    const first = reading.text.segments.find((segment) => segment.pasted);
    const text = first?.text.trim()
      .replace(/^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s*/, "")
      .replace(/^[A-Z][a-z]{2} {1,2}\d{1,2} [\d:]+ \S+ /, "")
      .replace(/^(?:ERROR|WARN|WARNING|FATAL|INFO|CRITICAL)[:\s]+/, "")
      .trim();
    if (text !== undefined && text.length >= 4) return text.slice(0, 200);
  }
  return undefined;
}

export function logsClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "log-aggregator",
    persona: "sre",
    strength,
    result,
  });
  const named = reading.has(NAMED);
  const asked = reading.askedLiterals("path").filter(isLogPath);
  const words = reading.has(LOG_WORDS);
  const others = reading.askedLiterals("path").filter((token) => !NOT_LOGS.has(extensionOf(token.raw)));
  const candidates = asked.length > 0 ? asked : words || named ? others : [];
  const pasted =
    candidates.length === 0 && words && reading.has(/\b(?:this|that|the) (?:log |same )?(?:file|log)\b/)
      ? reading.literals("path").filter((token) => token.pasted && isLogPath(token))
      : [];
  const paths = [...new Set([...candidates, ...pasted].map((token) => token.raw))];
  const journal = reading.has(JOURNAL);
  const unit = unitOf(reading);
  // "how full is /data on db-9": a mount point, not a log.
  if (
    !named && !words && !journal && unit === undefined &&
    reading.has(
      /\b(?:disks?|full|space|filesystem|file system|mount ?point|mounted|partition|volume|inodes?|free|capacity)\b/,
    )
  ) return undefined;
  if (paths.length === 0 && !journal && unit === undefined) {
    if (named) return claim(STRENGTH.named, { kind: "ask", question: ASK });
    const speaks = reading.has(
      /\b(?:logs?(?! (?:in|on|into|out)\b)|logged(?! (?:in|on|into|out)\b)|logging(?! (?:in|on|into|out)\b)|log lines?|log files?|stack ?traces?|error messages?|error lines|tail)\b/,
    );
    const levels = reading.has(/\b(?:warnings?|errors?|fatal|exceptions?|messages?|lines?)\b/);
    if (speaks) return claim(STRENGTH.clear, { kind: "ask", question: ASK });
    return levels || reading.has(/\bhow (?:often|many times)\b/)
      ? claim(STRENGTH.hint, { kind: "ask", question: ASK })
      : undefined;
  }
  const range = timeRange(reading);
  const slots: Record<string, Slots[string]> = {};
  const levels = levelsOf(reading);
  const match = matchOf(reading);
  if (levels.length > 0 && match === undefined) slots.levels = levels;
  if (match !== undefined) slots.match = match;
  if (range.since !== undefined) slots.since = range.since;
  if (range.until !== undefined) slots.until = range.until;
  const top =
    reading.find(/\b(?:top|the|first) (‹num›) (?:most |top |noisiest |commonest )/)?.token(1)?.raw ??
      reading.find(/\btop (‹num›)/)?.token(1)?.raw;
  if (top !== undefined && /^\d{1,4}$/.test(top) && Number(top) >= 1 && Number(top) <= 1000) slots.top = top;
  const intent = levels.includes("error") || reading.has(/\b(?:error|burst|wrong|fail\w*)\b/)
    ? "log-errors"
    : "log-groups";
  const steps = [];
  if (paths.length > 0) {
    slots.paths = paths.slice(0, 16);
    steps.push({
      tool: "log-aggregator",
      form: "files",
      slots: { ...slots },
      why: `groups the lines of ${paths.slice(0, 3).join(", ")}`,
    });
  }
  if (
    paths.length === 0 ||
    (journal && reading.has(/\b(?:and|also|plus|as well as)\b/) && reading.has(/\bjournal\b/))
  ) {
    const { paths: _paths, ...rest } = slots;
    steps.push({
      tool: "log-aggregator",
      form: "journal",
      slots: unit === undefined ? rest : { ...rest, unit },
      why: unit === undefined ? "groups the journal's lines" : `groups what the unit ${unit} logged`,
    });
  }
  const strength = named || asked.length > 0 || journal ? STRENGTH.named : STRENGTH.clear;
  return claim(strength, { kind: "steps", intent, about: unit === undefined ? {} : { unit }, steps });
}

const ASK = "Which log file, directory or systemd unit?";
