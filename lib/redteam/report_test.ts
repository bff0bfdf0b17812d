import assert from "node:assert/strict";
import type { Group } from "./groups.ts";
import { type CaseOutcome, summarise } from "./report.ts";

const report = (group: Group, outcome: CaseOutcome) => ({ group, name: "x", outcome, detail: "" });

Deno.test("summarise counts in all and by group: a skip is not tried, and no pass", () => {
  const { total, groups } = summarise([
    report("/proc", "blocked"),
    report("/proc", "skipped"),
    report("egress lock", "blocked"),
    report("egress lock", "escaped"),
    report("/proc", "blocked"),
  ]);
  assert.deepEqual(total, { tried: 4, blocked: 3, escaped: 1, skipped: 1 });
  assert.deepEqual(groups, [
    { group: "egress lock", tried: 2, blocked: 1, escaped: 1, skipped: 0 },
    { group: "/proc", tried: 2, blocked: 2, escaped: 0, skipped: 1 },
  ]);
});
