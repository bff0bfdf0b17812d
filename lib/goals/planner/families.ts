/**
 * The families of rules, and what they say of a goal together.
 *
 * @module
 */
import { type Claim, STRENGTH } from "./claims.ts";
import { dbtClaim } from "./data_dbt.ts";
import { duckdbClaim } from "./data_duckdb.ts";
import type { Token } from "./text/tokens.ts";
import { sqlmeshClaim } from "./data_sqlmesh.ts";
import { readGoal, type Reading } from "./reading.ts";
import { banditClaim } from "./sec_bandit.ts";
import { iamClaim } from "./sec_iam.ts";
import { nmapClaim } from "./sec_nmap.ts";
import { vaultClaim } from "./sec_vault.ts";
import { kubectlClaim } from "./sre_kubectl.ts";
import { logsClaim } from "./sre_logs.ts";
import { prometheusClaim } from "./sre_prometheus.ts";
import { terraformClaim } from "./sre_terraform.ts";

/** In order of preference where two are equally sure. */
const FAMILIES: readonly ((reading: Reading) => Claim | undefined)[] = [
  prometheusClaim,
  terraformClaim,
  logsClaim,
  kubectlClaim,
  vaultClaim,
  banditClaim,
  nmapClaim,
  iamClaim,
  sqlmeshClaim,
  dbtClaim,
  duckdbClaim,
];

export const claimsOf = (reading: Reading): Claim[] =>
  FAMILIES.map((family) => family(reading)).filter((claim) => claim !== undefined);

/** Words and signs at which one wish ends and another may begin. */
const BORDERS = new Set([",", ";", ".", "?", "!", "and", "then", "also", "plus", "but", "while", "&"]);

/** What may join two values of one list: "22 and 3389", "10.0.0.1, 10.0.0.2". */
const JOINTS = new Set([",", "and", "&"]);
const NUMBERS = new Set(["num", "ports"]);
const alike = (a: Token | undefined, b: Token | undefined): boolean =>
  a?.literal !== undefined && b?.literal !== undefined &&
  (a.literal === b.literal || NUMBERS.has(a.literal) && NUMBERS.has(b.literal));

/** Parts of the goal that may each be a wish of its own; empty when there is only one. */
export function clausesOf(reading: Reading): Reading[] {
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  const parts: { start: number; end: number; count: number }[] = [];
  let current: { start: number; end: number; count: number } | undefined;
  let segment = -1;
  for (const [index, token] of tokens.entries()) {
    if (JOINTS.has(token.canon) && current !== undefined && alike(tokens[index - 1], tokens[index + 1])) {
      current = { start: current.start, end: token.end, count: current.count + 1 };
      continue;
    }
    if (BORDERS.has(token.canon) || (segment >= 0 && token.segment !== segment)) {
      if (current !== undefined && current.count >= 2) parts.push(current);
      current = undefined;
      segment = token.segment;
      if (BORDERS.has(token.canon)) continue;
    }
    segment = token.segment;
    if (current === undefined) current = { start: token.start, end: token.end, count: 1 };
    else current = { start: current.start, end: token.end, count: current.count + 1 };
  }
  if (current !== undefined && current.count >= 2) parts.push(current);
  if (parts.length < 2 || parts.length > 12) return [];
  const { persona, now, timeZone, safeSubnets } = reading;
  const options = { persona, now, timeZone, ...(safeSubnets === undefined ? {} : { safeSubnets }) };
  return parts.map((part) => readGoal(reading.goal.slice(part.start, part.end), options));
}

/** Surest first; a plan before a refusal before a question; the persona's own before another's. */
export function ranked(claims: readonly Claim[], reading: Reading): Claim[] {
  const kind = { steps: 2, refuse: 1, ask: 0 };
  const own = (claim: Claim): number => (claim.persona === reading.persona ? 1 : 0);
  return [...claims].sort((a, b) =>
    b.strength - a.strength || own(b) - own(a) || kind[b.result.kind] - kind[a.result.kind]
  );
}

export interface Verdict {
  /** The persona's own claims that the plan is made of. */
  readonly own: readonly Claim[];
  /** A wish that another persona's tool would answer. */
  readonly foreign?: Claim;
}

