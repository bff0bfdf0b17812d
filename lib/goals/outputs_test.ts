import assert from "node:assert/strict";
import { createOutputStore } from "./outputs.ts";

Deno.test("createOutputStore keeps bytes under their digest, gives ranges, and forgets", async () => {
  const directory = await Deno.makeTempDir();
  const store = await createOutputStore(`${directory}/outputs`);
  const bytes = new Uint8Array([0, 255, 10, 13, 65, 66]);
  const first = await store.put(bytes);
  const second = await store.put(bytes);
  assert.deepEqual(first, second);
  assert.equal((await Array.fromAsync(Deno.readDir(`${directory}/outputs`))).length, 1);
  assert.equal(((await Deno.stat(`${directory}/outputs/${first.sha256}`)).mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(await store.read(first.sha256), bytes);
  assert.deepEqual(await store.read(first.sha256, 4, 6), new Uint8Array([65, 66]));
  assert.deepEqual(await store.read(first.sha256, 4, 600), new Uint8Array([65, 66]));
  await store.remove([first.sha256]);
  await store.remove([first.sha256]);
  await assert.rejects(store.read(first.sha256), /no longer kept/);
  await assert.rejects(store.read("../../etc/passwd"), /its digest is malformed/);
  await Deno.remove(directory, { recursive: true });
});
