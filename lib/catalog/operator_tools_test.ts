import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { buildCommands } from "./build.ts";
import { BUILTIN_TOOLS, createCatalog } from "./catalog.ts";
import { type ToolEntry, toolEntrySchema } from "./operator_schema.ts";
import { applyOverrides } from "./operator_tools.ts";

const DISK_USAGE = {
  personas: ["sre"],
  program: "/usr/bin/df",
  args: ["-h", { slot: "path" }],
  slots: { path: { kind: "path", of: "any" } },
  examples: ["how full are the disks"],
};

const parse = (entries: Record<string, unknown>): Record<string, ToolEntry> =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, toolEntrySchema.parse(entry)]));

const apply = (entries: Record<string, unknown>) => applyOverrides(BUILTIN_TOOLS, parse(entries));

const refused = (entries: Record<string, unknown>, field: string, text: RegExp) =>
  assert.throws(() => apply(entries), (error) => {
    assert.ok(error instanceof PhysiclawError, String(error));
    assert.equal(error.kind, "config");
    assert.equal(error.fields?.[0]?.field, field);
    assert.match(error.message, text);
    return true;
  });

Deno.test("applyOverrides changes nothing when nothing is said", () => {
  const { tools, changes } = apply({});
  assert.deepEqual(tools, BUILTIN_TOOLS);
  assert.deepEqual(changes, []);
});

Deno.test("applyOverrides narrows a built-in, by alias too, and says so", () => {
  const { tools, changes } = apply({
    "log-aggregator": { roots: ["/var/log/nginx"], timeout_seconds: 30 },
    "bandit-scan": { program: "/opt/bandit/bin/bandit", libraries: ["/opt/bandit"] },
    "nmap": { disabled: true },
  });
  const catalog = createCatalog(tools);
  assert.deepEqual(catalog.find("log-aggregator")?.roots, ["/var/log/nginx"]);
  assert.equal(catalog.find("log-aggregator")?.limits.timeoutMs, 30_000);
  assert.deepEqual(catalog.find("bandit")?.program, { path: "/opt/bandit/bin/bandit" });
  assert.ok(catalog.find("nmap") !== undefined);
  assert.deepEqual(changes, [
    'tool "log-aggregator": roots narrowed to [/var/log/nginx]',
    'tool "log-aggregator": timeout_seconds narrowed to 30',
    'tool "bandit": program set to /opt/bandit/bin/bandit',
    'tool "bandit": libraries set to [/opt/bandit]',
    'tool "nmap": disabled',
  ]);
});

Deno.test("applyOverrides widens a built-in only with override = true", () => {
  const wider: readonly (readonly [string, string, Record<string, unknown>])[] = [
    ["duckdb", "roots", { roots: ["/data"] }],
    ["log-aggregator", "roots", { roots: ["/var/log", "/var/lib"] }],
    ["duckdb", "env", { env: { A: "b" } }],
    ["duckdb", "program", { program: "/home/x/duckdb" }],
    ["duckdb", "program", { program: "/usr/bin/python3" }],
    ["bandit", "libraries", { libraries: ["/home/x/venv"] }],
    ["duckdb", "timeout_seconds", { timeout_seconds: 301 }],
    ["duckdb", "output_bytes", { output_bytes: 17 * 1024 ** 2 }],
  ];
  for (const [tool, key, entry] of wider) {
    refused({ [tool]: entry }, `tools.${tool}.${key}`, /Cannot take/);
    const { changes } = apply({ [tool]: { ...entry, override: true } });
    assert.match(changes.join("\n"), new RegExp(`${key} widened`));
  }
});

Deno.test("applyOverrides leaves a built-in its own arguments, persona, effect and network", () => {
  for (
    const entry of [
      { args: ["-x"] },
      { personas: ["sre"] },
      { effect: "read" },
      { network: "none" },
      { slots: {} },
      { examples: ["x"] },
      { probe: ["x"] },
    ]
  ) {
    refused(
      { duckdb: { ...entry, override: true } },
      `tools.duckdb.${Object.keys(entry)[0]}`,
      /keeps its own/,
    );
  }
  refused(
    { "iam-inspect": { program: "/usr/bin/x", override: true } },
    "tools.iam-inspect.program",
    /part of Physiclaw/,
  );
});

Deno.test("applyOverrides refuses two tables for one tool", () => {
  refused({ bandit: {}, "Bandit-Scan": {} }, "tools.Bandit-Scan", /same tool/);
});

