/**
 * What the process holds open when the lock is about to close: a filter can't take a connection away that is there already.
 *
 * @module
 */
import type { Libc } from "./libc.ts";

/** Where the process listens. */
export type Listener =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** linux/socket.h, linux/in.h, asm-generic/socket.h */
const AF = { unix: 1, inet: 2, inet6: 10 } as const;
const FAMILIES: Readonly<Record<number, string>> = {
  1: "Unix",
  2: "IPv4",
  10: "IPv6",
  16: "netlink",
  17: "packet",
  40: "vsock",
};
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ACCEPTCONN = 30;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;
/** A `struct sockaddr_un` without a name. */
const UNNAMED = 2;
/** Standard output may be a socket: under systemd it leads to the journal. */
const STANDARD_STREAMS = 2;

interface Socket {
  readonly descriptor: number;
  readonly family: number;
  readonly stream: boolean;
  readonly protocol: number;
  readonly listening: boolean;
  /** `HOST:PORT`, or a path; empty without a name. */
  readonly own: string;
  readonly peer: string;
}

/** An address as the kernel has it, in one spelling. */
function spell(address: Uint8Array | undefined): string {
  if (address === undefined || address.length <= UNNAMED) return "";
  const view = new DataView(address.buffer, address.byteOffset, address.byteLength);
  switch (view.getUint16(0, true)) {
    case AF.inet:
      return `${address.subarray(4, 8).join(".")}:${view.getUint16(2)}`;
    case AF.inet6:
      return `[${address.subarray(8, 24).toHex()}]:${view.getUint16(2)}`;
    case AF.unix: {
      const path = address.subarray(UNNAMED);
      const end = path.indexOf(0, 1);
      return new TextDecoder().decode(end === -1 ? path : path.subarray(0, end)).replace("\0", "@");
    }
    default:
      return "an address";
  }
}

/** IPv6 loopback is the only literal that a listener may have besides IPv4 ones. */
const spellListener = (listener: Listener): string =>
  listener.kind === "unix"
    ? listener.path
    : listener.host.includes(":")
    ? `[${"0".repeat(31)}1]:${listener.port}`
    : `${listener.host}:${listener.port}`;

function look(libc: Libc, descriptor: number): Socket {
  const option = (name: number): number => libc.socketOption(descriptor, SOL_SOCKET, name).value;
  return {
    descriptor,
    family: option(SO_DOMAIN),
    stream: option(SO_TYPE) === SOCK_STREAM,
    protocol: option(SO_PROTOCOL),
    listening: option(SO_ACCEPTCONN) !== 0,
    own: spell(libc.socketName(descriptor, "own")),
    peer: spell(libc.socketName(descriptor, "peer")),
  };
}

/** The listener, a client that it accepted, or a pair inside this process. */
function belongs(socket: Socket, listener: Listener): boolean {
  const home = spellListener(listener);
  if (socket.family === AF.unix) {
    if (!socket.stream) return false;
    if (socket.descriptor <= STANDARD_STREAMS) return true;
    if (socket.own === "" && socket.peer === "" && !socket.listening) return true;
    return listener.kind === "unix" && socket.own === home;
  }
  const internet = socket.family === AF.inet || socket.family === AF.inet6;
  return internet && listener.kind === "tcp" && socket.protocol === IPPROTO_TCP && socket.own === home;
}

const describe = ({ descriptor, family, own, peer, listening }: Socket): string => {
  const what = `descriptor ${descriptor} is a socket (${FAMILIES[family] ?? `family ${family}`})`;
  if (listening) return `${what} that listens at ${own}`;
  return peer === "" ? what : `${what} connected to ${peer}`;
};

/**
 * Descriptors that could still send something once the filter holds, in words; empty when there are none besides the
 * listener and its clients. Also what is missing: `/proc` itself, or the listener.
 *
 * @example
 * ```ts ignore
 * using libc = openLibc(path);
 * console.log(strangeDescriptors(libc, { kind: "tcp", host: "127.0.0.1", port: 8000 }));
 * ```
 */
export function strangeDescriptors(libc: Libc, listener: Listener): readonly string[] {
  const names = libc.readDirectory("/proc/self/fd");
  if (names === undefined) return ["/proc/self/fd cannot be read"];
  const strange: string[] = [];
  let listeners = 0;
  for (const name of names) {
    const target = libc.readLink(`/proc/self/fd/${name}`) ?? "";
    if (target === "anon_inode:[io_uring]") strange.push(`descriptor ${name} is an io_uring`);
    else if (target === "/dev/net/tun") strange.push(`descriptor ${name} is a tunnel`);
    else if (target.startsWith("socket:")) {
      const socket = look(libc, Number(name));
      if (!belongs(socket, listener)) strange.push(describe(socket));
      else if (socket.listening) listeners++;
    }
  }
  if (listeners !== 1) strange.push(`${listeners} descriptors listen at ${spellListener(listener)}, not 1`);
  return strange;
}
