import assert from "node:assert/strict";
import { fuse, type Hit, LIST_LENGTH } from "./fuse.ts";

const alone = (id: string): Hit => ({ id, document: id, position: 0 });
const near = (sum: number, expected: number) =>
  assert.ok(Math.abs(sum - expected) < 1e-12, `${sum} ${expected}`);

Deno.test("fuse: sums the reciprocals of ranks from 1, k = 60, and keeps the ranks", () => {
  const [a, b, c] = [alone("a"), alone("b"), alone("c")];
  const fused = fuse(new Map([["text", [a, b, c]], ["m", [c, b]]]));
  assert.deepEqual(fused.map(({ id }) => id), ["c", "b", "a"]);
  near(fused[0]?.score ?? 0, 1 / 63 + 1 / 61);
  assert.deepEqual(fused[1]?.ranks, { text: 2, m: 2 });
  assert.deepEqual(fused[2]?.ranks, { text: 1 });
});

Deno.test("fuse: what is beyond the length of lists does not count, nor does an id twice", () => {
  const long = Array.from({ length: LIST_LENGTH + 1 }, (_, index) => alone(`id${index}`));
  assert.equal(fuse(new Map([["text", long]])).length, LIST_LENGTH);
  near(fuse(new Map([["text", [alone("a"), alone("b"), alone("a")]]]))[0]?.score ?? 0, 1 / 61);
  assert.deepEqual(fuse(new Map()), []);
});

Deno.test("fuse: neighbours in a document take one rank, and the best of them has the ranks of all", () => {
  const part = (position: number): Hit => ({ id: `d${position}`, document: "d", position });
  const lists = new Map([
    ["text", [part(4), part(5), alone("a"), part(9)]],
    ["m", [alone("b"), part(3)]],
  ]);
  const fused = fuse(lists);
  assert.deepEqual(fused.map(({ id, ranks }) => [id, ranks]), [
    ["d4", { text: 1, m: 2 }],
    ["b", { m: 1 }],
    ["d3", { m: 2 }],
    ["d5", { text: 2 }],
    ["a", { text: 2 }],
    ["d9", { text: 3 }],
  ]);
});
