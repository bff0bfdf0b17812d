/**
 * `physiclaw doctor`: what is set and by whom, what holds, what is missing here. It changes nothing.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import type { SettingRow } from "../lib/config/describe.ts";
import type { LoadedSettings } from "../lib/config/load.ts";
import type { SelfCheck, ToolStatus } from "../lib/executor/types.ts";
import { BUILD } from "../lib/internal/build_info.ts";
import { PhysiclawError, reasonOf } from "../lib/internal/errors.ts";
import { type Group, GROUPS } from "../lib/redteam/groups.ts";
import { type Layer, type LayerCheck, LAYERS } from "../lib/redteam/layers/types.ts";
import { VERSION } from "../lib/internal/version.ts";
import type { CommandDeps } from "./deps.ts";
import { EXIT_FAILED } from "./exit_codes.ts";
import type { Line, Output } from "./output.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

interface DoctorFlags {
  readonly json: boolean;
  readonly permissions: boolean;
  readonly redTeam: boolean;
  /** Only these groups of the red team's cases; absent or empty: all. */
  readonly group?: readonly Group[];
  readonly config?: string;
}

/** Options of the command. */
export type DoctorOptions = DoctorFlags;

/** One thing that was looked at: `detail` says what holds, or what is wrong with its fix. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Everything that was found. */
export interface Report {
  readonly schema: 1;
  readonly version: string;
  readonly settings_file: string | null;
  readonly settings: readonly SettingRow[];
  readonly checks: readonly Check[];
  readonly tools: readonly ToolStatus[];
  /** `held when it was tried`, or `off: why`, by layer. */
  readonly egress: Readonly<Record<string, string>>;
}

const target = buildCommand<DoctorFlags, [], ParseContext>({
  func(flags) {
    this.accept(flags);
  },
  parameters: {
    flags: {
      ...JSON_FLAG,
      permissions: {
        kind: "boolean",
        brief: "Print the Deno permissions that serve needs with these settings, and nothing else",
        default: false,
        withNegated: false,
      },
      redTeam: {
        kind: "boolean",
        brief: "Try every way out that is known, on this host (up to 3 minutes); needs no root",
        default: false,
        withNegated: false,
      },
      group: {
        kind: "enum",
        values: GROUPS,
        brief: "With --red-team: only this group; may be given again",
        optional: true,
        variadic: true,
      },
      config: { kind: "parsed", parse: String, brief: "Settings file", placeholder: "FILE", optional: true },
    },
  },
  docs: { brief: "Say what is set, what holds, and what is missing here" },
});

export const parse = createParser<DoctorOptions>("doctor", target);

/** Looks at the state directory without making it. */
async function stateCheck({ settings }: LoadedSettings, deps: CommandDeps): Promise<Check> {
  const path = settings.state_dir;
  const name = "state directory";
  const { isUnder } = await import("../lib/internal/paths.ts");
  const root = settings.workspace.roots.find((candidate) => isUnder(path, candidate));
  if (root !== undefined) {
    return { name, ok: false, detail: `${path} lies in the workspace ${root}: set PHYSICLAW_MEMORY_DIR` };
  }
  try {
    const { uid, mode, isDirectory } = await deps.stat(path);
    if (!isDirectory) return { name, ok: false, detail: `${path} is not a directory` };
    if (uid !== deps.uid()) return { name, ok: false, detail: `${path} belongs to user ${uid}` };
    if (((mode ?? 0) & 0o022) !== 0) {
      return { name, ok: false, detail: `${path} can be written by others: chmod 0700` };
    }
    return { name, ok: true, detail: path };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { name, ok: true, detail: `${path}, made by the first serve` };
    }
    return { name, ok: false, detail: `${path} cannot be looked at: ${reasonOf(error)}` };
  }
}

async function workspaceCheck({ settings }: LoadedSettings): Promise<Check> {
  const { workspaceOf } = await import("../lib/config/workspace.ts");
  try {
    return { name: "workspace", ok: true, detail: workspaceOf(settings) };
  } catch (error) {
    return { name: "workspace", ok: false, detail: reasonOf(error) };
  }
}

/** Asks the runner, which looks from where tools are started. */
async function lookAround(
  { settings }: LoadedSettings,
  deps: CommandDeps,
): Promise<{ readonly check: SelfCheck; readonly tools: readonly ToolStatus[] }> {
  try {
    const runner = await (await deps.services()).openRunner(settings);
    try {
      return { check: await runner.selfCheck(), tools: await runner.tools() };
    } finally {
      await runner.close();
    }
  } catch (error) {
    return { check: { held: false, detail: `the runner cannot be started: ${reasonOf(error)}` }, tools: [] };
  }
}

/** Last of what needs a network: the lock cannot be taken off again. */
async function tryLock(deps: CommandDeps): Promise<SelfCheck> {
  try {
    return await (await deps.services()).checkLock();
  } catch (error) {
    return { held: false, detail: `the lock cannot be tried: ${reasonOf(error)}` };
  }
}

