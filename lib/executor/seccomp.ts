/**
 * The system call filter that bwrap loads for a tool, made from the address families that its catalogue entry grants.
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
import type { Tool } from "../catalog/types.ts";

/** What a filter answers: linux/seccomp.h's actions with the errno where there is one. */
export const ACTION = {
  allow: 0x7fff_0000,
  killProcess: 0x8000_0000,
  /** SECCOMP_RET_ERRNO | EPERM */
  eperm: 0x0005_0001,
  /** SECCOMP_RET_ERRNO | ENOSYS: libraries fall back to the older call. */
  enosys: 0x0005_0026,
} as const;

/** As if the kernel were too old for them: io_uring opens sockets by itself, clone3's flags can't be looked at. */
const UNKNOWN: readonly SyscallName[] = ["io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"];

/** Reaching into other processes, changing the mounts, the kernel, the clock or the host: no tool has business there. */
const REFUSED: readonly SyscallName[] = [
  ...["ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "process_madvise"] as const,
  ...[
    "setns",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "open_tree_attr",
  ] as const,
  ...["fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon", "swapoff"] as const,
  ...["name_to_handle_at", "open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd", "acct"] as const,
  ...["bpf", "perf_event_open", "userfaultfd", "add_key", "request_key", "keyctl", "lookup_dcookie"] as const,
  ...["init_module", "finit_module", "delete_module", "create_module", "query_module"] as const,
  ...[
    "get_kernel_syms",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "syslog",
    "_sysctl",
    "nfsservctl",
  ] as const,
  ...[
    "settimeofday",
    "clock_settime",
    "sethostname",
    "setdomainname",
    "iopl",
    "ioperm",
    "modify_ldt",
  ] as const,
  ...["uselib", "vhangup"] as const,
];

/** linux/socket.h */
const AF = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const SOCK_STREAM = 1;
/** The bits of a socket's type that aren't SOCK_NONBLOCK or SOCK_CLOEXEC. */
const SOCK_TYPE_MASK = 0xf;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of linux/sched.h. */
const NEW_NAMESPACES = 0x7e02_0000;
/** Only unshare knows CLONE_NEWTIME; in clone the low byte is a signal. */
const CLONE_NEWTIME = 0x80;

/** Both put characters into a terminal's input: asm-generic/ioctls.h. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** Offsets in struct seccomp_data. The low half of an argument is what the kernel looks at for an int. */
const NR = 0;
const ARCH = 4;
const argument = (index: number): number => 16 + index * 8;

const isCall = (name: SyscallName, architecture: Architecture, target: string): readonly BpfLine[] => {
  const value = syscallNumber(name, architecture);
  return value === undefined ? [] : [{ op: "jump", if: "==", value, then: target }];
};

/** Returns of its own at the end of each list, so that no jump is longer than its list. */
function listed(
  names: readonly SyscallName[],
  architecture: Architecture,
  label: string,
  action: number,
): readonly BpfLine[] {
  return [
    ...names.flatMap((name) => isCall(name, architecture, label)),
    { op: "goto", to: `past ${label}` },
    { op: "label", name: label },
    { op: "return", value: action },
    { op: "label", name: `past ${label}` },
  ];
}

/** A block for one system call; the accumulator holds the number again behind it. */
function block(name: SyscallName, architecture: Architecture, body: readonly BpfLine[]): readonly BpfLine[] {
  const value = syscallNumber(name, architecture);
  if (value === undefined) return [];
  return [
    { op: "jump", if: "==", value, then: `in ${name}`, else: `past ${name}` },
    { op: "label", name: `in ${name}` },
    ...body,
    { op: "label", name: `past ${name}` },
  ];
}

const allow: BpfLine = { op: "return", value: ACTION.allow };
const refuse: BpfLine = { op: "return", value: ACTION.eperm };

/** Families of socket(2). NETLINK_ROUTE alone of netlink: that is how libraries list addresses. */
function sockets(granted: Tool["sockets"]): readonly BpfLine[] {
  const lines: BpfLine[] = [{ op: "load", offset: argument(0) }];
  if (granted.includes("inet")) {
    lines.push({ op: "jump", if: "==", value: AF.inet, then: "socket granted" });
    lines.push({ op: "jump", if: "==", value: AF.inet6, then: "socket granted" });
  }
  if (granted.includes("unix")) {
    lines.push({ op: "jump", if: "==", value: AF.unix, then: "socket granted" });
  }
  if (granted.includes("netlink")) {
    lines.push({ op: "jump", if: "==", value: AF.netlink, else: "socket refused" });
    lines.push({ op: "load", offset: argument(2) });
    lines.push({ op: "jump", if: "==", value: 0, then: "socket granted" });
    lines.push({ op: "label", name: "socket refused" });
  }
  lines.push(refuse);
  if (granted.length > 0) lines.push({ op: "label", name: "socket granted" }, allow);
  return lines;
}

/**
 * The filter for a tool. Everything that isn't named is allowed: namespaces, capabilities and mounts are bwrap's part.
 *
 * - A wrong architecture ends the process; x32's numbers and {@link UNKNOWN} don't exist; {@link REFUSED} is EPERM.
 * - `socket` knows the granted families only. Seccomp can't see the path of a Unix socket, hence families, not paths.
 * - `socketpair`: AF_UNIX streams only; a datagram pair can be pointed elsewhere by connect(AF_UNSPEC).
 * - No new namespaces by `clone` or `unshare`; no TIOCSTI or TIOCLINUX.
 *
 * @example
 * ```ts
 * import { simulate } from "../internal/bpf.ts";
 * import { ACTION, toolFilter } from "./seccomp.ts";
 * const filter = toolFilter(["inet"], "x86_64");
 * const call = { arch: 0xc000003e, nr: 41, args: [1] };
 * console.assert(simulate(filter, call) === ACTION.eperm);
 * ```
 */
export function toolFilter(granted: Tool["sockets"], architecture: Architecture): readonly BpfInstruction[] {
  return assemble([
    { op: "load", offset: ARCH },
    { op: "jump", if: "==", value: AUDIT_ARCH[architecture], then: "native" },
    { op: "return", value: ACTION.killProcess },
    { op: "label", name: "native" },
    { op: "load", offset: NR },
    { op: "jump", if: ">=", value: X32_BIT, else: "plain" },
    { op: "return", value: ACTION.enosys },
    { op: "label", name: "plain" },
    ...listed(UNKNOWN, architecture, "unknown", ACTION.enosys),
    ...listed(REFUSED, architecture, "refused", ACTION.eperm),
    ...block("socket", architecture, sockets(granted)),
    ...block("socketpair", architecture, [
      { op: "load", offset: argument(0) },
      { op: "jump", if: "==", value: AF.unix, else: "pair refused" },
      { op: "load", offset: argument(1) },
      { op: "and", value: SOCK_TYPE_MASK },
      { op: "jump", if: "==", value: SOCK_STREAM, else: "pair refused" },
      allow,
      { op: "label", name: "pair refused" },
      refuse,
    ]),
    ...block("clone", architecture, [
      { op: "load", offset: argument(0) },
      { op: "jump", if: "&", value: NEW_NAMESPACES, then: "clone refused" },
      allow,
      { op: "label", name: "clone refused" },
      refuse,
    ]),
    ...block("unshare", architecture, [
      { op: "load", offset: argument(0) },
      { op: "jump", if: "&", value: NEW_NAMESPACES | CLONE_NEWTIME, then: "unshare refused" },
      allow,
      { op: "label", name: "unshare refused" },
      refuse,
    ]),
    ...block("ioctl", architecture, [
      { op: "load", offset: argument(1) },
      { op: "jump", if: "==", value: TIOCSTI, then: "ioctl refused" },
      { op: "jump", if: "==", value: TIOCLINUX, then: "ioctl refused" },
      allow,
      { op: "label", name: "ioctl refused" },
      refuse,
    ]),
    allow,
  ]);
}
