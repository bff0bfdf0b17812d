/**
 * `deno task build`: this checkout as one executable file, with its SHA-256 and its list of parts beside it.
 *
 *     deno task build [--out FILE] [--packaging compiled|launcher] [--denort FILE] [--with-models DIR]
 *         [--target x86_64|aarch64 --runtime FILE --lancedb FILE --libstdcxx FILE]
 *
 * Without --packaging it is the compiled one where a `denort` is given (--denort, DENORT_BIN) or in Deno's cache, else the
 * launcher. For another architecture than this host's, the Deno executable and the libraries of that one must be given; the program
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
import { createCompiled } from "./compiled.ts";
import { choosePackaging, findDenort } from "./denort.ts";
import { launcher } from "./launcher.ts";
import { modelFiles } from "./models.ts";
import { FALLBACK_LIBRARY, nativeParts, readNatives } from "./natives.ts";
import type { Packaging } from "./packaging.ts";
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

/** Where this Deno keeps what it fetched. */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }; // Deno's own words
  return denoDir;
}

/** The launcher around a Deno executable. */
async function createLauncher(runtime: Uint8Array): Promise<Packaging> {
  const [header, unpack] = await Promise.all(
    ["launcher.sh", "unpack.js"].map((name) => Deno.readTextFile(`${ROOT}lib/packaging/${name}`)),
  );
  return {
    name: "launcher",
    runtime,
    build: async (parts) => ({
      bytes: await launcher({
        ...parts,
        runtime,
        cache: `${ROOT}dist/.cache`,
        header: header ?? "",
        unpack: unpack ?? "",
      }),
    }),
  };
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    out: { type: "string" },
    packaging: { type: "string" },
    denort: { type: "string" },
    target: { type: "string", default: Deno.build.arch },
    runtime: { type: "string", default: Deno.execPath() },
    "with-models": { type: "string" },
    lancedb: { type: "string" },
    libstdcxx: { type: "string" },
  },
});
const out = values.out ?? `${ROOT}dist/physiclaw`;
const named = values.denort ?? (Deno.env.get("DENORT_BIN") || undefined);
const runtime = await Deno.readFile(
  values.packaging !== "launcher" && named !== undefined ? named : values.runtime,
);
const target = runtimeTarget(runtime, values.target);
const denoDir = await denoDirectory();
const denort = await findDenort({ named, denoDir, version: Deno.version.deno, target });
const choice = choosePackaging(values.packaging, denort);
const packaging = choice.name === "compiled" && denort !== undefined
  ? await createCompiled({ deno: Deno.execPath(), denoDir, denort })
  : await createLauncher(runtime);
const info: BuildInfo = {
  packaging: packaging.name,
  commit: await commitOf(ROOT),
  packages: await toldPackages(),
  ...(packaging.permissions === undefined ? {} : { permissions: packaging.permissions }),
};
const { lancedb, libstdcxx } = values;
const parts = await nativeParts(ROOT, target.slice(0, target.indexOf("-")), {
  ...(lancedb === undefined ? {} : { lancedb }),
  ...(libstdcxx === undefined ? {} : { libstdcxx }),
});
const natives = await readNatives(parts);
const modelDirectory = values["with-models"];
const models = modelDirectory === undefined ? [] : await modelFiles(modelDirectory);
const { files, inputs } = await bundle(ROOT, info);
const { bytes, untried } = await packaging.build({
  version: VERSION,
  target,
  files: [...files, ...natives, ...models],
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
  deno: { version: Deno.version.deno, sha256: sha256(packaging.runtime) },
  sha256: sum,
  licence: async (directory) => {
    const manifest: unknown = JSON.parse(await Deno.readTextFile(`${ROOT}${directory}/package.json`));
    const { license } = manifest as { license?: unknown }; // any package's own words
    return typeof license === "string" ? license : undefined;
  },
});
await write(`${out}.cdx.json`, text(list), 0o644);
console.log(
  `${out}: ${(bytes.byteLength / 1e6).toFixed(1)} MB, packaging ${packaging.name}, ${target}, sha256 ${sum}`,
);
console.log(`packaging ${packaging.name}: ${choice.why}${untried === undefined ? "" : `; ${untried}`}`);
