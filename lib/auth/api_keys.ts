/**
 * API keys as the operator writes them: `sre:KEY,secops:KEY,*:KEY`.
 *
 * @module
 */
import { normalisePersona } from "../catalog/catalog.ts";
import { type Persona, PERSONAS } from "../catalog/types.ts";
import { PhysiclawError } from "../internal/errors.ts";

/** A key and whom it may speak for. */
export interface ApiKey {
  readonly key: string;
  readonly personas: readonly Persona[] | "all";
}

/** What a header can carry unchanged: visible ASCII. The comma ends an entry. */
const KEY = /^[\x21-\x7e]+$/;

/**
 * The keys of `PHYSICLAW_API_KEYS`. Blank text means none. A key that stands for several personas gets all of them.
 * Throws {@link PhysiclawError} of kind `config` for an entry without a key, without a persona or with an unknown one; the
 * message names the entry's position and nothing that stands in it, since a misplaced key looks like anything.
 *
 * @example
 * ```ts
 * import { parseApiKeys } from "./api_keys.ts";
 * console.assert(parseApiKeys("sre:example, *:other").length === 2);
 * ```
 */
export function parseApiKeys(text: string): readonly ApiKey[] {
  if (text.trim() === "") return [];
  const personasOf = new Map<string, readonly Persona[] | "all">();
  text.split(",").forEach((entry, index) => {
    const refuse = (reason: string, hint: string): never => {
      throw new PhysiclawError("config", `Cannot read entry ${index + 1} of the API keys: ${reason}`, {
        hint,
      });
    };
    const colon = entry.indexOf(":");
    if (entry.trim() === "") refuse("it is empty", "remove the comma too much");
    if (colon < 0) refuse("it has no persona", "write *:KEY for a key of all personas");
    const name = entry.slice(0, colon).trim();
    if (name === "") refuse("it has no persona", "write *:KEY for a key of all personas");
    const persona = name === "*" ? "all" : normalisePersona(name);
    if (persona === undefined) {
      return refuse("it names an unknown persona", `use one of: ${PERSONAS.join(", ")}, *`);
    }
    const key = entry.slice(colon + 1).trim();
    if (key === "") refuse("it has no key", "make one with `physiclaw auth key`");
    if (!KEY.test(key)) {
      refuse("the key holds blanks or other characters that a header cannot carry", "remove them");
    }
    const earlier = personasOf.get(key) ?? [];
    personasOf.set(
      key,
      persona === "all" || earlier === "all" ? "all" : [...new Set([...earlier, persona])],
    );
  });
  return [...personasOf].map(([key, personas]) => ({ key, personas }));
}

/**
 * A new key: 32 random bytes, base64url.
 *
 * @example
 * ```ts
 * import { createKey } from "./api_keys.ts";
 * console.assert(/^[\w-]{43}$/.test(createKey()));
 * ```
 */
export function createKey(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
}
