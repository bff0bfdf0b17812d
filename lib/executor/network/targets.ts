/**
 * Whether the targets of a scan are the operator's to scan.
 *
 * @module
 */
import { isSafeTarget, SAFE_SUBNETS, targetRange, targetSize } from "../../catalog/addresses.ts";

/** Most addresses of one scan, over all its targets. */
export const MAX_SCAN_ADDRESSES = 4096n;

/**
 * Why a scan may not be run, as a sentence; `undefined` when it may. Each target must lie in one of the allowed ranges and
 * in the safe subnets, cloud metadata addresses excepted, and they may be {@link MAX_SCAN_ADDRESSES} together.
 *
 * @param allowed the setting `nmap.targets`
 * @param safe the setting `egress.safe`
 * @example
 * ```ts
 * import { checkTargets } from "./targets.ts";
 * console.assert(checkTargets(["127.0.0.1"], ["127.0.0.0/8"]) === undefined);
 * console.assert(checkTargets(["10.0.0.1"], ["127.0.0.0/8"])?.includes("nmap.targets"));
 * ```
 */
export function checkTargets(
  targets: readonly string[],
  allowed: readonly string[],
  safe: readonly string[] = SAFE_SUBNETS,
): string | undefined {
  if (targets.length === 0) return "Cannot scan: no target is named";
  let size = 0n;
  for (const target of targets) {
    if (targetRange(target) === undefined) return `Cannot scan ${target}: it is no address`;
    if (!isSafeTarget(target, safe)) return `Cannot scan ${target}: it is outside the safe subnets`;
    if (!isSafeTarget(target, allowed)) {
      return `Cannot scan ${target}: the setting nmap.targets allows ${allowed.join(", ") || "nothing"} only`;
    }
    size += targetSize(target);
  }
  return size > MAX_SCAN_ADDRESSES
    ? `Cannot scan ${size} addresses: ${MAX_SCAN_ADDRESSES} at once is the most`
    : undefined;
}
