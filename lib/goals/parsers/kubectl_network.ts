/**
 * Services, endpoints, ingresses, network policies: who can be reached, and through what.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { at, isJsonObject, listAt, objectAt, textAt } from "./json_values.ts";
import { pairs } from "./kubectl_conditions.ts";
import { created, type Item, type Look, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, some, unique } from "./words.ts";

const keyOf = (item: Item, name = item.name): string => `${item.namespace}/${name}`;

/** Ready addresses behind each service (`namespace/name`), from endpoints and slices; `undefined` when none were listed. */
function addresses(look: Look): ReadonlyMap<string, number> | undefined {
  const endpoints = look.all.get("Endpoints");
  const slices = look.all.get("EndpointSlice");
  if (endpoints === undefined && slices === undefined && !asked(look, "endpoints", "endpointslices")) {
    return undefined;
  }
  const ready = new Map<string, number>();
  for (const item of endpoints ?? []) {
    const n = listAt(item.value, "subsets").reduce<number>(
      (sum, one) => sum + listAt(one, "addresses").length,
      0,
    );
    ready.set(keyOf(item), n);
  }
  for (const item of slices ?? []) {
    const key = keyOf(item, serviceOf(item));
    // A slice and the endpoints of one service list the same addresses.
    if (endpoints !== undefined && ready.has(key)) continue;
    ready.set(key, (ready.get(key) ?? 0) + readyInSlice(item));
  }
  return ready;
}

const serviceOf = (slice: Item): string =>
  textAt(slice.value, "metadata", "labels", "kubernetes.io/service-name") || slice.name;

const readyInSlice = (slice: Item): number =>
  // An absent "ready" means ready: so the API defines it.
  listAt(slice.value, "endpoints").reduce<number>(
    (sum, one) => sum + (at(one, "conditions", "ready") === false ? 0 : listAt(one, "addresses").length),
    0,
  );

const asked = (look: Look, ...kinds: readonly string[]): boolean => {
  const slot = look.input.step.slots.kinds ?? [];
  const list = typeof slot === "string" ? [slot] : slot;
  return kinds.some((kind) => list.includes(kind));
};

const ports = (value: unknown): string =>
  listAt(value, "spec", "ports").map((one) => {
    const target = textAt(one, "targetPort");
    const node = textAt(one, "nodePort");
    return `${textAt(one, "port")}${node === "" ? "" : `:${node}`}/${textAt(one, "protocol") || "TCP"}${
      target === "" || target === textAt(one, "port") ? "" : ` to ${target}`
    }`;
  }).join(", ");

const balancer = (value: unknown): string =>
  listAt(value, "status", "loadBalancer", "ingress").map((one) =>
    textAt(one, "ip") || textAt(one, "hostname")
  )
    .join(", ");

