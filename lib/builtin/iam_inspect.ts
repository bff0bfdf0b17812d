/**
 * `iam-inspect`: reports the host's local identities from the files that were handed in.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { keysSection, modesSection, sudoSection } from "./iam_access.ts";
import { accountsSection, ageingSection, groupsSection } from "./iam_accounts.ts";
import type { IamQuery } from "./iam_args.ts";
import {
  IAM_SCHEMA,
  IAM_SECTIONS,
  type IamFinding,
  type IamReport,
  type IamSection,
  type IamSeverity,
  type SudoReport,
} from "./iam_types.ts";
import { readWorld, type World } from "./iam_world.ts";

const SEVERITIES: readonly IamSeverity[] = ["critical", "high", "medium", "low", "info"];

/** Which files a section can't do without. */
const NEEDS: Readonly<Record<IamSection, readonly string[]>> = {
  accounts: ["/etc/passwd", "/etc/shadow"],
  groups: ["/etc/group"],
  sudo: ["/etc/sudoers"],
  keys: ["/etc/ssh/sshd_config"],
  ageing: ["/etc/shadow"],
  modes: [],
};

/**
 * Makes the report. Rejects with `not_found` when no account can be read at all.
 *
 * @param now ms: what is expired depends on it
 *
 * @example
 * ```ts
 * import { inspectIdentities } from "./iam_inspect.ts";
 * const report = await inspectIdentities({ sections: ["sudo"], accounts: [], groups: [], root: "/run" }, Date.now());
 * console.log(report.sudo?.root);
 * ```
 */
export async function inspectIdentities(query: IamQuery, now: number): Promise<IamReport> {
  const world = await readWorld(query.root, now);
  if (world === undefined) {
    throw new PhysiclawError("not_found", "Cannot read /etc/passwd: it was not handed in", {
      hint: "the files of the host that iam-inspect reads must be readable by the bridge",
    });
  }
  const sections = query.sections.length === 0
    ? IAM_SECTIONS
    : IAM_SECTIONS.filter((one) => query.sections.includes(one));
  const has = (section: IamSection) => sections.includes(section);
  const wanted = narrow(query, world);
  const findings: IamFinding[] = [];
  const take = (finding: IamFinding) => {
    if (wanted.subjects(finding.subjects)) findings.push(finding);
  };
  const accounts = has("accounts")
    ? accountsSection(world, take).filter((one) => wanted.account(one.name))
    : undefined;
  const groups = has("groups")
    ? groupsSection(world, take).filter((one) => wanted.group(one.name, [...one.members, ...one.primary]))
    : undefined;
  const sudo = has("sudo") ? sudoSection(world, take) : undefined;
  const keys = has("keys") ? keysSection(world, take) : undefined;
  const ageing = has("ageing")
    ? ageingSection(world, take).filter((one) => wanted.account(one.account))
    : undefined;
  const modes = has("modes")
    ? modesSection(world, take).filter((one) => wanted.account(one.account))
    : undefined;
  findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return {
    schema: IAM_SCHEMA,
    tool: "iam-inspect",
    query: {
      sections,
      accounts: query.accounts,
      groups: query.groups,
      unknown_accounts: query.accounts.filter((name) => !world.accounts.some((one) => one.name === name)),
      unknown_groups: query.groups.filter((name) => !world.groups.some((one) => one.name === name)),
    },
    ...(accounts === undefined ? {} : { accounts }),
    ...(groups === undefined ? {} : { groups }),
    ...(sudo === undefined ? {} : { sudo: wanted.sudo(sudo) }),
    ...(keys === undefined
      ? {}
      : { keys: { ...keys, keys: keys.keys.filter((key) => wanted.account(key.account)) } }),
    ...(ageing === undefined ? {} : { ageing }),
    ...(modes === undefined ? {} : { modes: modes.map((one) => one.fact) }),
    findings,
    read: world.host.used,
    unreadable: unreadable(world, sections),
    notes: notesOf(world, sections),
  };
}

