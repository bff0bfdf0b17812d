/**
 * Paths in Deno's lists of permissions.
 *
 * @module
 */

/**
 * What to grant for an absolute path: itself, or, since Deno's lists know no way to write a comma, the first directory
 * above it whose path has none.
 *
 * @example
 * ```ts
 * import { grantable } from "./grantable.ts";
 * console.assert(grantable("/srv/a,b/c") === "/srv");
 * ```
 */
export function grantable(path: string): string {
  const comma = path.indexOf(",");
  return comma === -1 ? path : path.slice(0, Math.max(path.lastIndexOf("/", comma), 1));
}
