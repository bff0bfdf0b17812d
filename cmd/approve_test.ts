import assert from "node:assert/strict";
import type { Plan } from "../lib/goals/types.ts";
import { parse as parseApprove, run as approve } from "./approve.ts";
import { fakeWorld, goalResult, problem } from "./fake_deps_test.ts";
import { parse as parseReject, run as reject } from "./reject.ts";

const PLAN: Plan = {
  hash: "abc123",
  ask: { intent: "run", about: {} },
  steps: [{
    id: "s1",
    tool: "dbt run",
    form: "run",
    slots: {},
    commands: [["/opt/dbt/bin/dbt", "run", "--select", "a b"]],
    effect: "write",
    network: "none",
    needs: [],
    why: "to build the models",
  }],
};
const waiting = () => Response.json(goalResult({ outcome: "awaiting_approval", plan: PLAN }));

const optionsOf = async <O>(
  parsing: Promise<{ kind: "options"; options: O } | { kind: "help" }>,
): Promise<O> => {
  const parsed = await parsing;
  assert.ok(parsed.kind === "options");
  return parsed.options;
};

Deno.test("approve sends the hash that was named, and ends as the goal does", async () => {
  const world = fakeWorld({ bridge: () => Response.json(goalResult()) });
  assert.equal(await approve(await optionsOf(parseApprove(["0190-a", "--plan", "abc123"])), world.deps), 0);
  assert.equal(world.requests[0]?.url, "http://127.0.0.1:8000/goal/0190-a/approve");
  assert.deepEqual(await world.requests[0]?.json(), { plan: "abc123" });
});

Deno.test("approve without a hash shows the plan and asks; only yes approves what was shown", async () => {
  const options = await optionsOf(parseApprove(["0190-a"]));
  const bridge = (request: Request) => request.method === "GET" ? waiting() : Response.json(goalResult());
  const yes = fakeWorld({ bridge, terminal: true, answers: ["yes"] });
  assert.equal(await approve(options, yes.deps), 0);
  assert.match(yes.stderr(), /dbt run.*write, no network/);
  assert.match(yes.stderr(), /\/opt\/dbt\/bin\/dbt run --select 'a b'/);
  assert.deepEqual(await yes.requests[1]?.json(), { plan: "abc123" });
  for (const answers of [["y"], ["no"], [""], []]) {
    const world = fakeWorld({ bridge, terminal: true, answers });
    assert.equal(await approve(options, world.deps), 1);
    assert.equal(world.requests.length, 1);
  }
});

Deno.test("approve needs the hash where nobody can be asked, and a plan that waits", async () => {
  const options = await optionsOf(parseApprove(["0190-a"]));
  await assert.rejects(approve(options, fakeWorld({ bridge: waiting }).deps), { kind: "usage" });
  const json = await optionsOf(parseApprove(["0190-a", "--json"]));
  await assert.rejects(approve(json, fakeWorld({ bridge: waiting, terminal: true }).deps), { kind: "usage" });
  const done = () => Response.json(goalResult());
  await assert.rejects(approve(options, fakeWorld({ bridge: done, terminal: true }).deps), {
    kind: "conflict",
  });
  const changed = () => problem(409, { detail: "The plan has changed" });
  const named = await optionsOf(parseApprove(["0190-a", "--plan", "old"]));
  await assert.rejects(approve(named, fakeWorld({ bridge: changed }).deps), { kind: "conflict" });
});

Deno.test("reject looks the hash up when none is named, and ends with 0", async () => {
  const bridge = (request: Request) =>
    request.method === "GET" ? waiting() : Response.json(goalResult({ outcome: "cancelled" }));
  const world = fakeWorld({ bridge });
  assert.equal(await reject(await optionsOf(parseReject(["0190-a"])), world.deps), 0);
  assert.deepEqual(await world.requests[1]?.json(), { plan: "abc123" });
});