/** What of the report concerns the accounts and groups that were asked for. Both given: either fits. */
function narrow(query: IamQuery, world: World) {
  const all = query.accounts.length === 0 && query.groups.length === 0;
  const members = world.groups.filter((group) => query.groups.includes(group.name)).flatMap((group) => [
    ...group.members,
    ...world.accounts.filter((account) => account.gid === group.gid).map((account) => account.name),
  ]);
  const names = new Set([...query.accounts, ...members]);
  const account = (name: string) => all || names.has(name);
  const who = new Set([
    ...names,
    ...query.groups,
    ...query.groups.map((name) => `%${name}`),
    ...(all ? [] : ["ALL"]),
  ]);
  return {
    account,
    group: (name: string, inside: readonly string[]) =>
      all || query.groups.includes(name) ||
      (query.groups.length === 0 && inside.some((one) => names.has(one))),
    // What concerns nobody in particular (a setting of sshd) concerns all.
    subjects: (subjects: readonly string[]) =>
      all || subjects.length === 0 || subjects.some((one) => who.has(one)),
    sudo: (sudo: SudoReport): SudoReport =>
      all ? sudo : {
        ...sudo,
        rules: sudo.rules.filter((rule) =>
          rule.accounts.some((name) => names.has(name)) || rule.who.some((item) => who.has(item))
        ),
        root: sudo.root.filter((one) => names.has(one.account)),
      },
  };
}

function unreadable(world: World, sections: readonly IamSection[]): IamReport["unreadable"] {
  const out = new Map(world.host.unreadable.map(({ path, reason }) => [path, reason]));
  for (const path of sections.flatMap((section) => NEEDS[section])) {
    if (!world.host.used.includes(path) && !out.has(path)) out.set(path, "not there, or not handed in");
  }
  return [...out].map(([path, reason]) => ({ path, reason }));
}

function notesOf(world: World, sections: readonly IamSection[]): string[] {
  const notes = [...world.notes];
  if (!world.hasShadow && sections.some((one) => one === "accounts" || one === "ageing")) {
    notes.push("Without /etc/shadow nothing can be said about passwords and their ageing.");
  }
  if (sections.includes("modes") && world.modes.length === 0) notes.push("No modes of files were handed in.");
  if (sections.includes("keys")) {
    notes.push("Keys were looked for in /root and /home only.");
    const unread = world.sshd?.includes_unread ?? [];
    if (unread.length > 0) {
      notes.push(
        `sshd_config includes what was not handed in: ${unread.join(", ")}; it may hold other values.`,
      );
    }
    const elsewhere = world.sshd?.settings.find((one) =>
      one.key === "authorizedkeysfile" || one.key === "authorizedkeyscommand"
    );
    if (
      elsewhere !== undefined && !/^\.ssh\/authorized_keys(?:2)?(?:\s|$)/.test(elsewhere.value) &&
      elsewhere.value !== "none"
    ) {
      notes.push(`sshd takes keys from ${elsewhere.value}, which was not read.`);
    }
  }
  if (
    sections.includes("sudo") &&
    world.sudo?.rules.some((rule) => rule.who.some((who) => who.startsWith("+") || who.startsWith("%:")))
  ) {
    notes.push("Members of netgroups and of non-Unix groups in sudoers are not known here.");
  }
  const nis = world.badLines.filter((line) => /^[+-]/.test(line.name));
  if (nis.length > 0) notes.push("passwd or group takes in entries of NIS, which are not known here.");
  const bad = world.badLines.length - nis.length;
  if (bad > 0) {
    const at = world.badLines.find((line) => !/^[+-]/.test(line.name))?.source;
    notes.push(`${bad} lines could not be understood, the first in ${at?.path ?? ""} line ${at?.line ?? 0}.`);
  }
  return notes;
}
