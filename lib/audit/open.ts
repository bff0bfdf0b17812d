/**
 * Opens the log's file and finds where its chain goes on, without reading the whole of it.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { GENESIS, MAX_RECORD_BYTES, openRecord, type Sha256 } from "./record.ts";

/** The file, locked and ready to append, and the end of its chain. */
export interface OpenedLog {
  readonly file: Deno.FsFile;
  readonly last: { readonly seq: number; readonly hash: string };
  /** The unfinished last line that was moved aside. */
  readonly torn?: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

const NEWLINE = 10;

/** See `createAuditLog`. */
export async function openLog(path: string, sha256: Sha256, now: Date): Promise<OpenedLog> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true, append: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw notReady(path, messageOf(cause), cause);
  }
  try {
    if (!(await file.tryLock(true))) {
      throw new PhysiclawError("conflict", `Cannot open the audit log ${path}: another process writes it`, {
        hint: "one process writes a state directory; stop the other one or give another directory",
      });
    }
    const { isFile, size, mode } = await file.stat();
    if (!isFile) throw notReady(path, "it is not a regular file");
    if (mode !== null && (mode & 0o077) !== 0) await Deno.chmod(path, 0o600);
    if (size === 0) {
      await syncDirectory(path);
      return { file, last: { seq: 0, hash: GENESIS } };
    }
    const { lastLine, rest, wholeLines } = await readEnd(file, size, path);
    const torn = rest.length === 0 ? undefined : await moveAside(path, rest, now, async () => {
      await file.truncate(wholeLines);
      await file.sync();
    });
    if (lastLine === undefined) return { file, last: { seq: 0, hash: GENESIS }, ...(torn && { torn }) };
    const opened = openRecord(new TextDecoder().decode(lastLine), sha256);
    if ("reason" in opened) {
      throw notReady(
        path,
        `its last record is damaged: ${opened.reason}`,
        undefined,
        "see `physiclaw audit verify`",
      );
    }
    return { file, last: { seq: opened.record.seq, hash: opened.record.hash }, ...(torn && { torn }) };
  } catch (error) {
    file.close();
    if (error instanceof PhysiclawError) throw error;
    throw notReady(path, messageOf(error), error);
  }
}

/** The last whole line, what stands after it, and how many bytes the whole lines take. */
async function readEnd(file: Deno.FsFile, size: number, path: string) {
  for (let window = Math.min(size, 1 << 16);; window = Math.min(size, window * 4)) {
    const bytes = await readAt(file, size - window, window);
    const end = bytes.lastIndexOf(NEWLINE);
    const start = end <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
    if (start >= 0 || window === size) {
      return {
        lastLine: end < 0 ? undefined : bytes.subarray(start + 1, end),
        rest: bytes.subarray(end + 1),
        wholeLines: size - window + end + 1,
      };
    }
    if (window > 4 * MAX_RECORD_BYTES) throw notReady(path, "it does not end in audit records");
  }
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new Error("it became shorter while it was read");
    at += read;
  }
  return bytes;
}

/** Keeps the bytes in a file of their own, durable before `cut` takes them out of the log. */
async function moveAside(path: string, bytes: Uint8Array<ArrayBuffer>, now: Date, cut: () => Promise<void>) {
  const aside = `${path}.torn-${now.toISOString().replaceAll(/[-:.]/g, "")}`;
  const file = await Deno.open(aside, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
  await syncDirectory(aside);
  await cut();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return { file: aside.slice(aside.lastIndexOf("/") + 1), bytes: bytes.length, sha256: digest };
}

/** Makes the name of a new file durable. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await Deno.open(path.slice(0, path.lastIndexOf("/") + 1) || ".");
  try {
    await directory.sync();
  } finally {
    directory.close();
  }
}

function notReady(path: string, reason: string, cause?: unknown, hint?: string): PhysiclawError {
  return new PhysiclawError("not_ready", `Cannot open the audit log ${path}: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: hint ?? "the state directory must exist and be writable by this user",
  });
}
