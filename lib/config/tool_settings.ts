/**
 * The part of the settings that tools use, in the catalogue's terms.
 *
 * @module
 */
import { BUILTIN_TOOLS, createCatalog, normaliseName } from "../catalog/catalog.ts";
import { type AppliedTools, applyOverrides } from "../catalog/operator_tools.ts";
import { PACKS } from "../catalog/packs.ts";
import type { ToolOverride, ToolSettings } from "../catalog/types.ts";
import type { Settings } from "./schema.ts";

/**
 * The tools in force: built-ins, packs that were named, the operator's. `changes` has a line for each difference from the
 * built-ins, for the audit.
 */
export function toolsInForce(settings: Pick<Settings, "packs" | "tools" | "limits">): AppliedTools {
  const carried = [...BUILTIN_TOOLS, ...settings.packs.flatMap((pack) => PACKS[pack])];
  const { tools, changes } = applyOverrides(carried, settings.tools, {
    timeoutMs: settings.limits.step_timeout_seconds * 1000,
    outputBytes: settings.limits.output_bytes,
  });
  return { tools, changes: [...settings.packs.map((pack) => `pack "${pack}": switched on`), ...changes] };
}

/**
 * What the runner needs to know. The names of `tools` are the tools' first names.
 *
 * @example
 * ```ts ignore
 * import { loadSettings } from "./load.ts";
 * import { toToolSettings } from "./tool_settings.ts";
 * const { settings } = await loadSettings({ env: {}, uid: 0, cwd: "/srv/app" });
 * console.assert(toToolSettings(settings).nmap.targets.length > 0);
 * ```
 */
export function toToolSettings(settings: Settings): ToolSettings {
  const { kubectl, prometheus, vault } = settings;
  const catalog = createCatalog(toolsInForce(settings).tools);
  const tools = Object.entries(settings.tools).map(([name, entry]): [string, ToolOverride] => [
    catalog.find(name)?.name ?? normaliseName(name),
    {
      ...(entry.program === undefined ? {} : { program: entry.program }),
      ...(entry.roots === undefined ? {} : { roots: entry.roots }),
      ...(entry.env === undefined ? {} : { env: entry.env }),
      ...(entry.libraries === undefined ? {} : { libraries: entry.libraries }),
      ...(entry.disabled === undefined ? {} : { disabled: entry.disabled }),
    },
  ]);
  return Object.freeze({
    ...(kubectl === undefined ? {} : {
      kubectl: {
        kubeconfig: kubectl.kubeconfig,
        ...(kubectl.context === undefined ? {} : { context: kubectl.context }),
      },
    }),
    ...(prometheus === undefined ? {} : {
      prometheus: {
        url: prometheus.url,
        ...(prometheus.ca === undefined ? {} : { ca: prometheus.ca }),
        ...(prometheus.credentials_file === undefined
          ? {}
          : { credentialsFile: prometheus.credentials_file }),
      },
    }),
    ...(vault === undefined ? {} : {
      vault: {
        address: vault.address,
        ...(vault.ca === undefined ? {} : { ca: vault.ca }),
        ...(vault.token_file === undefined ? {} : { tokenFile: vault.token_file }),
        allowValues: vault.allow_values,
      },
    }),
    nmap: { targets: settings.nmap.targets },
    hosts: settings.hosts,
    tools: Object.fromEntries(tools),
  });
}
