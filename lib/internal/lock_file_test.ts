import assert from "node:assert/strict";
import { PhysiclawError } from "./errors.ts";
import { acquireLock } from "./lock_file.ts";

const HOLDER = `
  import { acquireLock } from ${JSON.stringify(new URL("./lock_file.ts", import.meta.url).href)};
  await acquireLock(Deno.args[0]);
  Deno.stdout.writeSync(new TextEncoder().encode("held"));
  await new Promise(() => setInterval(() => {}, 1e6));
`;

Deno.test("acquireLock refuses while another process holds it, names that one, and succeeds after its kill -9", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/lock`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", HOLDER, path],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "held");
  await assert.rejects(
    acquireLock(path),
    (error) =>
      error instanceof PhysiclawError && error.kind === "conflict" &&
      error.message.includes(`process ${child.pid}`),
  );
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const lock = await acquireLock(path);
  assert.equal(await Deno.readTextFile(path), `${Deno.pid}\n`);
  assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  lock.close();
  (await acquireLock(path)).close();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("acquireLock does not believe what a stale file says", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/lock`, "1\n");
  (await acquireLock(`${directory}/lock`)).close();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("acquireLock names the path that it cannot open", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/missing/lock`;
  await assert.rejects(
    acquireLock(path),
    (error) => error instanceof PhysiclawError && error.kind === "config" && error.message.includes(path),
  );
  await Deno.remove(directory, { recursive: true });
});
