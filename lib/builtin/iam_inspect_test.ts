import assert from "node:assert/strict";
import { parseIamArgs } from "./iam_args.ts";
import { inspectIdentities } from "./iam_inspect.ts";
import { FAULTY, KEYS, SECRET, testHost, TODAY } from "./testing/hosts.ts";
import type { IamReport } from "./iam_types.ts";

async function inspect(
  files: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = [],
  stats: readonly unknown[] = [],
): Promise<IamReport> {
  using host = testHost(files, stats);
  return await inspectIdentities(parseIamArgs([...args, `--root=${host.path}`]), TODAY);
}

/** `check subject severity` of each finding of a section. */
function found(report: IamReport, section: string): string[] {
  return report.findings.filter((one) => one.section === section)
    .map((one) => `${one.check} ${one.subjects[0] ?? "-"} ${one.severity}`).sort();
}

Deno.test("inspectIdentities finds what is wrong with accounts", async () => {
  const report = await inspect(FAULTY);
  assert.deepEqual(found(report, "accounts"), [
    "duplicate-uid twin medium",
    "empty-password open critical",
    "hash-in-passwd old high",
    "locked-with-keys ci medium",
    "shell-not-listed bob low",
    "system-shell postgres low",
    "uid0-not-root backdoor critical",
  ]);
  const account = (name: string) => report.accounts?.find((one) => one.name === name);
  assert.equal(account("alice")?.password, "set");
  assert.equal(account("alice")?.hash, "yescrypt");
  assert.deepEqual(account("alice")?.groups, ["alice", "sudo"]);
  assert.equal(account("alice")?.sudo, true);
  assert.equal(account("root")?.password, "none");
  assert.equal(account("open")?.login, true);
  assert.equal(account("sync")?.login, false);
  assert.equal(account("ci")?.password, "locked");
  assert.equal(account("nobody")?.system, true);
  assert.match(report.notes.join(" "), /NIS/);
});

Deno.test("inspectIdentities finds what is wrong with groups", async () => {
  assert.deepEqual(found(await inspect(FAULTY), "groups"), [
    "duplicate-gid wheel2 medium",
    "group-password docker medium",
    "powerful-group docker high",
    "powerful-group sudo info",
    "unknown-member docker low",
  ]);
});

Deno.test("inspectIdentities finds who becomes root, and how", async () => {
  const report = await inspect(FAULTY);
  assert.deepEqual(
    found(report, "sudo"),
    [
      "sudo-environment - high",
      "sudo-exclusion ci medium",
      "sudo-no-authentication - high",
      "sudo-nopasswd-root bob high",
      "sudo-nopasswd-root ci high",
      "sudo-root alice info",
      "sudo-unparsed - medium",
    ].filter((line) => !line.includes("twin")),
  );
  assert.deepEqual(report.sudo?.root.map((one) => [one.account, one.nopasswd, one.via]), [
    ["alice", false, ["any command as %sudo"]],
    ["bob", true, ["an editor or pager (/usr/bin/vim, /usr/bin/less) as OPS without a password"]],
    ["ci", true, ["any command without a password"]],
  ]);
  const ci = report.findings.find((one) => one.check === "sudo-nopasswd-root" && one.subjects[0] === "ci");
  assert.deepEqual(ci?.source, { path: "/etc/sudoers.d/10-ci", line: 1 });
  assert.deepEqual(report.sudo?.unparsed.map((one) => one.source.line), [11]);
});

Deno.test("inspectIdentities finds keys, and what is wrong with them and with sshd", async () => {
  const report = await inspect(FAULTY);
  assert.deepEqual(found(report, "keys"), [
    "key-unparsed - low",
    "root-key root medium",
    "root-key root medium",
    "shared-key root medium",
    "sshd-passwords - medium",
    "sshd-root-login root high",
    "weak-key ci high",
    "weak-key root high",
  ]);
  assert.deepEqual(
    report.keys?.keys.map((key) => [key.account, key.type, key.bits, key.fingerprint, key.weak]),
    [
      ["root", "ssh-rsa", 1024, KEYS.RSA_1024.fingerprint, "RSA of 1024 bits"],
      ["root", "ssh-ed25519", 256, KEYS.ED25519.fingerprint, undefined],
      ["alice", "ssh-ed25519", 256, KEYS.ED25519.fingerprint, undefined],
      ["ci", "ssh-dss", 1024, KEYS.DSA.fingerprint, "DSA"],
    ],
  );
  assert.deepEqual(report.keys?.keys[2]?.options, [
    'from="10.0.0.0/8,192.168.0.0/16"',
    "no-pty",
    'environment="TOKEN=…"',
  ]);
  assert.deepEqual(report.keys?.keys[3]?.options, ['command="/usr/bin/deploy \\"x\\""']);
  assert.equal(report.keys?.sshd?.settings.find((one) => one.key === "permitrootlogin")?.value, "yes");
  assert.match(report.notes.join(" "), /sshd_config includes what was not handed in/);
});

