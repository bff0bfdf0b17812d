/**
 * Finding facts by what a question says.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Scrubbed } from "../scrub.ts";
import type { Fact, MemoryItem, SearchScope } from "../types.ts";
import { fuse } from "./fuse.ts";
import { substringText } from "./index_row.ts";
import { type Names, SAME_NAME } from "./names.ts";
import { inMask } from "./rows.ts";
import { createViews, type View } from "./view.ts";
import { phrase, termsOf, trigramsOf } from "./words.ts";

/**
 * A word in more facts than this says little about any of them, and ranking all of them takes time that grows with the
 * store. Words in fewer are ranked completely (BM25): what they find is never cut short. A fact that holds only commoner
 * ones is found by its name, or among the newest that hold all of them.
 */
export const COMMON = 4096;
/** Facts that one search ranks, at most: of many words that are each just not common, the commonest count as common. */
const RANKED = 2 * COMMON;
/** Of the ranked ones, how many are looked at for the common words too, at least. */
const SHORTLIST = 64;
/** What a common word that a fact also holds is worth, in BM25's measure: about that of a word in every third fact. */
const COMMON_WEIGHT = 1;
/**
 * What each word of a fact's name is worth when the whole name stands in the query: about that of a word in every 150th
 * fact. A name that very many facts bear is worth no more than a common word.
 */
const NAME_WEIGHT = 5;
/** Characters of the shortest substring that the trigrams can find. */
const MIN_SUBSTRING = 3;
/** A query of more characters is cut: terms and names of its beginning decide. */
const MAX_QUERY = 65_536;
/** Words that are remembered to be common. */
const MAX_REMEMBERED = 10_000;

/** The statements of a search, for benchmarks to run elsewhere. */
export const SQL = {
  /** In how many facts the words `?1` stand, at most `?2`. */
  count: "SELECT count(*) AS n FROM (SELECT 1 FROM fact_words WHERE fact_words MATCH ?1 LIMIT ?2)",
  /**
   * The best `?2` facts for the words `?1`. A word in a fact's name weighs twice what it does in the value. (By the function:
   * for the column `rank` FTS5 prepares two statements of its own at each search, a third of the time.)
   */
  rank:
    "SELECT rowid AS row, bm25(fact_words, 2.0, 1.0, 1.5) AS bm25 FROM fact_words WHERE fact_words MATCH ?1 ORDER BY bm25 LIMIT ?2",
  /** The newest `?3` facts in the mask `?2` that hold the words `?1`, after the first `?4`. */
  newest: `SELECT rowid AS row FROM fact_words WHERE fact_words MATCH ?1 AND ${
    inMask("rowid", "?2")
  } ORDER BY rowid DESC LIMIT ?3 OFFSET ?4`,
  /** Those that hold the words `?1`, unordered. */
  holding: "SELECT rowid AS row FROM fact_words WHERE fact_words MATCH ?1",
  /** As `newest`, by trigrams. */
  substring: `SELECT rowid AS row FROM fact_trigrams WHERE fact_trigrams MATCH ?1 AND ${
    inMask("rowid", "?2")
  } ORDER BY rowid DESC LIMIT ?3 OFFSET ?4`,
} as const;

/** What {@link createSearch} returns. Best first; a query without words finds nothing. */
export type Search = (query: string, scope: SearchScope) => readonly MemoryItem[];

/** A term with its phrase, and in how many facts it stands. */
interface CountedTerm {
  readonly text: string;
  readonly isName: boolean;
  readonly match: string;
  readonly facts: number;
}

const any = (matches: readonly string[]): string => matches.join(" OR ");
const all = (matches: readonly string[]): string => matches.join(" AND ");

/** A row as its columns. */
type Columns = readonly unknown[];
const rowsOf = (found: readonly Columns[]): readonly number[] => found.map(([row]) => Number(row));

/** Runs a statement, a row an array: made into objects, 64 rows take a third longer. */
export function inColumns(
  statement: StatementSync,
): (...values: readonly (string | number)[]) => readonly Columns[] {
  statement.setReturnArrays(true);
  // The types know rows as objects only.
  return (...values) => statement.all(...values) as unknown as Columns[];
}

/** Adds what is not there yet. */
function push(into: number[], rows: readonly number[]): void {
  for (const row of rows) if (!into.includes(row)) into.push(row);
}

