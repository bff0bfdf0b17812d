/**
 * passwd, group, shadow, gshadow, login.defs: read as the C library reads them.
 *
 * @module
 */
import type { IamSource, PasswordState } from "./iam_types.ts";

export interface PasswdEntry {
  readonly name: string;
  readonly password: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  readonly source: IamSource;
}

export interface GroupEntry {
  readonly name: string;
  readonly password: string;
  readonly gid: number;
  readonly members: readonly string[];
  readonly source: IamSource;
}

/** Days are counted from 1970-01-01; absent fields were empty. */
export interface ShadowEntry {
  readonly name: string;
  readonly password: string;
  readonly lastChange?: number;
  readonly min?: number;
  readonly max?: number;
  readonly warn?: number;
  readonly inactive?: number;
  readonly expire?: number;
  readonly source: IamSource;
}

/** A line that is none of the format's. */
export interface BadLine {
  readonly source: IamSource;
  /** Its first field only: the rest may hold a hash. */
  readonly name: string;
}

function records<T>(
  text: string | undefined,
  path: string,
  least: number,
  read: (fields: string[], source: IamSource) => T | undefined,
): { entries: T[]; bad: BadLine[] } {
  const entries: T[] = [], bad: BadLine[] = [];
  (text ?? "").split("\n").forEach((raw, index) => {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || line.startsWith("#")) return;
    const fields = line.split(":");
    const source = { path, line: index + 1 };
    const entry = fields.length >= least ? read(fields, source) : undefined;
    if (entry === undefined) bad.push({ source, name: (fields[0] ?? "").slice(0, 64) });
    else entries.push(entry);
  });
  return { entries, bad };
}

const natural = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** Reads `/etc/passwd`. Lines of NIS (`+…`, `-…`) are among the bad ones. */
export function parsePasswd(text: string | undefined): { entries: PasswdEntry[]; bad: BadLine[] } {
  return records(text, "/etc/passwd", 7, ([name, password, uid, gid, gecos, home, shell], source) => {
    const u = natural(uid), g = natural(gid);
    if (name === undefined || name === "" || /^[+-]/.test(name) || u === undefined || g === undefined) {
      return undefined;
    }
    return {
      name,
      password: password ?? "",
      uid: u,
      gid: g,
      gecos: gecos ?? "",
      home: home ?? "",
      shell: shell ?? "",
      source,
    };
  });
}

/** Reads `/etc/group`. */
export function parseGroup(text: string | undefined): { entries: GroupEntry[]; bad: BadLine[] } {
  return records(text, "/etc/group", 3, ([name, password, gid, members], source) => {
    const g = natural(gid);
    if (name === undefined || name === "" || /^[+-]/.test(name) || g === undefined) return undefined;
    const list = (members ?? "").split(",").map((member) => member.trim()).filter((member) => member !== "");
    return { name, password: password ?? "", gid: g, members: list, source };
  });
}

/** Reads `/etc/gshadow`: name to whether a password is set. */
export function parseGshadow(text: string | undefined): Map<string, boolean> {
  const { entries } = records(
    text,
    "/etc/gshadow",
    2,
    ([name, password]) => ({ name: name ?? "", password: password ?? "" }),
  );
  return new Map(entries.map((entry) => [entry.name, judgePassword(entry.password).state === "set"]));
}

/** Reads `/etc/shadow`. */
export function parseShadow(text: string | undefined): { entries: ShadowEntry[]; bad: BadLine[] } {
  return records(text, "/etc/shadow", 2, (fields, source) => {
    const [name, password] = fields;
    if (name === undefined || name === "") return undefined;
    const days: { -readonly [K in "lastChange" | "min" | "max" | "warn" | "inactive" | "expire"]?: number } =
      {};
    (["lastChange", "min", "max", "warn", "inactive", "expire"] as const).forEach((key, index) => {
      const value = natural(fields[2 + index]);
      if (value !== undefined) days[key] = value;
    });
    return { name, password: password ?? "", ...days, source };
  });
}

/** Prefixes of crypt(5) and what they are called. */
const HASHES: readonly (readonly [RegExp, string])[] = [
  [/^\$y\$/, "yescrypt"],
  [/^\$gy\$/, "gost-yescrypt"],
  [/^\$7\$/, "scrypt"],
  [/^\$2[abxy]?\$/, "bcrypt"],
  [/^\$6\$/, "sha512crypt"],
  [/^\$5\$/, "sha256crypt"],
  [/^\$(?:md5|sha1)[,$]/, "sunmd5 or sha1crypt"],
  [/^\$1\$/, "md5crypt"],
  [/^\$3\$/, "nthash"],
  [/^_[./0-9A-Za-z]{19}$/, "bsdi-des"],
  [/^[./0-9A-Za-z]{13}$/, "des"],
];

/** Hashes that are cracked in hours: their names as {@link judgePassword} gives them. */
export const WEAK_HASHES: readonly string[] = [
  "des",
  "bsdi-des",
  "md5crypt",
  "nthash",
  "sunmd5 or sha1crypt",
];

/**
 * What a password field says, without the hash.
 *
 * @example
 * ```ts
 * import { judgePassword } from "./iam_passwd.ts";
 * console.assert(judgePassword("!$6$salt$hash").state === "locked");
 * ```
 */
export function judgePassword(field: string): { state: PasswordState; hash?: string } {
  if (field === "") return { state: "empty" };
  const locked = /^!+/.test(field);
  const bare = field.replace(/^!+/, "");
  const hash = HASHES.find(([pattern]) => pattern.test(bare))?.[1];
  if (hash !== undefined) return { state: locked ? "locked" : "set", hash };
  // A text that begins with $ is a hash of a kind that is not known here.
  if (bare.startsWith("$")) return { state: locked ? "locked" : "set", hash: "unknown kind" };
  return { state: "none" };
}

/** Reads `login.defs`: key to value, the last one wins. */
export function parseLoginDefs(text: string | undefined): Map<string, { value: string; source: IamSource }> {
  const out = new Map<string, { value: string; source: IamSource }>();
  (text ?? "").split("\n").forEach((line, index) => {
    const match = /^\s*([A-Z_0-9]+)\s+(\S.*?)\s*$/.exec(line);
    if (match === null) return;
    out.set(match[1] ?? "", { value: match[2] ?? "", source: { path: "/etc/login.defs", line: index + 1 } });
  });
  return out;
}

/** Programs as a shell that end at once or do one thing. */
const NO_LOGIN = /(?:^|\/)(?:nologin|false|true|sync|shutdown|halt|poweroff|reboot|git-shell|rssh|scponly)$/;

/** Whether a shell gives a session. An empty field means `/bin/sh`. */
export function isLoginShell(shell: string): boolean {
  return !NO_LOGIN.test(shell);
}

/** A day count from 1970 as a calendar date; empty beyond the year 9999. */
export function dateOf(days: number): string {
  return days > 2_932_896 ? "9999-12-31" : new Date(days * 86_400_000).toISOString().slice(0, 10);
}
