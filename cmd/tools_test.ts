import assert from "node:assert/strict";
import { fakeFs } from "../lib/config/fake_fs_test.ts";
import { loadSettings } from "../lib/config/load.ts";
import type { Runner } from "../lib/executor/types.ts";
import type { CommandDeps } from "./deps.ts";
import { parse as parseDoctor, run as doctor } from "./doctor.ts";
import { fakeServices, fakeWorld } from "./fake_deps_test.ts";
import { parse as parseTools, run as tools } from "./tools.ts";

const options = async <O>(
  parsing: Promise<{ kind: "options"; options: O } | { kind: "help" }>,
): Promise<O> => {
  const parsed = await parsing;
  assert.ok(parsed.kind === "options");
  return parsed.options;
};

/** A runner that knows two tools, one of them usable; counts how often it was closed. */
const fakeRunner = (held: boolean) => {
  const seen = { closed: 0 };
  const runner: Runner = {
    run: () => Promise.reject(new Error("nothing runs here")),
    tools: () =>
      Promise.resolve([
        { tool: "kubectl get", usable: true, program: "/usr/bin/kubectl" },
        { tool: "nmap", usable: false, reason: "not found: apt-get install nmap" },
      ]),
    selfCheck: () =>
      Promise.resolve({ held, detail: held ? "no network, no capabilities" : "bwrap is missing" }),
    close: () => Promise.resolve(void (seen.closed += 1)),
  };
  return {
    seen,
    services: fakeServices({
      openRunner: () => Promise.resolve(runner),
      checkLock: () => Promise.resolve({ held: true, detail: "tried" }),
      checkLayer: () => Promise.resolve({ held: true, detail: "tried alone" }),
    }),
  };
};

/** The directory of the test is a workspace as good as any; the state directory is only looked at. */
const world = (over: Partial<CommandDeps> = {}) => {
  const made = fakeWorld({ env: { PHYSICLAW_MEMORY_DIR: "/nonexistent/physiclaw" } });
  return { ...made, deps: { ...made.deps, cwd: () => Deno.cwd(), ...over } };
};

Deno.test("tools list shows each persona's tools, of one persona when it is named", async () => {
  const all = world();
  assert.equal(await tools(await options(parseTools(["list"])), all.deps), 0);
  assert.match(all.stdout(), /^sre\tkubectl get\tread\tkubectl\.kubeconfig\t/m);
  assert.match(all.stdout(), /^secops\tnmap/m);
  const one = world();
  await tools(await options(parseTools(["list", "-p", "Data", "--json"])), one.deps);
  const { tools: listed } = JSON.parse(one.stdout());
  assert.deepEqual(
    new Set(listed.map((tool: { persona: string }) => tool.persona)),
    new Set(["data_architect"]),
  );
  assert.equal(listed[0].tool, "duckdb");
  await assert.rejects(tools(await options(parseTools(["list", "-p", "x"])), world().deps), {
    kind: "usage",
  });
});

Deno.test("tools check says which are usable and why not, and closes the runner", async () => {
  const { seen, services } = fakeRunner(true);
  const shown = world({ services });
  assert.equal(await tools(await options(parseTools(["check"])), shown.deps), 0);
  assert.match(shown.stdout(), /kubectl get\tyes\t\/usr\/bin\/kubectl/);
  assert.match(shown.stdout(), /nmap\tno\tnot found: apt-get install nmap/);
  assert.match(shown.stdout(), /bandit\tno\tthe runner does not know it/);
  assert.equal(seen.closed, 1);
  assert.equal(await tools(await options(parseTools(["check", "--strict"])), world({ services }).deps), 4);
});

Deno.test("doctor reports settings, checks, tools and layers, and pretends nothing", async () => {
  const { seen, services } = fakeRunner(true);
  const shown = world({ services });
  assert.equal(await doctor(await options(parseDoctor(["--json"])), shown.deps), 0);
  const report = JSON.parse(shown.stdout());
  const held = "held when it was tried";
  assert.deepEqual(report.egress, {
    lock: held,
    watchdog: held,
    sandbox: held,
    tool_network: held,
    deno_permissions: held,
  });
  assert.deepEqual(report.checks.map(({ name }: { name: string }) => name), [
    ...["workspace", "state directory", "credentials", "lock", "sandbox"],
    ...["deno permissions", "tool network", "watchdog"],
  ]);
  assert.deepEqual(report.settings.find((row: { key: string }) => row.key === "state_dir"), {
    key: "state_dir",
    value: '"/nonexistent/physiclaw"',
    origin: "environment PHYSICLAW_MEMORY_DIR",
  });
  assert.equal(report.tools.length, 2);
  assert.equal(seen.closed, 1);
});

Deno.test("doctor exits with 4 when a check fails, and still says the rest", async () => {
  const { services } = fakeRunner(false);
  const broken = world({ services });
  assert.equal(await doctor(await options(parseDoctor([])), broken.deps), 4);
  assert.match(broken.stdout(), /no {2}sandbox: bwrap is missing/);
  assert.match(broken.stdout(), /kubectl get: \/usr\/bin\/kubectl/);
  const layer = world({
    services: async () => ({
      ...await fakeRunner(true).services(),
      checkLayer: (name) => Promise.resolve({ held: name !== "watchdog", detail: `${name} was tried` }),
    }),
  });
  assert.equal(await doctor(await options(parseDoctor([])), layer.deps), 4);
  assert.match(layer.stdout(), /no {2}watchdog: watchdog was tried/);
  assert.match(layer.stdout(), /ok {2}tool network: tool network was tried/);
  const gone = world({ services: () => Promise.reject(new Error("no such module")) });
  assert.equal(await doctor(await options(parseDoctor([])), gone.deps), 4);
  assert.match(gone.stdout(), /the runner cannot be started: no such module/);
  const off = world({ services });
  const deps = { ...off.deps, env: { ...off.deps.env, PHYSICLAW_SANDBOX: "0", PHYSICLAW_REQUIRE_AUTH: "0" } };
  assert.equal(await doctor(await options(parseDoctor([])), deps), 4);
  assert.match(off.stdout(), /sandbox: off: PHYSICLAW_SANDBOX=0/);
  assert.match(off.stdout(), /no {2}credentials: not required/);
});

Deno.test("doctor works where there is no workspace", async () => {
  const { services } = fakeRunner(true);
  const shown = world({ services, cwd: () => "/" });
  assert.equal(await doctor(await options(parseDoctor([])), shown.deps), 4);
  assert.match(shown.stdout(), /no {2}workspace: Cannot use this directory/);
});

Deno.test("doctor --permissions prints flags alone", async () => {
  const shown = world();
  assert.equal(await doctor(await options(parseDoctor(["--permissions"])), shown.deps), 0);
  assert.match(shown.stdout(), /^--no-prompt .*--allow-net=127\.0\.0\.1:8000 /);
  const loaded = await loadSettings({ env: {}, uid: 0, cwd: "/srv/app", fs: fakeFs({ "/srv/app/x": {} }) });
  assert.equal(loaded.settings.listen, "127.0.0.1:8000");
});
