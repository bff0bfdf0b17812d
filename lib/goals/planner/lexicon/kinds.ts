/**
 * Names that people give to Kubernetes kinds.
 *
 * @module
 */

/** One kind: its plural resource name, and every other spelling (several words allowed). */
export interface KindEntry {
  readonly kind: string;
  readonly names: readonly string[];
  /** An everyday word too: it counts only beside something that speaks of a cluster. */
  readonly weak?: boolean;
  /** Has no namespace. */
  readonly cluster?: boolean;
}

const entry = (
  kind: string,
  names: string,
  flags: { weak?: boolean; cluster?: boolean } = {},
): KindEntry => ({
  kind,
  names: names.split("|"),
  ...flags,
});

export const KIND_ENTRIES: readonly KindEntry[] = [
  entry("pods", "pods|pod|po|containers|container"),
  entry("deployments", "deployments|deployment|deploys|deploy"),
  entry("replicasets", "replicasets|replicaset|rs|replica sets|replica set"),
  entry("statefulsets", "statefulsets|statefulset|sts|stateful sets|stateful set"),
  entry("daemonsets", "daemonsets|daemonset|ds|daemon sets|daemon set"),
  entry("cronjobs", "cronjobs|cronjob|cj|cron jobs|cron job|scheduled jobs"),
  entry("jobs", "jobs|job|batch jobs|batch job", { weak: true }),
  entry("services", "services|service|svc|svcs", { weak: true }),
  entry("endpointslices", "endpointslices|endpointslice|endpoint slices|endpoint slice"),
  entry("endpoints", "endpoints|endpoint|ep|eps", { weak: true }),
  entry("ingressclasses", "ingressclasses|ingressclass|ingress classes|ingress class", { cluster: true }),
  entry("ingresses", "ingresses|ingress|ing|ingress rules|ingress objects|ingress resources"),
  entry("networkpolicies", "networkpolicies|networkpolicy|netpol|netpols|network policies|network policy"),
  entry("configmaps", "configmaps|configmap|cm|cms|config maps|config map"),
  entry("secrets", "secrets|secret", { weak: true }),
  entry("serviceaccounts", "serviceaccounts|serviceaccount|sa|sas|service accounts|service account"),
  entry(
    "clusterrolebindings",
    "clusterrolebindings|clusterrolebinding|cluster role bindings|cluster role binding",
    { cluster: true },
  ),
  entry("clusterroles", "clusterroles|clusterrole|cluster roles|cluster role", { cluster: true }),
  entry("rolebindings", "rolebindings|rolebinding|role bindings|role binding"),
  entry("roles", "roles|role", { weak: true }),
  entry("nodes", "nodes|node|worker nodes|worker node|cluster nodes|kubelets|kubelet", {
    weak: true,
    cluster: true,
  }),
  entry("namespaces", "namespaces", { cluster: true }),
  entry("events", "events|event|ev", { weak: true }),
  entry(
    "persistentvolumeclaims",
    "persistentvolumeclaims|persistentvolumeclaim|pvcs|pvc|persistent volume claims|persistent volume claim|volume claims|volume claim|storage claims|storage claim",
  ),
  entry("persistentvolumeclaims", "claims|claim", { weak: true }),
  entry(
    "persistentvolumes",
    "persistentvolumes|persistentvolume|pvs|pv|persistent volumes|persistent volume",
    {
      cluster: true,
    },
  ),
  entry("storageclasses", "storageclasses|storageclass|sc|storage classes|storage class", { cluster: true }),
  entry(
    "volumeattachments",
    "volumeattachments|volumeattachment|volume attachments|volume attachment",
    { cluster: true },
  ),
  entry("volumesnapshots", "volumesnapshots|volumesnapshot|volume snapshots|volume snapshot"),
  entry("csidrivers", "csidrivers|csidriver|csi drivers|csi driver", { cluster: true }),
  entry("csinodes", "csinodes|csinode|csi nodes|csi node", { cluster: true }),
  entry(
    "resourcequotas",
    "resourcequotas|resourcequota|resource quotas|resource quota|quotas|quota",
  ),
  entry("limitranges", "limitranges|limitrange|limits range|limit ranges|limit range"),
  entry(
    "horizontalpodautoscalers",
    "horizontalpodautoscalers|horizontalpodautoscaler|hpas|hpa|horizontal pod autoscalers|horizontal pod autoscaler|autoscalers|autoscaler|horizontal autoscalers|horizontal autoscaler",
  ),
  entry(
    "verticalpodautoscalers",
    "verticalpodautoscalers|verticalpodautoscaler|vpas|vpa|vertical pod autoscalers|vertical pod autoscaler",
  ),
  entry(
    "poddisruptionbudgets",
    "poddisruptionbudgets|poddisruptionbudget|pdbs|pdb|pod disruption budgets|pod disruption budget|disruption budgets|disruption budget",
  ),
  entry("priorityclasses", "priorityclasses|priorityclass|priority classes|priority class", {
    cluster: true,
  }),
  entry("runtimeclasses", "runtimeclasses|runtimeclass|runtime classes|runtime class", { cluster: true }),
  entry("leases", "leases|lease", { weak: true }),
  entry(
    "replicationcontrollers",
    "replicationcontrollers|replicationcontroller|rc|replication controllers|replication controller",
  ),
  entry("podtemplates", "podtemplates|podtemplate|pod templates|pod template"),
  entry(
    "controllerrevisions",
    "controllerrevisions|controllerrevision|controller revisions|controller revision",
  ),
  entry(
    "customresourcedefinitions",
    "customresourcedefinitions|customresourcedefinition|crds|crd|custom resource definitions|custom resource definition|custom resources",
    { cluster: true },
  ),
  entry("apiservices", "apiservices|apiservice|api services|api service", { weak: true, cluster: true }),
  entry("componentstatuses", "componentstatuses|componentstatus|component statuses|component status", {
    cluster: true,
  }),
  entry(
    "mutatingwebhookconfigurations",
    "mutatingwebhookconfigurations|mutatingwebhookconfiguration|mutating webhooks|mutating webhook|mutating webhook configurations|mutating admission webhooks",
    { cluster: true },
  ),
  entry(
    "validatingwebhookconfigurations",
    "validatingwebhookconfigurations|validatingwebhookconfiguration|validating webhooks|validating webhook|validating webhook configurations|validating admission webhooks",
    { cluster: true },
  ),
  entry(
    "certificatesigningrequests",
    "certificatesigningrequests|certificatesigningrequest|csrs|csr|certificate signing requests|certificate signing request",
    { cluster: true },
  ),
  entry("flowschemas", "flowschemas|flowschema|flow schemas|flow schema", { cluster: true }),
  entry(
    "prioritylevelconfigurations",
    "prioritylevelconfigurations|prioritylevelconfiguration|priority level configurations",
    { cluster: true },
  ),
  entry(
    "certificaterequests",
    "certificaterequests|certificaterequest|certificate requests|certificate request",
  ),
  entry("certificates", "certificates|certificate|certs|cert", { weak: true }),
  entry("clusterissuers", "clusterissuers|clusterissuer|cluster issuers|cluster issuer", { cluster: true }),
  entry("issuers", "issuers|issuer", { weak: true }),
  entry("servicemonitors", "servicemonitors|servicemonitor|service monitors|service monitor"),
  entry("podmonitors", "podmonitors|podmonitor|pod monitors|pod monitor"),
  entry(
    "prometheusrules",
    "prometheusrules|prometheusrule|prometheus rules|prometheus rule objects|prometheus rule",
  ),
  entry("gatewayclasses", "gatewayclasses|gatewayclass|gateway classes|gateway class", { cluster: true }),
  entry("gateways", "gateways|gateway", { weak: true }),
  entry("httproutes", "httproutes|httproute|http routes|http route"),
  entry("virtualservices", "virtualservices|virtualservice|virtual services|virtual service"),
  entry("destinationrules", "destinationrules|destinationrule|destination rules|destination rule"),
  entry("applications", "argo applications|argocd applications|argo apps|argocd apps|argo cd applications"),
  entry("helmreleases", "helmreleases|helmrelease|helm releases|helm release"),
  entry("kustomizations", "kustomizations|kustomization"),
];

/** Kinds that have no namespace: `-A` says nothing about them. */
export const CLUSTER_KINDS: ReadonlySet<string> = new Set(
  KIND_ENTRIES.filter((one) => one.cluster === true).map((one) => one.kind),
);

/** Every spelling, and which kind it means; several words are joined by one blank. */
export const KIND_NAMES: ReadonlyMap<string, KindEntry> = new Map(
  KIND_ENTRIES.flatMap((one) => one.names.map((name) => [name, one] as const)),
);
