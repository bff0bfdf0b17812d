/**
 * The surroundings of the escape cases: a workspace, files that must stay as they are, listeners, and a runner with tools
 * that run a script.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../catalog/addresses.ts";
import { buildCommands } from "../catalog/build.ts";
import type { Slots, ToolSettings } from "../catalog/types.ts";
import { createRunner } from "../executor/client.ts";
import type { RunnerInit } from "../executor/protocol.ts";
import type { Runner, StepRequest, StepRun } from "../executor/types.ts";
import { type Canaries, startCanaries } from "./canaries.ts";
import { BASH, lookAtHost, type Need, PERL } from "./host.ts";
import { listenOnLoopback } from "./listener.ts";
import { runOutside } from "./outside.ts";
import { type Language, type ProbeName, probes, programOf } from "./probes.ts";

export type { Need } from "./host.ts";
export type { Language, ProbeName } from "./probes.ts";

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
  /** Throws where there is no perl: whatever asks for it says that it needs that. */
  readonly canaries: Canaries;
  readonly runner: Runner;
  /** What a further runner of this world is made with, besides the sandbox; its state directory is another one. */
  readonly init: Omit<RunnerInit, "sandbox">;
  /** The only endpoint of `probe-endpoint`, and how often it was reached. */
  readonly endpoint: { readonly port: number; hits(): number };
  /** Why something cannot be tried here; `undefined`: it can. */
  lacks(needs: readonly Need[]): string | undefined;
  /** Starts a further runner with the same tools, for cases that kill it. */
  anotherRunner(): Promise<Runner>;
  /** Process ids of the host on whose command line a text stands, this process and its own look excepted. */
  processes(text: string): Promise<readonly number[]>;
  /** A request of a probe, for cases that change it. */
  request(script: string, words: readonly string[], tool?: ProbeName, file?: string): Promise<StepRequest>;
  /** Runs a script (default: Perl's) without a sandbox; what it printed. */
  outside(script: string, words: readonly string[], language?: Language): Promise<string>;
  /** Runs a script as a probe; what it printed, or `OUTCOME: reason` when it did not end by itself. */
  inside(script: string, words: readonly string[], tool?: ProbeName): Promise<string>;
  /** Names of what was reached or changed since the last call: canaries, and `files`. */
  arrivals(): Promise<readonly string[]>;
  /** Puts workspace and host files back as they were. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

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

/** Process ids by what is on their command lines; head is of GNU's coreutils, as is the program's own start. */
async function commandLines(): Promise<readonly { readonly pid: number; readonly line: string }[]> {
  const { said } = await runOutside({
    program: "/bin/sh",
    args: ["-c", "head -v -c 65536 /proc/[0-9]*/cmdline"],
    env: { PATH: "/usr/bin:/bin" },
  });
  return said.split(/(?:^|\n)==> \/proc\/(?=[0-9]+\/cmdline <==\n)/).slice(1).map((entry) => {
    const end = entry.indexOf("\n");
    return { pid: parseInt(entry), line: entry.slice(end + 1).replaceAll("\0", " ") };
  });
}

/**
 * Makes a world in an empty directory of its own. `close` removes what only root could remove otherwise, and ends all
 * that was started.
 *
 * @param directory absolute
 * @example
 * ```ts ignore
 * const world = await createWorld("/tmp/red-team/1");
 * try { console.log(await world.inside('print "hello"', [])); } finally { await world.close(); }
 * ```
 */