/** Slots that say where or what: with one of them a clause stands on its own. */
const TELLING = ["namespace", "names", "directory", "paths", "unit", "targets", "path", "selector"];

/** Whether a clause's own claim holds what its tool needs; else what the whole goal says belongs to it too. */
const saysWhat = (claim: Claim): boolean =>
  claim.result.kind === "steps" &&
  claim.result.steps.some((step) =>
    TELLING.some((name) => step.slots[name] !== undefined) ||
    (typeof step.slots.expression === "string" && step.slots.expression.includes("{"))
  );

const sameTool = (a: Claim, b: Claim): boolean => family(a.tool) === family(b.tool);
const family = (tool: string): string => tool.split(" ")[0] ?? tool;

/** A claim about objects of a named namespace: nothing else has one. */
const placed = (claim: Claim): boolean =>
  claim.result.kind === "steps" && claim.strength >= STRENGTH.named &&
  claim.result.about?.namespace !== undefined;

/** Other words that name a tool without a doubt. */
const NAMES: Readonly<Record<string, RegExp>> = {
  "log-aggregator": /\b(?:journal|journalctl|syslog|log files?|log-aggregator)\b/,
  "kubectl": /\b(?:kubectl|kubernetes)\b/,
};

/** The goal names this claim's tool, word for word. */
const spoken = (claim: Claim, reading: Reading): boolean =>
  claim.strength >= STRENGTH.named && claim.result.kind !== "ask" &&
  (` ${reading.asked} `.includes(` ${family(claim.tool).replace(/-.*$/, "")} `) ||
    NAMES[family(claim.tool)]?.test(reading.asked) === true);

/** Kinds of Kubernetes whose names nobody uses for anything else. */
const KUBERNETES_ONLY =
  /\b(?:pods?|statefulsets?|daemonsets?|replicasets?|configmaps?|cronjobs?|ingresses|networkpolic(?:y|ies)|network policies|pvcs?|hpas?)\b/;

/** Words that make one wish of two files. */
const TOGETHER =
  /\b(?:join\w*|compar\w*|differ\w*|diff|both|match\w*|merge\w*|combin\w*|together|same|between|versus|vs|missing|not in|against|with the other|without a)\b/;

/** What one clause of several asks of a tool, where the clause is whole in itself; `undefined` where it leans on the others. */
const asksOf = (claim: Claim): string | undefined => {
  if (claim.result.kind !== "steps") return undefined;
  const slots = claim.result.steps[0]?.slots ?? {};
  switch (claim.tool) {
    case "prometheus-query":
      return typeof slots.expression === "string" && slots.expression.includes("{")
        ? slots.expression
        : undefined;
    case "kubectl get":
      return slots.namespace === undefined
        ? undefined
        : JSON.stringify([slots.kinds, slots.namespace, slots.names]);
    case "duckdb":
      return Array.isArray(slots.files) && slots.files.length === 1 ? JSON.stringify(slots) : undefined;
    default:
      return undefined;
  }
};

/** One tool asked twice: "memory of db-1 and cpu of db-2", "pods in ns a, deployments in ns b". */
function again(reading: Reading, first: Claim): Claim[] | undefined {
  if (!["prometheus-query", "kubectl get", "duckdb"].includes(first.tool) || first.result.kind !== "steps") {
    return undefined;
  }
  if (first.tool === "duckdb" && (TOGETHER.test(reading.asked) || reading.literals("sql").length > 0)) {
    return undefined;
  }
  if (!/ (?:and|,|;|then|plus|also|\.|\?) /.test(reading.asked)) return undefined;
  // Two of what each wish needs, before the clauses are read one by one.
  const needed = first.tool === "kubectl get"
    ? reading.every(/\bnamespaces? \S|\S namespace\b/)
    : first.tool === "duckdb"
    ? reading.askedLiterals("path")
    : reading.every(/\b(?:of|for|on|job|instance|by) \S/);
  if (needed.length < 2) return undefined;
  const clauses = clausesOf(reading);
  if (clauses.length < 2) return undefined;
  const found: Claim[] = [];
  const wishes = new Set<string>();
  for (const clause of clauses) {
    const best = ranked(claimsOf(clause).filter((claim) => claim.persona === reading.persona), reading)[0];
    if (best === undefined || best.strength < STRENGTH.clear || best.tool !== first.tool) {
      // A clause without a wish may hold what belongs to another: a time, a condition.
      if (TIME_OR_CONDITION.test(clause.asked)) return undefined;
      continue;
    }
    const wish = asksOf(best);
    if (wish === undefined) return undefined;
    if (!wishes.has(wish)) found.push(best);
    wishes.add(wish);
  }
  return found.length >= 2 && found.length <= 4 ? found : undefined;
}

