/**
 * The compiled packaging as far as it can be looked at without a `denort`: what `deno compile` makes of the real bundle on
 * another executable's back, and what the entry that it embeds does when plain Deno runs it. The file itself is run by the
 * conformance suite, when it is what was built.
 *
 * @module
 */
import assert from "node:assert/strict";
import { bundle } from "../../lib/packaging/bundle.ts";
import { compile, createCompiled } from "../../lib/packaging/compiled.ts";
import { compiledFlags } from "../../lib/packaging/compiled_flags.ts";
import { VERSION } from "../../lib/internal/version.ts";
import { ROOT } from "../paths.ts";
import { startBridge } from "../support/bridge.ts";
import { DENO_DIR, run } from "../support/program.ts";
import { type Compiled, readCompiled, standIn } from "./compiled_copy.ts";

/** Any executable will do to be appended to. */
const HOST = {
  deno: Deno.execPath(),
  denoDir: DENO_DIR,
  denort: { path: "/bin/true", kind: "file" },
} as const;

const LIBRARY = { path: "native/lancedb.node", bytes: new TextEncoder().encode("a library") };

const { files } = await bundle(ROOT, {
  packaging: "compiled",
  commit: null,
  packages: {},
  permissions: compiledFlags(),
});
const PARTS = { version: VERSION, target: Deno.build.target, files: [...files, LIBRARY] };
const bytes = await compile(PARTS, HOST);
const compiled: Compiled = readCompiled(bytes);

let directory: string;
let file: string;
Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir({ prefix: "physiclaw-copy-" });
  file = await standIn(compiled, directory);
});
Deno.test.afterAll(() => Deno.remove(directory, { recursive: true }));

/** Runs with the stand-in as the program that tests start. */
async function withCopy(work: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("PHYSICLAW_BINARY");
  Deno.env.set("PHYSICLAW_BINARY", file);
  try {
    await work();
  } finally {
    if (before === undefined) Deno.env.delete("PHYSICLAW_BINARY");
    else Deno.env.set("PHYSICLAW_BINARY", before);
  }
}

Deno.test("compiled file: embeds every file of the program, byte by byte, and no other", () => {
  assert.deepEqual([...compiled.files.keys()].sort(), PARTS.files.map(({ path }) => path).sort());
  for (const { path, bytes } of PARTS.files) assert.deepEqual(compiled.files.get(path), bytes, path);
  assert.equal(compiled.metadata.entrypoint_key, "app/main.js");
  assert.match(compiled.metadata.self_extracting, /^[0-9a-f]{16}$/);
});

Deno.test("compiled file: has the permissions that were said, none of them all, and nothing of the build host", () => {
  const { permissions, unstable_config, argv, env_vars_from_env_file, v8_flags } = compiled.metadata;
  const said = new Map(
    compiledFlags().filter((flag) => flag.startsWith("--allow-")).map((flag) => {
      const [name = "", list] = flag.slice(2).split("=");
      return [name.replace("-", "_"), list?.split(",") ?? []];
    }),
  );
  for (const [name, value] of Object.entries(permissions)) {
    // Where modules may be imported from: a file without remote modules has no use for it.
    if (name !== "allow_import") {
      assert.deepEqual(value, said.get(name) ?? (name === "prompt" ? false : null), name);
    }
  }
  assert.equal(permissions["allow_all"], undefined);
  for (const name of ["allow_net", "allow_run", "allow_env", "allow_sys"]) {
    assert.ok(said.get(name)?.length, name);
  }
  assert.deepEqual([...unstable_config.features], ["worker-options"]);
  assert.deepEqual([argv, env_vars_from_env_file], [[], {}]);
  assert.doesNotMatch(JSON.stringify([compiled.metadata, v8_flags]), /\/(tmp|home|root)\/|max-old-space/);
});

Deno.test("compiled file: the same parts give the same bytes", async () => {
  assert.ok((await compile(PARTS, HOST)).every((byte, at) => byte === bytes[at]));
});

Deno.test("compiled file: is not handed out when it does not start", async () => {
  const packaging = await createCompiled(HOST);
  assert.equal(packaging.name, "compiled");
  const small = { ...PARTS, files: [{ path: "app/main.js", bytes: new Uint8Array() }, LIBRARY] };
  await assert.rejects(packaging.build(small), /version exits with 0 and says ""/);
  const elsewhere = { ...small, target: "aarch64-unknown-linux-gnu" };
  assert.equal((await packaging.build(elsewhere)).untried, "it was not run");
});

Deno.test("compiled file's entry: commands, and the helpers' words, which are no one else's", () =>
  withCopy(async () => {
    const version = await run(["version", "--json"]);
    assert.equal(version.code, 0, version.stderr);
    assert.equal(JSON.parse(version.stdout).packaging, "compiled");
    assert.match((await run(["goal", "--help"])).stdout, /physiclaw goal/);
    const permissions = await run(["serve", "--permissions"], { cwd: directory });
    assert.equal(permissions.stdout.trim(), compiledFlags().join("\n"), permissions.stderr);
    for (const word of ["runner", "watchdog", "forward", "builtin"]) {
      const { code, stderr } = await run([word]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /the program starts it for itself only/);
    }
    const installed = await run(["install", "--root", directory, "--dry-run"]);
    assert.match(installed.stdout, /would create: \S*\/usr\/local\/bin\/physiclaw/, installed.stderr);
  }));

Deno.test("compiled file's entry: a built-in tool reads a log", () =>
  withCopy(async () => {
    await Deno.writeTextFile(`${directory}/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
    const words = ["builtin", "--allow-read", "--", "log-aggregator"];
    const { code, stdout, stderr } = await run([...words, "--", `${directory}/app.log`]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /database gone/);
  }));

Deno.test("compiled file's entry: serves, with helpers, sandboxed tool and memory's own thread, and stops", () =>
  withCopy(async () => {
    await using bridge = await startBridge();
    await Deno.writeTextFile(`${bridge.workspace}/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
    const goal = { goal: "summarise the errors in app.log", persona: "sre" };
    const answer = await bridge.request("/goal", { method: "POST", body: JSON.stringify(goal) });
    const result = await answer.json();
    assert.equal(result.outcome, "done", JSON.stringify(result) + bridge.logged.join("\n"));
    assert.match(result.answer, /database gone/);
    const { lock, sandbox, watchdog } = result.evidence.egress;
    assert.deepEqual([lock, sandbox, watchdog], ["held", "held", "held"], JSON.stringify(result.evidence));
    assert.equal(await bridge.stop(), 0);
  }));

Deno.test("compiled file's entry: says where it may not listen: no socket but the usual one was named when it was built", () =>
  withCopy(async () => {
    await assert.rejects(startBridge({ socket: `${directory}/other.sock` }), /may not listen there/);
  }));
