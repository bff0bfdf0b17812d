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

interface Focus {
  readonly words: RegExp;
  readonly test: (pod: PodState) => boolean;
  /** "has a container that was OOMKilled", for one pod and for several. */
  readonly says: readonly [string, string];
}

/** Which troubles a question is about; the words are of the intent and what is said about it. */
const FOCUS: readonly Focus[] = [
  {
    words: /oom|out.of.memory/,
    test: (pod) => pod.oom,
    says: ["has a container that was OOMKilled", "have a container that was OOMKilled"],
  },
  {
    words: /image/,
    test: (pod) => pod.troubles.has("image_pull"),
    says: ["cannot pull an image", "cannot pull an image"],
  },
  {
    words: /unsched/,
    test: (pod) => pod.troubles.has("unscheduled"),
    says: ["cannot be scheduled", "cannot be scheduled"],
  },
  { words: /pending/, test: (pod) => pod.phase === "Pending", says: ["is pending", "are pending"] },
  {
    words: /crash/,
    test: (pod) => pod.troubles.has("crash_looping"),
    says: ["is crash looping", "are crash looping"],
  },
  { words: /restart/, test: (pod) => pod.restarts > 0, says: ["has restarted", "have restarted"] },
  { words: /evict/, test: (pod) => pod.status === "Evicted", says: ["was evicted", "were evicted"] },
  {
    words: /terminating/,
    test: (pod) => pod.troubles.has("terminating"),
    says: ["is terminating", "are terminating"],
  },
  {
    words: /fail/,
    test: (pod) => pod.down,
    says: ["has failed or does not run", "have failed or do not run"],
  },
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

/** Pods that are well, in words. */
function fineWords(pods: readonly PodState[], look: Look): string {
  const done = pods.filter((pod) => pod.done).length;
  const total = `${count(pods.length, "pod")}${look.where}`;
  if (done === 0) return `${total}, ${pods.length === 1 ? "" : "all "}running and ready`;
  if (done === pods.length) return `${total}, ${pods.length === 1 ? "" : "all "}completed`;
  return `${total}: ${pods.length - done} running and ready, ${done} completed`;
}

/** Pods by their worst trouble: "2 are crash looping: OOMKilled …". */
function troubleWords(pods: readonly PodState[]): readonly string[] {
  return SAID.flatMap(([trouble, phrase]) => {
    const group = pods.filter((pod) => pod.worst === trouble);
    return group.length === 0 ? [] : [`${group.length} ${groupWords(group, phrase(group.length))}`];
  });
}

function headlineOf(pods: readonly PodState[], look: Look): { text: string; clean: boolean } {
  const total = `of ${count(pods.length, "pod")}${look.where}`;
  const clean = pods.every((pod) => pod.worst === undefined);
  const focus = FOCUS.find(({ words }) => words.test(look.asked));
  const matching = focus === undefined ? [] : pods.filter(focus.test);
  // A loop of crashes is the plainer word for its restarts.
  const isLoop = focus?.words.test("restart") === true &&
    matching.some((pod) => pod.worst === "crash_looping");
  if (focus !== undefined && matching.length > 0 && !isLoop) {
    const names = some(matching.map((pod) => nameOf(pod.item, look)), 3);
    const phrase = groupWords(matching, `${focus.says[matching.length === 1 ? 0 : 1]} (${names})`);
    const others = troubleWords(pods.filter((pod) => !focus.test(pod)));
    const besides = others.length === 0 ? "" : `; besides, ${others.join("; ")}`;
    return { text: `${matching.length} ${total} ${phrase}${besides}`, clean };
  }
  const parts = troubleWords(pods);
  const first = parts[0];
  const text = first === undefined
    ? fineWords(pods, look)
    : [first.replace(/^([0-9]+) /, `$1 ${total.replaceAll("$", "$$$$")} `), ...parts.slice(1)].join("; ");
  return {
    text: focus === undefined || isLoop ? text : `No pod${look.where} ${focus.says[0]}; ${text}`,
    clean,
  };
}

function finding(pod: PodState, look: Look): Finding {
  const parts = [`pod ${nameOf(pod.item, look)}: ${pod.story.join("; ")}`];
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
      nodes: unique((down.length > 0 ? down : bad).map((pod) => pod.node)),
      namespaces: unique(bad.map((pod) => pod.item.namespace)),
      pending_claims: unique(
        pods.filter((pod) =>
          pod.troubles.has("unscheduled") && /persistentvolumeclaim|volume/i.test(pod.detail)
        )
          .flatMap((pod) => pod.claims),
      ),
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
