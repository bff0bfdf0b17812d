/**
 * A directory to import models from, such as a snapshot of a model hub.
 *
 * @module
 */
import { meter, type Source, type SourceEntry, type SourceLimits, unreadable } from "./source.ts";

/** Directories below each other that are walked. */
const DEPTH = 16;

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(1 << 20);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return;
    yield buffer.slice(0, count);
  }
}

/**
 * The files of a directory and of those in it, in the order of their names. Links to files are followed, since snapshots of
 * hubs consist of them; links to directories aren't, so that no walk runs in a circle.
 */
export function directorySource(root: string, limits: SourceLimits): Source {
  const counted = () => meter(root, limits);
  async function* walk(
    path: string,
    depth: number,
    { entry }: ReturnType<typeof meter>,
  ): AsyncGenerator<SourceEntry> {
    let found: Deno.DirEntry[];
    try {
      found = await Array.fromAsync(Deno.readDir(path));
    } catch (error) {
      throw unreadable(path, "the directory cannot be read", error);
    }
    for (const { name, isDirectory } of found.sort((a, b) => a.name < b.name ? -1 : 1)) {
      entry();
      const child = `${path}/${name}`;
      if (isDirectory) {
        if (depth < DEPTH) yield* walk(child, depth + 1, { entry, bytes: () => undefined });
        continue;
      }
      // A link that leads nowhere is no file.
      const facts = await Deno.stat(child).catch(() => undefined);
      if (facts?.isFile !== true) continue;
      yield { name: child.slice(root.length + 1), size: facts.size, read: () => chunksOf(child) };
    }
  }
  return { kind: "directory", entries: () => walk(root, 0, counted()) };
}
