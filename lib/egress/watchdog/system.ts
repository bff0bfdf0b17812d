/**
 * What the watchdog asks of the kernel, by the C library: netlink, `/proc`, signals, one durable file.
 *
 * @module
 */
import { syscallNumber } from "../../internal/syscalls.ts";
import { type Libc, openLibc } from "../libc.ts";

/** The kernel as the watchdog sees it. Results below 0 mean that it refused. */
export interface System extends Libc {
  /** Opens NETLINK_SOCK_DIAG; below 0 when the kernel refuses. */
  openDiag(): number;
  /** Sends a request; false when it could not be sent. */
  send(descriptor: number, bytes: Uint8Array<ArrayBuffer>): boolean;
  /** The next datagram, valid until the next call; `undefined` when there is none. */
  receive(descriptor: number): Uint8Array | undefined;
  /** The bytes of a small file, valid until the next call; `undefined` when it can't be read. */
  readBytes(path: string): Uint8Array | undefined;
  /** Names in a directory that are numbers: processes, threads, descriptors; `undefined` when it can't be read. */
  readNumbers(path: string): readonly number[] | undefined;
  /** Opens a file (0600, made if missing) that can be written to quickly and durably; `undefined` when it can't be. */
  openLedger(path: string): Ledger | undefined;
  /** A loopback TCP connection and a UDP socket of this process, for the watch to find; `undefined` when refused. */
  openProof(): Proof | undefined;
  /** Sends a signal; false when there is no such process or it may not be sent. */
  kill(pid: number, signal: number): boolean;
  /** Waits for input on standard input, so many milliseconds at most. */
  wait(ms: number): boolean;
  /** What standard input holds now; `undefined` at its end. Call it when {@link wait} said so. */
  readInput(): Uint8Array | undefined;
  /** To standard output; false when nobody takes it without waiting: a reader that stands still must not stop us. */
  writeOutput(text: string): boolean;
  /** Does nothing for so long. */
  sleep(ms: number): void;
  /** Asks for more of the processor than others get; without privilege nothing changes. */
  hurry(): void;
  /** To standard error, for the case that the bridge can't log any more. */
  say(text: string): void;
}

/** Sockets that a watch must see, by inode. */
export interface Proof {
  readonly tcp: number;
  readonly udp: number;
  close(): void;
}

/**
 * A file of lines with room reserved at its end, as empty lines: what fits in there is on the disk without the file
 * system having to write down a new size, which takes several times as long.
 */
export interface Ledger {
  readonly path: string;
  /** Writes and waits until it is on the disk; false when any of that failed. */
  append(text: string): boolean;
  close(): void;
}

export const SIGKILL = 9;
export const SIGCONT = 18;
export const SIGSTOP = 19;

/** asm-generic/fcntl.h */
const O_RDONLY_CLOEXEC = 0o2000000;
const O_WRONLY_CREAT_CLOEXEC = 0o2000000 | 0o1 | 0o100;
/** These two differ between the architectures. */
const [O_DIRECTORY, O_NOFOLLOW] = Deno.build.arch === "x86_64" ? [0o200000, 0o400000] : [0o40000, 0o100000];
const SEEK_SET = 0;
const SEEK_END = 2;
/** One block of every file system: some ten lines. */
const RESERVED = 4096;
/** A call that a signal came between, and nothing to be read after all: no end. */
const [EINTR, EAGAIN] = [4, 11];
/** A connection that is under way. */
const EINPROGRESS = 115;
const AF_NETLINK = 16;
const AF_INET = 2;
/** Not to wait for an answer that never comes: a connection under way is listed, too. */
const SOCK_STREAM_CLOEXEC_NONBLOCK = 1 | 0o2000000 | 0o4000;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_SOCK_DIAG = 4;
/** poll.h */
const POLLIN = 1;
const POLLOUT = 4;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
/** A dump comes in datagrams of at most 32 KiB (netlink's own limit). */
const DATAGRAM = 256 * 1024;
const MOST_BYTES = 1 << 20;
const LINE_END = 10;

