/**
 * Templates of log messages, after the idea of Drain: a message is cut into pieces, pieces that are variable by their looks are
 * masked, and messages of equal length and first word that differ in few words share a template with `<*>` where they differ.
 *
 * @module
 */

import { fieldLevel } from "./log_level.ts";

/** Pieces of one message that are looked at; the rest of a longer one is dropped. */
const MAX_PIECES = 240;
/** Templates of one length, level and first word that a new message is compared with. */
const MAX_LEAF = 250;

/** Levels from warning on, as log_level.ts numbers them. */
const SEVERE = 4;

const PIECE = /([A-Za-z0-9_.$\-\u0080-\uffff]+)|(\s+)|([^])/g;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const NUMBER = /^-?\d+(?:\.\d+)?(ms|us|µs|ns|s|m|h|d|[kmgt]i?b?|b|bytes|rpm|hz|rps)?$/i;
const HEXADECIMAL = /^(?:0x[0-9a-f]+|[0-9a-f]{7,})$/i;
/** Words whose change changes the meaning: they never become `<*>`. */
const TELLING =
  /^(?:start|stop|open|clos|connect|disconnect|accept|reject|fail|succe|creat|delet|remov|add|enabl|disabl|up$|down$|on$|off$|true$|false$|ok$|error|warn|info|debug|fatal|critical|allow|den[iy]|grant|revok|not$|no$|GET$|PUT$|POST$|DELETE$|PATCH$|HEAD$|lock|unlock|attach|detach|mount|unmount|read|writ|begin|end|enter|leav|login|logout|expir|renew|timeout|refus|kill|status_\d)/i;

/** Masks one word; the word itself when it holds no variable part. */
function maskWord(word: string): string {
  // Versions and the statuses of requests are no variables.
  if (!/\d/.test(word) || /^(?:v\d|status_\d{3})$/.test(word)) return word;
  const number = NUMBER.exec(word);
  if (number !== null) return `<num>${number[1] ?? ""}`;
  if (IPV4.test(word)) return "<ip>";
  if (UUID.test(word)) return "<uuid>";
  if (HEXADECIMAL.test(word)) return "<hex>";
  if (/^\d{4}-\d\d-\d\d/.test(word)) return "<time>";
  // `checkout-7d9f8b6c5-abcde`: the segments before the first one with a digit are a name and stay.
  const first = word.search(/\d/);
  const cut = Math.max(
    word.lastIndexOf("-", first),
    word.lastIndexOf("_", first),
    word.lastIndexOf(".", first),
  );
  return `${word.slice(0, cut + 1)}<*>`;
}

/**
 * The pieces of a message with its variable parts masked; joined, they are its template. Linear in its length.
 *
 * @example
 * ```ts
 * import { maskedPieces } from "./log_template.ts";
 * console.assert(maskedPieces("took 15ms for 10.0.0.1:80").join("") === "took <num>ms for <ip>:<num>");
 * ```
 */
