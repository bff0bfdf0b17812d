/**
 * One change of a Terraform plan in words, without what is sensitive in it.
 *
 * @module
 */
import { at, isJsonObject, listAt, objectAt, textAt } from "./json_values.ts";
import { oneLine } from "./words.ts";

export type Action = "delete" | "replace" | "forget" | "update" | "create" | "read" | "none";

/** Names whose values are not shown even when nobody marked them as sensitive. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|credential|private|api_?key|access_?key|^dsn$|connection_string/i;

/** Shorter texts are too common to be searched for inside others. */
const MIN_SECRET = 4;
const SHOWN_ATTRIBUTES = 5;
const MASK = "(sensitive)";

/** The one word for a list of actions: `["delete", "create"]` is a replacement. */
export function planAction(actions: readonly unknown[]): Action {
  const has = (name: string) => actions.includes(name);
  if (has("delete")) return has("create") ? "replace" : "delete";
  if (has("forget")) return has("create") ? "replace" : "forget";
  return has("create") ? "create" : has("update") ? "update" : has("read") ? "read" : "none";
}

function gather(value: unknown, sensitive: unknown, into: Set<string>): void {
  // An own stack: a plan may nest deeper than the call stack.
  const open: [unknown, unknown][] = [[value, sensitive]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [inner, mark] = pair;
    if (mark === undefined || mark === false) continue;
    if (mark === true && (typeof inner === "string" || typeof inner === "number")) {
      if (String(inner).length >= MIN_SECRET) into.add(String(inner));
    } else if (Array.isArray(inner)) {
      for (const [i, one] of inner.entries()) open.push([one, mark === true ? true : at(mark, i)]);
    } else if (isJsonObject(inner)) {
      for (const [key, one] of Object.entries(inner)) open.push([one, mark === true ? true : at(mark, key)]);
    }
  }
}

/**
 * Every text that a plan marks as sensitive, wherever: it may stand again in a place that carries no mark.
 *
 * @example
 * ```ts
 * import { collectSecrets } from "./terraform_changes.ts";
 * const secrets = collectSecrets({
 *   variables: { key: { value: "s3cret" } },
 *   configuration: { root_module: { variables: { key: { sensitive: true } } } },
 * });
 * console.assert(secrets.has("s3cret"));
 * ```
 */
export function collectSecrets(plan: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [name, variable] of Object.entries(objectAt(plan, "variables"))) {
    const marked = at(plan, "configuration", "root_module", "variables", name, "sensitive") === true;
    gather(at(variable, "value"), marked || SECRET_NAME.test(name), found);
  }
  for (const part of ["resource_changes", "resource_drift"]) {
    for (const resource of listAt(plan, part)) {
      for (const when of ["before", "after"]) {
        gather(at(resource, "change", when), at(resource, "change", `${when}_sensitive`), found);
      }
    }
  }
  for (const output of Object.values(objectAt(plan, "output_changes"))) {
    for (const when of ["before", "after"]) gather(at(output, when), at(output, `${when}_sensitive`), found);
  }
  for (const state of [at(plan, "planned_values"), at(plan, "prior_state", "values")]) {
    for (const output of Object.values(objectAt(state, "outputs"))) {
      gather(at(output, "value"), at(output, "sensitive"), found);
    }
    const modules: unknown[] = [at(state, "root_module")];
    for (let module = modules.pop(); module !== undefined; module = modules.pop()) {
      for (const resource of listAt(module, "resources")) {
        gather(at(resource, "values"), at(resource, "sensitive_values"), found);
      }
      modules.push(...listAt(module, "child_modules"));
    }
  }
  return found;
}

/** A mark holds for a value and for everything inside it; a partial mark is looked at member by member. */
const isMarked = (mark: unknown): boolean =>
  mark === true || (isJsonObject(mark) && Object.values(mark).some(isMarked)) ||
  (Array.isArray(mark) && mark.some(isMarked));

function scalar(value: unknown, secrets: ReadonlySet<string>): string {
  const text = typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value) ?? "null";
  if (typeof value === "string" && [...secrets].some((secret) => value.includes(secret))) return MASK;
  if (typeof value !== "string" && secrets.has(text)) return MASK;
  if (typeof value === "object" && value !== null) {
    // Inside a compound value a secret may stand anywhere.
    if ([...secrets].some((secret) => text.includes(JSON.stringify(secret).slice(1, -1)))) return MASK;
    if (/"[^"]*(pass|secret|token|private|credential)[^"]*":/i.test(text.slice(0, 4000))) return MASK;
  }
  return oneLine(text, 80);
}

/** A value for a person: masked, or `(known after apply)`. */
export function shownValue(
  value: unknown,
  sensitive: unknown,
  unknown: unknown,
  when: "before" | "after",
  secrets: ReadonlySet<string>,
): string {
  if (isMarked(sensitive)) return MASK;
  if (when === "after" && isMarked(unknown)) return "(known after apply)";
  return value === undefined ? "null" : scalar(value, secrets);
}

/**
 * The attributes that differ between before and after, in words: `input.size 3 to 5`. Only updates and replacements have
 * any: a creation or deletion concerns them all.
 */
export function attributeChanges(change: unknown, secrets: ReadonlySet<string>): readonly string[] {
  const before = at(change, "before");
  const after = at(change, "after");
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const found: string[] = [];
  const walk = (path: readonly string[], depth: number): void => {
    const was = at(before, ...path);
    const will = at(after, ...path);
    const unknown = at(change, "after_unknown", ...path);
    const mark = [at(change, "before_sensitive", ...path), at(change, "after_sensitive", ...path)];
    if (depth < 4 && isJsonObject(was) && isJsonObject(will) && unknown !== true && !mark.includes(true)) {
      for (const key of new Set([...Object.keys(was), ...Object.keys(will)])) {
        if (found.length <= SHOWN_ATTRIBUTES) walk([...path, key], depth + 1);
      }
      return;
    }
    if (JSON.stringify(was) === JSON.stringify(will) && unknown !== true) return;
    // What is computed anew each time says nothing about the wish.
    if (unknown === true && ["id", "output"].includes(path.join("."))) return;
    const secret = path.some((name) => SECRET_NAME.test(name)) || mark.some(isMarked);
    found.push(
      secret
        ? `${path.join(".")} changes ${MASK}`
        : `${path.join(".")} ${shownValue(was, mark[0], undefined, "before", secrets)} to ${
          shownValue(will, mark[1], unknown, "after", secrets)
        }`,
    );
  };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (found.length <= SHOWN_ATTRIBUTES) walk([key], 0);
  }
  return found.length > SHOWN_ATTRIBUTES ? [...found.slice(0, SHOWN_ATTRIBUTES), "and more"] : found;
}

/** The providers of a plan's resources, without the built-in one. */
export const providersOf = (plan: unknown): readonly string[] => [
  ...new Set(
    listAt(plan, "resource_changes").map((one) => textAt(one, "provider_name"))
      .filter((name) => name !== "" && !name.startsWith("terraform.io/builtin/")),
  ),
];
