/**
 * What a goal says about Kubernetes objects: their kinds and names.
 *
 * @module
 */
import { KIND_NAMES, type KindEntry } from "./lexicon/kinds.ts";
import type { Reading } from "./reading.ts";
import { asName, DNS_NAME, NO_NAME } from "./sre_kubectl_namespaces.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

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
    const plain = (placed || !isKnownWord(next.canon) && next.canon === next.raw.toLowerCase()) &&
      next.literal === undefined && singular(canon);
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
