/**
 * The settings file: where it is looked for, whom it must belong to, and what stands in it.
 *
 * @module
 */
import { parse, TomlError } from "smol-toml";
import { messageOf, PhysiclawError } from "../internal/errors.ts";
import { distrustOf, type OwnerFacts } from "../internal/ownership.ts";
import { normalisePath, resolvePath } from "../internal/paths.ts";
import type { Environment } from "./env.ts";

/** What is looked at before a file is trusted. */
export interface FileFacts extends OwnerFacts {
  readonly isFile: boolean;
}

/** The file system as settings need it; each function throws `Deno.errors.NotFound` where nothing is. */
export interface SettingsFs {
  readText(path: string): Promise<string>;
  /** Follows links. */
  stat(path: string): Promise<FileFacts>;
  realPath(path: string): Promise<string>;
}

/** The host's file system. */
export const hostFs: SettingsFs = {
  readText: (path) => Deno.readTextFile(path),
  stat: (path) => Deno.stat(path),
  realPath: (path) => Deno.realPath(path),
};

/** What a settings file says, and how to find a key in it again. */
export interface SettingsFile {
  /** As it was named. */
  readonly path: string;
  /** Links resolved. */
  readonly real: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The line (from 1) that sets a dotted key, or the nearest table that holds it. */
  lineOf(key: readonly string[]): number | undefined;
}

const isMissing = (error: unknown): boolean => error instanceof Deno.errors.NotFound;

/** Places that are looked at when no `--config` names one, in order. */
export function settingsPlaces(env: Environment, home: string | undefined): readonly string[] {
  const base = env.XDG_CONFIG_HOME ?? (home === undefined ? undefined : `${home}/.config`);
  // A relative XDG directory is to be ignored, says its specification.
  const user = base?.startsWith("/") === true ? [normalisePath(`${base}/physiclaw/config.toml`)] : [];
  return ["/etc/physiclaw/config.toml", ...user];
}

/** Refuses a file that others than root and `uid` could have written or replaced. */
async function assertOwn(fs: SettingsFs, named: string, real: string, uid: number): Promise<void> {
  const refuse = (path: string, why: string, hint: string) =>
    new PhysiclawError("config", `Cannot trust the settings in ${named}: ${path} ${why}`, { hint });
  if (!(await fs.stat(real)).isFile) throw refuse(real, "is not a file", "name a TOML file");
  const found = await distrustOf(real, uid, fs.stat);
  if (found !== undefined) throw refuse(found.path, found.why, found.hint);
}

/** A key of TOML's dotted spelling, split: `tools."dbt run".env` has three parts. */
function splitKey(text: string): readonly string[] {
  return Array.from(
    text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+)/g),
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

/** Line numbers of keys and table headers; a hint for people, not a parser. */
function indexLines(toml: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let table: readonly string[] = [];
  toml.split("\n").forEach((line, index) => {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$/.exec(line);
    const key =
      /^\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=/
        .exec(line);
    const parts = header?.[1] !== undefined
      ? (table = splitKey(header[1]))
      : key?.[1] !== undefined
      ? [...table, ...splitKey(key[1])]
      : undefined;
    if (parts === undefined) return;
    const name = JSON.stringify(parts);
    if (!lines.has(name)) lines.set(name, index + 1);
  });
  return lines;
}

/**
 * Reads a settings file and checks whom it belongs to. Throws {@link PhysiclawError} of kind `config`.
 *
 * @example
 * ```ts
 * import { hostFs, readSettingsFile } from "./file.ts";
 * await readSettingsFile("/nonexistent.toml", 1000, hostFs).catch((error) => console.assert(error.kind === "config"));
 * ```
 */
export async function readSettingsFile(path: string, uid: number, fs: SettingsFs): Promise<SettingsFile> {
  let real: string;
  let toml: string;
  try {
    real = await fs.realPath(path);
    await assertOwn(fs, path, real, uid);
    toml = await fs.readText(real);
  } catch (error) {
    if (error instanceof PhysiclawError) throw error;
    const why = isMissing(error) ? "no such file" : messageOf(error);
    throw new PhysiclawError("config", `Cannot read the settings in ${path}: ${why}`, { cause: error });
  }
  let data: Record<string, unknown>;
  try {
    data = parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message quotes the line, which may hold what nobody should see; its first line doesn't.
    const why = error.message.split("\n")[0] ?? "it is not TOML";
    throw new PhysiclawError("config", `Cannot read the settings in ${path} line ${error.line}: ${why}`);
  }
  const lines = indexLines(toml);
  return {
    path,
    real,
    data,
    lineOf: (key) => {
      for (let length = key.length; length > 0; length -= 1) {
        const line = lines.get(JSON.stringify(key.slice(0, length)));
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

/** The file that `--config` names, or the first of the usual places that exists; `undefined` when none does. */
export async function findSettingsFile(
  options: {
    readonly config?: string;
    readonly env: Environment;
    readonly home: string | undefined;
    readonly cwd: string;
    readonly uid: number;
    readonly fs: SettingsFs;
  },
): Promise<SettingsFile | undefined> {
  const { config, env, home, cwd, uid, fs } = options;
  if (config !== undefined) return await readSettingsFile(resolvePath(cwd, config), uid, fs);
  for (const place of settingsPlaces(env, home)) {
    try {
      await fs.stat(place);
    } catch (error) {
      if (isMissing(error)) continue;
      throw new PhysiclawError("config", `Cannot look for the settings in ${place}`, {
        hint: messageOf(error),
        cause: error,
      });
    }
    return await readSettingsFile(place, uid, fs);
  }
  return undefined;
}
