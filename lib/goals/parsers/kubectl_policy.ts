/**
 * Quotas, limit ranges, autoscalers, disruption budgets: what is nearly used up, and what cannot move.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import { conditionOf, quantity } from "./kubectl_conditions.ts";
import { created, type Item, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, some } from "./words.ts";

/** A quota counts as nearly used up from here on. */
const NEARLY = 0.9;

/** Reads resource quotas: used against hard, for each resource. */
export const readQuotas: Reader = (items, look) => {
  const uses = items.flatMap((item) => {
    const hard = objectAt(item.value, "status", "hard");
    const limits = Object.keys(hard).length > 0 ? hard : objectAt(item.value, "spec", "hard");
    return Object.entries(limits).map(([resource, limit]) => {
      const used = textAt(item.value, "status", "used", resource) || "0";
      const share = (quantity(used) ?? 0) / (quantity(String(limit)) ?? Infinity);
      const full = quantity(String(limit)) === 0 ? (quantity(used) ?? 0) > 0 : share >= 1;
      return { item, resource, limit: String(limit), used, share: Number.isFinite(share) ? share : 0, full };
    });
  }).sort((a, b) => b.share - a.share);
  const tight = uses.filter((one) => one.full || one.share >= NEARLY);
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  return {
    headline: tight.length === 0
      ? `${count(items.length, "resource quota")}${look.where}, none used to ${NEARLY * 100} % or more${
        uses[0] === undefined
          ? ""
          : `; the most used is ${uses[0].resource}: ${uses[0].used} of ${uses[0].limit} (${
            percent(uses[0].share)
          })`
      }`
      : `${count(tight.length, "resource")}${look.where} ${are(tight.length)} at or near the quota: ${
        some(tight.map((one) => `${one.resource} ${one.used} of ${one.limit} (${percent(one.share)})`), 4)
      }`,
    findings: tight.map((one): Finding => ({
      severity: one.full ? "high" : "medium",
      text: `quota ${nameOf(one.item, look)}: ${one.resource} is ${
        one.full ? "used up" : "nearly used up"
      }, ${one.used} of ${one.limit} (${percent(one.share)})`,
      evidence: look.cite(one.item, ["status"]),
    })),
    facts: { full_quotas: tight.filter((one) => one.full).map((one) => one.item.name) },
    columns: ["quota", "resource", "used", "hard", "share"],
    rows: uses.map((one) => [nameOf(one.item, look), one.resource, one.used, one.limit, percent(one.share)]),
    ...(tight.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads limit ranges. */
export const readLimitRanges: Reader = (items, look) => ({
  headline: `${count(items.length, "limit range")}${look.where}: ${
    some(items.map((item) => nameOf(item, look)))
  }`,
  findings: [],
  facts: {},
  columns: ["limit range", "of", "resource", "min", "default request", "default limit", "max"],
  rows: items.flatMap((item) =>
    listAt(item.value, "spec", "limits").flatMap((limit) => {
      const names = new Set(
        ["min", "max", "default", "defaultRequest"].flatMap((key) => Object.keys(objectAt(limit, key))),
      );
      return [...names].map((resource) => [
        nameOf(item, look),
        textAt(limit, "type"),
        resource,
        textAt(limit, "min", resource),
        textAt(limit, "defaultRequest", resource),
        textAt(limit, "default", resource),
        textAt(limit, "max", resource),
      ]);
    })
  ),
});

const target = (metric: unknown, which: "target" | "current"): string => {
  const source = ["resource", "containerResource", "pods", "object", "external"].find((key) =>
    Object.keys(objectAt(metric, key)).length > 0
  );
  if (source === undefined) return "";
  const value = objectAt(metric, source, which);
  const percent = textAt(value, "averageUtilization");
  const name = textAt(metric, source, "name") || textAt(metric, source, "metric", "name");
  return `${name} ${
    percent === "" ? textAt(value, "averageValue") || textAt(value, "value") : `${percent} %`
  }`;
};

/** Reads horizontal pod autoscalers. */
export const readAutoscalers: Reader = (items, look) => {
  const v = (item: Item, where: "spec" | "status", key: string) => numberAt(item.value, where, key);
  const blind = items.filter((item) => conditionOf(item, "ScalingActive")?.status === "False");
  const stuck = items.filter((item) => conditionOf(item, "AbleToScale")?.status === "False");
  const full = items.filter((item) => {
    const max = v(item, "spec", "maxReplicas");
    return max !== undefined && (v(item, "status", "currentReplicas") ?? 0) >= max;
  });
  const say = (group: readonly Item[], words: string) =>
    group.length === 0
      ? []
      : [`${some(group.map((item) => nameOf(item, look)))} ${are(group.length)} ${words}`];
  const troubles = [
    ...say(blind, "not scaling (no metrics)"),
    ...say(stuck, "unable to scale"),
    ...say(full, "at the maximum of replicas"),
  ];
  const total = count(items.length, "autoscaler");
  return {
    headline: `${total}${look.where}${
      troubles.length === 0 ? ", none in trouble" : `: ${troubles.join("; ")}`
    }`,
    findings: [
      ...[["ScalingActive", blind], ["AbleToScale", stuck]].flatMap(([type, group]) =>
        (group as readonly Item[]).map((item): Finding => {
          const condition = conditionOf(item, type as string);
          return {
            severity: "high",
            text: `autoscaler ${nameOf(item, look)}: ${type} is False${
              condition === undefined ? "" : `: ${condition.why}`
            }`,
            evidence: look.cite(item, ...(condition === undefined ? [] : [condition.path]), ["status"]),
          };
        })
      ),
      ...full.map((item): Finding => ({
        severity: "medium",
        text: `autoscaler ${nameOf(item, look)} is at its maximum: ${
          v(item, "status", "currentReplicas")
        } of ${v(item, "spec", "maxReplicas")} replicas`,
        evidence: look.cite(item, ["status"]),
      })),
    ],
    facts: { autoscalers_at_max: full.map((item) => item.name) },
    columns: ["autoscaler", "scales", "replicas", "wanted", "min", "max", "metrics now", "target"],
    rows: items.map((item) => [
      nameOf(item, look),
      `${textAt(item.value, "spec", "scaleTargetRef", "kind").toLowerCase()}/${
        textAt(item.value, "spec", "scaleTargetRef", "name")
      }`,
      String(v(item, "status", "currentReplicas") ?? "unknown"),
      String(v(item, "status", "desiredReplicas") ?? "unknown"),
      String(v(item, "spec", "minReplicas") ?? 1),
      String(v(item, "spec", "maxReplicas") ?? "unknown"),
      listAt(item.value, "status", "currentMetrics").map((one) => target(one, "current")).filter((t) =>
        t.trim() !== ""
      )
        .join(", ") ||
      (textAt(item.value, "status", "currentCPUUtilizationPercentage") === ""
        ? "unknown"
        : `cpu ${textAt(item.value, "status", "currentCPUUtilizationPercentage")} %`),
      listAt(item.value, "spec", "metrics").map((one) => target(one, "target")).join(", ") ||
      (textAt(item.value, "spec", "targetCPUUtilizationPercentage") === ""
        ? ""
        : `cpu ${textAt(item.value, "spec", "targetCPUUtilizationPercentage")} %`),
    ]),
    ...(troubles.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads pod disruption budgets. */
export const readBudgets: Reader = (items, look) => {
  const allowed = (item: Item) => numberAt(item.value, "status", "disruptionsAllowed") ?? 0;
  const current = (item: Item) => numberAt(item.value, "status", "currentHealthy") ?? 0;
  const desired = (item: Item) => numberAt(item.value, "status", "desiredHealthy") ?? 0;
  const blocked = items.filter((item) => allowed(item) === 0);
  return {
    headline: blocked.length === 0
      ? `${count(items.length, "disruption budget")}${look.where}, all allow at least one disruption`
      : `${blocked.length} of ${count(items.length, "disruption budget")}${look.where} ${
        blocked.length === 1 ? "allows" : "allow"
      } no disruption now: ${some(blocked.map((item) => nameOf(item, look)))}`,
    findings: blocked.map((item) => ({
      severity: current(item) < desired(item) ? "high" as const : "low" as const,
      text: `budget ${nameOf(item, look)} allows no disruption: ${current(item)} healthy, ${
        desired(item)
      } needed`,
      evidence: look.cite(item, ["status"]),
    })),
    facts: { blocked_budgets: blocked.map((item) => item.name) },
    columns: ["budget", "min available", "max unavailable", "allowed now", "healthy", "needed", "created"],
    rows: items.map((item) => [
      nameOf(item, look),
      textAt(item.value, "spec", "minAvailable"),
      textAt(item.value, "spec", "maxUnavailable"),
      String(allowed(item)),
      String(current(item)),
      String(desired(item)),
      created(item, look),
    ]),
    ...(blocked.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};
