/**
 * Which severity and confidence a goal wants of bandit's findings.
 *
 * @module
 */
import type { Reading } from "./reading.ts";

type Level = "low" | "medium" | "high";
type Scale = "severity" | "confidence";

/** What a goal asks for; each is the least that a finding must have. */
export interface Levels {
  readonly severity?: Level;
  readonly confidence?: Level;
}

const LEVELS: Readonly<Record<string, Level>> = {
  low: "low",
  minor: "low",
  medium: "medium",
  moderate: "medium",
  middling: "medium",
  high: "high",
  critical: "high",
  severe: "high",
  serious: "high",
  highest: "high",
  worst: "high",
};
const ORDER: readonly Level[] = ["low", "medium", "high"];

const SCALES: Readonly<Record<string, Scale>> = {
  severity: "severity",
  severities: "severity",
  confidence: "confidence",
  certainty: "confidence",
};

/** How many words may stand between a level and its scale. */
const REACH = 5;
/** What a level ends at: the scale beyond belongs to another one. */
const FENCE = /^(?:,|;|\.|\?|!|‹path›|with)$/;
/** Nouns that a level says something else of. */
const ELSEWHERE =
  /^(?:levels?|priority|memory|cpu|ports?|time|services?|systems?|paths?|code|modules?|parts?|privileges?|traffic|quality|availability|folder|package|library)$/;
const NEGATED =
  /^(?:no|not|without|ignore|ignoring|skip|skipping|drop|except|excluding|exclude|minus|omit|leave|hide|forget)$/;

/** The scale that the level at `index` is of: the nearest, one behind it before one ahead of it. */
function scaleOf(words: readonly string[], index: number): Scale | undefined {
  for (let away = 1; away <= REACH; away += 1) {
    const ahead = words[index + away];
    const behind = words[index - away];
    const open = (from: number, to: number): boolean =>
      !words.slice(from, to).some((word) => FENCE.test(word) || (Object.hasOwn(SCALES, word)));
    if (ahead !== undefined && Object.hasOwn(SCALES, ahead) && open(index + 1, index + away)) {
      return SCALES[ahead];
    }
    if (behind !== undefined && Object.hasOwn(SCALES, behind) && open(index - away + 1, index)) {
      return SCALES[behind];
    }
  }
  return undefined;
}

const least = (levels: readonly Level[]): Level | undefined => ORDER.find((level) => levels.includes(level));

/** `-lll`, `--severity-level high`, as bandit's own command line has it. */
function flagged(goal: string, scale: Scale): Level | undefined {
  const long = new RegExp(`--${scale}(?:-level)?[ =](low|medium|high)\\b`, "i").exec(goal)?.[1]
    ?.toLowerCase();
  if (long !== undefined) return LEVELS[long];
  const letters = scale === "severity"
    ? /(?:^|\s)-(l{1,3})(?:\s|$)/.exec(goal)?.[1]
    : /(?:^|\s)-(i{1,3})(?:\s|$)/.exec(goal)?.[1];
  return letters === undefined ? undefined : ORDER[letters.length - 1];
}

/**
 * Reads the levels: each level word goes to the scale that is said nearest to it, one without a scale to the severity.
 *
 * @example
 * ```ts
 * import { levelsOf } from "./sec_bandit_levels.ts";
 * import { readGoal } from "./reading.ts";
 * const reading = readGoal("medium severity and up in src, high confidence", {
 *   persona: "secops",
 *   now: new Date(0),
 *   timeZone: "UTC",
 * });
 * console.assert(levelsOf(reading).severity === "medium" && levelsOf(reading).confidence === "high");
 * ```
 */
export function levelsOf(reading: Reading): Levels {
  const words = reading.asked.split(" ");
  const wanted: Record<Scale, Level[]> = { severity: [], confidence: [] };
  const refused: Level[] = [];
  words.forEach((word, index) => {
    const level = Object.hasOwn(LEVELS, word) ? LEVELS[word] : undefined;
    if (level === undefined) return;
    const scale = scaleOf(words, index);
    if (scale === undefined && ELSEWHERE.test(words[index + 1] ?? "")) return;
    if (words.slice(Math.max(0, index - 3), index).some((one) => NEGATED.test(one))) {
      // "nothing below medium" counts as medium; "no low ones" leaves what is above.
      if (level !== "high" && (scale ?? "severity") === "severity") refused.push(level);
      return;
    }
    wanted[scale ?? "severity"].push(level);
  });
  const both =
    /\b(?:severity|confidence) (?:and|&|\/|as well as) (?:the )?(?:confidence|certainty|severity)\b/.test(
      reading.asked,
    );
  const shared = least([...wanted.severity, ...wanted.confidence]);
  const above = refused.length === 0 ? undefined : refused.includes("medium") ? "high" : "medium";
  const severity = flagged(reading.goal, "severity") ?? least(wanted.severity) ?? (both ? shared : above);
  const sure = reading.has(/\b(?:certain|confident|sure of|be sure)\b/) && reading.has(/\bbandit\b/)
    ? "high"
    : undefined;
  const confidence = flagged(reading.goal, "confidence") ?? least(wanted.confidence) ??
    (both ? shared : sure);
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}
