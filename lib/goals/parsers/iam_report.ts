/**
 * iam-inspect's report in words: who may log in, who may become root, whose passwords and keys are weak.
 *
 * @module
 */
import { iamTable } from "./iam_tables.ts";
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { elementsOf, findRange, readRange } from "./json_ranges.ts";
import { at, listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { are, count, oneLine, some, unique } from "./words.ts";

const SEVERITIES: Readonly<Record<string, Severity>> = {
  critical: "critical",
  high: "high",
  medium: "medium",
  low: "low",
  info: "info",
};

const named = (items: readonly unknown[], key = "name"): readonly string[] =>
  unique(items.map((one) => textAt(one, key)));

const clause = (items: readonly string[], words: (names: string) => string): readonly string[] =>
  items.length === 0 ? [] : [words(some(items, 8))];

/** What each section says in one sentence; the order of facts is the order of weight. */
const SUMMARIES: Readonly<Record<string, (report: unknown) => string>> = {
  accounts: (report) => {
    const all = listAt(report, "accounts");
    const login = named(all.filter((one) => at(one, "login") === true));
    const root = named(all.filter((one) => numberAt(one, "uid") === 0));
    const empty = named(all.filter((one) => textAt(one, "password") === "empty"));
    return [
      `${login.length} of ${count(all.length, "account")} ${
        login.length === 1 ? "has" : "have"
      } a login shell${login.length === 0 ? "" : `: ${some(login, 12)}`}`,
      `uid 0: ${some(root) || "nobody"}`,
      ...clause(empty, (names) => `without a password: ${names}`),
    ].join("; ");
  },
  groups: (report) => {
    const all = listAt(report, "groups");
    const shown = all.filter((one) => textAt(one, "power") !== "");
    const chosen = listAt(report, "query", "groups").length > 0 ? all : shown;
    const words = chosen.map((one) => {
      const members = unique([...listAt(one, "members").map(String), ...listAt(one, "primary").map(String)]);
      const power = textAt(one, "power");
      return `${textAt(one, "name")}${power === "" ? "" : ` (${power})`}: ${
        some(members, 8) || "no members"
      }`;
    });
    return chosen.length === 0
      ? `${count(all.length, "group")}, none that gives special rights`
      : `${chosen === all ? "" : `${count(chosen.length, "group gives", "groups give")} special rights: `}${
        words.slice(0, 12).join("; ")
      }${words.length > 12 ? ` and ${words.length - 12} more` : ""}`;
  },
  sudo: (report) => {
    const root = listAt(report, "sudo", "root");
    const words = root.map((one) =>
      `${textAt(one, "account")}${at(one, "nopasswd") === true ? " (without a password)" : ""}`
    );
    const everyone = listAt(report, "sudo", "rules").some((rule) => at(rule, "everyone") === true);
    return [
      root.length === 0
        ? "no account can become root by sudo"
        : `${count(root.length, "account")} can become root by sudo: ${some(words, 12)}`,
      ...(everyone ? ["a rule covers every account (ALL)"] : []),
      ...(listAt(report, "sudo", "unparsed").length === 0
        ? []
        : [`${count(listAt(report, "sudo", "unparsed").length, "line")} of sudoers could not be understood`]),
    ].join("; ");
  },
  keys: (report) => {
    const all = listAt(report, "keys", "keys");
    const weak = all.filter((one) => textAt(one, "weak") !== "");
    const owners = new Map<string, number>();
    for (const one of all) owners.set(textAt(one, "account"), (owners.get(textAt(one, "account")) ?? 0) + 1);
    const settings = listAt(report, "keys", "sshd", "settings")
      .filter((one) =>
        ["permitrootlogin", "passwordauthentication", "permitemptypasswords"].includes(textAt(one, "key"))
      )
      .map((one) => `${textAt(one, "key")} ${textAt(one, "value")}`);
    return [
      all.length === 0 ? "no authorised keys were found" : `${count(all.length, "authorised key")} of ${
        some(
          [...owners].map(([name, n]) => `${name} (${n})`),
          8,
        )
      }`,
      ...clause(
        weak.map((one) => `${textAt(one, "account")}'s ${textAt(one, "type")} (${textAt(one, "weak")})`),
        (names) => `weak: ${names}`,
      ),
      ...(settings.length === 0 ? [] : [`sshd: ${settings.join(", ")}`]),
    ].join("; ");
  },
  ageing: (report) => {
    const all = listAt(report, "ageing");
    const set = all.filter((one) => textAt(one, "password") === "set");
    const parts = [
      ...clause(
        named(set.filter((one) => at(one, "never_expires") === true), "account"),
        (names) => `never expires: ${names}`,
      ),
      ...clause(
        named(all.filter((one) => at(one, "password_expired") === true), "account"),
        (names) => `expired: ${names}`,
      ),
      ...clause(
        named(all.filter((one) => textAt(one, "password") === "empty"), "account"),
        (names) => `no password at all: ${names}`,
      ),
      ...clause(
        named(all.filter((one) => at(one, "must_change") === true), "account"),
        (names) => `must be changed at the next login: ${names}`,
      ),
      ...clause(
        named(all.filter((one) => at(one, "account_expired") === true), "account"),
        (names) => `account expired: ${names}`,
      ),
      ...clause(
        named(all.filter((one) => textAt(one, "password") === "locked"), "account"),
        (names) => `locked: ${names}`,
      ),
    ];
    return `${set.length} of ${count(all.length, "account")} ${set.length === 1 ? "has" : "have"} a password${
      parts.length === 0 ? "" : `; ${parts.join("; ")}`
    }`;
  },
  modes: (report) => {
    const all = listAt(report, "modes");
    const bad = all.filter((one) => listAt(one, "problems").length > 0);
    return bad.length === 0
      ? `${count(all.length, "file")} looked at, no mode is too open`
      : `${bad.length} of ${count(all.length, "file")} ${are(bad.length)} too open: ${
        some(bad.map((one) => `${textAt(one, "path")} (${textAt(one, "mode")})`), 8)
      }`;
  },
};

/** Groups whose members sudo lets through wherever its usual rules stand. */
const ADMIN_GROUPS = ["sudo", "wheel", "admin"];

/** What can be said of sudo without its rules. */
function withoutSudoers(report: unknown): string {
  const entry = listAt(report, "unreadable").find((one) => textAt(one, "path") === "/etc/sudoers");
  const isAbsent = entry === undefined || textAt(entry, "reason").startsWith("not there");
  const groups = listAt(report, "groups").filter((one) => ADMIN_GROUPS.includes(textAt(one, "name")));
  const members = groups.map((one) => {
    const names = unique([...listAt(one, "members").map(String), ...listAt(one, "primary").map(String)]);
    return `the group ${textAt(one, "name")} has ${names.length === 0 ? "no members" : some(names, 8)}`;
  });
  return [
    isAbsent
      ? "nobody can become root by sudo: there is no /etc/sudoers"
      : `who can become root by sudo is not known: /etc/sudoers: ${textAt(entry, "reason")}`,
    ...members,
  ].join("; ");
}

/** Questions with an answer of their own; it comes first. */
const QUESTIONS: Readonly<Record<string, (report: unknown) => string | undefined>> = {
  nopassword: (report) => {
    const empty = named(listAt(report, "accounts").filter((one) => textAt(one, "password") === "empty"));
    const all = listAt(report, "accounts");
    if (all.length === 0 || all.every((one) => textAt(one, "password") === "unknown")) return undefined;
    return empty.length === 0
      ? `no account of ${all.length} has an empty password (locked ones let nobody in by password)`
      : `${count(empty.length, "account")} without a password: ${some(empty, 12)}`;
  },
  uid0: (report) => {
    const all = listAt(report, "accounts");
    const root = named(all.filter((one) => numberAt(one, "uid") === 0));
    if (all.length === 0) return undefined;
    return root.length === 1 && root[0] === "root"
      ? "only root has uid 0"
      : `${count(root.length, "account")} with uid 0: ${some(root) || "none"}`;
  },
  "root-login": (report) => {
    const sshd = objectAt(report, "keys", "sshd");
    if (Object.keys(sshd).length === 0) {
      return "whether sshd lets root in is not known: there is no /etc/ssh/sshd_config here";
    }
    const setting = listAt(sshd, "settings").find((one) => textAt(one, "key") === "permitrootlogin");
    const value = setting === undefined ? "prohibit-password" : textAt(setting, "value");
    const where = setting === undefined
      ? "by default, the setting is not written"
      : `${textAt(setting, "source", "path")}:${textAt(setting, "source", "line")}`;
    const words: Readonly<Record<string, string>> = {
      yes: "root may log in over ssh, with a password too",
      no: "root may not log in over ssh",
      "prohibit-password": "root may log in over ssh by key, not by password",
      "without-password": "root may log in over ssh by key, not by password",
      "forced-commands-only": "root may log in over ssh only for commands forced by a key",
    };
    return `${words[value] ?? `sshd's PermitRootLogin is ${value}`} (PermitRootLogin ${value}; ${where})`;
  },
};

/** Sections in the order in which they were asked for; those that were read along come last. */
function sectionsOf(report: unknown, input: ParserInput): readonly string[] {
  const present = Object.keys(SUMMARIES).filter((name) => at(report, name) !== undefined);
  const asked = (input.ask.about.sections ?? "").split(/[,\s]+/).filter((name) => present.includes(name));
  const groups = listAt(report, "query", "groups").length > 0 ? ["groups"] : [];
  if (asked.includes("sudo") && groups.length === 0) {
    // Groups are read along with sudo to resolve its rules; they answer nothing by themselves.
    return unique([...asked, ...present.filter((name) => name !== "groups")]);
  }
  return unique([...groups.filter((name) => present.includes(name)), ...asked, ...present]);
}

/**
 * Reads the JSON of the built-in iam-inspect (`IamReport`), which holds no hash and no key.
 *
 * @example
 * ```ts
 * import { parseIamReport } from "./iam_report.ts";
 * const stdout = new TextEncoder().encode('{"query": {}, "sudo": {"rules": [], "root": []}, "findings": []}');
 * const answer = parseIamReport({
 *   step: { id: "s1", tool: "iam-inspect", form: "report", slots: {} },
 *   ask: { intent: "iam", about: { sections: "sudo" } },
 *   commands: [{ argv: [], exitCode: 0, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "ok", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline === "On this host no account can become root by sudo");
 * ```
 */
export function parseIamReport(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  const run = input.commands[0];
  if (ended !== undefined || run === undefined) {
    return notLooked(input, ended ?? "iam-inspect printed nothing");
  }
  if (run.exitCode !== 0) {
    const said = lastWords(run.stderr);
    return notLooked(
      input,
      `Could not look at this host's identities: ${said === "" ? `exit code ${run.exitCode}` : said}`,
    );
  }
  const whole = findRange(run.stdout, []);
  const report = whole === undefined ? undefined : readRange(run.stdout, whole);
  if (report === undefined) return notLooked(input, "iam-inspect's report was cut or is not JSON");
  const range = findRange(run.stdout, ["findings"]);
  const ranges = range === undefined ? [] : elementsOf(run.stdout, range).elements;
  const sections = sectionsOf(report, input);
  const findings = bySeverity(
    listAt(report, "findings").map((one, i): Finding => {
      const path = textAt(one, "source", "path");
      return {
        severity: SEVERITIES[textAt(one, "severity")] ?? "info",
        text: oneLine(textAt(one, "text"), 400),
        ...(path === "" ? {} : { source: { path, line: numberAt(one, "source", "line") ?? 0 } }),
        evidence: cite(input, 0, "stdout", ranges[i]),
      };
    }),
  );
  const blind = [
    ...listAt(report, "unreadable").map((one) => `${textAt(one, "path")}: ${textAt(one, "reason")}`),
    ...listAt(report, "notes").map((note) => oneLine(String(note), 300)),
  ];
  const accounts = listAt(report, "query", "unknown_accounts").map(String);
  const groups = listAt(report, "query", "unknown_groups").map(String);
  const absent = [
    ...(accounts.length === 0 ? [] : [`there is no account ${some(accounts)}`]),
    ...(groups.length === 0 ? [] : [`there is no group ${some(groups)}`]),
  ];
  const empty = sections.every((name) => {
    const value = at(report, name);
    return Array.isArray(value) ? value.length === 0 : Object.keys(objectAt(report, name)).length === 0;
  });
  if (absent.length > 0 && (empty || groups.length > 0 && listAt(report, "groups").length === 0)) {
    return parsed({ headline: `On this host ${absent.join(" and ")}`, verdict: "no_such_thing", blind });
  }
  const isSudoAsked = (input.ask.about.sections ?? "").includes("sudo") &&
    listAt(report, "query", "groups").length === 0 && at(report, "sudo") === undefined;
  const question = input.ask.about.question ?? "";
  const direct = Object.hasOwn(QUESTIONS, question) ? QUESTIONS[question]?.(report) : undefined;
  const said = [
    ...(direct === undefined ? [] : [direct]),
    ...(isSudoAsked ? [withoutSudoers(report)] : []),
    // Without sudoers the groups were looked at for sudo only, and have been said.
    ...sections.filter((name) => !isSudoAsked || name !== "groups")
      .map((name) => SUMMARIES[name]?.(report) ?? "").filter((text) => text !== ""),
  ];
  const table = iamTable(report, isSudoAsked ? "admins" : sections[0] ?? "");
  const checks: Record<string, readonly string[]> = {};
  for (const one of listAt(report, "findings")) {
    const check = textAt(one, "check").replace(/[^a-z0-9]+/g, "_");
    if (check !== "") {
      checks[check] = unique([...(checks[check] ?? []), ...listAt(one, "subjects").map(String)]);
    }
  }
  return parsed({
    headline: `On this host ${[...absent, ...said].join(". Also: ")}`,
    verdict: findings.some(({ severity }) => severity !== "info") ? "findings" : "listing",
    findings,
    facts: {
      ...checks,
      login_accounts: named(listAt(report, "accounts").filter((one) => at(one, "login") === true)),
      sudo_accounts: named(listAt(report, "sudo", "root"), "account"),
    },
    ...(table === undefined ? {} : { table }),
    blind,
    next: findings.filter(({ severity }) => severity === "critical" || severity === "high").slice(0, 1)
      .map(({ source }) =>
        source === undefined
          ? "Mend the first of these."
          : `Begin with ${source.path}${source.line > 0 ? `:${source.line}` : ""}.`
      ),
  });
}
