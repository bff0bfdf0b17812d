/**
 * What third-party packages must not do inside the built file, as an esbuild plugin: read the environment, touch Node's
 * `process` (15-20 ms of every start), or call `require`.
 *
 * @module
 */
import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

/** One piece of a package's text, which must be there: a new version that changed it stops the build. */
interface Patch {
  readonly file: RegExp;
  readonly from: string;
  readonly to: string;
}

const PATCHES: readonly Patch[] = [
  {
    // Reads the variable LOG to decide whether it prints every step of its parse.
    file: /\/@lezer\/lr\/dist\/index\.js$/,
    from: 'typeof process != "undefined" && process.env && /\\bparse\\b/.test(process.env.LOG)',
    to: "false",
  },
  {
    // Colours of headings and borders: asked for by nothing here, and they read environment and terminal.
    file: /\/cli-table3\/src\/cell\.js$/,
    from: "let colors = require('@colors/colors/safe');",
    to: "let colors = {};",
  },
];

const BUILTINS = new RegExp(`^(node:)?(${builtinModules.join("|").replaceAll("/", "\\/")})$`);

/**
 * The plugin. `require` of a runtime module becomes an import at the top of the chunk that needs it; `yaml` is taken in its
 * build for browsers, which asks no environment. Throws within the build when a patched text isn't found.
 */
export function libraryPatches(root: string): Plugin {
  return {
    name: "library-patches",
    setup(build) {
      build.onResolve({ filter: /^yaml$/ }, async ({ resolveDir, kind }) => {
        const found = await build.resolve("yaml/package.json", { resolveDir, kind });
        return { path: found.path.replace(/package\.json$/, "browser/dist/index.js") };
      });
      build.onResolve({ filter: BUILTINS }, ({ path, kind }) => {
        const name = path.startsWith("node:") ? path : `node:${path}`;
        return kind === "require-call"
          ? { path: name, namespace: "required-builtin" }
          : { path: name, external: true };
      });
      // Two steps: what `require` gives of a module with exports is an object of them, not what it exports as a whole.
      build.onLoad({ filter: /./, namespace: "required-builtin" }, ({ path }) => ({
        contents: `module.exports = require("imported-builtin:${path}").default;`,
        resolveDir: root,
      }));
      build.onResolve({ filter: /^imported-builtin:/ }, ({ path }) => ({
        path: path.slice("imported-builtin:".length),
        namespace: "imported-builtin",
      }));
      build.onLoad({ filter: /./, namespace: "imported-builtin" }, ({ path }) => ({
        contents: `import module from "${path}"; export default module;`,
        resolveDir: root,
      }));
      for (const { file, from, to } of PATCHES) {
        build.onLoad({ filter: file }, async ({ path }) => {
          const text = await Deno.readTextFile(path);
          if (!text.includes(from)) throw new Error(`Cannot patch ${path}: it no longer holds ${from}`);
          return { contents: text.replace(from, to) };
        });
      }
    },
  };
}
