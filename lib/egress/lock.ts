/**
 * Takes the egress lock: from then on the kernel refuses this process, its threads, its native libraries and its
 * descendants every new way out. It cannot be undone.
 *
 * @module
 */
import { encode } from "../internal/bpf.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { findLibc, LIBC_PATHS } from "../internal/libc.ts";
import { type SyscallName, syscallNumber } from "../internal/syscalls.ts";
import { type Libc, openLibc } from "./libc.ts";
import { type Listener, strangeDescriptors } from "./lock_descriptors.ts";
import { EPERM, lockFilter } from "./lock_filter.ts";

/** What the lock is taken with. */
export interface LockOptions {
  /** The one socket that stays useful. */
  readonly listener: Listener;
  /** Absolute path of the C library; default: where distributions keep it. */
  readonly libc?: string;
  /** What refused calls return; default EPERM. For tests. */
  readonly errno?: number;
}

/** What was checked after it was taken. */
export interface LockReport {
  /** Threads for which the kernel says that the filter holds. */
  readonly threads: number;
  readonly instructions: number;
}

/** linux/prctl.h and linux/seccomp.h */
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;

const ENOSYS = 38;
const AF_INET = 2;
const SOCK_STREAM = 1;
const MSG_FASTOPEN = 0x2000_0000;

/** Errnos that say why, to people who don't know them by number. */
const REASONS: Readonly<Record<number, string>> = {
  1: "not permitted: a filter of a container or a service manager is in the way",
  13: "no_new_privs is not set",
  12: "out of memory",
  22: "the kernel does not know it: it was built without seccomp filters",
  38: "the kernel does not know it, or a filter of a container is in the way",
};

const UNLOCKED = "or go on without it, at your own risk: physiclaw serve --unlocked";

const refuse = (why: string, fix: string, cause?: unknown): PhysiclawError =>
  new PhysiclawError("config", `Cannot take the egress lock: ${why}`, {
    hint: `${fix}; ${UNLOCKED}`,
    ...(cause === undefined ? {} : { cause }),
  });

const why = (result: number): string => REASONS[-result] ?? `errno ${-result}`;

/** Calls that do nothing without the filter, since descriptor -1 is none, and what the filter says instead. */
function probes(errno: number): readonly (readonly [SyscallName, readonly number[], number])[] {
  return [
    ["socket", [AF_INET, SOCK_STREAM, 0], errno],
    ["connect", [-1, 0, 0], errno],
    ["bind", [-1, 0, 0], errno],
    ["sendto", [-1, 0, 0, MSG_FASTOPEN, 0, 0], errno],
    ["sendto", [-1, 0, 0, 0, 1, 16], errno],
    ["recvmsg", [-1, 0, 0], errno],
    ["pwrite64", [-1, 0, 0, 2 ** 46], errno],
    ["io_uring_enter", [-1, 0, 0, 0, 0, 0], ENOSYS],
  ];
}

/** That a filter is there says nothing about which: containers have one too. */
function checkAnswers(libc: Libc, errno: number): void {
  for (const [name, args, expected] of probes(errno)) {
    const number = syscallNumber(name, Deno.build.arch);
    const result = number === undefined ? -expected : libc.call(number, ...args);
    if (result !== -expected) {
      throw refuse(
        `${name} gives ${result} where the filter says ${-expected}`,
        "this is a fault of the program or of the kernel, please report it",
      );
    }
  }
}

/** Reads what the kernel says of every thread. */
function checkThreads(libc: Libc): number {
  const threads = libc.readDirectory("/proc/self/task");
  if (threads === undefined) throw refuse("/proc/self/task cannot be read", "mount /proc");
  let held = 0;
  for (const thread of threads) {
    const status = libc.readText(`/proc/self/task/${thread}/status`);
    // It ended in between.
    if (status === undefined) continue;
    if (!/^Seccomp:\s+2$/m.test(status) || !/^NoNewPrivs:\s+1$/m.test(status)) {
      throw refuse(`thread ${thread} is not under the filter`, "restart physiclaw serve");
    }
    held++;
  }
  if (held === 0) throw refuse("no thread could be checked", "mount /proc");
  return held;
}

/**
 * Installs the filter in every thread, and checks that it holds. Throws {@link PhysiclawError} of kind `config` with the
 * reason and the fix; the process may then be locked already, or half so, and has to end. Blocks for about a millisecond.
 *
 * Use {@link takeLock}: this alone does not look at what is open already.
 */
export function installLock(libc: Libc, errno: number = EPERM): LockReport {
  const filter = lockFilter(Deno.build.arch, errno);
  const privileges = libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
  if (privileges !== 0) {
    throw refuse(
      `prctl(PR_SET_NO_NEW_PRIVS): ${why(privileges)}`,
      "allow it in the container's seccomp profile",
    );
  }
  const result = libc.seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, encode(filter));
  if (result > 0) throw refuse(`thread ${result} has a filter of its own`, "restart physiclaw serve");
  if (result < 0) {
    throw refuse(`seccomp(2): ${why(result)}`, "use a kernel with CONFIG_SECCOMP_FILTER, allow seccomp(2)");
  }
  const threads = checkThreads(libc);
  checkAnswers(libc, errno);
  return { threads, instructions: filter.length };
}

/**
 * Takes the lock: asserts that no descriptor leads out but the listener's, installs the filter in every thread, and
 * checks both. Throws {@link PhysiclawError} of kind `config` with reason and fix when anything is not as it should be; the
 * process has to end then. Needs `--allow-ffi` for the C library's path and read access to it.
 *
 * @example
 * ```ts ignore
 * const { threads } = await takeLock({ listener: { kind: "tcp", host: "127.0.0.1", port: 8000 } });
 * console.log(`the kernel refuses ${threads} threads every new way out`);
 * ```
 */
export async function takeLock(options: LockOptions): Promise<LockReport> {
  const path = options.libc ?? await findLibc();
  if (path === undefined) {
    throw refuse("the C library was not found", `it is looked for at ${LIBC_PATHS.join(", ")}`);
  }
  let libc: Libc;
  try {
    libc = openLibc(path);
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    throw refuse(error.message, error.hint ?? "install the distribution's own C library", error);
  }
  try {
    const strange = strangeDescriptors(libc, options.listener);
    if (strange.length > 0) {
      throw refuse(strange.join(", "), "close what the caller of physiclaw serve left open (N>&-)");
    }
    return installLock(libc, options.errno);
  } finally {
    libc[Symbol.dispose]();
  }
}
