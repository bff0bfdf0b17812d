import assert from "node:assert/strict";
import { createEventLog } from "./events.ts";

Deno.test("createEventLog numbers events and gives a late listener all of them", async () => {
  const log = createEventLog();
  log.emit("goal", 1);
  log.emit("plan", 2);
  log.close();
  assert.deepEqual((await Array.fromAsync(log.since(0))).map((event) => event.id), [1, 2]);
  assert.deepEqual((await Array.fromAsync(log.since(1))).map((event) => event.data), [2]);
});

Deno.test("createEventLog wakes a waiting listener, and ends it when the log closes", async () => {
  const log = createEventLog();
  const seen = Array.fromAsync(log.since(0));
  log.emit("goal", "a");
  await Promise.resolve();
  log.emit("result", "b");
  log.close();
  assert.deepEqual((await seen).map((event) => event.data), ["a", "b"]);
});

Deno.test("createEventLog keeps one progress event of a flood", async () => {
  const log = createEventLog();
  log.emit("step_started", {});
  for (let bytes = 0; bytes < 100_000; bytes++) log.emit("step_output", bytes);
  log.emit("step_ended", {});
  log.close();
  const events = await Array.fromAsync(log.since(0));
  assert.deepEqual(events.map((event) => event.event), ["step_started", "step_output", "step_ended"]);
  assert.equal(events[1]?.data, 99_999);
});

Deno.test("createEventLog lets a listener go when its signal aborts", async () => {
  const log = createEventLog();
  const stop = new AbortController();
  log.emit("goal", 1);
  const seen: unknown[] = [];
  const listening = (async () => {
    for await (const event of log.since(0, stop.signal)) {
      seen.push(event.data);
      stop.abort();
    }
  })();
  await listening;
  assert.deepEqual(seen, [1]);
});
