/**
 * What is refused whatever else the goal asks: instructions against the rules, commands, sending, writing, places that
 * nobody may read.
 *
 * @module
 */
import { KEEPING, SENDING, SUSPICIONS } from "./lexicon/injection.ts";
import type { Reading } from "./reading.ts";

/** Places that no goal may read: credentials, keys, the kernel's file systems. */
const FORBIDDEN_PATH =
  /^(?:\/(?:proc|sys|dev)(?:\/|$)|\/etc\/(?:g?shadow-?|sudoers(?:\.d)?|ssh|ssl\/private|krb5\.keytab|kubernetes)(?:\/|$)|\/(?:var\/lib\/physiclaw|run\/secrets|var\/run\/secrets)(?:\/|$))|(?:^|\/)\.(?:ssh|kube|aws|gnupg|azure|gcloud|docker|netrc|pgpass|vault-token|git-credentials|npmrc|pypirc|env|my\.cnf|boto|s3cfg|terraformrc|bash_history)(?:\/|$|\.)|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|kubeconfig|admin\.conf|operator\.key|ssh_host_\w+_key|authorized_keys|credentials|terraform\.tfstate)$|\.(?:pem|key|p12|pfx|jks|keytab|kdbx|tfstate)$/i;

/** Goal text for the phrase lists: lower case, blanks collapsed, curly quotes made straight. */
const flat = (goal: string): string =>
  goal.toLowerCase().replace(/[’‘]/gu, "'").replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/gu, "").replace(
    /[^\S\n]+/gu,
    " ",
  );

/** Windows of a long goal: each phrase list looks at bounded pieces, so that no pattern sees 64 KiB at once. */
function* windows(text: string): Generator<string> {
  const size = 2048;
  const overlap = 256;
  if (text.length <= size) {
    yield text;
    return;
  }
  for (let at = 0; at < text.length; at += size - overlap) yield text.slice(at, at + size);
}

const quote = (phrase: string): string => {
  const short = phrase.trim().replace(/\s+/g, " ").slice(0, 80);
  return `"${short}"`;
};

/** True for a path that no tool may open for a goal. */
export const isForbiddenPath = (path: string): boolean => {
  if (FORBIDDEN_PATH.test(path)) return true;
  if (!path.includes("..")) return false;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return FORBIDDEN_PATH.test(`/${parts.join("/")}`);
};

