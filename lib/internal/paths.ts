/**
 * Paths as text: no I/O, no `node:path` (importing it costs more than a short command runs).
 *
 * @module
 */

/** An absolute path without `.`, `..`, doubled or trailing slashes. `..` at the root stays at the root. */
export function normalisePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/**
 * A path made absolute against a directory.
 *
 * @example
 * ```ts
 * import { resolvePath } from "./paths.ts";
 * console.assert(resolvePath("/srv/app", "../logs") === "/srv/logs");
 * ```
 */
export const resolvePath = (directory: string, path: string): string =>
  normalisePath(path.startsWith("/") ? path : `${directory}/${path}`);

/**
 * True when a path is the directory itself or lies below it. Both are compared as text: resolve links before.
 *
 * @example
 * ```ts
 * import { isUnder } from "./paths.ts";
 * console.assert(isUnder("/srv/app/x", "/srv/app"));
 * console.assert(!isUnder("/srv/apple", "/srv/app"));
 * ```
 */
export const isUnder = (path: string, directory: string): boolean => {
  const base = normalisePath(directory);
  const one = normalisePath(path);
  return one === base || one.startsWith(base === "/" ? "/" : `${base}/`);
};

/** The directories above a path, nearest first, the root last. */
export function parentsOf(path: string): readonly string[] {
  const parts = normalisePath(path).split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`).concat("/");
}
