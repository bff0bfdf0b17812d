/**
 * Descriptors with their kernel numbers, which `node:fs` gives and `Deno.open` does not.
 *
 * A child of the same user opens `/proc/RUNNER/fd/N`: that is the very same inode, whatever a path says by then, and it
 * works for files that have no name any more.
 *
 * @module
 */
import { closeSync, fstatSync, lstatSync, openSync, writeSync } from "node:fs";
import type { Handle } from "./network_types.ts";

/** From asm-generic/fcntl.h; the same on x86-64 and aarch64 (O_TMPFILE holds O_DIRECTORY, which differs). */
const O_RDONLY = 0;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_TMPFILE = Deno.build.arch === "aarch64" ? 0o20040000 : 0o20200000;

const handle = (fd: number): Handle => {
  let open = true;
  return {
    fd,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
};

/** The file system of the state directory may not know O_TMPFILE (overlayfs before 6.1, NFS). */
function openUnnamed(directory: string): number {
  try {
    return openSync(directory, O_RDWR | O_TMPFILE, 0o600);
  } catch {
    const path = `${directory}/.${crypto.randomUUID()}`;
    const fd = openSync(path, "wx+", 0o600);
    Deno.removeSync(path);
    return fd;
  }
}

/**
 * A file of mode 0600 with this content and without a name, in `directory`.
 *
 * @example
 * ```ts ignore
 * const args = temporaryFile("/var/lib/physiclaw/sandbox", "--unshare-user\0");
 * try { await launch({ descriptors: [args.fd] }); } finally { args.close(); }
 * ```
 */
export function temporaryFile(directory: string, content: string | Uint8Array): Handle {
  const fd = openUnnamed(directory);
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  // Whoever opens it by /proc starts at its beginning: an opening of its own.
  for (let written = 0; written < bytes.byteLength;) written += writeSync(fd, bytes, written);
  return handle(fd);
}

/** Thrown by {@link openReal} when another file is there than the one that was vetted. */
export class ChangedPathError extends Error {
  override readonly name = "ChangedPathError";
}

/** What {@link openReal} opened. */
export interface Opened {
  readonly handle: Handle;
  readonly kind: "file" | "directory";
  /** Bytes of a file. */
  readonly size: number;
}

/**
 * Opens the file or directory of a real path (no link in it), and makes sure that this is what was opened: its device and
 * inode are those at the real path, and the path is still real. Throws {@link ChangedPathError} when they aren't, or when
 * it is neither file nor directory, and what opening throws.
 *
 * @example
 * ```ts ignore
 * const { handle, kind } = openReal("/var/log/syslog");
 * ```
 */
export function openReal(real: string): Opened {
  const changed = () => new ChangedPathError(`Cannot use ${real}: it was replaced while it was looked at`);
  const before = lstatSync(real, { bigint: true });
  if (!before.isFile() && !before.isDirectory()) throw changed();
  // Should a pipe be swapped in now, this returns at once instead of waiting for a writer.
  const opened = handle(openSync(real, O_RDONLY | O_NONBLOCK));
  try {
    const inside = fstatSync(opened.fd, { bigint: true });
    const after = lstatSync(real, { bigint: true });
    if (
      inside.dev !== after.dev || inside.ino !== after.ino || Deno.realPathSync(real) !== real ||
      (!inside.isFile() && !inside.isDirectory())
    ) throw changed();
    return { handle: opened, kind: inside.isFile() ? "file" : "directory", size: Number(inside.size) };
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** Handles that are closed together, whatever happened. */
export class HandleSet implements Disposable {
  readonly #handles: Handle[] = [];

  /** Takes a handle over and returns its kernel number. */
  add(one: Handle): number {
    this.#handles.push(one);
    return one.fd;
  }

  [Symbol.dispose](): void {
    for (const one of this.#handles.splice(0)) one.close();
  }
}
