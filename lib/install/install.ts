/**
 * Puts the program and what belongs to it in place on a host: files only, each by rename, none of them state.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

/** A file or directory that should be there. */
export type Item =
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly content: Uint8Array };

/** What was, or would be, done with an item. */
export interface Action {
  readonly path: string;
  readonly what: "create" | "replace" | "unchanged";
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);

async function look(item: Item): Promise<Action["what"]> {
  try {
    const info = await Deno.lstat(item.path);
    if (item.kind === "directory") {
      if (!info.isDirectory) {
        throw new PhysiclawError("conflict", `Cannot install: ${item.path} is no directory`);
      }
      return "unchanged";
    }
    // A link would be replaced, not followed; whoever made it should know.
    if (!info.isFile) throw new PhysiclawError("conflict", `Cannot install: ${item.path} is no plain file`);
    const mode = (info.mode ?? 0) & 0o7777;
    return mode === item.mode && same(await Deno.readFile(item.path), item.content) ? "unchanged" : "replace";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "create";
    throw error;
  }
}

async function put(item: Item): Promise<void> {
  if (item.kind === "directory") {
    await Deno.mkdir(item.path, { recursive: true, mode: item.mode });
    return;
  }
  await Deno.mkdir(item.path.slice(0, item.path.lastIndexOf("/")), { recursive: true, mode: 0o755 });
  const temporary = `${item.path}.${crypto.randomUUID()}`;
  try {
    await Deno.writeFile(temporary, item.content, { mode: item.mode, createNew: true });
    // The mode of a new file is less the mask.
    await Deno.chmod(temporary, item.mode);
    await Deno.rename(temporary, item.path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => undefined);
    throw error;
  }
}

/**
 * Looks at every item, then, unless it is a dry run, puts in place what differs. Throws {@link PhysiclawError} of kind
 * `conflict` before anything is changed when something else stands in an item's place, and of kind `forbidden` where this user
 * may not write.
 *
 * @example
 * ```ts ignore
 * const actions = await install(items, { dryRun: true });
 * ```
 */
export async function install(
  items: readonly Item[],
  options: { readonly dryRun: boolean },
): Promise<readonly Action[]> {
  const actions: Action[] = [];
  for (const item of items) actions.push({ path: item.path, what: await look(item) });
  if (options.dryRun) return actions;
  for (const [index, item] of items.entries()) {
    if (actions[index]?.what === "unchanged") continue;
    try {
      await put(item);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      throw new PhysiclawError("forbidden", `Cannot write ${item.path}: permission denied`, {
        hint: "run it as root, or with --root DIR",
        cause: error,
      });
    }
  }
  return actions;
}