export function maskedPieces(text: string): string[] {
  const out: string[] = [];
  PIECE.lastIndex = 0;
  for (const match of text.matchAll(PIECE)) {
    if (out.length >= MAX_PIECES) {
      out.push("…");
      break;
    }
    if (match[2] !== undefined) {
      if (out.length > 0) out.push(" ");
      continue;
    }
    if (match[3] !== undefined) {
      // A closing quote: a quoted single word is a name, unless it is a value (`key="value"` is compared as such).
      if (
        match[3] === out[out.length - 2] && /["'`]/.test(match[3]) &&
        /[=:(]/.test(out[out.length - 3] ?? "=") === false
      ) {
        out[out.length - 1] = "<*>";
      }
      out.push(match[3]);
      continue;
    }
    const masked = maskWord(match[1] ?? "");
    const before = out[out.length - 1];
    // `03:04:05`, `fe80:<*>:1`: numbers joined by colons are one variable part, but `<ip>:<num>` stays readable.
    if (before === ":" && masked.startsWith("<") && /^<(?:num|hex|\*)>$/.test(out[out.length - 2] ?? "")) {
      out.length -= 2;
      out.push("<*>");
    } else out.push(masked);
  }
  if (out[out.length - 1] === " ") out.pop();
  return out;
}

/** What a piece is; computed once a message, so that comparing is cheap. */
const DELIMITER = 0, WORD = 1, TELLING_WORD = 2, MASK = 3, ANY = 4;

function kindOf(piece: string): number {
  if (piece === "<*>") return ANY;
  const c = piece.charCodeAt(0);
  const word = (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 122) || c >= 128 || c === 95 ||
    c === 46 || c === 36 ||
    c === 45 || (c === 60 && piece.length > 1);
  if (!word) return DELIMITER;
  if (piece.length > 2 && piece.includes("<") && piece.includes(">")) return MASK;
  return TELLING.test(piece) ? TELLING_WORD : WORD;
}

/** What the forest keeps of one template; `T` is what its user counts there. */
interface Leaf<T> {
  pieces: string[];
  kinds: Uint8Array;
  readonly value: T;
}

/** Groups messages by template; see {@link createTemplates}. */
export interface Templates<T> {
  /**
   * The value of the template that fits, made anew if none does; `undefined` when the table is full.
   *
   * @param exact words that differ are never joined
   */
  find(level: number, text: string, exact?: boolean): T | undefined;
  /** Each template as text, in the order they were made. */
  all(): { template: string; value: T }[];
  readonly size: number;
}

/**
 * An empty set of templates.
 *
 * @param options.limit how many templates are made at most
 * @param options.create makes the value of a new template
 *
 * @example
 * ```ts
 * import { createTemplates } from "./log_template.ts";
 * const templates = createTemplates({ limit: 10, create: () => ({ count: 0 }) });
 * templates.find(0, "user alice may not enter the room");
 * templates.find(0, "user bob may not enter the room");
 * console.assert(templates.all()[0]!.template === "user <*> may not enter the room");
 * ```
 */
export function createTemplates<T>(options: { limit: number; create: () => T }): Templates<T> {
  const leaves = new Map<string, Leaf<T>[]>();
  const byText = new Map<string, Leaf<T>>();
  const all: Leaf<T>[] = [];
  let names = 0;
  return {
    find(level, text, exact = false) {
      const pieces = maskedPieces(text);
      const key = `${level}\0${pieces.join("")}`;
      const known = byText.get(key);
      if (known !== undefined) return known.value;
      const kinds = Uint8Array.from(pieces, kindOf);
      // The level is no help: it stands first in most messages of an application.
      const first = pieces.find((piece, i) =>
        (kinds[i] === WORD || kinds[i] === TELLING_WORD) && fieldLevel(piece) === 0
      );
      const place = `${level}\0${pieces.length}\0${first ?? ""}`;
      let leaf = leaves.get(place);
      const near = leaf === undefined || exact ? undefined : nearest(leaf, pieces, kinds);
      if (near !== undefined) {
        merge(near, pieces);
        // Remembered, so that the same text finds it again at once; no more of them than templates.
        if (byText.size < options.limit * 2) byText.set(key, near);
        return near.value;
      }
      // Noise must not take the place of what is severe: a third is kept for warnings and worse, and a third is enough for requests.
      const room = level >= SEVERE ? options.limit : options.limit * 2 / 3;
      if (all.length >= room || (exact ? names >= options.limit / 3 : (leaf?.length ?? 0) >= MAX_LEAF)) {
        return undefined;
      }
      if (leaf === undefined) leaves.set(place, leaf = []);
      const made: Leaf<T> = { pieces, kinds, value: options.create() };
      if (exact) names++;
      else leaf.push(made);
      all.push(made);
      byText.set(key, made);
      return made.value;
    },
    all: () => all.map((leaf) => ({ template: leaf.pieces.join(""), value: leaf.value })),
    get size() {
      return all.length;
    },
  };
}

function nearest<T>(leaf: Leaf<T>[], pieces: string[], kinds: Uint8Array): Leaf<T> | undefined {
  let best: Leaf<T> | undefined;
  // More words than 3 of 10 may not differ: with that a comparison mostly ends early.
  let least = Math.floor(kinds.reduce((sum, kind) => kind === DELIMITER ? sum : sum + 1, 0) * 0.3) + 1;
  for (const candidate of leaf) {
    const cost = distance(candidate, pieces, kinds, least);
    if (cost < least) {
      best = candidate;
      least = cost;
      if (cost === 0) break;
    }
  }
  return best;
}

/**
 * How many words differ, or Infinity when the two may not share a template: another structure, a telling word, `least` words or
 * more, or fewer than half of the words left. Values behind `=` are variable by nature and cost nothing.
 */
function distance<T>(template: Leaf<T>, pieces: string[], kinds: Uint8Array, least: number): number {
  let words = 0, cost = 0;
  for (let i = 0; i < pieces.length; i++) {
    const a = template.pieces[i]!, b = pieces[i]!;
    const ka = template.kinds[i]!, kb = kinds[i]!;
    if (a === b) {
      if (ka === WORD || ka === TELLING_WORD) words++;
      continue;
    }
    if (ka === DELIMITER || kb === DELIMITER) return Infinity;
    const value = pieces[i - 1] === "=" || (pieces[i - 2] === "=" && pieces[i - 1] === '"');
    if (value || (ka >= MASK && kb >= MASK)) continue;
    if (ka === TELLING_WORD || kb === TELLING_WORD) return Infinity;
    if (ka === ANY) continue;
    if (++cost >= least) return Infinity;
  }
  return words < cost ? Infinity : cost;
}

function merge<T>(leaf: Leaf<T>, pieces: string[]): void {
  leaf.pieces = leaf.pieces.map((piece, i) => piece === pieces[i] ? piece : "<*>");
  leaf.kinds = Uint8Array.from(leaf.pieces, kindOf);
}
