/**
 * A socket as the kernel lists it, and how it is called in words.
 *
 * @module
 */
import { addressText } from "./address.ts";

/** Kinds of sockets that can lead out. */
export type Protocol = "tcp" | "udp" | "udplite" | "raw" | "icmp" | "packet";

/** From net/tcp_states.h. */
export const TCP_SYN_SENT = 2;
export const TCP_TIME_WAIT = 6;
export const TCP_CLOSE = 7;
export const TCP_LISTEN = 10;

/** One row of the kernel's lists. Addresses are 4 or 16 bytes; a packet socket has none (empty). */
export interface Socket {
  readonly protocol: Protocol;
  readonly state: number;
  readonly local: Uint8Array;
  readonly localPort: number;
  readonly remote: Uint8Array;
  readonly remotePort: number;
  readonly uid: number;
  /** 0 when no process holds it any more. */
  readonly inode: number;
  /** The kernel's own key (`struct inet_diag_sockid`); only from sock_diag. */
  readonly id?: Uint8Array;
}

/** True for 0.0.0.0, :: and no address at all: connected to nothing. */
export const isUnspecified = (address: Uint8Array): boolean => address.every((byte) => byte === 0);

const place = (address: Uint8Array, port: number): string =>
  address.length === 16 ? `[${addressText(address)}]:${port}` : `${addressText(address)}:${port}`;

/** `tcp 127.0.0.1:43210 -> 203.0.113.5:443`. */
export function describeSocket(socket: Socket): string {
  if (socket.protocol === "packet") return "a packet socket";
  const local = place(socket.local, socket.localPort);
  return `${socket.protocol} ${local} -> ${place(socket.remote, socket.remotePort)}`;
}
