/**
 * The sections accounts, groups and ageing.
 *
 * @module
 */
import { dateOf, isLoginShell, judgePassword, type PasswdEntry, WEAK_HASHES } from "./iam_passwd.ts";
import type { IamAccount, IamAgeing, IamGroup, IamSection, IamSeverity, PasswordState } from "./iam_types.ts";
import type { Report, World } from "./iam_world.ts";

/** What membership of a group gives, for those that give something; distributions differ in which they have. */
const POWERS: Readonly<Record<string, { power: string; severity: IamSeverity }>> = {
  root: { power: "files of root's group", severity: "high" },
  sudo: { power: "becomes root by sudo on most Debian systems", severity: "info" },
  wheel: { power: "becomes root by sudo or su on most Red Hat systems", severity: "info" },
  admin: { power: "becomes root by sudo on older Ubuntu systems", severity: "info" },
  docker: { power: "starts containers as root, which is root on the host", severity: "high" },
  lxd: { power: "starts containers as root, which is root on the host", severity: "high" },
  lxc: { power: "starts containers as root, which is root on the host", severity: "high" },
  libvirt: { power: "starts virtual machines with the host's disks", severity: "medium" },
  kvm: { power: "uses the host's virtualisation", severity: "low" },
  disk: { power: "reads and writes raw disks, every file included", severity: "high" },
  shadow: { power: "reads password hashes", severity: "high" },
  kmem: { power: "reads kernel memory", severity: "high" },
  adm: { power: "reads system logs", severity: "info" },
  "systemd-journal": { power: "reads the journal", severity: "info" },
  staff: { power: "writes to /usr/local on Debian", severity: "medium" },
  video: { power: "sees the screen's frame buffer", severity: "low" },
  tape: { power: "reads and writes backup tapes", severity: "medium" },
  backup: { power: "reads backups", severity: "medium" },
};

/** Days after which a password counts as old where no maximum is set. */
const OLD_PASSWORD = 365;
/** `99999`, what shadow's tools write for "never". */
const NEVER = 9999;

/** What can be told of an account's password. */
export function passwordOf(account: PasswdEntry, world: World): { state: PasswordState; hash?: string } {
  if (account.password !== "x" && account.password !== "*") return judgePassword(account.password);
  const entry = world.shadow.get(account.name);
  if (entry !== undefined) return judgePassword(entry.password);
  return { state: world.hasShadow ? "none" : "unknown" };
}

const groupsOf = (account: PasswdEntry, world: World): string[] =>
  world.groups.filter((group) => group.gid === account.gid || group.members.includes(account.name)).map((
    group,
  ) => group.name).sort();

function isSystem(account: PasswdEntry, world: World): boolean {
  const least = Number(world.loginDefs.get("UID_MIN")?.value ?? "1000");
  return account.uid !== 0 && (account.uid < least || account.uid === 65534 || account.name === "nobody");
}

