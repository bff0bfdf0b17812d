/**
 * Which directories goals are about: real, existing, and never so wide that they hold the whole host.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";
import { isUnder, normalisePath } from "../internal/paths.ts";
import type { SettingsFs } from "./file.ts";
import type { Settings } from "./schema.ts";

/** Kernel file systems: nothing in them is anybody's work. */
const NEVER = ["/proc", "/sys", "/dev"];

const unfit = (path: string, home: string | undefined): string | undefined => {
  if (path === "/") return "it is the root of the file system";
  if (home !== undefined && path === home) return "it is the home directory itself";
  const kernel = NEVER.find((directory) => isUnder(path, directory));
  return kernel === undefined ? undefined : `it lies in ${kernel}`;
};

/** The workspace and the roots, links resolved; the workspace is the first root. */
export async function resolveWorkspace(
  settings: Pick<Settings, "cwd" | "workspace">,
  context: {
    readonly cwd: string;
    readonly home?: string;
    readonly fs: SettingsFs;
    readonly place: (key: readonly string[]) => string;
  },
): Promise<Pick<Settings, "cwd" | "workspace">> {
  const { fs, place } = context;
  const home = context.home === undefined
    ? undefined
    : await fs.realPath(context.home).catch(() => normalisePath(context.home ?? "/"));

  const real = async (key: readonly string[], path: string): Promise<string> => {
    const refuse = (message: string, cause?: unknown) =>
      new PhysiclawError("config", `Cannot take ${key.join(".")} = "${path}" of ${place(key)}: ${message}`, {
        hint: "name a directory of your own, for instance a repository",
        fields: [{ field: key.join("."), message }],
        cause,
      });
    let resolved: string;
    try {
      resolved = await fs.realPath(path);
      if (!(await fs.stat(resolved)).isDirectory) throw refuse("it is not a directory");
    } catch (error) {
      if (error instanceof PhysiclawError) throw error;
      throw refuse(
        error instanceof Deno.errors.NotFound ? "there is no such directory" : "it cannot be read",
        error,
      );
    }
    const wrong = unfit(resolved, home);
    if (wrong !== undefined) throw refuse(wrong);
    return resolved;
  };

  let cwd: string | undefined;
  if (settings.cwd !== undefined) cwd = await real(["cwd"], settings.cwd);
  else {
    // Nobody chose it, so an unfit one is no error yet: `doctor` and `tools` work anywhere.
    const started = await fs.realPath(context.cwd).catch(() => undefined);
    if (started !== undefined && unfit(started, home) === undefined) cwd = started;
  }
  const roots = new Set<string>(cwd === undefined ? [] : [cwd]);
  for (const root of settings.workspace.roots) roots.add(await real(["workspace", "roots"], root));
  return { ...(cwd === undefined ? {} : { cwd }), workspace: { roots: [...roots] } };
}

/**
 * The workspace, for whoever cannot do without. Throws {@link PhysiclawError} of kind `config` when there is none.
 *
 * @example
 * ```ts
 * import { workspaceOf } from "./workspace.ts";
 * console.assert(workspaceOf({ cwd: "/srv/app" }) === "/srv/app");
 * ```
 */
export function workspaceOf(settings: Pick<Settings, "cwd">): string {
  if (settings.cwd !== undefined) return settings.cwd;
  throw new PhysiclawError(
    "config",
    "Cannot use this directory as the workspace: it is / or the home itself",
    {
      hint: "change to a project's directory, or set PHYSICLAW_CWD",
    },
  );
}
