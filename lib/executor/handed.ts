/**
 * Files of the host that a catalogue entry hands into the sandbox: opened here, outside, so that files of mode 0600 can be
 * handed in although nobody inside could open them.
 *
 * @module
 */
import type { HandedFile } from "../catalog/types.ts";
import { ChangedPathError, openReal } from "./descriptors.ts";
import type { HandleSet } from "./descriptors.ts";

/** A file's owner, mode, size and time, without its content. */
export interface HandedStat {
  readonly path: string;
  readonly type: "file" | "directory" | "link" | "other";
  /** Permission bits in octal: `0644`, `4755`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** RFC 3339. */
  readonly mtime: string;
  /** Where a link points, as written. */
  readonly link?: string;
}

/** A file that was to be handed in and wasn't. */
export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** What a sandbox gets of the host's files. */
export interface Handed {
  /** Kernel descriptors and where their content appears. */
  readonly files: readonly { readonly fd: number; readonly at: string }[];
  /** Text that appears at a path: what `statOnly` entries collected, and the list of what was unreadable. */
  readonly texts: readonly { readonly at: string; readonly content: string }[];
  /** Fixed entries that aren't optional and weren't there. */
  readonly missing: readonly string[];
}

/** Where the list of what could not be read appears inside. */
export const UNREADABLE_AT = "/run/host-unreadable.json";

/** Most bytes of one handed file, and of all: they live on a tmpfs. Identity files are far smaller. */
const MAX_FILE_BYTES = 4 * 1024 ** 2;
const MAX_ALL_BYTES = 32 * 1024 ** 2;
/** Most matches of one pattern; the kernel's limit on descriptors is 4096 in the launcher. */
const MAX_MATCHES = 500;

/**
 * `{a,b}` written out; no nesting.
 *
 * @example
 * ```ts
 * import { expandBraces } from "./handed.ts";
 * console.assert(expandBraces("/etc/{passwd,group}").join() === "/etc/passwd,/etc/group");
 * ```
 */
export function expandBraces(pattern: string): readonly string[] {
  const found = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (found === null) return [pattern];
  const [, before = "", choices = "", after = ""] = found;
  return choices.split(",").flatMap((choice) => expandBraces(`${before}${choice}${after}`));
}

const segmentPattern = (segment: string): RegExp =>
  new RegExp(
    `^${segment.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`,
    "s",
  );

/** Names in a directory that fit one segment; hidden ones only where the segment begins with a dot. */
async function names(directory: string, segment: string): Promise<readonly string[]> {
  const pattern = segmentPattern(segment);
  const found: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    if (pattern.test(name) && (segment.startsWith(".") || !name.startsWith("."))) found.push(name);
    if (found.length >= MAX_MATCHES) break;
  }
  return found.sort();
}

/** By Deno's classes or, from `node:fs`, by code. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
  (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"));

/** Existing paths of an absolute pattern with `*` in single segments; directories that can't be listed are told. */
async function expand(pattern: string, unreadable: Unreadable[]): Promise<readonly string[]> {
  let paths = [""];
  for (const segment of pattern.split("/").slice(1)) {
    if (!segment.includes("*")) {
      paths = paths.map((path) => `${path}/${segment}`);
      continue;
    }
    const next: string[] = [];
    for (const path of paths) {
      try {
        for (const name of await names(path === "" ? "/" : path, segment)) next.push(`${path}/${name}`);
      } catch (error) {
        if (!isAbsent(error)) unreadable.push({ path, reason: "cannot be listed by this program's user" });
      }
    }
    paths = next.slice(0, MAX_MATCHES);
  }
  return paths;
}

const octal = (mode: number | null): string => ((mode ?? 0) & 0o7777).toString(8).padStart(4, "0");

async function statOf(path: string): Promise<HandedStat> {
  const info = await Deno.lstat(path);
  return {
    path,
    type: info.isFile ? "file" : info.isDirectory ? "directory" : info.isSymlink ? "link" : "other",
    mode: octal(info.mode),
    uid: info.uid ?? -1,
    gid: info.gid ?? -1,
    size: info.size,
    mtime: (info.mtime ?? new Date(0)).toISOString(),
    ...(info.isSymlink ? { link: await Deno.readLink(path) } : {}),
  };
}

/**
 * Where a match of a pattern really is. Below what the pattern's first `*` stood for there may be no link: whoever owns a
 * home directory could otherwise point its `authorized_keys` at a file of root's.
 */
async function realMatch(pattern: string, path: string): Promise<string | undefined> {
  const real = await Deno.realPath(path);
  const first = pattern.split("/").findIndex((segment) => segment.includes("*"));
  if (first < 0) return real;
  const segments = path.split("/");
  const base = segments.slice(0, first + 1).join("/");
  const rest = segments.slice(first + 1).map((segment) => `/${segment}`).join("");
  return real === `${await Deno.realPath(base)}${rest}` ? real : undefined;
}

/**
 * Opens what the entries name. Descriptors go to `handles`. Never rejects for a file: what can't be handed in is listed in
 * {@link UNREADABLE_AT} as `[{path, reason}]`.
 *
 * @param entries of the tool, without those that come from settings
 */
export async function openHanded(entries: readonly HandedFile[], handles: HandleSet): Promise<Handed> {
  const files: { fd: number; at: string }[] = [];
  const stats = new Map<string, HandedStat[]>();
  const unreadable: Unreadable[] = [];
  const missing: string[] = [];
  let bytes = 0;

  const handIn = async (pattern: string, path: string, at: string): Promise<void> => {
    const real = await realMatch(pattern, path);
    if (real === undefined) return void unreadable.push({ path, reason: "leads elsewhere by a link" });
    const { handle, kind, size } = openReal(real);
    const fd = handles.add(handle);
    if (kind !== "file") return void unreadable.push({ path, reason: "is no file" });
    bytes += size;
    if (size > MAX_FILE_BYTES || bytes > MAX_ALL_BYTES) {
      return void unreadable.push({ path, reason: "is too large to be handed in" });
    }
    files.push({ fd, at });
  };
  const attempt = async (path: string, optional: boolean, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (isAbsent(error)) {
        if (!optional) missing.push(path);
      } else if (error instanceof ChangedPathError) {
        unreadable.push({ path, reason: "was replaced while it was looked at" });
      } else unreadable.push({ path, reason: "cannot be read by this program's user" });
    }
  };

  for (const { from, at, statOnly, optional } of entries) {
    if ("setting" in from) continue;
    const patterns = "glob" in from ? expandBraces(from.glob) : [from.path];
    if (statOnly === true && !stats.has(at)) stats.set(at, []);
    for (const pattern of patterns) {
      const paths = "glob" in from ? await expand(pattern, unreadable) : [pattern];
      for (const path of paths) {
        await attempt(path, optional === true || "glob" in from, async () => {
          if (statOnly === true) stats.get(at)?.push(await statOf(path));
          else await handIn(pattern, path, "glob" in from ? `${at}${path}` : at);
        });
      }
    }
  }
  const wanted = entries.some(({ from }) => !("setting" in from));
  return {
    files,
    texts: [
      ...[...stats].map(([at, list]) => ({ at, content: JSON.stringify(list) })),
      ...(wanted ? [{ at: UNREADABLE_AT, content: JSON.stringify(unreadable) }] : []),
    ],
    missing,
  };
}
