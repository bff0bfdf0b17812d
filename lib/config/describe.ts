/**
 * The settings in force as rows for people: key, value, origin; secrets only as "set".
 *
 * @module
 */
import type { LoadedSettings } from "./load.ts";
import { SECRET_KEYS } from "./schema.ts";

/** One setting. */
export interface SettingRow {
  readonly key: string;
  /** JSON of the value; `(not set)`, or `(set)` for a secret. */
  readonly value: string;
  readonly origin: string;
}

/** Variables of tools may hold anything, passwords too: only their names are shown. */
const maskEnv = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "env" in value && typeof value.env === "object" &&
    value.env !== null
    ? { ...value, env: Object.fromEntries(Object.keys(value.env).map((name) => [name, "(set)"])) }
    : value;

/**
 * Every setting with its value and where it came from, in the order of the schema.
 *
 * @example
 * ```ts ignore
 * import { describeSettings } from "./describe.ts";
 * import { loadSettings } from "./load.ts";
 * const rows = describeSettings(await loadSettings({ env: {}, uid: 0, cwd: "/srv/app" }));
 * console.assert(rows.some(({ key }) => key === "persona"));
 * ```
 */
export function describeSettings({ settings, origins }: LoadedSettings): readonly SettingRow[] {
  return Object.entries(origins).map(([key, origin]) => {
    const open = /^(hosts|tools)\.(.*)$/s.exec(key);
    const parts = open === null ? key.split(".") : [open[1] ?? "", open[2] ?? ""];
    const value = parts.reduce<unknown>(
      (tree, part) =>
        typeof tree === "object" && tree !== null && Object.hasOwn(tree, part)
          ? (tree as Record<string, unknown>)[part] // has it as its own
          : undefined,
      settings,
    );
    const shown = value === undefined
      ? "(not set)"
      : SECRET_KEYS.has(key)
      ? "(set)"
      : JSON.stringify(maskEnv(value));
    return { key, value: shown, origin };
  });
}
