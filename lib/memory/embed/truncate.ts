/**
 * How many tokens of a pair's two texts are kept.
 *
 * @module
 */

/**
 * The strategy `longest_first` of the tokenizers library: the longer text gives way until both are of one length, then both
 * do, and the odd token is the longer one's. Takes two lengths and their room, and gives what is kept of each.
 *
 * @example
 * ```ts
 * import { longestFirst } from "./truncate.ts";
 * console.assert(longestFirst(10, 600, 509).join() === "10,499");
 * console.assert(longestFirst(600, 600, 509).join() === "254,255");
 * ```
 */
export function longestFirst(first: number, second: number, room: number): readonly [number, number] {
  if (first + second <= room) return [first, second];
  const short = Math.min(first, second);
  const half = Math.floor(room / 2);
  const [least, most] = short <= half ? [short, room - short] : [half, room - half];
  return first > second ? [most, least] : [least, most];
}
