/**
 * What one look of the watchdog costs among so many sockets; started by `deno task bench watchdog` in a network namespace.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../lib/catalog/addresses.ts";
import { createJudge } from "../../lib/egress/watchdog/address.ts";
import { createProcesses } from "../../lib/egress/watchdog/processes.ts";
import { setUp } from "../../lib/egress/watchdog/set_up.ts";
import { openSystem } from "../../lib/egress/watchdog/system.ts";
import { createWatch } from "../../lib/egress/watchdog/watch.ts";
import { findLibc } from "../../lib/internal/libc.ts";

const ms = (value: number): string => `${value.toFixed(2)} ms`;
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;

/** Perl that holds so many loopback connections, both ends its own, and says so. */
const HOLD =
  `use Socket; $| = 1; my ($n) = @ARGV; my @s; socket(my $l, AF_INET, SOCK_STREAM, 0); listen($l, 4096);
  for (1..$n / 2) { socket(my $c, AF_INET, SOCK_STREAM, 0); bind($c, sockaddr_in(0, inet_aton("127.0." . int($_ / 200) . "." . ($_ % 200 + 1))));
    connect($c, getsockname($l)) or die "$!"; accept(my $a, $l); push @s, $c, $a } print "held\\n"; <STDIN>`;

async function scanCost(): Promise<void> {
  const root = Deno.pid;
  using system = openSystem(await findLibc() ?? "");
  const judge = createJudge(SAFE_SUBNETS);
  for (const count of [10, 1_000, 10_000]) {
    const holder = new Deno.Command("/bin/sh", {
      args: ["-c", 'ulimit -n 20000; exec /usr/bin/perl -e "$0" "$1"', HOLD, String(count)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = holder.stdout.getReader();
    await reader.read();
    // As in the watchdog, but the process looks at itself: its own pid is no exception here.
    const processes = createProcesses(system, root, 0);
    const { diag, network } = setUp({ system, processes, judge, root, self: root });
    const never = 1_000_000_000;
    const rest = {
      system,
      processes,
      judge,
      root,
      network,
      listeners: () => [],
      seldomEvery: 1,
      crossEvery: never,
      traceEvery: never,
    };
    const time = (watch: { scan(): unknown }): string => {
      watch.scan();
      for (let i = 0; i < 30; i++) watch.scan();
      const times = Array.from({ length: 200 }, () => {
        const start = performance.now();
        watch.scan();
        return performance.now() - start;
      });
      return `median ${ms(quantile(times, 0.5))}, p99 ${ms(quantile(times, 0.99))}`;
    };
    const plain = createWatch({ ...rest, diag, treeEvery: never, stepEvery: never });
    const fallback = createWatch({ ...rest, diag: undefined, treeEvery: never, stepEvery: never });
    const tree = createWatch({ ...rest, diag, treeEvery: 1, stepEvery: never });
    console.log(
      `scan, ${count} sockets: ${time(plain)}; with a walk over the tree ${time(tree)}; /proc/net ${
        time(fallback)
      }`,
    );
    await holder.stdin.close();
    await Promise.all([holder.status, reader.cancel()]);
  }
}

await scanCost();
