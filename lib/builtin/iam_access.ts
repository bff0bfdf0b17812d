/**
 * The sections sudo, keys and modes: what is wrong with them.
 *
 * @module
 */
import { isLoginShell } from "./iam_passwd.ts";
import type { IamKey, IamMode, IamSeverity, IamSource, SudoReport } from "./iam_types.ts";
import type { Report, World } from "./iam_world.ts";

/** Variables that make a program of root load code of the caller. */
const CODE_VARIABLES =
  /\b(?:LD_[A-Z_]+|PYTHON[A-Z]+|PERL[A-Z0-9]+|RUBY[A-Z]+|BASH_ENV|ENV|NODE_OPTIONS|GCONV_PATH|\*)(?=[\s"]|$)/;

/** Who becomes root by sudo, and how safely. */
export function sudoSection(world: World, report: Report): SudoReport | undefined {
  const { sudo } = world;
  if (sudo === undefined) return undefined;
  const add = (
    severity: IamSeverity,
    check: string,
    text: string,
    subjects: readonly string[],
    source: IamSource,
  ) => report({ severity, section: "sudo", check, text, subjects, source });
  for (const { account, nopasswd, via, sources } of sudo.root) {
    const source = sources[sources.length - 1] ?? { path: "/etc/sudoers", line: 0 };
    const how = via.join("; ");
    if (nopasswd) {
      add(
        "high",
        "sudo-nopasswd-root",
        `${account} becomes root without a password: ${how}`,
        [account],
        source,
      );
    } else add("info", "sudo-root", `${account} can become root by sudo: ${how}`, [account], source);
  }
  for (const rule of sudo.rules) {
    const { source } = rule;
    const who = rule.who.join(", ");
    if (rule.everyone && rule.root !== undefined) {
      add(
        "critical",
        "sudo-everyone",
        `Every account can become root: ${rule.root}${rule.nopasswd ? " without a password" : ""}`,
        ["ALL"],
        source,
      );
    }
    if (rule.root !== undefined && rule.nopasswd && rule.accounts.length === 0) {
      add(
        "medium",
        "sudo-nopasswd-root",
        `${who} may become root without a password; no local account is meant at present`,
        rule.who,
        source,
      );
    }
    const excluded = rule.commands.filter((command) => command.startsWith("!") && command !== "!ALL");
    if (rule.commands.includes("ALL") && excluded.length > 0) {
      add(
        "medium",
        "sudo-exclusion",
        `${who} may run all but ${
          excluded.map((command) => command.slice(1)).join(", ")
        }; a copy under another name gets round it`,
        rule.who,
        source,
      );
    }
    if (
      rule.root === undefined && rule.nopasswd && rule.commands.some((command) => /\s[^]*[*]/.test(command))
    ) {
      add(
        "low",
        "sudo-wildcard",
        `${who} may pass any arguments where a wildcard stands: ${rule.commands.join(", ").slice(0, 300)}`,
        rule.who,
        source,
      );
    }
    if (
      rule.commands.some((command) =>
        !command.startsWith("!") && /^\/(?:home|tmp|var\/tmp|opt\/[^/]+\/tmp|dev\/shm)\//.test(command)
      )
    ) {
      add(
        "high",
        "sudo-writable-command",
        `${who} may run as ${
          rule.runas.join(", ") || "themselves"
        } a command that lies where others may write: ${rule.commands.join(", ").slice(0, 300)}`,
        rule.who,
        source,
      );
    }
    if (rule.runas.includes("ALL") && rule.runas.some((user) => user === "!root" || user === "!#0")) {
      add(
        "medium",
        "sudo-runas-not-root",
        `${who} may become anyone but root; sudo before 1.8.28 let #-1 through (CVE-2019-14287)`,
        rule.who,
        source,
      );
    }
  }
  for (const { scope, text, source } of sudo.defaults) {
    const where = scope === undefined ? "" : ` (for ${scope})`;
    if (text === "!authenticate") {
      add("high", "sudo-no-authentication", `sudo asks for no password${where}`, [], source);
    } else if (text === "!env_reset") {
      add("medium", "sudo-environment", `sudo keeps the caller's environment${where}`, [], source);
    } else if (/^env_keep\b/.test(text) && CODE_VARIABLES.test(text)) {
      add(
        "high",
        "sudo-environment",
        `sudo keeps variables that load code: ${text.slice(0, 200)}${where}`,
        [],
        source,
      );
    } else if (/^timestamp_timeout\s*=\s*-/.test(text)) {
      add("medium", "sudo-timeout", `sudo never asks for the password again${where}`, [], source);
    } else if (/^secure_path\b/.test(text) && /(?:[="]|:)(?:\.|\/tmp|\/home)(?=[:/"]|$)/.test(text)) {
      add(
        "high",
        "sudo-path",
        `sudo's path holds a directory that others may write: ${text.slice(0, 200)}`,
        [],
        source,
      );
    }
  }
  for (const { source } of sudo.unparsed) {
    add(
      "medium",
      "sudo-unparsed",
      `Line ${source.line} of ${source.path} could not be understood, so what it grants is not known`,
      [],
      source,
    );
  }
  return sudo;
}

/** Keys that open accounts, and how sshd is set. */
export function keysSection(
  world: World,
  report: Report,
): { keys: readonly IamKey[]; sshd?: NonNullable<World["sshd"]> } {
  const add = (
    severity: IamSeverity,
    check: string,
    text: string,
    subjects: readonly string[],
    source: IamSource,
  ) => report({ severity, section: "keys", check, text, subjects, source });
  const setting = (key: string) => world.sshd?.settings.find((one) => one.key === key);
  const rootLogin = setting("permitrootlogin");
  const rootClosed = rootLogin?.value.toLowerCase() === "no";
  const owners = new Map<string, IamKey[]>();
  for (const key of world.keys) {
    const called = key.comment === "" ? key.fingerprint ?? key.type : key.comment;
    const account = world.accounts.find((one) => one.name === key.account);
    if (key.weak !== undefined) {
      add(
        "high",
        "weak-key",
        `A key of ${key.account} is weak: ${key.weak} (${called})`,
        [key.account],
        key.source,
      );
    }
    if (account?.uid === 0) {
      const closed = rootClosed ? "; sshd lets root in by no means at present" : "";
      add(rootClosed ? "low" : "medium", "root-key", `The key ${called} opens ${key.account}${closed}`, [
        key.account,
      ], key.source);
    }
    if (account === undefined) {
      add("low", "key-without-account", `${key.source.path} holds a key, but no account has this home`, [
        key.account,
      ], key.source);
    }
    if (key.cert_authority) {
      add(
        "medium",
        "key-authority",
        `Whoever holds the authority ${called} can issue keys for ${key.account}`,
        [key.account],
        key.source,
      );
    }
    if (account !== undefined && !isLoginShell(account.shell)) {
      add(
        "info",
        "key-no-shell",
        `${key.account} has keys but no login shell; forwarding may still be possible`,
        [key.account],
        key.source,
      );
    }
    if (key.fingerprint !== undefined) {
      owners.set(key.fingerprint, [...owners.get(key.fingerprint) ?? [], key]);
    }
  }
  for (const [fingerprint, keys] of owners) {
    const names = [...new Set(keys.map((key) => key.account))];
    if (names.length > 1 && keys[0] !== undefined) {
      add(
        "medium",
        "shared-key",
        `One key opens ${names.join(", ")}: ${keys[0].comment || fingerprint}`,
        names,
        keys[0].source,
      );
    }
  }
  for (const source of world.badKeyLines) {
    add("low", "key-unparsed", `Line ${source.line} of ${source.path} is no key`, [], source);
  }
  sshdFindings(world, add);
  return { keys: world.keys, ...(world.sshd === undefined ? {} : { sshd: world.sshd }) };
}

function sshdFindings(
  world: World,
  add: (
    severity: IamSeverity,
    check: string,
    text: string,
    subjects: readonly string[],
    source: IamSource,
  ) => void,
): void {
  const { sshd } = world;
  if (sshd === undefined) return;
  const judge = (key: string, value: string, where: string, source: IamSource) => {
    const yes = value.toLowerCase() === "yes";
    if (key === "permitrootlogin" && yes) {
      add("high", "sshd-root-login", `sshd lets root in with a password${where}`, ["root"], source);
    }
    if (key === "permitemptypasswords" && yes) {
      add("critical", "sshd-empty-passwords", `sshd accepts empty passwords${where}`, [], source);
    }
    if (key === "passwordauthentication" && yes) {
      add("medium", "sshd-passwords", `sshd accepts passwords${where}, which can be guessed`, [], source);
    }
    if (key === "permituserenvironment" && yes) {
      add(
        "medium",
        "sshd-environment",
        `sshd takes environment variables from users' files${where}`,
        [],
        source,
      );
    }
    if (key === "hostbasedauthentication" && yes) {
      add("medium", "sshd-host-based", `sshd trusts other hosts' word for who logs in${where}`, [], source);
    }
    if (key === "strictmodes" && value.toLowerCase() === "no") {
      add("medium", "sshd-strict-modes", `sshd uses key files that others may write${where}`, [], source);
    }
    if (key === "protocol" && /\b1\b/.test(value)) {
      add("critical", "sshd-protocol", `sshd speaks protocol 1${where}`, [], source);
    }
    if (
      /^(?:ciphers|macs|kexalgorithms|pubkeyacceptedalgorithms)$/.test(key) && !/^[-]/.test(value) &&
      /arcfour|3des|-cbc|hmac-md5|sha1(?:,|-|$)|group1-|ssh-dss/.test(value)
    ) {
      add("medium", "sshd-algorithms", `sshd offers broken algorithms in ${key}${where}`, [], source);
    }
  };
  for (const { key, value, source } of sshd.settings) judge(key, value, "", source);
  for (const { match, key, value, source } of sshd.matched) judge(key, value, ` for ${match}`, source);
  if (!sshd.settings.some((one) => one.key === "passwordauthentication")) {
    const unread = sshd.includes_unread.length > 0 ? " unless an included file says otherwise" : "";
    add(
      "low",
      "sshd-passwords",
      `sshd accepts passwords by default${unread}: the setting is not written`,
      [],
      { path: "/etc/ssh/sshd_config", line: 0 },
    );
  }
}

/** Modes of credential files. */
export function modesSection(world: World, report: Report): { account: string; fact: IamMode }[] {
  for (const { fact, account, problems } of world.modes) {
    for (const { check, severity, text } of problems) {
      report({
        severity,
        section: "modes",
        check,
        text: `${fact.path}: ${text}`,
        subjects: [fact.path, account],
        source: { path: fact.path, line: 0 },
      });
    }
  }
  return world.modes.map(({ fact, account }) => ({ account, fact }));
}
