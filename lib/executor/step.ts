/**
 * One step: checked, prepared, launched, told.
 *
 * @module
 */
import type { Catalog } from "../catalog/catalog.ts";
import type { Slots, Tool, ToolSettings } from "../catalog/types.ts";
import { SecurityViolation } from "../internal/errors.ts";
import { resolvePath } from "../internal/paths.ts";
import { HandleSet } from "./descriptors.ts";
import type { Filters } from "./filters.ts";
import { openHanded } from "./handed.ts";
import { hostsFile, type SandboxHost } from "./host.ts";
import { journalBinds, usesJournal } from "./journal.ts";
import { launchInside } from "./inside.ts";
import { type Landing, launch } from "./launch.ts";
import type { Networks } from "./network/networks.ts";
import type { NetworkPlan, NetworkRefusal, SettingValues } from "./network_types.ts";
import type { ProcessLimit } from "./process_limit.ts";
import type { Programs, Runnable } from "./programs.ts";
import { FIXED_PATH, WORKSPACE } from "./sandbox.ts";
import { builtinCommand } from "./self.ts";
import { openStepPaths, type PathRules, type StepPaths } from "./step_paths.ts";
import type { SelfCheck, StepRequest, StepRun } from "./types.ts";
import { checkCommands, validateRequest, type ValidRequest } from "./validate.ts";

/** What steps are run with; made once. */
export interface StepDependencies {
  readonly catalog: Catalog;
  readonly settings: ToolSettings;
  readonly settingValues: SettingValues;
  readonly networks: Networks;
  readonly programs: Programs;
  readonly paths: PathRules;
  /** Where nameless files are made: on the state directory's file system. */
  readonly scratch: string;
  readonly filters: Filters;
  /** `undefined`: nothing bounds the number of processes here. */
  readonly processLimit: ProcessLimit | undefined;
  /** `none`: PHYSICLAW_SANDBOX is 0. */
  readonly sandbox: "bwrap" | "none";
  /** Probes that succeeded, by program digest and argv. */
  readonly probed: Set<string>;
  /** `undefined` where there is no bwrap: then only `none` runs anything. */
  readonly host: SandboxHost | undefined;
  /** Whether the sandbox was seen to hold; remembered once it was. */
  check(): Promise<SelfCheck>;
}

/** A required sandbox that can't be made: the tool doesn't run. */
export const NO_BWRAP = "bubblewrap is not installed (apt-get install bubblewrap)";

/** Why a step may not run here although a sandbox is required; what calls itself bwrap need not be one. */
export async function whyNoSandbox(deps: StepDependencies): Promise<string | undefined> {
  if (deps.sandbox === "none") return undefined;
  const { held, detail } = await deps.check();
  return held ? undefined : detail;
}

/** Thrown inside this module when a step can't be run here. */
class Unavailable extends Error {}

type Network = Exclude<NetworkPlan, NetworkRefusal>;

/** Everything that an unsandboxed run shares with a sandboxed one. */
interface Prepared {
  readonly valid: ValidRequest;
  readonly commands: readonly (readonly string[])[];
  readonly program: Runnable;
  readonly paths: StepPaths;
  readonly network: Network;
}

const networkLabel = (network: Network): string => network.kind === "none" ? "no network" : network.label;

async function prepare(
  request: StepRequest,
  deps: StepDependencies,
  handles: HandleSet,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const valid = validateRequest(request, deps.catalog);
  const { tool } = valid;
  const unsafe = await whyNoSandbox(deps);
  if (unsafe !== undefined) throw new Unavailable(unsafe);
  const override = deps.settings.tools[tool.name];
  if (override?.disabled === true) throw new Unavailable(`${tool.name} is disabled by the settings`);
  const program = await deps.programs.find(tool);
  const path = program.ok ? program.path : request.commands[0]?.[0] ?? tool.name;
  const commands = checkCommands(request, tool, path, deps.settingValues);
  if (!program.ok) throw new Unavailable(program.reason);
  const roots = override?.roots ?? tool.roots;
  const paths = await openStepPaths(request, tool, valid.slots, roots, deps.paths, handles);
  if (!paths.ok) {
    if (paths.violation) throw new SecurityViolation(paths.reason);
    throw new Unavailable(paths.reason);
  }
  const network = await deps.networks.prepare(tool, valid.slots, signal);
  if (network.kind === "refusal") {
    if (network.violation) throw new SecurityViolation(network.reason);
    throw new Unavailable(network.reason);
  }
  return { valid, commands, program, paths, network };
}

/** Element 0 of a built-in's argv is its name: what stands for it is this program itself. */
function expandBuiltin(prepared: Prepared, inside: boolean) {
  const { tool, form } = prepared.valid;
  if (!("builtin" in tool.program)) return { commands: prepared.commands, env: {}, binds: [] };
  const self = builtinCommand(tool.program.builtin, inside, usesJournal(tool, form));
  const commands = prepared.commands.map((argv) => [...self.argv, ...argv.slice(1)]);
  return { commands, env: self.env, binds: self.binds };
}

const toolEnvironment = (tool: Tool, deps: StepDependencies, network: Network) => ({
  ...tool.env,
  ...deps.settings.tools[tool.name]?.env,
  ...(network.kind === "endpoint" ? network.env : {}),
});

