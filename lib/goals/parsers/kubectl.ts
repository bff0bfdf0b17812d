/**
 * kubectl's output: which objects there are, what is wrong with them, and which of the ways not to answer it was.
 *
 * @module
 */
import type { SlotValue } from "../../catalog/types.ts";
import type { Finding, Parsed, ParserInput } from "../types.ts";
import { type KubectlError, kubectlErrors } from "./kubectl_errors.ts";
import { textAt } from "./json_values.ts";
import { readEvents } from "./kubectl_events.ts";
import { kindWords, readCertificates, readGeneric, readLeases } from "./kubectl_generic.ts";
import { readCronJobs, readJobs } from "./kubectl_jobs.ts";
import { readEndpoints, readIngresses, readPolicies, readServices } from "./kubectl_network.ts";
import { readNamespaces, readNodes } from "./kubectl_nodes.ts";
import { createLook, type Item, type Look, type Reader, readItems, type Report } from "./kubectl_objects.ts";
import { readPods } from "./kubectl_pods.ts";
import { readAutoscalers, readBudgets, readLimitRanges, readQuotas } from "./kubectl_policy.ts";
import { readClaims, readStorageClasses, readVolumes } from "./kubectl_storage.ts";
import { parseKubectlText } from "./kubectl_text.ts";
import { readWorkloads } from "./kubectl_workloads.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed, SEVERITIES } from "./parsed.ts";
import { count, some, unique } from "./words.ts";

const READERS: Readonly<Record<string, Reader>> = {
  Pod: readPods,
  Deployment: readWorkloads,
  StatefulSet: readWorkloads,
  DaemonSet: readWorkloads,
  ReplicaSet: readWorkloads,
  ReplicationController: readWorkloads,
  Node: readNodes,
  Namespace: readNamespaces,
  Event: readEvents,
  PersistentVolumeClaim: readClaims,
  PersistentVolume: readVolumes,
  StorageClass: readStorageClasses,
  Job: readJobs,
  CronJob: readCronJobs,
  Service: readServices,
  Endpoints: readEndpoints,
  EndpointSlice: readEndpoints,
  Ingress: readIngresses,
  NetworkPolicy: readPolicies,
  ResourceQuota: readQuotas,
  LimitRange: readLimitRanges,
  HorizontalPodAutoscaler: readAutoscalers,
  PodDisruptionBudget: readBudgets,
  Certificate: readCertificates,
  Lease: readLeases,
};

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** ` in checkout with app=web`: the part of the answer that says what was looked at. */
function scopeOf(input: ParserInput): string {
  const { namespace, all, selector, fields } = input.step.slots;
  const place = all !== undefined
    ? " in all namespaces"
    : namespace === undefined
    ? ""
    : ` in ${list(namespace)[0]}`;
  const terms = [...list(selector), ...list(fields)];
  return terms.length === 0 ? place : `${place} with ${terms.join(" and ")}`;
}

const kindsOf = (input: ParserInput): readonly string[] => list(input.step.slots.kinds);

/** Whether a plural resource name and a Kind are the same: `ingresses`, `Ingress`. */
const isKind = (plural: string, kind: string): boolean => {
  const word = kind.toLowerCase();
  return plural === word || plural === `${word}s` || plural === `${word}es` ||
    plural === `${word.replace(/y$/, "i")}es`;
};

function failure(input: ParserInput, index: number, errors: readonly KubectlError[]): Parsed {
  const run = input.commands[index];
  const first = errors[0];
  const what = some(kindsOf(input), 6) + scopeOf(input);
  const evidence = cite(input, index, run?.stderr.length === 0 ? "stdout" : "stderr");
  if (first?.kind === "no_such_kind" || first?.kind === "not_found") {
    const headline = `${first.text[0]?.toUpperCase() ?? ""}${first.text.slice(1)}`;
    return parsed({
      outcome: first.kind === "not_found" ? "ok" : "failed",
      reason: first.text,
      headline,
      verdict: "no_such_thing",
      findings: [{ severity: "info", text: headline, evidence }],
      next: first.fix === "" ? [] : [first.fix],
    });
  }
  const said = first?.text ?? (run === undefined ? "" : lastWords(run.stderr));
  const reason = `Could not look at ${what}: ${said === "" ? "kubectl failed without saying why" : said}`;
  return notLooked(input, reason, {
    findings: [{ severity: "info", text: reason, evidence }],
    blind: [`${what}: ${said}`],
    next: unique(errors.map((error) => error.fix)),
  });
}

