/**
 * Classes of characters, and walks over them. Everything here works on ASCII alone: a character above 127 is never a
 * delimiter and never a boundary inside a mask, so a text may as well be the bytes of UTF-8, one a character.
 *
 * @module
 */

const table = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)) ? 1 : 0);

/** A class of characters by code. */
export type CharClass = Uint8Array;

export const NAME: CharClass = table(/[A-Za-z0-9_.-]/);
export const ALNUM: CharClass = table(/[A-Za-z0-9]/);
export const WORD: CharClass = table(/[A-Za-z0-9_]/);
export const BASE64URL: CharClass = table(/[A-Za-z0-9_-]/);
export const BASE64: CharClass = table(/[A-Za-z0-9+/=]/);
/** {@link BASE64} without its padding. */
export const BASE64_BODY: CharClass = table(/[A-Za-z0-9+/]/);
export const PADDING: CharClass = table(/=/);
export const TOKEN: CharClass = table(/[A-Za-z0-9_.~+/=-]/);
export const CRYPT: CharClass = table(/[A-Za-z0-9./$=,+_-]/);
export const BLANK: CharClass = table(/[ \t]/);
export const SPACE: CharClass = table(/[ \t\r\n\v\f]/);

/** Whether the character at `at` is in the class; false outside the text. */
export function isIn(charClass: CharClass, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && charClass[code] === 1;
}

/** The first position from `at` that is not in the class, `end` at most. */
export function skip(charClass: CharClass, text: string, at: number, end: number = text.length): number {
  while (at < end && isIn(charClass, text, at)) at++;
  return at;
}

/** The first position of the run of the class that ends before `at`, `start` at least. */
export function skipBack(charClass: CharClass, text: string, at: number, start: number): number {
  while (at > start && isIn(charClass, text, at - 1)) at--;
  return at;
}
