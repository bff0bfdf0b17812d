/**
 * Slot types and limits that several tools share.
 *
 * @module
 */
import type { Limits, SlotType } from "./types.ts";

/** Time-out 300 s, 16 MiB of output, 2 GiB of address space, unless a tool or a setting says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  timeoutMs: 300_000,
  outputBytes: 16 * 1024 ** 2,
  memory: { kind: "address-space", bytes: 2 * 1024 ** 3 },
};

/** RFC 1123 subdomain as Kubernetes takes it for names: lower case, 253 at most. */
export const dnsName = (what: string): SlotType => ({
  kind: "pattern",
  pattern: "[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?",
  max: 253,
  what,
});

/** A label selector: equality, inequality, existence and set terms, joined by commas. */
export const LABEL_SELECTOR: SlotType = {
  kind: "pattern",
  pattern:
    "!?[A-Za-z0-9][A-Za-z0-9_./-]{0,316}(( ?(=|==|!=) ?[A-Za-z0-9_.-]{0,63})|( (in|notin) \\([A-Za-z0-9_., -]{1,512}\\)))?(, ?!?[A-Za-z0-9][A-Za-z0-9_./-]{0,316}(( ?(=|==|!=) ?[A-Za-z0-9_.-]{0,63})|( (in|notin) \\([A-Za-z0-9_., -]{1,512}\\)))?){0,7}",
  max: 1024,
  what: "a label selector",
};

/** RFC 3339 instant with offset, to the second or finer. */
export const INSTANT: SlotType = {
  kind: "pattern",
  pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})",
  max: 40,
  what: "an instant such as 2026-01-31T08:00:00Z",
};

/** A calendar date. */
export const DATE: SlotType = {
  kind: "pattern",
  pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
  max: 10,
  what: "a date such as 2026-01-31",
};

/** Plural resource names that `kubectl get` may be asked for. `secrets` is listed by name only; see the planner. */
export const KINDS: readonly string[] = [
  "pods",
  "deployments",
  "replicasets",
  "statefulsets",
  "daemonsets",
  "jobs",
  "cronjobs",
  "services",
  "endpoints",
  "endpointslices",
  "ingresses",
  "ingressclasses",
  "networkpolicies",
  "configmaps",
  "secrets",
  "serviceaccounts",
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
  "nodes",
  "namespaces",
  "events",
  "persistentvolumes",
  "persistentvolumeclaims",
  "storageclasses",
  "volumeattachments",
  "csidrivers",
  "csinodes",
  "resourcequotas",
  "limitranges",
  "horizontalpodautoscalers",
  "verticalpodautoscalers",
  "poddisruptionbudgets",
  "priorityclasses",
  "runtimeclasses",
  "leases",
  "replicationcontrollers",
  "podtemplates",
  "controllerrevisions",
  "customresourcedefinitions",
  "apiservices",
  "componentstatuses",
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "certificatesigningrequests",
  "flowschemas",
  "prioritylevelconfigurations",
  "certificates",
  "certificaterequests",
  "issuers",
  "clusterissuers",
  "servicemonitors",
  "podmonitors",
  "prometheusrules",
  "gateways",
  "gatewayclasses",
  "httproutes",
  "virtualservices",
  "destinationrules",
  "volumesnapshots",
  "applications",
  "helmreleases",
  "kustomizations",
];
