/**
 * Which directory a goal's relative paths are relative to.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/**
 * The working directory of a goal: the default one, or the client's if, links followed, it lies under a configured
 * root. Throws `usage` otherwise.
 */
export async function resolveCwd(
  wanted: string | undefined,
  workspace: { readonly cwd: string; readonly roots: readonly string[] },
): Promise<string> {
  if (wanted === undefined || wanted === workspace.cwd) return workspace.cwd;
  const hint = "name a directory under one of workspace.roots, or leave cwd out";
  if (!wanted.startsWith("/")) {
    throw new PhysiclawError("usage", "Cannot use cwd: it is not an absolute path", { hint });
  }
  const real = await Deno.realPath(wanted).catch(() => {
    throw new PhysiclawError("usage", "Cannot use cwd: there is no such directory", { hint });
  });
  const allowed = [workspace.cwd, ...workspace.roots].some((root) =>
    real === root || real.startsWith(`${root}/`)
  );
  const directory = (await Deno.stat(real)).isDirectory;
  if (!allowed || !directory) {
    throw new PhysiclawError("usage", "Cannot use cwd: it is not under a root of the workspace", { hint });
  }
  return real;
}