const TIME_OR_CONDITION =
  /\b(?:since|until|last|past|between|yesterday|today|only|where|whose|with|without|except|but|per|by|label\w*|top|sorted|over|above|below)\b/;

/** Which claims stand for the goal's wishes. */
export function weigh(reading: Reading): Verdict {
  const all = claimsOf(reading);
  const own = ranked(all.filter((claim) => claim.persona === reading.persona), reading);
  const others = ranked(all.filter((claim) => claim.persona !== reading.persona), reading);
  const sure = all.filter((claim) => claim.strength >= STRENGTH.clear);
  const first = own[0];
  const stranger = others[0];
  if (first === undefined) return stranger === undefined ? { own: [] } : { own: [], foreign: stranger };
  const twice = again(reading, first);
  if (twice !== undefined && sure.every((claim) => sameTool(claim, first))) return { own: twice };
  if (sure.length <= 1) {
    if (stranger !== undefined && stranger.strength >= STRENGTH.clear && first.strength < STRENGTH.clear) {
      return { own: [], foreign: stranger };
    }
    return { own: [first] };
  }
  const clauses = clausesOf(reading);
  const chosen: Claim[] = [];
  let foreign: Claim | undefined;
  for (const clause of clauses) {
    const best = ranked(claimsOf(clause), reading)[0];
    if (best === undefined || best.strength < STRENGTH.clear) continue;
    if (best.tool === "kubectl get" && reading.persona !== "sre" && clause.has(KUBERNETES_ONLY)) {
      foreign ??= others.find((claim) => sameTool(claim, best) && claim.strength >= STRENGTH.clear);
      continue;
    }
    if (best.persona !== reading.persona) {
      // Only what leaves no doubt counts as a second wish of somebody else's.
      const whole = others.find((claim) => sameTool(claim, best));
      if (
        best.strength >= STRENGTH.named && whole !== undefined && whole.strength >= STRENGTH.named &&
        best.result.kind !== "ask"
      ) foreign ??= whole;
      continue;
    }
    const whole = own.find((claim) => sameTool(claim, best));
    if (whole === undefined || chosen.some((claim) => sameTool(claim, whole))) continue;
    chosen.push(saysWhat(best) ? best : whole);
  }
  if (foreign !== undefined) return { own: chosen.length > 0 ? chosen : [first], foreign };
  if (chosen.length > 1) {
    // A question about a tool that another clause answers is no wish of its own.
    const steps = chosen.filter((claim) => claim.result.kind !== "ask" || claim.strength >= STRENGTH.named);
    return { own: steps.length > 0 ? steps : chosen };
  }
  // "which pods run as root": nobody else has pods, and nothing of the persona's own is named.
  if (
    stranger?.tool === "kubectl get" && stranger.result.kind === "steps" && !saysWhat(first) &&
    first.strength <= stranger.strength && !spoken(first, reading) && reading.has(KUBERNETES_ONLY)
  ) return { own: [], foreign: stranger };
  if (
    stranger !== undefined && stranger.strength > first.strength &&
    (!(first.result.kind === "steps" && first.strength >= STRENGTH.clear) || placed(stranger) ||
      spoken(stranger, reading) && !spoken(first, reading))
  ) {
    return { own: [], foreign: stranger };
  }
  const top = own.filter((claim) => claim.strength >= STRENGTH.clear);
  const planned = top.filter((claim) => claim.result.kind === "steps");
  const best = top[0];
  if (
    best !== undefined && best.result.kind === "ask" && planned[0] !== undefined &&
    planned[0].strength >= best.strength
  ) {
    return { own: [planned[0]] };
  }
  const family = chosen[0];
  const whole = family === undefined ? undefined : own.find((claim) => sameTool(claim, family));
  return { own: [whole ?? best ?? first] };
}
