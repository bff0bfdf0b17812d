import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { MODELS_DIR, MODELS_MISSING, testModel } from "../testing/models.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Loads two threads, gives up all that can be given up, and only then loads a model in both. */
const SCRIPT = `
  import { createInference } from "${ROOT}lib/memory/embed/inference.ts";
  const inference = createInference({ threads: 2 });
  await inference.start();
  for (const name of ["ffi", "net", "run", "write", "env", "sys"]) {
    if (Deno.permissions.revokeSync({ name }).state === "granted") throw new Error(name);
  }
  const embedder = inference.embedder(JSON.parse(atob("LOCATED")));
  const vectors = await embedder.embed(Array.from({ length: 40 }, (_, at) => \`text \${at}\`), "passage");
  await inference.close();
  console.log(vectors.length);
`;

async function run(ffi: string): Promise<{ stdout: string; stderr: string }> {
  const located = btoa(JSON.stringify(testModel("embedder", "all-minilm-l6-v2")));
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/script.ts`;
    await Deno.writeTextFile(path, SCRIPT.replace("LOCATED", located));
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-check",
        `--config=${ROOT}deno.json`,
        `--allow-ffi=${ffi}`,
        `--allow-read=${ROOT}lib,${await Deno.realPath(`${ROOT}node_modules`)},${MODELS_DIR}`,
        path,
      ],
      clearEnv: true,
      env: { NO_COLOR: "1" },
    }).output();
    return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("onnxruntime: needs its binding and reading, and nothing once its threads run", {
  ignore: MODELS_MISSING,
}, async () => {
  const { os, arch } = Deno.build;
  const platform = `${os}/${arch === "x86_64" ? "x64" : "arm64"}`;
  const module = createRequire(import.meta.url).resolve("onnxruntime-node");
  const binding = await Deno.realPath(
    module.replace(/dist\/index\.js$/, `bin/napi-v6/${platform}/onnxruntime_binding.node`),
  );
  assert.deepEqual(await run(binding), { stdout: "40\n", stderr: "" });
  assert.match(
    (await run("/nonexistent")).stderr,
    /Cannot load onnxruntime: Requires ffi access to ".*onnxruntime_binding\.node"/,
  );
});
