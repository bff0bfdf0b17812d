/**
 * Finds the files of an ingest.
 *
 * @module
 */
import { PhysiclawError } from "../../internal/errors.ts";

/** A file to be read. */
export interface Found {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly size: number;
  /** UTC milliseconds of its last change. */
  readonly time: number;
}

export interface WalkOptions {
  readonly maxFileBytes: number;
  readonly onSkip: (path: string, reason: string) => void;
}

/** Directories of version control, caches and installed packages. */
const OTHERS = new Set(["node_modules", "__pycache__", "venv", "lost+found"]);
/** Deeper trees are mistakes, such as bind mounts of a directory in itself. */
const MAX_DEPTH = 100;

const reasonOf = (error: unknown): string =>
  error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable
    ? "not readable"
    : error instanceof Deno.errors.NotFound
    ? "not there"
    : "cannot be looked at";

function kindOf(info: Deno.FileInfo): string {
  if (info.isSocket) return "socket";
  if (info.isFifo) return "pipe";
  if (info.isCharDevice || info.isBlockDevice) return "device";
  return "not a file";
}

/**
 * Files at and below `paths`, in the order of their names. A path that is given by name and isn't there throws
 * {@link PhysiclawError} of kind `not_found`; what can't be read below it is left out and told. Symbolic links are followed where they are
 * given by name, not below: what they point to is found in its own place, or was not asked for.
 */
export async function* walk(paths: readonly string[], options: WalkOptions): AsyncGenerator<Found> {
  const seen = new Set<string>();
  for (const path of paths) {
    let real: string;
    try {
      real = await Deno.realPath(path);
    } catch (cause) {
      throw new PhysiclawError("not_found", `Cannot ingest ${path}: ${reasonOf(cause)}`, {
        cause,
        hint: "give files or directories that exist and that this user may read",
      });
    }
    yield* visit(real, 0, seen, options);
  }
}

async function* visit(
  path: string,
  depth: number,
  seen: Set<string>,
  options: WalkOptions,
): AsyncGenerator<Found> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    return options.onSkip(path, reasonOf(error));
  }
  if (info.isSymlink) return options.onSkip(path, "symbolic link");
  const identity = `${info.dev}:${info.ino}`;
  if (info.isDirectory) {
    if (depth > MAX_DEPTH) return options.onSkip(path, "too deep");
    if (seen.has(identity)) return options.onSkip(path, "seen already");
    seen.add(identity);
    yield* visitDirectory(path, depth, seen, options);
  } else if (!info.isFile) options.onSkip(path, kindOf(info));
  else if (info.size > options.maxFileBytes) options.onSkip(path, "too large");
  else yield { path, size: info.size, time: info.mtime?.getTime() ?? 0 };
}

async function* visitDirectory(
  path: string,
  depth: number,
  seen: Set<string>,
  options: WalkOptions,
): AsyncGenerator<Found> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) names.push(name);
  } catch (error) {
    return options.onSkip(path, reasonOf(error));
  }
  for (const name of names.sort()) {
    const below = `${path === "/" ? "" : path}/${name}`;
    if (name.startsWith(".")) options.onSkip(below, "hidden");
    else if (OTHERS.has(name)) options.onSkip(below, "packages and caches");
    else yield* visit(below, depth + 1, seen, options);
  }
}
