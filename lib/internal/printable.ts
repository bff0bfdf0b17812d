/**
 * The one renderer of foreign text: whatever a tool, a file or a client wrote is shown, and none of it acts.
 *
 * @module
 */

/**
 * C0 (tab and newline are judged apart), DEL and C1, the marks that reorder or hide text, the invisible tags, and the
 * halves of characters that are no characters.
 */
const UNSAFE =
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

const BREAKS = /[\t\n]/g;

const NAMES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** The escapes are those of JSON, so that a line of JSON stays one. */
const escape = (character: string): string =>
  NAMES[character] ??
    Array.from({ length: character.length }, (_, unit) =>
      `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`).join("");

/**
 * Text as a terminal or a page may show it: control characters, ESC, C1 codes, bidirectional and invisible marks are
 * spelled out (`\u001b`, `\u202e`). Newlines and tabs stay. Not for JSON, which stays exact.
 *
 * @example
 * ```ts
 * import { printable } from "./printable.ts";
 * console.assert(printable("a\u001b[31mb\n") === "a\\u001b[31mb\n");
 * ```
 */
export const printable = (text: string): string => text.replace(UNSAFE, escape);

/**
 * The same on one line: newlines and tabs are spelled out as well. For names, cells and single messages.
 *
 * @example
 * ```ts
 * import { printableLine } from "./printable.ts";
 * console.assert(printableLine("a\nb") === "a\\nb");
 * ```
 */
export const printableLine = (text: string): string => printable(text).replace(BREAKS, escape);
