/**
 * The tools of the persona `sre`. What each needs was measured; see the notes at the lines that look odd.
 *
 * @module
 */
import { DEFAULT_LIMITS, dnsName, INSTANT, KINDS, LABEL_SELECTOR } from "./slot_types.ts";
import type { Part, Tool } from "./types.ts";

const GIB = 1024 ** 3;

/** What narrows a list, and its form. */
const KUBECTL_NARROWED: readonly Part[] = [
  { slot: "selector", flag: "-l" },
  { slot: "fields", flag: "--field-selector" },
  { slot: "output", flag: "-o" },
  { slot: "sort", flag: "--sort-by=" },
];

/** The end of every call: bounded in time, and writing nowhere but the tmpfs. */
const KUBECTL_ENDING: readonly Part[] = [
  "--ignore-not-found",
  "--request-timeout=20s",
  "--cache-dir=/tmp/kube-cache",
  { setting: "kubectl.context", flag: "--context=", optional: true },
];

export const kubectlGet: Tool = {
  name: "kubectl get",
  aliases: ["kubectl-get"],
  personas: ["sre"],
  summary: "lists Kubernetes objects of a kind, or shows named ones",
  program: { search: ["kubectl"] },
  slots: {
    kinds: {
      type: { kind: "enum", values: KINDS },
      many: 6,
      required: true,
      ask: "Which kind of object (pods, deployments, nodes, …)?",
    },
    names: { type: dnsName("an object's name"), many: 16 },
    namespace: { type: dnsName("a namespace") },
    all: { type: { kind: "switch" } },
    selector: { type: LABEL_SELECTOR },
    fields: {
      type: {
        kind: "pattern",
        pattern:
          "[A-Za-z][A-Za-z0-9.]{0,80}!?=[A-Za-z0-9_.-]{1,253}(,[A-Za-z][A-Za-z0-9.]{0,80}!?=[A-Za-z0-9_.-]{1,253}){0,4}",
        max: 600,
        what: "a field selector",
      },
    },
    output: { type: { kind: "enum", values: ["json", "yaml", "name", "wide"] }, default: "json" },
    sort: {
      type: {
        kind: "pattern",
        pattern: "\\.?[A-Za-z][A-Za-z0-9_.]{0,120}(\\[[0-9]{1,3}\\]\\.[A-Za-z][A-Za-z0-9_.]{0,120})?",
        max: 260,
        what: "a field to sort by, such as .metadata.name",
      },
    },
  },
  forms: [
    {
      id: "get",
      commands: [[
        "@",
        "get",
        { slot: "kinds", join: "," },
        { slot: "names" },
        { slot: "namespace", flag: "-n" },
        { slot: "all", flag: "-A" },
        ...KUBECTL_NARROWED,
        ...KUBECTL_ENDING,
      ]],
    },
    {
      // A list in a namespace that does not exist is empty and exits 0, so the namespace itself is asked for first.
      id: "get-in-namespace",
      proceedOn: [0, 1],
      commands: [
        [
          "@",
          "get",
          "namespaces",
          { slot: "namespace" },
          "-o",
          "json",
          ...KUBECTL_ENDING,
        ],
        [
          "@",
          "get",
          { slot: "kinds", join: "," },
          { slot: "names" },
          { slot: "namespace", flag: "-n" },
          ...KUBECTL_NARROWED,
          ...KUBECTL_ENDING,
        ],
      ],
    },
  ],
  rules: [{
    when: { slot: "kinds", value: "secrets" },
    require: { slot: "output", value: "name" },
    why: "names of secrets may be listed, their values may not be read",
  }],
  effect: "read",
  workspace: "read",
  network: { kind: "endpoint", setting: "kubectl.kubeconfig" },
  env: { KUBECONFIG: "/run/physiclaw/kubeconfig" },
  files: [{ from: { setting: "kubectl.kubeconfig" }, at: "/run/physiclaw/kubeconfig" }],
  sockets: ["inet"],
  roots: [],
  // Its Starlark interpreter reserves 4 GiB of addresses at start, and complains on stderr when it cannot.
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 8 * GIB } },
  parser: "kubectl",
  probe: ["version", "--client"],
  install: "apt-get install kubernetes-client, or copy the vendor's kubectl to /usr/local/bin",
  examples: [
    "list the pods in namespace payments",
    "why do the checkout pods restart?",
    "which nodes are not ready",
    "show the deployments of all namespaces",
    "events in namespace web",
    "which persistent volume claims are pending",
  ],
};

