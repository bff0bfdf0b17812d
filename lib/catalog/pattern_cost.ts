/**
 * How much work a regular expression can cause: an operator's pattern meets text of a stranger's goal.
 *
 * @module
 */

/** log2 of the ways a backtracking matcher may try; 2^22 short attempts take well under a second. */
export const MAX_PATTERN_BITS = 22;

/** Longest pattern that is looked at. */
export const MAX_PATTERN_LENGTH = 512;

class Unbounded extends Error {}

/** A cursor over the pattern; every `read…` returns log2 of the ways its part can match. */
class Reader {
  #at = 0;
  constructor(readonly pattern: string) {}

  get done(): boolean {
    return this.#at >= this.pattern.length;
  }

  #peek(): string {
    return this.pattern.charAt(this.#at);
  }

  /** Alternatives, up to the closing parenthesis or the end. */
  readAlternatives(): number {
    let most = this.#readSequence();
    let count = 1;
    while (this.#peek() === "|") {
      this.#at += 1;
      most = Math.max(most, this.#readSequence());
      count += 1;
    }
    return most + Math.log2(count);
  }

  #readSequence(): number {
    let bits = 0;
    while (!this.done && this.#peek() !== "|" && this.#peek() !== ")") bits += this.#readTerm();
    return bits;
  }

  #readTerm(): number {
    const bits = this.#readAtom();
    const [min, max] = this.#readQuantifier();
    // Each repetition multiplies the inner ways, and the count itself is one more choice.
    return bits * max + Math.log2(max - min + 1);
  }

  #readAtom(): number {
    const first = this.#peek();
    this.#at += 1;
    if (first === "\\") {
      const escaped = this.#peek();
      if (/[1-9k]/.test(escaped)) throw new Unbounded("it refers back to a group");
      this.#at += 1;
      return 0;
    }
    if (first === "[") {
      while (!this.done && this.#peek() !== "]") this.#at += this.#peek() === "\\" ? 2 : 1;
      this.#at += 1;
      return 0;
    }
    if (first !== "(") return 0;
    if (this.#peek() === "?") {
      if (!this.pattern.startsWith("?:", this.#at)) {
        throw new Unbounded("it looks ahead, looks behind or names a group");
      }
      this.#at += 2;
    }
    const bits = this.readAlternatives();
    this.#at += 1;
    return bits;
  }

  #readQuantifier(): readonly [number, number] {
    const rest = this.pattern.slice(this.#at);
    const match = /^(?:[*+?]|\{([0-9]{1,6})(,([0-9]{1,6})?)?\})\??/.exec(rest);
    if (match === null) return [1, 1];
    this.#at += match[0].length;
    if (match[0].startsWith("?")) return [0, 1];
    if (match[1] === undefined || (match[2] !== undefined && match[3] === undefined)) {
      throw new Unbounded("it repeats without a bound (write {0,64} for *, {1,64} for +)");
    }
    const min = Number(match[1]);
    return [min, match[3] === undefined ? min : Number(match[3])];
  }
}

/**
 * Why an operator's pattern may not be used, as the end of the sentence "the pattern …"; `undefined` when it may. It
 * must compile, every repetition must have a bound, and the ways to match must stay below 2^{@link MAX_PATTERN_BITS}.
 *
 * @example
 * ```ts
 * import { checkPattern } from "./pattern_cost.ts";
 * console.assert(checkPattern("[a-z]{1,63}") === undefined);
 * console.assert(checkPattern("(a{1,9}){1,99}") !== undefined);
 * ```
 */
export function checkPattern(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) return `is longer than ${MAX_PATTERN_LENGTH} characters`;
  try {
    new RegExp(`^(?:${pattern})$`, "u");
    // Alone as well: "a)(b" only compiles inside the group that is put around it.
    new RegExp(pattern, "u");
  } catch {
    return "is not a regular expression";
  }
  try {
    const reader = new Reader(pattern);
    const bits = reader.readAlternatives();
    if (!reader.done) return "is not a regular expression";
    return bits > MAX_PATTERN_BITS
      ? "could take too long to match (use fewer, shorter or less nested repetitions)"
      : undefined;
  } catch (error) {
    if (error instanceof Unbounded) return `is refused: ${error.message}`;
    throw error;
  }
}
