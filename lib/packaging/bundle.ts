/**
 * The repository's modules as the few files that a built program is made of: the program in lazily loaded chunks, its
 * helper processes, and the built-in tools for the sandbox.
 *
 * @module
 */
import { build, type BuildOptions, type Metafile, type Plugin, stop } from "esbuild";
import type { BuildInfo } from "../internal/build_info.ts";
import { libraryPatches } from "./library_patches.ts";
import { nativeLoaders } from "./natives.ts";
import type { TreeFile } from "./tree_file.ts";

/** What {@link bundle} returns. */
export interface Bundle {
  readonly files: readonly TreeFile[];
  /** Modules that were bundled, relative to the checkout: what the list of parts is made from. */
  readonly inputs: readonly string[];
}

/** A module that is named by its URL: a worker's, or a process's. */
const BY_URL = /new URL\("(?:[^"]*\/)?([a-z0-9_]+)\.ts", import\.meta\.url\)/g;

/**
 * Programs of `app/`: the command line, every helper process (a file of `cmd/` that starts itself), and every worker (a
 * module that another one names by its URL). All lie in one directory, hence names without one.
 */
async function entries(root: string): Promise<{ in: string; out: string }[]> {
  const found = [{ in: "main.ts", out: "main" }];
  for (const path of await sources(root, ["cmd", "lib"])) {
    const text = await Deno.readTextFile(`${root}${path}`);
    const name = path.slice(path.lastIndexOf("/") + 1, -".ts".length);
    if (path.startsWith("cmd/") && /^if \(import\.meta\.main\)/m.test(text)) {
      found.push({ in: path, out: name });
    }
    for (const [url] of text.matchAll(BY_URL)) {
      const target = new URL(/"([^"]+)"/.exec(url)?.[1] ?? "", `file:///${path}`).pathname.slice(1);
      const out = target.slice(target.lastIndexOf("/") + 1, -".ts".length);
      if (!found.some((entry) => entry.in === target)) found.push({ in: target, out });
    }
  }
  if (new Set(found.map(({ out }) => out)).size < found.length) {
    throw new Error(
      `Cannot bundle two programs of one name: ${found.map(({ in: path }) => path).join(", ")}`,
    );
  }
  return found;
}

/** Modules that ship, in the order of their paths. */
async function sources(root: string, directories: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const directory of directories) {
    for await (const { name, isDirectory } of Deno.readDir(`${root}${directory}`)) {
      const path = `${directory}/${name}`;
      if (isDirectory && !["testing", "packaging"].includes(name)) found.push(...await sources(root, [path]));
      else if (/\.ts$/.test(name) && !/_(test|bench)\.ts$/.test(name)) found.push(path);
    }
  }
  return found.sort();
}

/** Chunks have names by content; all lie in one directory, so that a module's neighbours are beside it. */
const COMMON = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "esnext",
  mainFields: ["module", "main"],
  conditions: ["deno", "import"],
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  write: false,
  outdir: "/out",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** What differs between a checkout and a built file. */
function builtParts(root: string, info: BuildInfo): Plugin {
  return {
    name: "built-parts",
    setup(build) {
      const compiled = info.packaging === "compiled";
      const replaced = [["lib/executor", "self"], ["lib/internal", "tree"], ["cmd", "helpers"]] as const;
      for (const [directory, name] of compiled ? replaced : replaced.slice(0, 2)) {
        build.onLoad({ filter: new RegExp(`/${directory}/${name}\\.ts$`) }, async () => ({
          contents: await Deno.readTextFile(
            `${root}${directory}/${name}_${compiled ? "compiled" : "built"}.ts`,
          ),
          loader: "ts",
          resolveDir: `${root}${directory}`,
        }));
      }
      build.onLoad({ filter: /\/lib\/internal\/build_info\.ts$/ }, () => ({
        contents: `export const BUILD = ${JSON.stringify(info)};`,
        loader: "ts",
      }));
      build.onLoad({ filter: /\/lib\/deps\/lock_text\.ts$/ }, async () => ({
        contents: `export const lockText = () => Promise.resolve(${
          JSON.stringify(await Deno.readTextFile(`${root}deno.lock`))
        });`,
        loader: "ts",
      }));
      // A worker is named by its module's URL; in the built file that module lies beside every other.
      build.onLoad({ filter: /\/(cmd|lib)\/.*\.ts$/ }, async ({ path }) => {
        const text = await Deno.readTextFile(path);
        const contents = text.replaceAll(BY_URL, 'new URL("./$1.js", import.meta.url)');
        return { contents, loader: "ts" };
      });
    },
  };
}

/**
 * `import("./x.js")` as an expression that Deno can't see through: it loads the whole graph of literal dynamic imports at
 * every start, which would undo all laziness.
 */
const lazily = (text: string): string =>
  text.replaceAll(/\bimport\(("\.\/[A-Za-z0-9_-]+\.js")\)/g, "import(String($1))");

async function bundleInto(
  directory: string,
  options: BuildOptions,
): Promise<{ files: readonly TreeFile[]; metafile: Metafile }> {
  const result = await build({ ...options, ...COMMON });
  const lazy = Object.values(result.metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ kind, external }) => kind === "dynamic-import" && external !== true)
  );
  let replaced = 0;
  const files = result.outputFiles.map(({ path, text }): TreeFile => {
    const made = lazily(text);
    replaced += made.split("import(String(").length - text.split("import(String(").length;
    return { path: `${directory}/${path.slice("/out/".length)}`, bytes: new TextEncoder().encode(made) };
  });
  if (replaced < lazy.length) {
    throw new Error(`Cannot make ${lazy.length - replaced} of ${lazy.length} dynamic imports lazy`);
  }
  return { files, metafile: result.metafile };
}

/**
 * Bundles the checkout at `root` (with a slash at its end). The same sources give the same bytes.
 *
 * @example
 * ```ts ignore
 * const { files } = await bundle(root, { packaging: "launcher", commit: null, packages: {} });
 * ```
 */
export async function bundle(root: string, info: BuildInfo): Promise<Bundle> {
  const common = {
    absWorkingDir: root,
    plugins: [nativeLoaders(), libraryPatches(root), builtParts(root, info)],
  };
  try {
    const app = await bundleInto("app", { ...common, entryPoints: await entries(root) });
    const builtin = await bundleInto("builtin", {
      ...common,
      entryPoints: [{ in: "lib/builtin/main.ts", out: "main" }],
    });
    const inputs = [app, builtin].flatMap(({ metafile }) => Object.keys(metafile.inputs));
    const files = [...app.files, ...builtin.files].sort((a, b) => a.path < b.path ? -1 : 1);
    return { files, inputs: [...new Set(inputs)].sort() };
  } finally {
    await stop();
  }
}
