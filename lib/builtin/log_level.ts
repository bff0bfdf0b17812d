/**
 * The level of a log message, from its text or from a level field.
 *
 * @module
 */
import { LOG_LEVELS, type LogLevel } from "./log_types.ts";

/** Index into {@link LOG_LEVELS}; 0 is `unknown`. */
export type LevelNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const UNKNOWN = 0, TRACE = 1, DEBUG = 2, INFO = 3, WARNING = 4, ERROR = 5, FATAL = 6;

const NAMES: Readonly<Record<string, LevelNumber>> = {
  trace: TRACE,
  finest: TRACE,
  finer: TRACE,
  verbose: TRACE,
  verb: TRACE,
  vrb: TRACE,
  trc: TRACE,
  silly: TRACE,
  debug: DEBUG,
  dbg: DEBUG,
  fine: DEBUG,
  config: DEBUG,
  d: DEBUG,
  d1: DEBUG,
  info: INFO,
  inf: INFO,
  information: INFO,
  informational: INFO,
  notice: INFO,
  default: INFO,
  log: INFO,
  success: INFO,
  i: INFO,
  warn: WARNING,
  warning: WARNING,
  wrn: WARNING,
  w: WARNING,
  err: ERROR,
  eror: ERROR,
  error: ERROR,
  severe: ERROR,
  e: ERROR,
  crit: FATAL,
  critical: FATAL,
  alert: FATAL,
  emerg: FATAL,
  emergency: FATAL,
  fatal: FATAL,
  ftl: FATAL,
  panic: FATAL,
  dpanic: FATAL,
  f: FATAL,
  c: FATAL,
};

/** Severities 0-7 of syslog (RFC 5424, table 2): emergency, alert, critical, error, warning, notice, informational, debug. */
const SYSLOG: readonly LevelNumber[] = [FATAL, FATAL, FATAL, ERROR, WARNING, INFO, INFO, DEBUG];

/** The level for a syslog severity, 0 to 7. */
export function syslogLevel(severity: number): LevelNumber {
  return SYSLOG[severity] ?? UNKNOWN;
}

/**
 * The level that a field holds: a name in any case, a syslog severity (0-7) or a number of bunyan and pino (10-60).
 *
 * @example
 * ```ts
 * import { fieldLevel } from "./log_level.ts";
 * import { LOG_LEVELS } from "./log_types.ts";
 * console.assert(LOG_LEVELS[fieldLevel("50")] === "error" && LOG_LEVELS[fieldLevel("WARN")] === "warning");
 * ```
 */
export function fieldLevel(value: string): LevelNumber {
  const text = value.trim().toLowerCase();
  if (/^\d{1,4}$/.test(text)) {
    const number = Number(text);
    if (number <= 7) return syslogLevel(number);
    // Google Cloud's severities are hundreds; below them bunyan's tens.
    if (number >= 100) {
      return ([UNKNOWN, DEBUG, INFO, INFO, WARNING, ERROR, FATAL] as const)[
        Math.min(6, Math.floor(number / 100))
      ]!;
    }
    return number < 20
      ? TRACE
      : number < 30
      ? DEBUG
      : number < 40
      ? INFO
      : number < 50
      ? WARNING
      : number < 60
      ? ERROR
      : FATAL;
  }
  return Object.hasOwn(NAMES, text) ? NAMES[text]! : UNKNOWN;
}

/** Written levels: upper case as a word of its own, or any case where only a level stands (`[error]`, `level=warn`, `error:`). */
const UPPER =
  /(?<![A-Za-z0-9_=/.])(TRACE|FINEST|FINER|VERBOSE|DEBUG|DBG|FINE|CONFIG|INFO|INF|NOTICE|LOG(?=:)|WARN|WARNING|WRN|ERROR|ERR|SEVERE|CRIT|CRITICAL|ALERT|EMERG|FATAL|FTL|PANIC|DPANIC)(?![A-Za-z0-9_=.])/;
const MARKED =
  /(?:[[<(|](?:[a-z0-9_]{1,20}:)?|\b(?:level|lvl|severity|loglevel|levelname)["']?[=:]\s?["']?|^\s*)(trace|debug|info|information|notice|warn|warning|err|error|severe|crit|critical|alert|emerg|fatal|panic|dbg|inf|wrn|ftl|trc|vrb)(?:[\]>)|"',]|(?<==[a-z]{3,11})\s|:(?!\/))/i;
const LETTERED = /(?:^|[\s|])[[(]?([DIWEF])[\])|](?:\s|$)|^([DIWEF])\/[A-Za-z]|\s\|\s?([DIWEF])\s?\|/;

/** One of these words by itself: `libgpg-error`, `/errors/list` and `error.log` are names, and say nothing. */
const word = (...words: readonly string[]): RegExp =>
  new RegExp(`(?<![\\w/.-])(?:${words.join("|")})(?![\\w/-]|\\.\\w)`, "i");

const WORDS: readonly (readonly [LevelNumber, RegExp])[] = [
  [
    FATAL,
    word(
      "panic",
      "fatal",
      "segfault",
      "segmentation fault",
      "out of memory",
      "oom-kill(?:er)?",
      "kernel BUG",
      "core dumped",
    ),
  ],
  [
    ERROR,
    word(
      "errors?",
      "errno",
      "exceptions?",
      "fail(?:ed|s|ures?)?",
      "traceback",
      "cannot",
      "could not",
      "couldn't",
      "unable to",
      "aborted",
      "corrupt(?:ed|ion)?",
      "unreachable",
      "i/o error",
    ),
  ],
  [ERROR, /[a-z](?:Error|Exception)\b/],
  [
    WARNING,
    word(
      "warn(?:ing)?s?",
      "denied",
      "refused",
      "timed out",
      "timeout",
      "deprecated",
      "retrying",
      "rejected",
      "invalid",
      "throttl\\w{1,5}",
      "killed",
    ),
  ],
];
/** "0 errors", "no error", "error_count=0", "without failures": the word is there and says the opposite. */
const HARMLESS =
  /\b(?:0|no|zero|without|without any) (?:\w{1,20} )?(?:error|errors|failure|failures|exceptions?|warnings?)\b|\b(?:error|errors|failed|failures|err)[ =:]+(?:0|nil|null|none|<nil>|false)\b/gi;

/**
 * The level that a message shows. A level that is written near its start counts (`field`); else what its words suggest (`word`).
 * Only the first 160 characters are looked at for a written level, 600 for words.
 */
export function textLevel(text: string): { level: LevelNumber; from: "field" | "word" | "none" } {
  const head = text.slice(0, 160);
  const upper = UPPER.exec(head), marked = MARKED.exec(head);
  const found = upper !== null && (marked === null || upper.index <= marked.index) ? upper[1] : marked?.[1];
  if (found !== undefined) return { level: fieldLevel(found), from: "field" };
  const letter = LETTERED.exec(head.slice(0, 60));
  const single = letter?.[1] ?? letter?.[2] ?? letter?.[3];
  if (single !== undefined) return { level: fieldLevel(single), from: "field" };
  const level = wordLevel(text);
  return { level, from: level === UNKNOWN ? "none" : "word" };
}

/** The level that the words of a message suggest; 0 when none does. */
export function wordLevel(text: string): LevelNumber {
  const said = text.slice(0, 600).replace(HARMLESS, " ");
  for (const [level, words] of WORDS) if (words.test(said)) return level;
  return UNKNOWN;
}

/** The name for a number. */
export function levelName(level: LevelNumber): LogLevel {
  return LOG_LEVELS[level];
}
