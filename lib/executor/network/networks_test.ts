import assert from "node:assert/strict";
import { nmap, vaultRead } from "../../catalog/tools_secops.ts";
import { kubectlGet, logAggregator, prometheusQuery } from "../../catalog/tools_sre.ts";
import type { ToolSettings } from "../../catalog/types.ts";
import { hasPrometheus, startPrometheus } from "../../../tests/fixtures/servers/prometheus.ts";
import { startKubernetes } from "../../../tests/fixtures/servers/kubernetes.ts";
import { makeCertificate } from "../../../tests/fixtures/servers/certificate.ts";
import type { EndpointPlan } from "../network_types.ts";
import { createNetworks, type NetworksOptions, settingValues } from "./networks.ts";

const runs = async (program: string, ...args: string[]): Promise<boolean> =>
  (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output().catch(() => ({
    success: false,
  })))
    .success;
const NAMESPACES = await runs("unshare", "--user", "--map-root-user", "--net", "true") &&
  await runs("bwrap", "--version");
const KUBECTL = await runs("kubectl", "version", "--client");

const TLS = await makeCertificate("127.0.0.1");

const FORWARD = new URL("../../../cmd/forward.ts", import.meta.url).pathname;
const helper: NetworksOptions["helper"] = ({ net, ffi }) => ({
  argv: [
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--no-remote",
    `--allow-net=${net}`,
    `--allow-ffi=${ffi}`,
    FORWARD,
  ],
  env: {
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    DENO_NO_UPDATE_CHECK: "1",
  },
});

const EMPTY: ToolSettings = { nmap: { targets: ["127.0.0.0/8"] }, hosts: {}, tools: {} };
const networks = (settings: Partial<ToolSettings>, options: Partial<NetworksOptions> = {}) =>
  createNetworks({ settings: { ...EMPTY, ...settings }, enabled: true, helper, ...options });

