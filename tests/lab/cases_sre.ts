/**
 * What an SRE asks of the lab.
 *
 * @module
 */
import type { LabCase } from "./define_case.ts";

const kube = (goal: string, facts: Omit<LabCase, "persona" | "goal" | "needs">): LabCase => ({
  persona: "sre",
  goal,
  needs: ["kubectl"],
  ...facts,
});
const prom = (goal: string, facts: Omit<LabCase, "persona" | "goal" | "needs">): LabCase => ({
  persona: "sre",
  goal,
  needs: ["prometheus", "promtool"],
  ...facts,
});
const logs = (goal: string, facts: Omit<LabCase, "persona" | "goal" | "needs">): LabCase => ({
  persona: "sre",
  goal,
  needs: [],
  ...facts,
});
const terraform = (goal: string, facts: Omit<LabCase, "persona" | "goal" | "needs">): LabCase => ({
  persona: "sre",
  goal,
  needs: ["terraform"],
  ...facts,
});

const MEDIA = "media-";
const ELSEWHERE = [MEDIA, "payments-api"];

export const SRE_CASES: readonly LabCase[] = [
  kube("why do the checkout pods restart?", {
    first: [/^2 of 5 pods in checkout are crash looping/, "OOMKilled", "exit code 137", "128Mi"],
    holds: ["checkout-api-7d9f6c5b8d-4xkqz", "23 restarts", "memory limit"],
    never: ELSEWHERE,
  }),
  kube("pods not running in namespace media", {
    first: [/of 4 pods in media/, "ImagePullBackOff", "media-db-credentials", "Evicted"],
    holds: ["manifest unknown", "statuscode: 503"],
    never: ["checkout-api"],
  }),
  kube("are all pods in namespace orders running?", {
    first: [/^2 pods in orders, all running and ready/],
    never: ["high:", "critical:", "checkout"],
  }),
  kube("list the pods in namespace quiet", {
    first: ["There are no pods in quiet"],
    never: ["no namespace"],
  }),
  kube("list the pods in namespace nosuch", { first: ["There is no namespace nosuch"], never: ["no pods"] }),
  kube("list the pods in namespace legal", {
    outcome: "failed",
    first: [/not allowed/i, "legal"],
    never: ["There are no pods", "no namespace"],
  }),
  kube("which deployments are not available?", {
    first: [/2 of 6 deployments/, "checkout/checkout-api 0/2", "checkout/checkout-worker 0/1"],
  }),
  kube("are the payments deployments healthy?", {
    first: [/^(?:1 deployment|all 1|the deployment)/i, "payments", /available/],
    never: ["checkout-api", "media-"],
  }),
  kube("is the deployment orders-api in namespace orders healthy?", {
    first: [/1 deployment in orders/, "available"],
  }),
  kube("which nodes are not ready?", {
    first: [/1 of 4 nodes is not ready: worker-3/],
    holds: ["Kubelet stopped posting node status", /UTC/],
  }),
  kube("which pvcs are pending and why?", {
    first: [/1 of 2 claims/, "data/reports-archive"],
    holds: ['storageclass.storage.k8s.io "fast-ssd" not found', "200Gi"],
  }),
  kube("did the jobs in namespace data finish?", {
    first: ["nightly-export-29041560", /failed/, "BackoffLimitExceeded"],
    holds: ["exit code 1"],
  }),
  kube("which ingress in namespace checkout has no backend behind it?", {
    first: [/shop/, /checkout-api/, /no (?:ready )?endpoints|without (?:ready )?endpoints|nothing behind/],
    never: ["payments-api"],
  }),
  kube("are certificates in namespace edge expired?", {
    first: [/1 of 2 certificates/, "shop-tls"],
    holds: [/expired at .* UTC/],
  }),
  kube("names of the secrets in namespace checkout", { first: ["1 secret in checkout: checkout-db"] }),
  kube("how many pods are there in namespace payments?", { first: [/^2 pods in payments/] }),
  kube("events in namespace media", {
    first: [/3 warnings in media/, "Unhealthy"],
    holds: ["media-db-credentials"],
  }),
  kube("any evicted pods?", { first: [/^1 of 17 pods/, "media-batch-5f7c8d9b6-evict"] }),
  kube("which containers were OOMKilled?", {
    first: [/^2 of 17 pods/, "OOMKilled", "checkout-api-7d9f6c5b8d"],
  }),
  kube("which pods cannot pull their image?", {
    first: [/^1 of 17 pods/, "media-api-66d4f8b7c9-abcde", "media-api:9.9.9"],
  }),
  kube("pending pods in namespace checkout", {
    first: [/^1 of 5 pods in checkout/, "checkout-worker-5c7b9d6f4-t8n2w"],
    holds: ["Insufficient cpu"],
  }),
  kube("quota of namespace checkout", { first: ["6400m of 8", "80 %"] }),
  kube("pods in namespace checkout with their node, as yaml", { holds: ["checkout-api-7d9f6c5b8d-4xkqz"] }),
  kube("show the values of the secrets in namespace checkout", { outcome: "refused", holds: [/values/] }),
  kube("delete the namespace quiet", { outcome: "refused", holds: [/change/] }),
  kube("which pods are there?", { first: [/of 17 pods/] }),
  terraform("would anything be deleted by the terraform code in terraform/?", {
    first: ["terraform_data.legacy_worker", /2 /, "terraform_data.search"],
    holds: [/drift (?:was )?not checked/],
  }),
  terraform("terraform plan in terraform", {
    first: ["2 to add, 1 to change, 2 to destroy"],
    holds: ["2.13.7", "2.14.1"],
  }),
  terraform("is there drift in terraform-same/?", {
    holds: [/drift.{0,12}not checked/i],
    never: ["no drift"],
  }),
  terraform("terraform plan in terraform-same/", { first: [/agree/], holds: ["drift was not checked"] }),
  terraform("terraform plan in terraform-bad/", {
    outcome: "failed",
    first: [/could not plan/, "undeclared"],
    holds: ["main.tf:2"],
  }),
  prom("cpu usage of instance web-1:9100", { first: [/(?:75(?:\.0\d*)?|74\.99\d*) %/, "web-1:9100", "CPU"] }),
  prom("memory usage of web-1:9100 in percent", { first: [/80(?:\.\d+)? %/, "web-1:9100"] }),
  prom("how full are the disks of instance web-1:9100?", { first: [/92(?:\.\d+)? %/, "web-1:9100"] }),
  prom("which host has the highest cpu usage?", { first: [/(?:75(?:\.0\d*)?|74\.99\d*) %/, "web-1:9100"] }),
  prom("error rate of job checkout-api", { first: [/10(?:\.\d+)? %/, "checkout-api"] }),
  prom("requests per second of job checkout-api", { first: [/\b(?:10|9\.[89]\d*|10\.[01]\d*) per second/] }),
  prom("p95 latency of job checkout-api", { first: [/\b(?:1|0\.99\d*|1\.0\d*) s\b/] }),
  prom("which targets are down according to prometheus?", { first: [/^1 target is down/, "payments-api"] }),
  prom("requests per second of job nosuch", { first: [/^No data/, "nosuch"], never: [/\b0 per second/] }),
  prom("container restarts in namespace checkout over the last hour, from prometheus", {
    first: [/\b(?:4(?:\.\d+)?|3\.9\d*)\b/, "checkout-api-7d9f6c5b8d-4xkqz"],
    never: ['"tool":"kubectl get"'],
  }),
  prom('node_load1{instance="db-1:9100"}', { first: ["0.2", "db-1:9100"] }),
  logs("errors in logs/quiet.log", {
    first: [/^No record of level error/, "60 records"],
    never: ["No data"],
  }),
  logs("errors in logs/empty.log", { first: [/^No data/] }),
  logs("errors in logs/nothere.log", {
    outcome: "failed",
    first: ["does not exist"],
    never: ["No record of level"],
  }),
  logs("errors in logs/api.jsonl", { first: [/^2 of 3 records/, "upstream timed out"] }),
  logs("summarise the errors in logs/checkout.log", {
    first: [/^187 of 1907 records/, "burst", "2026-11-03 09:1"],
    holds: ["connection pool exhausted", "136", "UTC", "logs/checkout.log:632"],
  }),
  logs('how often does "connection pool exhausted" appear in logs/checkout.log?', {
    first: ["136 records", "2026-11-03 09:12:00 UTC", "2026-11-03 09:18:56 UTC"],
  }),
  logs("errors in logs/checkout.log between 09:00 and 09:30 on 2026-11-03", {
    first: [/error/, "2026-11-03 09:"],
    never: ["No data"],
  }),
  logs("warnings in logs/checkout.log.1.gz", { first: [/warning/] }),
];
