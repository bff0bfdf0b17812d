/**
 * The environment, by name and nothing but the names below: the only reader of `Deno.env`.
 *
 * @module
 */

/** Variables that decide settings, in the order in which `doctor` shows them. */
export const SETTING_VARIABLES = [
  "PHYSICLAW_PERSONA",
  "PHYSICLAW_BRIDGE_PORT",
  "PHYSICLAW_MEMORY_DIR",
  "PHYSICLAW_CWD",
  "PHYSICLAW_API_KEYS",
  "PHYSICLAW_REQUIRE_AUTH",
  "PHYSICLAW_JWT_SECRET",
  "PHYSICLAW_SANDBOX",
  "PHYSICLAW_SANDBOX_NET",
] as const;

/** Variables that only the commands read which talk to a bridge. */
export const CLIENT_VARIABLES = ["PHYSICLAW_API_KEY", "PHYSICLAW_JWT", "PHYSICLAW_BRIDGE_URL"] as const;

/** Where files lie by convention. */
export const PLACE_VARIABLES = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] as const;

/** Every variable that the program may read; the permission flags are made from this list. */
export const KNOWN_VARIABLES = [...SETTING_VARIABLES, ...CLIENT_VARIABLES, ...PLACE_VARIABLES] as const;

/** A snapshot of the environment. An absent variable and an empty one mean the same: not set. */
export type Environment = Readonly<Partial<Record<(typeof KNOWN_VARIABLES)[number], string>>>;

/**
 * The known variables as they stand now. Needs `--allow-env` for the names in {@link KNOWN_VARIABLES}.
 *
 * @example
 * ```ts
 * import { readEnvironment } from "./env.ts";
 * const persona = readEnvironment().PHYSICLAW_PERSONA;
 * console.assert(persona === undefined || persona !== "");
 * ```
 */
export function readEnvironment(): Environment {
  const found: Partial<Record<(typeof KNOWN_VARIABLES)[number], string>> = {};
  for (const name of KNOWN_VARIABLES) {
    const value = Deno.env.get(name);
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}
