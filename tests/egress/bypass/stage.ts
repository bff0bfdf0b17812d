/**
 * Runs every attack in a network namespace of its own, with and without the lock, and says for each what it said and what
 * arrived at the far address: one line of JSON an attack.
 *
 *     unshare --user --map-root-user --net deno run … stage.ts DIRECTORY
 *
 * @module
 */
import { raiseLoopback } from "../../../lib/executor/network/loopback.ts";
import { TextLineStream } from "../../support/lines.ts";
import { ATTACKS, FAR, FAR_PORT, MARKS, WIRE, WIRE_FAR, WIRE_FAR6_TEXT } from "./attacks.ts";
import { addressOf, bytesOf, inet, LIBC, loopback6, sys, unix, words } from "./system.ts";

const directory = Deno.args[0] ?? "";
const MSG_DONTWAIT = 0x40;
/** What the stage opens is not handed down to the attacker. */
const SOCK_CLOEXEC = 0o2000000;
const END = "the end of this attempt";
const ATTACKER = new URL("./attacker.ts", import.meta.url).pathname;
const SIBLING = new URL("./sibling.ts", import.meta.url).pathname;
const PERMISSIONS = [
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--quiet",
  "--allow-ffi",
  "--allow-read",
  "--allow-net",
  "--allow-run",
];

raiseLoopback(LIBC, FAR);

/** Two ends of a wire; a neighbour that is none is written into the tables, so that packets leave for it. */
const LAY = `set -e
ip link add ${WIRE} type veth peer name ${WIRE}-far
ip link set ${WIRE} up; ip link set ${WIRE}-far up
ip address add 198.51.100.1/24 dev ${WIRE}; ip -6 address add 2001:db8::1/64 dev ${WIRE} nodad
ip neighbour add ${WIRE_FAR} lladdr 02:00:00:00:00:05 dev ${WIRE}
ip -6 neighbour add ${WIRE_FAR6_TEXT} lladdr 02:00:00:00:00:05 dev ${WIRE}
ip route add default via ${WIRE_FAR}
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet`;

/** A packet socket at the far end; `undefined` without `ip`. */
function openWire(): number | undefined {
  const laid = new Deno.Command("/bin/sh", { args: ["-c", LAY], stderr: "null" }).outputSync();
  if (!laid.success) return undefined;
  // AF_PACKET, SOCK_RAW, every protocol, in network order.
  const socket = sys("socket", 17, 3 | SOCK_CLOEXEC, 0x0300);
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, 17, true);
  view.setUint16(2, 3);
  view.setInt32(4, networkInterface(`${WIRE}-far`), true);
  sys("bind", socket, address, address.length);
  return socket;
}

/** `ip` begins its line with the number. */
function networkInterface(name: string): number {
  const { stdout } = new Deno.Command("ip", { args: ["-o", "link", "show", "dev", name] }).outputSync();
  return parseInt(new TextDecoder().decode(stdout));
}

const wire = openWire();

/** Whether packets with this mark left by the wire. They were sent before this is called: veth hands them over at once. */
function wired(mark: string): boolean {
  let found = false;
  const packet = new Uint8Array(2048);
  for (;;) {
    try {
      const count = sys("recvfrom", wire ?? -1, packet, packet.length, MSG_DONTWAIT, 0, 0);
      if (new TextDecoder("latin1").decode(packet.subarray(0, count)).includes(mark)) found = true;
    } catch {
      return found;
    }
  }
}

/** Everything that arrives anywhere, in order. */
class Sink {
  #texts: string[] = [];
  #ended = Promise.withResolvers<void>();
  take(text: string): void {
    if (text === END) this.#ended.resolve();
    else if (text !== "") this.#texts.push(text);
  }
  /** What arrived since the last call, once this sink has seen its own end mark. */
  async drain(): Promise<readonly string[]> {
    await this.#ended.promise;
    this.#ended = Promise.withResolvers();
    return this.#texts.splice(0);
  }
}

