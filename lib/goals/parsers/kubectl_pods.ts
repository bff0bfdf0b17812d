/**
 * Pods: what state each is in, why, and what its containers were allowed.
 *
 * @module
 */
import type { Finding } from "../types.ts";
import { created, type Item, type Look, nameOf, type Report } from "./kubectl_objects.ts";
import { type PodState, podState, type Trouble } from "./kubectl_pod_state.ts";
import { are, count, some, unique } from "./words.ts";

/** How each trouble is said of pods, most severe first: "2 pods are crash looping". */
const SAID: readonly (readonly [Trouble, (n: number) => string])[] = [
  ["crash_looping", (n) => `${are(n)} crash looping`],
  ["image_pull", () => "cannot pull an image"],
  ["config_error", () => "cannot start a container"],
  ["unscheduled", () => "cannot be scheduled"],
  ["failed", () => "failed"],
  ["unknown", (n) => `${are(n)} in an unknown state`],
  ["init_failing", (n) => `${are(n)} stuck in initialisation`],
  ["pending", (n) => `${are(n)} pending`],
  ["not_ready", (n) => `${are(n)} running but not ready`],
  ["terminating", (n) => `${are(n)} terminating`],
  [
    "oom_killed",
    (n) => `${n === 1 ? "was" : "were"} OOMKilled before and now ${n === 1 ? "runs" : "run"} again`,
  ],
  ["restarted", (n) => `${n === 1 ? "has" : "have"} restarted and now ${n === 1 ? "runs" : "run"}`],
];

/** Which troubles a question is about; the words are of the intent and what is said about it. */
const FOCUS: readonly (readonly [RegExp, (state: PodState) => boolean, string])[] = [
  [/oom|out.of.memory/, (pod) => pod.oom, "has a container that was OOMKilled"],
  [/image/, (pod) => pod.troubles.has("image_pull"), "has trouble pulling its image"],
  [/unsched/, (pod) => pod.troubles.has("unscheduled"), "is waiting to be scheduled"],
  [/pending/, (pod) => pod.phase === "Pending", "is pending"],
  [
    /crash/,
    (pod) => pod.troubles.has("crash_looping") || pod.restarts > 0,
    "is crash looping or has restarted",
  ],
  [/restart/, (pod) => pod.restarts > 0, "has restarted"],
  [/evict/, (pod) => pod.status === "Evicted", "was evicted"],
  [/terminating/, (pod) => pod.troubles.has("terminating"), "is terminating"],
  [/fail/, (pod) => pod.down, "has failed"],
];

const DETAILS_SHOWN = 2;

function groupWords(group: readonly PodState[], phrase: string): string {
  const details = unique(group.map((pod) => pod.detail));
  return details.length === 0
    ? phrase
    : `${phrase}: ${
      details.length > DETAILS_SHOWN
        ? `${details.slice(0, DETAILS_SHOWN).join(" / ")} and others`
        : details.join(" / ")
    }`;
}

function headlineOf(pods: readonly PodState[], look: Look): { text: string; clean: boolean } {
  const total = count(pods.length, "pod");
  const focus = FOCUS.find(([words]) => words.test(look.asked));
  const parts: string[] = [];
  const seen = new Set<PodState>();
  const matching = focus === undefined ? [] : pods.filter(focus[1]);
  const chosen = new Set(matching);
  const order = [...matching, ...pods.filter((pod) => !chosen.has(pod))];
  for (const [trouble, phrase] of SAID) {
    const group = order.filter((pod) => !seen.has(pod) && pod.worst === trouble);
    if (group.length === 0) continue;
    for (const pod of group) seen.add(pod);
    const words = groupWords(group, phrase(group.length));
    parts.push(
      parts.length === 0 ? `${group.length} of ${total}${look.where} ${words}` : `${group.length} ${words}`,
    );
  }
  const done = pods.filter((pod) => pod.done).length;
  const notDone = pods.length - done;
  const fine = done === 0
    ? `${count(pods.length, "pod")}${look.where}, all running and ready`
    : notDone === 0
    ? `${count(pods.length, "pod")}${look.where}, all completed`
    : `${count(pods.length, "pod")}${look.where}: ${notDone} running and ready, ${done} completed`;
  if (focus !== undefined && matching.length === 0) {
    const rest = parts.length === 0 ? fine : parts.join("; ");
    return { text: `No pod${look.where} ${focus[2]}; ${rest}`, clean: parts.length === 0 };
  }
  if (focus !== undefined && matching.length > 0 && parts.length > 1) {
    const names = some(matching.map((pod) => nameOf(pod.item, look)), 3);
    return {
      text: `${matching.length} of ${total}${look.where}: ${names}. ${parts.join("; ")}`,
      clean: false,
    };
  }
  return parts.length === 0 ? { text: fine, clean: true } : { text: parts.join("; "), clean: false };
}

