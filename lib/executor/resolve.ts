/**
 * From a catalogue entry to the program file that will run, and to what that file needs beside it.
 *
 * @module
 */
import type { Tool, ToolOverride } from "../catalog/types.ts";
import { distrustOf } from "../internal/ownership.ts";
import { isUnder } from "../internal/paths.ts";
import { FIXED_PATH } from "./sandbox.ts";

/** A program of this host. */
export interface ResolvedProgram {
  readonly ok: true;
  /** Absolute, links followed: what stands as element 0 of the argv. */
  readonly path: string;
  /** Directories outside the system that must be seen inside at their own place: a venv, an interpreter's prefix. */
  readonly libraries: readonly string[];
}

/** No program, and what to do about it. */
export interface MissingProgram {
  readonly ok: false;
  readonly reason: string;
}

/** What the system binds already: nothing of it has to be bound again. */
const inSystem = (path: string): boolean =>
  ["/usr", "/bin", "/sbin", "/lib", "/lib64"].some((root) => isUnder(path, root));

const realFile = async (path: string): Promise<string | undefined> => {
  try {
    const real = await Deno.realPath(path);
    const info = await Deno.stat(real);
    return info.isFile && ((info.mode ?? 0) & 0o111) !== 0 ? real : undefined;
  } catch {
    return undefined;
  }
};

async function search(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const directory of FIXED_PATH.split(":")) {
      const found = await realFile(`${directory}/${name}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Reads at most this much of a program to see whether it begins with `#!`. */
const SHEBANG_BYTES = 256;

async function shebang(path: string): Promise<string | undefined> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(SHEBANG_BYTES);
  const count = await file.read(buffer) ?? 0;
  const first = new TextDecoder().decode(buffer.subarray(0, count)).split("\n")[0] ?? "";
  return /^#!\s*(\/[^\s]+)/.exec(first)?.[1];
}

const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** The venv that a path lies in: the nearest directory above with a pyvenv.cfg. */
async function venvOf(path: string): Promise<{ root: string; home: string } | undefined> {
  for (let at = directoryOf(path); at !== "/"; at = directoryOf(at)) {
    try {
      const text = await Deno.readTextFile(`${at}/pyvenv.cfg`);
      const home = /^home\s*=\s*(\/.*\S)\s*$/m.exec(text)?.[1];
      return home === undefined ? undefined : { root: at, home };
    } catch {
      // The next directory up.
    }
  }
  return undefined;
}

/** The base interpreter: what `home/python` really is (a shim leads elsewhere), and the prefix around its `bin`. */
async function interpreterPrefix(interpreter: string): Promise<readonly string[]> {
  const real = await realFile(interpreter);
  if (real === undefined || inSystem(real)) return [];
  const bin = directoryOf(real);
  return [bin.endsWith("/bin") ? directoryOf(bin) : bin];
}

async function librariesOf(program: string): Promise<readonly string[]> {
  const found: string[] = [];
  const interpreter = await shebang(program);
  const venv = await venvOf(program) ??
    (interpreter === undefined ? undefined : await venvOf(interpreter));
  if (venv !== undefined) {
    found.push(venv.root);
    for (const name of ["python3", "python"]) found.push(...await interpreterPrefix(`${venv.home}/${name}`));
  }
  if (interpreter !== undefined) found.push(...await interpreterPrefix(interpreter));
  if (venv === undefined) found.push(program);
  return found;
}

/** Each once, without what lies below another, and nothing that the system holds already. */
function outermost(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)].filter((path) => path !== "/" && !inSystem(path));
  return unique.filter((path) => !unique.some((other) => other !== path && isUnder(path, other)));
}

/**
 * Looks a tool's program up: the operator's path, or the first of its names in the fixed PATH. Links are followed. Refuses a
 * program that others than root and this user could have put there or changed.
 *
 * @example
 * ```ts ignore
 * const nmap = await resolveProgram(nmapTool, undefined);
 * if (nmap.ok) console.assert(nmap.path === "/usr/bin/nmap");
 * ```
 */
export async function resolveProgram(
  tool: Tool,
  override: ToolOverride | undefined,
): Promise<ResolvedProgram | MissingProgram> {
  const no = (why: string): MissingProgram => ({ ok: false, reason: why });
  let path: string | undefined;
  const wanted = override?.program ?? ("path" in tool.program ? tool.program.path : undefined);
  if (wanted !== undefined) {
    path = wanted.startsWith("/") ? await realFile(wanted) : undefined;
    if (path === undefined) {
      return no(
        `${wanted} is not an executable file (mend [tools."${tool.name}"] program, or ${tool.install})`,
      );
    }
  } else {
    const names = "search" in tool.program ? tool.program.search : [];
    path = await search(names);
    if (path === undefined) return no(`${names.join(" or ")} is not installed (${tool.install})`);
  }
  const distrust = await distrustOf(path, Deno.uid() ?? 0, async (one) => await Deno.stat(one));
  if (distrust !== undefined) {
    return no(`${path} is not run: ${distrust.path} ${distrust.why} (${distrust.hint})`);
  }
  try {
    const libraries = await librariesOf(path);
    const further = await Promise.all((override?.libraries ?? []).map((one) => Deno.realPath(one)));
    return { ok: true, path, libraries: outermost([...libraries, ...further]) };
  } catch {
    return no(`${path} cannot be read by this program's user, or one of its libraries is missing`);
  }
}
