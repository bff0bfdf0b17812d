/**
 * The suite from the built file alone, without a checkout beside it, by a user who is not root.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GROUPS } from "../../lib/redteam/groups.ts";
import type { CaseReport } from "../../lib/redteam/report.ts";
import { BINARY } from "./empty_root.ts";

/** Somebody who owns nothing on the host. */
const USER = 54_321;

Deno.test({
  name: "built file: doctor and its red team by an unprivileged user, from an empty directory",
  ignore: BINARY === undefined || Deno.uid() !== 0,
  fn: async (test) => {
    const home = await Deno.makeTempDir({ prefix: "physiclaw-user-" });
    try {
      const file = `${home}/physiclaw`;
      await Deno.copyFile(BINARY ?? "", file);
      await Deno.chmod(file, 0o755);
      await Deno.mkdir(`${home}/workspace`);
      for (const path of [home, `${home}/workspace`]) await Deno.chown(path, USER, USER);
      const asUser = async (words: readonly string[]) => {
        const { code, stdout, stderr } = await new Deno.Command("setpriv", {
          args: ["--reuid", String(USER), "--regid", String(USER), "--clear-groups", file, ...words],
          clearEnv: true,
          env: { HOME: home, PATH: "/usr/bin:/bin", PHYSICLAW_CWD: `${home}/workspace` },
          cwd: home,
          stdin: "null",
        }).output();
        assert.notEqual(stdout.length, 0, new TextDecoder().decode(stderr));
        return { code, document: JSON.parse(new TextDecoder().decode(stdout)) };
      };
      const layers = await asUser(["doctor", "--json"]);
      assert.deepEqual(layers.document.checks.filter(({ ok }: { ok: boolean }) => !ok), []);
      assert.equal(layers.code, 0);

      const { code, document: { uid, total, cases } } = await asUser(["doctor", "--red-team", "--json"]);
      assert.equal(uid, USER);
      assert.deepEqual(cases.filter(({ outcome }: CaseReport) => outcome === "escaped"), []);
      assert.equal(code, 0);
      assert.ok(total.tried >= 160, `only ${total.tried} cases could be tried`);
      for (const group of GROUPS) {
        await test.step(group, () => {
          const own = cases.filter((one: CaseReport) => one.group === group);
          assert.ok(own.some(({ outcome }: CaseReport) => outcome === "blocked"));
        });
      }
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
});
