/**
 * Errors of SQLite as what they mean to a person: a full disk, a damaged file, somebody else's lock.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** What SQLite calls them: `exec` of `node:sqlite` gives the text alone. */
const TEXTS: Readonly<Record<string, number>> = {
  "database is locked": BUSY,
  "database table is locked": LOCKED,
  "attempt to write a readonly database": READONLY,
  "disk I/O error": IOERR,
  "database disk image is malformed": CORRUPT,
  "database or disk is full": FULL,
  "file is not a database": NOTADB,
};

/** The primary result code of an error of `node:sqlite`; `undefined` for other errors. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") return undefined;
  return "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & 0xff
    : TEXTS[error.message];
}

export const isBusy = (error: unknown): boolean =>
  [BUSY, LOCKED].includes(resultCode(error) ?? 0) ||
  (error instanceof PhysiclawError && error.kind === "busy");
export const isDamage = (error: unknown): boolean => [CORRUPT, NOTADB].includes(resultCode(error) ?? 0);

/** The command that mends a damaged store. */
export const REPAIR = "physiclaw memory repair";

/** An error of a statement, as a {@link PhysiclawError} that names the file and what mends it; others as they are. */
export function explain(error: unknown, doing: string, path: string): unknown {
  const say = (kind: "not_ready" | "busy" | "config", why: string, hint: string) =>
    new PhysiclawError(kind, `Cannot ${doing} in ${path}: ${why}`, { hint, cause: error });
  switch (resultCode(error)) {
    case FULL:
      return say(
        "not_ready",
        "the disk is full; nothing of it was written",
        "free some space, then try again",
      );
    case IOERR:
      return say(
        "not_ready",
        "the disk does not take or give it; nothing of it was written",
        "check the disk and its free space",
      );
    case CORRUPT:
    case NOTADB:
      return say("not_ready", "the file is damaged", `stop the bridge, then run: ${REPAIR}`);
    case BUSY:
    case LOCKED:
      return say("busy", "another program holds its lock", "close the program that has it open");
    case READONLY:
      return say("config", "the file cannot be written", "check its owner and mode");
    default:
      return error;
  }
}