export async function createWorld(directory: string): Promise<World> {
  const base = await Deno.realPath(directory);
  const workspace = `${base}/workspace`;
  const host = `${base}/host`;
  const state = `${base}/state`;
  const shared = `${base}/shared`;
  const sockets = `${base}/sockets`;
  await Deno.mkdir(shared);
  await Deno.mkdir(sockets);
  await Deno.mkdir(state, { mode: 0o700 });
  await Deno.mkdir(`${base}/state-2`, { mode: 0o700 });
  await Deno.writeTextFile(`${state}/audit.jsonl`, "audit-log", { mode: 0o600 });
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

  const lacking: Partial<Record<Need, string>> = { ...await lookAtHost() };
  const canaries = lacking.perl === undefined ? await startCanaries(sockets) : undefined;
  const endpoint = lacking.loopback === undefined ? listenOnLoopback() : undefined;
  const settings: ToolSettings = {
    ...(endpoint === undefined ? {} : { prometheus: { url: `http://127.0.0.1:${endpoint.port}` } }),
    nmap: { targets: ["127.0.0.0/8"] },
    hosts: {},
    tools: {},
  };
  const tools = probes([shared]);
  const init = {
    settings,
    tools: Object.values(tools),
    safeSubnets: SAFE_SUBNETS,
    network: true,
    workspaceRoots: [workspace],
    secrets: [],
  };
  const startRunner = (stateDir: string): Promise<Runner> =>
    createRunner({ ...init, sandbox: "bwrap", stateDir, scratchDir: `${stateDir}/scratch` });
  const runner = await startRunner(state);

  let known = await fingerprint(host) + await fingerprint(workspace);
  let scripts = 0;
  const place = async (script: string): Promise<string> => {
    const name = `cases/${++scripts}.script`;
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
    const tool = tools[name];
    const slots: Slots = {
      script: await place(script),
      ...(file === undefined ? {} : { file }),
      ...(name === "probe-host" ? { targets: "127.0.0.1" } : {}),
      ...(words.length === 0 ? {} : { words: [...words] }),
    };
    const commands = buildCommands(tool, "run", slots, {
      program: await Deno.realPath(programOf(name)),
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

  if (lacking.sandbox === undefined && lacking.bash === undefined) {
    // Only what could not be set up is no escape: the runner says so itself. Anything else is for the cases to judge.
    const run = await runner.run(await request("echo here", [], "probe-bash"));
    if (run.outcome === "unavailable") lacking.sandbox = `no sandbox can be made here: ${run.reason ?? ""}`;
  }

  return {
    base,
    workspace,
    host,
    shared,
    state,
    get canaries() {
      if (canaries === undefined) throw new TypeError("no canaries without perl");
      return canaries;
    },
    runner,
    lacks: (needs) => needs.map((need) => lacking[need]).find((reason) => reason !== undefined),
    init: { ...init, stateDir: `${base}/state-2`, scratchDir: `${base}/state-2/scratch` },
    endpoint: { port: endpoint?.port ?? 0, hits: () => endpoint?.hits() ?? 0 },
    request,
    anotherRunner: () => startRunner(`${base}/state-2`),
    async processes(text) {
      return (await commandLines()).filter(({ pid, line }) => pid !== Deno.pid && line.includes(text))
        .map(({ pid }) => pid);
    },
    async outside(script, words, language = "perl") {
      const { said, signal } = await runOutside({
        program: { perl: PERL, bash: BASH }[language],
        args: [`${workspace}/${await place(script)}`, ...words],
        env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" },
        cwd: workspace,
      });
      return signal === null ? said : `killed: ${signal}`;
    },
    async inside(script, words, tool) {
      return describeRun(await runner.run(await request(script, words, tool)));
    },
    async arrivals() {
      const now = await fingerprint(host) + await fingerprint(workspace);
      const changed = now === known ? [] : ["files"];
      known = now;
      if (canaries === undefined) return changed;
      const alive = await canaries.alive() ? [] : ["death of the canaries"];
      return [...await canaries.arrivals(), ...changed, ...alive];
    },
    async reset() {
      await plant();
      await canaries?.arrivals();
      known = await fingerprint(host) + await fingerprint(workspace);
    },
    async close() {
      await runner.close();
      await canaries?.close();
      await endpoint?.close();
      // What covers is a directory of mode 0; only root could look into it to remove it.
      for (const directory of [state, `${base}/state-2`]) {
        await Deno.chmod(`${directory}/sandbox/host/empty-directory`, 0o700).catch(() => {});
      }
    },
  };
}
