/**
 * Paths of the checkout, for tests.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The path that a `file:` URL names. */
export const fromFileUrl = (url: URL | string): string => fileURLToPath(url);

/** `path` without the leading `root`. */
export const relative = (
  root: string,
  path: string,
): string => (path.startsWith(root) ? path.slice(root.length) : path);

/** The checkout, with a slash at its end. */
export const ROOT: string = fromFileUrl(new URL("..", import.meta.url));
