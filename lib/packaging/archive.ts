/**
 * The part of the payload that the runtime unpacks by itself: an index as one line of JSON, then the files' bytes, all under
 * one zstd frame.
 *
 * @module
 */
import { constants, zstdCompressSync } from "node:zlib";
import type { TreeFile } from "./bundle.ts";

/** zstd's level: 19 is the strongest that needs no large window when it is unpacked. */
const LEVEL = 19;

/** A row of the index: path below the tree, size in bytes. */
export type IndexRow = readonly [path: string, bytes: number];

/**
 * Packs files in the order of their paths. The same files give the same bytes.
 *
 * @example
 * ```ts
 * import { pack } from "./archive.ts";
 * console.assert(pack([{ path: "app/main.js", bytes: new Uint8Array(10) }]).byteLength > 0);
 * ```
 */
export function pack(files: readonly TreeFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => a.path < b.path ? -1 : 1);
  const index: readonly IndexRow[] = sorted.map(({ path, bytes }) => [path, bytes.byteLength]);
  const head = new TextEncoder().encode(`${JSON.stringify(index)}\n`);
  const parts = [head, ...sorted.map(({ bytes }) => bytes)];
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return new Uint8Array(
    zstdCompressSync(whole, {
      params: {
        [constants.ZSTD_c_compressionLevel]: LEVEL,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    }),
  );
}
