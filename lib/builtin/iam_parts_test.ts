import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAuthorizedKeys, parseSshdConfig } from "./iam_keys.ts";
import { judgeMode } from "./iam_modes.ts";
import { isLoginShell, judgePassword, parsePasswd } from "./iam_passwd.ts";
import { resolveSudo } from "./iam_sudo.ts";
import { classifyCommand } from "./iam_sudo_commands.ts";
import { parseSudoers } from "./iam_sudoers_parse.ts";
import { KEYS } from "./testing/hosts.ts";

const ACCOUNTS = parsePasswd(`root:x:0:0::/root:/bin/sh
alice:x:1000:1000::/home/alice:/bin/sh
bob:x:1001:1001::/home/bob:/bin/sh
carol:x:1002:27::/home/carol:/bin/sh
`).entries;
const GROUPS = [{
  name: "sudo",
  password: "x",
  gid: 27,
  members: ["alice"],
  source: { path: "/etc/group", line: 1 },
}];

/** Who becomes root by these sudoers: `name how`, a star for "without a password". */
function root(text: string, included: Readonly<Record<string, string>> = {}): string[] {
  const files = { "/etc/sudoers": text, ...included };
  const sudoers = parseSudoers("/etc/sudoers", {
    read: (path) => Object.entries(files).find(([name]) => name === path)?.[1],
    list: (path) =>
      Object.keys(files).filter((name) => name.startsWith(`${path}/`)).map((name) =>
        name.slice(path.length + 1)
      ).sort(),
  });
  const { root, unparsed } = resolveSudo(sudoers, { accounts: ACCOUNTS, groups: GROUPS });
  assert.deepEqual(unparsed, []);
  return root.map((one) => `${one.account}${one.nopasswd ? "*" : ""} ${one.via.join("; ")}`);
}

const CASES: readonly (readonly [name: string, sudoers: string, expected: readonly string[]])[] = [
  ["a plain rule", "alice ALL=(ALL) ALL", ["alice any command"]],
  ["no runas means root", "alice ALL = /bin/bash", ["alice a shell or an interpreter (/bin/bash)"]],
  ["a group, members and primary", "%sudo ALL=(ALL:ALL) ALL", [
    "alice any command as %sudo",
    "carol any command as %sudo",
  ]],
  ["a group by number", "%#27 ALL=(ALL) NOPASSWD: ALL", [
    "alice* any command as %#27 without a password",
    "carol* any command as %#27 without a password",
  ]],
  ["a user by number, behind a comment", "#1001 ALL=(ALL) ALL # bob", ["bob any command as #1001"]],
  ["everyone but one", "ALL, !alice, !%sudo ALL=(ALL) ALL", ["bob any command as ALL, !alice, !%sudo"]],
  ["another user is not root", "alice ALL=(bob) ALL\nbob ALL=(ALL, !root) ALL", []],
  [
    "an alias of aliases, negated",
    "Runas_Alias A = root\nRunas_Alias B = ALL, !A\nalice ALL=(B) ALL\nbob ALL=(A) ALL",
    [
      "bob any command",
    ],
  ],
  ["runas stays for the commands behind it", "alice ALL=(bob) /bin/ls, /bin/bash, (root) /usr/bin/vim", [
    "alice an editor or pager (/usr/bin/vim)",
  ]],
  ["tags stay, and turn", "alice ALL=(root) NOPASSWD: /bin/ls, PASSWD: /bin/bash", [
    "alice a shell or an interpreter (/bin/bash)",
  ]],
  [
    "the last rule for any command decides about the password",
    "alice ALL=(ALL) NOPASSWD: ALL\n%sudo ALL=(ALL) ALL",
    [
      "alice any command as %sudo",
      "carol any command as %sudo",
    ],
  ],
  ["a later rule takes all away", "alice ALL=(ALL) ALL\nalice ALL=(ALL) !ALL", []],
  ["NOEXEC keeps an editor from being a shell", "alice ALL=(root) NOEXEC: /usr/bin/vim /etc/motd", []],
  ["two host lists", "alice web1 = /bin/ls : db1, db2 = (root) NOPASSWD: /bin/bash", [
    "alice* a shell or an interpreter (/bin/bash) on db1, db2 without a password",
  ]],
  [
    "continuation lines and options",
    'alice ALL=(root) CWD="/tmp" TIMEOUT=5m \\\n  NOPASSWD: SETENV: \\\n  /bin/bash',
    [
      "alice* a shell or an interpreter (/bin/bash) without a password",
    ],
  ],
  [
    "escapes and digests",
    "alice ALL=(root) sha256:AbCd /bin/bash, /bin/echo a\\,b\\:c\\=d",
    [
      "alice a shell or an interpreter (sha256:AbCd /bin/bash, /bin/echo a,b:c=d)",
    ],
  ],
  ["Defaults without authentication", "Defaults:alice !authenticate\nalice ALL=(ALL) ALL", [
    "alice* any command",
  ]],
  ["quoted names", '"alice" ALL=(ALL) ALL', ["alice any command"]],
];

