/**
 * How fast the built file starts, as ratios of one run: `version` against a Deno hello world, `goal` against curl asking the
 * same bridge, `serve` from its start until it is ready; and the memory that an idle bridge's processes share out (PSS).
 *
 *     deno task build && deno task bench startup [ROUNDS]
 *
 * Needs curl. The measured file is `dist/physiclaw`, or what `PHYSICLAW_BINARY` names.
 *
 * @module
 */
import { ROOT } from "../paths.ts";

const ROUNDS = Number(Deno.args[0] ?? "30");
const BINARY = Deno.env.get("PHYSICLAW_BINARY") ?? `${ROOT}dist/physiclaw`;
Deno.env.set("PHYSICLAW_BINARY", BINARY);
const { startBridge } = await import("../support/bridge.ts");
const { CACHES } = await import("../support/program.ts");

/** Runs a program to its end and returns the milliseconds; throws with what it said when it failed. */
async function timed(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { ...CACHES, ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const took = performance.now() - start;
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return took;
}

/** Median and fastest of measurements. */
function of(values: readonly number[]): { median: number; least: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, least: sorted[0] ?? 0 };
}

/** Takes turns, so that a change of the machine's speed meets all of them; the first round warms up. */
async function inTurns<Name extends string>(
  works: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, { median: number; least: number }>> {
  const names = Object.keys(works) as Name[]; // the keys of this very type
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const took = await works[name]();
      if (round >= 0) taken.get(name)?.push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, of(taken.get(name) ?? [])])) as Record<
    Name,
    { median: number; least: number }
  >;
}

/** Text of a file of /proc, which Deno itself may not read. */
async function proc(path: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", { args: [path], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

/** A process and all below it. */
async function tree(pid: number): Promise<readonly number[]> {
  const children = (await proc(`/proc/${pid}/task/${pid}/children`)).trim().split(" ").filter((id) =>
    id !== ""
  );
  return [pid, ...(await Promise.all(children.map((id) => tree(Number(id))))).flat()];
}

const ms = ({ median, least }: { median: number; least: number }): string =>
  `${median.toFixed(1)} ms (least ${least.toFixed(1)})`;

const directory = await Deno.makeTempDir();
try {
  const hello = `${directory}/hello.js`;
  await Deno.writeTextFile(hello, 'console.log("hello");\n');
  const plain = await inTurns({
    hello: () => timed(Deno.execPath(), ["run", hello], {}),
    version: () => timed(BINARY, ["version"], {}),
  }, ROUNDS);
  console.log(`file: ${((await Deno.stat(BINARY)).size / 1e6).toFixed(1)} MB`);
  console.log(`hello world on Deno: ${ms(plain.hello)}`);
  console.log(
    `physiclaw version: ${ms(plain.version)}, ${
      (plain.version.median / plain.hello.median).toFixed(2)
    } x of it (aim 1.5)`,
  );

  const starts: number[] = [];
  for (let round = -1; round < 5; round++) {
    const start = performance.now();
    const bridge = await startBridge();
    if (round >= 0) starts.push(performance.now() - start);
    await bridge.stop();
  }
  console.log(`physiclaw serve, ready: ${ms(of(starts))} (aim 1000)`);

  const bridge = await startBridge();
  try {
    const env = { PHYSICLAW_BRIDGE_URL: bridge.url, PHYSICLAW_API_KEY: bridge.key };
    const body = JSON.stringify({ goal: "summarise the errors in app.log", mode: "accept" });
    const asked = await inTurns({
      curl: () =>
        timed("curl", [
          ...["-sf", "-X", "POST", `${bridge.url}/goal`, "-H", `x-physiclaw-key: ${bridge.key}`],
          ...["-H", "content-type: application/json", "-d", body],
        ], {}),
      goal: () => timed(BINARY, ["goal", "summarise the errors in app.log", "--mode", "accept"], env),
    }, ROUNDS);
    console.log(`curl: ${ms(asked.curl)}`);
    console.log(
      `physiclaw goal: ${ms(asked.goal)}, ${
        (asked.goal.median - asked.curl.median).toFixed(1)
      } ms more (aim 60)`,
    );
    const sizes = await Promise.all((await tree(bridge.pid)).map(async (pid) => {
      const kib = Number(/^Pss:\s+([0-9]+) kB/m.exec(await proc(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
      const name = (await proc(`/proc/${pid}/cmdline`)).split("\0").find((word) =>
        /\/app\/[a-z_]+\.js$/.test(word)
      );
      return { kib, name: name?.split("/").at(-1)?.replace(".js", "") ?? "?" };
    }));
    const sum = sizes.reduce((total, { kib }) => total + kib, 0);
    const parts = sizes.map(({ kib, name }) => `${name} ${(kib / 1024).toFixed(0)}`).join(", ");
    console.log(`idle PSS: ${(sum / 1024).toFixed(0)} MiB (${parts}; aim 200)`);
  } finally {
    await bridge.stop();
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}
