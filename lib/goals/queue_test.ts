import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { createQueue } from "./queue.ts";

Deno.test("createQueue runs as many at once as it may, and the rest in order", async () => {
  const queue = createQueue({ concurrency: 2, limit: 8 });
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const order: number[] = [];
  let most = 0;
  const tasks = gates.map((gate, index) =>
    queue.run(async () => {
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
  await queue.idle();
  assert.equal(queue.running, 0);
});

Deno.test("createQueue refuses at once when its bound is reached, and names the fix", async () => {
  const queue = createQueue({ concurrency: 1, limit: 1 });
  const gate = Promise.withResolvers<void>();
  const first = queue.run(() => gate.promise);
  const second = queue.run(() => Promise.resolve("second"));
  assert.throws(
    () => queue.assertRoom(),
    (error: unknown) => error instanceof PhysiclawError && error.kind === "busy",
  );
  await assert.rejects(queue.run(() => Promise.resolve()), /Cannot take the goal: 1 run and 1 wait/);
  gate.resolve();
  await first;
  assert.equal(await second, "second");
});

Deno.test("createQueue gives the place of a failed task to the next", async () => {
  const queue = createQueue({ concurrency: 1, limit: 4 });
  const failing = queue.run(() => Promise.reject(new Error("broken")));
  const next = queue.run(() => Promise.resolve("next"));
  await assert.rejects(failing, /broken/);
  assert.equal(await next, "next");
  assert.equal(queue.running, 0);
});
