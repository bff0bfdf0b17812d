import assert from "node:assert/strict";
import fc from "fast-check";
import { pool } from "./pooling.ts";

Deno.test("pool takes the first row or the mean of all, at length 1", () => {
  const states = new Float32Array([3, 4, 0, 0, 0, 8]);
  assert.deepEqual([...pool(states, 3, 2, "cls")], [Math.fround(3 / 5), Math.fround(4 / 5)]);
  assert.deepEqual(
    [...pool(states, 3, 2, "mean")],
    [3, 12].map((value) => Math.fround(value / Math.hypot(3, 12))),
  );
  assert.deepEqual([...pool(new Float32Array(4), 2, 2, "mean")], [0, 0]);
});

Deno.test("pool: every vector that is not zero has length 1", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 6, maxLength: 6 }),
      (values) => {
        const vector = pool(new Float32Array(values), 3, 2, "mean");
        const length = Math.hypot(...vector);
        assert.ok(length === 0 || Math.abs(length - 1) < 1e-6, `${length}`);
      },
    ),
  );
});
