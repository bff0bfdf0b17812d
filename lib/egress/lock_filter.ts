/**
 * The system call filter of the egress lock: after it, neither this process nor a descendant gets a socket that leads
 * anywhere.
 *
 * @module
 */
import { assemble, type BpfInstruction, type BpfLine } from "../internal/bpf.ts";
import {
  type Architecture,
  AUDIT_ARCH,
  type SyscallName,
  syscallNumber,
  X32_BIT,
} from "../internal/syscalls.ts";

/** linux/seccomp.h */
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const ERRNO = 0x0005_0000;
export const EPERM = 1;
const ENOSYS = 38;

/** As if the kernel were too old for them: a ring does what the filter would have refused. */
const UNKNOWN: readonly SyscallName[] = ["io_uring_setup", "io_uring_enter", "io_uring_register"];

const REFUSED: readonly SyscallName[] = [
  // AF_UNIX too: seccomp can't see a path, and a resolver, D-Bus or a container's socket is a way out. connect(AF_UNSPEC)
  // on the listener or on an accepted socket, then bind, would make a fresh socket of it.
  ...["socket", "connect", "bind", "listen"] as const,
  // The two calls that take a descriptor out of a message. Nothing here reads messages with ancillary data.
  ...["recvmsg", "recvmmsg"] as const,
  // Other processes: their memory, descriptors and namespaces.
  ...["ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp"] as const,
  "setns",
  // What has the kernel itself connect, look up names or run code.
  ...["add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd"] as const,
  ...["mount", "umount2", "pivot_root", "move_mount", "open_tree", "open_tree_attr"] as const,
  ...["fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff", "acct"] as const,
  ...["nfsservctl", "open_by_handle_at", "iopl", "ioperm"] as const,
  ...["init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"] as const,
];

const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** The bits of a socket's type that aren't SOCK_NONBLOCK or SOCK_CLOEXEC. */
const SOCK_TYPE_MASK = 0xf;
/** Sends with the first packet of a new connection: no connect is needed. linux/socket.h */
const MSG_FASTOPEN = 0x2000_0000;

const SOL_SOCKET = 1;
const SOL_TCP = 6;
/** SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER: asm-generic/socket.h. */
const SOCKET_OPTIONS = [2, 7, 8, 9, 13];
/** TCP_NODELAY, CORK, KEEPIDLE, KEEPINTVL, KEEPCNT, QUICKACK, USER_TIMEOUT: linux/tcp.h. */
const TCP_OPTIONS = [1, 3, 4, 5, 6, 12, 18];

/** Requests to sockets about addresses, routes and interfaces are 0x89xx: linux/sockios.h. */
const SIOC = 0x8900;
/** TIOCSTI and TIOCLINUX type into a terminal, hence into a shell; TUNSETIFF takes an interface. */
const IOCTLS = [0x5412, 0x541c, 0x4004_54ca];

/**
 * `/proc/PID/mem` is another process's memory as a file, and a filter sees no paths; but the position in it is an
 * address, and those lie higher than any file of ours is long. No position from 16 GiB on (the high word of an offset).
 */
const MOST_POSITION_HIGH = 4;
const POSITIONED: readonly SyscallName[] = [
  "pread64",
  "pwrite64",
  "preadv",
  "pwritev",
  "preadv2",
  "pwritev2",
];
/** lseek(2): from the start; from where it stands. That file knows no other. */
const [SEEK_SET, SEEK_CUR] = [0, 1];
/** Backwards go readers of stdio, by what they have read too much: at most a buffer, 64 KiB. */
const BACK_HIGH = 0xffff_ffff;
const BACK_LOW = 0xffff_0000;

/** Offsets in struct seccomp_data. The low half of an argument is what the kernel looks at for an int. */
const NR = 0;
const ARCH = 4;
const low = (argument: number): BpfLine => ({ op: "load", offset: 16 + argument * 8 });
const high = (argument: number): BpfLine => ({ op: "load", offset: 20 + argument * 8 });
const label = (name: string): BpfLine => ({ op: "label", name });
const allow: BpfLine = { op: "return", value: ALLOW };

/** `action` for each of the names; returns of its own, so that no jump is longer than its list. */
function listed(
  names: readonly SyscallName[],
  architecture: Architecture,
  action: number,
): readonly BpfLine[] {
  const numbers = names.map((name) => syscallNumber(name, architecture)).filter((nr) => nr !== undefined);
  const [hit, past] = [`listed ${names[0]}`, `past ${names[0]}`];
  return [
    ...numbers.map((value): BpfLine => ({ op: "jump", if: "==", value, then: hit })),
    { op: "goto", to: past },
    label(hit),
    { op: "return", value: action },
    label(past),
  ];
}

/** A block for one system call; its body jumps to `yes` or `no`, or ends in front of `no`. */
function block(
  name: SyscallName,
  architecture: Architecture,
  refusal: number,
  body: (yes: string, no: string) => readonly BpfLine[],
): readonly BpfLine[] {
  const value = syscallNumber(name, architecture);
  if (value === undefined) return [];
  const [yes, no] = [`${name} allowed`, `${name} refused`];
  return [
    { op: "jump", if: "==", value, then: `in ${name}`, else: `past ${name}` },
    label(`in ${name}`),
    ...body(yes, no),
    label(no),
    { op: "return", value: refusal },
    label(yes),
    allow,
    label(`past ${name}`),
  ];
}

