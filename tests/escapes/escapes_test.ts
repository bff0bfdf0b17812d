import assert from "node:assert/strict";
import { ALL_CASES } from "./all_cases.ts";
import { IPC_CASES } from "./cases/ipc.ts";
import { NETWORK_CASES } from "./cases/network.ts";
import { GROUPS } from "./define_case.ts";
import { runCases, summarise } from "./run_cases.ts";
import { startRunner } from "./start_runner.ts";
import { createWorld } from "./world.ts";

const runs = async (program: string, ...args: string[]): Promise<boolean> =>
  (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()
    .catch(() => ({ success: false }))).success;

/** A sandbox can be made here at all; without one there is nothing to escape from. */
const SANDBOX = await runs(
  "/usr/bin/bwrap",
  "--unshare-user",
  "--unshare-net",
  "--ro-bind",
  "/",
  "/",
  "/bin/true",
);
const PERL = await runs("/usr/bin/perl", "-e", "0") && await runs("pgrep", "-V");

Deno.test({
  name: "tests/escapes: every way out that was tried is blocked",
  ignore: !SANDBOX || !PERL,
  fn: async () => {
    const world = await createWorld(startRunner);
    try {
      const report = await runCases(world, ALL_CASES);
      for (const one of report.cases) {
        if (one.outcome !== "blocked") {
          console.log(`${one.outcome}: ${one.group}: ${one.name}: ${one.detail}`);
        }
      }
      console.log(summarise(report));
      assert.deepEqual(report.cases.filter((one) => one.outcome === "escaped"), []);
      assert.equal(report.tried, report.blocked);
      // A control of root's own calls can't be had without root: those are skipped, and shown.
      const least = Deno.uid() === 0 ? 150 : 110;
      assert.ok(report.tried >= least, `only ${report.tried} cases could be tried`);
      for (const group of GROUPS) {
        assert.ok(report.cases.some((one) => one.group === group && one.outcome === "blocked"), group);
      }
    } finally {
      await world.close();
    }
  },
});

Deno.test({
  name: "tests/escapes: the same cases escape where there is no sandbox",
  ignore: !PERL,
  fn: async () => {
    const world = await createWorld((options) => startRunner({ ...options, sandbox: "none" }));
    try {
      const report = await runCases(world, [...NETWORK_CASES, ...IPC_CASES]);
      assert.ok(report.tried > 0);
      assert.deepEqual(report.cases.filter((one) => one.outcome === "blocked"), []);
    } finally {
      await world.close();
    }
  },
});
