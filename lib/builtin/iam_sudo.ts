/**
 * What sudoers means on this host: which accounts a rule reaches, and who can become root by it.
 *
 * @module
 */
import type { GroupEntry, PasswdEntry } from "./iam_passwd.ts";
import { classifyCommand, type RootPower } from "./iam_sudo_commands.ts";
import type { AliasKind, Sudoers, UserSpec } from "./iam_sudoers_parse.ts";
import type { IamSource, SudoReport, SudoRule } from "./iam_types.ts";

/** Local accounts and groups. */
export interface Directory {
  readonly accounts: readonly PasswdEntry[];
  readonly groups: readonly GroupEntry[];
}

/**
 * Resolves rules against local accounts.
 *
 * @example
 * ```ts
 * import { resolveSudo } from "./iam_sudo.ts";
 * import { parseSudoers } from "./iam_sudoers_parse.ts";
 * import { parsePasswd } from "./iam_passwd.ts";
 * const sudoers = parseSudoers("/etc/sudoers", { read: () => "alice ALL=(ALL) ALL", list: () => [] });
 * const accounts = parsePasswd("alice:x:1000:1000::/home/alice:/bin/bash").entries;
 * console.assert(resolveSudo(sudoers, { accounts, groups: [] }).root[0]!.account === "alice");
 * ```
 */
export function resolveSudo(sudoers: Sudoers, directory: Directory): SudoReport {
  const rules = sudoers.specs.flatMap((spec) => rulesOf(spec, sudoers, directory));
  return {
    rules,
    defaults: sudoers.defaults,
    root: rootOf(rules, sudoers, directory),
    unparsed: sudoers.unparsed,
  };
}

/** One rule for each set of commands that share runas and tags. */
function rulesOf(spec: UserSpec, sudoers: Sudoers, directory: Directory): SudoRule[] {
  const accounts = directory.accounts.filter((account) => reaches(spec.users, account, sudoers, directory));
  const groups = new Map<string, UserSpec["commands"][number][]>();
  for (const command of spec.commands) {
    const key = JSON.stringify([command.runas ?? null, command.runasGroups, command.tags]);
    groups.set(key, [...groups.get(key) ?? [], command]);
  }
  return [...groups.values()].map((specs): SudoRule => {
    const [one] = specs;
    const runas = one?.runas === undefined ? ["root"] : expand(one.runas, "Runas_Alias", sudoers);
    const commands = specs.flatMap((item) => expand([item.command], "Cmnd_Alias", sudoers));
    const tags = one?.tags ?? [];
    const power = becomesRoot(runas, directory) ? powerOf(commands, tags) : undefined;
    return {
      who: spec.users,
      accounts: accounts.map((account) => account.name).sort(),
      everyone: expand(spec.users, "User_Alias", sudoers).includes("ALL"),
      hosts: expand(spec.hosts, "Host_Alias", sudoers),
      runas,
      runas_groups: expand(one?.runasGroups ?? [], "Runas_Alias", sudoers),
      commands,
      nopasswd: tags.includes("NOPASSWD"),
      tags,
      ...(power === undefined ? {} : { root: power }),
      source: spec.source,
    };
  });
}

/** Puts an alias's members in its place; `!` before an alias turns its members round. Circles end where they close. */
function expand(
  items: readonly string[],
  kind: AliasKind,
  sudoers: Sudoers,
  seen: readonly string[] = [],
): string[] {
  return items.flatMap((item) => {
    const marks = /^!*/.exec(item)?.[0].length ?? 0;
    const name = item.slice(marks);
    const members = seen.includes(name) ? undefined : sudoers.aliases[kind].get(name);
    if (members === undefined) return [`${marks % 2 === 1 ? "!" : ""}${name}`];
    const inner = expand(members, kind, sudoers, [...seen, name]);
    return marks % 2 === 0
      ? inner
      : inner.map((member) => member.startsWith("!") ? member.slice(1) : `!${member}`);
  });
}