/** Runs a tool behind the plan's wrapper in a plain bwrap without `--unshare-net`, its files bound from a directory. */
async function inside(
  plan: EndpointPlan,
  argv: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-given-" });
  try {
    const binds: string[] = [];
    for (const [index, file] of plan.files.entries()) {
      const path = `${directory}/${index}`;
      await Deno.writeTextFile(
        path,
        typeof file.content === "string" ? file.content : new TextDecoder().decode(file.content),
        {
          mode: 0o600,
        },
      );
      binds.push("--ro-bind", path, file.at);
    }
    const hosts = `${directory}/hosts`;
    await Deno.writeTextFile(hosts, "127.0.0.1 localhost\n10.5.6.7 kube.internal\n");
    const wrapped = [
      ...plan.wrapper,
      "/usr/bin/bwrap",
      ...["--unshare-user", "--unshare-pid", "--die-with-parent", "--cap-drop", "ALL", "--clearenv"],
      ...Object.entries({ HOME: "/tmp", ...plan.env }).flatMap(([name, value]) => ["--setenv", name, value]),
      ...["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
      ...[
        "--symlink",
        "usr/bin",
        "/bin",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--tmpfs",
        "/tmp",
        "--tmpfs",
        "/run",
      ],
      ...["--ro-bind", hosts, "/etc/hosts", ...binds, "--"],
      ...argv,
    ];
    const output = await new Deno.Command(wrapped[0] ?? "", { args: wrapped.slice(1), clearEnv: true })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function withFile(content: string, body: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "physiclaw-networks-" });
  try {
    await Deno.writeTextFile(path, content);
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name: "createNetworks lets the real kubectl reach its server, with its token, and nothing else",
  ignore: !NAMESPACES || !KUBECTL || TLS === undefined,
  fn: async () => {
    if (TLS === undefined) return;
    const server = await startKubernetes({ token: "t0ken", tls: TLS });
    const other = await startKubernetes();
    try {
      await withFile(server.kubeconfig({ ca: TLS.cert }), async (kubeconfig) => {
        const own = networks({ kubectl: { kubeconfig } });
        assert.equal(await own.missing(kubectlGet), undefined);
        assert.equal(await own.describe(kubectlGet), new URL(server.url).host);
        const plan = await own.prepare(kubectlGet, {});
        assert.ok(plan.kind === "endpoint", JSON.stringify(plan));
        try {
          const get = [
            "/usr/bin/kubectl",
            "get",
            "pods",
            "-n",
            "checkout",
            "-o",
            "json",
            "--cache-dir=/tmp/c",
          ];
          const pods = await inside(plan, get);
          assert.equal(pods.code, 0, pods.stderr);
          assert.equal(JSON.parse(pods.stdout).items.length, 5);
          const elsewhere = await inside(plan, [...get, `--server=${other.url}`]);
          assert.match(elsewhere.stderr, /connection.*refused/);
          assert.deepEqual(other.requests, []);
        } finally {
          await plan.close();
        }
      });
    } finally {
      await server.close();
      await other.close();
    }
  },
});

Deno.test({
  name: "createNetworks keeps a pinned name in the URL",
  ignore: !NAMESPACES || !KUBECTL,
  fn: async () => {
    const server = await startKubernetes();
    const { port } = new URL(server.url);
    const config = server.kubeconfig().replace(server.url, `http://kube.internal:${port}`);
    try {
      await withFile(config, async (kubeconfig) => {
        const unpinned = await networks({ kubectl: { kubeconfig } }).prepare(kubectlGet, {});
        assert.ok(unpinned.kind === "refusal");
        assert.match(unpinned.reason, /\[hosts\] "kube\.internal" = "ADDRESS"/);
        const plan = await networks({ kubectl: { kubeconfig }, hosts: { "kube.internal": "10.5.6.7" } }, {
          connect: (address, port) => {
            assert.equal(address, "10.5.6.7");
            return Deno.connect({ hostname: "127.0.0.1", port });
          },
        }).prepare(kubectlGet, {});
        assert.ok(plan.kind === "endpoint", JSON.stringify(plan));
        try {
          const nodes = await inside(plan, [
            "/usr/bin/kubectl",
            "get",
            "nodes",
            "-o",
            "name",
            "--cache-dir=/tmp/c",
          ]);
          assert.equal(nodes.code, 0, nodes.stderr);
          assert.match(nodes.stdout, /node\/worker-3/);
        } finally {
          await plan.close();
        }
      });
    } finally {
      await server.close();
    }
  },
});

Deno.test({
  name: "createNetworks lets the real promtool query the real Prometheus",
  ignore: !NAMESPACES || !await hasPrometheus(),
  fn: async () => {
    const server = await startPrometheus();
    try {
      const plan = await networks({ prometheus: { url: server.url } }).prepare(prometheusQuery, {});
      assert.ok(plan.kind === "endpoint", JSON.stringify(plan));
      try {
        const up = await inside(plan, [
          "/usr/bin/promtool",
          "query",
          "instant",
          "-o",
          "json",
          server.url,
          "up",
        ]);
        assert.equal(up.code, 0, up.stderr);
        assert.equal(JSON.parse(up.stdout)[0].value[1], "1");
      } finally {
        await plan.close();
      }
    } finally {
      await server.close();
    }
  },
});

Deno.test("createNetworks gives Vault its address, token and CA by grant", {
  ignore: !NAMESPACES,
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `https://127.0.0.1:${listener.addr.port}`;
  await withFile("hvs.token\n", async (tokenFile) => {
    await withFile("CERTIFICATE", async (ca) => {
      const plan = await networks({ vault: { address, ca, tokenFile, allowValues: [] } }).prepare(
        vaultRead,
        {},
      );
      assert.ok(plan.kind === "endpoint", JSON.stringify(plan));
      await plan.close();
      assert.deepEqual(plan.env, {
        VAULT_ADDR: address,
        VAULT_TOKEN: "hvs.token",
        VAULT_CACERT: "/run/physiclaw/vault-ca.pem",
      });
      assert.deepEqual(plan.files, [{ at: "/run/physiclaw/vault-ca.pem", content: "CERTIFICATE" }]);
    });
  });
});

Deno.test(
  "createNetworks gives promtool its CA and credentials in one file",
  { ignore: !NAMESPACES },
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const url = `https://127.0.0.1:${listener.addr.port}`;
    await withFile("s3cret\n", async (credentialsFile) => {
      await withFile("CERTIFICATE", async (ca) => {
        const settings = { prometheus: { url, ca, credentialsFile } };
        assert.deepEqual(settingValues({ ...EMPTY, ...settings }), {
          "prometheus.url": url,
          "prometheus.http_config": "/run/physiclaw/promtool-http.yml",
        });
        const plan = await networks(settings).prepare(prometheusQuery, {});
        assert.ok(plan.kind === "endpoint", JSON.stringify(plan));
        await plan.close();
        const [authority, config] = plan.files;
        assert.deepEqual(authority, { at: "/run/physiclaw/prometheus-ca.pem", content: "CERTIFICATE" });
        assert.equal(config?.at, "/run/physiclaw/promtool-http.yml");
        assert.deepEqual(JSON.parse(String(config?.content)), {
          authorization: { type: "Bearer", credentials: "s3cret" },
          tls_config: { ca_file: "/run/physiclaw/prometheus-ca.pem" },
        });
      });
    });
  },
);

