/**
 * Every other kind: names, and what its conditions, phase or health say; certificates and leases in their own words.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import { conditionOf } from "./kubectl_conditions.ts";
import { created, type Item, type Look, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, durationWords, some, unique } from "./words.ts";

/** `NetworkPolicy` as people write it: `network policy`. */
export const kindWords = (kind: string): string =>
  kind.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase() || "object";

/** `network policies`, `ingress classes`. */
export const manyWords = (kind: string): string => {
  const word = kindWords(kind);
  return /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : /(s|x|ch)$/.test(word)
    ? `${word}es`
    : `${word}s`;
};

/** Conditions that say whether the object as a whole is well, in order of weight. */
const WELL = ["Ready", "Available", "Healthy", "Synced", "Established", "Programmed", "Accepted"];

function trouble(
  item: Item,
): { readonly text: string; readonly path: readonly (string | number)[] } | undefined {
  for (const type of WELL) {
    const condition = conditionOf(item, type);
    if (condition !== undefined && condition.status !== "True") {
      return {
        text: `${type} is ${condition.status}${condition.why === "" ? "" : `: ${condition.why}`}`,
        path: condition.path,
      };
    }
  }
  const health = textAt(item.value, "status", "health", "status");
  if (health !== "" && health !== "Healthy") {
    return { text: `health is ${health}`, path: ["status", "health"] };
  }
  const sync = textAt(item.value, "status", "sync", "status");
  if (sync !== "" && sync !== "Synced") return { text: `not in sync: ${sync}`, path: ["status", "sync"] };
  const phase = textAt(item.value, "status", "phase");
  return /^(Failed|Error|Lost|Terminating)$/.test(phase)
    ? { text: `phase is ${phase}`, path: ["status", "phase"] }
    : undefined;
}

const stateOf = (item: Item): string =>
  trouble(item)?.text ??
    (textAt(item.value, "status", "phase") || textAt(item.value, "status", "health", "status") ||
      (WELL.map((type) => conditionOf(item, type)).find((one) => one !== undefined)?.type ?? ""));

/** Reads objects of a kind that has no reader of its own. */
export const readGeneric: Reader = (items, look) => {
  const kind = items[0]?.kind ?? "";
  const bad = items.map((item) => [item, trouble(item)] as const).filter(([, why]) => why !== undefined);
  const troubled = new Set(bad.map(([item]) => item));
  const total = count(items.length, kindWords(kind), manyWords(kind));
  const keys = kind === "ConfigMap";
  return {
    headline: bad.length === 0
      ? `${total}${look.where}: ${some(items.map((item) => nameOf(item, look)), 8)}`
      : `${bad.length} of ${total}${look.where} ${are(bad.length)} not well: ${
        some(bad.map(([item]) => nameOf(item, look)))
      }`,
    findings: bad.map(([item, why]): Finding => ({
      severity: "medium",
      text: `${kindWords(kind)} ${nameOf(item, look)}: ${why?.text}`,
      evidence: look.cite(item, ...(why === undefined ? [] : [why.path])),
    })),
    facts: { names: unique(items.map((item) => item.name)) },
    columns: [kindWords(kind), keys ? "keys" : "state", "created"],
    rows: [...bad.map(([item]) => item), ...items.filter((item) => !troubled.has(item))].map((item) => [
      nameOf(item, look),
      keys
        ? some([
          ...Object.keys(objectAt(item.value, "data")),
          ...Object.keys(objectAt(item.value, "binaryData")),
        ], 8)
        : stateOf(item),
      created(item, look),
    ]),
  };
};

const secondsUntil = (instant: string, look: Look): number | undefined => {
  const now = look.input.started;
  const left = now === undefined ? NaN : (Date.parse(instant) - Date.parse(now)) / 1000;
  return Number.isFinite(left) ? left : undefined;
};

/** A certificate that ends within this time is said to end soon: 14 days. */
const SOON_SECONDS = 14 * 86_400;

