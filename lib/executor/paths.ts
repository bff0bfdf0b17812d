/**
 * Vetting of the paths that a goal names, before the sandbox's launcher opens them.
 *
 * The launcher opens `real`, compares what it got (`/proc/self/fd/N`) with `real` again, and binds the descriptor at
 * `inside`: a link that is swapped in between is noticed, not followed.
 *
 * @module
 */
import { isUnder, normalisePath } from "../internal/paths.ts";
import { expandPattern } from "./path_glob.ts";
import type { Forbidden } from "./forbidden_paths.ts";

/** What a goal's path is judged against. All paths are absolute. */
export interface PathPolicy {
  /** The directory that relative paths are relative to; the sandbox sees it at `workspace`. */
  readonly cwd: string;
  /** Where the sandbox has `cwd`: `/workspace`. */
  readonly workspace: string;
  /** Directories under which the path may lie; `cwd` itself counts always. */
  readonly roots: readonly string[];
  readonly forbidden: Forbidden;
}

/** A path that may be handed in. */
export interface VettedPath {
  readonly ok: true;
  /** As the goal wrote it. */
  readonly written: string;
  /** Links followed: what is opened, and what the descriptor must turn out to be. */
  readonly real: string;
  /** Where the tool will look for it: bind the descriptor here. */
  readonly inside: string;
  readonly kind: "file" | "directory";
  /** Below a directory: what to cover with something empty, as the sandbox sees it. */
  readonly cover: readonly { readonly inside: string; readonly directory: boolean }[];
}

/** `missing` and `unusable` make the step `unavailable`; `violation` is a security rule, audited and `refused`. */
export interface PathRefusal {
  readonly ok: false;
  readonly kind: "missing" | "unusable" | "violation";
  /** `Cannot read logs/x: it does not exist`. */
  readonly reason: string;
}

/** What a wildcard stood for. */
export interface VettedGlob {
  readonly ok: true;
  readonly matches: readonly VettedPath[];
  /** Matches that may not be handed in, and how each was refused. */
  readonly skipped: readonly PathRefusal[];
  /** There were more than {@link MAX_MATCHES}: the answer must say so. */
  readonly truncated: boolean;
}

/** Most matches one pattern may have. */
export const MAX_MATCHES = 10_000;

/** Links followed before giving up, as the kernel does (ELOOP). */
const MAX_LINKS = 40;

/** Directories of the sandbox's own that nothing may be bound over; `/tmp` and `/var` stay open for what lies there. */
const RESERVED = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/etc",
  "/run",
  "/proc",
  "/sys",
  "/dev",
];

const refuse = (kind: PathRefusal["kind"], written: string, why: string): PathRefusal => ({
  ok: false,
  kind,
  reason: `Cannot read ${written}: it ${why}`,
});

const realOrSame = async (path: string): Promise<string> => {
  try {
    return await Deno.realPath(path);
  } catch {
    return normalisePath(path);
  }
};

/**
 * Where the sandbox's kernel will end up for the path as written. Below `workspace` the tree is the host's, links
 * included; everywhere else there is only what is bound, so the walk ends at the first step outside.
 */
async function placeInside(
  policy: PathPolicy,
  realCwd: string,
  written: string,
): Promise<string | undefined> {
  let todo = (written.startsWith("/") ? written : `${policy.workspace}/${written}`).split("/");
  let done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const [part = "", ...rest] = todo;
    todo = rest;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    done.push(part);
    const here = `/${done.join("/")}`;
    if (!isUnder(here, policy.workspace) || here === policy.workspace) continue;
    let target: string;
    try {
      target = await Deno.readLink(realCwd + here.slice(policy.workspace.length));
    } catch {
      continue; // Not a link.
    }
    if (++links > MAX_LINKS) return undefined;
    done = target.startsWith("/") ? [] : done.slice(0, -1);
    todo = [...target.split("/"), ...todo];
  }
  return `/${done.join("/")}`;
}

/**
 * Judges one path without wildcards. Touches the file system only by stat, readlink and realpath.
 *
 * @example
 * ```ts
 * import { createForbidden } from "./forbidden_paths.ts";
 * import { vetPath } from "./paths.ts";
 * const forbidden = createForbidden({ paths: ["/var/lib/physiclaw"] });
 * const vetted = await vetPath("/etc/shadow", { cwd: "/srv/app", workspace: "/workspace", roots: [], forbidden });
 * console.assert(!vetted.ok && vetted.kind === "violation");
 * ```
 */
