/**
 * Expansion of path patterns on the host: `*`, `?`, `[…]` within a name, `**` over directories.
 *
 * @module
 */

/** Entries looked at before a pattern is given up as too broad. */
const MAX_ENTRIES = 200_000;
/** Directories below each other that `**` descends. */
const MAX_DEPTH = 32;

/** One class `[…]` at `index`: whether it takes `letter`, and where it ends; `undefined` when it never closes. */
function matchClass(
  pattern: string,
  index: number,
  letter: string,
): { hit: boolean; end: number } | undefined {
  let at = index + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  let hit = false;
  for (let first = true; first || pattern[at] !== "]"; first = false) {
    const from = pattern[at];
    if (from === undefined) return undefined;
    if (pattern[at + 1] === "-" && pattern[at + 2] !== undefined && pattern[at + 2] !== "]") {
      if (from <= letter && letter <= (pattern[at + 2] ?? "")) hit = true;
      at += 3;
    } else {
      if (from === letter) hit = true;
      at++;
    }
  }
  return { hit: hit !== negated, end: at + 1 };
}

/**
 * True when a file name matches a pattern without slashes. A leading dot is matched by a literal dot only. Takes time
 * proportional to pattern times name: no pattern can stall it.
 *
 * @example
 * ```ts
 * import { matchName } from "./path_glob.ts";
 * console.assert(matchName("app-*.log", "app-1.log"));
 * console.assert(!matchName("*", ".hidden"));
 * ```
 */
export function matchName(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const letter = name[n] ?? "";
    const token = pattern[p];
    const group = token === "[" ? matchClass(pattern, p, letter) : undefined;
    if (token === "*") {
      star = p++;
      mark = n;
    } else if (group !== undefined && group.hit) {
      p = group.end;
      n++;
    } else if (group === undefined && (token === "?" || token === letter)) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

const isWild = (part: string): boolean => /[*?[]/.test(part);

async function list(directory: string): Promise<Deno.DirEntry[]> {
  const entries: Deno.DirEntry[] = [];
  try {
    for await (const entry of Deno.readDir(directory)) entries.push(entry);
  } catch {
    return []; // Not a directory, gone, or unreadable: it has no matches.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Paths that a pattern matches, written as the pattern is (relative stays relative), in order of name. Not vetted.
 *
 * @param limit most paths to return; `truncated` tells that there were more, or too many entries to look at.
 * @example
 * ```ts
 * import { expandPattern } from "./path_glob.ts";
 * const { paths } = await expandPattern("/usr/bi[n]", "/", 10);
 * console.assert(paths[0] === "/usr/bin");
 * ```
 */
export async function expandPattern(
  pattern: string,
  cwd: string,
  limit: number,
): Promise<{ readonly paths: readonly string[]; readonly truncated: boolean }> {
  const absolute = pattern.startsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  const paths: string[] = [];
  let looked = 0;
  let truncated = false;
  const host = (path: string): string => (absolute ? path || "/" : path === "" ? cwd : `${cwd}/${path}`);
  const join = (path: string, name: string): string => (path === "" && !absolute ? name : `${path}/${name}`);

  const walk = async (path: string, index: number, depth: number): Promise<void> => {
    if (truncated) return;
    const part = parts[index];
    if (part === undefined) {
      if (paths.length >= limit) truncated = true;
      else paths.push(path);
      return;
    }
    if (!isWild(part)) {
      const next = join(path, part);
      try {
        await Deno.lstat(host(next));
      } catch {
        return;
      }
      return await walk(next, index + 1, depth);
    }
    const entries = await list(host(path));
    looked += entries.length;
    if (looked > MAX_ENTRIES) {
      truncated = true;
      return;
    }
    const last = index === parts.length - 1;
    // "**" alone stands for any number of directories, none included; as the last part, for every file below.
    if (part === "**" && !last) await walk(path, index + 1, depth);
    for (const entry of entries) {
      const next = join(path, entry.name);
      if (part === "**") {
        if (entry.name.startsWith(".")) continue;
        if (last && !entry.isDirectory) await walk(next, index + 1, depth);
        // Links to directories are not descended: a loop would never end.
        if (entry.isDirectory && depth < MAX_DEPTH) await walk(next, index, depth + 1);
      } else if (matchName(part, entry.name)) {
        await walk(next, index + 1, depth);
      }
    }
  };
  await walk("", 0, 0);
  return { paths, truncated };
}
