/**
 * Proves that the watchdog sees what it must see, before anything depends on it.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";
import type { Judge } from "./address.ts";
import { filterOf, readReply, request, tcpRequest } from "./diag.ts";
import { parseProcNet } from "./proc_net.ts";
import type { Processes } from "./processes.ts";
import type { System } from "./system.ts";

/** What it will look by. */
export interface SetUp {
  /** The netlink socket; `undefined` when only `/proc/net` answers. */
  readonly diag: number | undefined;
  /** The bridge's network namespace. */
  readonly network: string;
  readonly sources: readonly string[];
}

const fail = (why: string, hint: string): never => {
  throw new PhysiclawError("config", `Cannot watch egress: ${why}`, { hint });
};

const PROC = "mount the /proc of this pid namespace";

/** Inodes of what a request finds; `undefined` when the kernel refuses it. */
function ask(system: System, diag: number, protocol: "tcp" | "udp", bytes: Uint8Array<ArrayBuffer>) {
  const inodes = new Set<number>();
  if (!system.send(diag, bytes)) return undefined;
  for (;;) {
    const datagram = system.receive(diag);
    if (datagram === undefined) return undefined;
    const { done, error } = readReply(datagram, protocol, ({ inode }) => inodes.add(inode));
    if (error !== 0) return undefined;
    if (done) return inodes;
  }
}

/** Our own sockets must come up unfiltered, and the connection must not when loopback is filtered out. */
function diagHolds(system: System, diag: number, proof: { tcp: number; udp: number }): boolean {
  const loopback = { bytes: [127, 0, 0, 0], prefix: 8 };
  const all = ask(system, diag, "tcp", tcpRequest(filterOf([], [])));
  const far = ask(system, diag, "tcp", tcpRequest(filterOf([loopback], [])));
  // What is in `never` comes through whatever is safe.
  const kept = ask(system, diag, "tcp", tcpRequest(filterOf([loopback], [loopback])));
  const udp = ask(system, diag, "udp", request("udp", 4));
  return all?.has(proof.tcp) === true && far?.has(proof.tcp) === false && kept?.has(proof.tcp) === true &&
    udp?.has(proof.udp) === true;
}

function procHolds(system: System, proof: { tcp: number; udp: number }): boolean {
  const sees = (file: "tcp" | "udp", inode: number): boolean =>
    parseProcNet(system.readText(`/proc/self/net/${file}`) ?? "", file).some((socket) =>
      socket.inode === inode
    );
  return sees("tcp", proof.tcp) && sees("udp", proof.udp);
}

/** Lists are read in pieces: a socket can be missed when those before it go away meanwhile. */
const TRIES = 3;
const holds = (proof: () => boolean): boolean => {
  for (let round = 0; round < TRIES; round++) if (proof()) return true;
  return false;
};

/**
 * Opens netlink and tries everything once. Throws {@link PhysiclawError} of kind `config`, with the fix, when the bridge
 * could not be watched. The netlink socket stays open.
 *
 * @param self the watchdog's own pid
 * @example
 * ```ts ignore
 * const { sources } = setUp({ system, processes, judge, root: bridge, self: Deno.pid });
 * ```
 */
export function setUp(options: {
  readonly system: System;
  readonly processes: Processes;
  readonly judge: Judge;
  readonly root: number;
  readonly self: number;
}): SetUp {
  const { system, processes, judge, root, self } = options;
  if (system.readLink("/proc/self") !== String(self)) fail("/proc is that of another pid namespace", PROC);
  if (!processes.look().has(root)) return fail(`process ${root} is not to be seen in /proc`, PROC);
  const network = system.readLink(`/proc/${root}/ns/net`);
  if (network === undefined) return fail(`the network namespace of process ${root} cannot be read`, PROC);
  if (processes.sockets(root) === undefined) {
    return fail(`the descriptors of process ${root} cannot be read`, PROC);
  }
  const own = system.readLink(`/proc/${self}/ns/net`);
  if (own !== network) {
    return fail("it runs in another network namespace than the bridge", "start both in the same one");
  }
  if (judge.subnets.length === 0) return fail("no subnet is safe", "see the setting egress.safe");

  const proof = system.openProof();
  if (proof === undefined) {
    return fail("no loopback connection could be made to prove it", "ip link set lo up");
  }
  try {
    if (!holds(() => procHolds(system, proof))) {
      return fail("/proc/net does not show this process's own sockets", PROC);
    }
    const diag = system.openDiag();
    if (diag >= 0 && holds(() => diagHolds(system, diag, proof))) {
      return { diag, network, sources: ["sock_diag", "/proc/net"] };
    }
    return { diag: undefined, network, sources: ["/proc/net"] };
  } finally {
    proof.close();
  }
}
