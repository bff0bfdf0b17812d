import assert from "node:assert/strict";
import { NO_SETTINGS } from "../../tests/support/runner.ts";
import { SAFE_SUBNETS } from "../catalog/addresses.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { packRun, parseToRunner, type RunnerInit, unpackRun } from "./protocol.ts";
import { serveRunner } from "./runner.ts";
import type { StepRun } from "./types.ts";

/** What a runner answers to these frames, until it ends. */
async function answers(frames: (init: RunnerInit) => readonly Uint8Array[]): Promise<readonly unknown[]> {
  const stateDir = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-serve-" }));
  const init: RunnerInit = {
    settings: NO_SETTINGS,
    tools: [],
    safeSubnets: SAFE_SUBNETS,
    sandbox: "none",
    network: false,
    stateDir,
    scratchDir: `${stateDir}/scratch`,
    workspaceRoots: [stateDir],
    secrets: [],
  };
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  try {
    const serving = serveRunner(ReadableStream.from(frames(init)), pipe.writable);
    const read = await Array.fromAsync(readFrames(pipe.readable));
    await serving;
    return read.map(({ header }) => header);
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
}

Deno.test("serveRunner: settings are taken once; before them and after them nothing else is heard", async () => {
  const ready = { type: "ready" };
  const end = { type: "end", message: "an unexpected frame" };
  const tools = encodeFrame({ type: "tools", id: 1 });
  assert.deepEqual(await answers((init) => [encodeFrame({ type: "init", init })]), [ready]);
  assert.deepEqual(await answers(() => [tools]), [end]);
  assert.deepEqual(
    await answers((
      init,
    ) => [encodeFrame({ type: "init", init }), encodeFrame({ type: "init", init }), tools]),
    [ready, end],
  );
  assert.deepEqual(await answers(() => [encodeFrame("hello")]), [end]);
  assert.deepEqual(await answers((init) => [encodeFrame({ type: "init", init }), tools]), [
    ready,
    { type: "tools", id: 1, tools: [] },
  ]);
});

Deno.test("parseToRunner takes requests of the right shape only", () => {
  const request = {
    goalId: "g",
    stepId: "s",
    persona: "sre",
    tool: "t",
    form: "f",
    slots: { one: "1", many: ["1", "2"] },
    commands: [["a", "b"], []],
    cwd: "/",
    writable: false,
  };
  assert.ok(parseToRunner({ type: "run", id: 1, request }));
  const wrong = [
    ...["goalId", "stepId", "persona", "tool", "form", "cwd"].map((name) => ({ ...request, [name]: 1 })),
    { ...request, slots: { one: 1 } },
    { ...request, slots: [] },
    { ...request, commands: [["a", 1]] },
    { ...request, commands: "a" },
    { ...request, writable: "yes" },
    null,
  ];
  for (const one of wrong) assert.equal(parseToRunner({ type: "run", id: 1, request: one }), undefined);
  for (
    const one of [null, "x", [], {}, { type: "run", request }, { type: "shell", id: 1 }, { type: "init" }]
  ) {
    assert.equal(parseToRunner(one), undefined);
  }
});

Deno.test("packRun and unpackRun keep every byte of every command", () => {
  const run: StepRun = {
    outcome: "ok",
    commands: [
      { argv: ["a"], exitCode: 0, stdout: new Uint8Array([1, 2, 3]), stderr: new Uint8Array() },
      { argv: ["b"], signal: "SIGKILL", stdout: new Uint8Array([4]), stderr: new Uint8Array([5, 6]) },
    ],
    started: "2026-01-31T08:00:00.000Z",
    durationMs: 3,
    sandbox: "bwrap, no network",
    truncated: false,
  };
  const { run: wire, payload } = packRun(run);
  assert.deepEqual([...payload], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(unpackRun(wire, payload), run);
});
