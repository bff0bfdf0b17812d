/**
 * Raises `lo` in a fresh network namespace and gives it the one address that the tool will call. By libc through FFI:
 * no program that every host has does it. Loaded in the forwarder's helper process only.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** From linux/socket.h and linux/sockios.h; the same on x86-64 and aarch64. */
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SIOCGIFFLAGS = 0x8913n;
const SIOCSIFFLAGS = 0x8914n;
const SIOCSIFADDR = 0x8916n;
const SIOCSIFNETMASK = 0x891cn;
const IFF_UP = 1;
/** struct ifreq: 16 bytes of name, then a union of 24. */
const IFREQ = 40;
/** `lo` is the first interface of every namespace. */
const LO_INDEX = 1;

/**
 * The bytes of an IP literal: 4 or 16. No library here: the helper starts for every step, and each import delays it.
 * Throws {@link PhysiclawError} for what is no plain literal.
 *
 * @example
 * ```ts
 * import { addressBytes } from "./loopback.ts";
 * console.assert(addressBytes("10.0.0.5").join() === "10,0,0,5");
 * console.assert(addressBytes("fd12::7").length === 16);
 * ```
 */
export function addressBytes(address: string): readonly number[] {
  const fail = (): never => {
    throw new PhysiclawError("internal", `Cannot use ${address}: it is no IP address`);
  };
  if (!address.includes(":")) {
    const parts = address.split(".");
    const bytes = parts.map(Number);
    const plain = bytes.every((byte, index) => byte <= 255 && String(byte) === parts[index]);
    return parts.length === 4 && plain ? bytes : fail();
  }
  const words = (text: string): readonly number[] =>
    text === ""
      ? []
      : text.split(":").flatMap((word) =>
        /^[0-9a-f]{1,4}$/i.test(word) ? [parseInt(word, 16) >> 8, parseInt(word, 16) & 255] : fail()
      );
  const halves = address.split("::");
  const [head, tail] = [words(halves[0] ?? ""), words(halves[1] ?? "")];
  const missing = 16 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 2 : missing !== 0)) return fail();
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}

const isLoopback = (bytes: readonly number[]): boolean =>
  bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));

function ifreq(name: string, fill: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(IFREQ);
  bytes.set(new TextEncoder().encode(name));
  fill(new DataView(bytes.buffer));
  return bytes;
}

const sockaddr = (name: string, address: readonly number[]): Uint8Array<ArrayBuffer> =>
  ifreq(name, (view) => {
    view.setUint16(16, AF_INET, true);
    for (const [index, byte] of address.entries()) view.setUint8(20 + index, byte);
  });

/**
 * Raises `lo`, adds `address` to it unless it is loopback already, and tells which network namespace this is, as
 * `/proc/self/ns/net` names it. Throws {@link PhysiclawError} when the kernel refuses: this is not a namespace of one's own.
 *
 * @param libc absolute path of the C library
 * @param address IPv4 or IPv6 literal
 * @example
 * ```ts ignore
 * const namespace = raiseLoopback("/lib/x86_64-linux-gnu/libc.so.6", "10.0.0.5");
 * ```
 */
export function raiseLoopback(libc: string, address: string): string {
  const bytes = addressBytes(address);
  const library = Deno.dlopen(libc, {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
    readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { socket, ioctl, readlink, close } = library.symbols;
  const must = (family: number, request: bigint, argument: Uint8Array<ArrayBuffer>, what: string): void => {
    const descriptor = socket(family, SOCK_DGRAM, 0);
    const result = descriptor < 0 ? -1 : ioctl(descriptor, request, argument);
    if (descriptor >= 0) close(descriptor);
    if (result !== 0) throw new PhysiclawError("internal", `Cannot ${what}: the kernel refused`);
  };
  try {
    const flags = ifreq("lo", () => {});
    must(AF_INET, SIOCGIFFLAGS, flags, "look at lo");
    flags[16] = (flags[16] ?? 0) | IFF_UP;
    must(AF_INET, SIOCSIFFLAGS, flags, "raise lo");
    if (!isLoopback(bytes)) {
      if (bytes.length === 4) {
        must(AF_INET, SIOCSIFADDR, sockaddr("lo:1", bytes), `add ${address} to lo`);
        must(AF_INET, SIOCSIFNETMASK, sockaddr("lo:1", [255, 255, 255, 255]), `narrow ${address} to itself`);
      } else {
        // struct in6_ifreq: address, prefix length, interface index.
        const request = new Uint8Array(24);
        request.set(bytes);
        const view = new DataView(request.buffer);
        view.setUint32(16, 128, true);
        view.setInt32(20, LO_INDEX, true);
        must(AF_INET6, SIOCSIFADDR, request, `add ${address} to lo`);
      }
    }
    const name = new Uint8Array(64);
    const length = Number(readlink(new TextEncoder().encode("/proc/self/ns/net\0"), name, 64n));
    if (length <= 0) {
      throw new PhysiclawError("internal", "Cannot tell the network namespace: /proc is not there");
    }
    return new TextDecoder().decode(name.subarray(0, length));
  } finally {
    library.close();
  }
}
