/**
 * What a goal says about Kubernetes objects: kinds, names, namespaces, selectors.
 *
 * @module
 */
import { KIND_NAMES, type KindEntry } from "./lexicon/kinds.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

/** A name of Kubernetes. */
export const DNS_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Words that stand where a name could and are none. */
const NO_NAME = new Set(
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

export interface KubeObjects {
  /** Plural resource names, in order of mention, none twice. */
  readonly kinds: readonly string[];
  readonly names: readonly string[];
  /** Those of them that stand beside a kind without a namespace. */
  readonly clustered: readonly string[];
  /** At least one kind is unmistakably Kubernetes'. */
  readonly clear: boolean;
}

/** Everyday uses of weak kinds' names that speak of something else. */
const NOT_KIND: Readonly<Record<string, RegExp>> = {
  jobs: /\bjob ?=|\b(?:of|for|the) job \S+|\bjob \S+(?: |$)/,
  services: /\b(?:to|of|for|by|from) (?:the |our )?\S+ service\b|\bservice account|\bservice level/,
  nodes: /\b(?:on|of|for) (?:the )?node \S+/,
};

/** Words of metrics: a job or a service beside them is a label's value. */
const MEASURED =
  /\b(?:request rates?|error (?:rate|ratio)s?|latency|per second|p9\d|percentile|throughput|response times?|requests per|success rate)\b/;

/** The kinds and object names of a goal. `context`: something else already speaks of a cluster. */
export function objectsOf(reading: Reading, context: boolean): KubeObjects {
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  const kinds: string[] = [];
  const names: string[] = [];
  const clustered: string[] = [];
  let clear = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const found = kindAt(tokens, at);
    if (found === undefined) continue;
    const { entry, length } = found;
    const before = tokens[at - 1];
    const next = tokens[at + length];
    const previous = before?.canon ?? "";
    const following = next?.canon ?? "";
    // The word after "namespace", "label", "job" is a name even when it is a kind's.
    if (
      /^(?:namespace|app|label|labels|unit|field|called|named|user|users|account|login|model|table|group|column|tag|job=|instance)$/
        .test(previous) &&
      !(previous === "namespace" && following === "namespace")
    ) {
      if (previous !== "label" && previous !== "labels") {
        at += length - 1;
        continue;
      }
    }
    if (
      following === "namespace" && !(tokens[at + length + 1]?.canon ?? "").match(/^[a-z0-9]/) &&
      previous.match(/^(?:the|in|of|our|from)$/)
    ) {
      at += length - 1;
      continue;
    }
    if (
      entry.kind === "pods" && /^containers?$/.test(tokens[at]?.canon ?? "") &&
      /^(?:docker|shipping)$/.test(previous)
    ) continue;
    if (
      entry.weak === true && (!context || MEASURED.test(reading.asked)) &&
      NOT_KIND[entry.kind]?.test(reading.asked) === true
    ) {
      at += length - 1;
      continue;
    }
    const listed = entry.weak === true && reading.persona === "sre" && LISTED.test(previous) &&
      tokens[at]?.canon.endsWith("s") === true;
    if (
      entry.weak === true && !context && !listed && /^(?:the|our|this|that|a|my|its|your)$/.test(previous) &&
      singular(tokens[at]?.canon ?? "")
    ) {
      // "the service is down": which one, and a service of what?
      continue;
    }
    if (listed) clear = true;
    // "in all namespaces": where, not what.
    if (
      entry.kind === "namespaces" &&
        /(?:^| )(?:in|across|over|from|of|throughout|for|within) (?:(?:all|every|any|each|the|our|of|which|other) )*$/
          .test(
            `${tokens.slice(Math.max(0, at - 4), at).map((token) => token.canon).join(" ")} `,
          ) &&
        (kinds.length > 0 || !/^(?:which|in)/.test(previous)) ||
      entry.kind === "namespaces" && at <= 2 && /^(?:all|every)$/.test(previous) &&
        /^(?:,|;|wide|\.)$/.test(following)
    ) {
      at += length - 1;
      continue;
    }
    if (entry.kind === "nodes" && previous === "on" && kinds.length > 0) {
      // "pods on node worker-3": where, not what.
      at += length - 1;
      continue;
    }
    if (entry.kind === "deployments" && following === "of" && previous === "the" && !context) continue;
    if (!kinds.includes(entry.kind)) kinds.push(entry.kind);
    if (entry.weak !== true) clear = true;
    const slash = /^([a-z]+)\/([a-z0-9][a-z0-9.-]*)$/.exec(tokens[at]?.raw.toLowerCase() ?? "");
    if (slash?.[2] !== undefined) {
      names.push(slash[2]);
      continue;
    }
    const beside = nameBeside(tokens, at, length);
    names.push(...beside);
    if (entry.cluster === true) clustered.push(...beside);
    at += length - 1;
    if (
      beside.length > 0 && tokens[at + 1]?.raw.toLowerCase() === beside[0] && KIND_NAMES.has(beside[0] ?? "")
    ) at += 1;
  }
  return {
    kinds: general(kinds),
    names: [...new Set(names)].slice(0, 8),
    clustered: [...new Set(clustered)].slice(0, 8),
    clear,
  };
}

