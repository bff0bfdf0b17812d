/**
 * A wire that leads out of the stage's loopback, and a look at what leaves by it.
 *
 * @module
 */
import { WIRE, WIRE_FAR, WIRE_FAR6_TEXT } from "./scene.ts";
import type { System } from "./system.ts";

const MSG_DONTWAIT = 0x40;
/** What the stage opens is not handed down to the attacker. */
const SOCK_CLOEXEC = 0o2000000;

const PATH = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

/** Two ends of a wire; a neighbour that is none is written into the tables, so that packets leave for it. */
const LAY = `set -e
ip link add ${WIRE} type veth peer name ${WIRE}-far
ip link set ${WIRE} up; ip link set ${WIRE}-far up
ip address add 198.51.100.1/24 dev ${WIRE}; ip -6 address add 2001:db8::1/64 dev ${WIRE} nodad
ip neighbour add ${WIRE_FAR} lladdr 02:00:00:00:00:05 dev ${WIRE}
ip -6 neighbour add ${WIRE_FAR6_TEXT} lladdr 02:00:00:00:00:05 dev ${WIRE}
ip route add default via ${WIRE_FAR}
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
ip -o link show dev ${WIRE}-far`;

/** Tells whether packets with this mark left by the wire. */
export type Wire = (mark: string) => boolean;

/**
 * Lays the wire, with a packet socket at its far end; `undefined` without `ip` or where the kernel knows no veth.
 *
 * @example
 * ```ts ignore
 * const wired = layWire(openSystem(libc));
 * console.log(wired?.("LEAKLOCK"));
 * ```
 */
export function layWire({ sys }: System): Wire | undefined {
  const { success, stdout } = new Deno.Command("/bin/sh", {
    args: ["-c", LAY],
    clearEnv: true,
    env: PATH,
    stderr: "null",
  }).outputSync();
  if (!success) return undefined;
  // AF_PACKET, SOCK_RAW, every protocol, in network order.
  const socket = sys("socket", 17, 3 | SOCK_CLOEXEC, 0x0300);
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, 17, true);
  view.setUint16(2, 3);
  // `ip` begins its line with the interface's number.
  view.setInt32(4, parseInt(new TextDecoder().decode(stdout)), true);
  sys("bind", socket, address, address.length);
  // Packets were sent before this is called: veth hands them over at once.
  return (mark) => {
    let found = false;
    const packet = new Uint8Array(2048);
    for (;;) {
      try {
        const count = sys("recvfrom", socket, packet, packet.length, MSG_DONTWAIT, 0, 0);
        if (new TextDecoder("latin1").decode(packet.subarray(0, count)).includes(mark)) found = true;
      } catch {
        return found;
      }
    }
  };
}
