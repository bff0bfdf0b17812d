/**
 * `deno task build`: this checkout as one executable file, with its SHA-256 and its list of parts beside it.
 *
 *     deno task build [--out FILE] [--with-models DIR] [--target x86_64|aarch64 --runtime FILE --lancedb FILE --libstdcxx FILE]
 *
 * For another architecture than this host's, the Deno executable and the libraries of that one must be given; the program
 * is the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BuildInfo } from "../internal/build_info.ts";
import { VERSION } from "../internal/version.ts";
import { bundle } from "./bundle.ts";
import { commitOf } from "./commit.ts";
import { launcher } from "./launcher.ts";
import { modelFiles } from "./models.ts";
import { FALLBACK_LIBRARY, nativeParts, readNatives } from "./natives.ts";
import { runtimeTarget } from "./runtime_target.ts";
import { sbom } from "./sbom.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Packages whose versions `physiclaw version --json` tells: those that bring native parts. */
const TOLD = ["@lancedb/lancedb", "onnxruntime-node"];

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Versions of the packages of {@link TOLD} that the manifest names. */
async function toldPackages(): Promise<Readonly<Record<string, string>>> {
  const { dependencies } = JSON.parse(await Deno.readTextFile(`${ROOT}package.json`)) as {
    dependencies: Record<string, string>;
  };
  return Object.fromEntries(TOLD.flatMap((name) => {
    const version = dependencies[name];
    return version === undefined ? [] : [[name, version]];
  }));
}

/** Writes by rename: whoever runs the old file meanwhile keeps it. */
async function write(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  await Deno.writeFile(`${path}.new`, bytes, { mode });
  await Deno.chmod(`${path}.new`, mode);
  await Deno.rename(`${path}.new`, path);
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    out: { type: "string" },
    target: { type: "string", default: Deno.build.arch },
    runtime: { type: "string", default: Deno.execPath() },
    "with-models": { type: "string" },
    lancedb: { type: "string" },
    libstdcxx: { type: "string" },
  },
});
const out = values.out ?? `${ROOT}dist/physiclaw`;
const info: BuildInfo = {
  packaging: "launcher",
  commit: await commitOf(ROOT),
  packages: await toldPackages(),
};
const runtime = await Deno.readFile(values.runtime);
const target = runtimeTarget(runtime, values.target);
const { lancedb, libstdcxx } = values;
const parts = await nativeParts(ROOT, target.slice(0, target.indexOf("-")), {
  ...(lancedb === undefined ? {} : { lancedb }),
  ...(libstdcxx === undefined ? {} : { libstdcxx }),
});
const natives = await readNatives(parts);
const modelDirectory = values["with-models"];
const models = modelDirectory === undefined ? [] : await modelFiles(modelDirectory);
const { files, inputs } = await bundle(ROOT, info);
const bytes = await launcher({
  version: VERSION,
  target,
  runtime,
  files: [...files, ...natives, ...models],
  cache: `${ROOT}dist/.cache`,
  header: await Deno.readTextFile(`${ROOT}lib/packaging/launcher.sh`),
  unpack: await Deno.readTextFile(`${ROOT}lib/packaging/unpack.js`),
});
const sum = sha256(bytes);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
await write(out, bytes, 0o755);
await write(`${out}.sha256`, text(`${sum}  ${out.slice(out.lastIndexOf("/") + 1)}\n`), 0o644);
const list = await sbom({
  version: VERSION,
  commit: info.commit,
  inputs: [...inputs, ...parts.map(({ from }) => from.slice(ROOT.length))],
  libraries: natives.filter(({ path }) => path === FALLBACK_LIBRARY).map(({ path, bytes }) => ({
    name: path.slice(path.indexOf("/") + 1),
    sha256: sha256(bytes),
    licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
  })),
  models: models.map(({ path, bytes }) => ({
    name: path.slice(path.indexOf("/") + 1),
    sha256: sha256(bytes),
  })),
  lock: await Deno.readTextFile(`${ROOT}deno.lock`),
  deno: { version: Deno.version.deno, sha256: sha256(runtime) },
  sha256: sum,
  licence: async (directory) => {
    const manifest: unknown = JSON.parse(await Deno.readTextFile(`${ROOT}${directory}/package.json`));
    const { license } = manifest as { license?: unknown }; // any package's own words
    return typeof license === "string" ? license : undefined;
  },
});
await write(`${out}.cdx.json`, text(list), 0o644);
console.log(
  `${out}: ${(bytes.byteLength / 1e6).toFixed(1)} MB, packaging launcher, ${target}, sha256 ${sum}`,
);
