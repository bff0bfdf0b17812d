/**
 * Canonical JSON and digests: what hashes in plans and records are taken over.
 *
 * @module
 */
import canonicalize from "canonicalize";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** SHA-256 of bytes, hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/**
 * SHA-256, hex, over the canonical JSON (RFC 8785) of a value. Throws `TypeError` for what JSON cannot hold.
 *
 * @example
 * ```ts
 * import { canonicalDigest } from "./canonical.ts";
 * console.assert(await canonicalDigest({ b: 1, a: 2 }) === await canonicalDigest({ a: 2, b: 1 }));
 * ```
 */
export function canonicalDigest(value: unknown): Promise<string> {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("Cannot hash undefined");
  return sha256(new TextEncoder().encode(text));
}
