/**
 * The tools of the persona `secops`.
 *
 * @module
 */
import { DEFAULT_LIMITS } from "./slot_types.ts";
import type { HandedFile, Tool } from "./types.ts";

const GIB = 1024 ** 3;

export const nmap: Tool = {
  name: "nmap",
  aliases: [],
  personas: ["secops"],
  summary: "finds open TCP ports and service versions of hosts inside the safe subnets",
  program: { search: ["nmap"] },
  slots: {
    targets: {
      type: { kind: "address" },
      many: 16,
      required: true,
      ask: "Which host or network (an address inside the safe subnets)?",
    },
    ports: { type: { kind: "ports" } },
    top_ports: { type: { kind: "integer", min: 1, max: 65535 } },
    versions: { type: { kind: "switch" } },
    timing: { type: { kind: "enum", values: ["0", "1", "2", "3", "4", "5"] } },
    exclude: { type: { kind: "address" }, many: 16 },
  },
  forms: [
    // --unprivileged -sT: without it uid 0 without capabilities fails on raw sockets. -n: nothing is looked up.
    {
      id: "scan",
      commands: [[
        "@",
        "--unprivileged",
        "-n",
        "-Pn",
        "-sT",
        { derive: "nmap-family" },
        { slot: "versions", flag: "-sV" },
        "--version-light",
        "--host-timeout=120s",
        { slot: "ports", flag: "-p" },
        { slot: "top_ports", flag: "--top-ports" },
        { slot: "timing", flag: "-T" },
        { slot: "exclude", flag: "--exclude", join: "," },
        "-oX",
        "-",
        { slot: "targets" },
      ]],
    },
    {
      id: "sweep",
      commands: [[
        "@",
        "--unprivileged",
        "-n",
        "-sn",
        { derive: "nmap-family" },
        "--host-timeout=120s",
        { slot: "exclude", flag: "--exclude", join: "," },
        "-oX",
        "-",
        { slot: "targets" },
      ]],
    },
  ],
  effect: "read",
  workspace: "read",
  network: { kind: "targets", setting: "nmap.targets" },
  env: {},
  files: [],
  // It shares the host's network, where AF_UNIX would reach every abstract socket of the host; it scans well without.
  sockets: ["inet"],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 2 * GIB } },
  parser: "nmap",
  probe: ["--version"],
  install: "apt-get install nmap",
  examples: [
    "scan 127.0.0.1 for open ports",
    "which services are listening on 10.20.0.15",
    "ping sweep the 10.1.2.0/24 subnet",
    "is port 22 open on 192.168.4.7?",
  ],
};

export const bandit: Tool = {
  name: "bandit",
  aliases: ["bandit-scan"],
  personas: ["secops"],
  summary: "finds security problems in Python code",
  program: { search: ["bandit"] },
  slots: {
    paths: {
      type: { kind: "path", of: "any" },
      many: 16,
      required: true,
      ask: "Which directory or file of Python code?",
    },
    severity: { type: { kind: "enum", values: ["low", "medium", "high"] } },
    confidence: { type: { kind: "enum", values: ["low", "medium", "high"] } },
    exclude: { type: { kind: "path", of: "any" }, many: 16 },
    tests: {
      type: { kind: "pattern", pattern: "B[0-9]{3}", max: 4, what: "a bandit test such as B602" },
      many: 32,
    },
    skips: {
      type: { kind: "pattern", pattern: "B[0-9]{3}", max: 4, what: "a bandit test such as B602" },
      many: 32,
    },
  },
  // --ini /dev/null: a .bandit file in the scanned tree would switch findings off.
  forms: [{
    id: "scan",
    commands: [[
      "@",
      "-f",
      "json",
      "-q",
      "--ini",
      "/dev/null",
      { slot: "severity", flag: "--severity-level" },
      { slot: "confidence", flag: "--confidence-level" },
      { slot: "exclude", flag: "-x", join: "," },
      { slot: "tests", flag: "-t", join: "," },
      { slot: "skips", flag: "-s", join: "," },
      "-r",
      { slot: "paths" },
    ]],
  }],
  effect: "read",
  workspace: "read",
  network: { kind: "none" },
  env: {},
  files: [],
  sockets: [],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 2 * GIB } },
  parser: "bandit",
  probe: ["--version"],
  install:
    'python3 -m venv /opt/bandit && /opt/bandit/bin/pip install bandit==1.9.4, then [tools.bandit] program = "/opt/bandit/bin/bandit"',
  examples: [
    "find security bugs in the python code under src/api",
    "bandit scan of services/billing, only high severity",
    "did the developers leave passwords in the code under jobs/etl",
  ],
};

