/**
 * The C library by FFI: what Deno has no call for, and what it refuses to read below `/proc`.
 *
 * @module
 */
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { syscallNumber } from "../internal/syscalls.ts";

/** System calls and files as the kernel has them. Results below 0 are negated errnos. */
export interface Libc {
  prctl(operation: number, value: number): number;
  /** seccomp(2) with a program of `struct sock_filter[]`: 0, the thread that diverges, or a negated errno. */
  seccomp(operation: number, flags: number, program: Uint8Array<ArrayBuffer>): number;
  socket(family: number, type: number, protocol: number): number;
  /** An integer option of a socket. */
  socketOption(descriptor: number, level: number, option: number): { result: number; value: number };
  /** `struct sockaddr` of this end, or of the other one. */
  socketName(descriptor: number, end: "own" | "peer"): Uint8Array | undefined;
  /** Why the last call on this thread failed; to be asked right after it. */
  errno(): number;
  /** A system call with up to six integers. */
  call(number: number, ...args: readonly (number | bigint)[]): number;
  /** All of a small file, `undefined` when it can't be read. */
  readText(path: string): string | undefined;
  /** Names in a directory, without `.` and `..`; `undefined` when it can't be read. */
  readDirectory(path: string): readonly string[] | undefined;
  readLink(path: string): string | undefined;
  /**
   * Keeps the allocator's threshold for blocks that go back to the system when they are freed (128 KiB): by itself it grows
   * to 32 MiB with the first such block, and the memory of a model that was unloaded stays.
   */
  returnLargeBlocks(): void;
  /** Gives memory that was freed back to the system; on a thread of its own, since it can take some milliseconds. */
  trimMemory(): Promise<void>;
  [Symbol.dispose](): void;
}

/** asm-generic/fcntl.h; O_DIRECTORY alone differs between the two architectures. */
const O_CLOEXEC = 0o2000000;
const O_DIRECTORY = Deno.build.arch === "x86_64" ? 0o200000 : 0o40000;

/** malloc.h. */
const M_MMAP_THRESHOLD = -3;

const CHUNK = 32 * 1024;
/** No file that is read here is longer, a list of many thousand sockets included. */
const MAX_FILE = 64 * 1024 ** 2;

const SYMBOLS = {
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  syscall: {
    parameters: ["isize", "usize", "usize", "usize", "usize", "usize", "usize"],
    result: "isize",
  },
  syscallBuffer: { name: "syscall", parameters: ["isize", "usize", "buffer", "usize"], result: "isize" },
  syscallLast: { name: "syscall", parameters: ["isize", "usize", "usize", "buffer"], result: "isize" },
  malloc: { parameters: ["usize"], result: "usize" },
  free: { parameters: ["usize"], result: "void" },
  mallopt: { parameters: ["i32", "i32"], result: "i32" },
  malloc_trim: { parameters: ["usize"], result: "i32", nonblocking: true },
  toMemory: { name: "memcpy", parameters: ["usize", "buffer", "usize"], result: "void" },
  fromMemory: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "void" },
  __errno_location: { parameters: [], result: "usize" },
} as const satisfies Deno.ForeignLibraryInterface;

function load(path: string): Deno.DynamicLibrary<typeof SYMBOLS> {
  try {
    return Deno.dlopen(path, SYMBOLS);
  } catch (cause) {
    const refused = cause instanceof Deno.errors.NotCapable;
    throw new PhysiclawError(
      "config",
      `Cannot load the C library ${path}: ${refused ? "Deno's permissions forbid it" : messageOf(cause)}`,
      {
        ...(refused ? { hint: "start with the flags that physiclaw doctor --permissions prints" } : {}),
        cause,
      },
    );
  }
}

