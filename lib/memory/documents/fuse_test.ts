import assert from "node:assert/strict";
import { fuse, LIST_LENGTH } from "./fuse.ts";

Deno.test("fuse: sums the reciprocals of ranks from 1, k = 60, and keeps the ranks", () => {
  const fused = fuse(new Map([["text", ["a", "b", "c"]], ["m", ["c", "b"]]]));
  assert.deepEqual(fused.map(({ id }) => id), ["c", "b", "a"]);
  assert.ok(Math.abs((fused[0]?.score ?? 0) - (1 / 63 + 1 / 61)) < 1e-12);
  assert.deepEqual(fused[1]?.ranks, { text: 2, m: 2 });
  assert.deepEqual(fused[2]?.ranks, { text: 1 });
});

Deno.test("fuse: what is beyond the length of lists does not count, nor does an id twice", () => {
  const long = Array.from({ length: LIST_LENGTH + 1 }, (_, index) => `id${index}`);
  assert.equal(fuse(new Map([["text", long]])).length, LIST_LENGTH);
  assert.deepEqual(fuse(new Map([["text", ["a", "b", "a"]]]))[0]?.score, 1 / 61);
  assert.deepEqual(fuse(new Map()), []);
});
