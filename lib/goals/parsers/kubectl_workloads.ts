/**
 * Deployments, stateful sets, daemon sets, replica sets: wanted against there.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { numberAt } from "./json_values.ts";
import { conditionOf, imagesOf, isDeleting } from "./kubectl_conditions.ts";
import { created, type Item, type Look, nameOf, type Reader, type Report } from "./kubectl_objects.ts";
import { are, count, some, unique } from "./words.ts";

interface Workload {
  readonly item: Item;
  readonly desired: number;
  readonly ready: number;
  readonly available: number;
  readonly updated: number;
  readonly short: boolean;
  readonly reasons: readonly string[];
}

const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  Deployment: ["deployment", "unavailable_deployments"],
  StatefulSet: ["stateful set", "unavailable_statefulsets"],
  DaemonSet: ["daemon set", "unavailable_daemonsets"],
  ReplicaSet: ["replica set", "unavailable_replicasets"],
  ReplicationController: ["replication controller", "unavailable_replicationcontrollers"],
};

function workload(item: Item, look: Look): Workload {
  const { value, kind } = item;
  const of = (...names: readonly string[]): number => {
    for (const name of names) {
      const n = numberAt(value, "status", name);
      if (n !== undefined) return n;
    }
    return 0;
  };
  const daemon = kind === "DaemonSet";
  const desired = daemon ? of("desiredNumberScheduled") : numberAt(value, "spec", "replicas") ?? 1;
  const ready = daemon ? of("numberReady") : of("readyReplicas");
  const available = daemon ? of("numberAvailable") : of("availableReplicas", "readyReplicas");
  const updated = daemon
    ? of("updatedNumberScheduled")
    : kind === "ReplicaSet" || kind === "ReplicationController"
    ? of("replicas")
    : of("updatedReplicas");
  const reasons: string[] = [];
  for (
    const [type, bad] of [["Available", "False"], ["Progressing", "False"], [
      "ReplicaFailure",
      "True",
    ]] as const
  ) {
    const condition = conditionOf(item, type);
    if (condition?.status === bad) {
      reasons.push(`${type} is ${bad} since ${look.time(condition.since)} (${condition.why})`);
    }
  }
  const misscheduled = daemon ? of("numberMisscheduled") : 0;
  if (misscheduled > 0) reasons.push(`${count(misscheduled, "pod")} on nodes where none should run`);
  return { item, desired, ready, available, updated, short: Math.min(ready, available) < desired, reasons };
}

function finding(one: Workload, word: string, look: Look): Finding {
  const none = one.available === 0;
  const rollout = one.updated < one.desired ? `, ${one.updated} updated` : "";
  const condition = ["Available", "Progressing", "ReplicaFailure"].map((type) => conditionOf(one.item, type))
    .find((found) =>
      found !== undefined && found.status === (found.type === "ReplicaFailure" ? "True" : "False")
    );
  return {
    severity: none ? "critical" : one.short ? "high" : "medium",
    text: [
      `${word} ${
        nameOf(one.item, look)
      } has ${one.available} of ${one.desired} replicas available (${one.ready} ready${rollout})`,
      ...one.reasons,
    ].join("; "),
    evidence: look.cite(one.item, ...(condition === undefined ? [] : [condition.path]), ["status"]),
  };
}

/** Reads workloads of one kind. Facts: the names of those that lack replicas. */
export const readWorkloads: Reader = (items, look): Report => {
  const kind = items[0]?.kind ?? "Deployment";
  const [word, fact] = KINDS[kind] ?? [kind.toLowerCase(), `unavailable_${kind.toLowerCase()}s`];
  const all = items.map((item) => workload(item, look));
  // Old replica sets of a deployment are scaled to zero and say nothing.
  const shown = kind === "ReplicaSet" ? all.filter((one) => one.desired > 0 || one.ready > 0) : all;
  const bad = shown.filter((one) => one.short || one.reasons.length > 0)
    .sort((a, b) => Number(b.short) - Number(a.short));
  const troubled = new Set(bad);
  const short = bad.filter((one) => one.short);
  const zero = shown.filter((one) => one.desired === 0).length;
  const total = count(shown.length, word);
  const one = short[0];
  const headline = bad.length === 0
    ? `${total}${look.where}, all available${zero === 0 ? "" : ` (${zero} scaled to zero)`}`
    : short.length === 1 && one !== undefined
    ? `${word} ${
      nameOf(one.item, look)
    }${look.where} has ${one.available} of ${one.desired} replicas available${
      shown.length === 1 ? "" : `; the other ${shown.length - 1} ${are(shown.length - 1)} available`
    }`
    : short.length > 0
    ? `${short.length} of ${total}${look.where} ${are(short.length)} not fully available: ${
      some(short.map((one) => `${nameOf(one.item, look)} ${one.available}/${one.desired}`))
    }`
    : `${total}${look.where}, all available; ${count(bad.length, "rollout has", "rollouts have")} trouble: ${
      some(bad.map((one) => nameOf(one.item, look)))
    }`;
  return {
    headline,
    findings: bad.map((one) => finding(one, word, look)),
    facts: {
      [fact]: unique(bad.map((one) => one.item.name)),
      // One name for all kinds of workloads, so that one condition serves them.
      unavailable_deployments: unique(bad.map((one) => one.item.name)),
      namespaces: unique(bad.map((one) => one.item.namespace)),
    },
    columns: [word, "ready", "up to date", "available", "images", "created"],
    rows: [...bad, ...shown.filter((one) => !troubled.has(one))].map((one) => [
      nameOf(one.item, look) + (isDeleting(one.item) ? " (terminating)" : ""),
      `${one.ready}/${one.desired}`,
      String(one.updated),
      String(one.available),
      some(unique(imagesOf(one.item)), 2),
      created(one.item, look),
    ]),
    next: bad[0] === undefined
      ? []
      : [`Look at the pods of ${nameOf(bad[0].item, look)} and at their events.`],
    ...(bad.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};
