/**
 * Goals that `kubectl get` answers.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, type StepDraft, STRENGTH } from "./claims.ts";
import { fieldSelectorOf, labelSelectorOf, sortOf } from "./sre_kubectl_selectors.ts";
import { namespacesOf } from "./sre_kubectl_namespaces.ts";
import { type KubeObjects, objectsOf, subjectOf } from "./sre_kubectl_slots.ts";
import { CLUSTER_KINDS } from "./lexicon/kinds.ts";
import type { Reading } from "./reading.ts";
import { followUps, kubeIntent } from "./runbooks.ts";

/** Words that say which orchestrator is meant. */
const CONTEXT =
  /\b(?:kubectl|kubernetes|namespace|namespaces|cluster|clusters|helm|istio|argocd|eks|gke|aks|openshift|k3s|cert-manager|karpenter|kubelet|kube-\S+)\b|‹flag› \S+/;

/** Symptoms, and the kinds that show them. */
const SYMPTOMS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:crash looping|crash loops?|oomkilled|oom killed|imagepullbackoff|errimagepull|image pull|pull (?:the |its |their )?images?|createcontainerconfigerror|containercreating|crashloopbackoff|evicted|evictions|failedscheduling|unschedulable|not scheduled|can not be scheduled|failedmount|backoff)\b/,
    "pods",
  ],
  [
    /\b(?:(?:keeps?|kept|keeping) (?:on )?(?:crashing|restarting|dying|failing|falling over|getting killed|being killed)|crash(?:es|ing)? (?:and|again|repeatedly|constantly|all)|starting over|out of memory|run(?:ning)? out of memory|liveness|readiness|init containers?|sidecars?|restart(?:s|ed|ing)?(?: count| counts)?|requests and limits|limits and requests|memory limits?|cpu limits?|resource (?:limits|requests)|workers? dying)\b/,
    "pods",
  ],
  [
    /\b(?:scheduled|running|runs?|placed|sits?|sitting|lives?|living|landed|deployed|hosted|hosts?) (?:up)?on (?:the )?(?:worker )?node\b/,
    "pods",
  ],
  [/\b(?:workloads?)\b/, "deployments,statefulsets,daemonsets"],
  [/\b(?:rollouts?)\b/, "deployments"],
  [
    /\b(?:memory ?pressure|disk ?pressure|pid ?pressure|diskpressure|memorypressure|pidpressure|schedulingdisabled|cordoned|notready)\b/,
    "nodes",
  ],
  [
    /\b(?:what|anything|everything|something|things?|which) (?:\S+ ){0,3}?(?:crashing|restarting|dying|pending|stuck|oomkilled)\b/,
    "pods",
  ],
];

/** Vague trouble, which with a namespace means its pods. */
const TROUBLE =
  /\b(?:broken|wrong|trouble|unhealthy|healthy|health|failing|fails?|failed|down|problems?|issues?|ok|okay|fine|stuck|sick|unwell|red|weird|off|amiss|doing|working|up|running|runs?|alive|crash\w*|dying|dead|stable|unstable|bad|degraded|happening|going on|status|state|pending|ready|misbehaving|slow|hang\w*|acting|faulty)\b/;

/** Asks for what a Secret holds. */
const SECRET_VALUES =
  /\b(?:values?|contents?|content|data|decoded?|base64|passwords?|plain|plaintext|clear ?text|yaml|json|hold|holds|contains?|inside|stored|store|printed?|reveal|expose|dump|tokens?|keys? (?:in|of|inside|from)|what is in|what are in|jsonpath|credentials|stringdata|literally|full|describe|cleartext|unmasked|show me what|username|certificate itself|private)\b/;

/** What a goal says that it does not want: "I do not wish to see any contents". */
const UNWANTED =
  /\b(?:not|no|never|without|nor|minus) (?:\S+ ){0,5}?(?:values?|contents?|data|inside|passwords?|what is (?:in|inside)(?: (?:them|it))?)\b/g;

/** Says that the values are not wanted. */
const NAMES_ONLY =
  /\b(?:not|no|without|never|nor|minus) (?:the |their |any |its )?(?:values?|contents?|data)\b|\bnames? (?:only|suffice|will do|(?:are|is|will be|would be) (?:enough|sufficient|fine|plenty|all))\b|\b(?:only|just) (?:the |their )?names?\b/;

