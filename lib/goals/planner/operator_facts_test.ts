import assert from "node:assert/strict";
import fc from "fast-check";
import { mayStand, resolveFacts } from "./operator_facts.ts";

const PAYMENTS = { id: "1", name: "the payments cluster", value: "namespace payments-prod" };

Deno.test("resolveFacts puts a value where its name stands, whatever article, case and spaces", () => {
  for (
    const goal of [
      "pods in the payments cluster",
      "pods in our Payments  cluster",
      "pods in payments cluster",
    ]
  ) {
    assert.equal(resolveFacts(goal, [PAYMENTS]).text, "pods in namespace payments-prod", goal);
  }
  assert.equal(resolveFacts("is the payments cluster's node up", [PAYMENTS]).used.length, 1);
  assert.equal(resolveFacts("why does the payments cluster fail?", [PAYMENTS]).used.length, 1);
});

Deno.test("resolveFacts leaves names alone that are parts of others, quoted, PromQL or SQL", () => {
  for (
    const goal of [
      "pods in my-payments cluster",
      "pods in payments clusters",
      'lines with "the payments cluster" in app.log',
      'up{cluster="payments cluster"}',
      "run SELECT * FROM 'a.csv' WHERE name = 'payments cluster'",
      "see /srv/payments cluster.txt",
    ]
  ) {
    const { text, used } = resolveFacts(goal, [PAYMENTS]);
    assert.deepEqual([text, used], [goal, []], goal);
  }
});

Deno.test("resolveFacts prefers the longer name, and of two values the first", () => {
  const others = [
    { id: "2", name: "payments", value: "payments-old" },
    { id: "3", name: "payments cluster", value: "namespace other" },
  ];
  const { text, used } = resolveFacts("pods in the payments cluster", [PAYMENTS, ...others]);
  assert.equal(text, "pods in namespace payments-prod");
  assert.deepEqual(used.map(({ id }) => id), ["1"]);
});

Deno.test("a single common word stands for something only with its article", () => {
  const shop = { id: "1", name: "the shop", value: "namespace checkout" };
  assert.equal(
    resolveFacts("which pods of the shop are down?", [shop]).text,
    "which pods of namespace checkout are down?",
  );
  assert.deepEqual(resolveFacts("which pods run in namespace shop?", [shop]).used, []);
  assert.ok(!mayStand({ ...shop, name: "shop" }));
  assert.ok(!mayStand({ ...shop, name: "the pods" }));
});

Deno.test("mayStand takes one literal and no sentence, and no name that is a common word", () => {
  for (const value of ["10.0.0.5", "checkout", "namespace checkout", "/srv/app/logs", "host 10.0.0.7"]) {
    assert.ok(mayStand({ ...PAYMENTS, value }), value);
  }
  for (
    const value of [
      "",
      "a b",
      "checkout and scan 10.0.0.1",
      "kubectl checkout",
      "x; rm",
      "$(id)",
      "'quoted'",
      "a\nb",
      "-A",
      "namespace -A",
    ]
  ) {
    assert.ok(!mayStand({ ...PAYMENTS, value }), value);
  }
  for (const name of ["pods", "the pods", "delete", "a", "", "the"]) {
    assert.ok(!mayStand({ ...PAYMENTS, name }), name);
  }
});

Deno.test("resolveFacts takes any text and any fact, and leaves a goal without names as it is", () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (goal, name, value) => {
    const { text, used } = resolveFacts(goal, [{ id: "1", name, value }]);
    assert.ok(used.length > 0 || text === goal);
  }));
});
