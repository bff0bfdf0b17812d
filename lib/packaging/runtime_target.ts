/**
 * Which machine an executable is for.
 *
 * @module
 */

/** ELF machine numbers of the architectures that Deno runs on. */
const MACHINES: Readonly<Record<string, number>> = { x86_64: 0x3e, aarch64: 0xb7 };

/**
 * The target's full name, for a runtime that is a 64-bit little-endian Linux executable of that architecture. Throws for any
 * other file, so that nothing is built that can't start.
 *
 * @param arch `x86_64` or `aarch64`, or the full name
 * @example
 * ```ts
 * import { runtimeTarget } from "./runtime_target.ts";
 * const elf = new Uint8Array(20);
 * elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
 * elf[18] = 0xb7;
 * console.assert(runtimeTarget(elf, "aarch64") === "aarch64-unknown-linux-gnu");
 * ```
 */
export function runtimeTarget(runtime: Uint8Array, arch: string): string {
  const name = arch.replace(/-unknown-linux-gnu$/, "");
  const machine = Object.hasOwn(MACHINES, name) ? MACHINES[name] : undefined;
  if (machine === undefined) {
    throw new Error(`Cannot build for ${arch}: use one of ${Object.keys(MACHINES).join(", ")}`);
  }
  const [a, b, c, d, bits, order] = runtime;
  const isElf = a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46 && bits === 2 && order === 1;
  if (!isElf || runtime[18] !== machine) {
    throw new Error(
      `Cannot build for ${arch}: the runtime is no executable for it (give Deno's with --runtime)`,
    );
  }
  return `${name}-unknown-linux-gnu`;
}
