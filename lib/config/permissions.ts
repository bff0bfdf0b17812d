/**
 * The Deno permissions that `serve` needs with given settings; nothing broader than they say.
 *
 * @module
 */
import { type Environment, KNOWN_VARIABLES } from "./env.ts";
import { settingsPlaces } from "./file.ts";
import { parseListen } from "./listen.ts";
import type { Settings } from "./schema.ts";

/** A list as Deno's flags take it; a comma in a path is doubled. */
const list = (values: Iterable<string>): string =>
  [...new Set(values)].map((value) => value.replaceAll(",", ",,")).join(",");

/**
 * Flags for `deno run`. Programs are started by the runner, a process of its own, so `serve` itself may run nothing but
 * this runtime. Deno's permissions bind neither native code nor children: they are one layer of several.
 *
 * @example
 * ```ts no-eval
 * import { permissionFlags } from "./permissions.ts";
 * console.log(permissionFlags(settings, readEnvironment()).join(" "));
 * ```
 */
export function permissionFlags(settings: Settings, env: Environment): readonly string[] {
  const listen = parseListen(settings.listen);
  const address = listen.kind === "unix"
    ? `unix:${listen.path}`
    : `${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${listen.port}`;
  const socket = listen.kind === "unix" ? [listen.path] : [];
  const roots = settings.workspace.roots;
  const state = [settings.state_dir, settings.models.dir];
  return [
    "--no-prompt",
    "--no-remote",
    "--cached-only",
    `--allow-env=${list(KNOWN_VARIABLES)}`,
    "--allow-sys=uid",
    `--allow-net=${address}`,
    `--allow-read=${list([...state, ...roots, ...settingsPlaces(env, env.HOME), ...socket])}`,
    `--allow-write=${list([...state, ...roots, ...socket])}`,
    "--allow-run=deno",
  ];
}
