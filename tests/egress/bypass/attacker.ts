/**
 * One attack: `attacker.ts INDEX open|locked`, with the scene as JSON on standard input. It serves one client, takes the
 * lock or not, attacks, and says on one line what came of it.
 *
 * @module
 */
import { openLibc } from "../../../lib/egress/libc.ts";
import { installLock, takeLock } from "../../../lib/egress/lock.ts";
import { ATTACKS } from "./attacks.ts";
import { inet, LIBC, loopback6, sys, unix } from "./system.ts";

/** No kernel returns it by itself. */
const OWN_ERRNO = 1234;

const [index, mode] = Deno.args;
const attack = ATTACKS[Number(index)];
if (attack === undefined) throw new RangeError(`no attack ${index}`);
const { path, ...given } = JSON.parse(await new Response(Deno.stdin.readable).text());

const kind = attack.home ?? "ipv4";
const listener = sys("socket", { unix: 1, ipv4: 2, ipv6: 10 }[kind], 1, 0);
const home = { unix: unix(path), ipv4: inet("127.0.0.1", 0), ipv6: loopback6(0) }[kind];
sys("bind", listener, home, home.length);
sys("listen", listener, 8);
const bound = new Uint8Array(128);
sys("getsockname", listener, bound, new Uint8Array([128, 0, 0, 0]));
const port = kind === "unix" ? 0 : new DataView(bound.buffer).getUint16(2);
console.log(`port ${port}`);
const accepted = sys("accept", listener, 0, 0);
const scene = {
  ...given,
  listener,
  accepted,
  sibling: { ...given.sibling, address: BigInt(given.sibling.address) },
};

let said = "sent";
try {
  const before = await attack.before?.(scene);
  if (mode === "locked") {
    if (attack.how === "filter") {
      using libc = openLibc(LIBC);
      installLock(libc, OWN_ERRNO);
    } else {
      const where = kind === "unix"
        ? { kind, path }
        : { kind: "tcp" as const, host: kind === "ipv4" ? "127.0.0.1" : "::1", port };
      await takeLock({ listener: where, libc: LIBC, errno: OWN_ERRNO });
    }
  }
  await attack.run(scene, before);
} catch (error) {
  said = error instanceof Error ? error.message : String(error);
}
console.log(
  said.replaceAll(String(OWN_ERRNO), "E").replace(/descriptor [0-9]+/g, "descriptor N").replace(
    /(127\.0\.0\.1):[0-9]+/,
    "$1:N",
  ),
);
