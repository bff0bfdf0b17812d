/**
 * `/proc/net/*`: what sock_diag doesn't list, the cross-check for what it does, and the only way into another network
 * namespace.
 *
 * @module
 */
import type { Protocol, Socket } from "./socket.ts";

/** Files and what they list. */
export const PROC_NET: readonly (readonly [string, Protocol])[] = [
  ["tcp", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp6", "udp"],
  ["udplite", "udplite"],
  ["udplite6", "udplite"],
  ["raw", "raw"],
  ["raw6", "raw"],
  ["icmp", "icmp"],
  ["icmp6", "icmp"],
  ["packet", "packet"],
];

const NOTHING = new Uint8Array();

/**
 * An address of the files: 32-bit words, each printed as a number of this machine; `undefined` for anything else.
 *
 * @param littleEndian the machine's order; both of Deno's architectures are little-endian
 * @example
 * ```ts
 * import { parseAddress } from "./proc_net.ts";
 * console.assert(parseAddress("0100007F")?.join(".") === "127.0.0.1");
 * ```
 */
export function parseAddress(text: string, littleEndian = true): Uint8Array | undefined {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  const data = new DataView(bytes.buffer);
  for (let word = 0; word < bytes.length / 4; word++) {
    data.setUint32(word * 4, parseInt(text.slice(word * 8, word * 8 + 8), 16), littleEndian);
  }
  return bytes;
}

function parseInet(columns: readonly string[], protocol: Protocol): Socket | undefined {
  const [, local = "", remote = "", state = "", , , , uid = "", , inode = ""] = columns;
  const [localAddress = "", localPort = ""] = local.split(":");
  const [remoteAddress = "", remotePort = ""] = remote.split(":");
  const [from, to] = [parseAddress(localAddress), parseAddress(remoteAddress)];
  if (from === undefined || to === undefined || !/^[0-9]+$/.test(inode)) return undefined;
  return {
    protocol,
    state: parseInt(state, 16),
    local: from,
    localPort: parseInt(localPort, 16),
    remote: to,
    remotePort: parseInt(remotePort, 16),
    uid: Number(uid),
    inode: Number(inode),
  };
}

/** sk RefCnt Type Proto Iface R Rmem User Inode */
function parsePacket(columns: readonly string[]): Socket | undefined {
  const [, , , , , , , uid = "", inode = ""] = columns;
  if (!/^[0-9]+$/.test(inode)) return undefined;
  const none = { local: NOTHING, localPort: 0, remote: NOTHING, remotePort: 0 };
  return { protocol: "packet", state: 0, ...none, uid: Number(uid), inode: Number(inode) };
}

/**
 * The sockets of one file; lines that are none (the head, a line cut off) are left out.
 *
 * @example
 * ```ts
 * import { parseProcNet } from "./proc_net.ts";
 * console.assert(parseProcNet("  sl  local_address rem_address   st", "tcp").length === 0);
 * ```
 */
export function parseProcNet(text: string, protocol: Protocol): readonly Socket[] {
  const sockets: Socket[] = [];
  let start = text.indexOf("\n") + 1;
  while (start > 0 && start < text.length) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? undefined : end).trim();
    start = end + 1;
    const columns = line.split(/\s+/);
    const socket = protocol === "packet" ? parsePacket(columns) : parseInet(columns, protocol);
    if (socket !== undefined) sockets.push(socket);
  }
  return sockets;
}
