import assert from "node:assert/strict";
import { BUILTIN_TOOLS, createCatalog } from "../catalog/catalog.ts";
import { SecurityViolation } from "../internal/errors.ts";
import { makePlan, type PlanContext, writes } from "./make_plan.ts";
import type { Ask, ProposedStep } from "./types.ts";

const ASK: Ask = { intent: "list", about: {} };

const context = (fields: Partial<PlanContext> = {}): PlanContext => ({
  catalog: createCatalog(BUILTIN_TOOLS),
  persona: "sre",
  statuses: new Map(),
  settings: {},
  sandboxProfile: "bwrap",
  cwd: "/work",
  inputDigest: () => Promise.resolve("tree"),
  ...fields,
});

const pods: ProposedStep = {
  id: "s1",
  tool: "kubectl get",
  form: "get-in-namespace",
  slots: { kinds: "pods", namespace: "checkout" },
  needs: [],
  why: "the pods",
};

const nodes: ProposedStep = {
  id: "s2",
  tool: "kubectl get",
  form: "get",
  slots: { kinds: "nodes" },
  when: { step: "s1", fact: "nodes", is: "present" },
  fills: [{ slot: "names", step: "s1", fact: "nodes", max: 4 }],
  needs: ["s1"],
  why: "their nodes",
};

Deno.test("makePlan shows argvs as they will run, and what a later step fills as a placeholder", async () => {
  const plan = await makePlan(ASK, [pods, nodes], context());
  assert.deepEqual(plan.steps[0]?.commands[1]?.slice(0, 5), ["kubectl", "get", "pods", "-n", "checkout"]);
  assert.deepEqual(plan.steps[1]?.commands[0]?.slice(0, 4), ["kubectl", "get", "nodes", "{s1.nodes}"]);
  assert.match(plan.hash, /^[0-9a-f]{64}$/);
});

Deno.test("makePlan hashes what decides the run, and not the words around it", async () => {
  const first = (await makePlan(ASK, [pods, nodes], context())).hash;
  assert.equal((await makePlan(ASK, [{ ...pods, why: "other words" }, nodes], context())).hash, first);
  const status = { tool: "kubectl get", usable: true, program: "/usr/bin/kubectl", digest: "aa" };
  const others = await Promise.all([
    makePlan(ASK, [{ ...pods, slots: { kinds: "pods", namespace: "other" } }, nodes], context()),
    makePlan(ASK, [pods], context()),
    makePlan(ASK, [pods, nodes], context({ cwd: "/else" })),
    makePlan(ASK, [pods, nodes], context({ sandboxProfile: "none" })),
    makePlan(
      ASK,
      [pods, nodes],
      context({ statuses: new Map([["kubectl get", { ...status, destination: "10.0.0.1:6443" }]]) }),
    ),
    makePlan(ASK, [pods, nodes], context({ statuses: new Map([["kubectl get", status]]) })),
    makePlan(
      ASK,
      [pods, nodes],
      context({ statuses: new Map([["kubectl get", { ...status, digest: "bb" }]]) }),
    ),
  ]);
  assert.equal(new Set([first, ...others.map((plan) => plan.hash)]).size, others.length + 1);
});

Deno.test("makePlan hashes the input of a step that writes", async () => {
  const run: ProposedStep = { id: "s1", tool: "dbt run", form: "run", slots: {}, needs: [], why: "build" };
  const data = { persona: "data_architect" } as const;
  const first = await makePlan(ASK, [run], context(data));
  const second = await makePlan(
    ASK,
    [run],
    context({ ...data, inputDigest: () => Promise.resolve("another tree") }),
  );
  assert.notEqual(first.hash, second.hash);
  assert.ok(writes(first));
  assert.ok(!writes(await makePlan(ASK, [pods], context())));
});

Deno.test("makePlan refuses what a planner may never propose", async () => {
  const cases: readonly (readonly ProposedStep[])[] = [
    [{ ...pods, tool: "nmap", form: "scan", slots: { targets: "127.0.0.1" } }],
    [{ ...pods, tool: "kubectl delete" }],
    [{ ...pods, form: "exec" }],
    [{ ...pods, slots: { kinds: "pods", namespace: "--all" } }],
    [{ ...pods, slots: { kinds: "pods", raw: "/api" } }],
    [{ ...pods, slots: { kinds: "secrets", namespace: "checkout" } }],
    [nodes],
    [pods, { ...nodes, id: "s1" }],
    Array.from({ length: 17 }, (_, index) => ({ ...pods, id: `s${index}` })),
    [pods, ...Array.from({ length: 9 }, (_, index) => ({ ...nodes, id: `n${index}` }))],
  ];
  for (const steps of cases) await assert.rejects(makePlan(ASK, steps, context()), SecurityViolation);
});

Deno.test("makePlan refuses a follow-up that writes", async () => {
  const test: ProposedStep = { id: "s1", tool: "dbt test", form: "test", slots: {}, needs: [], why: "test" };
  const run: ProposedStep = {
    id: "s2",
    tool: "dbt run",
    form: "run",
    slots: {},
    when: { step: "s1", fact: "failing", is: "present" },
    needs: ["s1"],
    why: "build again",
  };
  await assert.rejects(
    makePlan(ASK, [test, run], context({ persona: "data_architect" })),
    /as a follow-up: it writes/,
  );
});