Deno.test("inspectIdentities finds what is wrong with password ageing", async () => {
  const report = await inspect(FAULTY);
  assert.deepEqual(
    found(report, "ageing"),
    [
      "must-change twin info",
      "never-expires bob low",
      "old-password bob low",
      "password-expired backdoor medium",
      "weak-hash twin high",
      "weak-method - high",
    ].filter((line) => line !== "password-expired twin medium"),
  );
  const alice = report.ageing?.find((one) => one.account === "alice");
  assert.equal(alice?.last_change, "2025-11-08");
  assert.equal(alice?.password_expires, "2026-02-06");
  assert.equal(alice?.never_expires, false);
  const ci = report.ageing?.find((one) => one.account === "ci");
  assert.equal(ci?.account_expired, true);
  assert.equal(ci?.account_expires, "2024-10-04");
});

Deno.test("inspectIdentities never prints a hash, key material or the value of a key's environment", async () => {
  const text = JSON.stringify(await inspect(FAULTY));
  assert.ok(!text.includes(SECRET));
  for (const key of Object.values(KEYS)) assert.ok(!text.includes(key.text.split(" ")[1]!.slice(20, 60)));
});

Deno.test("inspectIdentities narrows by section, account and group", async () => {
  const sudo = await inspect(FAULTY, ["--section=sudo"]);
  assert.equal(sudo.accounts, undefined);
  assert.deepEqual([...new Set(sudo.findings.map((one) => one.section))], ["sudo"]);
  const bob = await inspect(FAULTY, ["--account=bob", "--account=carol"]);
  assert.deepEqual(bob.accounts?.map((one) => one.name), ["bob"]);
  assert.deepEqual(bob.groups?.map((one) => one.name), ["docker", "bob"]);
  assert.deepEqual(bob.sudo?.root.map((one) => one.account), ["bob"]);
  assert.deepEqual(bob.query.unknown_accounts, ["carol"]);
  assert.ok(
    bob.findings.every((one) =>
      one.subjects.length === 0 || one.subjects.some((name) => /bob|docker|ALL/.test(name))
    ),
  );
  const group = await inspect(FAULTY, ["--group=sudo"]);
  assert.deepEqual(group.groups?.map((one) => one.name), ["sudo"]);
  assert.deepEqual(group.accounts?.map((one) => one.name), ["alice"]);
  assert.deepEqual(group.sudo?.rules.map((rule) => rule.who), [["%sudo"]]);
});

Deno.test("inspectIdentities says what it could not look at, which is not 'nothing wrong'", async () => {
  const { "/etc/passwd": passwd, "/etc/group": group } = FAULTY;
  const report = await inspect({ "/etc/passwd": passwd, "/etc/group": group });
  assert.deepEqual(report.unreadable.map((one) => one.path), [
    "/etc/shadow",
    "/etc/sudoers",
    "/etc/ssh/sshd_config",
  ]);
  assert.equal(report.accounts?.find((one) => one.name === "alice")?.password, "unknown");
  assert.equal(report.sudo, undefined);
  assert.match(report.notes.join(" "), /Without \/etc\/shadow nothing can be said about passwords/);
});

Deno.test("inspectIdentities finds nothing wrong with a host that is in order", async () => {
  const report = await inspect(
    {
      "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n",
      "/etc/group": "root:x:0:\nalice:x:1000:\n",
      "/etc/shadow": `root:*:20400:0:99999:7:::\nalice:$y$j9T$salt$${SECRET}:20470:0:90:7:::\n`,
      "/etc/sudoers": "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n",
      "/etc/ssh/sshd_config": "PermitRootLogin no\nPasswordAuthentication no\n",
      "/home/alice/.ssh/authorized_keys": `${KEYS.RSA_2048.text} alice\n`,
    },
    [],
    [
      {
        path: "/etc/passwd",
        type: "file",
        mode: "0644",
        uid: 0,
        gid: 0,
        size: 1,
        mtime: "2026-01-01T00:00:00Z",
      },
      {
        path: "/etc/shadow",
        type: "file",
        mode: "0640",
        uid: 0,
        gid: 0,
        size: 1,
        mtime: "2026-01-01T00:00:00Z",
      },
      {
        path: "/home/alice",
        type: "directory",
        mode: "0755",
        uid: 1000,
        gid: 1000,
        size: 1,
        mtime: "2026-01-01T00:00:00Z",
      },
      { path: "/home/alice/.ssh", type: "directory", mode: "0700", uid: 1000, gid: 1000, size: 1, mtime: "" },
      {
        path: "/home/alice/.ssh/authorized_keys",
        type: "file",
        mode: "0664",
        uid: 1000,
        gid: 1000,
        size: 1,
        mtime: "",
      },
    ],
  );
  assert.deepEqual(report.findings, []);
});
