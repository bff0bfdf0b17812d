import assert from "node:assert/strict";
import { PhysiclawError } from "../../internal/errors.ts";
import { reduceKubeconfig } from "./kubeconfig.ts";

const CONFIG = `
apiVersion: v1
kind: Config
current-context: staging
preferences: {colors: true}
clusters:
- name: stage
  cluster: {server: "https://10.0.0.5:6443", certificate-authority: pki/ca.crt, tls-server-name: kube.internal}
- name: prod
  cluster: {server: "https://10.0.9.5:6443", certificate-authority-data: UFJPRA==}
- name: proxied
  cluster: {server: "https://10.0.9.6:6443", proxy-url: "http://10.1.1.1:3128"}
- name: bare
  cluster: {}
contexts:
- {name: staging, context: {cluster: stage, user: ann, namespace: web}}
- {name: production, context: {cluster: prod, user: bob}}
- {name: plugin, context: {cluster: prod, user: eve}}
- {name: provider, context: {cluster: prod, user: old}}
- {name: through, context: {cluster: proxied, user: bob}}
- {name: nowhere, context: {cluster: bare, user: bob}}
- {name: orphan, context: {cluster: gone, user: bob}}
- {name: stranger, context: {cluster: prod, user: gone}}
- {name: anonymous, context: {cluster: prod}}
users:
- {name: ann, user: {client-certificate: /etc/kube/ann.crt, client-key: pki/ann.key}}
- {name: bob, user: {token: old-token, tokenFile: /run/token}}
- {name: eve, user: {exec: {command: /tmp/evil, apiVersion: client.authentication.k8s.io/v1}}}
- {name: old, user: {auth-provider: {name: oidc}}}
`;

const reduce = async (context?: string, content = CONFIG) => {
  const asked: string[] = [];
  const reduced = await reduceKubeconfig(content, "/etc/kube", context, (path) => {
    asked.push(path);
    return Promise.resolve(`content of ${path}\n`);
  });
  return { ...reduced, config: JSON.parse(reduced.content), asked };
};

Deno.test("reduceKubeconfig keeps one context and inlines the files it names", async () => {
  const { server, insecure, config, asked } = await reduce();
  assert.equal(server, "https://10.0.0.5:6443");
  assert.equal(insecure, false);
  assert.deepEqual(asked.sort(), ["/etc/kube/ann.crt", "/etc/kube/pki/ann.key", "/etc/kube/pki/ca.crt"]);
  assert.deepEqual(config, {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "staging",
    contexts: [{ name: "staging", context: { cluster: "stage", user: "ann", namespace: "web" } }],
    clusters: [{
      name: "stage",
      cluster: {
        server: "https://10.0.0.5:6443",
        "tls-server-name": "kube.internal",
        "certificate-authority-data": btoa("content of /etc/kube/pki/ca.crt\n"),
      },
    }],
    users: [{
      name: "ann",
      user: {
        "client-certificate-data": btoa("content of /etc/kube/ann.crt\n"),
        "client-key-data": btoa("content of /etc/kube/pki/ann.key\n"),
      },
    }],
  });
});

Deno.test("reduceKubeconfig takes the context of the settings, and a token file over a token", async () => {
  const { content, config } = await reduce("production");
  assert.equal(config.users[0].user.token, "content of /run/token");
  assert.equal(config.clusters.length, 1);
  for (const other of ["ann", "10.0.0.5", "evil", "old-token"]) assert.ok(!content.includes(other), other);
  assert.deepEqual((await reduce("anonymous")).config.users, [{ name: "none", user: {} }]);
});

Deno.test("reduceKubeconfig refuses what runs a program, leads elsewhere or is incomplete", async () => {
  const cases: readonly (readonly [string | undefined, string, RegExp])[] = [
    ["plugin", CONFIG, /"eve" has an exec plugin, which runs a program/],
    ["provider", CONFIG, /"old" has an auth-provider/],
    ["through", CONFIG, /"proxied" has a proxy-url/],
    ["nowhere", CONFIG, /"bare" has no server/],
    ["orphan", CONFIG, /no cluster "gone"/],
    ["stranger", CONFIG, /no user "gone"/],
    ["none", CONFIG, /no context "none"/],
    ["__proto__", CONFIG, /no context "__proto__"/],
    [undefined, "{}", /no current context; set kubectl.context/],
    [undefined, "", /it is empty/],
    [undefined, "[1, 2]", /it is empty/],
    [undefined, "a: [", /no YAML/],
    [undefined, "current-context: [1]", /"current-context" is no text/],
  ];
  for (const [context, content, reason] of cases) {
    await assert.rejects(reduce(context, content), (error: unknown) => {
      assert.ok(error instanceof PhysiclawError && error.kind === "config");
      assert.match(error.message, reason);
      assert.ok(error.message.startsWith("Cannot use kubectl.kubeconfig: "));
      return true;
    });
  }
});

Deno.test("reduceKubeconfig tells of a server whose certificate is not checked, and drops its CA", async () => {
  const { insecure, config } = await reduce(
    undefined,
    `{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster:
      {server: "https://127.0.0.1:1", insecure-skip-tls-verify: true, certificate-authority-data: QQ==}}]}`,
  );
  assert.equal(insecure, true);
  assert.deepEqual(config.clusters[0].cluster, {
    server: "https://127.0.0.1:1",
    "insecure-skip-tls-verify": true,
  });
});

Deno.test("reduceKubeconfig stops at an alias bomb", async () => {
  const levels = Array.from(
    { length: 12 },
    (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(", ")}]`,
  );
  await assert.rejects(reduce(undefined, `l0: &l0 [x]\n${levels.join("\n")}\n`), /no YAML/);
});
