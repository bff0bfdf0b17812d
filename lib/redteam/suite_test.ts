import assert from "node:assert/strict";
import { ALL_CASES } from "./all_cases.ts";
import { GROUPS } from "./groups.ts";
import { ATTACKS } from "./lock/attacks.ts";
import { LANES_AND_ALONE } from "./suite.ts";

Deno.test("every group has cases, and every case but the lock's is in one lane", () => {
  const lanes = LANES_AND_ALONE.flat();
  assert.deepEqual(new Set(lanes), new Set(GROUPS.filter((group) => group !== "egress lock")));
  assert.equal(lanes.length, GROUPS.length - 1);
  for (const group of lanes) assert.ok(ALL_CASES.some((one) => one.group === group), group);
});

Deno.test("there are at least 80 cases, and no two of one group have the same name", () => {
  const names = [
    ...ALL_CASES.map(({ group, name }) => `${group}: ${name}`),
    ...ATTACKS.map(({ name }) => `egress lock: ${name}`),
  ];
  assert.ok(names.length >= 80, String(names.length));
  assert.equal(new Set(names).size, names.length);
});
