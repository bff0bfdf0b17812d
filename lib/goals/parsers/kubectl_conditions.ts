/**
 * Conditions, labels and quantities: what many kinds of Kubernetes objects share.
 *
 * @module
 */
import { at, listAt, objectAt, textAt } from "./json_values.ts";
import type { Item } from "./kubectl_objects.ts";
import { oneLine } from "./words.ts";

/** A condition of an object's status, and where it stands. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  /** `Reason: message`, whichever are there. */
  readonly why: string;
  readonly since: string;
  readonly path: readonly (string | number)[];
}

/** The conditions of an object's status. */
export function conditionsOf(item: Item): readonly Condition[] {
  return listAt(item.value, "status", "conditions").map((one, index) => ({
    type: textAt(one, "type"),
    status: textAt(one, "status"),
    why: [textAt(one, "reason"), oneLine(textAt(one, "message"), 240)].filter((part) => part !== "").join(
      ": ",
    ),
    since: textAt(one, "lastTransitionTime"),
    path: ["status", "conditions", index],
  }));
}

/** The condition of a type, if the object has it. */
export const conditionOf = (item: Item, type: string): Condition | undefined =>
  conditionsOf(item).find((one) => one.type === type);

/** `key=value` pairs of an object of texts, as kubectl writes selectors. */
export const pairs = (value: unknown, ...path: readonly (string | number)[]): string =>
  Object.entries(objectAt(value, ...path)).map(([key, text]) => `${key}=${String(text)}`).join(",");

/** Images of a pod template's containers. */
export const imagesOf = (item: Item): readonly string[] =>
  listAt(item.value, "spec", "template", "spec", "containers").map((one) => textAt(one, "image"));

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/**
 * A Kubernetes quantity as a number, or `undefined` when it is none.
 *
 * @example
 * ```ts
 * import { quantity } from "./kubectl_conditions.ts";
 * console.assert(quantity("1500m") === 1.5 && quantity("2Ki") === 2048);
 * ```
 */
export function quantity(text: string): number | undefined {
  const match = /^([+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:([eE][+-]?[0-9]{1,3})|([numkMGTPE]|[KMGTPE]i))?$/
    .exec(text);
  if (match === null) return undefined;
  const value = Number((match[1] ?? "") + (match[2] ?? ""));
  const factor = SUFFIXES[match[3] ?? ""];
  return factor === undefined || !Number.isFinite(value) ? undefined : value * factor;
}

/** True when the object is being deleted. */
export const isDeleting = (item: Item): boolean =>
  typeof at(item.value, "metadata", "deletionTimestamp") === "string";