for (const [name, sudoers, expected] of CASES) {
  Deno.test(`resolveSudo: ${name}`, () => assert.deepEqual(root(sudoers), expected));
}

Deno.test("parseSudoers reads includes where they stand, and directories in order without backups", () => {
  const files = {
    "/etc/sudoers.d/20-b": "bob ALL=(ALL) ALL\n",
    "/etc/sudoers.d/10-a": "@include extra\n",
    "/etc/sudoers.d/x.bak": "carol ALL=(ALL) ALL\n",
    "/etc/sudoers.d/y~": "carol ALL=(ALL) ALL\n",
    "/etc/sudoers.d/extra": "alice ALL=(ALL) ALL\n",
  };
  assert.deepEqual(root("#includedir /etc/sudoers.d\n", files), ["alice any command", "bob any command"]);
});

Deno.test("parseSudoers ends on includes in a circle, and names what is missing", () => {
  const sudoers = parseSudoers("/etc/sudoers", {
    read: (path) => path === "/etc/sudoers" ? "@include /etc/sudoers\n@include /etc/none\n" : undefined,
    list: () => [],
  });
  assert.ok(sudoers.missing.includes("/etc/none"));
  assert.deepEqual(sudoers.specs, []);
});

Deno.test("parseSudoers never throws, whatever the text", () => {
  const part = fc.constantFrom(
    "alice",
    "ALL",
    "=",
    "(",
    ")",
    ":",
    ",",
    "!",
    "\\",
    '"',
    " ",
    "\n",
    "NOPASSWD:",
    "#",
    "%",
    "User_Alias",
    "A",
    "Defaults",
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
    const sudoers = parseSudoers("/etc/sudoers", { read: () => parts.join(""), list: () => [] });
    resolveSudo(sudoers, { accounts: ACCOUNTS, groups: GROUPS });
  }));
});

Deno.test("classifyCommand tells commands that give root from those that don't", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["ALL", "any command"],
    ["/usr/bin/python3.11", "a shell or an interpreter"],
    ["/usr/bin/", "a shell or an interpreter"],
    ["/usr/bin/*", "a shell or an interpreter"],
    ['/bin/bash ""', "a shell or an interpreter"],
    ["/usr/bin/su -", "a shell or an interpreter"],
    ["/usr/bin/find /srv -name *", "a shell or an interpreter"],
    ["/usr/bin/find /srv -name x", undefined],
    ["/usr/bin/less /var/log/syslog", "an editor or pager"],
    ["/usr/bin/systemctl restart web", undefined],
    ["/usr/bin/systemctl status web", "an editor or pager"],
    ["/usr/bin/systemctl", "an editor or pager"],
    ["sudoedit /etc/hosts", undefined],
    ["sudoedit /etc/*", "a command that changes accounts or files"],
    ["/usr/sbin/useradd", "a command that changes accounts or files"],
    ["/usr/bin/tee /etc/motd", undefined],
    ["/usr/bin/uptime", undefined],
  ];
  for (const [command, power] of cases) assert.equal(classifyCommand(command, false), power, command);
});