const belowLimit = (argument: number) => (yes: string, no: string): readonly BpfLine[] => [
  high(argument),
  { op: "jump", if: ">=", value: MOST_POSITION_HIGH, then: no, else: yes },
];

const withoutFastOpen = (flags: number) => (yes: string, no: string): readonly BpfLine[] => [
  low(flags),
  { op: "jump", if: "&", value: MSG_FASTOPEN, then: no, else: yes },
];

/**
 * The filter. What is not named is allowed.
 *
 * - A foreign architecture ends the process; x32's numbers and io_uring don't exist (ENOSYS).
 * - `errno` for every way to a new socket or another peer, into other processes, and to have the kernel connect by itself.
 * - `socketpair`: AF_UNIX streams only, since a datagram's message may name any receiver.
 * - `sendto` to the socket's own peer only; no MSG_FASTOPEN in it, `sendmsg` or `sendmmsg`.
 * - `setsockopt`: buffers, keep-alive, Nagle. Options of IP (source routes), SO_BINDTODEVICE or TCP_REPAIR would lead an
 *   accepted connection elsewhere.
 * - No position in a file beyond 16 GiB, and none that is crept up to: the memory of another process, by `/proc/PID/mem`,
 *   begins higher. (All but what V8 puts lower by chance, about one page of its heap in 4,000.)
 *
 * @param errno EPERM; tests take one that no kernel returns by itself
 * @example
 * ```ts
 * import { simulate } from "../internal/bpf.ts";
 * import { lockFilter } from "./lock_filter.ts";
 * const connect = { arch: 0xc000_003e, nr: 42 };
 * console.assert(simulate(lockFilter("x86_64"), connect) === 0x0005_0001);
 * ```
 */
export function lockFilter(architecture: Architecture, errno: number = EPERM): readonly BpfInstruction[] {
  const refusal = ERRNO | errno;
  const special = (name: SyscallName, body: (yes: string, no: string) => readonly BpfLine[]) =>
    block(name, architecture, refusal, body);
  return assemble([
    { op: "load", offset: ARCH },
    { op: "jump", if: "==", value: AUDIT_ARCH[architecture], then: "native" },
    { op: "return", value: KILL_PROCESS },
    label("native"),
    { op: "load", offset: NR },
    { op: "jump", if: ">=", value: X32_BIT, else: "plain" },
    { op: "return", value: ERRNO | ENOSYS },
    label("plain"),
    ...listed(UNKNOWN, architecture, ERRNO | ENOSYS),
    ...listed(REFUSED, architecture, refusal),
    ...special("socketpair", (yes, no) => [
      low(0),
      { op: "jump", if: "==", value: AF_UNIX, else: no },
      low(1),
      { op: "and", value: SOCK_TYPE_MASK },
      { op: "jump", if: "==", value: SOCK_STREAM, then: yes },
    ]),
    ...special("sendto", (yes, no) => [
      low(3),
      { op: "jump", if: "&", value: MSG_FASTOPEN, then: no },
      low(4),
      { op: "jump", if: "==", value: 0, else: no },
      high(4),
      { op: "jump", if: "==", value: 0, then: yes },
    ]),
    ...special("sendmsg", withoutFastOpen(2)),
    ...special("sendmmsg", withoutFastOpen(3)),
    ...special("setsockopt", (yes, no) => [
      low(1),
      { op: "jump", if: "==", value: SOL_SOCKET, then: "level socket" },
      { op: "jump", if: "==", value: SOL_TCP, else: no },
      low(2),
      ...TCP_OPTIONS.map((value): BpfLine => ({ op: "jump", if: "==", value, then: yes })),
      { op: "goto", to: no },
      label("level socket"),
      low(2),
      ...SOCKET_OPTIONS.map((value): BpfLine => ({ op: "jump", if: "==", value, then: yes })),
    ]),
    ...special("ioctl", (yes, no) => [
      low(1),
      ...IOCTLS.map((value): BpfLine => ({ op: "jump", if: "==", value, then: no })),
      { op: "and", value: 0xffff_ff00 },
      { op: "jump", if: "==", value: SIOC, then: no, else: yes },
    ]),
    ...POSITIONED.flatMap((name) => special(name, belowLimit(3))),
    ...special("lseek", (yes, no) => [
      low(2),
      { op: "jump", if: "==", value: SEEK_SET, then: "from the start" },
      { op: "jump", if: "==", value: SEEK_CUR, else: yes },
      high(1),
      { op: "jump", if: "==", value: BACK_HIGH, then: "backwards" },
      { op: "jump", if: "==", value: 0, else: no },
      low(1),
      { op: "jump", if: "==", value: 0, then: yes, else: no },
      label("backwards"),
      low(1),
      { op: "jump", if: ">=", value: BACK_LOW, then: yes, else: no },
      label("from the start"),
      ...belowLimit(1)(yes, no),
    ]),
    allow,
  ]);
}
