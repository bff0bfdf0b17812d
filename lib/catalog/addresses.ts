/**
 * The safe subnets, and whether a target lies wholly inside them.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** design: loopback, private, link-local and unique local ranges; settings may narrow them, never widen. */
export const SAFE_SUBNETS: readonly string[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** Cloud metadata services: inside the ranges above, and never safe. */
export const NEVER_SAFE: readonly string[] = ["169.254.169.254", "fd00:ec2::254"];

/** Most addresses one target may span. */
export const MAX_TARGET_ADDRESSES = 65_536;

type Range = { readonly family: "ipv4" | "ipv6"; readonly first: bigint; readonly last: bigint };

const toBig = (bytes: readonly number[]): bigint =>
  bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/**
 * The addresses that a target text spans, or `undefined` when it is no target: an address, a CIDR, `localhost`, or an
 * IPv4 range over the last part (`10.0.0.1-20`). IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo) is no target: the
 * address has a plain spelling.
 *
 * @example
 * ```ts
 * import { targetRange } from "./addresses.ts";
 * console.assert(targetRange("10.0.0.0/30")?.last === targetRange("10.0.0.3")?.first);
 * ```
 */
export function targetRange(text: string): Range | undefined {
  if (text === "localhost") return targetRange("127.0.0.1");
  const range = /^((?:[0-9]{1,3}\.){3})([0-9]{1,3})-([0-9]{1,3})$/.exec(text);
  if (range !== null) {
    const first = targetRange(`${range[1]}${range[2]}`);
    const last = targetRange(`${range[1]}${range[3]}`);
    if (first === undefined || last === undefined || first.first > last.last) return undefined;
    return { family: "ipv4", first: first.first, last: last.last };
  }
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  const v4 = ipaddr.IPv4.isValidFourPartDecimal(host);
  if (
    !v4 && !(host.includes(":") && !host.includes("%") && !host.includes(".") && ipaddr.IPv6.isValid(host))
  ) return undefined;
  const bits = v4 ? 32 : 128;
  const prefixText = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > bits) return undefined;
  const address = v4 ? ipaddr.IPv4.parse(host) : ipaddr.IPv6.parse(host);
  const size = 1n << BigInt(bits - prefix);
  const value = toBig(address.toByteArray());
  const first = value - (value % size);
  return { family: v4 ? "ipv4" : "ipv6", first, last: first + size - 1n };
}

const contains = (outer: Range, inner: Range): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
const touches = (a: Range, b: Range): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last;

const parsed = (texts: readonly string[]): readonly Range[] =>
  texts.map(targetRange).filter((range) => range !== undefined);
const SAFE = parsed(SAFE_SUBNETS);
const NEVER = parsed(NEVER_SAFE);

/**
 * True when every address of the target is inside one of the subnets (default: {@link SAFE_SUBNETS}) and none is a
 * cloud metadata address.
 *
 * @example
 * ```ts
 * import { isSafeTarget } from "./addresses.ts";
 * console.assert(isSafeTarget("10.0.0.0/24"));
 * console.assert(!isSafeTarget("172.16.0.0/11"));
 * console.assert(!isSafeTarget("169.254.169.254"));
 * ```
 */
export function isSafeTarget(text: string, subnets: readonly string[] = SAFE_SUBNETS): boolean {
  const target = targetRange(text);
  if (target === undefined) return false;
  if (target.last - target.first >= BigInt(MAX_TARGET_ADDRESSES)) return false;
  if (NEVER.some((never) => touches(never, target))) return false;
  const allowed = subnets === SAFE_SUBNETS ? SAFE : parsed(subnets);
  return allowed.some((subnet) => contains(subnet, target)) &&
    SAFE.some((subnet) => contains(subnet, target));
}

/** How many addresses a target spans; 0 when it is no target. */
export function targetSize(text: string): bigint {
  const range = targetRange(text);
  return range === undefined ? 0n : range.last - range.first + 1n;
}

/**
 * True when a subnet lies wholly inside the safe ones, whatever its size: what the settings may name. The metadata
 * addresses that it may hold stay forbidden by {@link isSafeTarget}.
 *
 * @example
 * ```ts
 * import { isSafeSubnet } from "./addresses.ts";
 * console.assert(isSafeSubnet("10.0.0.0/8"));
 * console.assert(!isSafeSubnet("0.0.0.0/0"));
 * ```
 */
export function isSafeSubnet(text: string, subnets: readonly string[] = SAFE_SUBNETS): boolean {
  const range = targetRange(text);
  if (range === undefined) return false;
  const allowed = subnets === SAFE_SUBNETS ? SAFE : parsed(subnets);
  return SAFE.some((subnet) => contains(subnet, range)) && allowed.some((subnet) => contains(subnet, range));
}
