/**
 * One process at a time: a lock that the kernel lets go of when its holder ends, however it ends.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "./errors.ts";

/** A lock that is held. */
export interface LockFile {
  readonly path: string;
  /** Lets go of it; the file stays. */
  close(): void;
}

/**
 * Takes the lock `path` (flock, exclusive) and writes the process id into it for people to read. Throws
 * {@link PhysiclawError}: `conflict` when another process holds it, `config` when it cannot be opened. What the file
 * says never decides anything, so nothing in it can be stale.
 *
 * @example
 * ```ts
 * import { acquireLock } from "./lock_file.ts";
 * const path = `${await Deno.makeTempDir()}/lock`;
 * const lock = await acquireLock(path);
 * lock.close();
 * ```
 */
export async function acquireLock(path: string): Promise<LockFile> {
  for (;;) {
    const file = await open(path);
    try {
      if (!(await file.tryLock(true))) {
        const holder = (await Deno.readTextFile(path).catch(() => "")).trim();
        const who = /^\d{1,10}$/.test(holder) ? `process ${holder}` : "another process";
        throw new PhysiclawError("conflict", `Cannot lock ${path}: ${who} holds it`, {
          hint: "one process writes a state directory; stop the other one or give another directory",
        });
      }
      // Whoever deletes the file while we open it would leave us with a lock on a file that nobody else sees.
      const [held, named] = [await file.stat(), await Deno.stat(path).catch(() => undefined)];
      if (named === undefined || named.ino !== held.ino || named.dev !== held.dev) {
        file.close();
        continue;
      }
      await file.truncate(0);
      await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
      return { path, close: () => file.close() };
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new PhysiclawError("config", `Cannot open the lock ${path}: ${messageOf(cause)}`, {
      cause,
      hint: "the state directory must exist and be writable by this user",
    });
  }
}
