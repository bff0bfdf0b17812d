/**
 * Tools that write work on a copy: thrown away after a reading verb, put in the original's place after an approved
 * write, and only if the original is still what it was.
 *
 * @module
 */
import { basename, dirname, join } from "node:path/posix";
import { canonicalDigest, hex } from "../internal/canonical.ts";
import { PhysiclawError } from "../internal/errors.ts";

/** Most bytes of a tree that is copied; larger ones are `unavailable`. */
export const MAX_COPY_BYTES = 2 * 1024 ** 3;
const MAX_ENTRIES = 200_000;

interface Entry {
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  readonly mode: number;
  readonly size: number;
}

const tooLarge = (root: string): PhysiclawError =>
  new PhysiclawError("too_large", `Cannot copy ${root}: it holds more than 2 GiB or ${MAX_ENTRIES} files`, {
    hint: "name a smaller project directory",
  });

/** Every entry below a directory in a fixed order. Special files are refused. */
async function walk(root: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  const visit = async (relative: string): Promise<void> => {
    const children = await Array.fromAsync(Deno.readDir(join(root, relative)));
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const child of children) {
      const path = relative === "" ? child.name : `${relative}/${child.name}`;
      const info = await Deno.lstat(join(root, path));
      const kind = info.isSymlink
        ? "link"
        : info.isDirectory
        ? "directory"
        : info.isFile
        ? "file"
        : undefined;
      if (kind === undefined) {
        throw new PhysiclawError(
          "refused",
          `Cannot copy ${root}: ${path} is neither file, directory nor link`,
        );
      }
      bytes += kind === "file" ? info.size : 0;
      entries.push({ path, kind, mode: (info.mode ?? 0o644) & 0o777, size: info.size });
      if (bytes > MAX_COPY_BYTES || entries.length > MAX_ENTRIES) throw tooLarge(root);
      if (kind === "directory") await visit(path);
    }
  };
  await visit("");
  return entries;
}

/** WebCrypto has no incremental digest; files are hashed in parts of this size and the digests are hashed together. */
const PART = 8 * 1024 ** 2;

async function fileDigests(path: string): Promise<readonly string[]> {
  const file = await Deno.open(path, { read: true });
  try {
    const digests: string[] = [];
    const part = new Uint8Array(PART);
    for (;;) {
      let filled = 0;
      while (filled < PART) {
        const got = await file.read(part.subarray(filled));
        if (got === null) break;
        filled += got;
      }
      if (filled === 0) return digests;
      digests.push(hex(new Uint8Array(await crypto.subtle.digest("SHA-256", part.subarray(0, filled)))));
      if (filled < PART) return digests;
    }
  } finally {
    file.close();
  }
}

/**
 * SHA-256 over names, kinds, modes and contents of a tree; the same tree always gives the same digest. Throws
 * `too_large` beyond 2 GiB, `refused` for special files.
 */
export async function treeDigest(root: string): Promise<string> {
  const rows: unknown[] = [];
  for (const { path, kind, mode } of await walk(root)) {
    const at = join(root, path);
    const content = kind === "file"
      ? await fileDigests(at)
      : kind === "link"
      ? await Deno.readLink(at)
      : null;
    rows.push([path, kind, mode, content]);
  }
  return await canonicalDigest(rows);
}

/** Copies a tree; the kernel shares the blocks where the file system can (copy_file_range). */
export async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o700 });
  for (const { path, kind, mode } of await walk(from)) {
    const source = join(from, path);
    const target = join(to, path);
    if (kind === "directory") await Deno.mkdir(target, { mode });
    else if (kind === "link") await Deno.symlink(await Deno.readLink(source), target);
    else {
      await Deno.copyFile(source, target);
      await Deno.chmod(target, mode);
    }
  }
}

/** A copy of one project directory inside a directory that stands for the workspace. */
export interface WorkingCopy {
  /** Takes the workspace's place: the copy lies at the project's own relative path below it. */
  readonly cwd: string;
  /** Puts the copy where the original is. Throws `conflict` when the original changed meanwhile. */
  replaceOriginal(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Copies `project` (relative to `workspace`, `.` for all of it). `scratch` copies live below `scratchDir`; those that
 * will replace the original live beside it, since only there a rename is possible.
 */
export async function makeWorkingCopy(options: {
  workspace: string;
  project: string;
  purpose: "scratch" | "replace";
  scratchDir: string;
  id: string;
}): Promise<WorkingCopy> {
  const { workspace, project, purpose, scratchDir, id } = options;
  if (project.startsWith("/")) {
    throw new PhysiclawError(
      "refused",
      `Cannot copy ${project}: only a project below the working directory is copied`,
      {
        hint: "name it relative to the working directory, or start physiclaw there",
      },
    );
  }
  const original = await Deno.realPath(join(workspace, project)).catch(() => {
    throw new PhysiclawError("not_found", `Cannot find the project directory ${project}`);
  });
  const home = await Deno.realPath(workspace);
  if (original !== home && !original.startsWith(`${home}/`)) {
    throw new PhysiclawError("refused", `Cannot copy ${project}: it leads out of the working directory`);
  }
  const place = purpose === "scratch" ? join(scratchDir, id) : join(dirname(original), `.physiclaw-${id}`);
  const copy = join(place, project === "." ? "" : project);
  const before = await treeDigest(original);
  try {
    await copyTree(original, copy);
  } catch (error) {
    await Deno.remove(place, { recursive: true }).catch(() => undefined);
    throw error;
  }
  return {
    cwd: place,
    replaceOriginal: async () => {
      if (await treeDigest(original) !== before) {
        throw new PhysiclawError("conflict", `Cannot replace ${project}: it was changed while the step ran`, {
          hint: "send the goal again",
        });
      }
      await Deno.chmod(copy, ((await Deno.stat(original)).mode ?? 0o755) & 0o777);
      const aside = join(dirname(original), `.physiclaw-old-${id}-${basename(original)}`);
      await Deno.rename(original, aside);
      try {
        await Deno.rename(copy, original);
      } catch (error) {
        await Deno.rename(aside, original);
        throw error;
      }
      await Deno.remove(aside, { recursive: true });
    },
    discard: async () => {
      await Deno.remove(place, { recursive: true }).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    },
  };
}
