/**
 * Stored outputs: masked bytes in files named by their SHA-256.
 *
 * @module
 */
import { sha256 } from "../internal/canonical.ts";
import { PhysiclawError } from "../internal/errors.ts";
import type { OutputRef } from "./store.ts";

/** What {@link createOutputStore} returns. */
export interface OutputStore {
  /** Writes the bytes once (temporary file, fsync, rename) and tells their digest. */
  put(bytes: Uint8Array<ArrayBuffer>): Promise<OutputRef>;
  /** Bytes from `start` up to `end` (exclusive; default: all). Throws `not_found` when the file is gone. */
  read(digest: string, start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
  remove(digests: readonly string[]): Promise<void>;
}

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * An output store in a directory, which is made when it is missing.
 *
 * @example
 * ```ts
 * import { createOutputStore } from "./outputs.ts";
 * const store = await createOutputStore(await Deno.makeTempDir());
 * const { sha256 } = await store.put(new TextEncoder().encode("hello"));
 * console.assert((await store.read(sha256, 1, 3)).length === 2);
 * ```
 */
export async function createOutputStore(directory: string): Promise<OutputStore> {
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const pathOf = (digest: string): string => {
    if (!DIGEST.test(digest)) {
      throw new PhysiclawError("not_found", "Cannot read the output: its digest is malformed");
    }
    return `${directory}/${digest}`;
  };
  return {
    put: async (bytes) => {
      const digest = await sha256(bytes);
      const path = pathOf(digest);
      const known = await Deno.stat(path).catch(() => undefined);
      if (known?.size === bytes.byteLength) return { sha256: digest, bytes: bytes.byteLength };
      const temporary = `${path}.${crypto.randomUUID()}`;
      const file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
      try {
        let written = 0;
        while (written < bytes.byteLength) written += await file.write(bytes.subarray(written));
        await file.syncData();
      } finally {
        file.close();
      }
      await Deno.rename(temporary, path);
      return { sha256: digest, bytes: bytes.byteLength };
    },
    read: async (digest, start = 0, end = Infinity) => {
      let file: Deno.FsFile;
      try {
        file = await Deno.open(pathOf(digest), { read: true });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        throw new PhysiclawError("not_found", "Cannot read the output: it is no longer kept", {
          hint: "raise limits.results_days or limits.results_bytes",
        });
      }
      try {
        const size = (await file.stat()).size;
        const last = Math.min(end, size);
        const bytes = new Uint8Array(Math.max(0, last - start));
        await file.seek(start, Deno.SeekMode.Start);
        let filled = 0;
        while (filled < bytes.byteLength) {
          const got = await file.read(bytes.subarray(filled));
          if (got === null) break;
          filled += got;
        }
        return bytes.subarray(0, filled);
      } finally {
        file.close();
      }
    },
    remove: async (digests) => {
      for (const digest of digests) {
        await Deno.remove(pathOf(digest)).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        });
      }
    },
  };
}
