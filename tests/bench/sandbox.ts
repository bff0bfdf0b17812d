/**
 * `deno task bench sandbox`: what a step costs above bare bwrap with the same flags. Both are run in turns in one process,
 * so that a busy machine slows both; the medians' ratio is what counts (target: at most 1.15).
 *
 * @module
 */
import { encode } from "../../lib/internal/bpf.ts";
import { HandleSet, openReal, temporaryFile } from "../../lib/executor/descriptors.ts";
import { prepareHost } from "../../lib/executor/host.ts";
import { sandboxArguments, WORKSPACE } from "../../lib/executor/sandbox.ts";
import { toolFilter } from "../../lib/executor/seccomp.ts";
import { shellTool, withRunner } from "../support/runner.ts";

const TARGET = 1.15;
const rounds = Number(Deno.args[0] ?? 60);

const SOCKETS = ["inet", "unix", "netlink"] as const;

/** `true` shows the floor: a process that does nothing. The others are what a tool does at the least. */
const PROGRAMS = [
  { name: "true", path: "/bin/true", args: [] },
  {
    name: "nmap",
    path: "/usr/bin/nmap",
    args: ["--unprivileged", "-n", "-Pn", "-sT", "-p", "1-100", "127.0.0.1"],
  },
  { name: "terraform", path: "/usr/local/bin/terraform", args: ["version"] },
  { name: "kubectl", path: "/usr/bin/kubectl", args: ["version", "--client"] },
  { name: "python3", path: "/usr/bin/python3", args: ["-c", "import json, ast"] },
] as const;

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

const timed = async (work: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  if (!await work()) throw new Error("Cannot measure: the program failed");
  return performance.now() - began;
};

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);

const present: { name: string; path: string; args: readonly string[] }[] = [];
for (const program of PROGRAMS) {
  if (await exists(program.path)) present.push({ ...program, path: await Deno.realPath(program.path) });
  else console.log(`${program.name}: not installed, skipped`);
}
const tools = present.map(({ name, path, args }) =>
  shellTool(`bench-${name}`, [], {
    program: { path },
    forms: [{ id: "run", commands: [["@", ...args]] }],
    sockets: SOCKETS,
    limits: {
      timeoutMs: 60_000,
      outputBytes: 1024 ** 2,
      memory: { kind: "address-space", bytes: 4 * 1024 ** 3 },
    },
  })
);

let reached = true;
await withRunner(tools, async ({ run, stateDir, workspace }) => {
  using handles = new HandleSet();
  const host = await prepareHost(`${stateDir}/bench`, {});
  if (host === undefined) throw new Error("Cannot measure: bubblewrap is not installed");
  const filter = handles.add(temporaryFile(stateDir, encode(toolFilter(SOCKETS, Deno.build.arch))));
  const directory = handles.add(openReal(workspace).handle);
  const flags = sandboxArguments({
    system: host.system,
    etc: host.etc,
    unshareNet: true,
    env: {},
    binds: [{ source: { fd: 4 }, at: WORKSPACE }],
    files: [],
    covers: [],
    seccompFd: 3,
    chdir: WORKSPACE,
  });
  const bare = async (argv: readonly string[]): Promise<boolean> => {
    const { success } = await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        'exec 3<"$1" 4<"$2"; shift 2; exec "$@"',
        "bench",
        ...[filter, directory].map((fd) => `/proc/${Deno.pid}/fd/${fd}`),
        ...[host.bwrap, ...flags, "--", ...argv],
      ],
      clearEnv: true,
      stdin: "null",
    }).output();
    return success;
  };
  console.log(
    `${"program".padEnd(12)}${"bare bwrap".padStart(12)}${"through runner".padStart(16)}${
      "ratio".padStart(8)
    }${"of the fastest tenth".padStart(23)}`,
  );
  for (const [index, { name, path, args }] of present.entries()) {
    const tool = tools[index];
    if (tool === undefined) continue;
    const [bareTimes, runnerTimes]: [number[], number[]] = [[], []];
    const times = name === "true" ? rounds : Math.ceil(rounds / 3);
    for (let round = -3; round < times; round++) {
      const a = await timed(() => bare([path, ...args]));
      const b = await timed(async () => (await run(tool)).outcome === "ok");
      if (round < 0) continue;
      bareTimes.push(a);
      runnerTimes.push(b);
    }
    const ratio = median(runnerTimes) / median(bareTimes);
    reached &&= name === "true" || ratio <= TARGET;
    const ms = (value: number, width: number) => `${value.toFixed(2)} ms`.padStart(width);
    console.log(
      `${name.padEnd(12)}${ms(median(bareTimes), 12)}${ms(median(runnerTimes), 16)}${
        ratio.toFixed(2).padStart(8)
      }${
        // What a machine with nothing else to do shows; far from the ratio when others run beside.
        (quantile(runnerTimes, 0.1) / quantile(bareTimes, 0.1)).toFixed(2).padStart(23)}`,
    );
  }
});
console.log(
  reached
    ? `target of ${TARGET} reached by every tool (true is the floor, not a tool)`
    : `target of ${TARGET} missed`,
);
