/**
 * A network namespace with a far address that is its own, and the stand-in for a bridge inside.
 *
 * @module
 */
import { syscallNumber } from "../../lib/internal/syscalls.ts";
import { ROOT } from "../paths.ts";
import type { Scene } from "./watchdog_bridge.ts";

/** TEST-NET-3 of RFC 5737, and the documentation prefix of RFC 3849: the namespace's own, so that nothing leaves. */
export const FAR4 = "203.0.113.5";
export const FAR6 = "2001:db8::5";
/** A private address: safe, unless the setting says otherwise. */
export const PRIVATE = "10.9.8.7";
/** The far address (203.0.113.5) and the private one, inside IPv6: NAT64, 6to4, Teredo (its client's bits are turned). */
export const INSIDE = {
  far: { nat64: "64:ff9b::cb00:7105", to4: "2002:cb00:7105::1", teredo: "2001:0:a09:807::34ff:8efa" },
  private: { nat64: "64:ff9b::a09:807", to4: "2002:a09:807::1", teredo: "2001:0:a09:807::f5f6:f7f8" },
} as const;
/** Something listens there, on the far addresses, the private one and loopback. It is no process of the bridge's tree. */
export const PORT = 9443;

/** What became of a scene. */
export interface Played {
  readonly code: number;
  readonly signal: string | null;
  readonly lines: readonly string[];
  /** When the bridge was dead: milliseconds since 1970, with fractions. */
  readonly deadAt: number;
  /** The watchdog's file: one document a line. */
  readonly blocks: readonly { readonly scope: string; readonly socket: string; readonly process: string }[];
}

const runs = async (program: string, ...args: string[]): Promise<boolean> =>
  (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()
    .catch(() => ({ success: false }))).success;

/** Where scenes can be played at all. */
export const CAN_PLAY: boolean =
  await runs("/usr/bin/unshare", "--user", "--map-root-user", "--net", "ip", "link") &&
  await runs("/usr/bin/perl", "-e", "0");

/** Forks twice, so that it belongs to nobody, and waits for connections until the namespace's bridge is gone. */
const SINK = `use strict; use Socket qw(:all); use POSIX (); my $owner = getppid();
  my @s; for my $at (["${FAR4}", AF_INET], ["127.0.0.1", AF_INET], ["${PRIVATE}", AF_INET], map { [$_, AF_INET6] } qw(${
  [FAR6, ...Object.values(INSIDE).flatMap((all) => Object.values(all))].join(" ")
})) { my ($a, $f) = @$at;
    socket(my $s, $f, SOCK_STREAM, 0) or die; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1); my $n = inet_pton($f, $a);
    bind($s, $f == AF_INET ? sockaddr_in(${PORT}, $n) : pack_sockaddr_in6(${PORT}, $n)) or die "$a $!"; listen($s, 9); push @s, $s }
  exit 0 if fork(); POSIX::setsid(); open(STDIN, "<", "/dev/null"); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null"); my @c;
  while (kill 0, $owner) { my $r = ''; vec($r, fileno($_), 1) = 1 for @s; select($r, undef, undef, 0.1) > 0 or next;
    for (@s) { if (vec($r, fileno($_), 1)) { accept(my $c, $_); push @c, $c } } }`;

const NETWORK =
  `set -e; echo "0 0" >/proc/sys/net/ipv4/ping_group_range; ip link set lo up; ip address add ${FAR4}/32 dev lo; ip address add 203.0.113.6/32 dev lo; ip address add ${PRIVATE}/32 dev lo
  for far6 in ${
    [FAR6, ...Object.values(INSIDE).flatMap((all) => Object.values(all))].join(" ")
  }; do ip address add $far6/128 dev lo nodad; done; (/usr/bin/perl -e "$1"); shift; exec "$@"`;

/** Arguments of unshare(1) that execute what follows them as root of such a namespace. */
export const IN_NETWORK: readonly string[] = [
  ...["--user", "--map-root-user", "--net", "--mount", "--", "/bin/sh", "-c", NETWORK, "sh", SINK],
];

/**
 * Goes on as nobody (65534) in a user namespace within: there the directories of the host's root seem to be nobody's, and
 * the program, which reads settings and state below trusted directories only, trusts them.
 */
export const AS_NOBODY: readonly string[] = [
  ...["/usr/bin/unshare", "--user", "--map-user=65534", "--map-group=65534", "--"],
];

/** Looks after which a scene ends well when nothing was stopped. */
const ENOUGH = 500;

