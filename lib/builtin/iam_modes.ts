/**
 * Modes and owners of credential files, and of the directories above them as far as they were handed in.
 *
 * @module
 */
import type { HostStat } from "./iam_host.ts";
import type { PasswdEntry } from "./iam_passwd.ts";
import type { IamMode, IamSeverity } from "./iam_types.ts";

/** One thing that is wrong with a file. */
export interface ModeProblem {
  readonly check: string;
  readonly severity: IamSeverity;
  readonly text: string;
}

/** What is known of one file. */
export interface JudgedMode {
  readonly fact: IamMode;
  /** Whose it should be. */
  readonly account: string;
  readonly problems: readonly ModeProblem[];
}

/** Names for ids. */
export interface Names {
  user(uid: number): string;
  group(gid: number): string;
  readonly accounts: readonly PasswdEntry[];
}

const SECRET = /\/(?:\.netrc|\.pgpass|\.vault-token|\.docker\/config\.json|\.kube\/[^/]+|\.aws\/[^/]+)$/;
const PRIVATE_KEY = /\/\.ssh\/(?!authorized_keys|known_hosts|config$|environment$|rc$|[^/]*\.pub$)[^/]+$/;
const WRITABLE_ROOT = /^\/etc\/(?:passwd|group|shadow|gshadow|sudoers|sudoers\.d\/[^/]+)$/;

/**
 * Judges one file.
 *
 * @example
 * ```ts
 * import { judgeMode } from "./iam_modes.ts";
 * const stat = { path: "/etc/shadow", type: "file", mode: 0o644, uid: 0, gid: 0, size: 1, mtime: "" };
 * const names = { user: () => "root", group: () => "root", accounts: [] };
 * console.assert(judgeMode(stat, names).problems[0]!.check === "mode-shadow");
 * ```
 */
export function judgeMode(stat: HostStat, names: Names): JudgedMode {
  const account = ownerWanted(stat.path, names.accounts);
  const owner = names.user(stat.uid), group = names.group(stat.gid);
  const problems = stat.type === "symlink" || stat.type === "link"
    ? []
    : judge(stat, account, owner, group, names);
  return {
    account: account.name,
    problems,
    fact: {
      path: stat.path,
      type: stat.type,
      mode: stat.mode.toString(8).padStart(4, "0"),
      owner,
      group,
      size: stat.size,
      mtime: stat.mtime,
      ...(stat.link === undefined ? {} : { link: stat.link }),
      problems: problems.map((problem) => problem.text),
    },
  };
}

/** Root for all but what lies in an account's home; without such an account nobody is expected. */
function ownerWanted(path: string, accounts: readonly PasswdEntry[]): { name: string; uid?: number } {
  const homes = accounts.filter((account) =>
    account.home.length > 1 && (path === account.home || path.startsWith(`${account.home}/`))
  );
  const home = homes.sort((a, b) => b.home.length - a.home.length)[0];
  if (home !== undefined) return { name: home.name, uid: home.uid };
  return path.startsWith("/home/") ? { name: path.split("/")[2] ?? "" } : { name: "root", uid: 0 };
}

function judge(
  stat: HostStat,
  account: { name: string; uid?: number },
  owner: string,
  group: string,
  names: Names,
): ModeProblem[] {
  const { path, mode } = stat;
  const out: ModeProblem[] = [];
  const add = (check: string, severity: IamSeverity, text: string) => out.push({ check, severity, text });
  const others = mode & 0o007;
  // A group of which only the owner is a member is as good as none.
  const shared = (mode & 0o070) !== 0 && stat.gid !== 0 && !ownGroup(stat, account, names);
  const written = mode.toString(8).padStart(4, "0");

  if (account.uid !== undefined && stat.uid !== account.uid && stat.uid !== 0) {
    add(
      "mode-owner",
      path.startsWith("/etc/") ? "critical" : "high",
      `belongs to ${owner}, not to ${account.name}`,
    );
  }
  if (WRITABLE_ROOT.test(path)) {
    if (others & 0o2) add("mode-writable", "critical", `others may write it (${written})`);
    else if ((mode & 0o020) !== 0 && stat.gid !== 0) {
      add("mode-writable", "critical", `group ${group} may write it (${written})`);
    }
    if (/shadow$/.test(path) && others & 0o4) {
      add("mode-shadow", "critical", `others may read password hashes (${written})`);
    } else if (/shadow$/.test(path) && mode & 0o040 && stat.gid !== 0 && group !== "shadow") {
      add("mode-shadow", "high", `group ${group} may read password hashes (${written})`);
    }
    if (/sudoers/.test(path) && others & 0o4) add("mode-sudoers", "low", `others may read it (${written})`);
    return out;
  }
  if (/^\/etc\/ssh\/ssh_host_/.test(path)) {
    if (
      !path.endsWith(".pub") && (others & 0o6 || (mode & 0o060 && stat.gid !== 0 && group !== "ssh_keys"))
    ) {
      add(
        "mode-host-key",
        "critical",
        `a private host key that others or group ${group} may read (${written})`,
      );
    }
    return out;
  }
  const writable = (others & 0o2) !== 0 && !(stat.type === "directory" && mode & 0o1000);
  if (writable || (mode & 0o020 && shared)) {
    const who = writable ? "others" : `group ${group}`;
    const ssh = /\/\.ssh(?:\/|$)/.test(path) || stat.type === "directory";
    const what = stat.type === "directory"
      ? `${who} may write into it and so replace credentials below`
      : `${who} may write it`;
    add("mode-writable", ssh ? "high" : "medium", `${what} (${written})`);
  }
  if (stat.type === "directory") {
    if (/\/\.(?:ssh|gnupg|aws|kube)$/.test(path) && (others & 0o5 || (mode & 0o050 && shared))) {
      add("mode-readable", "low", `others may look into it (${written})`);
    }
    return out;
  }
  const readable = (others & 0o4) !== 0 ? "others" : mode & 0o040 && shared ? `group ${group}` : undefined;
  if (readable !== undefined && PRIVATE_KEY.test(path)) {
    add("mode-private-key", "high", `${readable} may read what may be a private key (${written})`);
  } else if (readable !== undefined && SECRET.test(path) && !/\/\.aws\/config$/.test(path)) {
    add("mode-secret", "high", `${readable} may read credentials (${written})`);
  }
  return out;
}

function ownGroup(stat: HostStat, account: { name: string }, names: Names): boolean {
  const users = names.accounts.filter((one) => one.gid === stat.gid);
  return names.group(stat.gid) === account.name && users.every((one) => one.name === account.name);
}
