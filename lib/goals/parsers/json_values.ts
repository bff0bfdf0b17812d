/**
 * Reading JSON of unknown shape without believing it: every accessor answers with the empty value of its type.
 *
 * @module
 */

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of member names and indexes, or `undefined`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let inner = value;
  for (const step of path) {
    if (typeof step === "number") inner = Array.isArray(inner) ? inner[step] : undefined;
    else inner = isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }
  return inner;
}

/** The array at a path; empty when there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const inner = at(value, ...path);
  return Array.isArray(inner) ? inner : [];
}

/** The object at a path; empty when there is none. */
export function objectAt(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  const inner = at(value, ...path);
  return isObject(inner) ? inner : {};
}

/** The text at a path; numbers and booleans in their JSON spelling, empty when there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const inner = at(value, ...path);
  if (typeof inner === "string") return inner;
  return typeof inner === "number" || typeof inner === "boolean" ? String(inner) : "";
}

/** The finite number at a path, or `undefined`. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const inner = at(value, ...path);
  return typeof inner === "number" && Number.isFinite(inner) ? inner : undefined;
}

/** Whether the value is a JSON object. */
export const isJsonObject = isObject;