Deno.test("judgePassword tells states and kinds of hashes apart", () => {
  assert.deepEqual(judgePassword(""), { state: "empty" });
  for (const none of ["*", "!", "!!", "!*", "x", "*LK*", "NP"]) {
    assert.equal(judgePassword(none).state, "none", none);
  }
  assert.deepEqual(judgePassword("abJnggxhB/yWI"), { state: "set", hash: "des" });
  assert.deepEqual(judgePassword("$1$a$b"), { state: "set", hash: "md5crypt" });
  assert.deepEqual(judgePassword("$5$a$b"), { state: "set", hash: "sha256crypt" });
  assert.deepEqual(judgePassword("$6$a$b"), { state: "set", hash: "sha512crypt" });
  assert.deepEqual(judgePassword("$2b$10$b"), { state: "set", hash: "bcrypt" });
  assert.deepEqual(judgePassword("!$y$a$b"), { state: "locked", hash: "yescrypt" });
  assert.deepEqual(judgePassword("$argon2id$v=19$x"), { state: "set", hash: "unknown kind" });
});

Deno.test("isLoginShell takes an empty field for a shell", () => {
  assert.ok(isLoginShell("") && isLoginShell("/bin/bash"));
  for (const shell of ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/bin/sync"]) {
    assert.ok(!isLoginShell(shell));
  }
});

Deno.test("parseAuthorizedKeys gives sizes and fingerprints as ssh-keygen does", async () => {
  const text = Object.values(KEYS).map((key) => key.text).join("\n");
  const { keys, bad } = await parseAuthorizedKeys(text, "alice", "/home/alice/.ssh/authorized_keys");
  assert.deepEqual(bad, []);
  assert.deepEqual(keys.map((key) => key.fingerprint), Object.values(KEYS).map((key) => key.fingerprint));
  assert.deepEqual(keys.map((key) => key.bits), [1024, 384, 256, 1024, 2048]);
  assert.deepEqual(keys.map((key) => key.weak), ["DSA", undefined, undefined, "RSA of 1024 bits", undefined]);
});

Deno.test("parseAuthorizedKeys takes authorities, and keys that can't be decoded, without failing", async () => {
  const text =
    `cert-authority,principals="a,b c" ${KEYS.ED25519.text} ca\nssh-rsa AAAA!!! broken\nssh-rsa AAAAB3 short\n`;
  const { keys } = await parseAuthorizedKeys(text, "root", "/root/.ssh/authorized_keys");
  assert.equal(keys[0]?.cert_authority, true);
  assert.equal(keys[1]?.fingerprint, undefined);
  assert.equal(keys[2]?.bits, undefined);
});

const NAMES = {
  accounts: ACCOUNTS,
  user: (uid: number) => ACCOUNTS.find((one) => one.uid === uid)?.name ?? String(uid),
  group: (gid: number) => gid === 42 ? "shadow" : gid === 1000 ? "alice" : gid === 27 ? "sudo" : String(gid),
};

/** Checks that a mode fails. */
function modes(path: string, mode: number, uid = 0, gid = 0, type = "file"): string[] {
  const judged = judgeMode({ path, type, mode, uid, gid, size: 1, mtime: "" }, NAMES);
  return judged.problems.map((problem) => `${problem.check} ${problem.severity}`);
}

