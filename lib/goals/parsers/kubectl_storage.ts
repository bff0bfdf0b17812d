/**
 * Claims, volumes and storage classes.
 *
 * @module
 */
import { listAt, textAt } from "./json_values.ts";
import { created, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, some, unique } from "./words.ts";

/** Reads persistent volume claims. Facts: names of those that are not bound. */
export const readClaims: Reader = (items, look) => {
  const phase = (value: unknown) => textAt(value, "status", "phase") || "Unknown";
  const bad = items.filter((item) => phase(item.value) !== "Bound");
  const rank = [...bad, ...items.filter((item) => phase(item.value) === "Bound")];
  const total = count(items.length, "claim");
  return {
    headline: bad.length === 0
      ? `${total}${look.where}, all bound`
      : `${bad.length} of ${total}${look.where} ${are(bad.length)} ${
        unique(bad.map((item) => phase(item.value))).join(" or ").toLowerCase()
      }: ${some(bad.map((item) => nameOf(item, look)))}`,
    findings: bad.map((item) => {
      const lost = phase(item.value) === "Lost";
      const wanted = textAt(item.value, "spec", "resources", "requests", "storage");
      const storageClass = textAt(item.value, "spec", "storageClassName");
      return {
        severity: lost ? "critical" as const : "high" as const,
        text: `claim ${nameOf(item, look)} is ${phase(item.value)}: asks for ${wanted || "no size"}, ${
          storageClass === "" ? "no storage class named" : `storage class ${storageClass}`
        }, access ${listAt(item.value, "spec", "accessModes").join(", ") || "not given"}${
          lost ? `, its volume ${textAt(item.value, "spec", "volumeName")} is gone` : ""
        }`,
        evidence: look.cite(item, ["status"]),
      };
    }),
    facts: {
      pending_claims: unique(bad.map((item) => item.name)),
      storage_classes: unique(bad.map((item) => textAt(item.value, "spec", "storageClassName"))),
      namespaces: unique(bad.map((item) => item.namespace)),
    },
    columns: ["claim", "status", "volume", "capacity", "asked", "storage class", "created"],
    rows: rank.map((item) => [
      nameOf(item, look),
      phase(item.value),
      textAt(item.value, "spec", "volumeName"),
      textAt(item.value, "status", "capacity", "storage"),
      textAt(item.value, "spec", "resources", "requests", "storage"),
      textAt(item.value, "spec", "storageClassName"),
      created(item, look),
    ]),
    next: bad.length === 0 ? [] : [
      `Look at the events of claim ${bad[0]?.name}, and whether its storage class exists and can provision.`,
    ],
    ...(bad.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads persistent volumes. */
export const readVolumes: Reader = (items, look) => {
  const phase = (value: unknown) => textAt(value, "status", "phase") || "Unknown";
  const bad = items.filter((item) => ["Failed", "Released"].includes(phase(item.value)));
  const phases = new Map<string, number>();
  for (const item of items) phases.set(phase(item.value), (phases.get(phase(item.value)) ?? 0) + 1);
  const claim = (value: unknown) =>
    [textAt(value, "spec", "claimRef", "namespace"), textAt(value, "spec", "claimRef", "name")]
      .filter((part) => part !== "").join("/");
  return {
    headline: `${count(items.length, "persistent volume")}: ${
      [...phases].map(([one, n]) => `${n} ${one.toLowerCase()}`).join(", ")
    }`,
    findings: bad.map((item) => ({
      severity: phase(item.value) === "Failed" ? "high" as const : "low" as const,
      text: `volume ${item.name} is ${phase(item.value)}${
        textAt(item.value, "status", "message") === "" ? "" : `: ${textAt(item.value, "status", "message")}`
      } (claim ${claim(item.value) || "none"}, ${textAt(item.value, "spec", "capacity", "storage")}, ${
        textAt(item.value, "spec", "persistentVolumeReclaimPolicy")
      })`,
      evidence: look.cite(item, ["status"]),
    })),
    facts: { volumes: unique(items.map((item) => item.name)) },
    columns: ["volume", "status", "capacity", "claim", "reclaim", "storage class", "created"],
    rows: [...bad, ...items.filter((item) => !["Failed", "Released"].includes(phase(item.value)))].map((
      item,
    ) => [
      item.name,
      phase(item.value),
      textAt(item.value, "spec", "capacity", "storage"),
      claim(item.value),
      textAt(item.value, "spec", "persistentVolumeReclaimPolicy"),
      textAt(item.value, "spec", "storageClassName"),
      created(item, look),
    ]),
    ...(bad.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads storage classes. */
export const readStorageClasses: Reader = (items, look) => {
  const isDefault = (value: unknown) =>
    textAt(value, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") === "true";
  const chosen = items.filter((item) => isDefault(item.value)).map((item) => item.name);
  return {
    headline: `${count(items.length, "storage class", "storage classes")}: ${
      some(items.map((item) => item.name), 8)
    }; ${chosen.length === 0 ? "none is the default" : `${some(chosen)} ${are(chosen.length)} the default`}`,
    findings: [],
    facts: { storage_classes: items.map((item) => item.name) },
    columns: ["storage class", "provisioner", "reclaim", "binding", "default", "created"],
    rows: items.map((item) => [
      item.name,
      textAt(item.value, "provisioner"),
      textAt(item.value, "reclaimPolicy"),
      textAt(item.value, "volumeBindingMode"),
      isDefault(item.value) ? "yes" : "",
      created(item, look),
    ]),
  };
};