/** The accounts, and what is wrong with them. */
export function accountsSection(world: World, report: Report): IamAccount[] {
  const section: IamSection = "accounts";
  const add = (
    severity: IamSeverity,
    check: string,
    text: string,
    subject: PasswdEntry,
    more: readonly string[] = [],
  ) => report({ severity, section, check, text, subjects: [subject.name, ...more], source: subject.source });
  const root = new Set(world.sudo?.root.map((one) => one.account));
  const seen = new Map<number, PasswdEntry>();
  const byName = new Map<string, PasswdEntry>();
  return world.accounts.map((account): IamAccount => {
    const { state, hash } = passwordOf(account, world);
    const login = isLoginShell(account.shell), system = isSystem(account, world);
    const keys = world.keyFiles.has(account.name)
      ? world.keys.filter((key) => key.account === account.name).length
      : undefined;
    const { name } = account;
    if (account.uid === 0 && name !== "root") {
      add("critical", "uid0-not-root", `${name} has uid 0: it is root by another name`, account);
    }
    const twin = seen.get(account.uid);
    if (twin !== undefined && account.uid !== 0) {
      add(
        "medium",
        "duplicate-uid",
        `${name} and ${twin.name} share the uid ${account.uid}: their files can't be told apart`,
        account,
        [twin.name],
      );
    }
    seen.set(account.uid, twin ?? account);
    const before = byName.get(name);
    if (before !== undefined) {
      add(
        "medium",
        "duplicate-name",
        `${name} stands twice in passwd (also line ${before.source.line})`,
        account,
      );
    }
    byName.set(name, before ?? account);
    if (state === "empty") {
      add(
        login ? "critical" : "medium",
        "empty-password",
        `${name} needs no password${login ? "" : ", but has no login shell"}`,
        account,
      );
    }
    if (state === "set" && account.password !== "x") {
      add(
        "high",
        "hash-in-passwd",
        `${name}'s password hash stands in passwd, which everyone may read`,
        account,
      );
    }
    if (system && login) {
      const usable = state === "set" || state === "empty" || (keys ?? 0) > 0;
      add(
        usable ? "medium" : "low",
        "system-shell",
        `${name} is a system account with the login shell ${account.shell || "/bin/sh"}`,
        account,
      );
    }
    if (login && world.shells !== undefined && account.shell !== "" && !world.shells.has(account.shell)) {
      add(
        "low",
        "shell-not-listed",
        `${name}'s shell ${account.shell} is not listed in /etc/shells`,
        account,
      );
    }
    if (login && account.uid !== 0 && (keys ?? 0) > 0 && state === "locked") {
      add(
        "medium",
        "locked-with-keys",
        `${name}'s password is locked, but ${keys} authorised ${
          keys === 1 ? "key still opens" : "keys still open"
        } the account`,
        account,
      );
    }
    const group = world.groups.find((one) => one.gid === account.gid)?.name;
    return {
      name,
      uid: account.uid,
      gid: account.gid,
      ...(group === undefined ? {} : { group }),
      gecos: account.gecos,
      home: account.home,
      shell: account.shell,
      login,
      system,
      password: state,
      ...(hash === undefined ? {} : { hash }),
      groups: groupsOf(account, world),
      ...(keys === undefined ? {} : { keys }),
      sudo: account.uid === 0 || root.has(name),
      source: account.source,
    };
  });
}

/** The groups, and what is wrong with them. */
export function groupsSection(world: World, report: Report): IamGroup[] {
  const seen = new Map<number, string>();
  return world.groups.map((group): IamGroup => {
    const add = (severity: IamSeverity, check: string, text: string, subjects: readonly string[]) =>
      report({
        severity,
        section: "groups",
        check,
        text,
        subjects: [group.name, ...subjects],
        source: group.source,
      });
    const primary = world.accounts.filter((account) => account.gid === group.gid).map((account) =>
      account.name
    );
    const known = Object.hasOwn(POWERS, group.name) ? POWERS[group.name] : undefined;
    const inside = [...new Set([...group.members, ...primary])].filter((name) =>
      world.accounts.find((account) => account.name === name)?.uid !== 0 && name !== group.name
    );
    // System accounts that come with the system (backup, tape) are no news.
    const people = inside.filter((name) => {
      const account = world.accounts.find((one) => one.name === name);
      return account === undefined || !isSystem(account, world) || isLoginShell(account.shell) ||
        group.members.includes(name);
    });
    if (known !== undefined && people.length > 0) {
      add(
        known.severity,
        "powerful-group",
        `${people.join(", ")} ${people.length === 1 ? "is" : "are"} in ${group.name}: ${known.power}`,
        people,
      );
    }
    const twin = seen.get(group.gid);
    if (twin !== undefined) {
      add("medium", "duplicate-gid", `${group.name} and ${twin} share the gid ${group.gid}`, [twin]);
    }
    seen.set(group.gid, twin ?? group.name);
    const strangers = group.members.filter((name) =>
      !world.accounts.some((account) => account.name === name)
    );
    if (strangers.length > 0) {
      add(
        "low",
        "unknown-member",
        `${group.name} lists ${strangers.join(", ")}, no local account`,
        strangers,
      );
    }
    const password = world.groupPasswords.get(group.name) === true ||
      judgePassword(group.password || "*").state === "set";
    if (password) {
      add("medium", "group-password", `${group.name} has a password: whoever knows it may join`, []);
    }
    return {
      name: group.name,
      gid: group.gid,
      members: group.members,
      primary,
      ...(known === undefined ? {} : { power: known.power }),
      password,
      source: group.source,
    };
  });
}

