/**
 * The whole suite as its users run it, and that it can fail.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GROUPS } from "../../lib/redteam/groups.ts";
import type { CaseReport } from "../../lib/redteam/report.ts";
import { CACHES, physiclaw, run } from "../support/program.ts";

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
const PERL = await runs("/usr/bin/perl", "-e", "0");

const reportOf = (stdout: string): {
  readonly total: Readonly<Record<"tried" | "blocked" | "escaped" | "skipped", number>>;
  readonly cases: readonly CaseReport[];
} => JSON.parse(stdout);

Deno.test({
  name: "doctor --red-team: every way out that was tried is blocked",
  ignore: !SANDBOX || !PERL,
  fn: async (test) => {
    const { code, stdout, stderr } = await run(["doctor", "--red-team", "--json"]);
    assert.notEqual(stdout, "", stderr);
    const { total, cases } = reportOf(stdout);
    assert.deepEqual(cases.filter(({ outcome }) => outcome === "escaped"), []);
    assert.equal(code, 0, stderr);
    assert.equal(total.tried + total.skipped, cases.length);
    assert.equal(total.blocked, total.tried);
    // A control of root's own calls can't be had without root: those are skipped, and say so.
    const least = Deno.uid() === 0 ? 200 : 160;
    assert.ok(total.tried >= least, `only ${total.tried} cases could be tried`);
    for (const group of GROUPS) {
      await test.step(group, async (step) => {
        const own = cases.filter((one) => one.group === group);
        assert.ok(own.some(({ outcome }) => outcome === "blocked"));
        for (const { name, outcome, detail } of own) {
          assert.notEqual(detail, "", name);
          if (outcome === "skipped") {
            await step.step({ name: `${name}: ${detail}`, ignore: true, fn: () => {} });
          }
        }
      });
    }
  },
});

Deno.test({
  name: "doctor: every layer holds when it is tried alone",
  ignore: !SANDBOX,
  fn: async () => {
    const home = await Deno.makeTempDir();
    try {
      const env = { PHYSICLAW_MEMORY_DIR: `${home}/state`, PHYSICLAW_CWD: `${home}/workspace` };
      await Deno.mkdir(`${home}/workspace`);
      const { code, stdout, stderr } = await run(["doctor", "--json"], { env });
      assert.deepEqual(JSON.parse(stdout).checks.filter(({ ok }: { ok: boolean }) => !ok), [], stderr);
      assert.equal(code, 0);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

/** Stands in for bwrap and runs what it was to run with nothing around it, in mounts of the test's own. */
const SABOTAGED = `mount --bind "$1" /usr/bin/bwrap && shift && exec "$@"`;
const BARE = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n';

/** The same, but a real sandbox the first time that a runner asks for one, which is when it looks whether it holds. */
const TWO_FACED = `#!/bin/sh
if mkdir "\${0%/*}/asked-$PPID" 2>/dev/null; then exec "\${0%/*}/bwrap" "$@"; fi
${BARE.slice(BARE.indexOf("\n") + 1)}`;

/** Runs the program where bwrap is another program. */
async function sabotaged(
  words: readonly string[],
  stands: string,
  env: Readonly<Record<string, string>> = {},
) {
  const directory = await Deno.makeTempDir();
  const bare = `${directory}/stands-in`;
  try {
    await Deno.copyFile("/usr/bin/bwrap", `${directory}/bwrap`);
    // What is bound over bwrap doesn't know where it came from.
    await Deno.writeTextFile(bare, stands.replaceAll("${0%/*}", directory));
    await Deno.chmod(bare, 0o755);
    const { program, args } = physiclaw();
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--mount", "--", "/bin/sh", "-c", SABOTAGED, "sh", bare, program, ...args, ...words],
      clearEnv: true,
      env: { HOME: "/nonexistent", PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...CACHES, ...env },
      stdin: "null",
    }).output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

// In a user namespace of others root's programs are nobody's, and the runner starts none of them.
const ignore = !SANDBOX || !PERL || Deno.uid() !== 0;

Deno.test({
  name:
    "doctor --red-team: a sandbox that holds only when it is looked at is reported as escaped, with exit code 70",
  ignore,
  fn: async () => {
    const words = ["doctor", "--red-team", "--json", "--group", "network families", "--group", "Unix IPC"];
    const { code, stdout } = await sabotaged(words, TWO_FACED);
    const { total, cases } = reportOf(stdout);
    assert.deepEqual(cases.filter(({ outcome }) => outcome === "blocked"), []);
    assert.ok(total.escaped >= 20, `only ${total.escaped} escaped`);
    assert.equal(code, 70);
  },
});

Deno.test({
  name: "doctor says that a sandbox holds nothing, and serve does not start with it",
  ignore,
  fn: async () => {
    const home = await Deno.makeTempDir();
    try {
      const workspace = `${home}/workspace`;
      await Deno.mkdir(workspace);
      const env = { PHYSICLAW_MEMORY_DIR: `${home}/state`, PHYSICLAW_CWD: workspace };
      const { code, stdout } = await sabotaged(["doctor", "--json"], BARE, env);
      assert.equal(code, 4);
      const { checks } = JSON.parse(stdout);
      const failed = checks.filter(({ ok }: { ok: boolean }) => !ok);
      assert.deepEqual(failed.map(({ name }: { name: string }) => name), ["sandbox", "tool network"]);
      assert.match(failed[0].detail, /The sandbox does not hold: .*CapEff is/);

      const served = await sabotaged(["serve", "--port", "0"], BARE, env);
      assert.equal(served.code, 2);
      assert.match(served.stderr, /Cannot start: The sandbox does not hold/);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});

Deno.test({
  name: "doctor --red-team: Ctrl-C ends it, and leaves nothing behind",
  ignore: !PERL,
  fn: async () => {
    const { program, args } = physiclaw();
    const directory = await Deno.makeTempDir({ prefix: "red-team-interrupt-" });
    try {
      const child = new Deno.Command(program, {
        args: [...args, "doctor", "--red-team", "--group", "life cycle"],
        clearEnv: true,
        env: { HOME: "/nonexistent", TMPDIR: directory, ...CACHES },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const said = new Response(child.stderr).text();
      // It has begun when its world is there.
      while ([...Deno.readDirSync(directory)].length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      child.kill("SIGINT");
      const { code } = await child.status;
      assert.match(await said, /Stopped before every case was tried/);
      assert.equal(code, 130);
      assert.deepEqual([...Deno.readDirSync(directory)], []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
