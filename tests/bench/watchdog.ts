/**
 * What the watchdog costs and how fast it is: a look among 10, 1,000 and 10,000 sockets, its share of a core, and
 * connect-to-dead. Everything in network namespaces of its own; the far address is the namespace's.
 *
 *     deno task bench watchdog
 *
 * @module
 */
import { ATTEMPTS, perl, play } from "../egress/watchdog_world.ts";
import { ROOT } from "../paths.ts";

const ROUNDS = 100;

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;

async function cost(): Promise<void> {
  const namespace = [
    "--user",
    "--map-root-user",
    "--net",
    "--",
    "/bin/sh",
    "-c",
    'ip link set lo up; exec "$@"',
    "sh",
  ];
  const deno = [Deno.execPath(), "run", "--quiet", "--cached-only", "--no-prompt", "--allow-all"];
  await new Deno.Command("/usr/bin/unshare", {
    args: [...namespace, ...deno, `${ROOT}tests/egress/watchdog_cost.ts`],
    stdin: "null",
  }).spawn().status;
}

async function share(): Promise<void> {
  const { lines } = await play({ scans: 500, measure: true });
  console.log(
    `${lines.find((line) => line.startsWith("share")) ?? "share: not measured"} % of a core, every 20 ms`,
  );
}

async function latency(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const text = `use Time::HiRes; $| = 1; select(undef, undef, undef, rand(0.1)); ${ATTEMPTS.tcp4};
      printf "at %.3f\\n", Time::HiRes::time() * 1000`;
    const { lines, deadAt, code } = await play({ children: [perl(text)] });
    // The child tells when it was connected; the clock is the same.
    const at = Number(lines.find((line) => line.startsWith("at "))?.slice(3));
    if (code === 75 && Number.isFinite(at)) times.push(deadAt - at);
  }
  const figures = [0.5, 0.9, 0.99, 1].map((part) => quantile(times, part).toFixed(1));
  console.log(
    `connect to dead bridge, every 20 ms, ${times.length} of ${ROUNDS} rounds ended so: ` +
      `median ${figures[0]} ms, p90 ${figures[1]}, p99 ${figures[2]}, most ${figures[3]}`,
  );
}

await cost();
await share();
await latency();