/** Plays a scene to its end. `before` is a shell text that runs first, as root of the namespace. */
export async function play(scene: Omit<Scene, "blocks">, before = ":"): Promise<Played> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-watchdog-" });
  const blocks = `${directory}/blocks.jsonl`;
  try {
    const child = new Deno.Command("/usr/bin/unshare", {
      args: [
        ...IN_NETWORK,
        ...[
          "/bin/sh",
          "-c",
          `${before}; exec "$@"`,
          "sh",
          Deno.execPath(),
          "run",
          "--quiet",
          "--cached-only",
        ],
        ...["--no-prompt", "--allow-all", `${ROOT}tests/egress/watchdog_bridge.ts`],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(
      new TextEncoder().encode(JSON.stringify({ scans: ENOUGH, ...scene, blocks } satisfies Scene)),
    );
    await writer.close();
    const dead = child.status.then(() => performance.timeOrigin + performance.now());
    const stdout = await new Response(child.stdout).bytes();
    const { code, signal } = await child.status;
    const text = await Deno.readTextFile(blocks).catch(() => "");
    return {
      code,
      signal,
      deadAt: await dead,
      lines: new TextDecoder().decode(stdout).split("\n").filter((line) => line !== ""),
      blocks: text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line)),
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A Perl program that does one thing and then holds on to it. */
export const perl = (text: string): readonly string[] => [
  "/usr/bin/perl",
  "-e",
  `use strict; use Socket qw(:all); use POSIX (); ${text}; open(STDOUT, ">", "/dev/null"); sleep 60;`,
];

export const tcp = (family: string, address: string): string =>
  `socket(S, ${family}, SOCK_STREAM, 0) or die; connect(S, ${
    family === "AF_INET" ? "sockaddr_in" : "pack_sockaddr_in6"
  }(${PORT}, inet_pton(${family}, "${address}"))) or die "$!"`;

/** Perl texts that open what leads out. */
export const ATTEMPTS = {
  tcp4: tcp("AF_INET", FAR4),
  tcp6: tcp("AF_INET6", FAR6),
  mapped: tcp("AF_INET6", `::ffff:${FAR4}`),
  udp:
    `socket(S, AF_INET, SOCK_DGRAM, 0) or die; send(S, "x", 0, sockaddr_in(53, inet_aton("${FAR4}"))) or die`,
  udp6: `socket(S, AF_INET6, SOCK_DGRAM, 0) or die; bind(S, pack_sockaddr_in6(5353, IN6ADDR_ANY)) or die`,
  raw: `socket(S, AF_INET, SOCK_RAW, 1) or die "$!"`,
  raw6: `socket(S, AF_INET6, SOCK_RAW, 58) or die "$!"`,
  ping: `socket(S, AF_INET, SOCK_DGRAM, 1) or die "$!"; bind(S, sockaddr_in(0, INADDR_ANY)) or die`,
  udplite: `socket(S, AF_INET, SOCK_DGRAM, 136) or die; bind(S, sockaddr_in(0, INADDR_ANY)) or die`,
  packet: `socket(S, 17, SOCK_RAW, 768) or die "$!"`,
  private: tcp("AF_INET", PRIVATE),
  loopback: tcp("AF_INET", "127.0.0.1"),
} as const;

/** Perl that installs a filter which refuses NETLINK_SOCK_DIAG, and goes on as the rest of its arguments. */
export const REFUSE_DIAG = (() => {
  const line = (code: number, jt: number, jf: number, k: number) =>
    `pack("SCCL", ${code}, ${jt}, ${jf}, ${k})`;
  const number = syscallNumber("socket", Deno.build.arch) ?? -1;
  const filter = [
    line(0x20, 0, 0, 0),
    line(0x15, 0, 4, number),
    line(0x20, 0, 0, 16),
    line(0x15, 0, 2, 16),
    line(0x20, 0, 0, 32),
    line(0x15, 1, 0, 4),
    line(0x06, 0, 0, 0x7fff_0000),
    line(0x06, 0, 0, 0x0005_0001),
  ];
  const prctl = Deno.build.arch === "x86_64" ? 157 : 167;
  const text = `my $f = join("", ${filter.join(", ")}); my $p = pack("S x6 P", ${filter.length}, $f);
    syscall(${prctl}, 38, 1, 0, 0, 0) == 0 or die; syscall(${prctl}, 22, 2, $p, 0, 0) == 0 or die; exec @ARGV`;
  return `set -- /usr/bin/perl -e '${text}' "$@"`;
})();
