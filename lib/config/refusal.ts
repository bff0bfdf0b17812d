/**
 * From what the schema says of a wrong setting to an error that a person can act on.
 *
 * @module
 */
import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { type FieldError, PhysiclawError } from "../internal/errors.ts";
import type { SettingsFile } from "./file.ts";
import { ENVIRONMENT_ONLY, SECRET_KEYS, SETTING_KEYS } from "./schema.ts";

type Issue = z.core.$ZodIssue;

const MAX_SHOWN = 80;

/** The value as it may be shown: short, never a secret, never a table. */
function shown(key: string, value: unknown): string {
  // A tool's variables and a URL's user part may be passwords.
  if (SECRET_KEYS.has(key) || /^tools\..*\.env(\.|$)/s.test(key) || value === undefined) return "";
  if (typeof value === "object" && value !== null) return "";
  const text = (JSON.stringify(value) ?? String(value)).replace(/\/\/[^/]*@/, "//…@");
  return ` = ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
}

/** The known key that was probably meant, among whole dotted keys and their tables. */
export function nearestKey(key: string, known: readonly string[] = SETTING_KEYS): string | undefined {
  const tables = known.flatMap((name) => name.includes(".") ? [name.slice(0, name.indexOf("."))] : []);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(key.length / 3)) + 1;
  for (const name of [...known, ...tables]) {
    const far = distance(key, name);
    if (far < least) [best, least] = [name, far];
  }
  return best;
}

const valueAt = (tree: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key] // has it as its own
        : undefined,
    tree,
  );

/** A message of the schema as the end of the sentence "the setting …". */
const sentence = (issue: Issue, missing: boolean): string => {
  if (missing) return "is missing";
  if (issue.code === "invalid_key") return `has a name that ${issue.issues[0]?.message ?? "does not fit"}`;
  return issue.message.replace(/^Invalid input: expected (\w+), received (\w+)$/, "is a $2, not a $1")
    .replace(/^Invalid option: expected one of /, "is not one of ")
    .replace(/^Too big: /, "is too big: ").replace(/^Too small: /, "is too small: ");
};

/** Where a key was set: the file with its line, the variable or the flag. */
export function placeOf(
  key: readonly string[],
  origins: ReadonlyMap<string, string>,
  file: SettingsFile | undefined,
): string {
  for (let length = key.length; length > 0; length -= 1) {
    const origin = origins.get(key.slice(0, length).join("."));
    if (origin !== undefined && !origin.startsWith("file ")) return origin;
  }
  if (file === undefined) return "the settings";
  const line = file.lineOf(key);
  return line === undefined ? file.path : `${file.path} line ${line}`;
}

function unknownKeys(
  issue: Issue & { code: "unrecognized_keys" },
): readonly { key: string[]; hint: string }[] {
  const table = issue.path.map(String);
  return issue.keys.map((name) => {
    const key = [...table, name];
    // Inside an open table the siblings are a tool's own keys, which the schema's message cannot list.
    const near = nearestKey(key.join("."));
    return { key, hint: near === undefined ? "remove it" : `did you mean "${near}"?` };
  });
}

/**
 * One error for all that is wrong; it speaks of the first in full, and `fields` lists each.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { refusalOf } from "./refusal.ts";
 * const result = z.strictObject({}).safeParse({ limts: 1 });
 * if (!result.success) console.assert(refusalOf(result.error.issues, {}, new Map(), undefined).kind === "config");
 * ```
 */
export function refusalOf(
  issues: readonly Issue[],
  merged: unknown,
  origins: ReadonlyMap<string, string>,
  file: SettingsFile | undefined,
): PhysiclawError {
  const all: { field: FieldError; place: string; shown: string; hint?: string }[] = [];
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") {
      for (const { key, hint } of unknownKeys(issue)) {
        const field = { field: key.join("."), message: "is no setting" };
        all.push({ field, place: placeOf(key, origins, file), shown: "", hint });
      }
      continue;
    }
    const key = issue.path.map(String);
    const value = valueAt(merged, issue.path);
    const dotted = key.join(".");
    all.push({
      field: { field: dotted, message: sentence(issue, value === undefined) },
      place: placeOf(key, origins, file),
      shown: shown(dotted, value),
    });
  }
  const first = all[0];
  if (first === undefined) return new PhysiclawError("config", "Cannot take the settings");
  const more = all.length > 1 ? `, and ${all.length - 1} more` : "";
  const text =
    `Cannot take ${first.field.field}${first.shown} of ${first.place}: it ${first.field.message}${more}`;
  return new PhysiclawError("config", text, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    fields: all.map(({ field }) => field),
  });
}

/** Tables that only the environment may fill, found in the file. */
export function refuseEnvironmentOnly(file: SettingsFile | undefined): void {
  for (const [key, hint] of Object.entries(ENVIRONMENT_ONLY)) {
    if (file === undefined || !Object.hasOwn(file.data, key)) continue;
    throw new PhysiclawError(
      "config",
      `Cannot take ${key} of ${placeOf([key], new Map(), file)}: it is no setting`,
      {
        hint,
        fields: [{ field: key, message: "is no setting" }],
      },
    );
  }
}
