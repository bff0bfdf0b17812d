/**
 * Raw system calls for attacks: what native code in the process could do.
 *
 * @module
 */
/** x86-64 and aarch64. */
const NUMBERS = {
  read: [0, 63],
  write: [1, 64],
  close: [3, 57],
  lseek: [8, 62],
  mmap: [9, 222],
  socket: [41, 198],
  connect: [42, 203],
  accept: [43, 202],
  sendto: [44, 206],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  shutdown: [48, 210],
  bind: [49, 200],
  listen: [50, 201],
  getsockname: [51, 204],
  socketpair: [53, 199],
  recvfrom: [45, 207],
  setsockopt: [54, 208],
  wait4: [61, 260],
  ptrace: [101, 117],
  openat: [257, 56],
  pwrite64: [18, 68],
  pwritev: [296, 70],
  recvmmsg: [299, 243],
  process_vm_writev: [311, 271],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
} as const;

export type CallName = keyof typeof NUMBERS;
type Argument = number | bigint | Uint8Array<ArrayBuffer>;

export const numberOf = (name: CallName): number => NUMBERS[name][Deno.build.arch === "x86_64" ? 0 : 1];

/** Where bytes lie in this process's memory; they must outlive the call. */
export const addressOf = (bytes: Uint8Array<ArrayBuffer>): bigint =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));

const SIX = ["isize", "usize", "usize", "usize", "usize", "usize", "usize"] as const;

const word = (argument: Argument): bigint =>
  argument instanceof Uint8Array ? addressOf(argument) : BigInt.asUintN(64, BigInt(argument));

const six = (args: readonly Argument[]) => {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n] = args.map(word);
  return [a, b, c, d, e, f] as const;
};

/** The kernel as attacks call it. */
export interface System {
  /** Makes a call by name; throws `NAME: ERRNO` when it fails. */
  sys(name: CallName, ...args: readonly Argument[]): number;
  /** The same by any number; `name` is for the error. */
  call(name: string, number: number, ...args: readonly Argument[]): number;
  /** On another thread, one that Deno keeps for such calls; its errno is that thread's, so only that it failed is told. */
  sysElsewhere(name: CallName, ...args: readonly Argument[]): Promise<number>;
}

/**
 * Opens the C library at an absolute path.
 *
 * @example
 * ```ts ignore
 * const { sys } = openSystem("/lib64/libc.so.6");
 * const socket = sys("socket", 2, 1, 0);
 * ```
 */
export function openSystem(libc: string): System {
  const { symbols } = Deno.dlopen(libc, {
    syscall: { parameters: SIX, result: "isize" },
    elsewhere: { name: "syscall", parameters: SIX, result: "isize", nonblocking: true },
    __errno_location: { parameters: [], result: "pointer" },
  });
  const errno = (): number => {
    const pointer = symbols.__errno_location();
    return pointer === null ? 0 : new Deno.UnsafePointerView(pointer).getInt32();
  };
  const call: System["call"] = (name, number, ...args) => {
    const result = Number(symbols.syscall(BigInt(number), ...six(args)));
    if (result === -1) throw new Error(`${name}: ${errno()}`);
    return result;
  };
  return {
    call,
    sys: (name, ...args) => call(name, numberOf(name), ...args),
    sysElsewhere: async (name, ...args) => {
      const result = Number(await symbols.elsewhere(BigInt(numberOf(name)), ...six(args)));
      if (result === -1) throw new Error(`${name}: refused`);
      return result;
    },
  };
}

/** A view of memory that the kernel gave. */
export function memory(address: number, length: number): DataView {
  const pointer = Deno.UnsafePointer.create(BigInt(address));
  if (pointer === null) throw new Error("no memory");
  return new DataView(Deno.UnsafePointerView.getArrayBuffer(pointer, length));
}

/** `struct sockaddr_in`. */
export function inet(address: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 2, true);
  view.setUint16(2, port);
  bytes.set(address.split(".").map(Number), 4);
  return bytes;
}

/** `struct sockaddr_in6` of ::1. */
export function loopback6(port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 10, true);
  view.setUint16(2, port);
  bytes[23] = 1;
  return bytes;
}

/** `struct sockaddr_un`. */
export function unix(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(110);
  new DataView(bytes.buffer).setUint16(0, 1, true);
  bytes.set(new TextEncoder().encode(path), 2);
  return bytes;
}

/** AF_UNSPEC: takes a socket's peer away. */
export const unspec = (): Uint8Array<ArrayBuffer> => new Uint8Array(16);

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A list of 64-bit words. */
export function words(...values: readonly (bigint | number)[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setBigUint64(index * 8, BigInt(value), true);
  return bytes;
}