const text = (path: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${path}\0`);

/**
 * Loads the C library. Throws {@link PhysiclawError} of kind `config` when it can't. Needs `--allow-ffi` for the very
 * path, and no more: addresses are numbers here, so that no unscoped permission is asked for.
 *
 * @example
 * ```ts ignore
 * using libc = openLibc("/lib/x86_64-linux-gnu/libc.so.6");
 * console.log(libc.readText("/proc/self/status"));
 * ```
 */
export function openLibc(path: string): Libc {
  const library = load(path);
  const c = library.symbols;
  /** Right after the call that failed, on the same thread. */
  const errno = (): number => {
    const bytes = new Uint8Array(4);
    c.fromMemory(bytes, c.__errno_location(), 4n);
    return new DataView(bytes.buffer).getInt32(0, true);
  };
  const checked = (result: number | bigint): number => {
    const number = Number(result);
    return number === -1 ? -errno() : number;
  };
  /** Runs `use` on an open descriptor; `undefined` when it can't be opened. */
  const opened = <T>(path: string, flags: number, use: (descriptor: number) => T): T | undefined => {
    const descriptor = checked(c.open(text(path), flags | O_CLOEXEC));
    if (descriptor < 0) return undefined;
    try {
      return use(descriptor);
    } finally {
      c.close(descriptor);
    }
  };
  const name = (descriptor: number, end: "own" | "peer"): Uint8Array | undefined => {
    const address = new Uint8Array(128);
    const length = new Uint8Array(4);
    const view = new DataView(length.buffer);
    view.setUint32(0, address.length, true);
    const result = (end === "own" ? c.getsockname : c.getpeername)(descriptor, address, length);
    return result === 0 ? address.subarray(0, view.getUint32(0, true)) : undefined;
  };
  return {
    prctl: (operation, value) => checked(c.prctl(operation, BigInt(value), 0n, 0n, 0n)),
    seccomp(operation, flags, program) {
      const number = syscallNumber("seccomp", Deno.build.arch) ?? -1;
      const memory = c.malloc(BigInt(program.byteLength));
      if (memory === 0n) throw new PhysiclawError("internal", "Cannot take memory for a filter");
      try {
        c.toMemory(memory, program, BigInt(program.byteLength));
        // struct sock_fprog: a count, padding, a pointer.
        const header = new Uint8Array(16);
        const view = new DataView(header.buffer);
        view.setUint16(0, program.byteLength / 8, true);
        view.setBigUint64(8, BigInt(memory), true);
        return checked(c.syscallLast(BigInt(number), BigInt(operation), BigInt(flags), header));
      } finally {
        c.free(memory);
      }
    },
    socket: (family, type, protocol) => checked(c.socket(family, type, protocol)),
    socketOption(descriptor, level, option) {
      const value = new Uint8Array(4);
      const length = new Uint8Array([4, 0, 0, 0]);
      const result = checked(c.getsockopt(descriptor, level, option, value, length));
      return { result, value: new DataView(value.buffer).getInt32(0, true) };
    },
    socketName: name,
    errno,
    call(number, ...args) {
      const [a = 0n, b = 0n, d = 0n, e = 0n, f = 0n, g = 0n] = args.map((arg) =>
        BigInt.asUintN(64, BigInt(arg))
      );
      return checked(c.syscall(BigInt(number), a, b, d, e, f, g));
    },
    readText: (path) =>
      opened(path, 0, (descriptor) => {
        const decoder = new TextDecoder();
        const chunk = new Uint8Array(CHUNK);
        let content = "";
        for (let total = 0; total < MAX_FILE;) {
          const count = checked(c.read(descriptor, chunk, BigInt(CHUNK)));
          if (count < 0) return undefined;
          if (count === 0) return content + decoder.decode();
          total += count;
          content += decoder.decode(chunk.subarray(0, count), { stream: true });
        }
        return undefined;
      }),
    readDirectory: (path) =>
      opened(path, O_DIRECTORY, (descriptor) => {
        const number = BigInt(syscallNumber("getdents64", Deno.build.arch) ?? -1);
        const chunk = new Uint8Array(CHUNK);
        const view = new DataView(chunk.buffer);
        const names: string[] = [];
        for (;;) {
          const count = checked(c.syscallBuffer(number, BigInt(descriptor), chunk, BigInt(CHUNK)));
          if (count < 0) return undefined;
          if (count === 0) return names.filter((name) => name !== "." && name !== "..");
          // struct linux_dirent64: inode, offset, length at 16, type, name from 19 on.
          for (let at = 0; at < count; at += view.getUint16(at + 16, true)) {
            const end = chunk.indexOf(0, at + 19);
            names.push(new TextDecoder().decode(chunk.subarray(at + 19, end)));
          }
        }
      }),
    readLink(path) {
      const target = new Uint8Array(4096);
      const length = checked(c.readlink(text(path), target, BigInt(target.length)));
      return length < 0 ? undefined : new TextDecoder().decode(target.subarray(0, length));
    },
    returnLargeBlocks() {
      if (c.mallopt(M_MMAP_THRESHOLD, 128 * 1024) !== 1) {
        throw new PhysiclawError("internal", "Cannot set the allocator's threshold");
      }
    },
    trimMemory: async () => void (await c.malloc_trim(0n)),
    [Symbol.dispose]: () => library.close(),
  };
}
