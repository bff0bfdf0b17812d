import assert from "node:assert/strict";
import type { Persona } from "../../catalog/types.ts";
import { BUILTIN_TOOLS, createCatalog } from "../../catalog/catalog.ts";
import type { Proposal } from "../types.ts";
import { createPlanner } from "./planner.ts";

const planner = createPlanner({
  catalog: createCatalog(BUILTIN_TOOLS),
  now: () => new Date("2026-03-02T10:30:00Z"),
  timeZone: "UTC",
});

type Plan = Extract<Proposal, { readonly outcome: "plan" }>;

function plan(goal: string, persona: Persona): Plan {
  const proposal = planner.plan(goal, persona);
  assert.ok(proposal.outcome === "plan", `${goal}: ${JSON.stringify(proposal)}`);
  return proposal;
}

/** Goal, persona, and what the answer is told of the question. */
const ASKS: readonly (readonly [string, Persona, Readonly<Record<string, string>>])[] = [
  ["why do the checkout pods restart?", "sre", { subject: "checkout", symptom: "restart" }],
  ["are the payments deployments healthy", "sre", { subject: "payments" }],
  ["which pods were OOMKilled in namespace shop", "sre", { namespace: "shop", symptom: "oom" }],
  ["any evicted pods?", "sre", { symptom: "evicted" }],
  ["is there drift in infra/prod?", "sre", { directory: "infra/prod", question: "drift" }],
  ["would terraform delete anything in infra/prod?", "sre", {
    directory: "infra/prod",
    question: "deletions",
  }],
  ["terraform plan in terraform", "sre", { directory: "terraform", question: "plan" }],
  ["check that nothing but 22 and 443 is open on 10.0.0.5", "secops", {
    target: "10.0.0.5",
    expected: "22,443",
  }],
  ["is root login over ssh allowed on this host", "secops", {
    sections: "keys, accounts",
    question: "root-login",
  }],
];

for (const [goal, persona, about] of ASKS) {
  Deno.test(`plan tells the answer what "${goal}" is about`, () => {
    assert.deepEqual(plan(goal, persona).ask.about, about);
  });
}

Deno.test("plan takes no everyday word for a part of the cluster", () => {
  for (
    const goal of [
      "list the pods",
      "which pods are broken?",
      "show all running deployments",
      "are the failing jobs back",
    ]
  ) {
    assert.equal(plan(goal, "sre").ask.about["subject"], undefined, goal);
  }
});

Deno.test("plan scans more than the ports that are expected to be open, and those that are named beside them", () => {
  const wide = plan("only 443 should be open on 10.0.0.5, right?", "secops");
  assert.equal(wide.steps[0]?.slots.ports, undefined);
  assert.equal(wide.ask.about["expected"], "443");
  const narrow = plan("ports 22 and 443 of 10.0.0.5: only 443 should be open", "secops");
  assert.equal(narrow.steps[0]?.slots.ports, "22,443");
  assert.equal(plan("is port 443 open on 10.0.0.5?", "secops").ask.about["expected"], undefined);
});

Deno.test("plan asks for services and endpoints beside ingresses that may lead nowhere", () => {
  const kinds = plan("which ingress in namespace shop has no backend behind it?", "sre").steps[0]?.slots
    .kinds;
  assert.deepEqual(kinds, ["ingresses", "services", "endpoints"]);
  assert.deepEqual(plan("list the ingresses in namespace shop", "sre").steps[0]?.slots.kinds, ["ingresses"]);
});

Deno.test("plan brings the failing rows of dbt's tests along, and of nothing else", () => {
  const [test, rows] = plan("run the dbt tests of the project in analytics/", "data_architect").steps;
  assert.equal(rows?.form, "failing-rows");
  assert.deepEqual(rows?.when, { step: test?.id, fact: "failing_tests", is: "present" });
  assert.equal(rows?.slots["project"], "analytics/");
  assert.equal(plan("dbt compile in analytics/", "data_architect").steps.length, 1);
});

Deno.test("plan reads a clock time on the day that the goal names", () => {
  const [step] = plan("errors in /var/log/syslog between 09:00 and 09:30 on 2026-01-05", "sre").steps;
  assert.deepEqual([step?.slots.since, step?.slots.until], ["2026-01-05T09:00:00Z", "2026-01-05T09:30:00Z"]);
  const [day] = plan("errors in /var/log/syslog on 2026-01-05", "sre").steps;
  assert.deepEqual([day?.slots.since, day?.slots.until], ["2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"]);
});

const SQL: readonly (readonly [string, string])[] = [
  ["rows in a.csv?", "SELECT count(*) AS n FROM 'a.csv'"],
  ["columns of table t in a.duckdb", 'DESCRIBE SELECT * FROM "t"'],
  ["the 5 largest amounts in a.csv", "SELECT * FROM 'a.csv' ORDER BY \"amount\" DESC NULLS LAST LIMIT 5"],
  [
    "orders per month in a.csv (ordered_at)",
    "SELECT date_trunc('month', CAST(\"ordered_at\" AS TIMESTAMP)) AS \"month\", count(*) AS n FROM 'a.csv' GROUP BY ALL ORDER BY ALL",
  ],
  [
    "sum of kwh by meter in a.csv, biggest first, just ten",
    'SELECT "meter", sum("kwh") AS "sum_kwh" FROM \'a.csv\' GROUP BY ALL ORDER BY "sum_kwh" DESC LIMIT 10',
  ],
  [
    "total of premium in a.csv since 2025-01-01 (column start_date)",
    'SELECT sum("premium") AS "sum_premium" FROM \'a.csv\' WHERE "start_date" >= \'2025-01-01\'',
  ],
];

for (const [goal, sql] of SQL) {
  Deno.test(`plan makes the SQL of "${goal}"`, () => {
    assert.equal(plan(goal, "data_architect").steps[0]?.slots.sql, sql);
  });
}