/** What stands before a kind that somebody wants listed. */
const LISTED = /^(?:list|show|all|which|what|get|any|every|many|worker|cluster|of|the|our)$/;

/** A pod template's or claim's general word beside the special one adds nothing. */
function general(kinds: readonly string[]): readonly string[] {
  return kinds.length > 6 ? kinds.slice(0, 6) : kinds;
}

function kindAt(tokens: readonly Token[], at: number): { entry: KindEntry; length: number } | undefined {
  const first = tokens[at];
  if (
    first === undefined ||
    (first.literal !== undefined && first.literal !== "path" && first.literal !== "name")
  ) {
    return undefined;
  }
  // `kubectl get no`: a word of English everywhere else.
  if (
    /^(?:no|ev)$/.test(first.canon) && /^(?:get|describe)$/.test(tokens[at - 1]?.canon ?? "") &&
    /^k(?:ubectl)?$/.test(tokens[at - 2]?.canon ?? "")
  ) {
    const entry = KIND_NAMES.get(first.canon === "no" ? "node" : "event");
    if (entry !== undefined) return { entry, length: 1 };
  }
  if (first.literal === "path") {
    const slash =
      /^(pod|po|deployment|deploy|sts|statefulset|ds|daemonset|svc|service|node|no|cm|configmap|pvc|pv|ing|ingress|cronjob|job|hpa|rs)\/([a-z0-9][a-z0-9.-]*)$/
        .exec(first.raw.toLowerCase());
    const entry = slash?.[1] === undefined ? undefined : KIND_NAMES.get(slash[1]);
    return entry === undefined ? undefined : { entry, length: 1 };
  }
  for (let length = 4; length >= 1; length -= 1) {
    const words = tokens.slice(at, at + length);
    if (words.length < length || words.some((word) => word.segment !== first.segment)) continue;
    const entry = KIND_NAMES.get(words.map((word) => word.canon).join(" "));
    if (entry !== undefined) return { entry, length };
  }
  return undefined;
}

const singular = (canon: string): boolean =>
  /^(?:ingress|ingress class|storage class|po|deploy|svc|sts|ds|rs|cm|pvc|pv|hpa|vpa|pdb|sa|ing|netpol|cj|sc|crd)$/
    .test(canon) || !canon.endsWith("s");

function nameBeside(tokens: readonly Token[], at: number, length: number): string[] {
  const names: string[] = [];
  const canon = tokens.slice(at, at + length).map((token) => token.canon).join(" ");
  const previous = tokens[at - 1];
  let index = at + length;
  if (
    /^(?:called|named|with|name|=|:)$/.test(tokens[index]?.canon ?? "") &&
    /^(?:called|named|name|=|:)$/.test(tokens[index]?.canon ?? "")
  ) index += 1;
  for (;;) {
    const next = tokens[index];
    if (next === undefined || next.segment !== tokens[at]?.segment) break;
    const certain = next.literal === "name" || next.literal === "quoted" ||
      (index > at + length - 1 && /^(?:called|named)$/.test(tokens[index - 1]?.canon ?? ""));
    const name = asName(next);
    // "deployment api in namespace shop": an everyday word is a name where a place follows it.
    const placed = singular(canon) && !/^(?:in|on|for|of)$/.test(next.canon) && !NO_NAME.has(next.canon) &&
      !ADJECTIVES.has(next.canon) && !UNNAMED.test(next.canon) &&
      /^(?:in|from|of|inside|within) (?:the )?namespace\b/.test(
        tokens.slice(index + 1, index + 4).map((token) => token.canon).join(" "),
      );
    const plain = (placed || !isKnownWord(next.canon)) && next.literal === undefined && singular(canon) &&
      next.canon === next.raw.toLowerCase();
    if (name === undefined || !(certain || plain)) break;
    // "deployment gateway in namespace edge": a kind's everyday name, where a name must stand.
    if (KIND_NAMES.has(next.canon) && !(placed && KIND_NAMES.get(next.canon)?.weak === true)) break;
    if (/[=]/.test(next.raw) || (/^(?:tag|v\d)/.test(next.raw) && !certain)) break;
    if (tokens[index + 1]?.canon === "namespace" && !/^[a-z0-9]/.test(tokens[index + 2]?.canon ?? "")) break;
    names.push(name);
    const joint = tokens[index + 1]?.canon;
    if (joint !== "and" && joint !== ",") break;
    index += 2;
  }
  if (
    names.length === 0 && previous !== undefined && singular(canon) &&
    previous.segment === tokens[at]?.segment
  ) {
    const article = tokens[at - 2]?.canon ?? "";
    const name = asName(previous);
    const certain = previous.literal === "name" || previous.literal === "quoted";
    const named = /^(?:the|our|of|is|does|did|has|my)$/.test(article) && !ADJECTIVES.has(previous.canon) &&
      !KIND_NAMES.has(previous.canon);
    if (name !== undefined && (certain || named) && tokens[at - 2]?.canon !== "namespace") names.push(name);
  }
  return names;
}

