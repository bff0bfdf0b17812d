/**
 * Runbooks: which conditional follow-ups a Kubernetes question brings along. Data, not code: a follow-up runs only when
 * the first step's output shows the fact that it names.
 *
 * @module
 */
import type { StepDraft } from "./claims.ts";
import type { Intent } from "./intents.ts";
import type { Reading } from "./reading.ts";

interface FollowUp {
  /** The fact of the first step that calls for it. */
  readonly fact: string;
  readonly kinds: readonly string[];
  /** Names of the objects come from this fact. */
  readonly names?: string;
  /** Looked up over the whole cluster although the question named a namespace. */
  readonly everywhere?: boolean;
  readonly fields?: string;
  readonly why: string;
}

interface Runbook {
  readonly intent: Intent;
  /** The first step holds one of these kinds. */
  readonly kinds: readonly string[];
  /** Words of the goal that call for it. */
  readonly words: RegExp;
  readonly followUps: readonly FollowUp[];
}

const TROUBLE_WORDS =
  /\b(?:not (?:running|ready|available|starting|start|up|healthy|ok|scheduled|working|coming up)|crash\w*|restart\w*|oomkilled|oom killed|out of memory|pending|stuck|fail\w*|broken|wrong|trouble|unhealthy|healthy|health|why|dying|evict\w*|imagepullbackoff|errimagepull|image pull|unschedulable|failedscheduling|problems?|issues?|unavailable|down|backoff|degraded|bad|starting over|killed|ok|okay|fine|available|missing|schedul\w*)\b/;

export const RUNBOOKS: readonly Runbook[] = [
  {
    intent: "pods-not-running",
    kinds: ["pods"],
    words: TROUBLE_WORDS,
    followUps: [
      {
        fact: "not_ready_pods",
        kinds: ["events"],
        fields: "type=Warning",
        why: "why the pods are not ready",
      },
      { fact: "unscheduled_pods", kinds: ["nodes"], everywhere: true, why: "what the nodes have to offer" },
      { fact: "nodes", kinds: ["nodes"], names: "nodes", everywhere: true, why: "the nodes of the bad pods" },
      { fact: "pending_claims", kinds: ["persistentvolumeclaims"], why: "the claims that pods wait for" },
    ],
  },
  {
    intent: "deployment-not-available",
    kinds: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    words:
      /\b(?:available|unavailable|not|why|rollouts?|replicas?|stuck|ready|missing|healthy|health|fail\w*|broken|wrong|progress\w*|down|behind|enough|all)\b/,
    followUps: [
      { fact: "unavailable_deployments", kinds: ["pods"], why: "the pods behind what is not available" },
      {
        fact: "unavailable_deployments",
        kinds: ["events"],
        fields: "type=Warning",
        why: "why replicas are missing",
      },
    ],
  },
  {
    intent: "node-not-ready",
    kinds: ["nodes"],
    words:
      /\b(?:ready|not|notready|pressure|why|down|healthy|health|unhealthy|trouble|wrong|broken|state|status|condition\w*|ok|cordoned|tainted|fail\w*)\b/,
    followUps: [
      {
        fact: "not_ready_nodes",
        kinds: ["events"],
        fields: "involvedObject.kind=Node",
        everywhere: true,
        why: "what happened to the nodes",
      },
      { fact: "not_ready_nodes", kinds: ["leases"], everywhere: true, why: "which kubelets still report" },
    ],
  },
  {
    intent: "pending-claims",
    kinds: ["persistentvolumeclaims"],
    words: /\b(?:pending|unbound|bound|stuck|why|waiting|not|lost|fail\w*|wrong)\b/,
    followUps: [
      {
        fact: "pending_claims",
        kinds: ["events"],
        fields: "involvedObject.kind=PersistentVolumeClaim",
        why: "why the claims are not bound",
      },
      {
        fact: "pending_claims",
        kinds: ["storageclasses", "persistentvolumes"],
        everywhere: true,
        why: "what could serve them",
      },
    ],
  },
  {
    intent: "failing-jobs",
    kinds: ["jobs", "cronjobs"],
    words:
      /\b(?:fail\w*|finish\w*|complet\w*|succeed\w*|success\w*|stuck|why|broken|wrong|pass\w*|done|ok|error\w*|through|last)\b/,
    followUps: [
      { fact: "failing_jobs", kinds: ["pods"], why: "the pods of the failed jobs" },
      { fact: "failing_jobs", kinds: ["events"], fields: "type=Warning", why: "why the jobs failed" },
    ],
  },
  {
    intent: "ingress-endpoints",
    kinds: ["ingresses", "services", "endpoints", "endpointslices"],
    words:
      /\b(?:endpoints?|backends?|behind|reach\w*|502|503|504|empty|without|no|missing|why|broken|wrong|not|healthy|route|routing|traffic)\b/,
    followUps: [
      {
        fact: "services_without_endpoints",
        kinds: ["endpoints", "pods"],
        why: "what should stand behind the services",
      },
    ],
  },
  {
    intent: "certificates",
    kinds: ["certificates", "certificaterequests"],
    words: /./,
    followUps: [
      {
        fact: "bad_certificates",
        kinds: ["events"],
        fields: "type=Warning",
        why: "why the certificates are not ready",
      },
    ],
  },
  { intent: "events", kinds: ["events"], words: /./, followUps: [] },
];

const runbookOf = (reading: Reading, kinds: readonly string[]): Runbook | undefined =>
  RUNBOOKS.find((runbook) => runbook.kinds.includes(kinds[0] ?? "") && runbook.words.test(reading.asked));

/** What the goal asks of these kinds. */
export function kubeIntent(reading: Reading, kinds: readonly string[]): Intent {
  const runbook = runbookOf(reading, kinds);
  if (runbook !== undefined) return runbook.intent;
  return reading.has(/\b(?:how many|number of|count)\b/) ? "count" : "list";
}

/** The follow-ups that a question about these kinds brings along; conditions name step 0 of the same claim. */
export function followUps(
  reading: Reading,
  kinds: readonly string[],
  first: readonly StepDraft[],
  namespace: string | undefined,
): StepDraft[] {
  const runbook = runbookOf(reading, kinds);
  if (runbook === undefined || first.length === 0) return [];
  return runbook.followUps
    .filter((one) => !first.some((step) => sameKinds(step.slots.kinds, one.kinds)))
    .map((one): StepDraft => {
      const here = namespace !== undefined && one.everywhere !== true;
      const cluster = one.everywhere === true && one.kinds.every((kind) => CLUSTERED.has(kind));
      return {
        tool: "kubectl get",
        form: "get",
        slots: {
          kinds: one.kinds,
          output: "json",
          ...(here ? { namespace } : cluster ? {} : { all: "true" }),
          ...(one.fields === undefined ? {} : { fields: one.fields }),
        },
        why: one.why,
        when: { step: 0, fact: one.fact, is: "present" },
        ...(one.names === undefined ? {} : { fills: [{ slot: "names", step: 0, fact: one.names, max: 8 }] }),
        needs: [0],
      };
    });
}

const CLUSTERED = new Set(["nodes", "storageclasses", "persistentvolumes"]);

const sameKinds = (held: unknown, wanted: readonly string[]): boolean => {
  const kinds: readonly unknown[] = typeof held === "string" ? [held] : Array.isArray(held) ? held : [];
  return wanted.every((kind) => kinds.includes(kind));
};