/** As sudo decides: of a list, the last item that fits counts. */
function reaches(
  users: readonly string[],
  account: PasswdEntry,
  sudoers: Sudoers,
  directory: Directory,
): boolean {
  let yes = false;
  for (const item of expand(users, "User_Alias", sudoers)) {
    const negated = item.startsWith("!");
    if (fits(negated ? item.slice(1) : item, account, directory)) yes = !negated;
  }
  return yes;
}

function fits(item: string, account: PasswdEntry, directory: Directory): boolean {
  if (item === "ALL") return true;
  if (item.startsWith("%#")) {
    return inGroup(account, directory.groups.filter((group) => `%#${group.gid}` === item)) ||
      `%#${account.gid}` === item;
  }
  if (item.startsWith("%")) {
    return inGroup(
      account,
      directory.groups.filter((group) => `%${group.name}` === item),
    );
  }
  if (item.startsWith("#")) return item === `#${account.uid}`;
  return item.replace(/\\(.)/g, "$1") === account.name;
}

function inGroup(account: PasswdEntry, groups: readonly GroupEntry[]): boolean {
  return groups.some((group) => group.gid === account.gid || group.members.includes(account.name));
}

function becomesRoot(runas: readonly string[], directory: Directory): boolean {
  const roots = new Set([
    "root",
    "#0",
    "ALL",
    ...directory.accounts.filter((one) => one.uid === 0).map((one) => one.name),
  ]);
  let yes = false;
  for (const item of runas) {
    const negated = item.startsWith("!");
    const name = negated ? item.slice(1) : item;
    // `ALL, !root` leaves root out.
    if (roots.has(name) && !(negated && name === "ALL" && runas.length > 1)) yes = !negated;
  }
  return yes;
}

/** The greatest power among the commands; what is excluded by `!` is not taken away: it can be had by another name. */
function powerOf(commands: readonly string[], tags: readonly string[]): RootPower | undefined {
  const order: readonly RootPower[] = [
    "any command",
    "a shell or an interpreter",
    "an editor or pager",
    "a command that changes accounts or files",
  ];
  const powers = new Set<RootPower>();
  for (const command of commands) {
    // Only a plain `!ALL` behind everything else takes all away.
    if (command === "!ALL") powers.clear();
    if (command.startsWith("!")) continue;
    const power = classifyCommand(command, tags.includes("NOEXEC"));
    if (power !== undefined) powers.add(power);
  }
  return order.find((power) => powers.has(power));
}

/** Who becomes root. The last rule that allows any command decides about the password, as in sudo. */
function rootOf(rules: readonly SudoRule[], sudoers: Sudoers, directory: Directory): SudoReport["root"] {
  const out: SudoReport["root"][number][] = [];
  for (const account of directory.accounts) {
    if (account.uid === 0) continue;
    let grants: SudoRule[] = [];
    for (const rule of rules) {
      if (!rule.accounts.includes(account.name)) continue;
      if (rule.commands.every((command) => command === "!ALL")) grants = [];
      if (rule.root === undefined) continue;
      const all = rule.root === "any command" && rule.hosts.includes("ALL");
      grants = all ? [rule] : [...grants, rule];
    }
    if (grants.length === 0) continue;
    const unasked = sudoers.defaults.some(({ scope, text }) =>
      text === "!authenticate" && (scope === undefined || scope === `:${account.name}`)
    );
    out.push({
      account: account.name,
      nopasswd: unasked || grants.some((rule) => rule.nopasswd),
      via: [...new Set(grants.map((rule) => describeRule(rule, account.name)))],
      sources: uniqueSources(grants.map((rule) => rule.source)),
    });
  }
  return out;
}

function describeRule(rule: SudoRule, account: string): string {
  const who = rule.who.includes(account) ? "" : ` as ${rule.who.join(", ")}`;
  const where = rule.hosts.includes("ALL") ? "" : ` on ${rule.hosts.join(", ")}`;
  const which = rule.root === "any command"
    ? "any command"
    : `${rule.root} (${rule.commands.slice(0, 3).join(", ")})`;
  return `${which}${who}${where}${rule.nopasswd ? " without a password" : ""}`;
}

function uniqueSources(sources: readonly IamSource[]): IamSource[] {
  const seen = new Map(sources.map((source) => [`${source.path}:${source.line}`, source]));
  return [...seen.values()];
}
