import assert from "node:assert/strict";
import { testDirectory } from "./testing/logs.ts";

/** Spawns main.ts under the permissions that the sandbox gives it. */
async function runMain(
  args: readonly string[],
  options: { cwd?: string; run?: boolean } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = new URL("./main.ts", import.meta.url).pathname;
  const flags = [
    "--quiet",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--allow-read",
  ];
  if (options.run === true) flags.push("--allow-run=/usr/bin/journalctl");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, main, ...args],
    env: { NO_COLOR: "1" },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("main runs log-aggregator on relative paths under the permissions of the sandbox", async () => {
  using directory = testDirectory();
  directory.add(
    "a.log",
    "2026-01-10T00:00:00Z ERROR disk 7 is full\n2026-01-10T00:00:01Z ERROR disk 9 is full\n",
  );
  const { code, stdout, stderr } = await runMain(["log-aggregator", "--top=20", "--", "a.log"], {
    cwd: directory.path,
  });
  assert.equal(stderr, "");
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  assert.equal(report.schema, 1);
  assert.equal(report.tool, "log-aggregator");
  assert.equal(report.patterns[0].template, "ERROR disk <num> is full");
  assert.equal(report.patterns[0].example.path, "a.log");
});

Deno.test("main reads compressed files under the permissions of the sandbox", async () => {
  using directory = testDirectory();
  const { gzipSync, zstdCompressSync } = await import("node:zlib");
  directory.add("a.gz", gzipSync("ERROR one\n"));
  directory.add("b.zst", zstdCompressSync("ERROR two\n"));
  const { code, stdout, stderr } = await runMain(["log-aggregator", "--", "a.gz", "b.zst"], {
    cwd: directory.path,
  });
  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).totals.records, 2);
});

Deno.test("main exits 1 when nothing can be read, with the reason and no document", async () => {
  const { code, stdout, stderr } = await runMain(["log-aggregator", "--", "/nowhere/a.log"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^Cannot read \/nowhere\/a\.log: does not exist \(/);
});

Deno.test("main exits 2 for wrong usage", async () => {
  for (
    const args of [
      [],
      ["other"],
      ["log-aggregator"],
      ["log-aggregator", "--level=loud", "--", "x"],
      ["log-aggregator", "--since=yesterday", "--", "x"],
      ["log-aggregator", "--top=0", "--", "x"],
      ["log-aggregator", "--journal", "--", "x"],
      ["log-aggregator", "-x"],
      ["iam-inspect", "--section=secrets"],
      ["iam-inspect", "--account=-x"],
    ]
  ) {
    const { code, stdout, stderr } = await runMain(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^Cannot /);
  }
});

Deno.test("main reads the journal or says what is missing", async () => {
  const { code, stdout, stderr } = await runMain(
    ["log-aggregator", "--journal", "--unit=no-such-unit-here"],
    { run: true },
  );
  // Where this host keeps a journal the unit is simply not there: read, and nothing found.
  if (code === 0) assert.equal(JSON.parse(stdout).totals.records, 0);
  else assert.match(`${code} ${stderr}`, /^1 Cannot read (?:the journal|\/)/);
});

Deno.test("main runs iam-inspect on what was handed in", async () => {
  using directory = testDirectory();
  directory.add("host/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\n");
  const { code, stdout, stderr } = await runMain([
    "iam-inspect",
    `--root=${directory.path}`,
    "--section=accounts",
  ]);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).findings[0].check, "uid0-not-root");
});

Deno.test("main exits 1 when iam-inspect was handed nothing", async () => {
  const { code, stderr } = await runMain(["iam-inspect", "--root=/nowhere"]);
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot read \/etc\/passwd/);
});
