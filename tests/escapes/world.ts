/**
 * The surroundings of the escape cases: a workspace, files that must stay as they are, listeners, and a runner with tools
 * that run a script.
 *
 * @module
 */
import { buildCommands } from "../../lib/catalog/build.ts";
import { defineTool } from "../../lib/catalog/define_tool.ts";
import { nmap } from "../../lib/catalog/tools_secops.ts";
import type { Slots, Tool, ToolSettings } from "../../lib/catalog/types.ts";
import type { RunnerInit } from "../../lib/executor/protocol.ts";
import type { Runner, StepRequest, StepRun } from "../../lib/executor/types.ts";
import { type Canaries, startCanaries } from "./canaries.ts";

/** What a world needs of the executor: the real one, with these tools and settings. */
export type StartRunner = (options: {
  readonly tools: readonly Tool[];
  readonly settings: ToolSettings;
  readonly state: string;
  readonly roots: readonly string[];
  /** Default: as it should be. */
  readonly sandbox?: "bwrap" | "none";
}) => Promise<Runner>;

/** The name of a probe: a tool that runs a Perl script of the workspace. */
export type ProbeName = "probe" | "probe-endpoint" | "probe-roots" | "probe-host";

/** What a case may use. */
export interface World {
  /** Absolute, real: holds everything below. */
  readonly base: string;
  /** What the sandbox sees at `/workspace`. */
  readonly workspace: string;
  /** Files of the host that no tool may touch; the same after every attempt. */
  readonly host: string;
  /** A directory outside the workspace under which `probe-roots` may read. */
  readonly shared: string;
  /** The runner's state directory. */
  readonly state: string;
  readonly canaries: Canaries;
  readonly runner: Runner;
  /** What a further runner of this world is made with, besides sandbox and state directory. */
  readonly init: Omit<RunnerInit, "sandbox" | "stateDir" | "safeSubnets">;
  /** The only endpoint of `probe-endpoint`, and how often it was reached. */
  readonly endpoint: { readonly port: number; hits(): number };
  /** Starts a further runner with the same tools, for cases that kill it. */
  anotherRunner(): Promise<Runner>;
  /** Process ids of the host on whose command line a text stands, this process and its own look excepted. */
  processes(text: string): Promise<readonly number[]>;
  /** A request of a probe, for cases that change it. */
  request(script: string, words: readonly string[], tool?: ProbeName, file?: string): Promise<StepRequest>;
  /** Runs a script without a sandbox; what it printed. */
  outside(script: string, words: readonly string[]): Promise<string>;
  /** Runs a script as a probe; what it printed, or `OUTCOME: reason` when it did not end by itself. */
  inside(script: string, words: readonly string[], tool?: ProbeName): Promise<string>;
  /** Names of what was reached or changed since the last call: canaries, and `files`. */
  arrivals(): Promise<readonly string[]>;
  /** Puts workspace and host files back as they were. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Short, so that cases about time-outs, floods and memory end soon. */
const LIMITS = { timeoutMs: 3000, outputBytes: 256 * 1024 };
const MEMORY = 256 * 1024 ** 2;

const probe = (name: ProbeName, network: "none" | "prometheus.url", roots: readonly string[] = []): Tool =>
  defineTool(name, {
    roots: [...roots],
    personas: ["sre"],
    program: "/usr/bin/perl",
    args: [{ slot: "script" }, { slot: "file" }, { slot: "words" }, { slot: "targets" }],
    slots: {
      script: { kind: "path", of: "file", required: true },
      file: { kind: "path", of: "any" },
      targets: { kind: "address" },
      words: { kind: "pattern", pattern: "[!-~]{1,256}", max: 256, what: "a word", many: 16 },
    },
    network,
    memory_bytes: MEMORY,
    examples: ["probe the sandbox"],
  }, LIMITS);

/** What stands for the runner's answer where a script's own words are missing. */
export function describeRun(run: StepRun): string {
  const stdout = run.commands.map((command) => new TextDecoder().decode(command.stdout)).join("").trim();
  if (run.outcome === "ok") return stdout;
  if (run.outcome === "failed") {
    const stderr = run.commands.map((command) => new TextDecoder().decode(command.stderr)).join("").trim();
    return `exit ${run.commands.at(-1)?.exitCode}: ${stdout} ${stderr}`.trim();
  }
  return `${run.outcome}: ${run.reason ?? ""}`.trim();
}

async function fingerprint(directory: string): Promise<string> {
  const lines: string[] = [];
  const walk = async (path: string): Promise<void> => {
    const info = await Deno.lstat(path);
    lines.push(
      `${path} ${info.mode} ${info.uid} ${info.nlink} ${info.isSymlink ? await Deno.readLink(path) : ""}`,
    );
    if (info.isFile) lines.push(await Deno.readTextFile(path));
    if (!info.isDirectory) return;
    const names = [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
    for (const name of names) await walk(`${path}/${name}`);
  };
  await walk(directory);
  return lines.join("\n");
}

/**
 * Makes a world. Needs perl; `close` removes everything.
 *
 * @example
 * ```ts ignore
 * const world = await createWorld(startRunner);
 * try { console.log(await world.inside('print "hello"', [])); } finally { await world.close(); }
 * ```
 */
export async function createWorld(start: StartRunner): Promise<World> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-escapes-" }));
  const workspace = `${base}/workspace`;
  const host = `${base}/host`;
  const state = `${base}/state`;
  const shared = `${base}/shared`;
  const sockets = `${base}/sockets`;
  await Deno.mkdir(shared);
  await Deno.mkdir(sockets);
  await Deno.mkdir(state, { mode: 0o700 });
  await Deno.mkdir(`${base}/state-2`, { mode: 0o700 });
  await Deno.writeTextFile(`${state}/operator.key`, "operator-secret", { mode: 0o600 });
  const plant = async (): Promise<void> => {
    for (const directory of [workspace, host]) {
      await Deno.remove(directory, { recursive: true }).catch(() => {});
    }
    await Deno.mkdir(`${workspace}/cases`, { recursive: true });
    await Deno.mkdir(`${workspace}/.ssh`);
    await Deno.mkdir(`${host}/empty`, { recursive: true });
    // Anyone may write here, so that a refusal is the sandbox's and not that of a mode.
    await Deno.chmod(host, 0o777);
    await Deno.writeTextFile(`${workspace}/file.txt`, "workspace");
    await Deno.chmod(`${workspace}/file.txt`, 0o666);
    await Deno.chmod(workspace, 0o777);
    await Deno.writeTextFile(`${workspace}/.ssh/id_ed25519`, "workspace-key");
    await Deno.writeTextFile(`${host}/secret.txt`, "host-secret");
    await Deno.chmod(`${host}/secret.txt`, 0o666);
    await Deno.writeTextFile(`${host}/linked.txt`, "linked");
    await Deno.chmod(`${host}/linked.txt`, 0o666);
    await Deno.link(`${host}/linked.txt`, `${workspace}/hardlink.txt`);
    await Deno.symlink(`${host}/secret.txt`, `${workspace}/link-to-secret`);
    await Deno.symlink(host, `${workspace}/link-to-host`);
  };
  await plant();

  const canaries = await startCanaries(sockets);
  let hits = 0;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      hits++;
      await connection.write(new TextEncoder().encode("welcome\n")).catch(() => {});
      connection.close();
    }
  })().catch(() => {});
  const settings: ToolSettings = {
    prometheus: { url: `http://127.0.0.1:${listener.addr.port}` },
    nmap: { targets: ["127.0.0.0/8"] },
    hosts: {},
    tools: {},
  };
  const tools = new Map<ProbeName, Tool>([
    ["probe", probe("probe", "none")],
    ["probe-endpoint", probe("probe-endpoint", "prometheus.url")],
    ["probe-roots", probe("probe-roots", "none", [shared])],
    // As nmap: the host's network, and the address families that its entry grants.
    ["probe-host", { ...probe("probe-host", "none"), network: nmap.network, sockets: nmap.sockets }],
  ]);
  const options = { tools: [...tools.values()], settings, state, roots: [workspace] };
  const runner = await start(options);

  let known = await fingerprint(host) + await fingerprint(workspace);
  let scripts = 0;
  const place = async (script: string): Promise<string> => {
    const name = `cases/${++scripts}.pl`;
    await Deno.writeTextFile(`${workspace}/${name}`, script);
    known = await fingerprint(host) + await fingerprint(workspace);
    return name;
  };
  const request = async (
    script: string,
    words: readonly string[],
    name: ProbeName = "probe",
    file?: string,
  ): Promise<StepRequest> => {
    const tool = tools.get(name);
    if (tool === undefined) throw new TypeError(`No such probe: ${name}`);
    const slots: Slots = {
      script: await place(script),
      ...(file === undefined ? {} : { file }),
      ...(name === "probe-host" ? { targets: "127.0.0.1" } : {}),
      ...(words.length === 0 ? {} : { words: [...words] }),
    };
    const commands = buildCommands(tool, "run", slots, {
      program: await Deno.realPath("/usr/bin/perl"),
      settings: {},
    });
    const goalId = crypto.randomUUID();
    return {
      goalId,
      stepId: "s1",
      persona: "sre",
      tool: name,
      form: "run",
      slots,
      commands,
      cwd: workspace,
      writable: false,
    };
  };

  return {
    base,
    workspace,
    host,
    shared,
    state,
    canaries,
    runner,
    init: {
      settings,
      tools: options.tools,
      network: true,
      scratchDir: `${base}/state-2/scratch`,
      workspaceRoots: options.roots,
      secrets: [],
    },
    endpoint: { port: listener.addr.port, hits: () => hits },
    request,
    anotherRunner: () => start({ ...options, state: `${base}/state-2` }),
    async processes(text) {
      // pgrep leaves itself out. The first letter stands in brackets, or a shell around it would be found.
      const pattern = `[${text[0]}]${text.slice(1).replaceAll(/[^A-Za-z0-9/ -]/g, ".")}`;
      const output = await new Deno.Command("pgrep", { args: ["-f", "--", pattern] }).output();
      return new TextDecoder().decode(output.stdout).split("\n").filter((line) => line !== "").map(Number)
        .filter((pid) => pid !== Deno.pid);
    },
    async outside(script, words) {
      const path = `${workspace}/${await place(script)}`;
      const output = await new Deno.Command("/usr/bin/perl", {
        args: [path, ...words],
        clearEnv: true,
        env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
        cwd: workspace,
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(output.stdout).trim();
      return output.signal === null ? text : `killed: ${output.signal}`;
    },
    async inside(script, words, tool) {
      return describeRun(await runner.run(await request(script, words, tool)));
    },
    async arrivals() {
      const now = await fingerprint(host) + await fingerprint(workspace);
      const changed = now === known ? [] : ["files"];
      known = now;
      const alive = await canaries.alive() ? [] : ["death of the canaries"];
      return [...await canaries.arrivals(), ...changed, ...alive];
    },
    async reset() {
      await plant();
      await canaries.arrivals();
      known = await fingerprint(host) + await fingerprint(workspace);
    },
    async close() {
      await runner.close();
      await canaries.close();
      listener.close();
      await serving;
      // What covers is a directory of mode 0; only root could look into it to remove it.
      for (const directory of [state, `${base}/state-2`]) {
        await Deno.chmod(`${directory}/sandbox/host/empty-directory`, 0o700).catch(() => {});
      }
      await Deno.remove(base, { recursive: true });
    },
  };
}
