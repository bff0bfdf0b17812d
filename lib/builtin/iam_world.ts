/**
 * All that is known of a host's identities, read once; the sections are views of it.
 *
 * @module
 */
import { type Host, openHost } from "./iam_host.ts";
import { parseAuthorizedKeys, parseSshdConfig } from "./iam_keys.ts";
import { type JudgedMode, judgeMode } from "./iam_modes.ts";
import {
  type BadLine,
  type GroupEntry,
  parseGroup,
  parseGshadow,
  parseLoginDefs,
  parsePasswd,
  parseShadow,
  type PasswdEntry,
  type ShadowEntry,
} from "./iam_passwd.ts";
import { resolveSudo } from "./iam_sudo.ts";
import { parseSudoers } from "./iam_sudoers_parse.ts";
import type { IamFinding, IamKey, IamSource, SshdReport, SudoReport } from "./iam_types.ts";

/** The host as it was read. */
export interface World {
  readonly accounts: readonly PasswdEntry[];
  readonly groups: readonly GroupEntry[];
  readonly shadow: ReadonlyMap<string, ShadowEntry>;
  /** Without it nothing can be said about passwords. */
  readonly hasShadow: boolean;
  readonly groupPasswords: ReadonlyMap<string, boolean>;
  readonly loginDefs: ReadonlyMap<string, { value: string; source: IamSource }>;
  /** Absent when the file was not handed in. */
  readonly shells?: ReadonlySet<string>;
  readonly sudo?: SudoReport;
  readonly keys: readonly IamKey[];
  /** Accounts whose key files were handed in. */
  readonly keyFiles: ReadonlyMap<string, readonly string[]>;
  readonly badKeyLines: readonly IamSource[];
  readonly sshd?: SshdReport;
  readonly modes: readonly JudgedMode[];
  readonly badLines: readonly BadLine[];
  readonly host: Host;
  readonly notes: readonly string[];
  /** Days since 1970. */
  readonly today: number;
}

/** What a check adds. */
export type Report = (finding: IamFinding) => void;

/**
 * Reads everything that was handed in under `root`. `undefined` when not even passwd is there.
 *
 * @param now ms
 *
 * @example
 * ```ts
 * import { readWorld } from "./iam_world.ts";
 * const world = await readWorld("/run", Date.now());
 * console.log(world?.accounts.length);
 * ```
 */
export async function readWorld(root: string, now: number): Promise<World | undefined> {
  const host = openHost(root);
  const passwd = host.read("/etc/passwd");
  if (passwd === undefined) return undefined;
  const accounts = parsePasswd(passwd), groups = parseGroup(host.read("/etc/group"));
  const shadowText = host.read("/etc/shadow"), shadow = parseShadow(shadowText);
  const shells = host.read("/etc/shells");
  const sshd = host.read("/etc/ssh/sshd_config");
  const notes = [
    "Only local files were read; accounts, groups and sudo rules of a directory service are not known here.",
  ];
  const sudoText = host.read("/etc/sudoers");
  const sudoers = sudoText === undefined ? undefined : parseSudoers("/etc/sudoers", host);
  if (sudoers !== undefined && sudoers.missing.length > 0) {
    notes.push(`sudoers includes what was not handed in: ${sudoers.missing.join(", ")}.`);
  }
  const keys = await readKeys(host, accounts.entries);
  const names = {
    accounts: accounts.entries,
    user: (uid: number) => accounts.entries.find((one) => one.uid === uid)?.name ?? String(uid),
    group: (gid: number) => groups.entries.find((one) => one.gid === gid)?.name ?? String(gid),
  };
  return {
    accounts: accounts.entries,
    groups: groups.entries,
    shadow: new Map(shadow.entries.map((entry) => [entry.name, entry])),
    hasShadow: shadowText !== undefined,
    groupPasswords: parseGshadow(host.read("/etc/gshadow")),
    loginDefs: parseLoginDefs(host.read("/etc/login.defs")),
    ...(shells === undefined ? {} : { shells: shellsOf(shells) }),
    ...(sudoers === undefined
      ? {}
      : { sudo: resolveSudo(sudoers, { accounts: accounts.entries, groups: groups.entries }) }),
    ...keys,
    ...(sshd === undefined ? {} : { sshd: parseSshdConfig(sshd, "/etc/ssh/sshd_config", host) }),
    modes: host.stats.map((stat) => judgeMode(stat, names)),
    badLines: [...accounts.bad, ...groups.bad, ...shadow.bad],
    host,
    notes,
    today: Math.floor(now / 86_400_000),
  };
}

function shellsOf(text: string): ReadonlySet<string> {
  return new Set(text.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("/")));
}

/** Homes that were handed in: root's and those under /home. The account is the one whose home it is. */
async function readKeys(
  host: Host,
  accounts: readonly PasswdEntry[],
): Promise<Pick<World, "keys" | "keyFiles" | "badKeyLines">> {
  const keys: IamKey[] = [], badKeyLines: IamSource[] = [];
  const keyFiles = new Map<string, string[]>();
  for (const home of ["/root", ...host.list("/home").map((name) => `/home/${name}`)]) {
    const directory = `${home}/.ssh`;
    const owner = accounts.find((one) => one.home === home)?.name ?? home.slice(home.lastIndexOf("/") + 1);
    for (const name of host.list(directory).filter((entry) => entry.startsWith("authorized_keys"))) {
      const path = `${directory}/${name}`;
      const text = host.read(path);
      if (text === undefined) continue;
      const parsed = await parseAuthorizedKeys(text, owner, path);
      keys.push(...parsed.keys);
      badKeyLines.push(...parsed.bad.map((line) => ({ path, line })));
      keyFiles.set(owner, [...keyFiles.get(owner) ?? [], path]);
    }
  }
  return { keys, keyFiles, badKeyLines };
}