/** Reads cert-manager certificates. */
export const readCertificates: Reader = (items, look) => {
  const until = (item: Item) => textAt(item.value, "status", "notAfter");
  const view = items.map((item) => {
    const ready = conditionOf(item, "Ready");
    const left = until(item) === "" ? undefined : secondsUntil(until(item), look);
    const expired = left !== undefined && left <= 0;
    return {
      item,
      ready,
      left,
      expired,
      unready: ready?.status !== "True",
      soon: left !== undefined && !expired && left < SOON_SECONDS,
    };
  });
  const bad = view.filter((one) => one.unready || one.expired || one.soon)
    .sort((a, b) => Number(b.expired) - Number(a.expired) || Number(b.unready) - Number(a.unready));
  const total = count(items.length, "certificate");
  const groups = [
    [bad.filter((one) => one.expired), "expired"],
    [bad.filter((one) => one.unready && !one.expired), "not ready"],
    [bad.filter((one) => one.soon && !one.unready), "expiring within 14 days"],
  ] as const;
  return {
    headline: bad.length === 0
      ? `${total}${look.where}, all ready`
      : groups.filter(([group]) => group.length > 0).map(([group, words], index) =>
        `${group.length}${index === 0 ? ` of ${total}${look.where}` : ""} ${are(group.length)} ${words}: ${
          some(group.map((one) => nameOf(one.item, look)))
        }`
      ).join("; "),
    findings: bad.map((one): Finding => ({
      severity: one.expired ? "critical" : one.unready ? "high" : "medium",
      text: [
        `certificate ${nameOf(one.item, look)}`,
        one.expired
          ? `expired at ${look.time(until(one.item))}`
          : one.soon
          ? `expires at ${look.time(until(one.item))}, in ${durationWords(one.left ?? 0)}`
          : "",
        one.unready
          ? `not ready${one.ready === undefined || one.ready.why === "" ? "" : `: ${one.ready.why}`}`
          : "",
        `secret ${textAt(one.item.value, "spec", "secretName")}`,
        `issuer ${textAt(one.item.value, "spec", "issuerRef", "name")}`,
      ].filter((part) => part !== "").join("; "),
      evidence: look.cite(one.item, ...(one.unready && one.ready !== undefined ? [one.ready.path] : []), [
        "status",
      ]),
    })),
    facts: { bad_certificates: bad.map((one) => one.item.name), missing_secrets: [] },
    columns: ["certificate", "ready", "secret", "issuer", "names", "not after", "renewal"],
    rows: [...bad, ...view.filter((one) => !(one.unready || one.expired || one.soon))].map((one) => [
      nameOf(one.item, look),
      one.ready?.status ?? "Unknown",
      textAt(one.item.value, "spec", "secretName"),
      textAt(one.item.value, "spec", "issuerRef", "name"),
      some(listAt(one.item.value, "spec", "dnsNames").map(String), 3),
      until(one.item) === "" ? "" : look.time(until(one.item)),
      textAt(one.item.value, "status", "renewalTime") === ""
        ? ""
        : look.time(textAt(one.item.value, "status", "renewalTime")),
    ]),
    ...(bad.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads leases: who holds each, and whether it was renewed in time. */
export const readLeases: Reader = (items, look) => {
  const view = items.map((item) => {
    const renewed = textAt(item.value, "spec", "renewTime");
    const seconds = numberAt(item.value, "spec", "leaseDurationSeconds");
    const left = renewed === "" ? undefined : secondsUntil(renewed, look);
    return {
      item,
      renewed,
      seconds,
      age: left === undefined ? undefined : -left,
      stale: left !== undefined && seconds !== undefined && -left > seconds,
    };
  });
  const stale = view.filter((one) => one.stale);
  const total = count(items.length, "lease");
  return {
    headline: stale.length === 0
      ? `${total}${look.where}${look.input.started === undefined ? "" : ", all renewed in time"}`
      : `${stale.length} of ${total}${look.where} ${
        stale.length === 1 ? "was" : "were"
      } not renewed in time: ${some(stale.map((one) => nameOf(one.item, look)))}`,
    findings: stale.map((one): Finding => ({
      severity: "high",
      text: `lease ${nameOf(one.item, look)} was last renewed at ${look.time(one.renewed)}, ${
        durationWords(one.age ?? 0)
      } before the look; it lasts ${one.seconds} s`,
      evidence: look.cite(one.item, ["spec"]),
    })),
    facts: { stale_leases: stale.map((one) => one.item.name) },
    columns: ["lease", "holder", "renewed", "lasts"],
    rows: [...stale, ...view.filter((one) => !one.stale)].map((one) => [
      nameOf(one.item, look),
      textAt(one.item.value, "spec", "holderIdentity"),
      one.renewed === "" ? "never" : look.time(one.renewed),
      one.seconds === undefined ? "" : `${one.seconds} s`,
    ]),
    ...(stale.length === 0 && look.input.started !== undefined ? { verdict: "nothing_wrong" as const } : {}),
  };
};
