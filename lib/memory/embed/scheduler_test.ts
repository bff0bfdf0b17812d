import assert from "node:assert/strict";
import { knownModel } from "../models/known.ts";
import type { LocatedModel } from "../models/description.ts";
import type { Reply, Request, Work } from "./protocol.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import type { ThreadWorker } from "./thread.ts";

/** Threads that answer when they are told to: the text's length as its score. */
function fakeThreads(fail: (request: Request) => string | undefined = () => undefined) {
  interface Fake {
    readonly worker: ThreadWorker;
    readonly asked: Request[];
    ended: boolean;
  }
  const threads: Fake[] = [];
  const start = (): ThreadWorker => {
    const worker: ThreadWorker = {
      onmessage: null,
      onerror: null,
      terminate: () => void (fake.ended = true),
      postMessage: (request) => void fake.asked.push(request),
    };
    const fake: Fake = { worker, asked: [], ended: false };
    threads.push(fake);
    return worker;
  };
  const reply = (fake: Fake): boolean => {
    const request = fake.asked.shift();
    if (request === undefined) return false;
    const { id, task } = request;
    const texts = task.kind === "run" ? task.work.map(({ text }) => text.trimEnd()) : [];
    log.push(...(task.kind === "run" ? texts : [task.kind]));
    const wrong = fail(request);
    const values = texts.map((text) => text.length);
    const data: Reply = wrong === undefined
      ? { id, values }
      : { id, error: { kind: "config", message: wrong } };
    // Only its data is looked at.
    fake.worker.onmessage?.call(fake.worker as Worker, { data } as MessageEvent);
    return true;
  };
  const log: string[] = [];
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  return {
    threads,
    start,
    log,
    settled,
    /** Lets every thread answer all, one task each in turn. */
    drain: async () => {
      for (let busy = true; busy;) {
        busy = false;
        await settled();
        for (const fake of threads) busy = reply(fake) || busy;
      }
    },
    step: async (index: number) => {
      const fake = threads[index];
      assert.ok(fake !== undefined && reply(fake), "nothing to answer");
      await settled();
    },
  };
}

