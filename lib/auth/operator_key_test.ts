import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { createKey } from "./api_keys.ts";
import { ensureOperatorKey, readOperatorKey } from "./operator_key.ts";

async function withState(body: (state: string, path: string) => Promise<void>): Promise<void> {
  const state = await Deno.makeTempDir();
  try {
    await body(state, `${state}/operator.key`);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

const isConfig = (error: unknown) => error instanceof PhysiclawError && error.kind === "config";

Deno.test("ensureOperatorKey makes the key once, with mode 0600, and leaves nothing else behind", () =>
  withState(async (state, path) => {
    assert.equal(await readOperatorKey(state), undefined);
    const keys = await Promise.all(Array.from({ length: 8 }, () => ensureOperatorKey(state)));
    assert.equal(new Set(keys).size, 1);
    assert.equal(await readOperatorKey(state), keys[0]);
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(state))).map(({ name }) => name), ["operator.key"]);
  }));

for (const mode of [0o640, 0o604, 0o660]) {
  Deno.test(`readOperatorKey refuses a file of mode ${mode.toString(8)}`, () =>
    withState(async (state, path) => {
      await ensureOperatorKey(state);
      await Deno.chmod(path, mode);
      await assert.rejects(readOperatorKey(state), isConfig);
      await assert.rejects(ensureOperatorKey(state), isConfig);
    }));
}

Deno.test("readOperatorKey refuses a link, a directory and a file that holds no key", () =>
  withState(async (state, path) => {
    await Deno.writeTextFile(`${state}/elsewhere`, createKey(), { mode: 0o600 });
    await new Deno.Command("ln", { args: ["-s", "elsewhere", path] }).output();
    await assert.rejects(readOperatorKey(state), isConfig);
    await Deno.remove(path);
    await Deno.mkdir(path, { mode: 0o700 });
    await assert.rejects(readOperatorKey(state), isConfig);
    await Deno.remove(path);
    for (const text of ["", "short\n", createKey() + "x\n", "x".repeat(1000)]) {
      await Deno.writeTextFile(path, text, { mode: 0o600 });
      await assert.rejects(readOperatorKey(state), (error) => {
        assert.ok(error instanceof PhysiclawError && !error.describe().includes("short"));
        return true;
      });
    }
  }));

const root = (await Deno.stat("/")).uid === 0 &&
  (await new Deno.Command("id", { args: ["-u"] }).output()).stdout[0] === 48;

Deno.test({
  name: "readOperatorKey refuses a file of another user",
  ignore: !root,
  fn: () =>
    withState(async (state, path) => {
      await ensureOperatorKey(state);
      await Deno.chown(path, 65534, 65534);
      await assert.rejects(readOperatorKey(state), /belongs to another user/);
    }),
});
