/**
 * The files of the host as they were handed in: contents under a root, a list of modes, and a list of what could not be opened.
 *
 * @module
 */
import { messageOf } from "../internal/errors.ts";

/** One entry of `host-stat.json`. */
export interface HostStat {
  readonly path: string;
  readonly type: string;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: string;
  readonly link?: string;
}

/** See {@link openHost}. */
export interface Host {
  /** A file's text by its path on the host; `undefined` when it was not handed in. */
  read(path: string): string | undefined;
  /** Names in a directory of the host that were handed in, sorted. */
  list(path: string): readonly string[];
  readonly stats: readonly HostStat[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Paths that were read, in order. */
  readonly used: readonly string[];
}

/** No credential file is longer in earnest; the rest is dropped. */
const MAX_FILE = 4 * 1024 * 1024;

/**
 * Opens what was handed in.
 *
 * @param root holds `host/…` with the files, `host-stat.json` and `host-unreadable.json`; `/run` in the sandbox
 *
 * @example
 * ```ts
 * import { openHost } from "./iam_host.ts";
 * console.log(openHost("/run").read("/etc/passwd")?.length);
 * ```
 */
export function openHost(root: string): Host {
  const used: string[] = [];
  const stats = readJson(`${root}/host-stat.json`).map(statOf).filter((stat) => stat !== undefined);
  const unreadable = readJson(`${root}/host-unreadable.json`).flatMap((item) =>
    isRecord(item) && typeof item["path"] === "string"
      ? [{
        path: item["path"],
        reason: typeof item["reason"] === "string" ? item["reason"] : "could not be opened",
      }]
      : []
  );
  const failed = new Map(unreadable.map((item) => [item.path, item.reason]));
  return {
    stats,
    get unreadable() {
      return [...failed].map(([path, reason]) => ({ path, reason }));
    },
    used,
    read(path) {
      try {
        const text = new TextDecoder().decode(Deno.readFileSync(`${root}/host${path}`).subarray(0, MAX_FILE));
        if (!used.includes(path)) used.push(path);
        failed.delete(path);
        return text;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound) && !failed.has(path)) {
          failed.set(path, messageOf(error));
        }
        return undefined;
      }
    },
    list(path) {
      try {
        return [...Deno.readDirSync(`${root}/host${path}`)].map((entry) => entry.name).sort();
      } catch {
        return [];
      }
    },
  };
}

function readJson(path: string): unknown[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function statOf(item: unknown): HostStat | undefined {
  if (!isRecord(item) || typeof item["path"] !== "string") return undefined;
  const number = (key: string) => typeof item[key] === "number" ? item[key] : -1;
  // A number is the mode itself; a text is written in octal.
  const mode = typeof item["mode"] === "string" ? parseInt(item["mode"], 8) : number("mode");
  return {
    path: item["path"],
    type: typeof item["type"] === "string" ? item["type"] : "file",
    mode: Number.isNaN(mode) ? 0 : mode & 0o7777,
    uid: number("uid"),
    gid: number("gid"),
    size: number("size"),
    mtime: typeof item["mtime"] === "string" ? item["mtime"] : instantOf(number("mtime")),
    ...(typeof item["link"] === "string" ? { link: item["link"] } : {}),
  };
}

function instantOf(value: number): string {
  if (value < 0) return "";
  return new Date(value < 1e11 ? value * 1000 : value).toISOString();
}
