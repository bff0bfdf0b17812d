import assert from "node:assert/strict";
import fc from "fast-check";
import { longestFirst } from "./truncate.ts";

Deno.test("longestFirst cuts the longer text, then both alike", () => {
  assert.deepEqual(longestFirst(3, 4, 7), [3, 4]);
  assert.deepEqual(longestFirst(3, 9, 7), [3, 4]);
  assert.deepEqual(longestFirst(9, 3, 7), [4, 3]);
  assert.deepEqual(longestFirst(9, 9, 7), [3, 4]);
  assert.deepEqual(longestFirst(10, 9, 7), [4, 3]);
  assert.deepEqual(longestFirst(0, 9, 7), [0, 7]);
});

Deno.test("longestFirst fills the room exactly and takes nothing from the shorter text that fits", () => {
  const length = fc.nat({ max: 2000 });
  fc.assert(fc.property(length, length, fc.integer({ min: 2, max: 600 }), (first, second, room) => {
    const [a, b] = longestFirst(first, second, room);
    assert.ok(a <= first && b <= second);
    assert.equal(a + b, Math.min(first + second, room));
    if (first <= room / 2) assert.equal(a, first);
    if (second <= Math.floor(room / 2)) assert.equal(b, second);
  }));
});
