/**
 * Ways to other processes that are no sockets of the internet: Unix sockets, System V and POSIX IPC, signals.
 *
 * @module
 */
import { defineScript, type EscapeCase } from "../define_case.ts";

const group = "Unix IPC" as const;

/** A System V object of the host, made by the control and looked for again by the attempt: its key is the same. */
const KEY = 0x70687963;

export const IPC_CASES: readonly EscapeCase[] = [
  defineScript({
    group,
    name: "a Unix stream socket of the host by its path",
    script: `socket(S, AF_UNIX, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, sockaddr_un($ARGV[0])) or out("connect: $!"); out("connected");`,
    words: (world) => [world.canaries.places.stream],
    control: "connected",
    blocked: "socket: Operation not permitted",
    trips: "stream",
  }),
  defineScript({
    group,
    name: "a Unix datagram socket of the host by its path",
    script: `socket(S, AF_UNIX, SOCK_DGRAM, 0) or out("socket: $!");
      send(S, "leak", 0, sockaddr_un($ARGV[0])) or out("send: $!"); out("sent");`,
    words: (world) => [world.canaries.places.datagram],
    control: "sent",
    blocked: "socket: Operation not permitted",
    trips: "datagram",
  }),
  defineScript({
    group,
    name: "an abstract Unix socket of the host",
    script: `socket(S, AF_UNIX, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, pack("S a*", AF_UNIX, "\\0$ARGV[0]")) or out("connect: $!"); out("connected");`,
    words: (world) => [world.canaries.places.abstract],
    control: "connected",
    blocked: "socket: Operation not permitted",
    trips: "abstract",
  }),
  defineScript({
    group,
    // Abstract sockets belong to the network namespace: sharing it shares them.
    name: "an abstract Unix socket of the host, by a tool that shares the host's network",
    script: `socket(S, AF_UNIX, SOCK_STREAM, 0) or out("socket: $!");
      connect(S, pack("S a*", AF_UNIX, "\\0$ARGV[0]")) or out("connect: $!"); out("connected");`,
    words: (world) => [world.canaries.places.abstract],
    tool: "probe-host",
    control: "connected",
    blocked: "socket: Operation not permitted",
    trips: "abstract",
  }),
  defineScript({
    group,
    name: "a Unix socket file of the host, looked at",
    script: `my @s = stat($ARGV[0]) or out("stat: $!"); out(-S _ ? "a socket" : "something");`,
    words: (world) => [world.canaries.places.stream],
    control: "a socket",
    blocked: "stat: No such file or directory",
  }),
  defineScript({
    group,
    name: "System V shared memory of the host",
    // Outside it makes the segment, inside it only looks.
    script:
      `my $id = shmget(${KEY}, 4096, $ARGV[0] eq "outside" ? 01666 : 0) // out("shmget: $!"); out("found");`,
    cleanUp: `my $id = shmget(${KEY}, 0, 0); shmctl($id, 0, 0) if defined $id; out("gone");`,
    words: (_, place) => [place],
    control: "found",
    blocked: "shmget: No such file or directory",
  }),
  defineScript({
    group,
    name: "a System V message queue of the host",
    script: `my $id = msgget(${KEY}, $ARGV[0] eq "outside" ? 01666 : 0) // out("msgget: $!"); out("found");`,
    cleanUp: `my $id = msgget(${KEY}, 0); msgctl($id, 0, 0) if defined $id; out("gone");`,
    words: (_, place) => [place],
    control: "found",
    blocked: "msgget: No such file or directory",
  }),
  defineScript({
    group,
    name: "a System V semaphore of the host",
    script:
      `my $id = semget(${KEY}, 1, $ARGV[0] eq "outside" ? 01666 : 0) // out("semget: $!"); out("found");`,
    cleanUp: `my $id = semget(${KEY}, 0, 0); semctl($id, 0, 0, 0) if defined $id; out("gone");`,
    words: (_, place) => [place],
    control: "found",
    blocked: "semget: No such file or directory",
  }),
  defineScript({
    group,
    name: "a POSIX message queue of the host",
    script: `my $name = "physiclaw-escapes"; my $flags = $ARGV[0] eq "outside" ? 0102 : 02;
      sys("mq_open", $name, $flags, 0666, 0); out("found");`,
    cleanUp: `my $name = "physiclaw-escapes"; syscall($NR{mq_unlink}, $name); out("gone");`,
    words: (_, place) => [place],
    control: "found",
    blocked: "mq_open: No such file or directory",
  }),
  defineScript({
    group,
    name: "POSIX shared memory of the host",
    script:
      `my $path = "/dev/shm/physiclaw-escapes"; if ($ARGV[0] eq "outside") { open(my $f, ">", $path) or out("create: $!"); }
      open(my $f, "<", $path) or out("open: $!"); out("found");`,
    cleanUp: `unlink "/dev/shm/physiclaw-escapes"; out("gone");`,
    words: (_, place) => [place],
    control: "found",
    blocked: "open: No such file or directory",
  }),
  defineScript({
    group,
    name: "a signal to a process of the host",
    script: `kill("USR1", $ARGV[0]) or out("kill: $!"); out("sent");`,
    words: (world) => [String(world.canaries.places.pid)],
    control: "sent",
    blocked: "kill: No such process",
    trips: "signal",
  }),
  defineScript({
    group,
    name: "a signal to a process of the host by a descriptor of it",
    script: `sys("pidfd_open", $ARGV[0] + 0, 0); out("opened");`,
    words: (world) => [String(world.canaries.places.pid)],
    control: "opened",
    blocked: "pidfd_open: No such process",
  }),
];
