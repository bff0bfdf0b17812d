/**
 * What matters most once more as an ordinary user, where tests run as root.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "../paths.ts";

/** Of no rights (`daemon` or `bin`), and in every distribution's list of users: the runtime asks for its home. */
const USER = "1";

/** Makes a place that the user can reach, wherever the checkout and the runtime lie, and goes on there. */
const PLACE = `set -e; cd "$1"; mkdir checkout home; touch deno
  mount --bind "$2" checkout; mount --bind "$3" deno; chown ${USER}:${USER} home; cd checkout; shift 3
  exec setpriv --reuid ${USER} --regid ${USER} --clear-groups --inh-caps=-all -- "$@"`;

const canPlay = Deno.uid() === 0 &&
  new Deno.Command("/usr/bin/unshare", {
    args: ["--mount", "setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "/bin/true"],
    stdout: "null",
    stderr: "null",
  }).outputSync().success;

/** Runs tests as that user; what Deno said, and its exit code. */
async function asUser(args: readonly string[]): Promise<{ readonly said: string; readonly code: number }> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-user-" });
  await Deno.chmod(directory, 0o755);
  try {
    const { code, stdout, stderr } = await new Deno.Command("/usr/bin/unshare", {
      args: [
        ...["--mount", "--", "/bin/sh", "-c", PLACE, "sh", directory, ROOT, Deno.execPath()],
        ...[`${directory}/deno`, "test", "--no-check", "--node-modules-dir=manual", "--cached-only"],
        ...["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-sys"],
        ...["--allow-ffi", "--allow-net=127.0.0.1,localhost,[::1]", ...args],
      ],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: `${directory}/home`, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { said: text.decode(stdout) + text.decode(stderr), code };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (
  const [what, ...args] of [
    ["lock and watchdog", "lib/egress/", "tests/egress/watchdog_drill_test.ts"],
    ["the bridge's helpers", "--filter=/exit code 70|same user/", "tests/egress/serve_drill_test.ts"],
  ]
) {
  Deno.test({
    name: `as an ordinary user: ${what}`,
    ignore: !canPlay,
    fn: async () => {
      const { said, code } = await asUser(args);
      assert.equal(code, 0, said);
      // All of them, and none left out.
      assert.match(said, /^ok \| [1-9][0-9]* passed .*\| 0 failed( \| [0-9]+ filtered out)? \(/m, said);
    },
  });
}
