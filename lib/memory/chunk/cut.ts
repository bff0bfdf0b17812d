/**
 * Where a text may be cut.
 *
 * @module
 */

/** The end of a sentence, with what closes it: Latin, CJK and Devanagari marks, and the end of a line. */
const SENTENCE_END = /[.!?…][\p{Pe}\p{Pf}"']*(?=\s)|[。！？।]|\n/gu;

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;

/**
 * The best place to cut `text` so that the first part has at most `size` characters: after the last sentence of the
 * second half, else after the last white space, else exactly there, but never within a surrogate pair.
 */
export function cutAt(text: string, size: number): number {
  if (text.length <= size) return text.length;
  let best = 0;
  const half = size >> 1;
  SENTENCE_END.lastIndex = half;
  for (;;) {
    const match = SENTENCE_END.exec(text);
    if (match === null || match.index + match[0].length > size) break;
    best = match.index + match[0].length;
  }
  if (best > half) return best;
  for (let at = size; at > half; at--) {
    if (isSpace(text.charCodeAt(at))) return at;
  }
  const low = text.charCodeAt(size) & 0xfc00;
  return low === 0xdc00 && size > 1 ? size - 1 : size;
}

/**
 * The last whole sentences, or else words, of `text` that fit into `size` characters: what the next chunk repeats.
 * Empty when nothing fits.
 */
export function tailOf(text: string, size: number): string {
  if (text.length <= size) return text;
  const from = text.length - size;
  SENTENCE_END.lastIndex = from;
  const match = SENTENCE_END.exec(text);
  if (match !== null && match.index + match[0].length < text.length) {
    const tail = text.slice(match.index + match[0].length).trim();
    if (tail !== "") return tail;
  }
  for (let at = from; at < text.length; at++) {
    if (isSpace(text.charCodeAt(at))) return text.slice(at).trim();
  }
  return "";
}
