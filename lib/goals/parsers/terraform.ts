/**
 * Terraform's plan: what would change, what changed outside, and what could not be looked at.
 *
 * @module
 */
import type { SlotValue } from "../../catalog/types.ts";
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { elementsOf, findRange, type JsonRange, membersOf, readRange } from "./json_ranges.ts";
import { at, listAt, textAt } from "./json_values.ts";
import { bySeverity, cite, endedBadly, notLooked, parsed } from "./parsed.ts";
import {
  type Action,
  attributeChanges,
  collectSecrets,
  planAction,
  shownValue,
} from "./terraform_changes.ts";
import { terraformFailure } from "./terraform_errors.ts";
import { count, some, unique } from "./words.ts";

interface Change {
  readonly address: string;
  readonly action: Action;
  readonly detail: string;
  readonly range: JsonRange;
}

const SEVERITY: Readonly<Record<Action, Severity>> = {
  delete: "high",
  replace: "high",
  forget: "medium",
  update: "medium",
  create: "low",
  read: "info",
  none: "info",
};

const WORDS: Readonly<Record<Action, string>> = {
  delete: "would be destroyed",
  replace: "would be destroyed and created anew",
  forget: "would be removed from the state, not destroyed",
  update: "would be updated in place",
  create: "would be created",
  read: "would be read",
  none: "would not change",
};

/** Why Terraform says that it acts: `delete_because_no_resource_config`. */
const reasonWords = (reason: string): string => {
  const words: Readonly<Record<string, string>> = {
    delete_because_no_resource_config: "it is no longer in the configuration",
    delete_because_no_module: "its module is no longer in the configuration",
    delete_because_count_index: "count no longer reaches it",
    delete_because_each_key: "for_each no longer holds its key",
    delete_because_wrong_repetition: "count or for_each was added or removed",
    replace_because_tainted: "it is marked as tainted",
    replace_because_cannot_update: "it cannot be updated in place",
    replace_by_request: "it was asked for",
    replace_by_triggers: "replace_triggered_by names something that changes",
  };
  return words[reason] ?? reason.replaceAll("_", " ");
};

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function changesIn(bytes: Uint8Array, member: string, secrets: ReadonlySet<string>): readonly Change[] {
  const range = findRange(bytes, [member]);
  if (range === undefined) return [];
  return elementsOf(bytes, range).elements.map((element): Change => {
    const value = readRange(bytes, element);
    const replaced = listAt(value, "change", "replace_paths").map((path) =>
      Array.isArray(path) ? path.join(".") : ""
    );
    const reason = textAt(value, "action_reason");
    return {
      address: textAt(value, "address"),
      action: planAction(listAt(value, "change", "actions")),
      detail: [
        reason === "" ? "" : reasonWords(reason),
        replaced.length === 0 ? "" : `forced by ${some(unique(replaced), 4)}`,
        attributeChanges(at(value, "change"), secrets).join(", "),
      ].filter((part) => part !== "").join("; "),
      range: element,
    };
  }).filter((change) => change.action !== "none");
}

function outputsIn(bytes: Uint8Array, secrets: ReadonlySet<string>): readonly Change[] {
  const range = findRange(bytes, ["output_changes"]);
  if (range === undefined) return [];
  return membersOf(bytes, range).members.map(({ key, range: inner }): Change => {
    const value = readRange(bytes, inner);
    const show = (which: "before" | "after") =>
      shownValue(
        at(value, which),
        at(value, `${which}_sensitive`),
        at(value, "after_unknown"),
        which,
        secrets,
      );
    const action = planAction(listAt(value, "actions"));
    return {
      address: `output ${key}`,
      action,
      detail: action === "create"
        ? show("after")
        : action === "delete"
        ? show("before")
        : `${show("before")} to ${show("after")}`,
      range: inner,
    };
  }).filter((change) => change.action !== "none");
}

/** `1 to add, 2 to change, 2 to destroy`: Terraform's own count, where a replacement is both. */
function tally(changes: readonly Change[]): string {
  const of = (...actions: readonly Action[]) => changes.filter((one) => actions.includes(one.action)).length;
  return `${of("create", "replace")} to add, ${of("update")} to change, ${
    of("delete", "replace")
  } to destroy`;
}

const naming = (changes: readonly Change[], action: Action, word: string): readonly string[] => {
  const names = changes.filter((one) => one.action === action).map((one) => one.address);
  return names.length === 0 ? [] : [`${word}: ${some(names)}`];
};

