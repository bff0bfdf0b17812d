import assert from "node:assert/strict";
import type { CaseReport } from "../lib/redteam/report.ts";
import { parse, run } from "./doctor.ts";
import { fakeServices, fakeWorld } from "./fake_deps_test.ts";

const CASES: readonly CaseReport[] = [
  { group: "/proc", name: "kcore", outcome: "blocked", detail: "open: Permission denied" },
  { group: "egress lock", name: "x32's numbers", outcome: "skipped", detail: "its control gave 38" },
  { group: "egress lock", name: "a sibling's memory", outcome: "blocked", detail: "pwrite64: E" },
];
const ESCAPED: CaseReport = {
  group: "/proc",
  name: "maps\x1b[2J",
  outcome: "escaped",
  detail: "it was read",
};
const ONLY_SKIPPED: CaseReport = { ...ESCAPED, group: "resources", outcome: "skipped" };

async function redTeam(args: readonly string[], cases: readonly CaseReport[]) {
  const asked: (readonly string[])[] = [];
  const services = fakeServices({
    redTeam: ({ groups, onCase }) => {
      asked.push(groups);
      for (const one of cases) onCase(one);
      return Promise.resolve();
    },
  });
  const { deps, stdout, stderr } = fakeWorld();
  const parsed = await parse(args);
  assert.ok(parsed.kind === "options");
  const code = await run(parsed.options, { ...deps, services });
  return { code, stdout: stdout(), stderr: stderr(), asked };
}

Deno.test("doctor --red-team: counts by group and in all, skips by name, exit code 0", async () => {
  const { code, stdout } = await redTeam(["--red-team"], CASES);
  assert.equal(code, 0);
  assert.match(stdout, /^egress lock\t1\t1\t0\t1$/m);
  assert.match(stdout, /skipped egress lock: x32's numbers: its control gave 38/);
  assert.match(stdout, /^tried 2, blocked 2, escaped 0, skipped 1 \(0 s\)$/m);
});

Deno.test("doctor --red-team: exit code 70 when something escaped, 4 when a group could not be tried", async () => {
  const { code, stdout } = await redTeam(["--red-team"], [...CASES, ESCAPED, ONLY_SKIPPED]);
  assert.equal(code, 70);
  assert.match(stdout, /escaped \/proc: maps\\u001b\[2J: it was read/);
  assert.equal((await redTeam(["--red-team"], [...CASES, ONLY_SKIPPED])).code, 4);
});

Deno.test("doctor --red-team --json: one document, cases in the order of their groups", async () => {
  const { stdout, stderr } = await redTeam(["--red-team", "--json"], CASES);
  const { schema, total, groups, cases } = JSON.parse(stdout);
  assert.deepEqual([schema, total.tried, groups.length], [1, 2, 2]);
  assert.deepEqual(cases.map(({ group }: CaseReport) => group), ["egress lock", "egress lock", "/proc"]);
  assert.equal(stderr, "");
});

Deno.test("doctor --group: only with --red-team, and only groups that there are", async () => {
  const { asked } = await redTeam(["--red-team", "--group", "/proc", "--group", "resources"], CASES);
  assert.deepEqual(asked, [["/proc", "resources"]]);
  await assert.rejects(redTeam(["--group", "/proc"], []), { kind: "usage" });
  await assert.rejects(redTeam(["--red-team", "--group", "nothing"], []), { kind: "usage" });
});