/** A search over one connection. */
export function createSearch(database: DatabaseSync, names: Names, now: () => number): Search {
  const count = database.prepare(SQL.count);
  const rank = inColumns(database.prepare(SQL.rank));
  const newest = inColumns(database.prepare(SQL.newest));
  const holding = inColumns(database.prepare(SQL.holding));
  const substring = inColumns(database.prepare(SQL.substring));
  const viewOf = createViews(database, now);
  const remembered = new Set<string>();

  /** In how many facts: exact up to {@link COMMON}, and one more than that for "in more". */
  const frequency = (match: string): number => {
    if (remembered.has(match)) return COMMON + 1;
    const n = Number(count.get(match, COMMON + 1)?.["n"]);
    if (n > COMMON) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.add(match);
    }
    return n;
  };

  /** Visible facts that hold `match`, newest first. */
  const newestOf = (view: View, match: string, limit: number): readonly number[] =>
    view.first(limit, (size, offset) => rowsOf(newest(match, view.mask, size, offset)));

  /** Visible facts that hold the term's letters somewhere, newest first. */
  const substringRows = (view: View, text: string, limit: number): readonly number[] => {
    if ([...text].length < MIN_SUBSTRING) return [];
    const match = all(trigramsOf(text).map(phrase));
    const sought = text.toLowerCase();
    return view.first(
      limit,
      (size, offset) => rowsOf(substring(match, view.mask, size, offset)),
      (fact) => substringText(fact).toLowerCase().includes(sought),
    );
  };

  /** Facts by the rare words and by names that stand in the query, scored; common words add a little. */
  const scored = (
    view: View,
    query: string,
    rare: readonly string[],
    common: readonly string[],
    limit: number,
  ): readonly number[] => {
    const scores = new Map<number, number>();
    const credit = (row: number, weight: number) => scores.set(row, (scores.get(row) ?? 0) + weight);
    if (rare.length > 0) {
      view.first(Math.max(SHORTLIST, limit), (size, offset) => {
        // FTS5 ranks all of them for each page: pages are taken from the front.
        const found = rank(any(rare), offset + size).slice(offset);
        for (const [row, bm25] of found) {
          if (view.fact(Number(row)) !== undefined) scores.set(Number(row), -Number(bm25));
        }
        return rowsOf(found);
      });
    }
    for (const name of names.standingIn(query)) {
      const bearers = names.facts(name, view.mask);
      const weight = bearers.length < SAME_NAME ? NAME_WEIGHT * name.split(" ").length : COMMON_WEIGHT;
      for (const { row } of bearers.filter(({ row }) => view.fact(row) !== undefined).slice(0, limit)) {
        credit(row, weight);
      }
    }
    if (rare.length > 0 && scores.size > 1) {
      for (const match of common) {
        for (const row of rowsOf(holding(`(${any(rare)}) AND ${match}`))) {
          if (scores.has(row)) credit(row, COMMON_WEIGHT);
        }
      }
    }
    return [...scores].toSorted(([, a], [, b]) => b - a).map(([row]) => row);
  };

  return (text, scope) => {
    const query = text.slice(0, MAX_QUERY);
    const { limit } = scope;
    const view = viewOf(scope);
    const terms: readonly CountedTerm[] = termsOf(query)
      .map((term) => ({ ...term, match: phrase(term.text) }))
      .map((term) => ({ ...term, facts: frequency(term.match) }));
    const rare: string[] = [];
    const common: string[] = [];
    let ranked = 0;
    for (const { match, facts } of terms.toSorted((a, b) => a.facts - b.facts)) {
      ranked += facts;
      if (facts > COMMON || ranked > RANKED) common.push(match);
      else if (facts > 0) rare.push(match);
    }

    const words = [...scored(view, query, rare, common, limit)];
    if (common.length > 0 && words.length < limit) {
      push(words, newestOf(view, all(common), limit));
      if (words.length === 0) push(words, newestOf(view, any(common), limit));
    }
    const substrings: number[] = [];
    for (const { text, isName } of terms.filter(({ facts }) => facts === 0)) {
      push(substrings, substringRows(view, text, limit));
      // A name that stands nowhere as it is written may stand there with other separators.
      if (isName && substrings.length === 0) {
        push(words, newestOf(view, phrase(text.replace(/[^\p{L}\p{N}]+/gu, " ")), limit));
      }
    }
    return fuse({ l2: words, l2_trigram: substrings }).slice(0, limit).flatMap(({ key, score, ranks }) => {
      const fact = view.fact(key);
      return fact === undefined ? [] : [itemOf(fact, score, ranks)];
    });
  };
}

/** What a fact says, on one line: the value, with its name before it. */
const textOf = ({ name, value }: Fact): Scrubbed =>
  // Both went through the scrubber, together (see `new_fact.ts`).
  (name === "" ? value : `${name}: ${value}`) as Scrubbed;

const itemOf = (fact: Fact, score: number, ranks: MemoryItem["ranks"]): MemoryItem => ({
  id: fact.id,
  tier: "l2",
  text: textOf(fact),
  source: fact.source,
  origin: fact.origin,
  audience: fact.audience,
  time: fact.updated,
  score,
  ranks,
});
