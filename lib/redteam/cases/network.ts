/**
 * Ways to a socket for a tool that was granted none.
 *
 * @module
 */
import { defineScript, type EscapeCase, type World } from "../define_case.ts";

const group = "network families" as const;
const REFUSED = "socket: Operation not permitted";

const port = (name: "tcp4" | "tcp6" | "udp") => (world: World): readonly string[] => [
  String(world.canaries.places[name]),
];

const WRITE = `syswrite(S, "leak") or out("write: $!"); out("sent");`;

/** A family that has no listener: its control only shows that this kernel would give such a socket. */
const family = (name: string, domain: number, type: number, protocol: number, root = false): EscapeCase =>
  defineScript({
    group,
    name: `a socket of ${name}`,
    script: `sys("socket", ${domain}, ${type}, ${protocol}); out("opened");`,
    control: "opened",
    blocked: REFUSED,
    root,
  });

/**
 * A 32-bit program of 104 bytes: socket(AF_INET, SOCK_STREAM, 0) by int 0x80, exit code 0 when it got one. In the other
 * architecture's numbers a filter that does not look at the architecture sees something else.
 */
const I386 = [
  ...[
    "7f454c46010101000000000000000000",
    "02000300010000005480040834000000",
    "00000000000000003400200001000000",
  ],
  ...["00000000010000000000000000800408", "00800408780000007800000005000000", "00100000"],
  // mov eax,359; mov ebx,2; mov ecx,1; xor edx,edx; int 80h; shr eax,31; mov ebx,eax; xor eax,eax; inc eax; int 80h
  ...["b867010000", "bb02000000", "b901000000", "31d2", "cd80", "c1e81f", "89c3", "31c0", "40", "cd80"],
].join("");

export const NETWORK_CASES: readonly EscapeCase[] = [
  defineScript({
    group,
    name: "TCP over IPv4 to a listener of the host",
    script: `socket(S, AF_INET, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or out("connect: $!"); ${WRITE}`,
    words: port("tcp4"),
    control: "sent",
    blocked: REFUSED,
    trips: "tcp4",
  }),
  defineScript({
    group,
    name: "TCP over IPv6 to a listener of the host",
    script: `socket(S, AF_INET6, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, Socket::pack_sockaddr_in6($ARGV[0], Socket::inet_pton(AF_INET6, "::1"))) or out("connect: $!"); ${WRITE}`,
    words: port("tcp6"),
    control: "sent",
    blocked: REFUSED,
    trips: "tcp6",
  }),
  defineScript({
    group,
    name: "UDP to a listener of the host",
    script: `socket(S, AF_INET, SOCK_DGRAM, 0) or out("socket: $!");
      send(S, "leak", 0, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or out("send: $!"); out("sent");`,
    words: port("udp"),
    control: "sent",
    blocked: REFUSED,
    trips: "udp",
  }),
  defineScript({
    group,
    name: "TCP with data in the first packet (MSG_FASTOPEN)",
    script: `socket(S, AF_INET, SOCK_STREAM, 0) or out("socket: $!");
      defined(send(S, "leak", 0x20000000, sockaddr_in($ARGV[0], INADDR_LOOPBACK))) or out("send: $!"); out("sent");`,
    words: port("tcp4"),
    control: "sent",
    blocked: REFUSED,
    trips: "tcp4",
  }),
  defineScript({
    group,
    name: "a family number with high bits that the kernel cuts off",
    script: `sys("socket", 2 + (1 << 32), 1, 0); out("opened");`,
    control: "opened",
    blocked: REFUSED,
  }),
  defineScript({
    group,
    name: "MPTCP, a protocol of its own over AF_INET",
    script: `sys("socket", 2, 1, 262); out("opened");`,
    control: "opened",
    blocked: REFUSED,
  }),
  family("raw ICMP", 2, 3, 1, true),
  family("ICMP without privilege (ping)", 2, 2, 1),
  family("AF_PACKET", 17, 3, 768, true),
  family("AF_NETLINK, routes", 16, 3, 0),
  family("AF_NETLINK, socket diagnosis", 16, 3, 4),
  family("AF_NETLINK, audit", 16, 3, 9),
  family("AF_VSOCK", 40, 1, 0),
  family("AF_ALG", 38, 5, 0),
  family("AF_KEY", 15, 3, 2, true),
  family("AF_XDP", 44, 3, 0, true),
  family("AF_CAN", 29, 3, 1),
  family("AF_TIPC", 30, 1, 0),
  family("AF_BLUETOOTH", 31, 1, 3),
  family("AF_RDS", 21, 5, 0),
  family("AF_SMC", 43, 1, 0),
  family("AF_QIPCRTR", 42, 2, 0),
  family("AF_KCM", 41, 2, 0),
  family("AF_UNIX, stream", 1, 1, 0),
  family("AF_UNIX, datagram", 1, 2, 0),
  family("AF_UNIX, sequenced packets", 1, 5, 0),
  defineScript({
    group,
    name: "a datagram pair retargeted by connect(AF_UNSPEC)",
    script: `socketpair(A, B, AF_UNIX, SOCK_DGRAM, 0) or out("socketpair: $!");
      connect(A, sockaddr_un($ARGV[0])) or out("connect: $!"); send(A, "leak", 0) or out("send: $!"); out("sent");`,
    words: (world) => [world.canaries.places.datagram],
    control: "sent",
    blocked: "socketpair: Operation not permitted",
    trips: "datagram",
  }),
  defineScript({
    group,
    name: "a socket pair of sequenced packets",
    script: `socketpair(A, B, AF_UNIX, 5, 0) or out("socketpair: $!"); out("opened");`,
    control: "opened",
    blocked: "socketpair: Operation not permitted",
  }),
  defineScript({
    group,
    name: "io_uring, which has its own socket operation",
    script: `my $p = "\\0" x 120; sys("io_uring_setup", 4, $p); out("opened");`,
    control: "opened",
    blocked: "io_uring_setup: Function not implemented",
  }),
  defineScript({
    group,
    name: "the x32 number of socket",
    script:
      `$! = 0; my $r = syscall(0x40000000 + $NR{socket}, 2, 1, 0); out($r == -1 ? "socket: $!" : "opened");`,
    control: "opened",
    blocked: "socket: Function not implemented",
  }),
  defineScript({
    group,
    name: "socket by the 32-bit system call table",
    // The program is written to a memory file, so that no writable and executable file system is needed.
    script: `my $code = pack("H*", "${I386}"); my $name = "i386";
      my $fd = sys("memfd_create", $name, 0); open(my $f, ">&=", $fd) or out("fdopen: $!");
      syswrite($f, $code) == length($code) or out("write: $!");
      my $pid = fork() // out("fork: $!");
      if ($pid == 0) { exec {"/proc/self/fd/$fd"} "i386"; POSIX::_exit(126) }
      waitpid($pid, 0); out($? & 127 ? "signal " . ($? & 127) : $? >> 8 == 0 ? "opened" : "exit " . ($? >> 8));`,
    skip: Deno.build.arch === "x86_64" ? undefined : "only x86-64 has such a table",
    control: "opened",
    // SIGSYS
    blocked: "signal 31",
  }),
];
