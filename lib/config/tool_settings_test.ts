import assert from "node:assert/strict";
import { createCatalog } from "../catalog/catalog.ts";
import { describeSettings } from "./describe.ts";
import { fakeFs } from "./fake_fs_test.ts";
import { loadSettings } from "./load.ts";
import { permissionFlags } from "./permissions.ts";
import { toolsInForce, toToolSettings } from "./tool_settings.ts";
import { workspaceOf } from "./workspace.ts";

const load = (toml: string, env = {}) =>
  loadSettings({
    env,
    uid: 0,
    home: "/root",
    cwd: "/srv/app",
    fs: fakeFs({ "/srv/app/x": {}, "/etc/physiclaw/config.toml": { text: toml } }),
  });

Deno.test("toToolSettings speaks of tools by their first names and leaves out what is not set", async () => {
  const { settings } = await load([
    '[prometheus]\nurl = "http://127.0.0.1:9090"\ncredentials_file = "/etc/x"',
    '[tools."bandit-scan"]\nprogram = "/opt/b/bandit"\nlibraries = ["/opt/b"]',
    "[tools.nmap]\ndisabled = true",
  ].join("\n"));
  assert.deepEqual(toToolSettings(settings), {
    prometheus: { url: "http://127.0.0.1:9090", credentialsFile: "/etc/x" },
    nmap: { targets: ["127.0.0.0/8", "::1/128"] },
    hosts: {},
    tools: { bandit: { program: "/opt/b/bandit", libraries: ["/opt/b"] }, nmap: { disabled: true } },
  });
});

Deno.test("toolsInForce switches packs on and applies the general limits", async () => {
  const { settings } = await load('packs = ["kubectl-logs"]\n[limits]\nstep_timeout_seconds = 9');
  const { tools, changes } = toolsInForce(settings);
  assert.equal(createCatalog(tools).find("kubectl-logs")?.limits.timeoutMs, 9000);
  assert.deepEqual(changes, ['pack "kubectl-logs": switched on']);
  assert.equal(createCatalog(toolsInForce((await load("")).settings).tools).find("kubectl-logs"), undefined);
});

Deno.test("describeSettings shows every key with its origin, and no secret", async () => {
  const loaded = await load(
    '[hosts]\n"db.example" = "10.0.0.1"\n[tools.duckdb]\nenv = { TOKEN = "hunter2" }\noverride = true',
    { PHYSICLAW_JWT_SECRET: "hunter2-of-the-token-maker", PHYSICLAW_API_KEYS: "*:hunter2" },
  );
  const rows = new Map(describeSettings(loaded).map((row) => [row.key, row]));
  assert.deepEqual(rows.get("hosts.db.example"), {
    key: "hosts.db.example",
    value: '"10.0.0.1"',
    origin: "file /etc/physiclaw/config.toml",
  });
  assert.equal(rows.get("auth.jwt_secret")?.value, "(set)");
  assert.equal(rows.get("kubectl.kubeconfig")?.value, "(not set)");
  assert.ok(!JSON.stringify([...rows]).includes("hunter2"));
});

Deno.test("permissionFlags name what serve needs and nothing without a bound but reading", async () => {
  const { settings } = await load('listen = "127.0.0.1:8123"');
  const flags = permissionFlags(settings, "/usr/bin/deno");
  assert.ok(flags.includes("--allow-net=127.0.0.1:8123"));
  assert.ok(flags.includes("--no-prompt"));
  const open = flags.filter((flag) => flag.startsWith("--allow-") && !flag.includes("="));
  assert.deepEqual(open, ["--allow-read"]);
});

Deno.test("workspaceOf refuses to do without a workspace", () => {
  assert.equal(workspaceOf({ cwd: "/srv/app" }), "/srv/app");
  assert.throws(() => workspaceOf({ cwd: undefined }), { kind: "config" });
});
