/**
 * Which commit is built.
 *
 * @module
 */

/** The checkout's commit; `null` when files that it tracks were changed, or when it is no repository. Needs git. */
export async function commitOf(root: string): Promise<string | null> {
  const git = async (args: readonly string[]): Promise<string | undefined> => {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["-C", root, ...args],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  };
  try {
    const changed = await git(["status", "--porcelain", "--untracked-files=no"]);
    return changed === "" ? await git(["rev-parse", "HEAD"]) ?? null : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