export async function vetPath(written: string, policy: PathPolicy): Promise<VettedPath | PathRefusal> {
  if (written === "" || written.includes("\0")) return refuse("violation", written, "is no path");
  // Concatenated, not joined: `link/..` is the kernel's to resolve.
  const asked = written.startsWith("/") ? written : `${policy.cwd}/${written}`;
  const lexical = normalisePath(asked);
  const realCwd = await realOrSame(policy.cwd);
  const roots = [realCwd, ...await Promise.all(policy.roots.map(realOrSame))];
  // Judged before anything is looked at, so that a refusal says nothing about what exists.
  const named = policy.forbidden.why(lexical);
  if (named !== undefined) return refuse("violation", written, named);
  if (![policy.cwd, ...policy.roots, ...roots].some((root) => isUnder(lexical, root))) {
    return refuse("violation", written, "lies outside the directories that this tool may read");
  }
  let real: string;
  let info: Deno.FileInfo;
  try {
    real = await Deno.realPath(asked);
    info = await Deno.lstat(real);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return refuse("missing", written, "does not exist");
    }
    return refuse(
      "unusable",
      written,
      error instanceof Deno.errors.PermissionDenied
        ? "cannot be reached by this program's user"
        : "cannot be looked up",
    );
  }
  const forbidden = policy.forbidden.why(real);
  if (forbidden !== undefined) return refuse("violation", written, `leads to a file that ${forbidden}`);
  if (!roots.some((root) => isUnder(real, root))) {
    return refuse("violation", written, "leads outside the directories that this tool may read");
  }
  if (!info.isFile && !info.isDirectory) {
    return refuse("violation", written, "is a device, pipe or socket");
  }
  if (await policy.forbidden.isHardLink(info)) {
    return refuse("violation", written, "is another name of a key or credential file");
  }
  const inside = await placeInside(policy, realCwd, written);
  if (inside === undefined) return refuse("unusable", written, "is a chain of too many links");
  if (inside === "/" || RESERVED.some((path) => isUnder(inside, path) || isUnder(path, inside))) {
    return refuse("unusable", written, `would cover ${inside} of the sandbox`);
  }
  const cover = info.isDirectory
    ? (await policy.forbidden.below(real)).map(({ path, directory }) => ({
      inside: inside + path.slice(real.length),
      directory,
    }))
    : [];
  return { ok: true, written, real, inside, kind: info.isDirectory ? "directory" : "file", cover };
}

/**
 * Expands a pattern of `*`, `?`, `[…]` and `**` outside the sandbox and vets every match. A match that is refused is
 * skipped and told; when nothing is left, the first refusal is the answer.
 *
 * @example
 * ```ts
 * import { createForbidden } from "./forbidden_paths.ts";
 * import { vetGlob } from "./paths.ts";
 * const forbidden = createForbidden({ paths: [] });
 * const policy = { cwd: "/srv/app", workspace: "/workspace", roots: ["/var/log"], forbidden };
 * const found = await vetGlob("/var/log/*.none", policy);
 * console.assert(!found.ok && found.kind === "missing");
 * ```
 */
export async function vetGlob(written: string, policy: PathPolicy): Promise<VettedGlob | PathRefusal> {
  if (!/[*?[]/.test(written)) {
    const one = await vetPath(written, policy);
    return one.ok ? { ok: true, matches: [one], skipped: [], truncated: false } : one;
  }
  const base = written.slice(0, written.lastIndexOf("/", written.search(/[*?[]/)) + 1);
  const start = await vetBase(base, policy);
  if (start !== undefined) {
    return start.kind === "missing" ? refuse("missing", written, "matches nothing") : start;
  }
  const { paths, truncated } = await expandPattern(written, policy.cwd, MAX_MATCHES);
  const matches: VettedPath[] = [];
  const skipped: PathRefusal[] = [];
  for (const path of paths) {
    const vetted = await vetPath(path, policy);
    if (vetted.ok) matches.push(vetted);
    else skipped.push(vetted);
  }
  if (matches.length > 0) return { ok: true, matches, skipped, truncated };
  return skipped[0] ?? refuse("missing", written, "matches nothing");
}

/** The fixed part of a pattern must be allowed before anything below it is listed. */
async function vetBase(base: string, policy: PathPolicy): Promise<PathRefusal | undefined> {
  if (base === "") return undefined;
  const path = base === "/" ? "/" : base.replace(/\/+$/, "");
  const vetted = await vetPath(path, policy);
  // What lies below a reserved place may still be bindable (`/tmp/x*`), so only the rules on names count here.
  return vetted.ok || vetted.kind === "unusable" ? undefined : vetted;
}