const SYMBOLS = {
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  getdents64: { name: "syscall", parameters: ["isize", "usize", "buffer", "usize"], result: "isize" },
  fsync: { parameters: ["i32"], result: "i32" },
  fdatasync: { parameters: ["i32"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Loads the C library. Throws as `openLibc` does.
 *
 * @example
 * ```ts ignore
 * using system = openSystem("/lib/x86_64-linux-gnu/libc.so.6");
 * console.log(system.readText("/proc/self/net/tcp"));
 * ```
 */
export function openSystem(path: string): System {
  const libc = openLibc(path);
  const library = Deno.dlopen(path, SYMBOLS);
  const c = library.symbols;
  const encoder = new TextEncoder();
  const datagram = new Uint8Array(DATAGRAM);
  let content = new Uint8Array(16 * 1024);
  const entries = new Uint8Array(32 * 1024);
  const getdents64 = BigInt(syscallNumber("getdents64", Deno.build.arch) ?? -1);
  const input = new Uint8Array(16 * 1024);
  /** struct pollfd: descriptor, events, what came. An end or an error counts as ready. */
  const ready = (descriptor: number, events: number, ms: number): boolean =>
    c.poll(Uint8Array.of(descriptor, 0, 0, 0, events, 0, 0, 0), 1n, ms) > 0;
  const writeAll = (descriptor: number, bytes: Uint8Array<ArrayBuffer>): boolean => {
    for (let at = 0; at < bytes.length;) {
      const count = Number(c.write(descriptor, bytes.subarray(at), BigInt(bytes.length - at)));
      if (count <= 0) return false;
      at += count;
    }
    return true;
  };
  const syncDirectory = (path: string): boolean => {
    const descriptor = c.open(encoder.encode(`${path}\0`), O_RDONLY_CLOEXEC | O_DIRECTORY, 0);
    if (descriptor < 0) return false;
    try {
      return c.fsync(descriptor) === 0;
    } finally {
      c.close(descriptor);
    }
  };
  return {
    ...libc,
    openDiag() {
      const descriptor = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
      // A kernel that never answers must not stop the heartbeat for ever: 500 ms.
      if (descriptor >= 0) {
        const wait = new Uint8Array(new BigInt64Array([0n, 500_000n]).buffer);
        c.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, wait, wait.length);
      }
      return descriptor;
    },
    send: (descriptor, bytes) => Number(c.send(descriptor, bytes, BigInt(bytes.length), 0)) === bytes.length,
    receive(descriptor) {
      const length = Number(c.recv(descriptor, datagram, BigInt(DATAGRAM), 0));
      return length > 0 ? datagram.subarray(0, length) : undefined;
    },
    readBytes(path) {
      const descriptor = c.open(encoder.encode(`${path}\0`), O_RDONLY_CLOEXEC, 0);
      if (descriptor < 0) return undefined;
      try {
        for (let length = 0;;) {
          if (length === content.length) {
            if (length >= MOST_BYTES) return undefined;
            const larger = new Uint8Array(length * 4);
            larger.set(content);
            content = larger;
          }
          const count = Number(c.read(descriptor, content.subarray(length), BigInt(content.length - length)));
          if (count < 0) return undefined;
          if (count === 0) return content.subarray(0, length);
          length += count;
        }
      } finally {
        c.close(descriptor);
      }
    },
    readNumbers(path) {
      const descriptor = c.open(encoder.encode(`${path}\0`), O_RDONLY_CLOEXEC | O_DIRECTORY, 0);
      if (descriptor < 0) return undefined;
      const numbers: number[] = [];
      try {
        for (;;) {
          const count = Number(
            c.getdents64(getdents64, BigInt(descriptor), entries, BigInt(entries.length)),
          );
          if (count < 0) return undefined;
          if (count === 0) return numbers;
          // struct linux_dirent64: its length is at 16, its name from 19 on.
          for (let at = 0; at < count; at += (entries[at + 16] ?? 0) | ((entries[at + 17] ?? 0) << 8)) {
            let number = 0;
            for (let digit = at + 19; number >= 0 && entries[digit] !== 0; digit++) {
              const value = (entries[digit] ?? 0) - 48;
              number = value >= 0 && value <= 9 ? number * 10 + value : -1;
            }
            if (number >= 0) numbers.push(number);
          }
        }
      } finally {
        c.close(descriptor);
      }
    },
    openLedger(path) {
      const descriptor = c.open(encoder.encode(`${path}\0`), O_WRONLY_CREAT_CLOEXEC | O_NOFOLLOW, 0o600);
      if (descriptor < 0) return undefined;
      const close = () => void c.close(descriptor);
      const position = c.lseek(descriptor, 0n, SEEK_END);
      const whole = position >= 0n && writeAll(descriptor, new Uint8Array(RESERVED).fill(LINE_END)) &&
        c.fsync(descriptor) === 0 && syncDirectory(path.slice(0, path.lastIndexOf("/") + 1)) &&
        c.lseek(descriptor, position, SEEK_SET) === position;
      if (!whole) return close(), undefined;
      return {
        path,
        append: (text) => writeAll(descriptor, encoder.encode(text)) && c.fdatasync(descriptor) === 0,
        close,
      };
    },
    openProof() {
      const open: number[] = [];
      const close = () => open.splice(0).forEach((descriptor) => c.close(descriptor));
      /** A socket bound to a free port of 127.0.0.1. */
      const bound = (type: number): number => {
        const descriptor = libc.socket(AF_INET, type, 0);
        if (descriptor < 0) return -1;
        open.push(descriptor);
        // struct sockaddr_in: family, port 0, address, padding.
        const address = new Uint8Array(16);
        address.set([AF_INET, 0, 0, 0, 127, 0, 0, 1]);
        return c.bind(descriptor, address, address.length) === 0 ? descriptor : -1;
      };
      const inode = (descriptor: number): number =>
        Number(/^socket:\[([0-9]+)\]$/.exec(libc.readLink(`/proc/self/fd/${descriptor}`) ?? "")?.[1]);
      const [listener, client, udp] = [
        bound(SOCK_STREAM_CLOEXEC_NONBLOCK),
        bound(SOCK_STREAM_CLOEXEC_NONBLOCK),
        bound(SOCK_DGRAM_CLOEXEC),
      ];
      const there = listener < 0 || c.listen(listener, 1) !== 0
        ? undefined
        : libc.socketName(listener, "own");
      if (there === undefined || client < 0 || udp < 0) return close(), undefined;
      const connected = c.connect(client, Uint8Array.from(there), there.length) === 0;
      if (!connected && libc.errno() !== EINPROGRESS) return close(), undefined;
      return { tcp: inode(client), udp: inode(udp), close };
    },
    wait: (ms) => ready(0, POLLIN, ms),
    readInput() {
      const count = Number(c.read(0, input, BigInt(input.length)));
      if (count > 0) return input.slice(0, count);
      return count < 0 && [EINTR, EAGAIN].includes(libc.errno()) ? new Uint8Array() : undefined;
    },
    writeOutput: (text) => ready(1, POLLOUT, 0) && writeAll(1, encoder.encode(text)),
    sleep: (ms) => void c.poll(new Uint8Array(8), 0n, ms),
    // PRIO_PROCESS, this thread; 10 steps of 20.
    hurry: () => void c.setpriority(0, 0, -10),
    kill: (pid, signal) => pid > 1 && c.kill(pid, signal) === 0,
    say: (text) => void writeAll(2, encoder.encode(`${text}\n`)),
    [Symbol.dispose]() {
      library.close();
      libc[Symbol.dispose]();
    },
  };
}
