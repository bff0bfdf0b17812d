/**
 * Small searches on bytes that several parts of log-aggregator share.
 *
 * @module
 */

const UTF8 = new TextDecoder();

/** Text of a byte range, at most `max` bytes of it; what is no UTF-8 becomes U+FFFD. */
export function decode(buf: Uint8Array, start: number, end: number, max = 4096): string {
  return UTF8.decode(buf.subarray(start, Math.min(end, start + max)));
}

/** Whether the bytes at `at` are this ASCII text. */
export function startsWith(buf: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i++) if (buf[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Looks for a literal text without regard to ASCII case.
 *
 * @example
 * ```ts
 * import { createFinder } from "./log_bytes.ts";
 * const find = createFinder("refused");
 * console.assert(find(new TextEncoder().encode("Connection Refused"), 0, 18));
 * ```
 */
export function createFinder(text: string): (buf: Uint8Array, start: number, end: number) => boolean {
  const needle = new TextEncoder().encode(text).map(lower);
  const first = needle[0] ?? 0;
  const other = first >= 97 && first <= 122 ? first - 32 : first;
  // Horspool's rule: how far the window may move, by its last byte; so the search skips most bytes.
  const skip = new Uint16Array(256).fill(Math.min(65535, needle.length));
  for (let i = 0; i < needle.length - 1; i++) {
    const c = needle[i]!;
    skip[c] = needle.length - 1 - i;
    if (c >= 97 && c <= 122) skip[c - 32] = skip[c]!;
  }
  return (buf, start, end) => {
    const length = needle.length;
    for (let i = start; i + length <= end; i += skip[buf[i + length - 1]!]!) {
      if (buf[i] !== first && buf[i] !== other) continue;
      let j = 1;
      while (j < length && lower(buf[i + j]!) === needle[j]) j++;
      if (j === length) return true;
    }
    return length === 0;
  };
}

function lower(c: number): number {
  return c >= 65 && c <= 90 ? c + 32 : c;
}