/** What of pods the question is about, as the answer's first line speaks to it. */
const POD_SYMPTOMS: readonly (readonly [string, RegExp])[] = [
  ["oom", /\b(?:oomkilled|oom killed|out of memory|memory limits? (?:hit|exceeded)|exit (?:code )?137)\b/],
  ["image", /\b(?:imagepullbackoff|errimagepull|image pull|images?|pull(?:ing|ed)?)\b/],
  ["evicted", /\bevict\w*\b/],
  [
    "unscheduled",
    /\b(?:unschedulable|failedscheduling|not scheduled|(?:can not|cannot) be scheduled|unscheduled)\b/,
  ],
  ["pending", /\bpending\b/],
  ["terminating", /\bterminating\b/],
  ["crash", /\b(?:crash\w*|keeps? (?:dying|failing)|backoff)\b/],
  ["restart", /\b(?:restart\w*|starting over)\b/],
  ["failed", /\bfailed\b/],
];

/** What a pasted table's heading says that it lists. */
const PASTED_TABLES: readonly (readonly [string, RegExp])[] = [
  ["pods", /\bREADY\s+STATUS\s+RESTARTS\b/],
  ["nodes", /\bSTATUS\s+ROLES\s+AGE\b/],
  ["deployments", /\bREADY\s+UP-TO-DATE\s+AVAILABLE\b/],
  ["persistentvolumeclaims", /\bSTATUS\s+VOLUME\s+CAPACITY\b/],
  ["services", /\bTYPE\s+CLUSTER-IP\b/],
  ["jobs", /\bCOMPLETIONS\s+DURATION\b/],
];

/** Names of alerts that are usual for clusters, and the kind that each is about. */
const ALERTS: readonly (readonly [string, RegExp])[] = [
  ["nodes", /\bKube(?:let)?(?:Node\w*|let\w*Down|letTooManyPods)\b|\bNodeNotReady\b/],
  ["deployments", /\bKubeDeployment\w+/],
  ["statefulsets", /\bKubeStatefulSet\w+/],
  ["daemonsets", /\bKubeDaemonSet\w+/],
  ["jobs", /\bKubeJob\w+/],
  ["persistentvolumeclaims", /\bKubePersistentVolume\w+/],
  ["horizontalpodautoscalers", /\bKubeHpa\w+/],
  ["pods", /\bKube(?:Pod|Container)\w+|\bCrashLoopBackOff\b/],
];

