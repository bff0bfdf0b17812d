/**
 * From environment and flags to the shape of the settings, and where each value came from.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { resolvePath } from "../internal/paths.ts";
import type { Environment } from "./env.ts";
import type { SettingsFile } from "./file.ts";
import { OPEN_KEYS } from "./schema.ts";

/** Values by dotted key, each with its origin (`environment NAME`, `flag --NAME`). */
export type Layer = readonly {
  readonly key: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}[];

/** What stands in the way of a variable. `value` is left out where it may be a secret. */
const refuse = (name: string, value: string, hint: string): PhysiclawError =>
  new PhysiclawError("config", `Cannot take ${name}=${value}`, {
    hint,
    fields: [{ field: name, message: hint }],
  });

const TRUE = ["1", "true", "yes", "on"];
const FALSE = ["0", "false", "no", "off"];

function flagWord(name: string, value: string): boolean {
  const word = value.trim().toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw refuse(name, JSON.stringify(value), `use one of ${[...TRUE, ...FALSE].join(", ")}`);
}

/** Strict on purpose: a misspelt "off" must not read as "on", nor the other way round. */
function zeroOrOne(name: string, value: string): boolean {
  if (value === "1") return true;
  if (value === "0") return false;
  throw refuse(name, JSON.stringify(value), "use 1 or 0");
}

function port(name: string, value: string): string {
  if (!/^[0-9]{1,5}$/.test(value) || Number(value) > 65_535) {
    throw refuse(name, JSON.stringify(value), "use a port from 0 to 65535");
  }
  return `127.0.0.1:${value}`;
}

/** The environment's word on the settings. Relative directories are relative to `cwd`. */
export function environmentLayer(env: Environment, cwd: string): Layer {
  const layer: { key: readonly string[]; value: unknown; origin: string }[] = [];
  const take = (name: keyof Environment, key: string, convert: (value: string) => unknown) => {
    const value = env[name];
    if (value === undefined || value === "") return;
    layer.push({ key: key.split("."), value: convert(value), origin: `environment ${name}` });
  };
  const same = (value: string) => value;
  const path = (value: string) => resolvePath(cwd, value);
  take("PHYSICLAW_PERSONA", "persona", same);
  take("PHYSICLAW_BRIDGE_PORT", "listen", (value) => port("PHYSICLAW_BRIDGE_PORT", value));
  take("PHYSICLAW_MEMORY_DIR", "state_dir", path);
  take("PHYSICLAW_CWD", "cwd", path);
  take("PHYSICLAW_API_KEYS", "auth.api_keys", same);
  take("PHYSICLAW_REQUIRE_AUTH", "auth.required", (value) => flagWord("PHYSICLAW_REQUIRE_AUTH", value));
  take("PHYSICLAW_JWT_SECRET", "auth.jwt_secret", same);
  take("PHYSICLAW_SANDBOX", "sandbox.required", (value) => zeroOrOne("PHYSICLAW_SANDBOX", value));
  take("PHYSICLAW_SANDBOX_NET", "sandbox.network", (value) => zeroOrOne("PHYSICLAW_SANDBOX_NET", value));
  return layer;
}

const FLAG_NAMES: Readonly<Record<string, string>> = {
  cwd: "--workspace",
  "lock.required": "--unlocked",
};

/** The flag that sets a dotted key: `--state-dir` for `state_dir`. */
export const flagNameOf = (key: string): string => FLAG_NAMES[key] ?? `--${key.replaceAll(/[._]/g, "-")}`;

/** The flags' word on the settings, by dotted key; `undefined` means not given. */
export function flagLayer(flags: Readonly<Record<string, unknown>>, cwd: string): Layer {
  return Object.entries(flags).filter(([, value]) => value !== undefined).map(([key, value]) => ({
    key: key.split("."),
    value: (key === "cwd" || key === "state_dir") && typeof value === "string"
      ? resolvePath(cwd, value)
      : value,
    origin: `flag ${flagNameOf(key)}`,
  }));
}

type Tree = { [key: string]: unknown };

export const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The dotted keys that a file sets, each once; names that the operator chose count as keys. */
function leavesOf(data: Tree, prefix: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(data).flatMap(([key, value]) => {
    const path = [...prefix, key];
    const open = prefix.length === 1 && OPEN_KEYS.has(prefix[0] ?? "");
    return isTree(value) && !open ? leavesOf(value, path) : [path];
  });
}

/** File, environment and flags laid over each other, and the origin of every key that one of them set. */
export function mergeLayers(
  file: SettingsFile | undefined,
  layers: readonly Layer[],
): { readonly merged: Tree; readonly origins: Map<string, string> } {
  const merged: Tree = structuredClone(file?.data ?? {});
  const origins = new Map<string, string>();
  for (const key of leavesOf(merged)) origins.set(key.join("."), `file ${file?.path ?? ""}`);
  for (const { key, value, origin } of layers.flat()) {
    let tree = merged;
    for (const part of key.slice(0, -1)) {
      const next = tree[part];
      if (isTree(next)) tree = next;
      else tree = tree[part] = {} as Tree;
    }
    const last = key.at(-1);
    if (last !== undefined) tree[last] = value;
    origins.set(key.join("."), origin);
  }
  return { merged, origins };
}
