/**
 * Jobs and cron jobs: which finished, which failed, which are late.
 *
 * @module
 */
import { at, listAt, numberAt, textAt } from "./json_values.ts";
import { conditionOf } from "./kubectl_conditions.ts";
import { type Item, nameOf, type Reader } from "./kubectl_objects.ts";
import { are, count, durationWords, some, unique } from "./words.ts";

const stateOf = (item: Item): "failed" | "complete" | "suspended" | "running" | "failing" | "waiting" => {
  if (conditionOf(item, "Failed")?.status === "True") return "failed";
  if (conditionOf(item, "Complete")?.status === "True") return "complete";
  if (at(item.value, "spec", "suspend") === true) return "suspended";
  if ((numberAt(item.value, "status", "failed") ?? 0) > 0) return "failing";
  return (numberAt(item.value, "status", "active") ?? 0) > 0 ? "running" : "waiting";
};

/** Reads jobs. Facts: names of those that failed or are failing. */
export const readJobs: Reader = (items, look) => {
  const order = ["failed", "failing", "running", "waiting", "suspended", "complete"] as const;
  const ranked = order.flatMap((state) => items.filter((item) => stateOf(item) === state));
  const bad = ranked.filter((item) => ["failed", "failing"].includes(stateOf(item)));
  const tally = order.map((state) => [state, items.filter((item) => stateOf(item) === state).length] as const)
    .filter(([, n]) => n > 0).map(([state, n]) => `${n} ${state}`).join(", ");
  const total = count(items.length, "job");
  const why = bad.length === 1 && bad[0] !== undefined ? conditionOf(bad[0], "Failed")?.why ?? "" : "";
  return {
    headline: bad.length === 0
      ? items.every((item) => stateOf(item) === "complete")
        ? `${items.length === 1 ? `job ${items[0]?.name}` : `all ${total}`}${look.where} finished`
        : `${total}${look.where}: ${tally}`
      : items.length === 1
      ? `job ${items[0]?.name}${look.where} has failed${why === "" ? "" : `: ${why}`}`
      : `${bad.length} of ${total}${look.where} ${bad.length === 1 ? "has" : "have"} failed: ${
        some(bad.map((item) => nameOf(item, look)))
      }${why === "" ? "" : ` (${why})`}; ${tally}`,
    findings: bad.map((item) => {
      const condition = conditionOf(item, "Failed");
      const failed = numberAt(item.value, "status", "failed") ?? 0;
      return {
        severity: stateOf(item) === "failed" ? "high" as const : "medium" as const,
        text: `job ${nameOf(item, look)} ${
          stateOf(item) === "failed"
            ? `failed at ${look.time(condition?.since ?? "")}: ${condition?.why ?? ""}`
            : "is still trying"
        }; ${count(failed, "failed pod")}, back-off limit ${
          numberAt(item.value, "spec", "backoffLimit") ?? 6
        }`,
        evidence: look.cite(item, ...(condition === undefined ? [] : [condition.path]), ["status"]),
      };
    }),
    facts: {
      failing_jobs: unique(bad.map((item) => item.name)),
      namespaces: unique(bad.map((item) => item.namespace)),
    },
    columns: ["job", "state", "succeeded", "failed", "active", "started", "took"],
    rows: ranked.map((item) => {
      const started = textAt(item.value, "status", "startTime");
      const ended = textAt(item.value, "status", "completionTime");
      return [
        nameOf(item, look),
        stateOf(item),
        `${numberAt(item.value, "status", "succeeded") ?? 0}/${
          numberAt(item.value, "spec", "completions") ?? 1
        }`,
        String(numberAt(item.value, "status", "failed") ?? 0),
        String(numberAt(item.value, "status", "active") ?? 0),
        started === "" ? "not started" : look.time(started),
        started === "" || ended === "" ? "" : durationWords((Date.parse(ended) - Date.parse(started)) / 1000),
      ];
    }),
    next: bad.length === 0 ? [] : [`Look at the pods and the last log of job ${bad[0]?.name}.`],
    ...(bad.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};

/** Reads cron jobs. Facts: names of those that are suspended, or whose last run has not succeeded. */
export const readCronJobs: Reader = (items, look) => {
  const last = (item: Item) => textAt(item.value, "status", "lastScheduleTime");
  const success = (item: Item) => textAt(item.value, "status", "lastSuccessfulTime");
  const active = (item: Item) => listAt(item.value, "status", "active").length;
  const suspended = items.filter((item) => at(item.value, "spec", "suspend") === true);
  const late = items.filter((item) => last(item) !== "" && success(item) < last(item) && active(item) === 0);
  const total = count(items.length, "cron job");
  const troubles = [
    ...(late.length === 0
      ? []
      : [`the last run of ${some(late.map((item) => nameOf(item, look)))} has not succeeded`]),
    ...(suspended.length === 0
      ? []
      : [`${some(suspended.map((item) => nameOf(item, look)))} ${are(suspended.length)} suspended`]),
  ];
  return {
    headline: `${total}${look.where}${troubles.length === 0 ? "" : `: ${troubles.join("; ")}`}`,
    findings: [
      ...late.map((item) => ({
        severity: "high" as const,
        text: `cron job ${nameOf(item, look)} last ran at ${look.time(last(item))} and has ${
          success(item) === "" ? "never succeeded" : `last succeeded at ${look.time(success(item))}`
        }`,
        evidence: look.cite(item, ["status"]),
      })),
      ...suspended.map((item) => ({
        severity: "low" as const,
        text: `cron job ${nameOf(item, look)} is suspended`,
        evidence: look.cite(item, ["spec", "suspend"]),
      })),
    ],
    facts: {
      failing_jobs: late.map((item) => item.name),
      failing_cronjobs: late.map((item) => item.name),
      suspended_cronjobs: suspended.map((item) => item.name),
    },
    columns: ["cron job", "schedule", "time zone", "suspended", "active", "last run", "last success"],
    rows: items.map((item) => [
      nameOf(item, look),
      textAt(item.value, "spec", "schedule"),
      textAt(item.value, "spec", "timeZone"),
      at(item.value, "spec", "suspend") === true ? "yes" : "no",
      String(active(item)),
      last(item) === "" ? "never" : look.time(last(item)),
      success(item) === "" ? "never" : look.time(success(item)),
    ]),
    ...(troubles.length === 0 ? { verdict: "nothing_wrong" as const } : {}),
  };
};