const IDENTITY_FILES: readonly HandedFile[] = [
  ...["passwd", "group", "shadow", "gshadow", "sudoers", "login.defs", "shells"].map((name): HandedFile => ({
    from: { path: `/etc/${name}` },
    at: `/run/host/etc/${name}`,
    optional: true,
  })),
  { from: { glob: "/etc/sudoers.d/*" }, at: "/run/host", optional: true },
  { from: { path: "/etc/ssh/sshd_config" }, at: "/run/host/etc/ssh/sshd_config", optional: true },
  { from: { glob: "/etc/ssh/sshd_config.d/*" }, at: "/run/host", optional: true },
  { from: { glob: "/root/.ssh/authorized_keys*" }, at: "/run/host", optional: true },
  { from: { glob: "/home/*/.ssh/authorized_keys*" }, at: "/run/host", optional: true },
  ...[
    "/etc/{passwd,group,shadow,gshadow,sudoers}",
    "/etc/sudoers.d/*",
    "/etc/ssh/ssh_host_*",
    "/root/{.ssh,.kube,.aws,.gnupg,.netrc,.pgpass,.docker/config.json,.vault-token}",
    "/root/{.ssh,.kube,.aws}/*",
    "/home/*",
    "/home/*/{.ssh,.kube,.aws,.gnupg,.netrc,.pgpass,.docker/config.json,.vault-token}",
    "/home/*/{.ssh,.kube,.aws}/*",
  ].map((glob): HandedFile => ({
    from: { glob },
    at: "/run/host-stat.json",
    statOnly: true,
    optional: true,
  })),
];

export const iamInspect: Tool = {
  name: "iam-inspect",
  aliases: [],
  personas: ["secops"],
  summary:
    "reports this host's identities: accounts, sudo, authorised keys, password ageing, modes of credential files",
  program: { builtin: "iam-inspect" },
  slots: {
    sections: {
      type: { kind: "enum", values: ["accounts", "groups", "sudo", "keys", "ageing", "modes"] },
      many: 6,
    },
    accounts: {
      type: {
        kind: "pattern",
        pattern: "[A-Za-z_][A-Za-z0-9_.-]{0,31}[$]?",
        max: 33,
        what: "an account's name",
      },
      many: 16,
    },
    groups: {
      type: { kind: "pattern", pattern: "[A-Za-z_][A-Za-z0-9_.-]{0,31}", max: 32, what: "a group's name" },
      many: 16,
    },
  },
  forms: [{
    id: "report",
    commands: [["@", { slot: "sections", flag: "--section=" }, { slot: "accounts", flag: "--account=" }, {
      slot: "groups",
      flag: "--group=",
    }]],
  }],
  effect: "read",
  workspace: "read",
  network: { kind: "none" },
  env: {},
  files: IDENTITY_FILES,
  sockets: [],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "data", bytes: 2 * GIB } },
  parser: "iam-inspect",
  install: "built in",
  examples: [
    "who has sudo on this machine?",
    "list local accounts with a login shell and uid 0",
    "audit authorized ssh keys on this host",
    "accounts whose password never expires",
  ],
};

export const vaultRead: Tool = {
  name: "vault-read",
  aliases: [],
  personas: ["secops"],
  summary:
    "reads an entry of Vault or OpenBao: names, versions and metadata; values only where the operator allows",
  program: { search: ["vault", "bao"] },
  slots: {
    path: {
      type: {
        kind: "pattern",
        pattern: "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9_.@-]{0,127}){1,15}",
        max: 1024,
        what: "a path in Vault",
      },
      required: true,
      ask: "Which path in Vault (for instance kv/app/db)?",
    },
    field: {
      type: {
        kind: "pattern",
        pattern: "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        max: 128,
        what: "a field's name",
      },
    },
    version: { type: { kind: "integer", min: 1, max: 1_000_000 } },
  },
  forms: [
    {
      id: "kv",
      commands: [["@", "kv", "get", "-format=json", { slot: "version", flag: "-version=" }, {
        slot: "field",
        flag: "-field=",
      }, { slot: "path" }]],
    },
    {
      id: "read",
      commands: [["@", "read", "-format=json", { slot: "field", flag: "-field=" }, { slot: "path" }, {
        slot: "version",
        flag: "version=",
      }]],
    },
  ],
  effect: "read",
  workspace: "read",
  network: { kind: "endpoint", setting: "vault.address" },
  // VAULT_ADDR, VAULT_TOKEN and VAULT_CACERT are set by the executor from the settings; nothing else may name them.
  env: { VAULT_FORMAT: "json", VAULT_CLI_NO_COLOR: "1" },
  files: [],
  sockets: ["inet", "netlink"],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 4 * GIB } },
  parser: "vault",
  probe: ["version"],
  install: "copy the vendor's vault, or OpenBao's bao, to /usr/local/bin",
  examples: [
    "read secret/data/ci/deploy from vault",
    "what does vault hold at kv/app/db",
    "field certificate in version 7 of secret/tls/portal",
  ],
};
