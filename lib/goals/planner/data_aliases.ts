/**
 * What a goal says about its columns: "the money is in revenue", "date column sold_at", "customers (customer_id)".
 *
 * @module
 */
import { NO_COLUMN } from "./lexicon/no_column.ts";
import { singular } from "./data_filters.ts";
import type { Reading } from "./reading.ts";
import type { Token } from "./text/tokens.ts";

/** From an everyday word, singular and lower case, to the column that stands for it. */
export type Aliases = ReadonlyMap<string, string>;

const END = "(?= ?(?:$|,|\\.|;|:|\\?|!|and |with |where ))";

/** Group 1 is the everyday word, group 2 the column. */
const SAID: readonly RegExp[] = [
  new RegExp(
    `\\b(?:with|where|,|and|;|\\.|:) (?:the |its |their |our )?(\\S+) (?:is |are |being |stands |stored |kept |given |sits |lies |lives |goes |held |recorded |comes |found )*(?:in|under) (?:the )?(?:column |field )?(\\S+)${END}`,
  ),
  /\b(\S+) (?:is|are) (?:in|under) (?:the )?(?:column|field) (\S+)/,
  /\b(?:the |a )?(\S+) columns? (?:is |: ?|= ?|called |named |are )?(\S+)/,
  /\b(\S+) is (?:called|named) (\S+)/,
];
/** Group 1 is the column, group 2 the everyday word. */
const HELD: readonly RegExp[] = [
  /\b(?:column|field) (\S+) (?:is|holds|has|contains|keeps|means|for|being) (?:the )?(\S+)/,
  /\b(\S+) (?:holds|contains|keeps|means|stands for) (?:the )?(\S+)/,
];

const isName = (token: Token | undefined): token is Token =>
  token !== undefined && /^[A-Za-z_]\w*$/.test(token.raw) && !NO_COLUMN.has(token.canon) &&
  (token.literal === undefined || token.literal === "name" || token.literal === "quoted");

const NO_WORD =
  /^(?:column|columns|field|fields|file|files|table|rows?|data|which|that|there|one|it|null|key|join|same|each|every|per|by|of|no|any|only|all|date)$/;

/** The aliases of a goal; a word that is the column's own name is none. */
export function aliasesOf(reading: Reading): Aliases {
  const aliases = new Map<string, string>();
  const add = (word: Token | undefined, column: Token | undefined, strict: boolean): void => {
    if (!isName(word) || !isName(column)) return;
    if (NO_WORD.test(word.canon) && !(strict && word.canon === "date") || word.raw === column.raw) return;
    const key = singular(word.raw.toLowerCase());
    if (key !== singular(column.raw.toLowerCase()) && !aliases.has(key)) aliases.set(key, column.raw);
  };
  for (const pattern of SAID) {
    for (const hit of reading.every(pattern)) add(hit.token(1), hit.token(2), /column/.test(hit.text));
  }
  for (const pattern of HELD) {
    for (const hit of reading.every(pattern)) add(hit.token(2), hit.token(1), false);
  }
  for (
    const [, word = "", column = ""] of reading.goal.slice(0, 4096).matchAll(
      /\b([A-Za-z]{3,30}) \(([A-Za-z]\w{1,60})\)/g,
    )
  ) {
    if (NO_COLUMN.has(word.toLowerCase()) || NO_WORD.test(word.toLowerCase())) continue;
    if (NO_COLUMN.has(column.toLowerCase())) continue;
    if (!aliases.has(singular(word.toLowerCase()))) aliases.set(singular(word.toLowerCase()), column);
  }
  return aliases;
}

/** The column that a name stands for. */
export const unalias = (aliases: Aliases, name: string): string =>
  aliases.get(singular(name.toLowerCase())) ?? name;
