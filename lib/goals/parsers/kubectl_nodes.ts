/**
 * Nodes and namespaces.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { at, listAt, objectAt, textAt } from "./json_values.ts";
import { conditionOf, conditionsOf, isDeleting } from "./kubectl_conditions.ts";
import { created, type Item, type Look, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, some, unique } from "./words.ts";

const PRESSURES = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

const roles = (item: Item): string =>
  Object.keys(objectAt(item.value, "metadata", "labels"))
    .filter((label) => label.startsWith("node-role.kubernetes.io/")).map((label) => label.slice(24)).join(
      ",",
    );

const readyOf = (item: Item): string => conditionOf(item, "Ready")?.status ?? "Unknown";
const cordoned = (item: Item): boolean => at(item.value, "spec", "unschedulable") === true;

function nodeFindings(item: Item, look: Look): readonly Finding[] {
  const findings: Finding[] = [];
  const ready = conditionOf(item, "Ready");
  if (ready?.status !== "True") {
    findings.push({
      severity: "critical",
      text: `node ${item.name} is not ready (Ready is ${ready?.status ?? "missing"}${
        ready === undefined ? "" : ` since ${look.time(ready.since)}`
      })${ready === undefined || ready.why === "" ? "" : `: ${ready.why}`}`,
      evidence: look.cite(item, ...(ready === undefined ? [] : [ready.path]), ["status"]),
    });
  }
  for (const one of conditionsOf(item)) {
    // Unknown pressure only repeats that the kubelet is silent.
    if (one.type === "Ready" || one.status !== "True") continue;
    findings.push({
      severity: PRESSURES.includes(one.type) ? "high" : "medium",
      text: `node ${item.name} has ${one.type} since ${look.time(one.since)}${
        one.why === "" ? "" : `: ${one.why}`
      }`,
      evidence: look.cite(item, one.path),
    });
  }
  if (cordoned(item)) {
    findings.push({
      severity: "low",
      text: `node ${item.name} is cordoned: no new pods are scheduled on it`,
      evidence: look.cite(item, ["spec", "unschedulable"]),
    });
  }
  return findings;
}

/** Reads nodes. Facts: all names, and those of nodes that are not ready. */
export const readNodes: Reader = (items, look) => {
  const notReady = items.filter((item) => readyOf(item) !== "True");
  const pressed = items.filter((item) =>
    conditionsOf(item).some((one) => PRESSURES.includes(one.type) && one.status === "True")
  );
  const closed = items.filter(cordoned);
  const extra = [
    ...(pressed.length === 0 ? [] : [
      `${some(pressed.map((item) => item.name))} ${are(pressed.length)} under pressure (${
        unique(pressed.flatMap((item) =>
          conditionsOf(item).filter((one) =>
            PRESSURES.includes(one.type) && one.status === "True"
          )
            .map((one) => one.type)
        )).join(", ")
      })`,
    ]),
    ...(closed.length === 0
      ? []
      : [`${some(closed.map((item) => item.name))} ${are(closed.length)} cordoned`]),
  ];
  const total = count(items.length, "node");
  const first = notReady.length === 0
    ? `${items.length === 1 ? `node ${items[0]?.name} is` : `all ${total} are`} ready`
    : `${notReady.length} of ${total} ${are(notReady.length)} not ready: ${
      some(notReady.map((item) => item.name))
    }`;
  return {
    headline: [first, ...extra].join("; "),
    findings: items.flatMap((item) => nodeFindings(item, look)),
    facts: {
      nodes: unique(items.map((item) => item.name)),
      not_ready_nodes: unique(notReady.map((item) => item.name)),
      pressed_nodes: unique(pressed.map((item) => item.name)),
    },
    columns: ["node", "status", "roles", "cpu", "memory", "kubelet", "taints", "created"],
    rows: [...items].sort((a, b) => Number(readyOf(a) === "True") - Number(readyOf(b) === "True")).map((
      item,
    ) => [
      item.name,
      (readyOf(item) === "True" ? "Ready" : "NotReady") + (cordoned(item) ? ", cordoned" : ""),
      roles(item),
      textAt(item.value, "status", "capacity", "cpu"),
      textAt(item.value, "status", "capacity", "memory"),
      textAt(item.value, "status", "nodeInfo", "kubeletVersion"),
      some(
        listAt(item.value, "spec", "taints").map((taint) =>
          `${textAt(taint, "key")}:${textAt(taint, "effect")}`
        ),
        2,
      ),
      created(item, look),
    ]),
    next: notReady.length === 0
      ? []
      : [`Look at the kubelet of ${notReady[0]?.name} (its service log) and at whether the machine answers.`],
    ...(notReady.length + pressed.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads namespaces. Facts: all names. */
export const readNamespaces: Reader = (items, look) => {
  const leaving = items.filter((item) =>
    isDeleting(item) || textAt(item.value, "status", "phase") === "Terminating"
  );
  return {
    headline: `${count(items.length, "namespace")}: ${some(items.map((item) => item.name), 12)}${
      leaving.length === 0
        ? ""
        : `; ${some(leaving.map((item) => item.name))} ${are(leaving.length)} terminating`
    }`,
    findings: leaving.map((item) => ({
      severity: "low" as const,
      text: `namespace ${item.name} is terminating since ${
        look.time(textAt(item.value, "metadata", "deletionTimestamp"))
      }`,
      evidence: look.cite(item, ["metadata", "deletionTimestamp"], ["status"]),
    })),
    facts: { namespaces: unique(items.map((item) => item.name)) },
    columns: ["namespace", "status", "created"],
    rows: items.map((
      item,
    ) => [nameOf(item, look), textAt(item.value, "status", "phase"), created(item, look)]),
  };
};
