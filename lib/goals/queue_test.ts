import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { createQueue } from "./queue.ts";

Deno.test("createQueue runs as many at once as it may, and the rest in order", async () => {
  const queue = createQueue({ concurrency: 2, limit: 8 });
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const order: number[] = [];
  let most = 0;
  const tasks = gates.map((gate, index) =>
    queue.reserve().run(async () => {
      order.push(index);
      most = Math.max(most, queue.running);
      await gate.promise;
    })
  );
  assert.deepEqual([queue.running, queue.queued], [2, 3]);
  for (const gate of gates) gate.resolve();
  await Promise.all(tasks);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
  assert.deepEqual([queue.running, queue.queued], [0, 0]);
});

Deno.test("createQueue refuses at once when its places are taken, used or not, and names the fix", async () => {
  const queue = createQueue({ concurrency: 1, limit: 1 });
  const first = queue.reserve();
  const second = queue.reserve();
  assert.throws(
    () => queue.reserve(),
    (error: unknown) => error instanceof PhysiclawError && error.kind === "busy",
  );
  first.release();
  const third = queue.reserve();
  assert.throws(() => queue.reserve(), /Cannot take the goal: 0 run and 2 wait/);
  assert.deepEqual(
    await Promise.all([second, third].map((place, index) => place.run(() => Promise.resolve(index)))),
    [0, 1],
  );
  queue.reserve().release();
});

Deno.test("createQueue gives the place of a failed task to the next", async () => {
  const queue = createQueue({ concurrency: 1, limit: 4 });
  const failing = queue.reserve().run(() => Promise.reject(new Error("broken")));
  const next = queue.reserve().run(() => Promise.resolve("next"));
  await assert.rejects(failing, /broken/);
  assert.equal(await next, "next");
  assert.equal(queue.running, 0);
});
