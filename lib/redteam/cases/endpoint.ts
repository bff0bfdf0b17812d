/**
 * Ways past the one endpoint for a tool that was granted it.
 *
 * @module
 */
import { defineCase, defineScript, type EscapeCase, PRELUDE, type World } from "../define_case.ts";

const group = "single endpoint" as const;
const tool = "probe-endpoint" as const;

const CALL = `socket(S, AF_INET, SOCK_STREAM, 0) or out("socket: $!");
  connect(S, sockaddr_in($ARGV[0], inet_aton($ARGV[1]))) or out("connect: $!");`;
const tcp4 = (world: World): readonly string[] => [String(world.canaries.places.tcp4), "127.0.0.1"];

export const ENDPOINT_CASES: readonly EscapeCase[] = [
  defineScript({
    group,
    name: "another TCP listener of the host's loopback",
    script: `${CALL} out("connected");`,
    words: tcp4,
    tool,
    control: "connected",
    blocked: "connect: Connection refused",
    trips: "tcp4",
  }),
  defineScript({
    group,
    name: "the same by another address of 127.0.0.0/8",
    script: `${CALL} out("connected");`,
    words: (
      world,
      place,
    ) => [String(world.canaries.places.tcp4), place === "inside" ? "127.9.9.9" : "127.0.0.1"],
    tool,
    control: "connected",
    blocked: "connect: Connection refused",
    trips: "tcp4",
  }),
  defineScript({
    group,
    name: "the same by 0.0.0.0",
    script: `${CALL} out("connected");`,
    words: (world) => [String(world.canaries.places.tcp4), "0.0.0.0"],
    tool,
    control: "connected",
    blocked: "connect: Connection refused",
    trips: "tcp4",
  }),
  defineScript({
    group,
    name: "a listener of the host's IPv6 loopback",
    script: `socket(S, AF_INET6, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, Socket::pack_sockaddr_in6($ARGV[0], Socket::inet_pton(AF_INET6, "::1"))) or out("connect: $!"); out("connected");`,
    words: (world) => [String(world.canaries.places.tcp6)],
    tool,
    control: "connected",
    blocked: "connect: Connection refused",
    trips: "tcp6",
  }),
  defineScript({
    group,
    name: "a UDP listener of the host's loopback",
    script: `socket(S, AF_INET, SOCK_DGRAM, 0) or out("socket: $!");
      connect(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or out("connect: $!");
      send(S, "leak", 0) or out("send: $!");
      # The answer of a closed port is there before send returns, on loopback.
      send(S, "leak", 0) or out("send again: $!"); out("sent");`,
    words: (world) => [String(world.canaries.places.udp)],
    tool,
    control: "sent",
    blocked: "send again: Connection refused",
    trips: "udp",
  }),
  defineCase({
    group,
    name: "an address of another network",
    needs: ["perl", "sandbox", "loopback"],
    // The control is the endpoint itself: what was granted works, what was not has no route.
    control: (world) =>
      world.inside(`${PRELUDE}${CALL} my $l = <S>; chomp $l; out($l);`, [
        String(world.endpoint.port),
        "127.0.0.1",
      ], tool),
    expectControl: "welcome",
    attempt: (world) => world.inside(`${PRELUDE}${CALL} out("connected");`, ["80", "10.255.255.1"], tool),
    expect: "connect: Network is unreachable",
  }),
  defineScript({
    group,
    name: "an abstract Unix socket of the host",
    script: `socket(S, AF_UNIX, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, pack("S a*", AF_UNIX, "\\0$ARGV[0]")) or out("connect: $!"); out("connected");`,
    words: (world) => [world.canaries.places.abstract],
    tool,
    control: "connected",
    blocked: "socket: Operation not permitted",
    trips: "abstract",
  }),
  defineScript({
    group,
    name: "a raw socket",
    script: `sys("socket", 2, 3, 255); out("opened");`,
    tool,
    root: true,
    control: "opened",
    blocked: "socket: Operation not permitted",
  }),
  defineScript({
    group,
    name: "a netlink socket, to add routes",
    script: `sys("socket", 16, 3, 0); out("opened");`,
    tool,
    control: "opened",
    blocked: "socket: Operation not permitted",
  }),
  defineScript({
    group,
    name: "a new address on lo",
    script: `socket(S, AF_INET, SOCK_DGRAM, 0) or out("socket: $!");
      my $r = pack("a16 S n a4 x16", $ARGV[0], 2, 0, inet_aton("127.77.77.77"));
      defined(ioctl(S, 0x8916, $r)) or out("ioctl: $!"); out("added");`,
    // Outside the name of no interface: it shows that the kernel gets as far as looking for it.
    words: (_, place) => [place === "inside" ? "lo:9" : "none0"],
    tool,
    root: true,
    control: "ioctl: No such device",
    blocked: "ioctl: Operation not permitted",
  }),
  defineScript({
    group,
    name: "the runner's own network namespace by setns",
    script:
      `open(my $n, "<", "/proc/$ARGV[0]/ns/net") or out("open: $!"); sys("setns", fileno($n), 0x40000000); out("entered");`,
    words: (world) => [String(world.canaries.places.pid)],
    tool,
    root: true,
    control: "entered",
    blocked: "open: No such file or directory",
  }),
];