/** What stands behind a kind's name and says something of it: "pod restarts in namespace shop". */
const UNNAMED =
  /^(?:\w+s|\w+ing|\w+ed|status|state|health|healthy|ready|available|count|usage|memory|cpu|name|list|down|up|broken|ok|okay|stuck|alive|history|info|information|overview|wide|yaml|json|trouble|stats)$/;

const ADJECTIVES = new Set(
  ("new old latest newest oldest first last second whole entire current running pending failing failed broken crashing unhealthy healthy bad " +
    "good same other specific particular exact right wrong main default single only next previous largest biggest smallest busiest slowest " +
    "kubernetes cluster worker master control-plane control production local remote given mentioned affected faulty sick stuck ready slow " +
    "problematic offending named said corresponding respective underlying associated custom network persistent volume storage service pod " +
    "resource batch nightly daily hourly scheduled cron stateful daemon config horizontal vertical terraform prometheus system")
    .split(" "),
);

/** Words that are both everyday ones and usual names of applications and namespaces. */
const DOMAINS =
  /^(?:production|staging|monitoring|logging|payments?|billing|search|checkout|shop|web|edge|media|ingress|observability|platform|security|storage|database|data|cache|gateway|auth|orders?|inventory|catalog|backend|frontend|infra|kafka|redis|finance|sales|marketing|shipping|analytics|reporting|games?|booking|warehouse|fleet|messaging|mail|identity|customers?|support|crm|erp|sandbox|streaming|payroll|claims|trading|research|cart|pricing|delivery|fulfillment|notifications?|scheduler|ledger|invoices?|tickets?|prometheus|vault|coredns)$/;

/**
 * "the checkout pods", "pods of payments": a word that may be a namespace, an application or the start of a name. Which
 * of them it is only the cluster knows, so all objects are asked for and the answer is about those that belong to it.
 */
export function subjectOf(reading: Reading): string | undefined {
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  for (let at = 0; at < tokens.length; at += 1) {
    const found = kindAt(tokens, at);
    if (found === undefined) continue;
    const before = tokens[at - 1];
    if (before !== undefined && before.segment === tokens[at]?.segment && isSubject(before, tokens[at - 2])) {
      return before.raw.toLowerCase();
    }
    const joint = tokens[at + found.length]?.canon ?? "";
    const behind = tokens[at + found.length + 1]?.canon === "the"
      ? at + found.length + 2
      : at + found.length + 1;
    const after = tokens[behind];
    if (/^(?:of|for|behind)$/.test(joint) && after !== undefined && isSubject(after, undefined)) {
      return after.raw.toLowerCase();
    }
    at += found.length - 1;
  }
  return undefined;
}

function isSubject(token: Token, before: Token | undefined): boolean {
  if (token.literal !== undefined && token.literal !== "name") return false;
  if (!DNS_NAME.test(token.raw.toLowerCase()) || NO_NAME.has(token.canon) || ADJECTIVES.has(token.canon)) {
    return false;
  }
  if (KIND_NAMES.has(token.canon) || before?.canon === "namespace") return false;
  return DOMAINS.test(token.canon) || token.literal === "name" || !isKnownWord(token.canon);
}
