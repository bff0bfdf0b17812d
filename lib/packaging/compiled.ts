/**
 * The packaging "compiled": `deno compile --self-extracting` over the very files that the launcher carries.
 *
 * @module
 */
import type { TreeFile } from "./tree_file.ts";
import type { Denort } from "./denort.ts";
import { compiledFlags } from "./compiled_flags.ts";
import type { Packaging, ProgramParts } from "./packaging.ts";

/** What compiling needs of the build host. */
export interface CompilerHost {
  /** The Deno executable that compiles. */
  readonly deno: string;
  readonly denoDir: string;
  readonly denort: Denort;
}

/** The file's name below the directory that is compiled in; how it may be called on a host is another matter. */
const NAME = "physiclaw";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** `deno compile`'s words: the program may be told nothing by a configuration, a lock or packages around it. */
function compileArguments(files: readonly TreeFile[], target: string): readonly string[] {
  const directories = [...new Set(files.map(({ path }) => path.slice(0, path.indexOf("/"))))].sort();
  return [
    ...["compile", "--self-extracting", "--no-check", "--no-config", "--no-lock", "--no-npm", "--no-remote"],
    ...["--cached-only", "--target", target, "--app-name", NAME, "--output", `../${NAME}`],
    ...compiledFlags(),
    ...directories.flatMap((directory) => ["--include", directory]),
    "app/main.js",
  ];
}

/** Files as they will be unpacked. Their times are part of the file that is made of them: none. */
async function writeTree(tree: string, files: readonly TreeFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    await Deno.mkdir(`${tree}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeFile(`${tree}/${path}`, bytes, { mode: 0o644 });
    await Deno.utime(`${tree}/${path}`, 0, 0);
  }
}

/**
 * Compiles; the file is not tried. Rejects with what `deno compile` says.
 *
 * @example
 * ```ts ignore
 * const bytes = await compile({ version, target, files }, host);
 * ```
 */
export async function compile({ files, target }: ProgramParts, host: CompilerHost): Promise<Uint8Array> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-compile-" });
  try {
    await writeTree(`${directory}/tree`, files);
    const { success, stderr } = await new Deno.Command(host.deno, {
      args: [...compileArguments(files, target)],
      cwd: `${directory}/tree`,
      // DENO_V8_FLAGS and the like would become part of the file.
      clearEnv: true,
      env: {
        DENO_DIR: host.denoDir,
        DENO_NO_PACKAGE_JSON: "1",
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        ...(host.denort.kind === "file" ? { DENORT_BIN: host.denort.path } : {}),
      },
      stdin: "null",
    }).output();
    if (!success) throw new Error(`Cannot compile: ${text(stderr).trim()}`);
    return await Deno.readFile(`${directory}/${NAME}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Starts the file once, in a directory of its own. Rejects when it doesn't say which version it is. */
async function tryOut(bytes: Uint8Array, version: string): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-compiled-" });
  try {
    await Deno.writeFile(`${directory}/${NAME}`, bytes, { mode: 0o755 });
    const { stdout, stderr, code } = await new Deno.Command(`${directory}/${NAME}`, {
      args: ["version"],
      clearEnv: true,
      env: { HOME: directory },
      stdin: "null",
    }).output();
    if (!text(stdout).startsWith(`physiclaw ${version}\n`)) {
      throw new Error(
        `Cannot use what was compiled: version exits with ${code} and says ${
          JSON.stringify(text(stdout) + text(stderr))
        } (is the denort that was given one, of this Deno's version?)`,
      );
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * The packaging. A file for this host's architecture is started once before it is handed out.
 *
 * @example
 * ```ts ignore
 * const { bytes } = await (await createCompiled(host)).build(parts);
 * ```
 */
export async function createCompiled(host: CompilerHost): Promise<Packaging> {
  return {
    name: "compiled",
    runtime: await Deno.readFile(host.denort.path),
    permissions: compiledFlags(),
    build: async (parts) => {
      const bytes = await compile(parts, host);
      if (parts.target !== Deno.build.target) return { bytes, untried: "it was not run" };
      await tryOut(bytes, parts.version);
      return { bytes };
    },
  };
}