Deno.test("judgeMode tells modes that are in order from those that aren't", () => {
  assert.deepEqual(modes("/etc/shadow", 0o640, 0, 42), []);
  assert.deepEqual(modes("/etc/shadow", 0o000), []);
  assert.deepEqual(modes("/etc/shadow", 0o644), ["mode-shadow critical"]);
  assert.deepEqual(modes("/etc/shadow", 0o640, 0, 27), ["mode-shadow high"]);
  assert.deepEqual(modes("/etc/passwd", 0o644), []);
  assert.deepEqual(modes("/etc/passwd", 0o666), ["mode-writable critical"]);
  assert.deepEqual(modes("/etc/sudoers", 0o440, 1000), ["mode-owner critical"]);
  assert.deepEqual(modes("/etc/sudoers.d/x", 0o444), ["mode-sudoers low"]);
  assert.deepEqual(modes("/etc/ssh/ssh_host_rsa_key", 0o600), []);
  assert.deepEqual(modes("/etc/ssh/ssh_host_rsa_key", 0o644), ["mode-host-key critical"]);
  assert.deepEqual(modes("/etc/ssh/ssh_host_rsa_key.pub", 0o644), []);
  assert.deepEqual(modes("/home/alice", 0o755, 1000, 1000, "directory"), []);
  assert.deepEqual(modes("/home/alice", 0o777, 1000, 1000, "directory"), ["mode-writable high"]);
  assert.deepEqual(modes("/home/alice/.ssh", 0o775, 1000, 27, "directory"), [
    "mode-writable high",
    "mode-readable low",
  ]);
  assert.deepEqual(modes("/home/alice/.ssh/authorized_keys", 0o664, 1000, 1000), []);
  assert.deepEqual(modes("/home/alice/.ssh/authorized_keys", 0o664, 1000, 27), ["mode-writable high"]);
  assert.deepEqual(modes("/home/alice/.ssh/authorized_keys", 0o600, 1001, 1001), ["mode-owner high"]);
  assert.deepEqual(modes("/home/alice/.ssh/id_ed25519", 0o644, 1000, 1000), ["mode-private-key high"]);
  assert.deepEqual(modes("/home/alice/.ssh/id_ed25519.pub", 0o644, 1000, 1000), []);
  assert.deepEqual(modes("/home/alice/.netrc", 0o644, 1000, 1000), ["mode-secret high"]);
  assert.deepEqual(modes("/home/alice/.kube/config", 0o600, 1000, 1000), []);
  assert.deepEqual(modes("/home/alice/.aws", 0o777, 1000, 1000, "link"), []);
});

Deno.test("parseSshdConfig reads included files in their place, and names those that it cannot see", () => {
  const files: Readonly<Record<string, string>> = {
    "/etc/ssh/sshd_config.d/10-local.conf": "PermitRootLogin no\nInclude more.conf\n",
    "/etc/ssh/sshd_config.d/notes.txt": "PasswordAuthentication yes\n",
    "/etc/ssh/more.conf": "MaxAuthTries 3\n",
  };
  const report = parseSshdConfig(
    "Include /etc/ssh/sshd_config.d/*.conf /etc/elsewhere/*.conf\nPermitRootLogin yes\nPasswordAuthentication no\n",
    "/etc/ssh/sshd_config",
    {
      read: (path) => files[path],
      list: (path) =>
        Object.keys(files).filter((name) => name.startsWith(`${path}/`)).map((name) =>
          name.slice(path.length + 1)
        ),
    },
  );
  const values = report.settings.map(({ key, value, source }) =>
    `${key} ${value} ${source.path}:${source.line}`
  );
  assert.deepEqual(values, [
    "permitrootlogin no /etc/ssh/sshd_config.d/10-local.conf:1",
    "maxauthtries 3 /etc/ssh/more.conf:1",
    "passwordauthentication no /etc/ssh/sshd_config:3",
  ]);
  assert.deepEqual(report.includes_unread, ["/etc/elsewhere/*.conf"]);
});

Deno.test("parseSshdConfig ends at files that include each other", () => {
  const report = parseSshdConfig("Include a\n", "/etc/ssh/sshd_config", {
    read: (path) => path === "/etc/ssh/a" ? "Include a\nPermitRootLogin no\n" : undefined,
    list: () => [],
  });
  assert.equal(report.settings[0]?.value, "no");
});
