/**
 * The namespaces that a goal names.
 *
 * @module
 */
import { KIND_NAMES } from "./lexicon/kinds.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

/** A name of Kubernetes. */
export const DNS_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Words that stand where a name could and are none. */
export const NO_NAME: ReadonlySet<string> = new Set(
  ("the a an all every any each which what that this these those my our their your its in on of with without for from and or is are was were " +
    "has have had do does did not no one ones called named there here please pls by to at as it so too again now still only also it them " +
    "list show get give check tell status name names level wide scoped labels label namespace namespaces where if whether who how why when " +
    "can could would should please whole entire same other another new old first last next current default-ish yet up down out about across " +
    "inside within among between over under per vs versus than then but plus except resource resources object objects kind kinds " +
    "imagepullbackoff errimagepull crashloopbackoff pending terminating running completed succeeded failed error unknown containercreating evicted " +
    "oomkilled released lost trouble progress backoff maintenance")
    .split(" "),
);

export interface Namespaces {
  readonly names: readonly string[];
  /** The goal says "all of them". */
  readonly all: boolean;
}

/** One more of the same. */
const SAME_FOR =
  /\b(?:the same|same thing|likewise|ditto|as well as|also|and again) (?:for|in|of|with|on) (?:the )?(?:namespace )?(\S+)/;

/** Words behind "in" that are no namespace. */
const NO_PLACE = new Set(
  ("cluster clusters kubernetes prometheus grafana state status phase total detail details general order time minutes seconds hours days line place use sync yaml json " +
    "table format file here there it them any all each which what that this these those namespace namespaces production-like danger question advance " +
    "parallel short full question trouble peace particular fact practice theory future past action service services maintenance progress terminating pending " +
    "failed error running crash loop memory disk cpu space quota region zone house charge vain doubt between between's addition plain words english")
    .split(" "),
);

/** Behind "namespace" these are names as well as adjectives. */
const NAMES_TOO = new Set("old new first last next current default same test".split(" "));

/** The name that a token gives; `undefined` where it gives none. `behind`: it stands behind "namespace". */
export const asName = (token: Token | undefined, behind = false): string | undefined => {
  if (token === undefined || (NO_NAME.has(token.canon) && !(behind && NAMES_TOO.has(token.canon)))) {
    return undefined;
  }
  if (token.literal !== undefined && !["name", "quoted", "num"].includes(token.literal)) return undefined;
  const raw = token.raw.toLowerCase().replace(/^(?:ns|namespace)[=:/]/, "");
  return DNS_NAME.test(raw) ? raw : undefined;
};

