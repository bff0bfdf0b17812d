/**
 * Ids of documents and chunks, and names of tables.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { PhysiclawError } from "../../internal/errors.ts";
import type { Audience } from "../types.ts";

const digest = (...parts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex").slice(0, 32);
};

/** Of a source for an audience: 128 bits in hexadecimal. */
export const documentId = (source: string, audience: Audience): string =>
  digest("document", audience, source);

/**
 * Of a text in a document: 128 bits in hexadecimal. It stays when the rest of the document changes, and with it the
 * vectors. `occurrence` tells equal texts of a document apart.
 */
export const chunkId = (document: string, text: string, occurrence: number): string =>
  digest("chunk", document, text, String(occurrence));

/** Of all chunks in order. It is made of scrubbed text, so that nobody can try out passwords on it. */
export function createContentHash() {
  const hash = createHash("sha256");
  return {
    add: (chunk: string): void => void hash.update(`${chunk.length}:${chunk}`),
    digest: (): string => hash.digest("hex").slice(0, 32),
  };
}

const VECTORS = "vectors_";

/** The table that holds a model's vectors. Throws `config` for an id that would not be a file's name. */
export function vectorTable(model: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(model)) {
    throw new PhysiclawError(
      "config",
      `Cannot keep vectors of the model ${JSON.stringify(model).slice(0, 120)}`,
      {
        hint: "a model's id is made of letters, digits, points, hyphens and underscores, at most 100",
      },
    );
  }
  return `${VECTORS}${model}`;
}

/** The model whose vectors the table holds; `undefined` for another table. */
export const modelOf = (table: string): string | undefined =>
  table.startsWith(VECTORS) ? table.slice(VECTORS.length) : undefined;
