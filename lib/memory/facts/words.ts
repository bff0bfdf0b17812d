/**
 * How a text becomes searchable: its words, and the names in it (hosts, paths, addresses, tickets) whole and by their parts.
 *
 * The index's own tokenizer cannot do both: with `.` and `-` as letters "restart." is no longer "restart", and without
 * them `10.0.0.1` is four numbers that every log line has. So each text is indexed twice: as words, with every separator a
 * blank, and as a list of its names.
 *
 * @module
 */

/** Between words, never within a name. */
const BREAKS = /[\s,;=|"'`´‘’“”«»()[\]{}<>*?!$^&\0]+/u;
/** Within names: they join parts. */
const JOINTS = /[-._/:@+~\\#%]+/u;
const JOINTS_ALL = new RegExp(JOINTS.source, "gu");
const EDGES = new RegExp(`^${JOINTS.source}|${JOINTS.source}$`, "gu");
/** From strong to weak: a path holds file names, a file name or host name holds labels. */
const LEVELS: readonly RegExp[] = [/[/\\@]/u, /[:#]/u, /[.]/u];
/** A name of more parts is indexed whole and by its words only. */
const MAX_PARTS = 16;
/** Characters of a word or name; the rest of a longer one says nothing that somebody searches for. */
const MAX_WORD = 256;

/** The tokenizer of the index: what {@link JOINTS} holds are letters there. */
export const TOKENIZER = "porter unicode61 remove_diacritics 2 tokenchars '-._/:@+~\\#%'";

/** A text as it is indexed. */
export interface Indexed {
  /** The words, in order, with nothing but blanks between the parts of names. */
  readonly words: string;
  /** The names: each whole, by its leading parts, and by what its levels hold. */
  readonly names: string;
}

const isName = (chunk: string): boolean => JOINTS.test(chunk);

/** Chunks of a text, without separators around them. */
function chunksOf(text: string): readonly string[] {
  const chunks: string[] = [];
  for (const raw of text.split(BREAKS)) {
    const chunk = raw.replace(EDGES, "");
    if (chunk !== "") chunks.push(chunk.slice(0, MAX_WORD));
  }
  return chunks;
}

/** What a name is found by besides itself: `web-1.cluster-3` also by `cluster-3`, `10.0.0.1` also by `10.0.0`. */
function partsOf(name: string): readonly string[] {
  const found = new Set<string>();
  let parts = 1;
  for (const { index } of name.matchAll(JOINTS_ALL)) {
    if (parts > 1) found.add(name.slice(0, index));
    if (++parts > MAX_PARTS) return [];
  }
  for (const level of LEVELS) {
    if (!level.test(name)) continue;
    for (const piece of name.split(level)) {
      const inner = piece.replace(EDGES, "");
      if (isName(inner)) found.add(inner);
    }
  }
  return [...found];
}

/**
 * A text for the index.
 *
 * @example
 * ```ts
 * import { indexed } from "./words.ts";
 * const { words, names } = indexed("see /var/log/app.log.");
 * console.assert(words === "see var log app log");
 * console.assert(names === "var/log/app.log var/log var/log/app app.log");
 * ```
 */
export function indexed(text: string): Indexed {
  const names: string[] = [];
  const chunks = chunksOf(text);
  for (const chunk of chunks) if (isName(chunk)) names.push(chunk, ...partsOf(chunk));
  return { words: chunks.join(" ").replace(JOINTS_ALL, " "), names: names.join(" ") };
}

/** One thing that a query asks for. */
export interface Term {
  /** As it was written, without what surrounded it. */
  readonly text: string;
  readonly isName: boolean;
}

/** Words that almost every question holds. They are searched for only where a query has no others. */
const STOP_WORDS = new Set(
  ("a about all an and any are as at be been but by can could did do does for from had has have how i if in into is it its " +
    "me my no not of on or our please s should so t tell than that the their them then there these they this those to us was we " +
    "were what when where which who whose why will with would you your").split(" "),
);

/** Terms of one query; a goal of 64 KiB asks for no more. */
const MAX_TERMS = 32;

/**
 * What a query asks for: distinct words and names, in order, without the words that say nothing.
 *
 * @example
 * ```ts
 * import { termsOf } from "./words.ts";
 * console.assert(termsOf("why do the pods of cluster-3 restart?").map(({ text }) => text).join() === "pods,cluster-3,restart");
 * console.assert(termsOf("it's").map(({ text }) => text).join() === "it,s");
 * ```
 */
export function termsOf(query: string): readonly Term[] {
  const seen = new Map<string, Term>();
  for (const chunk of chunksOf(query)) {
    const key = chunk.toLowerCase();
    if (!seen.has(key)) seen.set(key, { text: chunk, isName: isName(chunk) });
  }
  const terms = [...seen];
  const telling = terms.filter(([key]) => !STOP_WORDS.has(key));
  return (telling.length > 0 ? telling : terms).slice(0, MAX_TERMS).map(([, term]) => term);
}

/** The name of a thing as it is compared: its words, in small letters, without an article before them. */
export function nameKey(name: string): string {
  return chunksOf(name).join(" ").toLowerCase().replace(/^(?:the|a|an|our|my) /, "");
}

/** Words of the longest name that is looked for in a text. */
const MAX_NAME_WORDS = 6;
/** Words of a text in which names are looked for. */
const MAX_TEXT_WORDS = 100;

/** Every name that may stand in a text, as {@link nameKey} has it: all runs of up to six words, longest first. */
export function possibleNames(text: string): readonly string[] {
  const words = chunksOf(text).slice(0, MAX_TEXT_WORDS).map((word) => word.toLowerCase());
  const names = new Set<string>();
  for (let length = Math.min(MAX_NAME_WORDS, words.length); length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) names.add(words.slice(at, at + length).join(" "));
  }
  return [...names];
}

/**
 * A text as a phrase of FTS5: nothing in it is syntax. Inside double quotes only the quote itself is special, and NUL ends
 * the expression.
 */
export const phrase = (text: string): string => `"${text.replaceAll("\0", " ").replaceAll('"', '""')}"`;

/** The runs of three characters of a text, at most `max`, evenly taken. Empty for shorter texts. */
export function trigramsOf(text: string, max = 16): readonly string[] {
  const characters = [...text];
  const all: string[] = [];
  for (let at = 0; at + 3 <= characters.length; at++) all.push(characters.slice(at, at + 3).join(""));
  if (all.length <= max) return all;
  return Array.from(
    { length: max },
    (_, index) => all[Math.floor(index * (all.length - 1) / (max - 1))] ?? "",
  );
}
