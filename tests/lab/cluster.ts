/**
 * The lab's cluster: the demo's broken one, and namespaces for the other kinds of answer. `orders` is well, `quiet` is
 * empty, `legal` may not be read, `media` has pods that never started, `edge` a certificate that ran out.
 *
 * @module
 */
import { brokenCluster } from "../fixtures/servers/kubernetes_cluster.ts";
import { createAgo, event, type KubeObject, object, pod } from "../fixtures/servers/kubernetes_objects.ts";
import { createWorkloads } from "../fixtures/servers/kubernetes_workloads.ts";

const DAY = 86_400;

/** A pod whose readiness probe fails although it runs. */
function unready(one: KubeObject): KubeObject {
  const text = JSON.stringify(one)
    .replace('"ready":true', '"ready":false')
    .replace(
      '"type":"Ready","status":"True"',
      '"type":"Ready","status":"False","reason":"ContainersNotReady","message":"containers with unready status: [media-search]"',
    )
    .replace('"type":"ContainersReady","status":"True"', '"type":"ContainersReady","status":"False"');
  return JSON.parse(text);
}

function media(now: Date): readonly KubeObject[] {
  const ago = createAgo(now);
  const base = { namespace: "media", node: "worker-1", age: 1800 };
  const image = "registry.internal/media-api:9.9.9";
  const pulling = pod(ago, "media-api-66d4f8b7c9-abcde", {
    ...base,
    labels: { app: "media-api" },
    image,
    state: { is: "waiting", reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` },
  });
  const unconfigured = pod(ago, "media-db-0", {
    ...base,
    labels: { app: "media-db" },
    image: "registry.internal/postgres:16.4",
    state: {
      is: "waiting",
      reason: "CreateContainerConfigError",
      message: 'secret "media-db-credentials" not found',
    },
  });
  const probing = unready(pod(ago, "media-search-7c9d5f6b4-xyz12", {
    ...base,
    labels: { app: "media-search" },
    image: "registry.internal/media-search:3.1.0",
    state: { is: "running" },
  }));
  return [
    pulling,
    unconfigured,
    probing,
    object(
      ago,
      "Pod",
      "media-batch-5f7c8d9b6-evict",
      { namespace: "media", labels: { app: "media-batch" } },
      {
        spec: {
          containers: [{ name: "media-batch", image: "registry.internal/batch:1" }],
          nodeName: "worker-2",
        },
        status: {
          phase: "Failed",
          reason: "Evicted",
          message: "The node was low on resource: ephemeral-storage.",
          startTime: ago(DAY),
        },
      },
    ),
    event(ago, pulling, "Warning", "Failed", `Failed to pull image "${image}": manifest unknown`, 9, 60),
    event(ago, unconfigured, "Warning", "Failed", 'Error: secret "media-db-credentials" not found', 40, 30),
    event(
      ago,
      probing,
      "Warning",
      "Unhealthy",
      "Readiness probe failed: HTTP probe failed with statuscode: 503",
      88,
      20,
    ),
  ];
}

/** Every object of the lab's cluster, as of `now`. */
export function labCluster(now: Date): readonly KubeObject[] {
  const ago = createAgo(now);
  const { workload, service } = createWorkloads(ago);
  const namespace = (name: string): KubeObject =>
    object(ago, "Namespace", name, { age: 30 * DAY }, { status: { phase: "Active" } });
  const well = (name: string): KubeObject =>
    pod(ago, name, {
      namespace: "orders",
      labels: { app: "orders-api" },
      owner: { kind: "ReplicaSet", name: "orders-api-5d8c7f9b6" },
      image: "registry.internal/orders-api:4.2.0",
      node: "worker-1",
      state: { is: "running" },
    });
  return [
    ...brokenCluster(now),
    ...["edge", "legal", "media", "orders", "quiet"].map(namespace),
    workload("Deployment", "orders-api", "orders", "registry.internal/orders-api:4.2.0", 2, 2),
    ...service("orders-api", "orders", "10.43.0.30", 8080, ["10.42.1.60", "10.42.1.61"]),
    well("orders-api-5d8c7f9b6-aaaaa"),
    well("orders-api-5d8c7f9b6-bbbbb"),
    ...media(now),
    object(ago, "Certificate", "shop-tls", { namespace: "edge", age: 120 * DAY }, {
      spec: { secretName: "shop-tls", dnsNames: ["shop.internal"] },
      status: {
        notAfter: ago(2 * DAY),
        conditions: [{
          type: "Ready",
          status: "False",
          reason: "Expired",
          message: "Certificate expired",
          lastTransitionTime: ago(2 * DAY),
        }],
      },
    }),
    object(ago, "Certificate", "api-tls", { namespace: "edge", age: 20 * DAY }, {
      spec: { secretName: "api-tls", dnsNames: ["api.internal"] },
      status: {
        notAfter: ago(-70 * DAY),
        conditions: [{
          type: "Ready",
          status: "True",
          reason: "Ready",
          message: "Certificate is up to date",
        }],
      },
    }),
  ];
}
