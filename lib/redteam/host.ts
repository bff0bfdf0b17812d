/**
 * What the host has that cases need.
 *
 * @module
 */
import { findBwrap } from "../executor/host.ts";
import { runOutside } from "./outside.ts";

/** Programs by the only path that counts: no PATH has a say. */
export const PERL = "/usr/bin/perl";
export const BASH = "/bin/bash";
export const UNSHARE = "/usr/bin/unshare";

/** Something without which a case cannot be tried. */
export type Need = "perl" | "bash" | "ip" | "namespaces" | "sandbox" | "loopback";

/** Why each need is not met here; a need that is met has no entry. */
export type Lacking = Readonly<Partial<Record<Need, string>>>;

const runs = async (program: string, ...args: string[]): Promise<boolean> =>
  (await runOutside({ program, args })).code === 0;

/** Whether 127.0.0.1 can be called: a fresh network namespace has it, but down. */
export async function hasLoopback(): Promise<boolean> {
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    (await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port })).close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Looks once. The sandbox is tried by the world, with a tool.
 *
 * @example
 * ```ts ignore
 * const { perl } = await lookAtHost();
 * console.log(perl ?? "perl is there");
 * ```
 */
export async function lookAtHost(): Promise<Lacking> {
  const [perl, bash, ip, namespaces, bwrap] = await Promise.all([
    runs(PERL, "-MSocket", "-MPOSIX", "-e", "0"),
    runs(BASH, "-c", ":"),
    runs("/bin/sh", "-c", "PATH=/usr/sbin:/usr/bin:/sbin:/bin; ip -V"),
    runs(UNSHARE, "--user", "--map-root-user", "--net", "--mount", "true"),
    findBwrap(),
  ]);
  return {
    ...(perl ? {} : { perl: `it needs ${PERL}` }),
    ...(bash ? {} : { bash: `it needs ${BASH}` }),
    ...(ip ? {} : { ip: "it needs ip (iproute2)" }),
    ...(namespaces
      ? {}
      : { namespaces: "it needs unshare and namespaces of its own: the kernel refuses them" }),
    ...(bwrap === undefined ? { sandbox: "it needs bubblewrap: nothing runs without it" } : {}),
    ...(await hasLoopback() ? {} : { loopback: "it needs loopback, which is down here" }),
  };
}
