import assert from "node:assert/strict";
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import { findLibc } from "../../internal/libc.ts";
import { createJudge } from "./address.ts";
import { createProcesses } from "./processes.ts";
import { openSystem, type System } from "./system.ts";
import { createWatch } from "./watch.ts";

/** A dump of nothing: NLMSG_DONE and 0. */
const NOTHING = Uint8Array.of(20, 0, 0, 0, 3, 0, ...new Uint8Array(14));
const NEVER = 1_000_000_000;

/** Watches over a real process that holds a UDP socket. */
async function watching(
  work: (look: (system: System, diag: number | undefined, crossEvery: number) => readonly number[]) => void,
): Promise<void> {
  const hold = `use Socket; $| = 1; socket(S, AF_INET, SOCK_DGRAM, 0) or die;
    bind(S, sockaddr_in(0, INADDR_LOOPBACK)) or die; print "bound"; sleep 60`;
  const child = new Deno.Command("/usr/bin/perl", { args: ["-e", hold], stdin: "null", stdout: "piped" })
    .spawn();
  const reader = child.stdout.getReader();
  try {
    await reader.read();
    work((system, diag, crossEvery) => {
      const watch = createWatch({
        system,
        processes: createProcesses(system, child.pid, Deno.pid),
        judge: createJudge(SAFE_SUBNETS),
        root: child.pid,
        network: system.readLink(`/proc/${child.pid}/ns/net`) ?? "",
        diag,
        listeners: () => [],
        seldomEvery: 1,
        crossEvery,
        treeEvery: 1,
        stepEvery: NEVER,
        traceEvery: NEVER,
      });
      // How many it found in each of six looks.
      return Array.from({ length: 6 }, () => watch.scan().length);
    });
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
  }
}

const withSystem = async (work: (system: System) => Promise<void>): Promise<void> => {
  using system = openSystem(await findLibc() ?? "");
  await work(system);
};

Deno.test("watch finds a new socket in its first looks, by sock_diag as by /proc/net alone", () =>
  withSystem((system) =>
    watching((look) => {
      const diag = system.openDiag();
      assert.deepEqual(look(system, diag, NEVER), [1, 1, 1, 0, 0, 0]);
      assert.deepEqual(look(system, undefined, NEVER), [1, 1, 1, 0, 0, 0]);
    })
  ));

Deno.test("watch finds by /proc/net what sock_diag conceals, whenever it compares the two", () =>
  withSystem((system) =>
    watching((look) => {
      const blind: System = { ...system, send: () => true, receive: () => NOTHING };
      assert.deepEqual(look(blind, 0, 3), [1, 0, 0, 1, 0, 0]);
    })
  ));

Deno.test("watch does not go on when the kernel does not answer any more", () =>
  withSystem((system) =>
    watching((look) => {
      assert.throws(() => look({ ...system, send: () => false }, 0, NEVER), /takes no request/);
      const silent: System = { ...system, send: () => true, receive: () => undefined };
      assert.throws(() => look(silent, 0, NEVER), /does not answer/);
      // EACCES.
      const error = Uint8Array.of(36, 0, 0, 0, 2, 0, ...new Uint8Array(10), 0xf3, 255, 255, 255, 0, 0);
      const refusing: System = { ...system, send: () => true, receive: () => error };
      assert.throws(() => look(refusing, 0, NEVER), /refuses to list its sockets \(errno 13\)/);
      const hidden: System = { ...system, readText: () => undefined };
      assert.throws(() => look(hidden, undefined, NEVER), /\/proc\/net cannot be read any more/);
    })
  ));