/** A clock that stands still until it is moved. */
function fakeClock() {
  let now = 0;
  const waiting = new Set<{ at: number; run: () => void }>();
  return {
    after: (ms: number, run: () => void) => {
      const one = { at: now + ms, run };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    pass: (ms: number) => {
      now += ms;
      for (const one of [...waiting].filter(({ at }) => at <= now)) {
        waiting.delete(one);
        one.run();
      }
    },
  };
}

function located(id = "all-minilm-l6-v2", bytes = 1): LocatedModel {
  const model = knownModel(id)?.model;
  assert.ok(model !== undefined);
  const file = { sha256: "0".repeat(64), bytes };
  return { model, files: { model: file, tokenizer: file }, paths: { model: "/m", tokenizer: "/t" } };
}

/** Texts so long that each is sent alone. */
const texts = (...all: string[]): Work[] => all.map((text) => ({ kind: "embed", text: text.padEnd(2048) }));

function setUp(options: { threads?: number; fail?: (request: Request) => string | undefined } = {}) {
  const fake = fakeThreads(options.fail);
  const clock = fakeClock();
  const scheduler: Scheduler = createScheduler({
    threads: options.threads ?? 2,
    idleMs: 1000,
    specialTokens: "as-text",
    startWorker: fake.start,
    after: clock.after,
    trim: () => Promise.resolve(void fake.log.push("trim")),
  });
  return { fake, clock, scheduler };
}

Deno.test("scheduler: one text loads the model on one thread, many load it on all", async () => {
  const { fake, scheduler } = setUp();
  const lane = scheduler.lane(located());
  assert.equal(fake.threads.length, 0, "nothing is started before there is work");
  const one = lane.run(texts("a"), { urgent: true });
  await fake.drain();
  assert.deepEqual(await one, [1]);
  assert.equal(fake.threads.length, 1);
  const many = lane.run(texts("b", "cc", "ddd", "e", "ff", "ggg", "h", "ii"), { urgent: false });
  await fake.drain();
  assert.deepEqual(await many, [1, 2, 3, 1, 2, 3, 1, 2]);
  assert.equal(fake.threads.length, 2);
});

Deno.test("scheduler: short texts of one call go together", async () => {
  const { fake, scheduler } = setUp({ threads: 1 });
  const lane = scheduler.lane(located());
  const short: Work[] = ["a", "bb", "ccc"].map((text) => ({ kind: "embed", text }));
  const both = Promise.all([
    lane.run([...short, ...texts("long"), ...short], { urgent: false }),
    lane.run(short, { urgent: false }),
  ]);
  // Half of what is left at most, so that the next thread or message has some.
  for (
    const expected of [["load"], ["a", "bb", "ccc"], ["long"], ["a", "bb"], ["ccc"], ["a", "bb"], ["ccc"]]
  ) {
    await fake.settled();
    await fake.step(0);
    assert.deepEqual(fake.log.splice(0), expected);
  }
  assert.deepEqual(await both, [[1, 2, 3, 4, 1, 2, 3], [1, 2, 3]]);
});

Deno.test("scheduler: a large model is loaded once, with all threads within", async () => {
  const { fake, scheduler } = setUp();
  const lane = scheduler.lane(located("bge-reranker-base", 200e6));
  const many = lane.run(texts("a", "b", "c", "d", "e", "f", "g", "h"), { urgent: false });
  await fake.settled();
  const [first] = fake.threads;
  const [load] = first?.asked ?? [];
  assert.ok(load?.task.kind === "load" && load.task.options.threads === 2);
  await fake.drain();
  await many;
  assert.equal(fake.threads.length, 1);
});

Deno.test("scheduler: a query goes before the bulk that waits", async () => {
  const { fake, scheduler } = setUp({ threads: 1 });
  const lane = scheduler.lane(located());
  const bulk = lane.run(texts("b1", "b2", "b3", "b4", "b5"), { urgent: false });
  await fake.step(0);
  const query = lane.run(texts("query"), { urgent: true });
  await fake.drain();
  await Promise.all([bulk, query]);
  // Two texts are at hand already.
  assert.deepEqual(fake.log, ["load", "b1", "b2", "query", "b3", "b4", "b5"]);
});

Deno.test("scheduler: an abort drops what waits", async () => {
  const { fake, scheduler } = setUp({ threads: 1 });
  const lane = scheduler.lane(located());
  const stop = new AbortController();
  const bulk = lane.run(texts("b1", "b2", "b3", "b4", "b5"), { urgent: false, signal: stop.signal });
  const rejected = assert.rejects(bulk, { message: "enough" });
  await fake.step(0);
  await fake.step(0);
  stop.abort(new Error("enough"));
  await rejected;
  await fake.drain();
  assert.ok(!fake.log.includes("b4"), fake.log.join());
  const next = lane.run(texts("next"), { urgent: false });
  await fake.drain();
  assert.deepEqual(await next, [4]);
});

Deno.test("scheduler: a model without work leaves memory after a while, and comes back", async () => {
  const { fake, clock, scheduler } = setUp({ threads: 1 });
  const lane = scheduler.lane(located());
  const run = async () => {
    const done = lane.run(texts("a"), { urgent: true });
    await fake.drain();
    await done;
  };
  await run();
  clock.pass(900);
  await run();
  clock.pass(900);
  await fake.drain();
  assert.deepEqual(fake.log, ["load", "a", "a"], "it was used meanwhile");
  clock.pass(100);
  await fake.drain();
  assert.deepEqual(fake.log, ["load", "a", "a", "unload", "trim"]);
  await run();
  assert.deepEqual(fake.log, ["load", "a", "a", "unload", "trim", "load", "a"]);
  assert.equal(fake.threads.length, 1, "the thread itself stays: it may not be able to start again");
});

Deno.test("scheduler: a model that can't be loaded fails all that waits at once, and is tried again later", async () => {
  let broken = true;
  const { fake, scheduler } = setUp({
    fail: ({ task }) => broken && task.kind === "load" ? "damaged" : undefined,
  });
  const lane = scheduler.lane(located());
  const failing = [lane.run(texts("a", "b", "c"), { urgent: false }), lane.run(texts("d"), { urgent: true })];
  const rejected = Promise.all(
    failing.map((one) => assert.rejects(one, { kind: "config", message: "damaged" })),
  );
  await fake.drain();
  await rejected;
  assert.deepEqual(fake.log, ["load"]);
  broken = false;
  const again = lane.run(texts("a"), { urgent: true });
  await fake.drain();
  assert.deepEqual(await again, [1]);
});

Deno.test("scheduler: one text that fails fails its call and no other", async () => {
  const { fake, scheduler } = setUp({
    threads: 1,
    fail: ({ task }) =>
      task.kind === "run" && task.work.some(({ text }) => text.startsWith("bad")) ? "no" : undefined,
  });
  const lane = scheduler.lane(located());
  const bad = assert.rejects(lane.run(texts("x", "bad", "y", "z"), { urgent: false }), { message: "no" });
  const good = lane.run(texts("good"), { urgent: false });
  await fake.drain();
  await bad;
  assert.deepEqual(await good, [4]);
});

Deno.test("scheduler: a thread that dies fails what it held, and another takes over", async () => {
  const { fake, scheduler } = setUp({ threads: 1 });
  const lane = scheduler.lane(located());
  const lost = assert.rejects(lane.run(texts("a"), { urgent: true }), {
    message: /thread ended: out of memory/,
  });
  await fake.settled();
  const [first] = fake.threads;
  // Only its message is looked at.
  const event = { message: "out of memory", preventDefault: () => undefined } as ErrorEvent;
  first?.worker.onerror?.call(first.worker as Worker, event);
  await lost;
  const next = lane.run(texts("bb"), { urgent: true });
  await fake.drain();
  assert.deepEqual(await next, [2]);
  assert.equal(fake.threads.length, 2);
});

Deno.test("scheduler: close ends its threads and rejects what is open", async () => {
  const { fake, scheduler } = setUp({ threads: 1 });
  const [one, other] = [scheduler.lane(located()), scheduler.lane(located("bge-small-en-v1.5"))];
  const done = one.run(texts("a"), { urgent: true });
  await fake.drain();
  await done;
  const closing = one.close();
  await fake.drain();
  await closing;
  assert.deepEqual(fake.log, ["load", "a", "unload", "trim"]);
  await assert.rejects(one.run(texts("a"), { urgent: true }), { message: /all-minilm-l6-v2 is closed/ });
  const open = assert.rejects(other.run(texts("a"), { urgent: true }), { message: /closed/ });
  scheduler.close();
  await open;
  assert.ok(fake.threads[0]?.ended);
});
