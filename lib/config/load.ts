/**
 * One load: flags over environment over file, checked, frozen.
 *
 * @module
 */
import { isSafeSubnet } from "../catalog/addresses.ts";
import { isIpLiteral } from "../catalog/slots.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { isUnder } from "../internal/paths.ts";
import type { Environment } from "./env.ts";
import { findSettingsFile, hostFs, type SettingsFile, type SettingsFs } from "./file.ts";
import { environmentLayer, flagLayer, mergeLayers } from "./layers.ts";
import { placeOf, refusalOf, refuseEnvironmentOnly } from "./refusal.ts";
import { SETTING_KEYS, type Settings, settingsSchema } from "./schema.ts";
import { toolsInForce } from "./tool_settings.ts";
import { resolveWorkspace } from "./workspace.ts";

/** What the settings are made from. Nothing else is looked at. */
export interface LoadOptions {
  /** `--config`: this file and no other. Relative to `cwd`. */
  readonly config?: string;
  /** By dotted key; `undefined` means not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  /** The user's id; 0 is root. */
  readonly uid: number;
  /** The home directory; default the variable HOME. */
  readonly home?: string;
  /** The directory of the process. */
  readonly cwd: string;
  readonly fs?: SettingsFs;
}

/** The settings in force, and where each dotted key came from: `default`, `file PATH`, `environment NAME`, `flag NAME`. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<string, string>>;
  /** The file that was read, if any. */
  readonly file?: string;
}

/** Where the stores are when nobody says. Throws when the user has no home either. */
export function defaultStateDir(env: Environment, uid: number, home: string | undefined): string {
  if (uid === 0) return "/var/lib/physiclaw";
  const base = env.XDG_STATE_HOME?.startsWith("/") === true
    ? env.XDG_STATE_HOME
    : home === undefined
    ? undefined
    : `${home}/.local/state`;
  if (base !== undefined) return `${base}/physiclaw`;
  throw new PhysiclawError("config", "Cannot choose a state directory: HOME is not set", {
    hint: "set PHYSICLAW_MEMORY_DIR",
  });
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

type Place = (key: readonly string[]) => string;

/** `egress.safe` narrows every address that another setting names. */
function checkAddresses(settings: Settings, origins: ReadonlyMap<string, string>, place: Place): void {
  const refuse = (key: readonly string[], value: string) => {
    const message = "it is outside egress.safe";
    throw new PhysiclawError(
      "config",
      `Cannot take ${key.join(".")} = "${value}" of ${place(key)}: ${message}`,
      {
        fields: [{ field: key.join("."), message }],
      },
    );
  };
  const safe = settings.egress.safe;
  for (const [name, address] of Object.entries(settings.hosts)) {
    if (!isSafeSubnet(address, safe)) refuse(["hosts", name], address);
  }
  if (origins.has("nmap.targets")) {
    for (const target of settings.nmap.targets) {
      if (!isSafeSubnet(target, safe)) refuse(["nmap", "targets"], target);
    }
  }
  const endpoints = [["prometheus", "url", settings.prometheus?.url], [
    "vault",
    "address",
    settings.vault?.address,
  ]];
  for (const [table = "", key = "", url] of endpoints) {
    const host = url === undefined ? "" : new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIpLiteral(host) && !isSafeSubnet(host, safe)) refuse([table, key], url ?? "");
  }
}

/** Tools are judged when they are loaded, so that a bad one stops the start and not a goal. */
function checkTools(settings: Settings, place: Place): void {
  try {
    toolsInForce(settings);
  } catch (error) {
    if (!(error instanceof PhysiclawError)) throw error;
    const field = error.fields?.[0]?.field ?? "tools";
    const name = Object.keys(settings.tools).find((tool) =>
      field === `tools.${tool}` || field.startsWith(`tools.${tool}.`)
    );
    const key = name === undefined
      ? ["tools"]
      : ["tools", name, ...field.slice(`tools.${name}.`.length).split(".")];
    throw new PhysiclawError("config", `${error.message} (${place(key.filter((part) => part !== ""))})`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.fields === undefined ? {} : { fields: error.fields }),
      cause: error,
    });
  }
}

