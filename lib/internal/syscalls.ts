/**
 * System call numbers of the two architectures that Deno runs on, as far as filters need them.
 *
 * @module
 */

/** Architectures by Deno's name for them. */
export type Architecture = typeof Deno.build.arch;

/** `AUDIT_ARCH_*` of linux/audit.h. */
export const AUDIT_ARCH: Readonly<Record<Architecture, number>> = {
  x86_64: 0xc000_003e,
  aarch64: 0xc000_00b7,
};

/** Numbers from here on are x32's (`__X32_SYSCALL_BIT`); no architecture has plain ones there. */
export const X32_BIT = 0x4000_0000;

/** From asm/unistd_64.h (x86-64) and asm-generic/unistd.h (aarch64). `undefined`: the architecture hasn't got it. */
const NUMBERS = {
  lseek: [8, 62],
  ioctl: [16, 29],
  pread64: [17, 67],
  pwrite64: [18, 68],
  socket: [41, 198],
  connect: [42, 203],
  sendto: [44, 206],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  bind: [49, 200],
  listen: [50, 201],
  socketpair: [53, 199],
  setsockopt: [54, 208],
  clone: [56, 220],
  ptrace: [101, 117],
  syslog: [103, 116],
  uselib: [134, undefined],
  vhangup: [153, 58],
  modify_ldt: [154, undefined],
  pivot_root: [155, 41],
  _sysctl: [156, undefined],
  chroot: [161, 51],
  acct: [163, 89],
  settimeofday: [164, 170],
  mount: [165, 40],
  umount2: [166, 39],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  iopl: [172, undefined],
  ioperm: [173, undefined],
  create_module: [174, undefined],
  init_module: [175, 105],
  delete_module: [176, 106],
  get_kernel_syms: [177, undefined],
  query_module: [178, undefined],
  quotactl: [179, 60],
  nfsservctl: [180, 42],
  lookup_dcookie: [212, 18],
  getdents64: [217, 61],
  clock_settime: [227, 112],
  kexec_load: [246, 104],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  unshare: [272, 97],
  preadv: [295, 69],
  pwritev: [296, 70],
  perf_event_open: [298, 241],
  recvmmsg: [299, 243],
  fanotify_init: [300, 262],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  sendmmsg: [307, 269],
  setns: [308, 268],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  finit_module: [313, 273],
  seccomp: [317, 277],
  kexec_file_load: [320, 294],
  bpf: [321, 280],
  userfaultfd: [323, 282],
  preadv2: [327, 286],
  pwritev2: [328, 287],
  // From here on every architecture has the same numbers.
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  clone3: [435, 435],
  pidfd_getfd: [438, 438],
  process_madvise: [440, 440],
  mount_setattr: [442, 442],
  quotactl_fd: [443, 443],
  open_tree_attr: [467, 467],
} as const satisfies Record<string, readonly [number, number | undefined]>;

/** Names that {@link syscallNumber} knows. */
export type SyscallName = keyof typeof NUMBERS;

/**
 * The number of a system call, `undefined` where the architecture hasn't got it.
 *
 * @example
 * ```ts
 * import { syscallNumber } from "./syscalls.ts";
 * console.assert(syscallNumber("socket", "x86_64") === 41);
 * console.assert(syscallNumber("iopl", "aarch64") === undefined);
 * ```
 */
export function syscallNumber(name: SyscallName, architecture: Architecture): number | undefined {
  return NUMBERS[name][architecture === "x86_64" ? 0 : 1];
}