export const terraformPlan: Tool = {
  name: "terraform plan",
  aliases: ["terraform-plan"],
  personas: ["sre"],
  summary: "shows what Terraform would change in a directory, without changing it",
  program: { search: ["terraform"] },
  slots: {
    directory: { type: { kind: "path", of: "directory" } },
    variables: {
      type: {
        kind: "pattern",
        pattern: "[A-Za-z_][A-Za-z0-9_-]{0,63}=[^\\x00-\\x1f\\x7f]{0,256}",
        max: 330,
        what: "a variable, name=value",
      },
      many: 16,
    },
    variable_files: { type: { kind: "path", of: "file", under: "directory" }, many: 8 },
    targets: {
      type: {
        kind: "pattern",
        pattern: '[A-Za-z_][A-Za-z0-9_.\\[\\]"-]{0,255}',
        max: 256,
        what: "a resource address",
      },
      many: 16,
    },
    destroy: { type: { kind: "switch" } },
    refresh: { type: { kind: "enum", values: ["false"] } },
    refresh_only: { type: { kind: "switch" } },
    replace: {
      type: {
        kind: "pattern",
        pattern: '[A-Za-z_][A-Za-z0-9_.\\[\\]"-]{0,255}',
        max: 256,
        what: "a resource address",
      },
      many: 8,
    },
  },
  forms: [{
    id: "plan",
    // -detailed-exitcode: 2 means that there are changes.
    proceedOn: [0, 2],
    commands: [
      [
        "@",
        { slot: "directory", flag: "-chdir=" },
        "plan",
        "-input=false",
        "-no-color",
        "-lock=false",
        "-detailed-exitcode",
        "-out=/tmp/physiclaw.tfplan",
        { slot: "destroy", flag: "-destroy" },
        { slot: "refresh", flag: "-refresh=" },
        { slot: "refresh_only", flag: "-refresh-only" },
        { slot: "replace", flag: "-replace=" },
        { slot: "variables", flag: "-var=" },
        { slot: "variable_files", flag: "-var-file=" },
        { slot: "targets", flag: "-target=" },
      ],
      ["@", { slot: "directory", flag: "-chdir=" }, "show", "-json", "-no-color", "/tmp/physiclaw.tfplan"],
    ],
  }],
  effect: "read",
  workspace: "read",
  projectSlot: "directory",
  network: { kind: "none" },
  // CHECKPOINT_DISABLE: without it terraform looks up its vendor's host.
  env: { CHECKPOINT_DISABLE: "1", TF_DATA_DIR: "/tmp/tf-data", TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
  files: [],
  // Built-in providers talk to the core over a Unix socket pair of their own making; none opens an internet socket.
  sockets: ["unix"],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 4 * GIB } },
  parser: "terraform",
  probe: ["version"],
  install: "copy the vendor's terraform binary to /usr/local/bin",
  examples: [
    "run a terraform plan",
    "is there drift in our terraform under infra/prod?",
    "what would terraform change in envs/staging",
  ],
};