function headlineOf(
  place: string,
  asked: string,
  changes: readonly Change[],
  drift: readonly Change[],
  outputs: number,
  stateless: boolean,
): string {
  const names = [
    ...naming(changes, "delete", "destroyed"),
    ...naming(changes, "replace", "replaced"),
    ...naming(changes, "update", "updated"),
    ...naming(changes, "create", "created"),
    ...naming(changes, "forget", "forgotten"),
  ].join("; ");
  const said = count(outputs, "output value");
  const plan = changes.length === 0
    ? `the configuration${place} and the recorded state agree${
      outputs === 0 ? "" : `, only ${said} would change`
    }`
    : `the plan${place} has ${tally(changes)} (${names})`;
  const capital = `${plan[0]?.toUpperCase() ?? ""}${plan.slice(1)}`;
  const first = stateless ? `${capital}; no state is recorded here, so everything counts as new` : capital;
  if (drift.length > 0) {
    return `Drift: ${count(drift.length, "resource")}${place} changed outside Terraform: ${
      some(drift.map((one) => one.address))
    }; ${plan}`;
  }
  if (/drift/.test(asked)) {
    return `Drift was not checked: the plan ran without network, against the recorded state; ${plan}`;
  }
  if (/delet|destr|remov/.test(asked)) {
    const gone = changes.filter((one) => one.action === "delete" || one.action === "replace");
    return gone.length === 0
      ? `Nothing${place} would be destroyed; ${plan}`
      : `${count(gone.length, "resource")}${place} would be destroyed: ${
        some(gone.map((one) => one.action === "replace" ? `${one.address} (and created anew)` : one.address))
      }; ${plan}`;
  }
  return `${first}; drift was not checked (no network)`;
}

/**
 * Reads the two commands of a plan step: `terraform plan` and `terraform show -json`. Values that Terraform marks as
 * sensitive, and values under names that look secret, are never in the result.
 *
 * @example
 * ```ts
 * import { parseTerraform } from "./terraform.ts";
 * const empty = new Uint8Array();
 * const stderr = new TextEncoder().encode("\nError: No configuration files\n\nPlan requires configuration.\n");
 * const answer = parseTerraform({
 *   step: { id: "s1", tool: "terraform plan", form: "plan", slots: { directory: "infra" } },
 *   ask: { intent: "plan", about: {} },
 *   commands: [{ argv: [], exitCode: 1, stdout: empty, stderr, stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "failed", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.verdict === "no_such_thing");
 * ```
 */
export function parseTerraform(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const directory = list(input.step.slots.directory)[0];
  const place = directory === undefined ? " here" : ` in ${directory}`;
  if (ended !== undefined) return notLooked(input, `${ended}; drift not checked`);
  const [plan, show] = input.commands;
  if (plan === undefined) return notLooked(input, "terraform printed nothing");
  if (plan.exitCode !== 0 && plan.exitCode !== 2) return terraformFailure(input, 0, place);
  if (show === undefined || show.exitCode !== 0) {
    return show === undefined
      ? notLooked(input, `Terraform planned${place}, but the plan was not shown`)
      : terraformFailure(input, 1, place);
  }
  const { stdout } = show;
  const whole = findRange(stdout, []);
  if (whole === undefined || !whole.complete) {
    return notLooked(
      input,
      `Terraform's plan${place} was cut or is not JSON; what it would change is not known`,
    );
  }
  const secrets = collectSecrets(readRange(stdout, whole));
  const changes = changesIn(stdout, "resource_changes", secrets);
  const drift = changesIn(stdout, "resource_drift", secrets);
  const outputs = outputsIn(stdout, secrets);
  const stateless = findRange(stdout, ["prior_state"]) === undefined;
  // The intent covers plans and drift alike; a planner that knows which was asked says so in `question`.
  const asked = (input.ask.about.question ?? input.ask.intent.replace(/^drift$/, "plan")).toLowerCase();
  const aboutDrift = /drift/.test(asked) && drift.length === 0;
  const evidence = (change: Change) => cite(input, 1, "stdout", change.range);
  const findings: Finding[] = [
    ...drift.map((change): Finding => ({
      severity: "high",
      text: `${change.address} was ${change.action === "delete" ? "deleted" : "changed"} outside Terraform${
        change.detail === "" ? "" : `: ${change.detail}`
      }`,
      evidence: evidence(change),
    })),
    ...changes.map((change): Finding => ({
      severity: SEVERITY[change.action],
      text: `${change.address} ${WORDS[change.action]}${change.detail === "" ? "" : `: ${change.detail}`}`,
      evidence: evidence(change),
    })),
  ];
  const headline = headlineOf(place, asked, changes, drift, outputs.length, stateless);
  const blind = drift.length > 0 ? [] : [
    "drift not checked: the plan ran without network, so no provider could compare the real resources with the recorded state",
  ];
  const risky = changes.some(({ action }) => action === "delete" || action === "replace");
  return parsed({
    headline,
    ...(aboutDrift && findings.length === 0 ? { reason: headline } : {}),
    verdict: findings.length > 0
      ? "findings"
      : aboutDrift
      ? "not_looked"
      : outputs.length > 0
      ? "listing"
      : "nothing_wrong",
    findings: bySeverity(findings),
    facts: {
      changed_resources: unique(changes.map(({ address }) => address)),
      destroyed_resources: unique(
        changes.filter(({ action }) => action === "delete" || action === "replace").map(({ address }) =>
          address
        ),
      ),
      drifted_resources: unique(drift.map(({ address }) => address)),
    },
    ...(outputs.length === 0 ? {} : {
      table: {
        columns: ["output", "action", "value"],
        rows: outputs.map(({ address, action, detail }) => [address.slice(7), action, detail]),
      },
    }),
    blind,
    next: [
      ...(drift.length > 0
        ? ["Decide for each drifted resource: take the change into the configuration, or apply to undo it."]
        : aboutDrift
        ? ["To see drift, run terraform plan -refresh-only where the providers can reach what they manage."]
        : []),
      ...(risky ? ["Look at what would be destroyed before anybody applies this."] : []),
    ],
  });
}
