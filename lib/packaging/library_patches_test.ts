import assert from "node:assert/strict";
import { build, stop } from "esbuild";
import { libraryPatches } from "./library_patches.ts";

Deno.test("libraryPatches: a runtime module that a package requires is the module itself", async () => {
  const text = `
    const Emitter = require("events");
    class Own extends Emitter {}
    const { isMainThread } = require("node:worker_threads");
    const util = require("util");
    module.exports = [new Own() instanceof require("node:events").EventEmitter, isMainThread, util.format("%d", 1)];`;
  const { outputFiles: [file] } = await build({
    stdin: { contents: text, loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [libraryPatches("/")],
  });
  await stop();
  const module = await import(`data:text/javascript,${encodeURIComponent(file?.text ?? "")}`);
  assert.deepEqual(module.default, [true, true, "1"]);
});