const HARMLESS = /\b(?:without|not|never|don't|do not|no need to)\s+(?:\w+\s+){0,2}$/;

/** Suspicions that a question about what code does may name: "does src/ run shell commands?". */
const AGAINST = new Set(["asks to run a command or a shell"]);

/** "who may run commands as root": a question about rights. */
const asksWho = (before: string): boolean =>
  /\b(?:who|whoever|which (?:\w+ ){0,2}?(?:users?|accounts?|people|persons?|groups?|members?)|(?:users?|accounts?|people|groups?) (?:that|who|which))(?: \w+)? (?:may|can|could|might|is allowed to|are allowed to|has the right to|have the right to|is able to|are able to|is permitted to)(?: also| still)? $/
    .test(before);

/** "I have to write a report: …", "I must send numbers to my boss.": what somebody has to do, not what is asked for. */
const ownWork = (before: string, phrase: string): boolean =>
  /\b(?:i|we) (?:have to|must|need to|should|will|am to|are to|'ll)(?: also| still| then)? $/.test(before) &&
  /^\S+ (?:\S+ ){0,3}?(?:reports?|numbers|figures|forms?|slides?|presentation|summary|statement|update|answer|talk|memo)\b/
    .test(phrase) &&
  !/\b(?:it|them|this|that)\b/.test(phrase);

/** "which store sold …", "stores in x.csv": a verb of keeping that is a noun where it stands. */
const isNoun = (before: string, phrase: string): boolean => {
  const word = /^\s*(\w+)/.exec(phrase)?.[1] ?? "";
  if (/^(?:stores|records|places|logs|prints|outputs|copies)$/.test(word)) return true;
  return /^(?:store|place|record|log|output|print)$/.test(word) &&
    /\b(?:which|what|each|every|per|by|of|the|a|our|this|for|any|no|one|single|\w+est|last|first|duplicate|bad|new|old) $/
      .test(before);
};

/** True when what stands before the phrase asks what a piece of code does. */
const asksAboutCode = (before: string): boolean => {
  const sentence = before.slice(
    Math.max(before.lastIndexOf("\n"), before.lastIndexOf("? "), before.lastIndexOf(". "), -1) + 1,
  );
  return /^\s*(?:does|do|did|is|are|where|which|whether)\b/.test(sentence) &&
    /\b(?:code|python|scripts?|module|package|\.py)\b|\.py\b/.test(sentence);
};

/** Why the goal is refused by what it says, as a sentence; `undefined` when nothing is wrong with it. */
export function forbiddenPhrase(reading: Reading): string | undefined {
  const text = flat(reading.goal);
  // PromQL and SQL have operators that look like a shell's; the corrected text catches what a typing error hides.
  const masked = maskLiterals(reading, text);
  for (const source of masked === reading.asked ? [masked] : [masked, reading.all]) {
    for (const part of windows(source)) {
      for (const { pattern, what } of SUSPICIONS) {
        const hit = pattern.exec(part);
        if (
          hit !== null &&
          !(AGAINST.has(what) &&
            (asksAboutCode(part.slice(0, hit.index)) || asksWho(part.slice(0, hit.index))))
        ) {
          return `The goal ${what}: ${quote(hit[0])}`;
        }
      }
      for (const pattern of SENDING) {
        const hit = pattern.exec(part);
        if (hit !== null && !HARMLESS.test(part.slice(0, hit.index))) {
          if (ownWork(part.slice(0, hit.index), hit[0])) continue;
          return `Nothing is sent away from this host: ${quote(hit[0])}`;
        }
      }
      // A short text in quotes is what is looked for ("drop table"), not where something is to be kept.
      const unquoted = part.replace(
        /["'“][^"'”\n]{1,40}["'”](?=[\s,.?!]|$)/gu,
        (text) => text.includes(".") ? text : "‹quoted›",
      );
      for (const pattern of KEEPING) {
        const hit = pattern.exec(unquoted);
        if (
          hit !== null && !HARMLESS.test(part.slice(0, hit.index)) &&
          !asksAboutCode(part.slice(0, hit.index)) &&
          !isNoun(part.slice(0, hit.index), hit[0])
        ) {
          if (ownWork(unquoted.slice(0, hit.index), hit[0])) continue;
          return `No file is written for a goal: ${quote(hit[0])}`;
        }
      }
    }
  }
  return undefined;
}

/** The flattened text with PromQL and SQL literals blanked out. */
function maskLiterals(reading: Reading, text: string): string {
  const spans = reading.text.tokens.filter((token) => token.literal === "promql" || token.literal === "sql");
  if (spans.length === 0) return text;
  let out = "";
  let at = 0;
  for (const span of spans) {
    out += reading.goal.slice(at, span.start) + ` ${span.literal} `;
    at = span.end;
  }
  return flat(out + reading.goal.slice(at));
}

/** A path of the goal that may not be read, if there is one. */
export function forbiddenPath(reading: Reading): string | undefined {
  for (const token of reading.literals("sql")) {
    const held = [...token.raw.matchAll(/'([^'\n]{1,300})'/g)].map((hit) => hit[1] ?? "").find(
      isForbiddenPath,
    );
    if (held !== undefined) return held;
  }
  for (const token of reading.literals("path", "quoted", "flag", "name")) {
    const raw = token.literal === "flag" ? token.raw.replace(/^--?[\w-]+=?/, "") : token.raw;
    if (!isForbiddenPath(raw)) continue;
    // `ls -l` output names a bare file; only a path with a directory says which one.
    if (token.pasted && !raw.includes("/")) continue;
    // The file's bare name is how people speak of the keys that iam-inspect reports.
    if (raw === "authorized_keys" && reading.persona === "secops") continue;
    return raw;
  }
  return undefined;
}
