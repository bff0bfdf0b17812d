import assert from "node:assert/strict";
import { createEngine, type TierSearch } from "./engine.ts";
import { createL1 } from "./l1.ts";
import { createScrubber } from "./scrub.ts";
import type { MemoryItem, Reranker } from "./types.ts";

const { scrub } = createScrubber();

const item = (id: string, tier: "l2" | "l3", rank: number): MemoryItem => ({
  id,
  tier,
  text: scrub(`text of ${id}`),
  source: scrub(`source of ${id}`),
  origin: tier === "l2" ? "operator" : "document",
  audience: "all",
  time: 0,
  score: 1 / rank,
  ranks: { [tier === "l2" ? "l2" : "text"]: rank },
});

const tier =
  (name: "l2" | "l3", ids: readonly string[], notes: readonly string[] = []): TierSearch => (_, { limit }) =>
    Promise.resolve({ items: ids.slice(0, limit).map((id, index) => item(id, name, index + 1)), notes });

const none = () => Promise.resolve(undefined);
const reranker = (score: Reranker["score"]): () => Promise<Reranker> => () =>
  Promise.resolve({ model: "m", score, close: () => Promise.resolve() });

Deno.test("retrieve fuses facts and documents by rank, keeps why, and cuts to the number that is asked for", async () => {
  const engine = createEngine({
    l1: createL1(),
    l2: tier("l2", ["a", "b"]),
    l3: tier("l3", ["c", "d"]),
    reranker: none,
  });
  const { items } = await engine.retrieve("q", { personas: ["sre"], rerankTop: 3 });
  assert.deepEqual(items.map(({ id }) => id), ["a", "c", "b"]);
  assert.deepEqual(items.map(({ ranks }) => ranks), [{ l2: 1 }, { text: 1 }, { l2: 2 }]);
  assert.ok(items.every(({ score }) => score > 0));
});

Deno.test("retrieve asks each tier for its own limit", async () => {
  const engine = createEngine({
    l1: createL1(),
    l2: tier("l2", ["a", "b", "c"]),
    l3: tier("l3", ["d", "e", "f"]),
    reranker: none,
  });
  const { items } = await engine.retrieve("q", { personas: ["sre"], l2Limit: 1, l3Limit: 2, rerankTop: 9 });
  assert.deepEqual(items.map(({ id }) => id).toSorted(), ["a", "d", "e"]);
});

Deno.test("retrieve takes the reranker's order and scores where there is one", async () => {
  const engine = createEngine({
    l1: createL1(),
    l2: tier("l2", ["a"]),
    l3: tier("l3", ["b", "c"]),
    reranker: reranker((_, texts) => Promise.resolve(texts.map((text) => text.endsWith("c") ? 0.9 : 0.1))),
  });
  const { items } = await engine.retrieve("q", { personas: ["sre"], rerankTop: 2 });
  assert.deepEqual([items[0]?.id, items[0]?.score, items[0]?.ranks], ["c", 0.9, { text: 2, rerank: 1 }]);
});

Deno.test("retrieve answers from what works, and says what does not", async () => {
  const engine = createEngine({
    l1: createL1(),
    l2: () => Promise.reject(new Error("the file is damaged")),
    l3: tier("l3", ["b"], ["full text alone"]),
    reranker: reranker(() => Promise.reject(new Error("the model is gone"))),
  });
  const { items, notes } = await engine.retrieve("q", { personas: ["sre"] });
  assert.deepEqual(items.map(({ id }) => id), ["b"]);
  assert.equal(notes.length, 3);
  for (const reason of [/damaged/, /full text alone/, /model is gone/]) {
    assert.match(notes.join("\n"), reason);
  }
});

Deno.test("retrieve rejects when its signal says so, instead of answering with half", async () => {
  const aborted = new AbortController();
  const engine = createEngine({
    l1: createL1(),
    l2: tier("l2", ["a"]),
    l3: () => {
      aborted.abort(new Error("asked to stop"));
      return Promise.reject(new Error("whatever"));
    },
    reranker: none,
  });
  await assert.rejects(engine.retrieve("q", { personas: ["sre"] }, aborted.signal), /asked to stop/);
});

Deno.test("retrieve decides between equals by what was used a moment ago, and never finds by that alone", async () => {
  const l1 = createL1();
  l1.put("sre", "text", [item("b", "l3", 1), item("gone", "l2", 1)]);
  const engine = createEngine({ l1, l2: tier("l2", ["a"]), l3: tier("l3", ["b"]), reranker: none });
  const { items } = await engine.retrieve("text", { personas: ["sre"] });
  assert.deepEqual(items.map(({ id }) => id), ["b", "a"]);
  l1.put("sre", "text", [item("d", "l3", 2)]);
  const other = createEngine({ l1, l2: tier("l2", []), l3: tier("l3", ["c", "d"]), reranker: none });
  assert.deepEqual((await other.retrieve("text", { personas: ["sre"] })).items.map(({ id }) => id), [
    "c",
    "d",
  ]);
});

Deno.test("retrieve tells how long each tier took", async () => {
  let time = 0;
  const slow: TierSearch = () => {
    time += 250;
    return Promise.resolve({ items: [], notes: [] });
  };
  const engine = createEngine({ l1: createL1(), l2: slow, l3: slow, reranker: none, clock: () => time });
  const { seconds } = await engine.retrieve("q", { personas: ["sre"] });
  assert.equal(seconds.combined, 0.5);
});
