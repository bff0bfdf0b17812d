/**
 * The kubectl cases: the real kubectl against the small API server with the broken cluster.
 *
 * @module
 */
import { brokenCluster } from "../fixtures/servers/kubernetes_cluster.ts";
import { type KubernetesOptions, startKubernetes } from "../fixtures/servers/kubernetes.ts";
import { createAgo, event, type KubeObject, pod } from "../fixtures/servers/kubernetes_objects.ts";
import { labCluster } from "../lab/cluster.ts";
import { record, type ToRecord } from "./record.ts";
import type { Slots } from "../../lib/catalog/types.ts";

const NOW = "2026-01-31T08:00:00Z";

const ask = (goal: string, intent: string, slots: Slots, about: Record<string, string> = {}): ToRecord => ({
  goal,
  intent,
  about,
  steps: [{
    id: "s1",
    tool: "kubectl get",
    form: slots.namespace === undefined ? "get" : "get-in-namespace",
    slots,
  }],
});

const CASES: Readonly<Record<string, ToRecord>> = {
  pods_crash_looping: {
    ...ask("why do the checkout pods restart?", "pods-not-running", {}, { namespace: "checkout" }),
    steps: [
      {
        id: "s1",
        tool: "kubectl get",
        form: "get-in-namespace",
        slots: { kinds: ["pods"], namespace: "checkout" },
        why: "the pods",
      },
      {
        id: "s2",
        tool: "kubectl get",
        form: "get",
        slots: { kinds: ["events"], namespace: "checkout" },
        when: { step: "s1", fact: "not_ready_pods", is: "present" },
        needs: ["s1"],
        why: "their events",
      },
      {
        id: "s3",
        tool: "kubectl get",
        form: "get",
        slots: { kinds: ["nodes"] },
        when: { step: "s1", fact: "unscheduled_pods", is: "present" },
        needs: ["s1"],
        why: "the nodes",
      },
    ],
  },
  pods_all_well: {
    ...ask("do the payments pods run?", "pods-not-running", { kinds: ["pods"], namespace: "payments" }),
  },
  pods_listed: ask("list the pods in namespace payments", "list", { kinds: ["pods"], namespace: "payments" }),
  pods_everywhere: {
    ...ask("pods of all namespaces", "list", { kinds: ["pods"], all: "true" }),
    timeZone: "Europe/Berlin",
  },
  pods_oom: ask("any OOMKilled containers in checkout?", "oom-killed", {
    kinds: ["pods"],
    namespace: "checkout",
  }),
  pods_pending: ask("which pods are pending in checkout", "pods-pending", {
    kinds: ["pods"],
    namespace: "checkout",
  }),
  pods_by_label: ask("pods with app=none", "list", {
    kinds: ["pods"],
    namespace: "checkout",
    selector: "app=none",
  }),
  namespace_missing: ask("pods in chekout", "list", { kinds: ["pods"], namespace: "chekout" }),
  pod_missing: ask("pod web-1 in checkout", "list", {
    kinds: ["pods"],
    namespace: "checkout",
    names: ["web-1"],
  }),
  nodes: ask("which nodes are not ready", "nodes-not-ready", { kinds: ["nodes"] }),
  deployments: ask("what deployments exist across all namespaces", "list", {
    kinds: ["deployments"],
    all: "true",
  }),
  claims: ask("which persistent volume claims are pending", "claims-pending", {
    kinds: ["persistentvolumeclaims"],
    all: "true",
  }),
  jobs: ask("Did last night's batch jobs finish?", "jobs-failing", {
    kinds: ["jobs", "cronjobs"],
    namespace: "data",
  }),
  events: ask("events in checkout", "events", { kinds: ["events"], namespace: "checkout" }),
  ingress: ask("why is the shop not reachable", "ingress-without-endpoints", {
    kinds: ["ingresses", "services", "endpoints"],
    namespace: "checkout",
  }),
  quotas: ask("resource quotas of checkout", "list", { kinds: ["resourcequotas"], namespace: "checkout" }),
  autoscalers: ask("hpa ns checkout", "list", { kinds: ["horizontalpodautoscalers"], namespace: "checkout" }),
  secrets: ask("which secrets are in checkout", "list", {
    kinds: ["secrets"],
    namespace: "checkout",
    output: "name",
  }),
  configmaps: ask("config maps in checkout", "list", { kinds: ["configmaps"], namespace: "checkout" }),
  services_wide: ask("services in checkout, wide", "list", {
    kinds: ["services"],
    namespace: "checkout",
    output: "wide",
  }),
  services_yaml: ask("services in data as yaml", "list", {
    kinds: ["services"],
    namespace: "data",
    output: "yaml",
  }),
  no_such_kind: ask("virtual services in checkout", "list", {
    kinds: ["virtualservices"],
    namespace: "checkout",
  }),
};

