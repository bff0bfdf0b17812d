/**
 * The native parts that a built file carries, and how its chunks load them: straight from the tree that was unpacked and
 * verified, without the packages' own search through environment, file system and network.
 *
 * @module
 */
import { messageOf } from "../internal/errors.ts";
import type { Plugin } from "esbuild";
import type { TreeFile } from "./tree_file.ts";

/** A native part: where it lies in the tree, and the file it is. */
export interface NativePart {
  readonly path: string;
  /** Absolute. */
  readonly from: string;
  /** Said when the file isn't there. */
  readonly hint: string;
}

/** What stands for the host's own C++ library on a host without one: onnxruntime needs it. See launcher.sh. */
export const FALLBACK_LIBRARY = "fallback/libstdc++.so.6";

/** Node's name of an architecture. */
const NODE_ARCH: Readonly<Record<string, "x64" | "arm64">> = { x86_64: "x64", aarch64: "arm64" };

/** Where a Linux keeps the C++ library that its own programs use. */
const LIBRARY_DIRECTORIES = (arch: string) => [
  `/usr/lib/${arch}-linux-gnu`,
  "/usr/lib64",
  "/usr/lib",
  `/lib/${arch}-linux-gnu`,
];

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/** Parts from elsewhere, where the checkout's packages are not for the target: absolute paths. */
export interface NativeOverrides {
  /** `lancedb.*.node` for the target. */
  readonly lancedb?: string;
  /** `libstdc++.so.6` for the target. */
  readonly libstdcxx?: string;
}

/**
 * The native parts for an architecture.
 *
 * @param root the checkout, with a slash at its end
 * @param arch as Deno names it: `x86_64`, `aarch64`
 */
export async function nativeParts(
  root: string,
  arch: string,
  overrides: NativeOverrides = {},
): Promise<readonly NativePart[]> {
  const node = NODE_ARCH[arch];
  if (node === undefined) throw new Error(`Cannot build for ${arch}: no native parts are known for it`);
  const lancedb = `lancedb-linux-${node}-gnu`;
  const onnxruntime = `${root}node_modules/onnxruntime-node/bin/napi-v6/linux/${node}`;
  const standing = arch === Deno.build.arch
    ? await firstFile(LIBRARY_DIRECTORIES(arch).map((directory) => `${directory}/libstdc++.so.6`))
    : undefined;
  const installed = "run deno install";
  return [
    {
      path: "native/lancedb.node",
      from: overrides.lancedb ??
        await firstFile(
          await packageFiles(
            root,
            `@lancedb+${lancedb}`,
            `@lancedb/${lancedb}/lancedb.linux-${node}-gnu.node`,
          ),
        ) ?? `${root}node_modules/@lancedb/${lancedb}`,
      hint: `${installed}, or give the file of the npm package @lancedb/${lancedb} with --lancedb`,
    },
    {
      path: "native/onnxruntime_binding.node",
      from: `${onnxruntime}/onnxruntime_binding.node`,
      hint: installed,
    },
    { path: "native/libonnxruntime.so.1", from: `${onnxruntime}/libonnxruntime.so.1`, hint: installed },
    {
      path: FALLBACK_LIBRARY,
      from: overrides.libstdcxx ?? standing ?? "libstdc++.so.6",
      hint: "install it on this host, or give one for the target with --libstdcxx",
    },
  ];
}

/** Deno keeps a package that only another one names under that name and its version. */
async function packageFiles(root: string, stored: string, file: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`${root}node_modules/.deno`)) {
    if (name.startsWith(`${stored}@`)) found.push(`${root}node_modules/.deno/${name}/node_modules/${file}`);
  }
  return found.sort();
}

/** Their bytes. Throws for one that isn't there. */
export async function readNatives(parts: readonly NativePart[]): Promise<readonly TreeFile[]> {
  return await Promise.all(parts.map(async ({ path, from, hint }) => {
    try {
      return { path, bytes: await Deno.readFile(from) };
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`Cannot build: ${path} is not at ${from} (${hint}): ${reason}`, { cause: error });
    }
  }));
}

/** Loads a part by name. Beside the chunk that holds this lie the other chunks; one directory up, the native parts. */
const LOADER = `
export function load(name) {
  const module = { exports: {} };
  process.dlopen(module, decodeURIComponent(new URL("../native/" + name, import.meta.url).pathname));
  return module.exports;
}`;

/** The text of onnxruntime's loader that is replaced. */
const ONNXRUNTIME_REQUIRE =
  "require(`../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)";

/** Replaces the packages' loaders, as an esbuild plugin. Throws within the build when a package's loader isn't what was replaced. */
export function nativeLoaders(): Plugin {
  return {
    name: "native-loaders",
    setup(build) {
      build.onResolve({ filter: /^physiclaw:native$/ }, () => ({ path: "loader", namespace: "native" }));
      build.onLoad({ filter: /./, namespace: "native" }, () => ({ contents: LOADER }));
      build.onLoad({ filter: /\/@lancedb\/lancedb\/dist\/native\.js$/ }, async ({ path }) => {
        const text = await Deno.readTextFile(path);
        if (!text.includes("auto-generated by NAPI-RS")) {
          throw new Error(`Cannot replace ${path}: it changed`);
        }
        return { contents: 'module.exports = require("physiclaw:native").load("lancedb.node");' };
      });
      build.onLoad({ filter: /\/onnxruntime-node\/dist\/binding\.js$/ }, async ({ path }) => {
        const text = await Deno.readTextFile(path);
        if (!text.includes(ONNXRUNTIME_REQUIRE)) throw new Error(`Cannot replace ${path}: it changed`);
        return {
          contents: text.replace(
            ONNXRUNTIME_REQUIRE,
            'require("physiclaw:native").load("onnxruntime_binding.node")',
          ),
        };
      });
    },
  };
}
