/**
 * NETLINK_SOCK_DIAG: sockets of this network namespace straight from the kernel, filtered there.
 *
 * @module
 */
import type { Subnet } from "./address.ts";
import { type Protocol, type Socket, TCP_LISTEN, TCP_TIME_WAIT } from "./socket.ts";

/** From linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h. */
const NLM_F_REQUEST_DUMP = 0x301;
const NLM_F_REQUEST_ACK = 0x5;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** The first form of the request: it alone walks the table once for both families. */
const TCPDIAG_GETSOCK = 18;
const SOCK_DIAG_BY_FAMILY = 20;
const SOCK_DESTROY = 21;
const INET_DIAG_REQ_BYTECODE = 1;
const BC_JMP = 1;
const BC_D_COND = 8;
const HEADER = 16;
/** struct inet_diag_sockid; struct inet_diag_msg. */
const SOCKID = 48;
const MESSAGE = 72;
const AF_INET = 2;
const AF_INET6 = 10;

const PROTOCOL_NUMBERS: Readonly<Partial<Record<Protocol, number>>> = { tcp: 6, udp: 17, udplite: 136 };

/** Connections: every state but listening, and the waiting that belongs to nobody any more (no inode). */
const CONNECTED = 0xfff & ~(1 << TCP_LISTEN) & ~(1 << TCP_TIME_WAIT);
const EVERY_STATE = 0xffff;

type Bytes = Uint8Array<ArrayBuffer>;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One condition "the remote address is in the subnet" and the jump behind it: to `whenTrue` bytes from its own start. */
function condition({ bytes, prefix }: Subnet, whenTrue: number): Bytes {
  const size = 12 + bytes.length;
  const code = new Uint8Array(size + 4);
  const data = view(code);
  data.setUint8(0, BC_D_COND);
  data.setUint8(1, size);
  data.setUint16(2, size + 4, true);
  data.setUint8(4, bytes.length === 4 ? AF_INET : AF_INET6);
  data.setUint8(5, prefix);
  data.setInt32(8, -1, true);
  code.set(bytes, 12);
  data.setUint8(size, BC_JMP);
  data.setUint8(size + 1, 4);
  data.setUint16(size + 2, whenTrue, true);
  return code;
}

/**
 * The kernel's filter: lets through what is in none of `safe`, and what is in `never`. It only saves work: what comes
 * through is judged again. (IPv4 conditions meet mapped addresses too.)
 */
export function filterOf(safe: readonly Subnet[], never: readonly Subnet[]): Bytes {
  const parts: Bytes[] = [];
  let rest = 0;
  // From the end, since every jump is measured to it; 4 bytes beyond it mean "no".
  const prepend = (subnet: Subnet, beyond: number): void => {
    parts.unshift(condition(subnet, 4 + rest + beyond));
    rest += 16 + subnet.bytes.length;
  };
  for (const subnet of safe.toReversed()) prepend(subnet, 4);
  for (const subnet of never.toReversed()) prepend(subnet, 0);
  const code = new Uint8Array(rest);
  let at = 0;
  for (const part of parts) {
    code.set(part, at);
    at += part.length;
  }
  return code;
}

function message(type: number, flags: number, body: Bytes, filter?: Bytes): Bytes {
  const extra = filter === undefined || filter.length === 0 ? 0 : 4 + filter.length;
  const bytes = new Uint8Array(HEADER + body.length + extra);
  const data = view(bytes);
  data.setUint32(0, bytes.length, true);
  data.setUint16(4, type, true);
  data.setUint16(6, flags, true);
  bytes.set(body, HEADER);
  if (filter !== undefined && extra > 0) {
    data.setUint16(HEADER + body.length, extra, true);
    data.setUint16(HEADER + body.length + 2, INET_DIAG_REQ_BYTECODE, true);
    bytes.set(filter, HEADER + body.length + 4);
  }
  return bytes;
}

/** Asks for TCP connections of both families that the filter lets through. */
export function tcpRequest(filter: Bytes): Bytes {
  const body = new Uint8Array(4 + SOCKID + 8);
  const data = view(body);
  data.setUint8(0, AF_INET);
  data.setUint32(4 + SOCKID, CONNECTED, true);
  return message(TCPDIAG_GETSOCK, NLM_F_REQUEST_DUMP, body, filter);
}

/** Asks for every socket of a protocol in one family. */
export function request(protocol: Protocol, family: 4 | 6): Bytes {
  const body = new Uint8Array(8 + SOCKID);
  const data = view(body);
  data.setUint8(0, family === 4 ? AF_INET : AF_INET6);
  data.setUint8(1, PROTOCOL_NUMBERS[protocol] ?? 0);
  data.setUint32(4, EVERY_STATE, true);
  return message(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST_DUMP, body);
}

/** Asks the kernel to end one connection (needs CAP_NET_ADMIN). */
export function destroyRequest(socket: Socket): Bytes | undefined {
  const protocol = PROTOCOL_NUMBERS[socket.protocol];
  if (protocol === undefined || socket.id === undefined) return undefined;
  const body = new Uint8Array(8 + SOCKID);
  const data = view(body);
  data.setUint8(0, socket.remote.length === 4 ? AF_INET : AF_INET6);
  data.setUint8(1, protocol);
  data.setUint32(4, EVERY_STATE, true);
  body.set(socket.id, 8);
  return message(SOCK_DESTROY, NLM_F_REQUEST_ACK, body);
}

/** What one datagram of the kernel said. */
export type Reply = { readonly done: boolean; readonly error: number };

/** Reads the sockets of one datagram. `error` is a negated errno, 0 for none. */
export function readReply(datagram: Uint8Array, protocol: Protocol, found: (socket: Socket) => void): Reply {
  const data = view(datagram);
  for (let at = 0; at + HEADER <= datagram.length;) {
    const length = data.getUint32(at, true);
    const type = data.getUint16(at + 4, true);
    if (type === NLMSG_DONE) {
      // A dump that failed half-way says so here.
      const error = length >= HEADER + 4 ? data.getInt32(at + HEADER, true) : 0;
      return { done: true, error };
    }
    if (type === NLMSG_ERROR) return { done: true, error: data.getInt32(at + HEADER, true) };
    if (length < HEADER || at + length > datagram.length) return { done: true, error: -74 /* EBADMSG */ };
    const body = at + HEADER;
    if (length >= HEADER + MESSAGE) {
      const bytes = data.getUint8(body) === AF_INET ? 4 : 16;
      found({
        protocol,
        state: data.getUint8(body + 1),
        localPort: data.getUint16(body + 4),
        remotePort: data.getUint16(body + 6),
        local: datagram.slice(body + 8, body + 8 + bytes),
        remote: datagram.slice(body + 24, body + 24 + bytes),
        uid: data.getUint32(body + 64, true),
        inode: data.getUint32(body + 68, true),
        id: datagram.slice(body + 4, body + 4 + SOCKID),
      });
    }
    at += (length + 3) & ~3;
  }
  return { done: false, error: 0 };
}