/** Cases of the namespace `edge`, where certificates and a secret are missing. */
const EDGE: Readonly<Record<string, ToRecord>> = {
  certificates: ask("are the certificates in namespace edge valid?", "certificates", {
    kinds: ["certificates"],
    namespace: "edge",
  }, { namespace: "edge" }),
  secret_missing: {
    ...ask("why does edge-proxy not start in namespace edge?", "pods-not-running", {
      kinds: ["pods"],
      namespace: "edge",
    }, { namespace: "edge" }),
    steps: [
      {
        id: "s1",
        tool: "kubectl get",
        form: "get-in-namespace",
        slots: { kinds: ["pods"], namespace: "edge" },
        why: "the pods",
      },
      {
        id: "s2",
        tool: "kubectl get",
        form: "get",
        slots: { kinds: ["events"], namespace: "edge", fields: "type=Warning" },
        when: { step: "s1", fact: "not_ready_pods", is: "present" },
        needs: ["s1"],
        why: "why the pods are not ready",
      },
    ],
  },
};

/** The lab's cluster, and a pod that waits for a secret which nobody made. */
function edgeCluster(now: Date): readonly KubeObject[] {
  const ago = createAgo(now);
  const waiting = pod(ago, "edge-proxy-6b8f4d9c77-zq2lm", {
    namespace: "edge",
    labels: { app: "edge-proxy" },
    owner: { kind: "ReplicaSet", name: "edge-proxy-6b8f4d9c77" },
    image: "registry.internal/edge-proxy:3.1.0",
    node: "worker-1",
    age: 1800,
    state: { is: "waiting", reason: "ContainerCreating", message: "" },
  });
  return [
    ...labCluster(now),
    waiting,
    event(
      ago,
      waiting,
      "Warning",
      "FailedMount",
      'MountVolume.SetUp failed for volume "tls" : secret "edge-proxy-tls" not found',
      23,
      60,
    ),
  ];
}

/** Records all kubectl cases. */
export async function run(): Promise<void> {
  const directory = await Deno.makeTempDir();
  const objects = brokenCluster(new Date(NOW));
  const withServer = async (
    options: KubernetesOptions,
    cases: Readonly<Record<string, ToRecord>>,
    stop = false,
  ) => {
    const server = await startKubernetes(options);
    await Deno.writeTextFile(
      `${directory}/config`,
      server.kubeconfig().replace("another-token", "an-old-token"),
    );
    const how = {
      cwd: directory,
      env: { KUBECONFIG: `${directory}/config`, HOME: directory },
      context: { program: "kubectl", settings: {} },
      replace: [[/127\.0\.0\.1:[0-9]+/g, "127.0.0.1:6443"]] as const,
      ending: "out",
    };
    if (stop) await server.close();
    for (const [name, one] of Object.entries(cases)) await record(name, one, how);
    if (!stop) await server.close();
  };
  await withServer({ objects }, CASES);
  await withServer({ objects: edgeCluster(new Date(NOW)) }, EDGE);
  await withServer({ objects }, { unreachable: ask("list nodes", "list", { kinds: ["nodes"] }) }, true);
  await withServer({ objects, token: "another-token" }, {
    unauthorized: ask("list nodes", "list", { kinds: ["nodes"] }),
  });
  await Deno.remove(directory, { recursive: true });
}