export const prometheusQuery: Tool = {
  name: "prometheus-query",
  aliases: [],
  personas: ["sre"],
  summary: "asks Prometheus for the value of a PromQL expression, now or over a range",
  program: { search: ["promtool"] },
  slots: {
    expression: {
      type: { kind: "text", max: 4096, language: "promql" },
      required: true,
      ask: "Which metric or PromQL expression?",
    },
    at: { type: INSTANT },
    start: { type: INSTANT },
    end: { type: INSTANT },
    step: {
      type: {
        kind: "pattern",
        pattern: "[1-9][0-9]{0,5}(ms|s|m|h|d)",
        max: 10,
        what: "a duration such as 30s",
      },
      default: "60s",
    },
  },
  forms: [
    {
      id: "instant",
      commands: [[
        "@",
        "query",
        "instant",
        "-o",
        "json",
        { slot: "at", flag: "--time=" },
        { setting: "prometheus.http_config", flag: "--http.config.file=", optional: true },
        { setting: "prometheus.url" },
        { slot: "expression" },
      ]],
    },
    {
      id: "range",
      commands: [[
        "@",
        "query",
        "range",
        "-o",
        "json",
        { slot: "start", flag: "--start=" },
        { slot: "end", flag: "--end=" },
        { slot: "step", flag: "--step=" },
        { setting: "prometheus.http_config", flag: "--http.config.file=", optional: true },
        { setting: "prometheus.url" },
        { slot: "expression" },
      ]],
    },
  ],
  effect: "read",
  workspace: "read",
  network: { kind: "endpoint", setting: "prometheus.url" },
  env: {},
  files: [{
    from: { setting: "prometheus.http_config" },
    at: "/run/physiclaw/promtool-http.yml",
    optional: true,
  }],
  sockets: ["inet"],
  roots: [],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "address-space", bytes: 4 * GIB } },
  parser: "promtool",
  probe: ["--version"],
  install: "apt-get install prometheus (the package holds promtool)",
  examples: [
    "query prometheus for up",
    "CPU usage of node worker-3 according to prometheus",
    "what is rate(http_requests_total[5m]) right now",
    "how full are the disks of db-2:9100",
  ],
};

/** What is counted of a log, wherever it comes from. */
const LOG_FILTERS: readonly Part[] = [
  { slot: "levels", flag: "--level=" },
  { slot: "match", flag: "--match=" },
  { slot: "since", flag: "--since=" },
  { slot: "until", flag: "--until=" },
  { slot: "top", flag: "--top=" },
];

export const logAggregator: Tool = {
  name: "log-aggregator",
  aliases: [],
  personas: ["sre"],
  summary: "reads log files or the journal and groups them: patterns, levels, bursts, first and last seen",
  program: { builtin: "log-aggregator" },
  slots: {
    paths: {
      type: { kind: "path", of: "any", glob: true },
      many: 16,
      ask: "Which log file, directory or systemd unit?",
    },
    levels: {
      type: { kind: "enum", values: ["trace", "debug", "info", "warning", "error", "fatal"] },
      many: 6,
    },
    match: {
      type: { kind: "pattern", pattern: "[^\\x00-\\x1f\\x7f]{1,512}", max: 512, what: "a text to look for" },
    },
    since: { type: INSTANT },
    until: { type: INSTANT },
    top: { type: { kind: "integer", min: 1, max: 1000 }, default: "20" },
    unit: {
      type: {
        kind: "pattern",
        pattern: "[A-Za-z0-9][A-Za-z0-9@._:\\\\-]{0,254}",
        max: 255,
        what: "a systemd unit",
      },
    },
  },
  forms: [
    {
      id: "files",
      commands: [[
        "@",
        ...LOG_FILTERS,
        "--",
        { slot: "paths" },
      ]],
    },
    {
      id: "journal",
      commands: [[
        "@",
        "--journal",
        { slot: "unit", flag: "--unit=" },
        ...LOG_FILTERS,
      ]],
    },
  ],
  effect: "read",
  workspace: "read",
  network: { kind: "none" },
  env: {},
  files: [],
  sockets: [],
  roots: ["/var/log", "/srv", "/opt", "/home", "/tmp"],
  limits: { ...DEFAULT_LIMITS, memory: { kind: "data", bytes: 2 * GIB } },
  parser: "log-aggregator",
  install: "built in",
  examples: [
    "summarise the errors in /var/log/syslog from the last hour",
    "group the log lines of /srv/app/logs/api.log by message",
    "what did the unit sshd log since this morning",
  ],
};
