/**
 * `deno task build`: this checkout as one executable file.
 *
 *     deno task build [--packaging launcher|compiled] [--out FILE]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import type { BuildInfo } from "../internal/build_info.ts";
import { VERSION } from "../internal/version.ts";
import { bundle } from "./bundle.ts";
import { commitOf } from "./commit.ts";
import { launcher } from "./launcher.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const { values } = parseArgs({
  args: Deno.args,
  options: { packaging: { type: "string", default: "launcher" }, out: { type: "string" } },
});
const out = values.out ?? `${ROOT}dist/physiclaw`;

const info: BuildInfo = { packaging: "launcher", commit: await commitOf(ROOT), packages: {} };
const { files } = await bundle(ROOT, info);
const bytes = launcher({
  version: VERSION,
  target: Deno.build.target,
  runtime: await Deno.readFile(Deno.execPath()),
  files,
  header: await Deno.readTextFile(`${ROOT}lib/packaging/launcher.sh`),
  unpack: await Deno.readTextFile(`${ROOT}lib/packaging/unpack.js`),
});
const temporary = `${out}.new`;
await Deno.writeFile(temporary, bytes, { mode: 0o755 });
await Deno.rename(temporary, out);
const sum = createHash("sha256").update(bytes).digest("hex");
await Deno.writeTextFile(`${out}.sha256`, `${sum}  ${out.slice(out.lastIndexOf("/") + 1)}\n`);
console.log(`${out}: ${(bytes.byteLength / 1e6).toFixed(1)} MB, packaging launcher, sha256 ${sum}`);
