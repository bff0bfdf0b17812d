/**
 * Which directory a goal's relative paths are relative to.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/**
 * The working directory of a goal: the client's if, links followed, it is a directory under the workspace or one of its
 * roots, else the workspace. Which one it was stands in the result's evidence. Throws `usage` for a relative path.
 */
export async function resolveCwd(
  wanted: string | undefined,
  workspace: { readonly cwd: string; readonly roots: readonly string[] },
): Promise<string> {
  if (wanted === undefined || wanted === workspace.cwd) return workspace.cwd;
  if (!wanted.startsWith("/")) {
    throw new PhysiclawError("usage", "Cannot use cwd: it is not an absolute path", {
      hint: "give the whole path, or leave it out",
    });
  }
  try {
    const real = await Deno.realPath(wanted);
    const allowed = [workspace.cwd, ...workspace.roots].some((root) =>
      real === root || real.startsWith(`${root}/`)
    );
    return allowed && (await Deno.stat(real)).isDirectory ? real : workspace.cwd;
  } catch {
    return workspace.cwd;
  }
}
