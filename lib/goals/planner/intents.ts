/**
 * What a goal can ask about findings: the names that stand in a proposal's `ask.intent`.
 *
 * @module
 */

/** One line each; parsers and the answer's first line speak to these. */
export const INTENTS = {
  list: "the objects themselves, as a table",
  count: "how many there are",
  "pods-not-running": "which pods are not running or keep restarting, and why",
  "deployment-not-available": "which deployments lack replicas, and why",
  "node-not-ready": "which nodes are not ready or under pressure",
  "pending-claims": "which volume claims are not bound, and why",
  "failing-jobs": "which jobs failed",
  "ingress-endpoints": "whether ingresses and services have something behind them",
  certificates: "which certificates are expired or not ready",
  events: "what happened, newest first",
  drift: "what Terraform would change, and what differs from its state",
  metric: "the value of an expression, now or over a range",
  "log-groups": "what the log says, grouped",
  "log-errors": "which errors the log holds, how often, first and last",
  "open-ports": "which ports are open",
  "service-versions": "which services and versions answer",
  sweep: "which addresses answer",
  "code-findings": "which security problems the code has, most severe first",
  iam: "who may do what on this host",
  "vault-entry": "what an entry of Vault holds: names, versions, metadata",
  sql: "the rows that answer the question",
  schema: "which tables and columns there are",
  dbt: "how models or tests ended, with the failing ones",
  sqlmesh: "what a sqlmesh plan, audit or run says",
} as const;

export type Intent = keyof typeof INTENTS;
