import assert from "node:assert/strict";
import { createL1 } from "./l1.ts";
import { createScrubber } from "./scrub.ts";
import type { MemoryItem } from "./types.ts";

const { scrub } = createScrubber();
const item = (id: string, text: string): MemoryItem => ({
  id,
  tier: "l2",
  text: scrub(text),
  source: scrub("test"),
  origin: "goal",
  audience: "sre",
  time: 1,
  score: 1,
  ranks: {},
});

Deno.test("l1 is keyed by what a text says, not by which object says it (fault 36)", () => {
  const l1 = createL1();
  for (let n = 0; n < 500; n++) l1.put("sre", `goal ${n}`, [item(`g${n}`, `goal ${n}`)]);
  assert.equal(l1.entries(), 500);
  for (let n = 0; n < 500; n++) l1.put("sre", ["goal", String(n)].join(" "), [item(`g${n}`, `goal ${n}`)]);
  assert.equal(l1.entries(), 500);
  assert.equal(l1.get("sre", "goal  7 ")?.[0]?.id, "g7");
});

Deno.test("l1 holds no more entries and bytes than it may, and the latest used stay", () => {
  const l1 = createL1({ maxEntries: 10, maxBytes: 100_000 });
  for (let n = 0; n < 10; n++) l1.put("sre", `q${n}`, [item(`${n}`, "x")]);
  l1.get("sre", "q0");
  l1.put("sre", "q10", [item("10", "x")]);
  assert.equal(l1.entries(), 10);
  assert.ok(l1.get("sre", "q0") !== undefined);
  assert.equal(l1.get("sre", "q1"), undefined);
  l1.put("sre", "large", [item("large", "y".repeat(45_000))]);
  assert.ok(l1.bytes() <= 100_000);
  assert.ok(l1.get("sre", "large") !== undefined);
  l1.put("sre", "too large", [item("too large", "y".repeat(100_000))]);
  assert.equal(l1.get("sre", "too large"), undefined);
});

Deno.test("l1 of one persona neither shows nor pushes out another's", () => {
  const l1 = createL1({ maxEntries: 4, maxBytes: 100_000 });
  l1.put("secops", "accounts", [item("s", "root accounts")]);
  for (let n = 0; n < 100; n++) l1.put("sre", `q${n}`, [item(`${n}`, "accounts")]);
  assert.equal(l1.get("secops", "accounts")?.[0]?.id, "s");
  assert.equal(l1.get("sre", "accounts"), undefined);
  assert.deepEqual(l1.search("secops", "accounts", 9).map(({ id }) => id), ["s"]);
});

Deno.test("l1 finds items by words, best first, once each, and says that it was this tier", () => {
  const l1 = createL1();
  l1.put("sre", "a", [item("1", "checkout pods"), item("2", "checkout pods restart")]);
  l1.put("sre", "b", [item("1", "checkout pods")]);
  const found = l1.search("sre", "why do checkout pods restart?", 5);
  assert.deepEqual(found.map(({ id, tier, ranks }) => [id, tier, ranks["l1"]]), [["2", "l1", 1], [
    "1",
    "l1",
    2,
  ]]);
  assert.deepEqual(l1.search("sre", "unrelated", 5), []);
  assert.deepEqual(l1.search("sre", "", 5), []);
});

Deno.test("l1 drops what is forgotten", () => {
  const l1 = createL1();
  l1.put("sre", "a", [item("1", "x"), item("2", "x")]);
  l1.put("sre", "b", [item("2", "x")]);
  l1.put("sre", "c", [item("3", "x")]);
  l1.drop(({ id }) => id === "2");
  assert.deepEqual([l1.get("sre", "a"), l1.get("sre", "b")], [undefined, undefined]);
  assert.equal(l1.entries(), 1);
  l1.clear();
  assert.equal(l1.entries() + l1.bytes(), 0);
});
