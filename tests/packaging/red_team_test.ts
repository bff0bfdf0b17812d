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
  name: "built file: doctor --red-team by an unprivileged user, from an empty directory",
  ignore: BINARY === undefined || Deno.uid() !== 0,
  fn: async (test) => {
    const home = await Deno.makeTempDir({ prefix: "physiclaw-user-" });
    try {
      const file = `${home}/physiclaw`;
      await Deno.copyFile(BINARY ?? "", file);
      await Deno.chmod(file, 0o755);
      await Deno.chown(home, USER, USER);
      const { code, stdout, stderr } = await new Deno.Command("setpriv", {
        args: [
          ...["--reuid", String(USER), "--regid", String(USER), "--clear-groups"],
          ...[file, "doctor", "--red-team", "--json"],
        ],
        clearEnv: true,
        env: { HOME: home, PATH: "/usr/bin:/bin" },
        cwd: home,
        stdin: "null",
      }).output();
      assert.notEqual(stdout.length, 0, new TextDecoder().decode(stderr));
      const { uid, total, cases } = JSON.parse(new TextDecoder().decode(stdout));
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
