/**
 * SHA-256 of what is larger than memory should hold.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** A digest that grows piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal; ends it. */
  hex(): string;
}

/** An empty SHA-256. */
export function sha256Stream(): Digest {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}

/**
 * SHA-256 of a file, in lower-case hexadecimal, a mebibyte at a time.
 *
 * @example
 * ```ts
 * import { sha256File } from "./file_digest.ts";
 * const path = await Deno.makeTempFile();
 * console.assert((await sha256File(path)).startsWith("e3b0c442"));
 * ```
 */
export async function sha256File(path: string): Promise<string> {
  using file = await Deno.open(path);
  const digest = sha256Stream();
  const buffer = new Uint8Array(1 << 20);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return digest.hex();
    digest.update(buffer.subarray(0, count));
  }
}
