import assert from "node:assert/strict";
import { createAuditLog } from "../lib/audit/audit.ts";
import { parse, run } from "./audit.ts";
import type { CommandDeps } from "./deps.ts";
import { fakeWorld } from "./fake_deps_test.ts";

const withLog = async (body: (path: string) => Promise<void>) => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/audit.jsonl`;
    const audit = await createAuditLog({ path, now: () => new Date("2026-01-02T03:04:05.678Z") });
    await audit.append({ event: "start" });
    await audit.append({ event: "goal", persona: "sre", goal_id: "g1", data: { goal: "a\u001b[31m" } });
    await audit.append({ event: "stop" });
    await audit.close();
    await body(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
};

const call = async (...args: string[]) => {
  const parsed = await parse(args);
  assert.ok(parsed.kind === "options");
  const world = fakeWorld();
  const deps: CommandDeps = { ...world.deps, readStream: async (path) => (await Deno.open(path)).readable };
  return { code: await run(parsed.options, deps), stdout: world.stdout(), stderr: world.stderr() };
};

Deno.test("audit tail shows the last records, exact in JSON", () =>
  withLog(async (path) => {
    const shown = await call("tail", "-n", "2", "--file", path);
    assert.match(shown.stdout, /^2 {2}2026-01-02T03:04:05\.678Z {2}goal {2}sre {2}g1 .*\n3 .*stop/);
    assert.ok(!shown.stdout.includes("\u001b"));
    const json = JSON.parse((await call("tail", "--json", "--file", path)).stdout);
    assert.equal(json.records.length, 3);
    assert.equal(json.records[1].data.goal, "a\u001b[31m");
  }));

Deno.test("audit verify says that the chain holds, and 4 when a record was changed or cut off", () =>
  withLog(async (path) => {
    const good = await call("verify", "--file", path);
    assert.equal(good.code, 0);
    const last = /last: (3:[0-9a-f]{64})/.exec(good.stdout)?.[1] ?? "";
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"sre"', '"sro"'));
    const changed = await call("verify", "--json", "--file", path);
    assert.equal(changed.code, 4);
    assert.equal(JSON.parse(changed.stdout).firstBad.line, 2);
    await Deno.writeTextFile(path, `${text.split("\n").slice(0, 2).join("\n")}\n`);
    assert.equal((await call("verify", "--file", path)).code, 0);
    assert.equal((await call("verify", "--expect", last, "--file", path)).code, 4);
  }));

Deno.test("audit export prints the log byte for byte, and says so when its chain is broken", () =>
  withLog(async (path) => {
    const text = await Deno.readTextFile(path);
    assert.deepEqual(await call("export", "--file", path), { code: 0, stdout: text, stderr: "" });
    await Deno.writeTextFile(path, text.replace('"sre"', '"sro"'));
    const broken = await call("export", "--file", path);
    assert.equal(broken.code, 4);
    assert.match(broken.stderr, /broken at line 2/);
  }));

Deno.test("audit says so when there is no log, and refuses what is no record's name", async () => {
  for (const action of ["tail", "verify", "export"]) {
    await assert.rejects(call(action, "--file", "/nonexistent/audit.jsonl"), { kind: "not_found" });
  }
  await assert.rejects(call("verify", "--expect", "1:zz"), { kind: "usage" });
  await assert.rejects(call("tail", "-n", "0"), { kind: "usage" });
});