const streams = [
  Deno.listen({ hostname: FAR, port: FAR_PORT }),
  Deno.listen({ transport: "unix", path: `${directory}/stream` }),
];
const datagrams = [
  Deno.listenDatagram({ transport: "udp", hostname: FAR, port: FAR_PORT }),
  Deno.listenDatagram({ transport: "unixpacket", path: `${directory}/datagram` }),
];
const sinks = [...streams, ...datagrams].map(() => new Sink());

for (const [index, listener] of streams.entries()) {
  (async () => {
    // One after the other: the end mark comes by the last one, when the attacker's are closed.
    for await (const connection of listener) {
      sinks[index]?.take(await new Response(connection.readable).text());
    }
  })();
}
for (const [index, socket] of datagrams.entries()) {
  (async () => {
    for await (const [bytes] of socket) {
      sinks[streams.length + index]?.take(new TextDecoder().decode(bytes));
    }
  })();
}

async function arrivals(): Promise<readonly string[]> {
  const ends = [
    await Deno.connect({ hostname: FAR, port: FAR_PORT }),
    await Deno.connect({ transport: "unix", path: `${directory}/stream` }),
  ];
  for (const end of ends) {
    await end.write(bytesOf(END));
    end.close();
  }
  for (const [family, to] of [[2, inet(FAR, FAR_PORT)], [1, unix(`${directory}/datagram`)]] as const) {
    const socket = sys("socket", family, 2, 0);
    sys("sendto", socket, bytesOf(END), END.length, 0, to, to.length);
    sys("close", socket);
  }
  return (await Promise.all(sinks.map((sink) => sink.drain()))).flat();
}

function spawn(script: string, args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, script, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  return {
    line: async () => (await lines.read()).value ?? "",
    say: async (text: string) => {
      const writer = child.stdin.getWriter();
      await writer.write(bytesOf(text));
      await writer.close();
    },
    ended: child.status,
  };
}

/** A client. By hand: an attacker may reset the connection before an event loop would have seen that it stood. */
function dial(family: "ipv4" | "ipv6", port: number): number {
  const client = sys("socket", family === "ipv4" ? 2 : 10, 1 | SOCK_CLOEXEC, 0);
  const address = family === "ipv4" ? inet("127.0.0.1", port) : loopback6(port);
  sys("connect", client, address, address.length);
  return client;
}

/** Hands a socket that is connected to the far address over a Unix connection. */
function handOver(path: string): number {
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

for (const [index, attack] of ATTACKS.entries()) {
  const outcomes: Record<string, { said: string; arrived: readonly string[] }> = {};
  for (const mode of ["open", "locked"]) {
    if (attack.wire === true && wire === undefined) continue;
    const sibling = spawn(SIBLING, []);
    const path = `${directory}/listener-${index}-${mode}`;
    const attacker = spawn(ATTACKER, [String(index), mode]);
    await attacker.say(JSON.stringify({
      path,
      sibling: JSON.parse(await sibling.line()),
      streamPath: `${directory}/stream`,
      datagramPath: `${directory}/datagram`,
    }));
    const port = Number((await attacker.line()).slice("port ".length));
    const client = attack.home === "unix" ? handOver(path) : dial(attack.home ?? "ipv4", port);
    const said = await attacker.line();
    await attacker.ended;
    await sibling.say("");
    await sibling.ended;
    sys("close", client);
    const arrived = [...(await arrivals()).filter((text) => text !== "harmless")];
    const mark = MARKS[mode] ?? "";
    // An unanswered packet is sent again and again, also after its attempt: hence a mark for each mode.
    if (attack.wire === true && wired(mark)) arrived.push(mark);
    outcomes[mode] = { said, arrived };
  }
  const { name, refused } = attack;
  console.log(JSON.stringify({ name, refused, ...outcomes }));
}
Deno.exit(0);
