/**
 * What a fact says, as it lies in a content column: `plain1:JSON`. Encryption at rest will be another prefix, not another
 * schema.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { Scrubbed } from "../scrub.ts";

const PLAIN = "plain1:";

/** The part of a fact that somebody wrote. */
export interface Content {
  readonly name: Scrubbed;
  readonly value: Scrubbed;
  readonly tags: readonly string[];
  readonly source: Scrubbed;
}

/** The content as it is stored. */
export const seal = ({ name, value, tags, source }: Content): string =>
  PLAIN + JSON.stringify([name, value, tags, source]);

/** The content of a stored text. Throws {@link PhysiclawError} of kind `config` for the envelope of a newer version. */
export function unseal(stored: string): Content {
  if (!stored.startsWith(PLAIN)) {
    throw new PhysiclawError("config", "Cannot read a fact: its envelope is of a newer version", {
      hint: "use the version of physiclaw that wrote it",
    });
  }
  // Only `seal` writes behind the prefix, so what it was given is what comes back.
  const [name, value, tags, source] = JSON.parse(stored.slice(PLAIN.length)) as [
    Scrubbed,
    Scrubbed,
    string[],
    Scrubbed,
  ];
  return { name, value, tags, source };
}

/**
 * A digest of 52 bits by which rows are found without reading their content. Two texts may share one: whoever looks rows
 * up compares the content. (FNV-1a in two halves.)
 */
export function lookupKey(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9dc5811c;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code ^ (low >>> 15), 0x01000193);
  }
  return ((high >>> 0) & 0xfffff) * 0x1_0000_0000 + (low >>> 0);
}