export function kubectlClaim(reading: Reading): Claim | undefined {
  const named = reading.has(/\bkubectl\b|^(?:please )?k (?:get|describe) \S/);
  const namespaces = namespacesOf(reading);
  const context = named || namespaces.names.length > 0 || namespaces.all || reading.has(CONTEXT);
  const objects = objectsOf(reading, context);
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "kubectl get",
    persona: "sre",
    strength,
    result,
  });
  if (named) {
    const verb = reading.find(
      /\bkubectl (?!get\b|describe\b|‹|,|;|\.|and\b|for\b|to\b|on\b|in\b|please\b|what\b|output\b|list\b|show\b|is\b|query\b)([a-z][a-z-]+)/,
    );
    if (
      verb !== undefined && objects.kinds.length === 0 || verb?.groups[1] === "logs" ||
      verb?.groups[1] === "top"
    ) {
      return claim(STRENGTH.named, {
        kind: "refuse",
        reason: `kubectl is allowed its verb "get" only, not "${verb?.groups[1] ?? ""}"`,
      });
    }
  }
  if (
    named &&
    /(?:^|\s)(?:-f|--filename|-k|--kustomize|--raw|--kubeconfig|--token|--server|-s|--as(?:-group)?|--cluster|--user|--context|--template|-w|--watch(?:-only)?)(?:[= ]|$)/
      .test(reading.goal.slice(0, 8192))
  ) {
    return claim(STRENGTH.named, {
      kind: "refuse",
      reason:
        "That option of kubectl reads a file or an address, watches, or changes who asks; it is not passed on",
    });
  }
  if (
    reading.has(
        /\blogs? (?:of|from|for|in) (?:the |all |our |its )*(?:\S+ ){0,2}?(?:pods?|containers?|deployments?|po)\b|\b(?:pods?|containers?|po)(?: \S+)? logs?\b/,
      ) && reading.literals("path").length === 0 ||
    reading.has(
        /\b(?:what|everything|anything) (?:\S+ ){0,3}?(?:pods?|containers?|po)(?: \S+){0,6} (?:wrote|writes?|written|said|says?|printed|prints?|logged|logging|log|output|outputs|spat|spits|complain\w*)\b|\b(?:output|stdout|stderr|standard output|console output|stack ?traces?) (?:of|from|in) (?:the |my )?(?:pods?|containers?|po)\b/,
      ) && reading.literals("path").length === 0
  ) {
    return claim(STRENGTH.clear, {
      kind: "ask",
      question: "Which log file, directory or systemd unit? Logs of pods are not read through the API here.",
    });
  }
  const kinds = [...objects.kinds];
  let clear = objects.clear;
  const metrics = !named && reading.has(/\b(?:prometheus|promql|promtool)\b/);
  // "container restarts from prometheus" is a metric; only other kinds make it two wishes.
  if (
    metrics &&
    (kinds.length === 0 ||
      kinds.every((kind) => kind === "pods") && !reading.has(/\b(?:pods?|po) (?:in|of|that|which|are|not)\b/))
  ) {
    return undefined;
  }
  if (kinds.length === 0) {
    for (const [pattern, implied] of SYMPTOMS) {
      if (!reading.has(pattern)) continue;
      kinds.push(...implied.split(","));
      clear = true;
      break;
    }
  }
  if (kinds.length === 0) {
    const alert = ALERTS.find(([, name]) => name.test(reading.goal.slice(0, 8192)))?.[0];
    if (alert !== undefined && reading.has(/\b(?:it|this|that|these|still|why|what|which)\b/)) {
      kinds.push(alert);
      clear = true;
    }
  }
  if (kinds.length === 0 && namespaces.names.length > 0) {
    const pasted = PASTED_TABLES.find(([, heading]) => heading.test(reading.goal.slice(0, 8192)))?.[0];
    if (pasted !== undefined) {
      kinds.push(pasted);
      clear = true;
    }
  }
  if (kinds.length === 0 && namespaces.names.length > 0) {
    if (
      reading.has(/\b(?:object|thing|resource|one|item)\b/) &&
      !reading.has(/\b(?:broken|wrong|failing|crash\w*|trouble)\b/)
    ) {
      return claim(STRENGTH.clear, { kind: "ask", question: askKind(namespaces.names[0] ?? "") });
    }
    if (reading.has(/\breplicas?\b/)) {
      kinds.push("deployments");
      clear = true;
    } else if (reading.has(TROUBLE) || reading.has(/\bneeds? (?:fixing|attention|repair)\b/)) {
      kinds.push("pods");
      clear = true;
    }
  }
  if (kinds.length === 0) {
    if (!named && namespaces.names.length === 0 && !reading.has(/\b(?:kubernetes|clusters?)\b/)) {
      return undefined;
    }
    if (
      !named && namespaces.names.length === 0 && reading.has(TROUBLE) &&
      reading.has(/\b(?:kubernetes|clusters?)\b/)
    ) {
      return claim(STRENGTH.hint, { kind: "ask", question: askKind("") });
    }
    return claim(named || namespaces.names.length > 0 ? STRENGTH.clear : STRENGTH.hint, {
      kind: "ask",
      question: askKind(namespaces.names[0] ?? ""),
    });
  }
  if (
    kinds.includes("secrets") && !reading.has(NAMES_ONLY) &&
    (SECRET_VALUES.test(reading.asked.replace(UNWANTED, " ")) ||
      /\|\s*base64|jsonpath|-o\s*(?:ya?ml|json)/.test(reading.goal))
  ) {
    return claim(STRENGTH.clear, {
      kind: "refuse",
      reason: "The values of Kubernetes secrets are not read; their names may be listed",
    });
  }
  if (
    reading.has(
      /\b(?:tokens?|kubeconfigs?|credentials?) (?:of|for|from|behind|belonging to) (?:the )?(?:\S+ )?(?:service ?accounts?|sa)\b|\b(?:service ?accounts?|sa)(?: \S+)?(?: \S+)? tokens?\b/,
    )
  ) {
    return claim(STRENGTH.clear, { kind: "refuse", reason: "Tokens of service accounts are not read" });
  }
  // To other personas this is unmistakably somebody else's; to sre a metric of these objects may still be meant.
  const foreign = reading.persona !== "sre" && clear && context;
  const strength = named || foreign ? STRENGTH.named : clear || context ? STRENGTH.clear : STRENGTH.hint;
  return claim(strength, {
    kind: "steps",
    intent: kubeIntent(reading, kinds),
    about: aboutOf(reading, kinds, objects, namespaces.names[0]),
    steps: stepsOf(reading, kinds, objects, namespaces),
  });
}

