/**
 * Where a connection may lead: the safe subnets, judged on the bytes that the kernel gives.
 *
 * @module
 */
import { NEVER_SAFE, targetRange } from "../../catalog/addresses.ts";
import { PhysiclawError } from "../../internal/errors.ts";

/** A subnet by its first address (4 or 16 bytes) and the length of its prefix in bits. */
export interface Subnet {
  readonly bytes: readonly number[];
  readonly prefix: number;
}

/** The judge of remote addresses. */
export interface Judge {
  /** True for an address (4 or 16 bytes) inside the safe subnets; IPv4 inside IPv6 is judged as the IPv4 address. */
  isSafe(address: Uint8Array): boolean;
  /** The safe subnets that are plain prefixes, for the kernel's filter; the others are left to {@link isSafe}. */
  readonly subnets: readonly Subnet[];
  /** Inside the safe subnets and never safe, each as a prefix. */
  readonly never: readonly Subnet[];
}

interface Range {
  readonly bytes: 4 | 16;
  readonly first: bigint;
  readonly last: bigint;
}

const toBig = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
};

function rangeOf(text: string): Range {
  const range = targetRange(text);
  if (range === undefined) {
    throw new PhysiclawError("config", `Cannot watch egress: ${JSON.stringify(text)} is no subnet`, {
      hint: "see the setting egress.safe",
    });
  }
  return { bytes: range.family === "ipv4" ? 4 : 16, first: range.first, last: range.last };
}

/** A range as a prefix; `undefined` when it is none (10.0.0.1-20). */
function subnetOf({ bytes, first, last }: Range): Subnet | undefined {
  const size = last - first + 1n;
  if ((size & (size - 1n)) !== 0n || first % size !== 0n) return undefined;
  const prefix = bytes * 8 - (size.toString(2).length - 1);
  const list = Array.from(
    { length: bytes },
    (_, at) => Number((first >> BigInt(8 * (bytes - 1 - at))) & 255n),
  );
  return { bytes: list, prefix };
}

const starts = (address: Uint8Array, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, at) => address[at] === byte);
const zeros = (address: Uint8Array, from: number, to: number): boolean =>
  address.subarray(from, to).every((byte) => byte === 0);

/**
 * The IPv4 addresses inside an IPv6 one, all of which must be safe; empty when there is none. Mapped, translated and
 * compatible (RFC 4291, 2765), NAT64 (RFC 6052, 8215), 6to4 (RFC 3056), Teredo (RFC 4380: its server, and its client
 * with every bit turned).
 *
 * @example
 * ```ts
 * import { embedded } from "./address.ts";
 * const nat64 = Uint8Array.of(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 203, 0, 113, 5);
 * console.assert(embedded(nat64)[0]?.join(".") === "203.0.113.5");
 * ```
 */
export function embedded(address: Uint8Array): readonly Uint8Array[] {
  if (address.length !== 16) return [];
  const tail = address.subarray(12);
  if (zeros(address, 0, 10) && address[10] === 0xff && address[11] === 0xff) return [tail];
  if (zeros(address, 0, 8) && address[8] === 0xff && address[9] === 0xff && zeros(address, 10, 12)) {
    return [tail];
  }
  // Not :: and not ::1, which are no IPv4 addresses.
  if (zeros(address, 0, 12) && !(zeros(address, 12, 15) && (address[15] ?? 0) <= 1)) return [tail];
  if (starts(address, 0, 0x64, 0xff, 0x9b) && (zeros(address, 4, 12) || starts(address.subarray(4), 0, 1))) {
    return [tail];
  }
  if (starts(address, 0x20, 0x02)) return [address.subarray(2, 6)];
  if (starts(address, 0x20, 0x01, 0, 0)) return [address.subarray(4, 8), tail.map((byte) => byte ^ 0xff)];
  return [];
}

/**
 * A judge over these subnets; the metadata addresses are never safe. Throws {@link PhysiclawError} of kind `config` for a
 * text that is no subnet.
 *
 * @example
 * ```ts
 * import { createJudge } from "./address.ts";
 * const { isSafe } = createJudge(["127.0.0.0/8", "169.254.0.0/16"]);
 * console.assert(isSafe(Uint8Array.of(127, 0, 0, 1)) && !isSafe(Uint8Array.of(169, 254, 169, 254)));
 * ```
 */
export function createJudge(safe: readonly string[]): Judge {
  const ranges = safe.map(rangeOf);
  const forbidden = NEVER_SAFE.map(rangeOf);
  const within = (address: Uint8Array, list: readonly Range[]): boolean => {
    const value = toBig(address);
    return list.some(({ bytes, first, last }) => bytes === address.length && first <= value && value <= last);
  };
  const isSafe = (address: Uint8Array): boolean => {
    const inside = embedded(address);
    if (inside.length > 0) return inside.every(isSafe);
    return within(address, ranges) && !within(address, forbidden);
  };
  const subnets = (list: readonly Range[]) => list.map(subnetOf).filter((subnet) => subnet !== undefined);
  return { isSafe, subnets: subnets(ranges), never: subnets(forbidden) };
}

const hex = (address: Uint8Array, at: number): string =>
  (((address[at] ?? 0) << 8) | (address[at + 1] ?? 0)).toString(16);

/** An address as people write it; IPv6 without shortening. */
export function addressText(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  return Array.from({ length: 8 }, (_, word) => hex(address, word * 2)).join(":");
}