function noNamespace(input: ParserInput, namespace: string): Parsed {
  return parsed({
    headline: `There is no namespace ${namespace}`,
    verdict: "no_such_thing",
    facts: { missing_namespace: [namespace] },
    next: ["List the namespaces to find the right name."],
    findings: [{
      severity: "info",
      text: `namespace ${namespace} was asked for by name and the API server has none`,
      evidence: cite(input, 0, "stdout"),
    }],
  });
}

function nothing(input: ParserInput, blind: readonly string[]): Parsed {
  const scope = scopeOf(input);
  const names = list(input.step.slots.names);
  if (names.length > 0) {
    const kind = some(kindsOf(input).map((one) => one.replace(/s$/, "")), 6);
    return parsed({
      headline: `There is no ${kind} named ${some(names)}${scope}`,
      verdict: "no_such_thing",
      blind,
    });
  }
  const where = scope === "" ? " in the current namespace or the cluster" : scope;
  return parsed({ headline: `There are no ${some(kindsOf(input), 6)}${where}`, verdict: "no_data", blind });
}

const worst = (findings: readonly Finding[]): number =>
  Math.min(
    SEVERITIES.length,
    ...findings.slice(0, 1000).map((finding) => SEVERITIES.indexOf(finding.severity)),
  );

function tableOf(reports: readonly (readonly [string, Report])[]): Parsed["table"] {
  const first = reports[0];
  if (first === undefined) return undefined;
  if (reports.length === 1) return { columns: first[1].columns, rows: first[1].rows };
  return {
    columns: ["kind", "name", "state"],
    rows: reports.flatMap(([kind, report]) =>
      report.rows.map(([name, ...cells]) => [
        kindWords(kind),
        name ?? "",
        cells.map((cell, i) => [report.columns[i + 1], cell] as const).filter(([column, cell]) =>
          cell !== "" && column !== "created"
        )
          .slice(0, 5).map(([column, cell]) => `${column} ${cell}`).join(", "),
      ])
    ),
  };
}

function mergeFacts(reports: readonly Report[]): Readonly<Record<string, readonly string[]>> {
  const facts: Record<string, readonly string[]> = {};
  for (const report of reports) {
    for (const [name, values] of Object.entries(report.facts)) {
      facts[name] = unique([...(facts[name] ?? []), ...values]);
    }
  }
  return facts;
}

/** Intents whose answer is the list itself, also when nothing is wrong. */
const LISTS = /list|show|count|get|inventory/;

function reportOf(items: readonly Item[], look: Look): readonly (readonly [string, Report])[] {
  const asked = kindsOf(look.input);
  const order = (kind: string): number => {
    const index = asked.findIndex((plural) => isKind(plural, kind));
    return index < 0 ? asked.length : index;
  };
  // Endpoints beside their services only serve to judge those.
  return [...look.all].filter(([kind]) => !/^Endpoint/.test(kind) || !look.all.has("Service"))
    .sort(([a], [b]) => order(a) - order(b))
    .map(([kind, of]) => [kind, (READERS[kind] ?? readGeneric)(of, look)] as const)
    .filter(() => items.length > 0)
    .sort(([, a], [, b]) => worst(a.findings) - worst(b.findings));
}

/** Labels that say what an object is part of. */
const PART_OF = [
  "app",
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/part-of",
  "k8s-app",
];

const belongsTo = (item: Item, subject: string): boolean =>
  item.namespace === subject || item.name === subject || item.name.startsWith(`${subject}-`) ||
  PART_OF.some((label) => textAt(item.value, "metadata", "labels", label) === subject);

/**
 * "the checkout pods": a word that may be a namespace, an application or the start of a name. All objects were asked
 * for; those that belong to it are what the answer is about. When none does, the answer is about all, and says so.
 */
function focusOn(
  input: ParserInput,
  items: readonly Item[],
): { readonly items: readonly Item[]; readonly where?: string; readonly note?: string } {
  const subject = input.ask.about["subject"];
  if (subject === undefined || input.step.slots.all === undefined) return { items };
  const chosen = items.filter((item) => belongsTo(item, subject));
  if (chosen.length === 0) {
    const kinds = some(kindsOf(input), 6);
    return {
      items,
      note:
        `“${subject}” is no namespace, application or start of a name among these ${kinds}: all of them are shown`,
    };
  }
  return {
    items: chosen,
    where: chosen.every((item) => item.namespace === subject) ? ` in ${subject}` : ` of ${subject}`,
  };
}

