/**
 * Runs every attack in a network namespace of its own, with and without the lock, and says for each what it said and what
 * arrived at the far address.
 *
 * @module
 */
import { selfCommand } from "../../executor/self.ts";
import { raiseLoopback } from "../../executor/network/loopback.ts";
import { createLines } from "../lines.ts";
import type { AttackerInput } from "./attacker.ts";
import { ATTACKS } from "./attacks.ts";
import { type Attack, FAR, FAR_PORT, MARKS } from "./scene.ts";
import { HARMLESS } from "./sibling.ts";
import { openSinks } from "./sinks.ts";
import { addressOf, bytesOf, inet, loopback6, openSystem, type System, unix, words } from "./system.ts";
import { layWire } from "./wire.ts";

/** What an attack said, and what arrived. */
export interface Outcome {
  readonly said: string;
  readonly arrived: readonly string[];
}

/** One attack, by its place in {@link ATTACKS}; without outcomes where it could not be tried. */
export interface Attempt {
  readonly index: number;
  readonly outcomes: Readonly<Partial<Record<keyof typeof MARKS, Outcome>>>;
}

/** What the stage is told. */
export interface StageInput {
  readonly directory: string;
  readonly libc: string;
  readonly perl: boolean;
}

/** What the stage opens is not handed down to the attacker. */
const SOCK_CLOEXEC = 0o2000000;

/** A process of this program that takes its task on standard input and answers by lines. */
function spawn(role: "attacker" | "sibling") {
  // Deno grants pointers into memory to nobody who names libraries.
  const permissions = ["--allow-read", "--allow-net", "--allow-run", "--allow-ffi"];
  const { argv: [program = "", ...args], env } = selfCommand("red_team", [role], permissions);
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = createLines(child.stdout);
  const writer = child.stdin.getWriter();
  return {
    line: async () => await lines() ?? "",
    say: (text: string) => writer.write(bytesOf(`${text}\n`)),
    /** Ends what is said to it. */
    hush: () => writer.close(),
    ended: child.status,
  };
}

/** A client. By hand: an attacker may reset the connection before an event loop would have seen that it stood. */
function dial({ sys }: System, family: "ipv4" | "ipv6", port: number): number {
  const client = sys("socket", family === "ipv4" ? 2 : 10, 1 | SOCK_CLOEXEC, 0);
  const address = family === "ipv4" ? inet("127.0.0.1", port) : loopback6(port);
  sys("connect", client, address, address.length);
  return client;
}

/** Hands a socket that is connected to the far address over a Unix connection. */
function handOver({ sys }: System, path: string): number {
  const connected = sys("socket", 2, 1 | SOCK_CLOEXEC, 0);
  sys("connect", connected, inet(FAR, FAR_PORT), 16);
  const client = sys("socket", 1, 1 | SOCK_CLOEXEC, 0);
  sys("connect", client, unix(path), 110);
  // struct cmsghdr: length, SOL_SOCKET, SCM_RIGHTS, one descriptor.
  const control = new Uint8Array(24);
  const view = new DataView(control.buffer);
  view.setBigUint64(0, 20n, true);
  view.setInt32(8, 1, true);
  view.setInt32(12, 1, true);
  view.setInt32(16, connected, true);
  const payload = bytesOf("x");
  const vector = words(addressOf(payload), 1);
  sys("sendmsg", client, words(0, 0, addressOf(vector), 1, addressOf(control), 24, 0), 0);
  sys("close", connected);
  return client;
}

/**
 * Runs all attacks, one after the other. This process must live in a network namespace of its own.
 *
 * @param tell told of each
 * @example
 * ```ts ignore
 * await runStage({ directory, libc: "/lib64/libc.so.6", perl: true }, ({ outcomes }) => console.log(outcomes.locked?.said));
 * ```
 */
export async function runStage(
  { directory, libc, perl }: StageInput,
  tell: (attempt: Attempt) => void,
): Promise<void> {
  raiseLoopback(libc, FAR);
  const system = openSystem(libc);
  const wire = layWire(system);
  const sinks = openSinks(system, directory);

  const attempt = async (attack: Attack, index: number, mode: keyof typeof MARKS): Promise<Outcome> => {
    const sibling = spawn("sibling");
    await sibling.say(libc);
    const path = `${directory}/listener-${index}-${mode}`;
    const attacker = spawn("attacker");
    const { streamPath, datagramPath } = sinks;
    const seen = JSON.parse(await sibling.line());
    const input: AttackerInput = { index, mode, libc, path, sibling: seen, streamPath, datagramPath };
    await attacker.say(JSON.stringify(input));
    await attacker.hush();
    const port = Number((await attacker.line()).slice("port ".length));
    const client = attack.home === "unix"
      ? handOver(system, path)
      : dial(system, attack.home ?? "ipv4", port);
    const said = await attacker.line();
    await attacker.ended;
    await sibling.hush();
    await sibling.ended;
    system.sys("close", client);
    const arrived = (await sinks.arrivals()).filter((text) => text !== HARMLESS);
    const mark = MARKS[mode];
    // An unanswered packet is sent again and again, also after its attempt: hence a mark for each mode.
    return { said, arrived: attack.wire === true && wire?.(mark) === true ? [...arrived, mark] : arrived };
  };
  for (const [index, attack] of ATTACKS.entries()) {
    const possible = (attack.wire !== true || wire !== undefined) && (attack.perl !== true || perl);
    const outcomes = possible
      ? { open: await attempt(attack, index, "open"), locked: await attempt(attack, index, "locked") }
      : {};
    tell({ index, outcomes });
  }
  sinks.close();
}
