/**
 * What an escape would reach: listeners of the host and files, and who noticed what.
 *
 * @module
 */

import { PERL } from "./host.ts";
import { createLines } from "./lines.ts";

/** Where the canaries listen. */
export interface CanaryPlaces {
  readonly tcp4: number;
  readonly tcp6: number;
  readonly udp: number;
  /** Absolute paths. */
  readonly stream: string;
  readonly datagram: string;
  /** A name without its leading NUL. */
  readonly abstract: string;
  /** The process itself: what signals, ptrace and /proc would reach. */
  readonly pid: number;
}

/** A process that listens in every way there is, and reports what arrived. */
export interface Canaries {
  readonly places: CanaryPlaces;
  /** Names of the listeners that something reached since the last call, in order: `tcp4`, `udp`, … Empty: nothing. */
  arrivals(): Promise<readonly string[]>;
  /** False when something killed or stopped the process. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * One loop over all listeners. Whatever is pending when "?" comes in on standard input is reported before the answer, so
 * that nobody has to wait and see.
 */
const PROGRAM = String.raw`
use strict; use warnings; use Socket qw(:DEFAULT inet_pton IPPROTO_IPV6 IPV6_V6ONLY);
$| = 1;
my ($dir, $name) = @ARGV;
my (%fh, %is_stream);
sub add { my ($n, $fh, $stream) = @_; $fh{$n} = $fh; $is_stream{$n} = $stream; }
sub port { my ($fh) = @_; my $a = getsockname($fh); return sockaddr_family($a) == AF_INET ? (sockaddr_in($a))[0] : (Socket::unpack_sockaddr_in6($a))[0]; }
# Where loopback is down these two are missing, and their cases' controls say so.
my ($p4, $pu, $p6) = (0, 0, 0);
socket(my $t4, AF_INET, SOCK_STREAM, 0) or die;
if (bind($t4, sockaddr_in(0, INADDR_LOOPBACK))) { listen($t4, 50) or die; add("tcp4", $t4, 1); $p4 = port($t4); }
socket(my $u, AF_INET, SOCK_DGRAM, 0) or die;
if (bind($u, sockaddr_in(0, INADDR_LOOPBACK))) { add("udp", $u, 0); $pu = port($u); }
if (socket(my $t6, AF_INET6, SOCK_STREAM, 0)) {
  setsockopt($t6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (bind($t6, Socket::pack_sockaddr_in6(0, inet_pton(AF_INET6, "::1")))) { listen($t6, 50); add("tcp6", $t6, 1); $p6 = port($t6); }
}
socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die; bind($s, sockaddr_un("$dir/stream")) or die; listen($s, 50) or die; add("stream", $s, 1);
socket(my $d, AF_UNIX, SOCK_DGRAM, 0) or die; bind($d, sockaddr_un("$dir/datagram")) or die; add("datagram", $d, 0);
socket(my $a, AF_UNIX, SOCK_STREAM, 0) or die; bind($a, pack("S a*", AF_UNIX, "\0$name")) or die; listen($a, 50) or die; add("abstract", $a, 1);
chmod 0777, "$dir/stream", "$dir/datagram";
my $signals = 0;
$SIG{$_} = sub { $signals++ } for qw(TERM INT HUP USR1 USR2 ALRM);
print join(" ", $p4, $p6, $pu), "\n";
my @seen;
sub look {
  my ($wait) = @_;
  my $bits = ''; vec($bits, fileno($_), 1) = 1 for values %fh; vec($bits, 0, 1) = 1 if $wait;
  my $n = select(my $ready = $bits, undef, undef, $wait ? undef : 0);
  return 0 if $n <= 0;
  my $more = 0;
  for my $name (sort keys %fh) {
    next unless vec($ready, fileno($fh{$name}), 1);
    $more = 1; push @seen, $name;
    if ($is_stream{$name}) { accept(my $c, $fh{$name}); close $c; } else { recv($fh{$name}, my $buf, 65536, 0); }
  }
  return $wait ? vec($ready, 0, 1) : $more;
}
for (;;) {
  next unless look(1);
  sysread(STDIN, my $question, 1) or last;
  1 while look(0);
  push @seen, ("signal") x $signals; $signals = 0;
  print join(" ", @seen), "\n"; @seen = ();
}
`;

/**
 * Starts the listeners. Needs perl.
 *
 * @param directory where the path-name sockets are made
 * @example
 * ```ts ignore
 * const canaries = await startCanaries("/tmp/world");
 * console.assert((await canaries.arrivals()).length === 0);
 * await canaries.close();
 * ```
 */
export async function startCanaries(directory: string): Promise<Canaries> {
  const abstract = `physiclaw-canary-${crypto.randomUUID()}`;
  const child = new Deno.Command(PERL, {
    args: ["-e", PROGRAM, directory, abstract],
    clearEnv: true,
    // A control looks for it in the process's environment.
    env: { CANARY_ENVIRONMENT: "seen" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const next = createLines(child.stdout);
  const line = async (): Promise<string> => {
    const text = await next();
    if (text === undefined) throw new Error("The canary process ended");
    return text;
  };
  const [tcp4 = 0, tcp6 = 0, udp = 0] = (await line()).split(" ").map(Number);
  const writer = child.stdin.getWriter();
  let ended = false;
  child.status.then(() => ended = true);
  const arrivals = async (): Promise<readonly string[]> => {
    await writer.write(new TextEncoder().encode("?"));
    return (await line()).split(" ").filter((name) => name !== "");
  };
  return {
    places: {
      tcp4,
      tcp6,
      udp,
      stream: `${directory}/stream`,
      datagram: `${directory}/datagram`,
      abstract,
      pid: child.pid,
    },
    arrivals,
    alive: () => Promise.resolve(!ended),
    async close() {
      await writer.close().catch(() => {});
      await child.status;
    },
  };
}
