/**
 * A small file system in memory for tests of the settings.
 *
 * @module
 */
import { normalisePath } from "../internal/paths.ts";
import type { FileFacts, SettingsFs } from "./file.ts";

/** What stands at a path. `link` is followed by `realPath`. */
export interface FakeEntry {
  readonly text?: string;
  readonly link?: string;
  readonly uid?: number;
  readonly mode?: number;
}

/** A file system of the given entries; directories above them exist, belong to root and have mode 0755. */
export function fakeFs(entries: Readonly<Record<string, FakeEntry>>): SettingsFs {
  const all = new Map<string, FakeEntry>([["/", {}]]);
  for (const [path, entry] of Object.entries(entries)) {
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, index) => {
      const parent = `/${parts.slice(0, index + 1).join("/")}`;
      if (!all.has(parent)) all.set(parent, entries[parent] ?? {});
    });
    all.set(path, entry);
  }
  const real = (path: string): string => {
    let resolved = normalisePath(path);
    for (let hops = 0; hops < 8; hops += 1) {
      const link = [...all].find(([at, { link }]) =>
        link !== undefined && (resolved === at || resolved.startsWith(`${at}/`))
      );
      if (link === undefined) return resolved;
      resolved = normalisePath(`${link[1].link}${resolved.slice(link[0].length)}`);
    }
    return resolved;
  };
  const find = (path: string): FakeEntry => {
    const entry = all.get(real(path));
    if (entry === undefined) throw new Deno.errors.NotFound(path);
    return entry;
  };
  return {
    readText: (path) => Promise.resolve().then(() => find(path).text ?? ""),
    realPath: (path) => Promise.resolve().then(() => (find(path), real(path))),
    stat: (path) =>
      Promise.resolve().then((): FileFacts => {
        const { text, uid = 0, mode } = find(path);
        const isFile = text !== undefined;
        return { uid, mode: mode ?? (isFile ? 0o644 : 0o755), isFile, isDirectory: !isFile };
      }),
  };
}
