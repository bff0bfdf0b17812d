/**
 * Whether a path can be trusted to hold what its owner put there.
 *
 * @module
 */
import { parentsOf } from "./paths.ts";

/** What is looked at. `mode` holds permission, sticky and set-id bits. */
export interface OwnerFacts {
  readonly uid: number | null;
  readonly mode: number | null;
  readonly isDirectory: boolean;
}

/** Why a path is not trusted: the path that spoils it, and what mends it. */
export interface Distrust {
  readonly path: string;
  readonly why: string;
  readonly hint: string;
}

/**
 * Why others than root and `uid` could have changed what is at a real path (links resolved before), or `undefined` when
 * they could not: it and every directory above it must belong to one of the two and be writable for nobody else. A
 * sticky directory such as /tmp is taken, since others cannot replace what is in it; `path` itself may not be sticky.
 *
 * @example
 * ```ts
 * import { distrustOf } from "./ownership.ts";
 * const found = await distrustOf("/etc/x", 1000, () => Promise.resolve({ uid: 7, mode: 0o644, isDirectory: false }));
 * console.assert(found?.why === "belongs to user 7");
 * ```
 */
export async function distrustOf(
  path: string,
  uid: number,
  stat: (path: string) => Promise<OwnerFacts>,
): Promise<Distrust | undefined> {
  for (const one of [path, ...parentsOf(path)]) {
    const { uid: owner, mode, isDirectory } = await stat(one);
    if (owner === null || mode === null) {
      return { path: one, why: "has no owner or mode", hint: "use a local file system" };
    }
    if (owner !== 0 && owner !== uid) {
      return {
        path: one,
        why: `belongs to user ${owner}`,
        hint: `give it to user ${uid}, or use another place`,
      };
    }
    const sticky = isDirectory && one !== path && (mode & 0o1000) !== 0;
    if ((mode & 0o022) !== 0 && !sticky) {
      return { path: one, why: "can be written by others", hint: `chmod go-w ${one}` };
    }
  }
  return undefined;
}