/** The layers that are tried in processes of their own, each with the others off. */
async function tryLayers(deps: CommandDeps): Promise<Readonly<Record<Layer, LayerCheck>>> {
  const tried = await Promise.all(LAYERS.map(async (layer): Promise<[Layer, LayerCheck]> => {
    try {
      return [layer, await (await deps.services()).checkLayer(layer)];
    } catch (error) {
      return [layer, { held: false, detail: `cannot be tried: ${reasonOf(error)}` }];
    }
  }));
  return Object.fromEntries(tried) as Record<Layer, LayerCheck>; // one entry a layer
}

async function examine(loaded: LoadedSettings, deps: CommandDeps): Promise<Report> {
  const { settings } = loaded;
  const { describeSettings } = await import("../lib/config/describe.ts");
  const [workspace, state] = [await workspaceCheck(loaded), await stateCheck(loaded, deps)];
  const { check, tools } = workspace.ok
    ? await lookAround(loaded, deps)
    : { check: { held: false, detail: "not looked at without a workspace" }, tools: [] };
  const layers = await tryLayers(deps);
  const lock = await tryLock(deps);
  const sandbox = settings.sandbox.required
    ? { name: "sandbox", ok: check.held, detail: check.detail }
    : { name: "sandbox", ok: false, detail: "switched off by PHYSICLAW_SANDBOX=0" };
  const auth = settings.auth.required
    ? { name: "credentials", ok: true, detail: "required" }
    : { name: "credentials", ok: false, detail: "not required: PHYSICLAW_REQUIRE_AUTH is off" };
  const standing = ({ held, detail }: SelfCheck): string =>
    held ? "held when it was tried" : `off: ${detail}`;
  return {
    schema: 1,
    version: VERSION,
    settings_file: loaded.file ?? null,
    settings: describeSettings(loaded),
    checks: [
      workspace,
      state,
      auth,
      { name: "lock", ok: lock.held, detail: lock.detail },
      sandbox,
      ...LAYERS.map((name) => ({ name, ok: layers[name].held, detail: layers[name].detail })),
    ],
    tools,
    egress: {
      lock: standing(lock),
      watchdog: standing(layers.watchdog),
      sandbox: settings.sandbox.required ? standing(check) : "off: PHYSICLAW_SANDBOX=0",
      tool_network: settings.sandbox.network
        ? standing(layers["tool network"])
        : "none at all (PHYSICLAW_SANDBOX_NET=0)",
      deno_permissions: standing(layers["deno permissions"]),
    },
  };
}

const mark = (ok: boolean): { text: string; style: "green" | "red" } =>
  ok ? { text: "ok  ", style: "green" } : { text: "no  ", style: "red" };

async function print(report: Report, output: Output): Promise<void> {
  const heading = (text: string): Line => [{ text, style: "bold" }];
  output.result(heading(`SETTINGS (${report.settings_file ?? "no file"})`));
  await output.table(
    ["KEY", "VALUE", "FROM"],
    report.settings.map(({ key, value, origin }) => [key, value, origin]),
  );
  output.result("", heading("CHECKS"));
  output.result(...report.checks.map(({ name, ok, detail }): Line => ["  ", mark(ok), `${name}: ${detail}`]));
  output.result("", heading("EGRESS"));
  output.result(...Object.entries(report.egress).map(([layer, state]) => `  ${layer}: ${state}`));
  if (report.tools.length === 0) return;
  output.result("", heading("TOOLS"));
  output.result(
    ...report.tools.map(({ tool, usable, program, reason }): Line => [
      "  ",
      mark(usable),
      usable ? `${tool}: ${program ?? "built in"}` : `${tool}: ${reason ?? "not usable"}`,
    ]),
  );
}

/** Prints the report; exit code 4 when a check fails. A tool that is missing is no failure: hosts differ. */
export async function run(flags: DoctorOptions, deps: CommandDeps): Promise<number> {
  const { group = [] } = flags;
  if (flags.redTeam) {
    const { runRedTeam } = await import("./red_team_report.ts");
    return await runRedTeam({ json: flags.json, ...(group.length === 0 ? {} : { groups: group }) }, deps);
  }
  if (group.length > 0) {
    throw new PhysiclawError("usage", `Cannot look at the group ${group[0]} alone`, {
      hint: "add --red-team",
    });
  }
  const { loadSettings } = await import("../lib/config/load.ts");
  const loaded = await loadSettings({
    ...(flags.config === undefined ? {} : { config: flags.config }),
    env: deps.env,
    uid: deps.uid(),
    cwd: deps.cwd() ?? "/",
  });
  if (flags.permissions) {
    const { permissionFlags } = await import("../lib/config/permissions.ts");
    const permissions = BUILD.permissions ?? permissionFlags(loaded.settings, Deno.execPath());
    if (flags.json) deps.output.json({ schema: 1, permissions });
    else deps.output.result(permissions.join(" "));
    return 0;
  }
  const report = await examine(loaded, deps);
  if (flags.json) deps.output.json(report);
  else await print(report, deps.output);
  return report.checks.every(({ ok }) => ok) ? 0 : EXIT_FAILED;
}

export default defineCommand({ target, parse, run });