/** Password ageing, and what is wrong with it. */
export function ageingSection(world: World, report: Report): IamAgeing[] {
  const out: IamAgeing[] = [];
  for (const account of world.accounts) {
    const entry = world.shadow.get(account.name);
    if (entry === undefined) continue;
    const { state, hash } = judgePassword(entry.password);
    const { today } = world;
    const add = (severity: IamSeverity, check: string, text: string) =>
      report({ severity, section: "ageing", check, text, subjects: [account.name], source: entry.source });
    const ages = entry.max !== undefined && entry.max < NEVER;
    // A last change on day 0 means "must be changed", and no date.
    const due = ages && entry.lastChange !== undefined && entry.lastChange > 0
      ? entry.lastChange + (entry.max ?? 0)
      : undefined;
    const expired = due !== undefined && due < today;
    const gone = entry.expire !== undefined && entry.expire <= today;
    const usable = state === "set" && !gone;
    if (usable && !ages) add("low", "never-expires", `${account.name}'s password never expires`);
    if (usable && expired) {
      add("medium", "password-expired", `${account.name}'s password expired on ${dateOf(due)}`);
    }
    if (state === "set" && gone) {
      add("info", "account-expired", `${account.name} expired on ${dateOf(entry.expire ?? 0)}`);
    }
    if (usable && entry.lastChange === 0) {
      add("info", "must-change", `${account.name} must change the password at the next login`);
    }
    if (entry.lastChange !== undefined && entry.lastChange > today + 1) {
      add(
        "medium",
        "change-in-future",
        `${account.name}'s password was changed on ${dateOf(entry.lastChange)}, which is yet to come`,
      );
    }
    if (
      usable && !ages && entry.lastChange !== undefined && entry.lastChange > 0 &&
      today - entry.lastChange > OLD_PASSWORD
    ) {
      add(
        "low",
        "old-password",
        `${account.name}'s password is from ${dateOf(entry.lastChange)}, over a year old`,
      );
    }
    if (hash !== undefined && WEAK_HASHES.includes(hash)) {
      add(
        state === "set" ? "high" : "low",
        "weak-hash",
        `${account.name}'s password is stored as ${hash}, which is cracked quickly`,
      );
    }
    out.push({
      account: account.name,
      password: state,
      ...(hash === undefined ? {} : { hash }),
      ...(entry.lastChange === undefined || entry.lastChange === 0
        ? {}
        : { last_change: dateOf(entry.lastChange) }),
      ...(entry.min === undefined ? {} : { min_days: entry.min }),
      ...(ages ? { max_days: entry.max ?? 0 } : {}),
      ...(entry.warn === undefined ? {} : { warn_days: entry.warn }),
      ...(entry.inactive === undefined ? {} : { inactive_days: entry.inactive }),
      ...(due === undefined ? {} : { password_expires: dateOf(due) }),
      password_expired: expired,
      never_expires: !ages,
      must_change: entry.lastChange === 0,
      ...(entry.expire === undefined ? {} : { account_expires: dateOf(entry.expire) }),
      account_expired: gone,
      source: entry.source,
    });
  }
  const method = world.loginDefs.get("ENCRYPT_METHOD");
  if (method !== undefined && /^(?:DES|MD5)$/i.test(method.value)) {
    report({
      severity: "high",
      section: "ageing",
      check: "weak-method",
      text: `New passwords are stored as ${method.value}`,
      subjects: [],
      source: method.source,
    });
  }
  return out;
}