Deno.test("applyOverrides adds a tool that is data, and builds its argv", () => {
  const { tools, changes } = apply({ "Disk-Usage": DISK_USAGE });
  const tool = createCatalog(tools).find("disk-usage");
  assert.ok(tool !== undefined);
  const context = { program: "/usr/bin/df", settings: {} };
  assert.deepEqual(buildCommands(tool, "run", { path: "/srv" }, context), [["/usr/bin/df", "-h", "/srv"]]);
  assert.throws(() => buildCommands(tool, "run", { path: "--output" }, context));
  assert.deepEqual(changes, ['tool "disk-usage": added for sre (read, no network)']);
  assert.deepEqual([tool.env, tool.files, tool.sockets, tool.parser], [{}, [], [], "text"]);
});

Deno.test("applyOverrides gives a new tool with a destination what the destination brings, and no more", () => {
  const { tools } = apply({
    "rules": {
      ...DISK_USAGE,
      args: [{ slot: "path" }, { setting: "prometheus.url" }],
      network: "prometheus.url",
    },
    "ktop": { ...DISK_USAGE, network: "kubectl.kubeconfig", env: { KUBECONFIG: "/tmp/evil" } },
  });
  const catalog = createCatalog(tools);
  assert.deepEqual(catalog.find("rules")?.sockets, ["inet"]);
  assert.equal(catalog.find("ktop")?.env.KUBECONFIG, "/run/physiclaw/kubeconfig");
});

Deno.test("applyOverrides refuses an incomplete or impossible new tool, and names the key", () => {
  const without = (key: keyof typeof DISK_USAGE) => ({ ...DISK_USAGE, [key]: undefined });
  refused({ du: without("personas") }, "tools.du.personas", /missing/);
  refused({ du: without("program") }, "tools.du.program", /missing/);
  refused({ du: without("examples") }, "tools.du.examples", /missing/);
  refused({ du: without("args") }, "tools.du.args", /either args or forms/);
  refused({ du: without("slots") }, "tools.du.args", /not declared/);
  refused({ du: { ...DISK_USAGE, args: ["-h"] } }, "tools.du.slots.path", /no argument uses it/);
  refused({ du: { ...DISK_USAGE, program: "/bin/sh" } }, "tools.du.program", /runs whatever/);
  refused({ du: { ...DISK_USAGE, aliases: ["nmap"] } }, "tools.du.aliases", /is a name of/);
  refused(
    { du: { ...DISK_USAGE, args: [{ slot: "path" }, { setting: "prometheus.url" }] } },
    "tools.du.args",
    /without its network/,
  );
  refused({ "du;id": DISK_USAGE }, "tools.du;id", /no tool's name/);
  const on = { ...DISK_USAGE.slots, on: { kind: "switch" } };
  refused(
    { du: { ...DISK_USAGE, slots: on, args: [{ slot: "path" }, { slot: "on" }] } },
    "tools.du.args",
    /no flag/,
  );
  const preset = { path: { kind: "path", of: "any", default: "-x" } };
  refused({ du: { ...DISK_USAGE, slots: preset } }, "tools.du.slots.path.default", /dash/);
  const forms = [{ id: "a", commands: [[{ slot: "path" }]] }, { id: "a", commands: [[{ slot: "path" }]] }];
  refused({ du: { ...DISK_USAGE, args: undefined, forms } }, "tools.du.forms", /same id/);
});

Deno.test("applyOverrides puts the general limits under every tool that names none", () => {
  const limits = { timeoutMs: 5000, outputBytes: 4096 };
  const { tools } = applyOverrides(
    BUILTIN_TOOLS,
    parse({ du: DISK_USAGE, nmap: { timeout_seconds: 2 } }),
    limits,
  );
  const catalog = createCatalog(tools);
  assert.equal(catalog.find("du")?.limits.timeoutMs, 5000);
  assert.equal(catalog.find("duckdb")?.limits.outputBytes, 4096);
  assert.equal(catalog.find("nmap")?.limits.timeoutMs, 2000);
});

Deno.test("toolEntrySchema refuses unknown keys, functions by name, relative paths and loader variables", () => {
  for (
    const bad of [
      { shell: true },
      { args: [{ derive: "duckdb-execute" }] },
      { args: [{ slot: "x", extra: 1 }] },
      { args: [{ slot: "x", flag: "no-dash" }] },
      { program: "bin/x" },
      { program: "/" },
      { env: { LD_PRELOAD: "/x.so" } },
      { env: { "A B": "x" } },
      { slots: { a: { kind: "text", max: 5, language: "sql" } } },
      { slots: { a: { kind: "pattern", pattern: "a*", max: 5, what: "x" } } },
      { slots: { "A-b": { kind: "ports" } } },
      { network: "http://example.org" },
      { network: "nmap.targets" },
      { args: ["a\u0000b"] },
      { limits: {} },
    ]
  ) assert.equal(toolEntrySchema.safeParse(bad).success, false, JSON.stringify(bad));
});
