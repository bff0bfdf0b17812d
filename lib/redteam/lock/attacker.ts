/**
 * One attack: a process that serves one client, takes the lock or not, attacks, and says what came of it.
 *
 * @module
 */
import { openLibc } from "../../egress/libc.ts";
import { installLock, takeLock } from "../../egress/lock.ts";
import { ATTACKS } from "./attacks.ts";
import { MARKS, type Scene } from "./scene.ts";
import { inet, loopback6, openSystem, unix, words } from "./system.ts";

/** No kernel returns it by itself. */
const OWN_ERRNO = 1234;

/** asm-generic/socket.h; the time is a `struct timeval`. */
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const PATIENCE_S = 20;

/** Which attack, how, and what it finds: as the stage sends it. */
export interface AttackerInput extends Pick<Scene, "streamPath" | "datagramPath"> {
  readonly index: number;
  readonly mode: keyof typeof MARKS;
  readonly libc: string;
  /** Where it listens, when it does so at a Unix socket. */
  readonly path: string;
  readonly sibling: { readonly pid: number; readonly address: string; readonly socket: number };
}

/**
 * Says `port N` once it listens, and after the attack one line: `sent`, or what refused it.
 *
 * @param say prints a line
 * @example
 * ```ts ignore
 * await runAttacker(JSON.parse(line), console.log);
 * ```
 */
export async function runAttacker(input: AttackerInput, say: (line: string) => void): Promise<void> {
  const attack = ATTACKS[input.index];
  if (attack === undefined) throw new RangeError(`no attack ${input.index}`);
  const { mode, libc, path } = input;
  const system = openSystem(libc);
  const { sys } = system;
  const kind = attack.home ?? "ipv4";
  const listener = sys("socket", { unix: 1, ipv4: 2, ipv6: 10 }[kind], 1, 0);
  const home = { unix: unix(path), ipv4: inet("127.0.0.1", 0), ipv6: loopback6(0) }[kind];
  sys("bind", listener, home, home.length);
  sys("listen", listener, 8);
  // Should the stage end before it calls, this process ends too.
  const patience = words(PATIENCE_S, 0);
  sys("setsockopt", listener, SOL_SOCKET, SO_RCVTIMEO, patience, patience.length);
  const bound = new Uint8Array(128);
  sys("getsockname", listener, bound, new Uint8Array([128, 0, 0, 0]));
  const port = kind === "unix" ? 0 : new DataView(bound.buffer).getUint16(2);
  say(`port ${port}`);
  const scene: Scene = {
    ...system,
    mark: MARKS[mode],
    listener,
    accepted: sys("accept", listener, 0, 0),
    sibling: { ...input.sibling, address: BigInt(input.sibling.address) },
    streamPath: input.streamPath,
    datagramPath: input.datagramPath,
  };

  let said = "sent";
  try {
    const before = await attack.before?.(scene);
    if (mode === "locked") {
      if (attack.how === "filter") {
        using library = openLibc(libc);
        installLock(library, OWN_ERRNO);
      } else {
        const where = kind === "unix"
          ? { kind, path }
          : { kind: "tcp" as const, host: kind === "ipv4" ? "127.0.0.1" : "::1", port };
        await takeLock({ listener: where, libc, errno: OWN_ERRNO });
      }
    }
    await attack.run(scene, before);
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  say(
    said.replaceAll(String(OWN_ERRNO), "E").replace(/descriptor [0-9]+/g, "descriptor N").replace(
      /(127\.0\.0\.1):[0-9]+/,
      "$1:N",
    ),
  );
}