async function runSandboxed(
  prepared: Prepared,
  host: SandboxHost,
  deps: StepDependencies,
  handles: HandleSet,
  options: RunOptions,
): Promise<Landing> {
  const { valid: { tool, form }, network, paths, program } = prepared;
  const handed = await openHanded(tool.files, handles);
  const [absent] = handed.missing;
  if (absent !== undefined) throw new Unavailable(`${tool.name} needs ${absent}, which is not there`);
  const builtin = expandBuiltin(prepared, true);
  const hosts = network.kind === "none" ? [] : network.hosts;
  return await launchInside({
    host,
    scratch: deps.scratch,
    filters: deps.filters,
    commands: builtin.commands,
    proceedOn: form.proceedOn ?? [0],
    limits: tool.limits,
    sockets: tool.sockets,
    env: { ...toolEnvironment(tool, deps, network), ...builtin.env },
    binds: [
      ...paths.binds.map(({ fd, real, at, writable }) => ({ source: { fd, real }, at, writable })),
      ...program.libraries.map((path) => ({ source: { path }, at: path })),
      ...builtin.binds.map(({ path, at }) => ({ source: { path }, at })),
      ...(usesJournal(tool, form) ? await journal() : []),
    ],
    files: handed.files,
    texts: [
      ...handed.texts,
      ...(network.kind === "endpoint" ? network.files : []),
      ...(hosts.length > 0 ? [{ at: "/etc/hosts", content: hostsFile(hosts, deps.settings.hosts) }] : []),
    ],
    covers: paths.covers,
    network: network.kind === "none" || (network.kind === "endpoint" && network.wrapper.length === 0)
      ? "own"
      : network.kind === "host"
      ? "shared"
      : { wrapper: network.wrapper },
    chdir: startIn(WORKSPACE, tool, prepared.valid.slots),
    ...options,
  });
}

/** Where a tool starts that resolves files against its working directory: in its project, which stands below the workspace. */
function startIn(workspace: string, tool: Tool, slots: Slots): string {
  const project = tool.chdirSlot === undefined
    ? undefined
    : slots[tool.chdirSlot] ?? tool.slots[tool.chdirSlot]?.default;
  return typeof project === "string" ? resolvePath(workspace, project) : workspace;
}

async function journal() {
  const binds = await journalBinds();
  if (binds === undefined) throw new Unavailable("This host has no systemd journal");
  return binds;
}

async function runBare(prepared: Prepared, deps: StepDependencies, options: RunOptions): Promise<Landing> {
  const { valid: { tool, form }, network, paths } = prepared;
  if (
    tool.files.some(({ from }) => !("setting" in from)) ||
    (network.kind === "endpoint" && network.files.length > 0)
  ) {
    throw new Unavailable(
      `${tool.name} needs the sandbox: files are handed into it (unset PHYSICLAW_SANDBOX)`,
    );
  }
  const builtin = expandBuiltin(prepared, false);
  const home = await Deno.makeTempDir({ dir: deps.scratch });
  try {
    return await launch({
      prefix: network.kind === "endpoint" ? network.wrapper : [],
      descriptors: [],
      commands: builtin.commands,
      proceedOn: form.proceedOn ?? [0],
      limits: tool.limits,
      sandboxed: false,
      cwd: startIn(paths.cwd, tool, prepared.valid.slots),
      env: {
        PATH: FIXED_PATH,
        HOME: home,
        LANG: "C.UTF-8",
        ...toolEnvironment(tool, deps, network),
        ...builtin.env,
        ...("builtin" in tool.program ? { DENO_DIR: `${home}/deno` } : {}),
      },
      ...options,
    });
  } finally {
    await Deno.remove(home, { recursive: true }).catch(() => undefined);
  }
}

/** What the system said (a full disk, no descriptors left); of a fault of this program only its class. */
const faultOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "an unknown fault";
  const system = "code" in error || Object.values(Deno.errors).some((type) => error instanceof type);
  return system ? error.message : error.name;
};

/** How a step is watched and stopped. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onOutput?: (bytes: number) => void;
}

/**
 * Runs one step. Never rejects: a rule that was broken is `refused`, what can't be started here is `unavailable`.
 */
export async function runStep(
  request: StepRequest,
  deps: StepDependencies,
  options: RunOptions = {},
): Promise<StepRun> {
  const began = performance.now();
  const base = { started: new Date().toISOString(), sandbox: "not started", commands: [], truncated: false };
  const took = () => Math.round(performance.now() - began);
  using handles = new HandleSet();
  let network: Network | undefined;
  try {
    const prepared = await prepare(request, deps, handles, options.signal);
    network = prepared.network;
    const landing = deps.host === undefined
      ? await runBare(prepared, deps, options)
      : await runSandboxed(prepared, deps.host, deps, handles, options);
    if (landing.outcome === "not_started") {
      throw new Unavailable(`The sandbox cannot be started: ${landing.reason} (run physiclaw doctor)`);
    }
    if (landing.outcome === "changed") {
      throw new SecurityViolation(
        "Cannot use a path that the goal names: it was replaced while it was looked at",
      );
    }
    // Built-ins are told of by their own name, as the plan does.
    const commands = landing.commands.map((run, index) => ({
      ...run,
      argv: prepared.commands[index] ?? run.argv,
    }));
    const kind = deps.host === undefined ? "none" : "bwrap";
    return {
      ...base,
      ...landing,
      outcome: landing.outcome,
      commands,
      sandbox: `${kind}, ${networkLabel(network)}`,
      durationMs: took(),
    };
  } catch (error) {
    if (error instanceof SecurityViolation) {
      return { ...base, outcome: "refused", reason: error.message, durationMs: took() };
    }
    if (error instanceof Unavailable) {
      return { ...base, outcome: "unavailable", reason: error.message, durationMs: took() };
    }
    return {
      ...base,
      outcome: "unavailable",
      reason: `Cannot prepare the step: ${faultOf(error)}`,
      durationMs: took(),
    };
  } finally {
    if (network?.kind === "endpoint") await network.close();
  }
}
