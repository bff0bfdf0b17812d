/**
 * Goals that sqlmesh's allowed verbs answer.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, type StepDraft, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import type { Token } from "./text/tokens.ts";

const NAMED = /\bsqlmesh\b/;
const OTHER_VERB =
  /\bsqlmesh (?:apply|migrate|migrations?|diff|table_diff|invalidate|destroy|test|tests|ui|lint|format|janitor|fetchdf|rollback|create_external_models|init|info|dag|render|evaluate|query|clean|rewrite|prompt|dlt_refresh|environments|check_intervals|state|create_test|create-test|table-diff|test-connection|promote|restate|delete|drop|rollback|seed|deploy)\b/;

type Verb = "plan" | "audit" | "run";

function verbsOf(reading: Reading): Verb[] {
  const asked = reading.asked;
  const found: [number, Verb][] = [];
  const plan =
    /\b(?:plan|plans|would (?:\S+ ){0,6}?(?:change|drop|delete|remove|create|add|replace|do|be different|differ|happen|look|be changed|rebuild|backfill|be rebuilt|affect|touch)|what (?:\S+ ){0,4}?change|pending|preview|differences?|changes|dry run)\b/
      .exec(asked);
  const audit = /\b(?:audits?|audited|auditing|(?:quality|data) checks?)\b/.exec(asked);
  const run =
    /\b(?:runs?|rerun|execute|let (?:\S+ ){0,3}?run|process|catch up|refresh|kick off|cadence|scheduled run|intervals)\b/
      .exec(asked);
  if (plan !== null) found.push([plan.index, "plan"]);
  if (audit !== null) found.push([audit.index, "audit"]);
  if (run !== null) {
    const after = asked.slice(run.index, run.index + 70);
    const means =
      /^(?:run|runs|rerun|execute|process|let \S+ run|kick off) (?:(?:the|a|an|all|its|our|any|those|these|sqlmesh|another|again|me|new|of) )*(?:\S+ ){0,1}?(?:audits?|plan|plans)\b/
        .test(after);
    const dry = /^(?:run) ?(?:,|\?|$)/.test(after) && /\bdry $/.test(asked.slice(0, run.index));
    if (!means && !dry) found.push([run.index, "run"]);
  }
  const verbs = found.sort((a, b) => a[0] - b[0]).map(([, verb]) => verb);
  // "run sqlmesh for qa", "what would a run change": the plan's question words outrank a bare "run".
  if (
    verbs.includes("plan") && verbs.includes("run") &&
    !/\b(?:and|then|also|,|;) (?:then |also )?(?:\S+ ){0,2}?(?:run|plan)\b/.test(asked)
  ) return verbs.filter((verb) => verb !== "run");
  if (verbs.includes("audit") && verbs.includes("plan") && !/\bplan\b/.test(asked)) {
    return verbs.filter((verb) => verb !== "plan");
  }
  return [...new Set(verbs)];
}

const ENVIRONMENT = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const NO_ENVIRONMENT = new Set(
  "the a an all our my its this that model models project only and or with from to since until between for in on please now again what which is are would change sqlmesh environment any every each run plan audit it them us me of by be so but then there here once more virtual new other named called changes went go goes"
    .split(" "),
);

function environmentOf(reading: Reading): string | undefined {
  const word = (token: Token | undefined): string | undefined =>
    token !== undefined && ENVIRONMENT.test(token.raw) && !NO_ENVIRONMENT.has(token.canon)
      ? token.raw
      : undefined;
  const patterns: readonly RegExp[] = [
    /\benvironments? (?:called |named |is |= ?|: ?)?(?:the )?(\S+)/,
    /\b(?:the|in|for|of|on|to|our) (\S+) environment\b/,
    /\b(?:in|for|to|into|on|against|live in|at|of) (?:the )?(prod|production|staging|stage|dev|uat|qa|test|demo|sandbox|preprod|integration|int|preview|ci|acceptance|dev_\S+|[a-z]+_dev|[a-z]+_review)(?: |$)/,
    /\bsqlmesh (?:plan|run) (?:for |of |in |on |to )?(?:the )?(?:environment )?(\S+)/,
    /\bplan (?:for |of |in |on |to )(?:the )?(\S+)/,
    /\brun (?:for |in |on )(?:the )?(\S+)/,
    /\b(?:plan|run|planning) (prod|production|staging|stage|dev|uat|qa|test|demo|sandbox|preprod|[a-z]+_\S+|[a-z]+\d+)(?: |$)/,
  ];
  for (const pattern of patterns) {
    for (const hit of reading.every(pattern)) {
      const found = word(hit.token(1));
      if (found !== undefined && !found.includes(".")) return found;
    }
  }
  return undefined;
}

const MODEL = /^[+*]?[A-Za-z_"][\w.*"]{0,255}[+]?$/;

function modelsOf(reading: Reading, environment: string | undefined): string[] {
  const found: string[] = [];
  const add = (token: Token | undefined, certain: boolean): void => {
    if (
      token === undefined || !MODEL.test(token.raw) || token.raw === environment ||
      NO_ENVIRONMENT.has(token.canon)
    ) return;
    if (certain || token.raw.includes(".")) found.push(token.raw);
  };
  for (
    const hit of reading.every(
      /\bmodels? (?:called |named |: ?)?(?:the )?(\S+)(?: (?:and|,) (?:the )?(\S+))?/,
    )
  ) {
    add(hit.token(1), hit.token(1)?.literal === "name" || hit.token(1)?.literal === "quoted");
    add(hit.token(2), false);
  }
  for (const token of reading.text.tokens) {
    if (
      !token.pasted && (token.literal === "name" || token.literal === "host" || token.literal === "quoted") &&
      /^[+*]?[A-Za-z_]\w*(?:\.[A-Za-z_*]\w*){1,2}\+?$/.test(token.raw)
    ) found.push(token.raw);
  }
  if (
    found.length === 0 && reading.has(/\b(?:that|this|the|same) (?:\S+ )?(?:model|one)\b|\bit\b|\bagain\b/)
  ) {
    for (const segment of reading.text.segments) {
      const hit = segment.pasted
        ? /\bmodel (?:'|"|`)?((?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*)/i.exec(segment.text.slice(0, 1000))
        : null;
      if (hit?.[1] !== undefined) {
        found.push(hit[1]);
        break;
      }
    }
  }
  return [...new Set(found)].slice(0, 16);
}

function datesOf(reading: Reading): { start?: string; end?: string } {
  const dates = reading.askedLiterals("date");
  const range: { start?: string; end?: string } = {};
  for (
    const hit of reading.every(
      /\b(from|since|starting|start|after|between|until|till|to|end|ending|through|and|before|up to)(?: (?:date|on|at|with|=|:))* (‹date›)/,
    )
  ) {
    const raw = hit.token(2)?.raw;
    if (raw === undefined) continue;
    if (/^(?:from|since|starting|start|after|between)$/.test(hit.groups[1] ?? "")) range.start ??= raw;
    else range.end ??= raw;
  }
  const span = reading.find(/(‹date›) (?:to|until|till|through|thru|-|–|up to|and) (‹date›)/);
  if (span !== undefined && range.start === undefined) {
    const [from, to] = [span.token(1)?.raw, span.token(2)?.raw];
    if (from !== undefined) range.start = from;
    if (to !== undefined) range.end = to;
  }
  if (range.start === undefined && range.end === undefined && dates[0] !== undefined) {
    range.start = dates[0].raw;
    if (dates[1] !== undefined) range.end = dates[1].raw;
    else if (reading.has(/\b(?:on|for|of) ‹date›/)) range.end = dates[0].raw;
  }
  const flags = /--start[ =](\d{4}-\d\d-\d\d)/.exec(reading.goal)?.[1];
  const flagEnd = /--end[ =](\d{4}-\d\d-\d\d)/.exec(reading.goal)?.[1];
  if (flags !== undefined) range.start = flags;
  if (flagEnd !== undefined) range.end = flagEnd;
  return range;
}

export function sqlmeshClaim(reading: Reading): Claim | undefined {
  if (!reading.has(NAMED)) return undefined;
  const claim = (tool: string, result: Claim["result"]): Claim => ({
    tool,
    persona: "data_architect",
    strength: STRENGTH.named,
    result,
  });
  const other = reading.find(OTHER_VERB);
  const wondered = other !== undefined &&
    /\b(?:would|will|does|did|might|if)(?: (?!you\b)\S+){0,2} $/.test(reading.asked.slice(0, other.index));
  if (other !== undefined && !wondered) {
    return claim("sqlmesh plan", {
      kind: "refuse",
      reason: `sqlmesh is allowed audit, plan and run only, not "${other.text}"`,
    });
  }
  if (reading.has(/\brestat\w+\b|--restate/)) {
    return claim("sqlmesh plan", {
      kind: "refuse",
      reason: "sqlmesh's --restate-model is not passed on here; a plan without it is possible",
    });
  }
  const verbs = verbsOf(reading);
  if (verbs.length === 0) {
    return claim("sqlmesh plan", { kind: "ask", question: "What should sqlmesh do: audit, plan, or run?" });
  }
  const environment = environmentOf(reading);
  const models = modelsOf(reading, environment);
  const dates = datesOf(reading);
  const project = reading.askedLiterals("path").find((token) => !/\.(?:sql|py)$/.test(token.raw))?.raw;
  const again = reading.find(
    /\b(?:the same|same thing|likewise|ditto|also) (?:for|in|on|with) (?:the )?(?:environment )?(\S+)/,
  )
    ?.token(1)?.raw;
  const second =
    again !== undefined && again !== environment && ENVIRONMENT.test(again) && environment !== undefined &&
      !NO_ENVIRONMENT.has(again.toLowerCase()) && verbs.length === 1 && verbs[0] !== "audit"
      ? again
      : undefined;
  const wanted: readonly (readonly [Verb, string | undefined])[] = [
    ...verbs.map((verb) => [verb, environment] as const),
    ...(second === undefined || verbs[0] === undefined ? [] : [[verbs[0], second] as const]),
  ];
  const steps = wanted.map(([verb, environment], index): StepDraft => {
    const slots: Record<string, Slots[string]> = { ...dates };
    if (project !== undefined) slots.project = project;
    if (verb !== "audit" && environment !== undefined) slots.environment = environment;
    if (models.length > 0) slots.models = models;
    return {
      tool: `sqlmesh ${verb}`,
      form: verb,
      slots,
      why: `runs sqlmesh ${verb}`,
      ...(index > 0 ? { needs: [index - 1] } : {}),
    };
  });
  return claim(`sqlmesh ${verbs[0] ?? "plan"}`, {
    kind: "steps",
    intent: "sqlmesh",
    about: environment === undefined ? {} : { environment },
    steps,
  });
}
