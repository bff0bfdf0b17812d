/**
 * The settings, as commands that set none by flags load them.
 *
 * @module
 */
import type { Settings } from "../lib/config/schema.ts";
import type { CommandDeps } from "./deps.ts";

/** The settings in force; the loader itself is loaded at the first need. Throws `config` for what `loadSettings` refuses. */
export async function settingsOf(
  flags: { readonly config?: string },
  deps: Pick<CommandDeps, "env" | "uid" | "cwd">,
): Promise<Settings> {
  const { loadSettings } = await import("../lib/config/load.ts");
  const { settings } = await loadSettings({
    ...(flags.config === undefined ? {} : { config: flags.config }),
    env: deps.env,
    uid: deps.uid(),
    cwd: deps.cwd() ?? "/",
  });
  return settings;
}