/** Reads services. With endpoints listed beside them: which services have none. */
export const readServices: Reader = (items, look) => {
  const ready = addresses(look);
  const wants = (item: Item) =>
    Object.keys(objectAt(item.value, "spec", "selector")).length > 0 &&
    textAt(item.value, "spec", "type") !== "ExternalName";
  const empty = ready === undefined
    ? []
    : items.filter((item) => wants(item) && (ready.get(keyOf(item)) ?? 0) === 0);
  const waiting = items.filter((item) =>
    textAt(item.value, "spec", "type") === "LoadBalancer" && balancer(item.value) === ""
  );
  const total = count(items.length, "service");
  const troubles = [
    ...(empty.length === 0 ? [] : [
      `${empty.length} of ${total}${look.where} ${empty.length === 1 ? "has" : "have"} no ready endpoints: ${
        some(empty.map((item) => nameOf(item, look)))
      }`,
    ]),
    ...(waiting.length === 0 ? [] : [
      `${some(waiting.map((item) => nameOf(item, look)))} ${
        are(waiting.length)
      } waiting for a load balancer address`,
    ]),
  ];
  const clean = ready === undefined
    ? `${total}${look.where}: ${some(items.map((item) => nameOf(item, look)), 8)}`
    : `${total}${look.where}, all that select pods have ready endpoints`;
  return {
    headline: troubles.length === 0 ? clean : troubles.join("; "),
    findings: [
      ...empty.map((item): Finding => ({
        severity: "high",
        text: `service ${nameOf(item, look)} has no ready endpoints: its selector ${
          pairs(item.value, "spec", "selector")
        } matches no ready pod`,
        evidence: look.cite(item, ["spec", "selector"]),
      })),
      ...waiting.map((item): Finding => ({
        severity: "medium",
        text: `service ${nameOf(item, look)} of type LoadBalancer has no external address yet`,
        evidence: look.cite(item, ["status"]),
      })),
    ],
    facts: {
      services: items.map((item) => item.name),
      services_without_endpoints: empty.map((item) => item.name),
    },
    columns: ["service", "type", "cluster address", "external", "ports", "selector", "endpoints", "created"],
    rows: items.map((item) => [
      nameOf(item, look),
      textAt(item.value, "spec", "type") || "ClusterIP",
      textAt(item.value, "spec", "clusterIP"),
      balancer(item.value) || listAt(item.value, "spec", "externalIPs").join(", ") ||
      textAt(item.value, "spec", "externalName"),
      ports(item.value),
      pairs(item.value, "spec", "selector"),
      ready === undefined ? "not listed" : String(ready.get(keyOf(item)) ?? 0),
      created(item, look),
    ]),
    next: empty.length === 0 ? [] : [
      `Compare the selector of ${
        empty[0]?.name
      } with the labels of the pods, and look at whether those are ready.`,
    ],
    ...(troubles.length === 0 && ready !== undefined ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads endpoints and endpoint slices. Facts: services without a ready address. */
export const readEndpoints: Reader = (items, look) => {
  const slice = items[0]?.kind === "EndpointSlice";
  const ready = new Map<
    string,
    { item: Item; name: string; ready: number; waiting: number; words: string[] }
  >();
  for (const item of items) {
    const name = slice ? serviceOf(item) : item.name;
    const key = keyOf(item, name);
    const one = ready.get(key) ?? { item, name, ready: 0, waiting: 0, words: [] };
    ready.set(key, one);
    if (slice) {
      const all = listAt(item.value, "endpoints").reduce<number>(
        (n, e) => n + listAt(e, "addresses").length,
        0,
      );
      one.ready += readyInSlice(item);
      one.waiting += all - readyInSlice(item);
      for (const e of listAt(item.value, "endpoints").slice(0, 6)) {
        if (at(e, "conditions", "ready") !== false) one.words.push(...listAt(e, "addresses").map(String));
      }
      continue;
    }
    for (const subset of listAt(item.value, "subsets")) {
      const found = listAt(subset, "addresses");
      one.ready += found.length;
      one.waiting += listAt(subset, "notReadyAddresses").length;
      const port = textAt(subset, "ports", 0, "port");
      one.words.push(...found.slice(0, 6).map((a) => textAt(a, "ip") + (port === "" ? "" : `:${port}`)));
    }
  }
  const all = [...ready.values()];
  const empty = all.filter((one) => one.ready === 0);
  const label = (one: { item: Item; name: string }) =>
    look.wide && one.item.namespace !== "" ? `${one.item.namespace}/${one.name}` : one.name;
  return {
    headline: empty.length === 0
      ? `endpoints of ${count(all.length, "service")}${look.where}, all with ready addresses`
      : `${empty.length} of ${count(all.length, "service")}${look.where} ${
        empty.length === 1 ? "has" : "have"
      } no ready endpoints: ${some(empty.map(label))}`,
    // When the services are here too, they say it, with their selectors.
    findings: look.all.has("Service") ? [] : empty.map((one) => ({
      severity: "high" as const,
      text: `service ${label(one)} has no ready endpoints${
        one.waiting === 0 ? "" : `; ${count(one.waiting, "address", "addresses")} not ready`
      }`,
      evidence: look.cite(one.item, ["subsets"], ["endpoints"]),
    })),
    facts: { services_without_endpoints: unique(empty.map((one) => one.name)) },
    columns: ["service", "ready", "not ready", "addresses"],
    rows: [...all].sort((a, b) => Number(a.ready > 0) - Number(b.ready > 0)).map((one) => [
      label(one),
      String(one.ready),
      String(one.waiting),
      some(one.words, 4),
    ]),
    ...(empty.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

interface Backend {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly port: string;
}

function backends(item: Item): readonly Backend[] {
  const service = (value: unknown, host: string, path: string): Backend | undefined => {
    // networking.k8s.io/v1 nests the service; the beta versions named it flat.
    const name = textAt(value, "service", "name") || textAt(value, "serviceName");
    const port = textAt(value, "service", "port", "number") || textAt(value, "service", "port", "name") ||
      textAt(value, "servicePort");
    return name === "" ? undefined : { host, path, service: name, port };
  };
  const found = [
    service(at(item.value, "spec", "defaultBackend") ?? at(item.value, "spec", "backend"), "*", "/"),
    ...listAt(item.value, "spec", "rules").flatMap((rule) =>
      listAt(rule, "http", "paths").map((path) =>
        service(at(path, "backend"), textAt(rule, "host") || "*", textAt(path, "path") || "/")
      )
    ),
  ];
  return found.filter((one) => one !== undefined);
}

/** Reads ingresses. With services and endpoints listed beside them: which lead nowhere. */
export const readIngresses: Reader = (items, look) => {
  const ready = addresses(look);
  const services = asked(look, "services")
    ? new Set((look.all.get("Service") ?? []).map((one) => keyOf(one)))
    : undefined;
  const findings: Finding[] = [];
  const broken = new Set<Item>();
  const failing: string[] = [];
  for (const item of items) {
    for (const one of backends(item)) {
      const key = keyOf(item, one.service);
      const missing = services !== undefined && !services.has(key);
      const empty = ready !== undefined && (ready.get(key) ?? 0) === 0;
      if (!missing && !empty) continue;
      broken.add(item);
      failing.push(one.service);
      findings.push({
        severity: "high",
        text: `ingress ${
          nameOf(item, look)
        } sends ${one.host}${one.path} to service ${one.service}:${one.port}, which ${
          missing ? "does not exist" : "has no ready endpoints"
        }`,
        evidence: look.cite(item, ["spec", "rules"], ["spec"]),
      });
    }
  }
  const total = count(items.length, "ingress", "ingresses");
  return {
    headline: broken.size > 0
      ? `${
        items.length === 1
          ? `ingress ${items[0]?.name}${look.where} leads`
          : `${broken.size} of ${total}${look.where} (${
            some([...broken].map((item) => nameOf(item, look)))
          }) ${broken.size === 1 ? "leads" : "lead"}`
      } to ${failing.length === 1 ? "a service" : "services"} without ready endpoints: ${
        some(unique(failing))
      }`
      : ready === undefined
      ? `${total}${look.where}: ${some(items.map((item) => nameOf(item, look)), 8)}`
      : `${total}${look.where}, all lead to services with ready endpoints`,
    findings,
    facts: {
      broken_ingresses: unique([...broken].map((item) => item.name)),
      tls_secrets: unique(
        items.flatMap((item) => listAt(item.value, "spec", "tls").map((one) => textAt(one, "secretName"))),
      ),
    },
    columns: ["ingress", "class", "hosts", "backends", "address", "TLS secret", "created"],
    rows: items.map((item) => [
      nameOf(item, look),
      textAt(item.value, "spec", "ingressClassName"),
      some(unique(listAt(item.value, "spec", "rules").map((rule) => textAt(rule, "host") || "*")), 4),
      some(unique(backends(item).map((one) => `${one.path} to ${one.service}:${one.port}`)), 4),
      balancer(item.value),
      some(listAt(item.value, "spec", "tls").map((one) => textAt(one, "secretName")), 3),
      created(item, look),
    ]),
    ...(broken.size === 0 && ready !== undefined ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads network policies. */
export const readPolicies: Reader = (items, look) => ({
  headline: `${count(items.length, "network policy", "network policies")}${look.where}: ${
    some(items.map((item) => nameOf(item, look)), 8)
  }`,
  findings: [],
  facts: { networkpolicies: items.map((item) => item.name) },
  columns: ["network policy", "pods", "types", "ingress rules", "egress rules", "created"],
  rows: items.map((item) => [
    nameOf(item, look),
    pairs(item.value, "spec", "podSelector", "matchLabels") ||
    (listAt(item.value, "spec", "podSelector", "matchExpressions").length > 0 ? "by expressions" : "all"),
    listAt(item.value, "spec", "policyTypes").join(", "),
    isJsonObject(at(item.value, "spec")) && Array.isArray(at(item.value, "spec", "ingress"))
      ? String(listAt(item.value, "spec", "ingress").length)
      : "none",
    Array.isArray(at(item.value, "spec", "egress"))
      ? String(listAt(item.value, "spec", "egress").length)
      : "none",
    created(item, look),
  ]),
});
