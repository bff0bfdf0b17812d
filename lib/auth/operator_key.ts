/**
 * The operator's own key, in a file of the state directory that only its owner can read.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { createKey } from "./api_keys.ts";

const FILE = "operator.key";
const KEY = /^[A-Za-z0-9_-]{43}$/;

/**
 * The operator's key, made (0600) when there is none yet. Of two processes that make one at once both get the same.
 * Throws what {@link readOperatorKey} throws, and `config` when the directory cannot be written.
 *
 * @example
 * ```ts
 * import { ensureOperatorKey, readOperatorKey } from "./operator_key.ts";
 * const state = await Deno.makeTempDir();
 * console.assert(await ensureOperatorKey(state) === await readOperatorKey(state));
 * ```
 */
export async function ensureOperatorKey(stateDir: string): Promise<string> {
  const existing = await readOperatorKey(stateDir);
  if (existing !== undefined) return existing;
  const path = `${stateDir}/${FILE}`;
  // Written whole under another name, then linked: nobody ever reads half a key, and the first link wins.
  const temporary = `${path}.${createKey().slice(0, 12)}`;
  try {
    const file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
    try {
      await file.write(new TextEncoder().encode(createKey() + "\n"));
      await file.sync();
    } finally {
      file.close();
    }
    try {
      await Deno.link(temporary, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    } finally {
      await Deno.remove(temporary);
    }
  } catch (cause) {
    throw unusable(
      path,
      messageOf(cause),
      "make the state directory writable",
    );
  }
  const key = await readOperatorKey(stateDir);
  if (key === undefined) {
    throw unusable(path, "it vanished", "keep other programs out of the state directory");
  }
  return key;
}

/**
 * The operator's key, or `undefined` when there is none. Throws {@link PhysiclawError} of kind `config` when the file is a
 * link, belongs to someone else than the state directory, can be read or written by others, or holds no key.
 */
export async function readOperatorKey(stateDir: string): Promise<string | undefined> {
  const path = `${stateDir}/${FILE}`;
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unusable(
      path,
      messageOf(error),
      "run as the user who owns it",
    );
  }
  try {
    const [opened, named, directory] = [await file.stat(), await Deno.lstat(path), await Deno.stat(stateDir)];
    if (!named.isFile || named.ino !== opened.ino || named.dev !== opened.dev) {
      throw unusable(
        path,
        "it is not a regular file",
        "remove it; the next `physiclaw serve` makes a new one",
      );
    }
    // Deno.uid() would need a permission of its own; whose the directory is has been checked where it was opened.
    if (opened.uid !== directory.uid) {
      throw unusable(path, "it belongs to another user", `chown it, or remove it`);
    }
    if (((opened.mode ?? 0o777) & 0o077) !== 0) {
      throw unusable(
        path,
        "others can read or write it",
        "remove it; the next `physiclaw serve` makes a new one",
      );
    }
    const bytes = new Uint8Array(64);
    const length = await file.read(bytes) ?? 0;
    const key = new TextDecoder().decode(bytes.subarray(0, length)).trimEnd();
    if (!KEY.test(key)) {
      throw unusable(path, "it holds no key", "remove it; the next `physiclaw serve` makes a new one");
    }
    return key;
  } finally {
    file.close();
  }
}

function unusable(path: string, reason: string, hint: string): PhysiclawError {
  return new PhysiclawError("config", `Cannot use the operator's key ${path}: ${reason}`, { hint });
}
