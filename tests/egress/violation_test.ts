/**
 * The whole program after a violation: it stops with exit code 75, and its next start knows of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ROOT } from "../paths.ts";
import type { Seen } from "./violation_stage.ts";
import { AS_NOBODY, ATTEMPTS, CAN_PLAY, FAR4, IN_NETWORK, PORT } from "./watchdog_world.ts";

Deno.test({
  name: "a tool that leads out stops the bridge with exit code 75, and the next start counts and records it",
  ignore: !CAN_PLAY,
  fn: async () => {
    const { stdout, stderr } = await new Deno.Command("/usr/bin/unshare", {
      args: [
        ...IN_NETWORK,
        ...AS_NOBODY,
        ...[Deno.execPath(), "run", "--quiet", "--cached-only", "--no-prompt", "--allow-all"],
        ...[`${ROOT}tests/egress/violation_stage.ts`, ATTEMPTS.tcp4],
      ],
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    const seen = JSON.parse(text.decode(stdout) || text.decode(stderr)) as Seen;
    assert.equal(seen.code, 75);
    const socket = `tcp ${FAR4}:`;
    assert.match(seen.said, new RegExp(`opened ${socket.replaceAll(".", "\\.")}[0-9]+ -> .*:${PORT}`));
    assert.equal(seen.counted, "1");
    assert.equal(seen.blocks.length, 1);
    assert.ok(seen.blocks[0]?.socket.startsWith(socket));
    assert.equal(seen.blocks[0]?.process, "bandit");
    assert.equal(seen.verified, 0);
  },
});