/** The namespaces that a goal names, in order. */
export function namespacesOf(reading: Reading): Namespaces {
  const names: string[] = [];
  const add = (name: string | undefined): void => {
    if (name !== undefined && !names.includes(name) && !KIND_NAMES.has(name)) names.push(name);
  };
  const addAny = (name: string | undefined): void => {
    if (name !== undefined && !names.includes(name)) names.push(name);
  };
  const all = reading.has(
    /\b(?:all|every|each|any|across|whichever|whole|entire) (?:the |of the |of our |our )?(?:namespace|namespaces|cluster|clusters)\b|\bcluster wide\b|\bcluster-wide\b|\b(?:in|across) (?:the |our )?(?:whole |entire )cluster\b|\bregardless of (?:the )?namespace\b|\b(?:no matter|whatever) (?:\S+ )?namespace\b/,
  ) || /(?:^|\s)(?:-A|--all-namespaces)(?:\s|$)/.test(reading.goal);
  for (
    const hit of reading.every(
      /\bnamespaces? (?:called |named |is |= ?|: ?)?(?:the )?(\S+)(?: ?(?:,|and|or|&) (?:the )?(\S+))?/,
    )
  ) {
    const first = hit.token(1);
    if (first === undefined || /^[,.;:?!]$/.test(first.canon)) continue;
    // "hpas shop namespace maxed out": the name stands before.
    const back = reading.asked.slice(0, hit.index).trimEnd().split(" ");
    const ahead = back.at(-1) ?? "";
    if (
      first.literal === undefined && /^[a-z][a-z0-9_-]+$/.test(ahead) && !NO_NAME.has(ahead) &&
      (!isKnownWord(ahead) && KIND_NAMES.has(back.at(-2) ?? "") ||
        /^(?:in|of|from|for|inside|within|the|our)$/.test(back.at(-2) ?? "") &&
          !/^(?:kubernetes|same|right)$/.test(ahead) && !KIND_NAMES.has(ahead))
    ) continue;
    addAny(asName(first, true));
    const second = hit.token(2);
    // "namespaces a and b"; "namespace a and nodes" goes on with something else.
    if (/^namespaces\b/.test(hit.text) && asName(first) !== undefined) addAny(asName(second));
  }
  for (const hit of reading.every(/(\S+) (?:namespace|namespaces)\b/)) {
    const token = hit.token(1);
    const name = asName(token);
    if (name === undefined || token === undefined) continue;
    // "in the shop namespace" names one; "list namespace shop" does not name "list".
    const before = reading.asked.slice(Math.max(0, hit.index - 24), hit.index);
    const after =
      reading.asked.slice(hit.index + hit.text.length, hit.index + hit.text.length + 40).trim().split(
        " ",
      )[0] ?? "";
    const verbless = /(?:^|\b(?:the|our|in|of|from|for|inside|my|and|within|across) )$/.test(before);
    if (
      /^(?:kubernetes|get|list|show|in|po|two|three|both|several|these|those|following)$/.test(token.canon)
    ) continue;
    if (after !== "" && DNS_NAME.test(after) && !isKnownWord(after) && !verbless) continue;
    const afterKind = KIND_NAMES.has(before.trim().split(" ").at(-1) ?? "");
    if (
      verbless || afterKind || before.trim() === "" || token.literal === "name" || !isKnownWord(token.canon)
    ) {
      if (!(KIND_NAMES.has(token.canon) && after !== "" && !verbless)) addAny(name);
    }
  }
  const flagged = /(?:^|\s)(?:-n|--namespace|-ns|--ns)[ =]+([a-z0-9][a-z0-9.-]{0,62})(?=$|[\s,;?!])/g;
  for (let hit = flagged.exec(reading.goal); hit !== null; hit = flagged.exec(reading.goal)) addAny(hit[1]);
  const keyed =
    /(?:^|[\s{,"'(])(?:kube_|exported_)?(?:namespace|ns)["']?\s?[=:/]\s?["']?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?=$|[\s,;"'}).?!])/gi;
  if (names.length === 0) {
    for (let hit = keyed.exec(reading.goal); hit !== null; hit = keyed.exec(reading.goal)) addAny(hit[1]);
  }
  if (names.length === 0 && !all) {
    // A pasted alert's "in namespace x"; then "pods in payments", where the last word is nothing but a name.
    const pasted = /\bnamespace["']?[ =:]+["']?([a-z0-9][a-z0-9-]{0,62})\b/i.exec(
      reading.goal.slice(0, 8192),
    );
    if (pasted !== null && !reading.has(/\bnamespaces?\b/)) addAny(pasted[1]?.toLowerCase());
    for (
      const hit of reading.every(
        /\b(pods?|po|deployments?|deploy|services?|svc|svcs|statefulsets?|sts|daemonsets?|ds|jobs?|cronjobs?|events?|ingress(?:es)?|configmaps?|cm|secrets?|pvcs?|hpas?|hpa|pdb|pdbs|replicasets?|rs|persistentvolumeclaims?|claims|serviceaccounts?|sa|endpoints?|containers|everything|anything|workloads?|quotas?|netpols?|certificates|certs) (?:\S+ ){0,4}?(?:in|inside|within|from|of|@) (?:the )?(\S+)/,
      )
    ) {
      const token = hit.token(2);
      if (token === undefined || token.canon.includes(" ")) continue;
      // "any pvc pending in loft": at the end, or before a break, a place is a name.
      const ending = /^(?:$|[,.;?!]|(?:please|pls|thanks|now|today|again|right now|still|and)\b)/.test(
        reading.asked.slice(hit.index + hit.text.length).trimStart(),
      ) && token.literal === undefined && !NO_PLACE.has(token.canon) &&
        / (?:in|inside|within|from|@) (?:the )?\S+$/.test(hit.text) &&
        !/^(?:everything|anything|containers|jobs?|events?|services?|endpoints?|claims|certificates|certs|secrets?)$/
          .test(hit.groups[1] ?? "");
      const generic = !ending && isKnownWord(token.canon) &&
        !/^(?:default|production|staging|monitoring|logging|payments?|billing|search|checkout|shop|web|edge|media|ingress|observability|platform|security|storage|database|data|cache|gateway|auth|orders?|inventory|catalog|backend|frontend|infra|dev|test|prod|qa|ci|argo|kafka|redis|finance|sales|marketing|shipping|analytics|reporting|ml|games?|booking|warehouse|fleet|messaging|mail|identity|accounts?|users?|customers?|support|crm|erp|sandbox|demo|tools?|system|batch|streaming|pipeline|payroll|claims|trading|research|lab|labs|cart|pricing|delivery|fulfillment|notifications?|scheduler|jobs)$/
          .test(token.canon);
      if (
        generic || (token.literal !== undefined && token.literal !== "name" && token.literal !== "quoted")
      ) continue;
      const after = reading.asked.slice(hit.index + hit.text.length).trimStart();
      if (
        /^(?:node|nodes|pod|pods|deployment|cluster|state|status|phase|mode|order|zone|region|statefulset|job|daemonset|service|server|app|format|app\b)\b/
          .test(after)
      ) continue;
      add(asName(token));
      if (names.length > 0) break;
    }
  }
  // "pods in ns a, and the same for b".
  for (const hit of names.length > 0 ? reading.every(SAME_FOR) : []) {
    const token = hit.token(1);
    if (
      token !== undefined && !KIND_NAMES.has(token.canon) && token.canon !== "namespace" &&
      token.canon !== "namespaces"
    ) addAny(asName(token));
  }
  return { names, all };
}
