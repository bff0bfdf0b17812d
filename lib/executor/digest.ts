/**
 * SHA-256 of program files, computed once for as long as the file is the same.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Digests by file. */
export interface Digests {
  /** Lower-case hex. Rejects when the file can't be read. */
  of(path: string): Promise<string>;
  /** One digest over several files, in this order. */
  ofAll(paths: readonly string[]): Promise<string>;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1024 ** 2);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}

/**
 * A cache over the file's identity: device, inode, size and times. Programs are only taken from places that others can't
 * write (see `resolve.ts`), so whoever could forge these could forge the program as well.
 *
 * @example
 * ```ts ignore
 * const digest = await createDigests().of("/usr/bin/nmap");
 * ```
 */
export function createDigests(): Digests {
  const known = new Map<string, { readonly identity: string; readonly digest: Promise<string> }>();
  const of = async (path: string): Promise<string> => {
    const { dev, ino, size, mtime, ctime } = await Deno.stat(path);
    const identity = [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
    const held = known.get(path);
    if (held?.identity === identity) return await held.digest;
    const digest = hashFile(path);
    known.set(path, { identity, digest });
    digest.catch(() => known.delete(path));
    return await digest;
  };
  return {
    of,
    ofAll: async (paths) => {
      const hash = createHash("sha256");
      for (const path of paths) hash.update(`${await of(path)}\n`);
      return hash.digest("hex");
    },
  };
}