function finding(pod: PodState, look: Look): Finding {
  const parts = [`pod ${nameOf(pod.item, look)} ${pod.story.join("; ")}`];
  if (pod.node !== "") parts.push(`node ${pod.node}`);
  return {
    severity: pod.severity,
    text: parts.join("; "),
    evidence: look.cite(pod.item, ...pod.paths, ["status"]),
  };
}

function nextFor(pods: readonly PodState[], look: Look): readonly string[] {
  const next: string[] = [];
  const first = (trouble: Trouble) => pods.find((pod) => pod.troubles.has(trouble));
  const oom = pods.find((pod) => pod.oom);
  const crash = first("crash_looping");
  const image = first("image_pull");
  if (oom !== undefined) {
    next.push(
      `Raise the memory limit of container ${oom.oomContainer} (${
        oom.oomLimit === "" ? "none is set" : `now ${oom.oomLimit}`
      }), or find what it keeps in memory.`,
    );
  }
  if (crash !== undefined && crash !== oom) {
    next.push(
      `Read the last log of the container before it ended: kubectl logs ${crash.item.name} --previous${
        crash.item.namespace === "" ? "" : ` -n ${crash.item.namespace}`
      }.`,
    );
  }
  if (image !== undefined) {
    next.push(`Check the image's name and tag, and the pull secret: ${image.image || "see the pod"}.`);
  }
  if (first("config_error") !== undefined) {
    next.push("Check that the ConfigMap or Secret that the container names exists.");
  }
  if (first("unscheduled") !== undefined) {
    next.push(
      "Compare the pod's requests with what the nodes have free, and its tolerations with their taints.",
    );
  }
  if (first("not_ready") !== undefined) {
    next.push("Look at the readiness probe and at the events of the pod.");
  }
  if (next.length === 0 && pods.some((pod) => pod.worst !== undefined)) {
    next.push(`Ask for the events${look.where}.`);
  }
  return next;
}

/** Reads pods. Facts: names of the pods in each kind of trouble, the nodes and the namespaces of those that have any. */
export function readPods(items: readonly Item[], look: Look): Report {
  const pods = items.map((item) => podState(item, look));
  const { text, clean } = headlineOf(pods, look);
  const ranked = [...pods].sort((a, b) => a.rank - b.rank);
  const bad = ranked.filter((pod) => pod.worst !== undefined);
  const down = ranked.filter((pod) => pod.down);
  const names = (of: readonly PodState[]): readonly string[] => unique(of.map((pod) => pod.item.name));
  const having = (trouble: Trouble) => names(pods.filter((pod) => pod.troubles.has(trouble)));
  return {
    headline: text,
    findings: bad.map((pod) => finding(pod, look)),
    facts: {
      pods: names(pods),
      not_ready_pods: names(down),
      crash_looping_pods: having("crash_looping"),
      unscheduled_pods: having("unscheduled"),
      image_pull_pods: having("image_pull"),
      config_error_pods: having("config_error"),
      oom_killed_pods: names(pods.filter((pod) => pod.oom)),
      nodes: unique((down.length > 0 ? down : bad.length > 0 ? bad : pods).map((pod) => pod.node)),
      namespaces: unique(bad.map((pod) => pod.item.namespace)),
      claims: unique(down.flatMap((pod) => pod.claims)),
    },
    columns: ["pod", "ready", "status", "restarts", "node", "created"],
    rows: ranked.map((pod) => [
      nameOf(pod.item, look),
      pod.ready,
      pod.status,
      String(pod.restarts),
      pod.node,
      created(pod.item, look),
    ]),
    next: nextFor(bad, look),
    ...(clean ? { verdict: "nothing_wrong" as const } : {}),
  };
}
