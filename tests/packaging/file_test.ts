/**
 * The built file and what lies beside it: the same bytes each time, sums and parts that are true, commands that only it has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { VERSION } from "../../lib/internal/version.ts";
import { ROOT } from "../paths.ts";
import { run } from "../support/program.ts";
import { BINARY } from "./empty_root.ts";

const ignore = BINARY === undefined;
const file = BINARY ?? "";

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "physiclaw-file-" });
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  { name: "built file: a second build of the checkout gives the same bytes", ignore },
  () =>
    inDirectory(async (directory) => {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "build", "--out", `${directory}/physiclaw`],
        cwd: ROOT,
        stdin: "null",
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const names = ["", ".sha256", ".cdx.json"];
      for (const name of names) {
        const [one, two] = await Promise.all(
          [file, `${directory}/physiclaw`].map((path) => Deno.readFile(path + name)),
        );
        // Not deepEqual: 42 million differences are nothing to print.
        assert.equal(
          Buffer.compare(one ?? new Uint8Array(), two ?? new Uint8Array()),
          0,
          `physiclaw${name} differs`,
        );
      }
    }),
);

Deno.test(
  { name: "built file: is small enough, and its sum and its list of parts are true", ignore },
  async () => {
    const bytes = await Deno.readFile(file);
    assert.ok(bytes.byteLength <= 100e6, `${bytes.byteLength} bytes`);
    const sum = createHash("sha256").update(bytes).digest("hex");
    assert.equal(await Deno.readTextFile(`${file}.sha256`), `${sum}  ${file.split("/").at(-1)}\n`);
    const parts = JSON.parse(await Deno.readTextFile(`${file}.cdx.json`));
    assert.equal(parts.metadata.component.hashes[0].content, sum);
    const names = parts.components.map(({ name }: { name: string }) => name);
    for (const name of ["deno", "hono", "zod", "prom-client"]) assert.ok(names.includes(name), name);
    for (const name of ["esbuild", "fast-check"]) assert.ok(!names.includes(name), name);
  },
);

Deno.test({ name: "built file: version --json tells what it was made from", ignore }, async () => {
  const { code, stdout, stderr } = await run(["version", "--json"]);
  assert.equal(code, 0, stderr);
  const told = JSON.parse(stdout);
  assert.deepEqual([told.version, told.deno], [VERSION, Deno.version.deno]);
  assert.match(told.packaging, /^(compiled|launcher)$/);
  assert.ok(told.commit === null || /^[0-9a-f]{40}$/.test(told.commit), told.commit);
  assert.match(told.sqlite, /^3\./);
});

Deno.test({ name: "built file: deps audits the lock that it was made from", ignore }, async () => {
  const { code, stdout, stderr } = await run(["deps", "--json"]);
  assert.equal(code, 0, stderr);
  const { packages, findings } = JSON.parse(stdout);
  assert.deepEqual(findings, []);
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  const names = new Set(Object.keys(lock.npm).map((key) => key.slice(0, key.indexOf("@", 1))));
  assert.deepEqual(new Set(packages.map(({ name }: { name: string }) => name)), names);
});

Deno.test(
  { name: "built file: installs itself below a root, once, and the copy runs", ignore },
  () =>
    inDirectory(async (root) => {
      const dry = await run(["install", "--root", root, "--dry-run"]);
      assert.equal(dry.code, 0, dry.stderr);
      assert.deepEqual([...Deno.readDirSync(root)], []);
      const first = await run(["install", "--root", root, "--json"]);
      assert.equal(first.code, 0, first.stderr);
      assert.ok(JSON.parse(first.stdout).actions.every(({ what }: { what: string }) => what === "create"));
      const unit = await Deno.readTextFile(`${root}/etc/systemd/system/physiclaw.service`);
      assert.match(unit, /^ExecStart=\/usr\/local\/bin\/physiclaw serve$/m);
      const again = await run(["install", "--root", root, "--json"]);
      assert.ok(JSON.parse(again.stdout).actions.every(({ what }: { what: string }) => what === "unchanged"));
      const { stdout } = await new Deno.Command(`${root}/usr/local/bin/physiclaw`, { args: ["version"] })
        .output();
      assert.match(
        new TextDecoder().decode(stdout),
        new RegExp(`^physiclaw ${VERSION.replaceAll(".", "\\.")}$`, "m"),
      );
    }),
);

Deno.test({ name: "built file: serve --permissions prints what serve is started with", ignore }, async () => {
  const { code, stdout, stderr } = await run(["serve", "--permissions", "--port", "8123"], {
    env: { PHYSICLAW_CWD: ROOT, PHYSICLAW_MEMORY_DIR: "/srv/state" },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^--allow-net=127\.0\.0\.1:8123$/m);
  assert.match(stdout, /^--allow-write=\/srv\/state,/m);
});
