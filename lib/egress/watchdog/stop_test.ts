import assert from "node:assert/strict";
import { findLibc } from "../../internal/libc.ts";
import { createProcesses } from "./processes.ts";
import { stopBridge, stopSteps } from "./stop.ts";
import { type Ledger, openSystem, SIGCONT, SIGKILL, SIGSTOP, type System } from "./system.ts";
import type { Violation } from "./watch.ts";

/** A real tree: a shell that stays, a child of it, and one in a session of its own, which says when all are there. */
const TREE = 'sleep 60 & setsid sh -c "echo there; exec sleep 60" & wait; exec sleep 60';

const violation = (pid: number, tops: readonly number[] = []): Violation => ({
  scope: tops.length === 0 ? "bridge" : "step",
  socket: {
    protocol: "tcp",
    state: 1,
    local: Uint8Array.of(127, 0, 0, 1),
    localPort: 40_000,
    remote: Uint8Array.of(203, 0, 113, 5),
    remotePort: 443,
    uid: 0,
    inode: 1,
  },
  pid,
  tops,
});

interface Scene {
  /** The real system; what it was asked to do, in order. */
  readonly system: System;
  readonly ledger: Ledger;
  readonly done: string[];
  readonly root: number;
}

async function withTree(work: (scene: Scene) => void): Promise<void> {
  const directory = await Deno.makeTempDir();
  const child = new Deno.Command("/bin/sh", { args: ["-c", TREE], stdin: "null", stdout: "piped" }).spawn();
  try {
    const reader = child.stdout.getReader();
    await reader.read();
    using real = openSystem(await findLibc() ?? "");
    const done: string[] = [];
    const names = new Map([[SIGSTOP, "stop"], [SIGCONT, "continue"], [SIGKILL, "kill"]]);
    const system: System = {
      ...real,
      kill(pid, signal) {
        done.push(`${names.get(signal)} ${pid === child.pid ? "root" : "other"}`);
        return real.kill(pid, signal);
      },
      say: () => {},
    };
    const file = real.openLedger(`${directory}/blocks`);
    assert.ok(file !== undefined);
    const ledger: Ledger = {
      ...file,
      append(text) {
        done.push("written");
        return file.append(text);
      },
    };
    work({ system, ledger, done, root: child.pid });
    file.close();
    const text = (await Deno.readTextFile(`${directory}/blocks`)).split("\n").filter((line) => line !== "");
    assert.equal(text.length, 1);
    assert.equal(JSON.parse(text[0] ?? "").socket, "tcp 127.0.0.1:40000 -> 203.0.113.5:443");
    assert.equal((await child.status).signal, "SIGKILL");
    await reader.cancel();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("stopBridge freezes all, writes, kills the others, tells the bridge, and kills it when it stays", () =>
  withTree(({ system, ledger, done, root }) => {
    const processes = createProcesses(system, root, Deno.pid);
    stopBridge({ system, processes, root, diag: undefined, ledger }, violation(root), () => {
      done.push("told");
    });
    assert.deepEqual(done, [
      ...["stop root", "stop other", "stop other"],
      "written",
      ...["kill other", "kill other"],
      "told",
      "continue root",
      "kill root",
    ]);
  }));

Deno.test("stopSteps freezes what lies below the step's top, writes, and kills it", () =>
  withTree(({ system, ledger, done, root }) => {
    const processes = createProcesses(system, root, Deno.pid);
    const block = stopSteps({ system, processes, root, diag: undefined, ledger }, violation(root, [root]));
    assert.equal(block.scope, "step");
    assert.deepEqual(done, [
      ...["stop root", "stop other", "stop other"],
      "written",
      ...["kill root", "kill other", "kill other"],
    ]);
  }));

Deno.test("a ledger that cannot be written is none, and one that is there goes on where it ended", async () => {
  const directory = await Deno.makeTempDir();
  try {
    using system = openSystem(await findLibc() ?? "");
    assert.equal(system.openLedger(`${directory}/missing/blocks`), undefined);
    await Deno.symlink("/dev/null", `${directory}/link`);
    assert.equal(system.openLedger(`${directory}/link`), undefined);
    for (const line of ["first", "second"]) {
      const ledger = system.openLedger(`${directory}/blocks`);
      assert.equal(ledger?.append(`${line}\n`), true);
      // More than was reserved.
      if (line === "second") assert.equal(ledger?.append("x".repeat(10_000)), true);
      ledger?.close();
    }
    const text = await Deno.readTextFile(`${directory}/blocks`);
    assert.match(text, /^first\n+second\nx{10000}$/);
    assert.equal(((await Deno.stat(`${directory}/blocks`)).mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
