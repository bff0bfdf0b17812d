/**
 * A cheap hash of a log line with its variable parts masked, on bytes, and the table that it is looked up in. Two lines with
 * equal hashes share a template; the reverse need not hold: templates are found by the slower way (log_template.ts), once a hash.
 *
 * @module
 */

const DIGIT = 1;
/** a-f, A-F: masked as well when it stands right behind a masked part (UUIDs, pod suffixes). */
const HEX = 2;
const LETTER = 4;
/** Inside names: `.`, `-`, `_`; and `:` between numbers. */
const SOFT = 8;
const SPACE = 16;
const OTHER = 32;

const CLASS = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c >= 48 && c <= 57) return DIGIT;
  const lower = c | 32;
  if (c < 128 && lower >= 97 && lower <= 102) return HEX;
  if (c >= 128 || (lower >= 97 && lower <= 122) || c === 36) return LETTER;
  if (c === 46 || c === 45 || c === 95 || c === 58) return SOFT;
  return c === 32 || c === 9 ? SPACE : OTHER;
});

/** Two independent 32-bit lanes over the parts of one line. */
export interface LineHash {
  a: number;
  b: number;
  /** Starts a new line; `salt` tells apart lines that mean different things (a level that the text does not show). */
  reset(salt: number): void;
  /** Takes the bytes in with variable parts masked. */
  masked(buf: Uint8Array, start: number, end: number): void;
  /** Takes the bytes in as they are. */
  verbatim(buf: Uint8Array, start: number, end: number): void;
}

/**
 * A hash with a random seed: a line made to collide with another one would have to know it.
 *
 * @example
 * ```ts
 * import { createLineHash } from "./log_hash.ts";
 * const hash = createLineHash();
 * const of = (text: string) => {
 *   hash.reset(0);
 *   const bytes = new TextEncoder().encode(text);
 *   hash.masked(bytes, 0, bytes.length);
 *   return hash.a;
 * };
 * console.assert(of("took 15 ms") === of("took 7.25 ms"));
 * ```
 */
export function createLineHash(): LineHash {
  return new Hash(crypto.getRandomValues(new Int32Array(3)));
}

class Hash implements LineHash {
  a = 0;
  b = 0;
  readonly #seedA: number;
  readonly #seedB: number;
  readonly #seedWord: number;

  constructor(seeds: Int32Array) {
    this.#seedA = seeds[0]!;
    this.#seedB = seeds[1]!;
    this.#seedWord = seeds[2]! | 1;
  }

  reset(salt: number): void {
    this.a = Math.imul(this.#seedA ^ salt, 0x85ebca6b);
    this.b = Math.imul(this.#seedB + salt, 0xc2b2ae35 | 0);
  }

  masked(buf: Uint8Array, start: number, end: number): void {
    const seed = this.#seedWord;
    let a = this.a, b = this.b;
    let word = seed;
    let bits = 0;
    // A separator right behind a masked part waits: if what follows is masked too, both are one variable part.
    let waiting = 0;
    let afterMask = false;
    let space = true;
    for (let i = start; i <= end; i++) {
      const c = i < end ? buf[i]! : 32;
      const k = CLASS[c]!;
      if (k <= LETTER) {
        word = Math.imul(word ^ c, 0x01000193);
        bits |= k;
        continue;
      }
      if (bits !== 0) {
        if ((bits & DIGIT) !== 0 || (afterMask && (bits & LETTER) === 0)) {
          if (!afterMask) {
            a = Math.imul(a ^ 0x2545f491, 0x9e3779b1 | 0);
            b = Math.imul(b + 0x7f4a7c15 | 0, 0x85ebca77 | 0) ^ b >>> 15;
          }
          afterMask = true;
        } else {
          if (waiting !== 0) {
            a = Math.imul(a ^ waiting, 0x9e3779b1 | 0);
            b = Math.imul(b + waiting | 0, 0x85ebca77 | 0) ^ b >>> 15;
          }
          a = Math.imul(a ^ word, 0x9e3779b1 | 0);
          a ^= a >>> 13;
          b = Math.imul(b + word | 0, 0x85ebca77 | 0) ^ b >>> 15;
          afterMask = false;
        }
        waiting = 0;
        word = seed;
        bits = 0;
        space = false;
        if (k === SOFT && afterMask) {
          waiting = c;
          continue;
        }
      } else if (waiting !== 0) {
        a = Math.imul(a ^ waiting, 0x9e3779b1 | 0);
        b = Math.imul(b + waiting | 0, 0x85ebca77 | 0) ^ b >>> 15;
        waiting = 0;
      }
      afterMask = false;
      if (k === SPACE) {
        if (space) continue;
        space = true;
      } else space = false;
      a = Math.imul(a ^ c, 0x9e3779b1 | 0);
      b = Math.imul(b + c | 0, 0x85ebca77 | 0) ^ b >>> 15;
    }
    this.a = a;
    this.b = b;
  }

  verbatim(buf: Uint8Array, start: number, end: number): void {
    let a = this.a, b = this.b;
    for (let i = start; i < end; i++) {
      const c = buf[i]!;
      a = Math.imul(a ^ c + 256, 0x9e3779b1 | 0);
      b = Math.imul(b + c | 0, 0x85ebca77 | 0) ^ b >>> 15;
    }
    this.a = a ^ a >>> 13;
    this.b = b;
  }
}

/** From hashes to values, at most `limit` of them: when full it is emptied, and what is still seen comes back. */
export class HashTable<T> {
  readonly #limit: number;
  readonly #mask: number;
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  readonly #slot: Int32Array;
  #values: T[] = [];

  /** @param limit how many values are held at most; room for twice as many hashes is taken at once */
  constructor(limit: number) {
    const size = 2 ** Math.ceil(Math.log2(limit * 2));
    this.#limit = limit;
    this.#mask = size - 1;
    this.#a = new Int32Array(size);
    this.#b = new Int32Array(size);
    this.#slot = new Int32Array(size);
  }

  get(a: number, b: number): T | undefined {
    const mask = this.#mask;
    for (let i = (a ^ b >>> 7) & mask;; i = i + 1 & mask) {
      const slot = this.#slot[i]!;
      if (slot === 0) return undefined;
      if (this.#a[i] === a && this.#b[i] === b) return this.#values[slot - 1];
    }
  }

  set(a: number, b: number, value: T): void {
    if (this.#values.length >= this.#limit) {
      this.#slot.fill(0);
      this.#values = [];
    }
    const mask = this.#mask;
    let i = (a ^ b >>> 7) & mask;
    while (this.#slot[i] !== 0) i = i + 1 & mask;
    this.#values.push(value);
    this.#a[i] = a;
    this.#b[i] = b;
    this.#slot[i] = this.#values.length;
  }
}
