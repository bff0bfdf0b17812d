/**
 * A fact as somebody wrote it, and the one way from there to one that may be stored.
 *
 * @module
 */
import type { Scrubbed, Scrubber } from "./scrub.ts";
import type { Audience, FactInput, Origin } from "./types.ts";

/** A fact in plain text, not scrubbed yet. */
export interface NewFact {
  /** What it is about: "the payments cluster". Empty: a note without a name. */
  readonly name: string;
  readonly value: string;
  readonly tags?: readonly string[];
  readonly origin: Origin;
  readonly source: string;
  readonly audience: Audience;
  /** UTC milliseconds. */
  readonly expires?: number;
}

/**
 * The name and value without secrets. They are scrubbed together too: a value that is harmless alone is a password
 * beside the name "db password".
 *
 * @example
 * ```ts
 * import { scrubPair } from "./new_fact.ts";
 * import { createScrubber } from "./scrub.ts";
 * console.assert(scrubPair(createScrubber(), "db password", "hunter2").value === "[masked:password]");
 * ```
 */
export function scrubPair(
  { scrub }: Pick<Scrubber, "scrub">,
  name: string,
  value: string,
): { readonly name: Scrubbed; readonly value: Scrubbed } {
  const clean = { name: scrub(name), value: scrub(value) };
  if (clean.name === "") return clean;
  for (const joint of [": ", "="]) {
    const before = `${clean.name}${joint}`;
    const together = scrub(before + clean.value);
    if (together === before + clean.value) continue;
    // What is left of a scrubbed text behind its own beginning holds no secret either; where the beginning itself went, all did.
    return {
      name: clean.name,
      value: together.startsWith(before) ? scrub(together.slice(before.length)) : scrub("[masked:secret]"),
    };
  }
  return clean;
}

/** A fact that may be stored. */
export function scrubFact(scrubber: Pick<Scrubber, "scrub">, fact: NewFact): FactInput {
  const { tags = [], source, expires, origin, audience } = fact;
  return {
    ...scrubPair(scrubber, fact.name, fact.value),
    tags: tags.map((tag) => scrubber.scrub(tag)),
    origin,
    source: scrubber.scrub(source),
    audience,
    ...(expires === undefined ? {} : { expires }),
  };
}