function aboutOf(
  reading: Reading,
  kinds: readonly string[],
  objects: KubeObjects,
  namespace: string | undefined,
): Readonly<Record<string, string>> {
  const subject = namespace === undefined && objects.names.length === 0 ? subjectOf(reading) : undefined;
  const symptom = kinds[0] === "pods"
    ? POD_SYMPTOMS.find(([, words]) => words.test(reading.asked))?.[0]
    : undefined;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(subject === undefined ? {} : { subject }),
    ...(symptom === undefined ? {} : { symptom }),
  };
}

const askKind = (namespace: string): string =>
  `Which kind of object (pods, deployments, nodes, …)${
    namespace === "" ? "" : ` of the namespace ${namespace}`
  }?`;

function stepsOf(
  reading: Reading,
  kinds: readonly string[],
  objects: KubeObjects,
  namespaces: { readonly names: readonly string[]; readonly all: boolean },
): StepDraft[] {
  const selector = labelSelectorOf(reading);
  const fields = fieldSelectorOf(reading, kinds);
  const format = outputOf(reading);
  const drafts: StepDraft[] = [];
  const make = (some: readonly string[], namespace: string | undefined): void => {
    const secret = some.includes("secrets");
    const clusterOnly = some.every((kind) => CLUSTER_KINDS.has(kind));
    const names = clusterOnly && kinds.some((kind) => !CLUSTER_KINDS.has(kind))
      ? objects.clustered
      : objects.names;
    const slots: Record<string, Slots[string]> = { kinds: some, output: secret ? "name" : format };
    if (selector !== undefined) slots.selector = selector;
    const sort = sortOf(reading);
    if (sort !== undefined) slots.sort = sort;
    let selected = fields;
    if (names.length > 0 && selector === undefined) {
      if (clusterOnly || namespace !== undefined) slots.names = names;
      // By name across all namespaces kubectl refuses; a field selector says the same.
      else if (names.length === 1 && selected === undefined) selected = `metadata.name=${names[0]}`;
    }
    const without = reading.every(
      /\bnamespaces? (?:but|except|besides|bar|apart from|other than|excluding|without|minus|not) (?:for |the |namespace |namespaces )*(\S+)(?: (?:and|or|,) (\S+))?/,
    ).flatMap((hit) => [hit.token(1)?.raw, hit.groups[2] === undefined ? undefined : hit.token(2)?.raw])
      .filter((name) => name !== undefined && /^[a-z0-9][a-z0-9-]{0,62}$/.test(name));
    if (!clusterOnly && namespace === undefined && without.length > 0) {
      const part = without.map((name) => `metadata.namespace!=${name}`).join(",");
      selected = selected === undefined ? part : `${selected},${part}`;
    }
    if (selected !== undefined) slots.fields = selected;
    if (clusterOnly) {
      drafts.push({ tool: "kubectl get", form: "get", slots, why: `lists ${some.join(", ")}` });
    } else if (namespace !== undefined) {
      drafts.push({
        tool: "kubectl get",
        // The other form asks for the namespace as JSON first, and of secrets nothing is asked as JSON.
        form: secret ? "get" : "get-in-namespace",
        slots: { ...slots, namespace },
        why: `lists ${some.join(", ")} of the namespace ${namespace}`,
      });
    } else {
      drafts.push({
        tool: "kubectl get",
        form: "get",
        slots: { ...slots, all: "true" },
        why: `lists ${some.join(", ")} of all namespaces`,
      });
    }
  };
  const where = namespaces.all || namespaces.names.length === 0 ? [undefined] : namespaces.names.slice(0, 4);
  const cluster = kinds.filter((kind) => CLUSTER_KINDS.has(kind));
  const secrets = kinds.filter((kind) => kind === "secrets");
  const asked = kinds.filter((kind) => !CLUSTER_KINDS.has(kind) && kind !== "secrets");
  // Whether something stands behind an ingress or a service shows only beside its endpoints.
  const spaced = kubeIntent(reading, kinds) === "ingress-endpoints" && objects.names.length === 0 &&
      format === "json" && selector === undefined
    ? [...new Set([...asked, "services", "endpoints"])]
    : asked;
  for (const namespace of where) {
    if (spaced.length > 0) make(spaced.slice(0, 6), namespace);
    if (secrets.length > 0) make(secrets, namespace);
  }
  if (cluster.length > 0) make(cluster.slice(0, 6), undefined);
  drafts.push(...followUps(reading, kinds, drafts, namespaces.names[0]));
  return drafts;
}

function outputOf(reading: Reading): string {
  if (reading.has(/\byaml\b|\bmanifests?\b/)) return "yaml";
  if (reading.has(/\bas wide\b|\bwide output\b|\boutput wide\b|‹flag› wide\b/)) return "wide";
  return "json";
}
