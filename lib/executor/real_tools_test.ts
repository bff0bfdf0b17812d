/**
 * The real programs through the real runner, in their own sandbox profile. What isn't installed is skipped by name.
 *
 * @module
 */
import assert from "node:assert/strict";
import { installedTools, toolOverrides } from "../../tests/setup/installed.ts";
import { startKubernetes } from "../../tests/fixtures/servers/kubernetes.ts";
import { hasPrometheus, startPrometheus } from "../../tests/fixtures/servers/prometheus.ts";
import { hasBwrap, NO_SETTINGS, textOf, withRunner } from "../../tests/support/runner.ts";
import { dbtTest, duckdb, sqlmeshPlan } from "../catalog/tools_data.ts";
import { bandit, iamInspect, nmap } from "../catalog/tools_secops.ts";
import { kubectlGet, logAggregator, prometheusQuery, terraformPlan } from "../catalog/tools_sre.ts";

const installed = await installedTools();
const has = (name: string): boolean => installed[name] !== undefined && !("missing" in installed[name]);
const settings = { ...NO_SETTINGS, tools: toolOverrides(installed) };
const demo = new URL("../../tests/fixtures/demo/", import.meta.url).pathname;

const copyTree = async (from: string, to: string): Promise<void> => {
  await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
  assert.ok((await new Deno.Command("cp", { args: ["-r", from, to] }).output()).success);
};

const test = (name: string, usable: boolean, fn: () => Promise<void>) =>
  Deno.test({ name: `in the sandbox: ${name}`, ignore: !hasBwrap || !usable, fn });

test("kubectl reaches its server and no other", has("kubectl"), async () => {
  const [server, other] = await Promise.all([startKubernetes(), startKubernetes()]);
  const kubeconfig = await Deno.makeTempFile();
  await Deno.writeTextFile(kubeconfig, server.kubeconfig());
  try {
    await withRunner([], async ({ run }) => {
      const slots = { kinds: ["pods"], namespace: "checkout" };
      const result = await run(kubectlGet, slots, { form: "get-in-namespace" });
      assert.equal(result.outcome, "ok", result.reason ?? textOf(result, 0, "stderr"));
      assert.equal(result.sandbox, `bwrap, ${new URL(server.url).host} only`);
      assert.equal(JSON.parse(textOf(result, 0)).metadata.name, "checkout");
      assert.equal(JSON.parse(textOf(result, 1)).items.length, 5);
    }, { settings: { ...settings, kubectl: { kubeconfig } } });
    assert.deepEqual(other.requests, []);
    await withRunner([], async ({ run, runner }) => {
      const result = await run(kubectlGet, { kinds: ["pods"] }, { form: "get" });
      assert.deepEqual([result.outcome, result.reason], [
        "unavailable",
        "Tools have no network here: PHYSICLAW_SANDBOX_NET is 0",
      ]);
      const status = (await runner.tools()).find(({ tool }) => tool === "kubectl get");
      assert.deepEqual([status?.usable, status?.reason], [false, result.reason]);
    }, { settings: { ...settings, kubectl: { kubeconfig } }, network: false });
  } finally {
    await Promise.all([server.close(), other.close(), Deno.remove(kubeconfig)]);
  }
});

test("promtool queries Prometheus", has("promtool") && await hasPrometheus(), async () => {
  const server = await startPrometheus();
  try {
    await withRunner([], async ({ run }) => {
      const result = await run(prometheusQuery, { expression: "up" }, { form: "instant" });
      assert.equal(result.outcome, "ok", result.reason ?? textOf(result, 0, "stderr"));
      assert.equal(JSON.parse(textOf(result))[0].value[1], "1");
    }, { settings: { ...settings, prometheus: { url: server.url } } });
  } finally {
    await server.close();
  }
});

test("nmap finds the open port, on the operator's targets only", has("nmap"), async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await withRunner([], async ({ run }) => {
    const result = await run(nmap, { targets: ["127.0.0.1"], ports: String(port) }, { form: "scan" });
    assert.equal(result.outcome, "ok", textOf(result, 0, "stderr"));
    assert.match(textOf(result), new RegExp(`portid="${port}"><state state="open"`));
    const far = await run(nmap, { targets: ["10.0.0.1"], ports: "1" }, { form: "scan" });
    assert.match(far.reason ?? "", /nmap\.targets allows 127\.0\.0\.0\/8 only/);
  }, { settings });
});

test("bandit reads the workspace", has("bandit"), async () => {
  await withRunner([], async ({ run, workspace }) => {
    await copyTree(`${demo}python`, `${workspace}/src`);
    const result = await run(bandit, { paths: ["src"] });
    assert.ok(JSON.parse(textOf(result)).results.length > 0, textOf(result, 0, "stderr"));
  }, { settings });
});

test("duckdb reads the named file", has("duckdb"), async () => {
  await withRunner([], async ({ run, workspace }) => {
    await Deno.writeTextFile(`${workspace}/sales.csv`, "region,amount\nnorth,10\nsouth,32\n");
    const slots = { sql: "SELECT sum(amount) AS total FROM 'sales.csv'", files: ["sales.csv"] };
    const result = await run(duckdb, slots, { form: "parse" });
    assert.equal(result.outcome, "ok", textOf(result, 0, "stderr"));
    assert.match(textOf(result), /SELECT_NODE/);
  }, { settings });
});

test("terraform plans on a read-only directory", has("terraform"), async () => {
  await withRunner([], async ({ run, workspace }) => {
    await copyTree(`${demo}terraform`, `${workspace}/infra`);
    const result = await run(terraformPlan, { directory: "infra" });
    assert.equal(result.outcome, "ok", textOf(result, 0, "stderr") + textOf(result, 0));
    assert.ok(Array.isArray(JSON.parse(textOf(result, 1)).resource_changes));
  }, { settings });
});

test("dbt and sqlmesh work on a copy", has("dbt") && has("sqlmesh"), async () => {
  await withRunner([], async ({ run, stateDir }) => {
    const copy = `${stateDir}/scratch/goal-s1`;
    for (const project of ["dbt", "sqlmesh"]) await copyTree(`${demo}${project}`, `${copy}/${project}`);
    const change = { cwd: copy };
    const tests = await run(dbtTest, { project: "dbt" }, { change });
    assert.equal(JSON.parse(textOf(tests, 1)).args.which, "test", textOf(tests) + textOf(tests, 0, "stderr"));
    const plan = await run(sqlmeshPlan, { project: "sqlmesh", environment: "dev" }, { change });
    assert.match(textOf(plan), /dev/, textOf(plan, 0, "stderr"));
  }, { settings });
});

test("log-aggregator and iam-inspect run as this program itself", true, async () => {
  const log = await Deno.makeTempFile({ suffix: ".log" });
  await Deno.writeTextFile(log, "2026-01-31T08:00:00Z ERROR pool exhausted\n2026-01-31T08:00:01Z INFO ok\n");
  try {
    await withRunner([], async ({ run }) => {
      const groups = await run(logAggregator, { paths: [log] }, { form: "files" });
      assert.equal(groups.outcome, "ok", groups.reason ?? textOf(groups, 0, "stderr"));
      assert.match(textOf(groups), /pool exhausted/);
      assert.deepEqual(groups.commands[0]?.argv, ["log-aggregator", "--top=20", "--", log]);
      const identities = await run(iamInspect);
      assert.equal(identities.outcome, "ok", textOf(identities, 0, "stderr"));
      assert.ok(
        JSON.parse(textOf(identities)).accounts.some(({ name }: { name: string }) => name === "root"),
      );
    }, { settings });
  } finally {
    await Deno.remove(log);
  }
});