Deno.test("createNetworks names the setting that is missing, and heeds PHYSICLAW_SANDBOX_NET=0", async () => {
  const own = networks({});
  const cases = [[kubectlGet, "kubectl.kubeconfig"], [prometheusQuery, "prometheus.url"], [
    vaultRead,
    "vault.address",
  ]] as const;
  for (const [tool, setting] of cases) {
    const reason = `No destination is configured: set ${setting}`;
    assert.deepEqual(await own.prepare(tool, {}), { kind: "refusal", violation: false, reason });
    assert.equal(await own.missing(tool), reason);
    assert.equal(await own.describe(tool), setting);
  }
  assert.deepEqual(await own.prepare(logAggregator, {}), { kind: "none" });
  const off = networks({ prometheus: { url: "http://127.0.0.1:9" } }, { enabled: false });
  for (const tool of [prometheusQuery, nmap]) {
    const plan = await off.prepare(tool, { targets: ["127.0.0.1"] });
    assert.ok(plan.kind === "refusal");
    assert.match(plan.reason, /PHYSICLAW_SANDBOX_NET is 0/);
    assert.match(await off.missing(tool) ?? "", /PHYSICLAW_SANDBOX_NET is 0/);
  }
});

Deno.test("createNetworks gives nmap the host's network for vetted targets only", async () => {
  const own = networks({});
  assert.deepEqual(await own.prepare(nmap, { targets: ["127.0.0.1"] }), {
    kind: "host",
    label: "the host's network, to 127.0.0.1",
    hosts: [],
  });
  for (const targets of [["10.0.0.1"], [], ["203.0.113.1"]]) {
    assert.equal((await own.prepare(nmap, { targets })).kind, "refusal");
  }
});

Deno.test("createNetworks refuses unreadable files, bad tokens and unchecked certificates without showing them", async () => {
  const gone = await networks({ kubectl: { kubeconfig: "/nowhere/config" } }).missing(kubectlGet);
  assert.equal(gone, "Cannot read /nowhere/config of kubectl.kubeconfig: it does not exist");
  await withFile("two\nlines-of-secret\n", async (tokenFile) => {
    const settings = { vault: { address: "http://127.0.0.1:1", tokenFile, allowValues: [] } };
    const reason = await networks(settings).missing(vaultRead) ?? "";
    assert.match(reason, /must hold one token on one line/);
    assert.ok(!reason.includes("secret"));
  });
  const insecure =
    `{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster:
    {server: "https://10.0.0.5:6443", insecure-skip-tls-verify: true}}]}`;
  await withFile(insecure, async (kubeconfig) => {
    assert.match(
      await networks({ kubectl: { kubeconfig } }).missing(kubectlGet) ?? "",
      /insecure-skip-tls-verify/,
    );
  });
});
