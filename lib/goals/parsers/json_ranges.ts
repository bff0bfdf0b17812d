/**
 * Where values stand in JSON bytes: a linear scanner, so that findings can cite the bytes that they come from.
 *
 * It trusts nothing: a document that was cut short yields what is whole, and nesting costs no stack.
 *
 * @module
 */

/** A value's bytes, end exclusive. `complete` is false when the input ended inside it. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
  readonly complete: boolean;
}

/** Steps down a JSON value: member names and array indexes. */
export type JsonPath = readonly (string | number)[];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && isSpace(bytes[at])) at++;
  return at;
}

/** Index after the string that begins at `at`, or -1 when it is cut. */
function skipString(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) i++;
    else if (byte === QUOTE) return i + 1;
  }
  return -1;
}

/** Index after the value that begins at `at`, or -1 when it is cut. */
function skipValue(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at, end);
  if (first !== OPEN_ARRAY && first !== OPEN_OBJECT) {
    // Numbers, literals, and what is not JSON at all (a bare NaN): up to the next thing that ends a value.
    let i = at;
    while (i < end) {
      const byte = bytes[i];
      if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || isSpace(byte)) break;
      i++;
    }
    return i;
  }
  let depth = 0;
  for (let i = at; i < end;) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = skipString(bytes, i, end);
      if (i < 0) return -1;
      continue;
    }
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
      if (depth === 0) return i + 1;
    }
    i++;
  }
  return -1;
}

const valueRange = (bytes: Uint8Array, at: number, end: number): JsonRange => {
  const after = skipValue(bytes, at, end);
  return after < 0 ? { start: at, end, complete: false } : { start: at, end: after, complete: true };
};

/** Calls `visit` for each member or element in order until it returns true; tells whether the closing bracket was seen. */
function walk(
  bytes: Uint8Array,
  within: JsonRange,
  open: number,
  visit: (key: string, index: number, range: JsonRange) => boolean,
): boolean {
  const { end } = within;
  let at = skipSpace(bytes, within.start, end);
  if (bytes[at] !== open) return false;
  at = skipSpace(bytes, at + 1, end);
  for (let index = 0; at < end; index++) {
    if (bytes[at] === CLOSE_ARRAY || bytes[at] === CLOSE_OBJECT) return true;
    let key = "";
    if (open === OPEN_OBJECT) {
      if (bytes[at] !== QUOTE) return false;
      const after = skipString(bytes, at, end);
      if (after < 0) return false;
      const name = readRange(bytes, { start: at, end: after, complete: true });
      key = typeof name === "string" ? name : "";
      at = skipSpace(bytes, after, end);
      if (bytes[at] !== COLON) return false;
      at = skipSpace(bytes, at + 1, end);
    }
    if (at >= end) return false;
    const range = valueRange(bytes, at, end);
    if (range.end === at) return false;
    if (visit(key, index, range)) return true;
    if (!range.complete) return false;
    at = skipSpace(bytes, range.end, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1, end);
    else if (bytes[at] !== CLOSE_ARRAY && bytes[at] !== CLOSE_OBJECT) return false;
  }
  return false;
}

/** The whole of the bytes as a range. */
export const wholeRange = (bytes: Uint8Array): JsonRange => ({ start: 0, end: bytes.length, complete: true });

/**
 * The range of the value at a path, or `undefined` when there is none. A value that the input's end cuts is found, with
 * `complete: false`.
 *
 * @example
 * ```ts
 * import { findRange } from "./json_ranges.ts";
 * const bytes = new TextEncoder().encode('{"a": [1, {"b": true}]}');
 * const range = findRange(bytes, ["a", 1, "b"]);
 * console.assert(range?.start === 16 && range.end === 20);
 * ```
 */
export function findRange(
  bytes: Uint8Array,
  path: JsonPath,
  within: JsonRange = wholeRange(bytes),
): JsonRange | undefined {
  const start = skipSpace(bytes, within.start, within.end);
  if (start >= within.end) return undefined;
  let range = valueRange(bytes, start, within.end);
  for (const step of path) {
    let found: JsonRange | undefined;
    const open = typeof step === "string" ? OPEN_OBJECT : OPEN_ARRAY;
    walk(bytes, range, open, (key, index, inner) => {
      if (typeof step === "string" ? key !== step : index !== step) return false;
      found = inner;
      return true;
    });
    if (found === undefined) return undefined;
    range = found;
  }
  return range;
}

/**
 * The elements of the array that `within` is; `complete` is false when its end was not seen. Something else than an
 * array has no elements and is not complete.
 *
 * @example
 * ```ts
 * import { elementsOf } from "./json_ranges.ts";
 * const { elements, complete } = elementsOf(new TextEncoder().encode('[1, {"a": 2}, {"cu'));
 * console.assert(elements.length === 2 && !complete);
 * ```
 */
export function elementsOf(
  bytes: Uint8Array,
  within: JsonRange = wholeRange(bytes),
): { readonly elements: readonly JsonRange[]; readonly complete: boolean } {
  const elements: JsonRange[] = [];
  const complete = walk(bytes, within, OPEN_ARRAY, (_key, _index, range) => {
    if (range.complete) elements.push(range);
    return false;
  });
  return { elements, complete };
}

/**
 * The members of the object that `within` is, in order; `complete` is false when its end was not seen.
 *
 * @example
 * ```ts
 * import { membersOf } from "./json_ranges.ts";
 * const { members } = membersOf(new TextEncoder().encode('{"a": 1, "b": 2}'));
 * console.assert(members.map(({ key }) => key).join() === "a,b");
 * ```
 */
export function membersOf(
  bytes: Uint8Array,
  within: JsonRange = wholeRange(bytes),
): {
  readonly members: readonly { readonly key: string; readonly range: JsonRange }[];
  readonly complete: boolean;
} {
  const members: { key: string; range: JsonRange }[] = [];
  const complete = walk(bytes, within, OPEN_OBJECT, (key, _index, range) => {
    if (range.complete) members.push({ key, range });
    return false;
  });
  return { members, complete };
}

/** The JSON value in a range, or `undefined` when the bytes are not JSON. */
export function readRange(bytes: Uint8Array, range: JsonRange = wholeRange(bytes)): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(range.start, range.end)));
  } catch {
    return undefined;
  }
}
