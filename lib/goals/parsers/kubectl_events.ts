/**
 * Events: warnings grouped by object, reason and message, newest first.
 *
 * @module
 */
import { numberAt, textAt } from "./json_values.ts";
import type { Item, Look, Reader } from "./kubectl_objects.ts";
import { count, oneLine, some, unique } from "./words.ts";

interface Group {
  readonly item: Item;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly on: string;
  times: number;
  first: string;
  last: string;
}

const onOf = (item: Item, look: Look): string => {
  const { value } = item;
  const key = textAt(value, "involvedObject", "kind") === "" ? "regarding" : "involvedObject";
  const kind = textAt(value, key, "kind").toLowerCase();
  const namespace = textAt(value, key, "namespace");
  return `${kind} ${look.wide && namespace !== "" ? `${namespace}/` : ""}${textAt(value, key, "name")}`;
};

function group(items: readonly Item[], look: Look): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const item of items) {
    const { value } = item;
    const times = numberAt(value, "series", "count") ?? numberAt(value, "count") ??
      numberAt(value, "deprecatedCount") ?? 1;
    const last = textAt(value, "series", "lastObservedTime") || textAt(value, "lastTimestamp") ||
      textAt(value, "deprecatedLastTimestamp") || textAt(value, "eventTime") ||
      textAt(value, "metadata", "creationTimestamp");
    const first = textAt(value, "firstTimestamp") || textAt(value, "eventTime") || last;
    const reason = textAt(value, "reason");
    const message = textAt(value, "message") || textAt(value, "note");
    const on = onOf(item, look);
    const key = JSON.stringify([on, reason, message]);
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, { item, type: textAt(value, "type"), reason, message, on, times, first, last });
    } else {
      known.times += times;
      if (last > known.last) known.last = last;
      if (first < known.first) known.first = first;
    }
  }
  return [...groups.values()].sort((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0));
}

/** Reasons that mean that something does not run now; other warnings are medium. */
const GRAVE =
  /^(Failed|BackOff|OOMKilling|Evicted|NodeNotReady|SystemOOM|Unhealthy|Rebooted|FreeDiskSpaceFailed)/;

/** Secrets and config maps that messages say are missing. */
function missing(groups: readonly Group[], kind: "secret" | "configmap"): readonly string[] {
  const pattern = new RegExp(`${kind}s? "([^"]{1,253})" not found`, "i");
  return unique(groups.map((one) => pattern.exec(one.message.slice(0, 2000))?.[1]?.split("/").at(-1) ?? ""));
}

/** Reads events. Facts: the objects that warnings are about, secrets and config maps that they say are missing. */
export const readEvents: Reader = (items, look) => {
  const groups = group(items, look);
  const warnings = groups.filter((one) => one.type === "Warning");
  const times = warnings.reduce((sum, one) => sum + one.times, 0);
  const newest = warnings[0];
  const reasons = new Map<string, number>();
  for (const one of warnings) reasons.set(one.reason, (reasons.get(one.reason) ?? 0) + one.times);
  const said = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, n]) => `${reason} ${n}×`);
  const headline = newest === undefined
    ? `No warnings among the ${count(items.length, "event")}${look.where}`
    : `${count(warnings.length, "warning")}${look.where}, seen ${count(times, "time")} (${
      some(said, 4)
    }); the newest at ${look.time(newest.last)}: ${newest.reason} on ${newest.on}: ${
      oneLine(newest.message, 200)
    }`;
  const secrets = missing(warnings, "secret");
  const maps = missing(warnings, "configmap");
  return {
    headline,
    findings: warnings.map((one) => ({
      severity: GRAVE.test(one.reason) ? "high" as const : "medium" as const,
      text: `${one.on}: ${one.reason}, ${count(one.times, "time")}, last at ${look.time(one.last)}: ${
        oneLine(one.message, 300)
      }`,
      evidence: look.cite(one.item, ["message"], ["note"]),
    })),
    facts: {
      warnings: unique(warnings.map((one) => one.reason)),
      warned_objects: unique(warnings.map((one) => one.on.split(" ").at(-1)?.split("/").at(-1) ?? "")),
      missing_secrets: secrets,
      missing_configmaps: maps,
    },
    columns: ["last seen", "type", "reason", "object", "times", "message"],
    rows: groups.map((one) => [
      look.time(one.last),
      one.type,
      one.reason,
      one.on,
      String(one.times),
      oneLine(one.message, 160),
    ]),
    next: [
      ...secrets.map((name) => `Create the missing secret ${name}, or correct the name where it is used.`),
      ...maps.map((name) => `Create the missing config map ${name}, or correct the name where it is used.`),
    ],
    ...(newest === undefined ? { verdict: "nothing_wrong" as const } : {}),
  };
};
