/**
 * Which files are read, in which order, and their bytes: plain, gzip or zstd, told by content and not by name.
 *
 * @module
 */
import type { LogSkipped } from "./log_types.ts";

/** Bounds on what a directory may hold. */
const MAX_FILES = 10_000;
const MAX_DEPTH = 32;
const CHUNK = 1 << 20;
const HEAD = 8192;

/** A file to be read. */
export interface LogInput {
  readonly path: string;
  readonly size: number;
  /** When it was last written, ms. */
  readonly modified: number;
}

/** What the paths of the query come to. */
export interface LogInputs {
  readonly files: readonly LogInput[];
  readonly skipped: readonly LogSkipped[];
  readonly skippedMore: number;
}

const reasonOf = (error: unknown): string =>
  error instanceof Deno.errors.NotFound
    ? "does not exist"
    : error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable
    ? "permission denied"
    : error instanceof Error
    ? error.message
    : String(error);

/**
 * Lists the regular files that the paths name; directories with all that is under them. Rotated files come oldest first
 * (`app.log.2.gz`, `app.log.1`, `app.log`). Links are followed only when a path names one itself.
 */
export function listInputs(paths: readonly string[]): LogInputs {
  const files: LogInput[] = [];
  const skipped: LogSkipped[] = [];
  const seen = new Set<string>();
  let more = 0;
  const skip = (path: string, reason: string) => {
    if (skipped.length < 1000) skipped.push({ path, reason });
    else more++;
  };
  const take = (path: string, depth: number) => {
    let info: Deno.FileInfo;
    try {
      info = depth === 0 ? Deno.statSync(path) : Deno.lstatSync(path);
    } catch (error) {
      return skip(path, reasonOf(error));
    }
    if (info.isDirectory) return walk(path, depth);
    if (!info.isFile) return skip(path, info.isSymlink ? "a symbolic link" : "not a regular file");
    // The same file by two paths is read once.
    const id = info.ino === null ? path : `${info.dev}:${info.ino}`;
    if (seen.has(id)) return;
    seen.add(id);
    if (files.length >= MAX_FILES) return skip(path, `more than ${MAX_FILES} files`);
    files.push({ path, size: info.size, modified: info.mtime?.getTime() ?? 0 });
  };
  const walk = (path: string, depth: number) => {
    if (depth >= MAX_DEPTH) return skip(path, `more than ${MAX_DEPTH} directories deep`);
    let names: string[];
    try {
      names = [...Deno.readDirSync(path)].map((entry) => entry.name);
    } catch (error) {
      return skip(path, reasonOf(error));
    }
    for (const name of inOrder(names)) take(`${path.replace(/\/+$/, "")}/${name}`, depth + 1);
  };
  for (const path of inOrder(paths)) take(path, 0);
  return { files, skipped, skippedMore: more };
}

/** Sorts names so that of a rotated log the oldest part comes first. */
function inOrder(names: readonly string[]): string[] {
  const parts = names.map((name) => {
    const bare = name.replace(/\.(?:gz|zst|zstd)$/, "");
    const dated = /^(.*?)[.-](\d{4}-?\d\d-?\d\d(?:[-T]?\d{2,6})?)(\.log)?$/.exec(bare);
    if (dated !== null) {
      return {
        name,
        base: `${dated[1]}${dated[3] ?? ""}`,
        age: 1e15 - Number(dated[2]!.replace(/\D/g, "").padEnd(14, "0")),
      };
    }
    const numbered = /^(.*?)\.(\d{1,5})(\.log)?$/.exec(bare);
    return numbered === null
      ? { name, base: bare, age: -1 }
      : { name, base: `${numbered[1]}${numbered[3] ?? ""}`, age: Number(numbered[2]) };
  });
  const order = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
  return parts.sort((a, b) => order(a.base, b.base) || b.age - a.age || order(a.name, b.name)).map((part) =>
    part.name
  );
}

/** How a file is stored, or why it isn't read. */
export type Sniffed = { readonly compression?: "gzip" | "zstd" } | { readonly refuse: string };

/** Judges a file by its first bytes. */
export function sniff(head: Uint8Array): Sniffed {
  const is = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (is(0x1f, 0x8b)) return { compression: "gzip" };
  if (is(0x28, 0xb5, 0x2f, 0xfd)) return { compression: "zstd" };
  if (is(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return { refuse: "compressed with xz, which is not supported" };
  if (is(0x42, 0x5a, 0x68) && head[4] === 0x31) {
    return { refuse: "compressed with bzip2, which is not supported" };
  }
  if (is(0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48)) {
    return { refuse: "a journal of systemd (ask for the journal instead)" };
  }
  if (is(0xff, 0xfe) || is(0xfe, 0xff)) return { refuse: "UTF-16 text, which is not supported" };
  return binary(head) ? { refuse: "binary" } : {};
}

/** More than one control byte in 20 is no text; a hole of NULs at the start (a truncated log) doesn't count. */
function binary(head: Uint8Array): boolean {
  let from = 0;
  while (from < head.length && head[from] === 0) from++;
  let odd = 0;
  for (let i = from; i < head.length; i++) {
    const c = head[i]!;
    if (c < 9 || (c > 13 && c < 32 && c !== 27)) odd++;
  }
  return odd > (head.length - from) / 20;
}

/**
 * Reads a file's text in chunks; `take` must not keep them. Rejects with what the system says; what was given to `take` until
 * then stays counted.
 */
export async function readInput(
  path: string,
  take: (chunk: Uint8Array) => void,
): Promise<Sniffed & { readonly incomplete?: string }> {
  const file = Deno.openSync(path);
  try {
    const chunk = new Uint8Array(CHUNK);
    const first = fill(file, chunk.subarray(0, HEAD));
    const kind = sniff(first);
    if ("refuse" in kind) return kind;
    if (kind.compression === undefined) {
      if (first.length > 0) take(first);
      for (;;) {
        const n = file.readSync(chunk);
        if (n === null) return kind;
        take(chunk.subarray(0, n));
      }
    }
    file.seekSync(0, Deno.SeekMode.Start);
    const { inflate } = await import("./log_inflate.ts");
    const incomplete = await inflate(kind.compression, () => {
      const n = file.readSync(chunk);
      return n === null ? undefined : chunk.slice(0, n);
    }, take);
    return incomplete === undefined ? kind : { ...kind, incomplete };
  } finally {
    file.close();
  }
}

function fill(file: Deno.FsFile, into: Uint8Array): Uint8Array {
  let length = 0;
  while (length < into.length) {
    const n = file.readSync(into.subarray(length));
    if (n === null) break;
    length += n;
  }
  return into.subarray(0, length);
}