/** Nothing that a workspace holds may decide what runs: a repository is cloned from anywhere. */
async function checkOutsideWorkspace(
  settings: Settings,
  file: SettingsFile | undefined,
  fs: SettingsFs,
  place: Place,
): Promise<void> {
  const roots = settings.workspace.roots;
  const holder = (path: string) => roots.find((root) => isUnder(path, root));
  if (file !== undefined) {
    const root = holder(file.real) ?? holder(file.path);
    if (root !== undefined) {
      throw new PhysiclawError(
        "config",
        `Cannot trust the settings in ${file.path}: it lies in the workspace ${root}`,
        {
          hint: "move it to /etc/physiclaw, or choose another workspace",
        },
      );
    }
  }
  const outside = async (keys: readonly string[], label: string, path: string, hint: string) => {
    const root = holder(path) ?? holder(await fs.realPath(path).catch(() => path));
    if (root === undefined) return;
    const message = `it lies in the workspace ${root}`;
    throw new PhysiclawError(
      "config",
      `Cannot take ${label} "${path}" of ${place(keys)}: ${message}`,
      { hint, fields: [{ field: keys.join("."), message }] },
    );
  };
  // Input to native code. Below the state directory, which is looked at when it is opened, they need no look of their own.
  if (!isUnder(settings.models.dir, settings.state_dir)) {
    await outside(["models", "dir"], "dir", settings.models.dir, "keep models outside");
  }
  for (const [name, tool] of Object.entries(settings.tools)) {
    const paths = [["program", tool.program], ...(tool.libraries ?? []).map((path) => ["libraries", path])];
    for (const [key = "", path] of paths) {
      if (path !== undefined) await outside(["tools", name, key], key, path, "install it outside");
    }
  }
}

/**
 * Loads the settings. Throws {@link PhysiclawError} of kind `config` that names key, value (never a secret), file and
 * line. Needs read access to the settings file, its directories and the workspace.
 *
 * @example
 * ```ts ignore
 * import { readEnvironment } from "./env.ts";
 * import { loadSettings } from "./load.ts";
 * const { settings, origins } = await loadSettings({ env: readEnvironment(), uid: 1000, cwd: "/srv/app" });
 * console.assert(settings.listen === "127.0.0.1:8000" || origins.listen !== "default");
 * ```
 */
export async function loadSettings(options: LoadOptions): Promise<LoadedSettings> {
  const { env, uid, cwd, fs = hostFs, home = env.HOME } = options;
  const config = options.config === undefined ? {} : { config: options.config };
  const file = await findSettingsFile({ ...config, env, home, cwd, uid, fs });
  refuseEnvironmentOnly(file);
  const { merged, origins } = mergeLayers(file, [
    environmentLayer(env, cwd),
    flagLayer(options.flags ?? {}, cwd),
  ]);
  merged.state_dir ??= defaultStateDir(env, uid, home);
  if (merged.models === undefined) merged.models = { dir: `${merged.state_dir}/models` };
  const result = settingsSchema.safeParse(merged);
  if (!result.success) throw refusalOf(result.error.issues, merged, origins, file);
  const place: Place = (key) => placeOf(key, origins, file);
  const workspace = await resolveWorkspace(result.data, {
    cwd,
    fs,
    place,
    ...(home === undefined ? {} : { home }),
  });
  const { cwd: _replaced, ...rest } = result.data;
  const settings: Settings = { ...rest, ...workspace };
  checkAddresses(settings, origins, place);
  checkTools(settings, place);
  await checkOutsideWorkspace(settings, file, fs, place);
  const named = [
    ...Object.keys(settings.hosts).map((name) => `hosts.${name}`),
    ...Object.keys(settings.tools).map((name) => `tools.${name}`),
  ];
  const keys = [...SETTING_KEYS.filter((key) => key !== "hosts" && key !== "tools"), ...named];
  return {
    settings: freeze(settings),
    origins: Object.freeze(Object.fromEntries(keys.map((key) => [key, origins.get(key) ?? "default"]))),
    ...(file === undefined ? {} : { file: file.path }),
  };
}
