/**
 * Where the real tools of the tests and the demo live, and what is written about them.
 *
 * @module
 */

/** The tools that come from PyPI; each has a pinned `requirements/NAME.txt` and a virtual environment of its own. */
export const VENV_TOOLS: Readonly<Record<string, { readonly version: string }>> = {
  bandit: { version: "1.9.4" },
  duckdb: { version: "1.5.6" },
  dbt: { version: "1.11.16" },
  sqlmesh: { version: "0.236.4" },
};

/** What is known of one tool on this machine. */
export type ToolState =
  | { readonly program: string; readonly version: string }
  /** Why it is not there, and how to get it. */
  | { readonly missing: string };

/** The interpreter of the system: a shim under a home directory cannot run in the sandbox. */
export const PYTHON = "/usr/bin/python3";

/** Name of the summary inside a base directory. */
export const SUMMARY = "tools.json";

/** The place that every user of the machine can read; root installs there. */
const SHARED = "/opt/physiclaw-tools";

/**
 * Directories that may hold the tools, best first: the machine's, then the user's cache.
 *
 * Both lie outside the checkout: a virtual environment keeps absolute paths, and the sandbox binds it read-only at its
 * own place.
 */
export function toolBases(): readonly string[] {
  const home = Deno.env.get("HOME") ?? "";
  const cache = Deno.env.get("XDG_CACHE_HOME") || (home === "" ? "" : `${home}/.cache`);
  return cache.startsWith("/") ? [SHARED, `${cache}/physiclaw-tools`] : [SHARED];
}

/**
 * SHA-256, hex, of a tool's requirements and the interpreter's name: what the marker of a finished installation holds.
 * An upgrade of the system's Python (python3 -> python3.13) breaks its virtual environments.
 */
export async function requirementsDigest(tool: string): Promise<string> {
  const requirements = await Deno.readTextFile(new URL(`requirements/${tool}.txt`, import.meta.url));
  const interpreter = await Deno.realPath(PYTHON).catch(() => PYTHON);
  const bytes = new TextEncoder().encode(`${interpreter}\n${requirements}`);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** True when the virtual environment in `directory` was finished with exactly these requirements. */
export async function isComplete(directory: string, digest: string): Promise<boolean> {
  const marker = await Deno.readTextFile(`${directory}/.complete`).catch(() => "");
  return marker.trim() === digest;
}
