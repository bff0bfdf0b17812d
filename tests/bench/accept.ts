/**
 * Goals accepted a second, durable: `mode: accept`, each audit record fsynced before its answer. Method and figures of
 * the earlier bridge: 513 a second at c=1 (p99 3.5 ms), 528 at c=32 (p99 443 ms), its audit log never fsynced.
 *
 *     deno task bench accept
 *
 * Needs wrk. The machine's speed moves, so quote the ratio, and count what was answered against what was recorded.
 *
 * @module
 */
import { startBridge } from "../support/bridge.ts";
import { ROOT } from "../paths.ts";

const EARLIER = { 1: { rps: 513, p99: 3.5 }, 8: { rps: 481, p99: 58 }, 32: { rps: 528, p99: 443 } } as const;
const SECONDS = Number(Deno.args[0] ?? "10");

interface Figures {
  readonly rps: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly ok: number;
  readonly other: number;
  readonly timeouts: number;
}

async function wrk(url: string, key: string, connections: number): Promise<Figures> {
  const threads = connections === 1 ? 1 : 2;
  const { stdout, success, stderr } = await new Deno.Command("wrk", {
    args: [
      `-t${threads}`,
      `-c${connections}`,
      `-d${SECONDS}s`,
      "--timeout",
      "20s",
      "-s",
      `${ROOT}tests/bench/goal.lua`,
      url,
      key,
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const line = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
  return JSON.parse(line) as Figures;
}

const bridge = await startBridge();
try {
  await wrk(`${bridge.url}/goal`, bridge.key, 32);
  let answered = 0;
  const before = await bridge.auditRecords("goal");
  for (const connections of [1, 8, 32] as const) {
    const figures = await wrk(`${bridge.url}/goal`, bridge.key, connections);
    answered += figures.ok;
    const earlier = EARLIER[connections];
    console.log(
      `c=${connections}: ${figures.rps.toFixed(0)} goals/s (${
        (figures.rps / earlier.rps).toFixed(1)
      } x the earlier bridge), ` +
        `p50 ${figures.p50_ms} ms, p99 ${figures.p99_ms} ms (earlier ${earlier.p99} ms), max ${figures.max_ms} ms, ` +
        `${figures.other} not 200, ${figures.timeouts} timed out`,
    );
  }
  const recorded = await bridge.auditRecords("goal") - before;
  console.log(
    `${answered} answered with 200, ${recorded} recorded (requests in flight when wrk stops may be more)`,
  );
  if (recorded < answered) throw new Error("An answer left before its record");
} finally {
  await bridge.stop();
}
