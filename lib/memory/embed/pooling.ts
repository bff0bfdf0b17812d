/**
 * From a model's hidden states to one vector.
 *
 * @module
 */

/**
 * Pools hidden states of one unpadded text, `tokens` rows of `dimensions` values, and brings the vector to length 1. A
 * vector of zeros stays one.
 *
 * @example
 * ```ts
 * import { pool } from "./pooling.ts";
 * console.assert(pool(new Float32Array([3, 4, 0, 0]), 2, 2, "cls").join() === [3 / 5, 4 / 5].map(Math.fround).join());
 * ```
 */
export function pool(
  states: Float32Array,
  tokens: number,
  dimensions: number,
  how: "mean" | "cls",
): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(dimensions);
  const rows = how === "cls" ? 1 : tokens;
  for (let row = 0; row < rows; row++) {
    const start = row * dimensions;
    for (let at = 0; at < dimensions; at++) sums[at] = (sums[at] ?? 0) + (states[start + at] ?? 0);
  }
  let squares = 0;
  for (const value of sums) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? new Float32Array(dimensions) : Float32Array.from(sums, (value) => value / length);
}
