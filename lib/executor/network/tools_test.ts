import assert from "node:assert/strict";
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import { buildCommands } from "../../catalog/build.ts";
import { kubectlGet, prometheusQuery } from "../../catalog/tools_sre.ts";
import { nmap } from "../../catalog/tools_secops.ts";
import type { Slots, Tool, ToolSettings } from "../../catalog/types.ts";
import { hasPrometheus, startPrometheus } from "../../../tests/fixtures/servers/prometheus.ts";
import { startKubernetes } from "../../../tests/fixtures/servers/kubernetes.ts";
import { createRunner } from "../client.ts";
import type { StepRun } from "../types.ts";
import { settingValues } from "./networks.ts";

const runs = async (program: string, ...args: string[]): Promise<boolean> =>
  (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()
    .catch(() => ({ success: false }))).success;
const SANDBOX = await runs(
  "/usr/bin/bwrap",
  "--unshare-user",
  "--unshare-net",
  "--ro-bind",
  "/",
  "/",
  "/bin/true",
);
const KUBECTL = await runs("kubectl", "version", "--client");
const NMAP = await runs("nmap", "--version");

/** Runs one step of a built-in tool through the real runner. */
async function step(tool: Tool, form: string, slots: Slots, given: Partial<ToolSettings>): Promise<StepRun> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-tools-" }));
  await Deno.mkdir(`${base}/state`, { mode: 0o700 });
  await Deno.mkdir(`${base}/workspace`);
  const settings: ToolSettings = { nmap: { targets: ["127.0.0.0/8"] }, hosts: {}, tools: {}, ...given };
  const runner = await createRunner({
    settings,
    tools: [tool],
    safeSubnets: SAFE_SUBNETS,
    sandbox: "bwrap",
    network: true,
    stateDir: `${base}/state`,
    scratchDir: `${base}/state/scratch`,
    workspaceRoots: [`${base}/workspace`],
    secrets: [],
  });
  try {
    const [status] = await runner.tools();
    const program = status?.program ?? tool.name;
    const commands = buildCommands(tool, form, slots, { program, settings: settingValues(settings) });
    const persona = tool.personas[0] ?? "sre";
    const cwd = `${base}/workspace`;
    return await runner.run({
      goalId: "g",
      stepId: "s1",
      persona,
      tool: tool.name,
      form,
      slots,
      commands,
      cwd,
      writable: false,
    });
  } finally {
    await runner.close();
    await Deno.chmod(`${base}/state/sandbox/host/empty-directory`, 0o700).catch(() => {});
    await Deno.remove(base, { recursive: true });
  }
}

const text = (run: StepRun, index = 0): string => new TextDecoder().decode(run.commands[index]?.stdout);
const complaint = (run: StepRun): string =>
  `${run.outcome} ${run.reason ?? ""} ${
    run.commands.map((one) => new TextDecoder().decode(one.stderr)).join("")
  }`;

async function withKubeconfig(body: (kubeconfig: string) => Promise<void>): Promise<void> {
  const server = await startKubernetes();
  const kubeconfig = await Deno.makeTempFile({ prefix: "physiclaw-kubeconfig-" });
  try {
    await Deno.writeTextFile(kubeconfig, server.kubeconfig());
    await Deno.chmod(kubeconfig, 0o600);
    await body(kubeconfig);
  } finally {
    await Deno.remove(kubeconfig);
    await server.close();
  }
}

Deno.test({
  name: "runner: the real kubectl lists the pods of a namespace over its forwarder",
  ignore: !SANDBOX || !KUBECTL,
  fn: () =>
    withKubeconfig(async (kubeconfig) => {
      const slots = { kinds: "pods", namespace: "checkout" };
      const run = await step(kubectlGet, "get-in-namespace", slots, { kubectl: { kubeconfig } });
      assert.equal(run.outcome, "ok", complaint(run));
      assert.match(run.sandbox, /^bwrap, 127\.0\.0\.1:[0-9]+ only$/);
      assert.equal(JSON.parse(text(run, 1)).items.length, 5);
      assert.equal(JSON.parse(text(run, 0)).metadata.name, "checkout");
    }),
});

Deno.test({
  name: "runner: the real promtool queries the real Prometheus over its forwarder",
  ignore: !SANDBOX || !await hasPrometheus(),
  fn: async () => {
    const server = await startPrometheus();
    try {
      const run = await step(prometheusQuery, "instant", { expression: "up" }, {
        prometheus: { url: server.url },
      });
      assert.equal(run.outcome, "ok", complaint(run));
      assert.equal(JSON.parse(text(run))[0].value[1], "1");
    } finally {
      await server.close();
    }
  },
});

Deno.test({
  name: "runner: the real nmap finds a port of loopback, and is unavailable beyond nmap.targets",
  ignore: !SANDBOX || !NMAP,
  fn: async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const ports = String(listener.addr.port);
    const open = await step(nmap, "scan", { targets: ["127.0.0.1"], ports }, {});
    assert.equal(open.outcome, "ok", complaint(open));
    assert.match(text(open), new RegExp(`portid="${ports}"><state state="open"`));
    const beyond = await step(nmap, "scan", { targets: ["10.0.0.1"], ports }, {});
    assert.equal(beyond.outcome, "unavailable");
    assert.match(beyond.reason ?? "", /nmap\.targets/);
  },
});

Deno.test({
  name: "runner: a tool whose destination is missing, dead or unpinned is unavailable, with the fix",
  ignore: !SANDBOX || !await hasPrometheus(),
  fn: async () => {
    const slots = { expression: "up" };
    const missing = await step(prometheusQuery, "instant", slots, {});
    assert.equal(missing.outcome, "unavailable");
    assert.match(missing.reason ?? "", /prometheus\.url/);
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const dead = await step(prometheusQuery, "instant", slots, {
      prometheus: { url: `http://127.0.0.1:${port}` },
    });
    assert.equal(dead.reason, `Cannot reach 127.0.0.1:${port}: connection refused`);
    const unpinned = await step(prometheusQuery, "instant", slots, {
      prometheus: { url: "http://prom.internal:9090" },
    });
    assert.match(unpinned.reason ?? "", /\[hosts\] "prom\.internal" = "ADDRESS"/);
  },
});