/**
 * Reads what `kubectl get` printed for a step of the forms `get` and `get-in-namespace`.
 *
 * @example
 * ```ts
 * import { parseKubectl } from "./kubectl.ts";
 * const stdout = new TextEncoder().encode('{"kind": "List", "items": []}');
 * const answer = parseKubectl({
 *   step: { id: "s1", tool: "kubectl get", form: "get", slots: { kinds: ["pods"], all: "true" } },
 *   ask: { intent: "list", about: {} },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 29 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "There are no pods in all namespaces");
 * ```
 */
export function parseKubectl(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  const index = input.commands.length - 1;
  const run = input.commands[index];
  if (run === undefined) return notLooked(input, "kubectl printed nothing");
  const blind: string[] = [];
  const check = input.step.form === "get-in-namespace" ? input.commands[0] : undefined;
  if (check !== undefined) {
    const namespace = list(input.step.slots.namespace)[0] ?? "";
    const errors = kubectlErrors(check.stderr);
    if (check.exitCode === 0 && readItems(check.stdout, 0).items.length === 0) {
      return noNamespace(input, namespace);
    }
    if (errors.some((error) => error.kind === "not_found")) return noNamespace(input, namespace);
    if (index === 0) return failure(input, 0, errors);
    if (check.exitCode !== 0) {
      blind.push(`whether namespace ${namespace} exists: ${errors[0]?.text ?? "unknown"}`);
    }
  }
  const errors = kubectlErrors(run.stderr);
  const output = list(input.step.slots.output)[0] ?? "json";
  if (output !== "json") {
    return run.exitCode === 0 ? parseKubectlText(input, blind) : failure(input, index, errors);
  }
  const { items, complete, isJson } = readItems(run.stdout, index);
  if (items.length === 0) {
    if (run.exitCode !== 0) return failure(input, index, errors);
    if (!complete || !isJson) return notLooked(input, "kubectl's output was cut or is not JSON");
    return nothing(input, blind);
  }
  const focus = focusOn(input, items);
  const base = createLook(input, focus.items, "");
  const look: Look = { ...base, where: focus.where ?? scopeOf(input) };
  const reports = reportOf(focus.items, look);
  const missing = list(input.step.slots.names).filter((name) => items.every((item) => item.name !== name));
  const absent = kindsOf(input).filter((plural) =>
    missing.length === 0 && ![...look.all.keys()].some((kind) => isKind(plural, kind))
  );
  const extra = [
    ...(missing.length === 0 ? [] : [`there is no object named ${some(missing)}`]),
    ...(absent.length === 0 || errors.length > 0 ? [] : [`there are no ${some(absent, 6)}${look.where}`]),
  ];
  for (const error of errors) blind.push(error.text);
  const findings = bySeverity(reports.flatMap(([, report]) => report.findings));
  const clean = reports.every(([, report]) => report.verdict === "nothing_wrong");
  const head = [...reports.map(([, report]) => report.headline), ...extra].join("; ");
  const cut = input.truncated || !complete;
  const table = tableOf(reports);
  const failed = cut || run.exitCode !== 0;
  return parsed({
    outcome: !failed ? "ok" : input.outcome === "ok" ? "failed" : input.outcome,
    ...(failed
      ? {
        reason: cut
          ? `the output was cut after ${count(items.length, "object")}`
          : errors[0]?.text ?? "kubectl failed",
      }
      : {}),
    headline: cut ? `Only the first ${count(items.length, "object")} could be read: ${head}` : head,
    verdict: findings.length > 0
      ? "findings"
      : clean && !LISTS.test(input.ask.intent) && !failed
      ? "nothing_wrong"
      : "listing",
    findings,
    facts: mergeFacts(reports.map(([, report]) => report)),
    ...(table === undefined ? {} : { table }),
    blind: [
      ...blind,
      ...(focus.note === undefined ? [] : [focus.note]),
      ...(cut ? ["the objects after the cut"] : []),
    ],
    next: unique([
      ...reports.flatMap(([, report]) => report.next ?? []),
      ...errors.map((error) => error.fix),
    ]),
  });
}
