import assert from "node:assert/strict";
import { hostsFile, prepareHost } from "./host.ts";
import { hasBwrap } from "../../tests/support/runner.ts";

Deno.test({
  name: "prepareHost: a small /etc of our own, made anew each time",
  ignore: !hasBwrap,
  fn: async () => {
    const base = await Deno.makeTempDir({ prefix: "physiclaw-host-" });
    try {
      const directory = `${base}/host`;
      await prepareHost(directory, { "old.internal": "10.0.0.1" });
      const host = await prepareHost(directory, { "db.internal": "10.0.0.9" });
      assert.ok(host !== undefined);
      const read = (name: string) => Deno.readTextFile(`${host.etc}/${name}`);
      assert.equal(
        await read("hosts"),
        "127.0.0.1 localhost physiclaw\n::1 localhost\n10.0.0.9 db.internal\n",
      );
      assert.match(await read("passwd"), /^physiclaw:x:65534:65534::\/home\/physiclaw:/m);
      assert.match(await read("nsswitch.conf"), /^hosts: files$/m);
      // Whoever isn't root can only remove a directory that can be listed.
      assert.equal((await Deno.stat(host.emptyDirectory)).mode! & 0o777, 0o500);
      assert.equal((await Deno.stat(host.emptyFile)).mode! & 0o777, 0);
      assert.deepEqual(host.system[0], { path: "/usr" });
      for (const { path } of host.system) {
        assert.ok(!["/etc", "/run", "/var", "/tmp", "/home", "/root", "/etc/ssl"].includes(path), path);
      }
    } finally {
      await Deno.remove(base, { recursive: true });
    }
  },
});

Deno.test("hostsFile: further lines come before the pins, since the first match counts", () => {
  const text = hostsFile([{ name: "api.internal", address: "127.0.0.1" }], { "api.internal": "10.0.0.1" });
  assert.equal(
    text,
    "127.0.0.1 api.internal\n127.0.0.1 localhost physiclaw\n::1 localhost\n10.0.0.1 api.internal\n",
  );
});
