/**
 * What the watchdog costs and how fast it is: a look among 10, 1,000 and 10,000 sockets beside the same by parsing
 * `/proc/net`, its share of a core, and the time from a connection to its end as the far end sees it. Everything in
 * network namespaces of its own; the far address is the namespace's.
 *
 *     deno task bench watchdog [ROUNDS]
 *
 * @module
 */
import { FAR4, perl, play } from "../egress/watchdog_world.ts";
import { ROOT } from "../paths.ts";

const ROUNDS = Number(Deno.args[0] ?? "100");

/** What is aimed at: a look among 10,000 sockets, the share of a core every 20 ms, 99 of 100 connections. */
const AIMS = { scanMs: 3.5, share: 3, deadMs: 30 };

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const figures = (values: readonly number[]): string =>
  `median ${quantile(values, 0.5).toFixed(1)} ms, p90 ${quantile(values, 0.9).toFixed(1)}, p99 ${
    quantile(values, 0.99).toFixed(1)
  }, most ${quantile(values, 1).toFixed(1)}`;

async function cost(): Promise<void> {
  const raise = 'ip link set lo up; exec "$@"';
  const deno = [Deno.execPath(), "run", "--quiet", "--cached-only", "--no-prompt", "--allow-all"];
  await new Deno.Command("/usr/bin/unshare", {
    args: [
      ...["--user", "--map-root-user", "--net", "--", "/bin/sh", "-c", raise, "sh"],
      ...[...deno, `${ROOT}tests/egress/watchdog_cost.ts`],
    ],
    stdin: "null",
  }).spawn().status;
}

async function share(): Promise<void> {
  const { lines } = await play({ scans: 500, measure: true });
  const line = lines.find((line) => line.startsWith("share")) ?? "share: not measured";
  console.log(`${line} % of a core, every 20 ms (aim ${AIMS.share})`);
}

/** Nobody of the tree: accepts one connection at the far address, and writes down when it ended. */
const farEnd = (file: string): string =>
  `(/usr/bin/perl -e 'use strict; use Socket; use Time::HiRes; exit 0 if fork(); alarm 30;
    socket(my $l, AF_INET, SOCK_STREAM, 0); bind($l, sockaddr_in(9444, inet_aton("${FAR4}"))) or die; listen($l, 1);
    accept(my $c, $l); sysread($c, my $x, 1); open(my $f, ">", "${file}"); print $f Time::HiRes::time() * 1000' \\
    </dev/null >/dev/null 2>&1 &); sleep 0.1`;

async function latency(): Promise<void> {
  const file = await Deno.makeTempFile();
  const connections: number[] = [];
  const bridges: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const text = `use Time::HiRes; $| = 1; select(undef, undef, undef, rand(0.1));
        socket(S, AF_INET, SOCK_STREAM, 0); connect(S, sockaddr_in(9444, inet_aton("${FAR4}"))) or die;
        printf "at %.3f\\n", Time::HiRes::time() * 1000`;
      const { lines, deadAt, code } = await play({ children: [perl(text)] }, farEnd(file));
      // The child tells when it was connected; the clock is the same.
      const at = Number(lines.find((line) => line.startsWith("at "))?.slice(3));
      const ended = Number(await Deno.readTextFile(file));
      if (code !== 75 || !Number.isFinite(at) || ended === 0) continue;
      connections.push(ended - at);
      bridges.push(deadAt - at);
      await Deno.truncate(file);
    }
  } finally {
    await Deno.remove(file);
  }
  console.log(`every 20 ms, ${connections.length} of ${ROUNDS} rounds ended so:`);
  console.log(`  connect to dead connection: ${figures(connections)} (aim: p99 ${AIMS.deadMs})`);
  console.log(`  connect to dead bridge: ${figures(bridges)}`);
}

await cost();
await share();
await latency();
