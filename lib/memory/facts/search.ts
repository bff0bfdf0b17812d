/**
 * Finding facts by what a question says.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Scrubbed } from "../scrub.ts";
import type { Fact, MemoryItem, Ranks, SearchScope } from "../types.ts";
import { substringText } from "./index_row.ts";
import { type Names, SAME_NAME } from "./names.ts";
import { FACT_COLUMNS, factOf, inRanges, rangesOf, type RowRange } from "./rows.ts";
import { phrase, type Term, termsOf, trigramsOf } from "./words.ts";

/**
 * A word in more facts than this says little about any of them, and ranking all of them takes time that grows with the
 * store. Words in fewer are ranked completely (BM25): what they find is never cut short. A fact that holds only commoner
 * ones is found by its name, or among the newest that hold all of them.
 */
export const COMMON = 4096;
/** Of the ranked ones, how many are looked at for the common words too, at least. */
const SHORTLIST = 64;
/** What a common word that a fact also holds is worth, in BM25's measure: about that of a word in every tenth fact. */
const COMMON_WEIGHT = 1;
/**
 * What each word of a fact's name is worth when the whole name stands in the query: about that of a word in every 150th
 * fact. A name that very many facts bear is worth no more than a common word.
 */
const NAME_WEIGHT = 5;
/** Candidates of a substring that are compared letter by letter. */
const SUBSTRINGS = 512;
/** Characters of the shortest substring that the trigrams can find. */
const MIN_SUBSTRING = 3;
/** The usual constant of reciprocal rank fusion (Cormack, Clarke, Buettcher 2009). */
const FUSION = 60;
/** A query of more characters is cut: terms and names of its beginning decide. */
const MAX_QUERY = 65_536;
/** Words that are remembered to be common. */
const MAX_REMEMBERED = 10_000;

/**
 * The statement that ranks: the words of `?1`, at most `?2` facts, best first. A name weighs twice what the text does.
 */
export const RANK_SQL =
  "SELECT rowid AS row, rank AS bm25 FROM fact_words WHERE fact_words MATCH ?1 AND rank MATCH 'bm25(2.0, 1.0, 1.5)' ORDER BY rank LIMIT ?2";
export const COUNT_SQL =
  "SELECT count(*) AS n FROM (SELECT 1 FROM fact_words WHERE fact_words MATCH ?1 LIMIT ?2)";
export const NEWEST_SQL =
  "SELECT rowid AS row FROM fact_words WHERE fact_words MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4 OFFSET ?5";

/** What {@link createSearch} returns. */
export interface Searcher {
  /** Best first. An empty query finds nothing. */
  search(query: string, scope: SearchScope): readonly MemoryItem[];
}

/** What a fact says, on one line: the value, with its name before it. */
const textOf = ({ name, value }: Fact): Scrubbed =>
  // Both went through the scrubber, together (see `new_fact.ts`).
  (name === "" ? value : `${name}: ${value}`) as Scrubbed;

const any = (matches: readonly string[]): string => matches.join(" OR ");
const all = (matches: readonly string[]): string => matches.join(" AND ");

/** A search over one connection. */
export function createSearch(database: DatabaseSync, names: Names, now: () => number): Searcher {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  const count = statement(COUNT_SQL);
  const rank = statement(RANK_SQL);
  const newest = statement(NEWEST_SQL);
  const holds = statement(
    "SELECT rowid AS row FROM fact_words WHERE fact_words MATCH ?1 AND rowid IN (SELECT value FROM json_each(?2))",
  );
  const trigrams = statement(
    "SELECT rowid AS row FROM fact_trigrams WHERE fact_trigrams MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4",
  );
  const byRow = statement(`SELECT ${FACT_COLUMNS} FROM facts WHERE row = ?`);
  const remembered = new Set<string>();

  const rowsOf = (found: readonly Record<string, unknown>[]): readonly number[] =>
    found.map(({ row }) => Number(row));

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

  const search = (query: string, scope: SearchScope): readonly MemoryItem[] => {
    const text = query.slice(0, MAX_QUERY);
    const ranges = rangesOf(scope.personas, scope.origins);
    const time = now();
    const seen = new Map<number, Fact | undefined>();
    /** The fact of a row, if the scope lets it be seen. */
    const visible = (row: number): Fact | undefined => {
      if (!seen.has(row)) {
        const found = inRanges(row, ranges) ? byRow.get(row) : undefined;
        const fact = found === undefined ? undefined : factOf(found);
        seen.set(row, fact !== undefined && within(fact, scope, time) ? fact : undefined);
      }
      return seen.get(row);
    };
    /** The first `limit` visible rows of a list that is read as far as needed. */
    const firstVisible = (
      page: (limit: number, offset: number) => readonly number[],
      limit: number,
    ): number[] => {
      const rows: number[] = [];
      for (let size = limit, offset = 0; rows.length < limit; offset += size, size *= 2) {
        const found = page(size, offset);
        for (const row of found) if (rows.length < limit && visible(row) !== undefined) rows.push(row);
        if (found.length < size) break;
      }
      return rows;
    };
    const newestOf = (match: string): readonly number[] =>
      ranges.flatMap(({ first, last }) =>
        firstVisible((limit, offset) => rowsOf(newest.all(match, first, last, limit, offset)), scope.limit)
      ).toSorted((a, b) => (visible(b)?.updated ?? 0) - (visible(a)?.updated ?? 0));

    const terms = termsOf(text).map((term) => ({ ...term, match: phrase(term.text) }));
    const frequencies = new Map(terms.map(({ match }) => [match, frequency(match)]));
    const frequencyOf = ({ match }: { match: string }) => frequencies.get(match) ?? 0;
    const rare = terms.filter((term) => frequencyOf(term) > 0 && frequencyOf(term) <= COMMON);
    const common = terms.filter((term) => frequencyOf(term) > COMMON).map(({ match }) => match);
    const unknown = terms.filter((term) => frequencyOf(term) === 0);

    const scores = new Map<number, number>();
    const credit = (row: number, weight: number) => scores.set(row, (scores.get(row) ?? 0) + weight);
    if (rare.length > 0) {
      const match = any(rare.map((term) => term.match));
      firstVisible((limit, offset) => {
        // FTS5 ranks all of them for each page: pages are taken from the front.
        const found = rank.all(match, offset + limit).slice(offset);
        for (const { row, bm25 } of found) {
          if (visible(Number(row)) !== undefined) scores.set(Number(row), -Number(bm25));
        }
        return rowsOf(found);
      }, Math.max(SHORTLIST, scope.limit));
    }
    for (const name of names.standingIn(text)) {
      const bearers = names.facts(name, ranges);
      const telling = bearers.length < SAME_NAME;
      for (const { row } of bearers.filter(({ row }) => visible(row) !== undefined).slice(0, scope.limit)) {
        credit(row, telling ? NAME_WEIGHT * name.split(" ").length : COMMON_WEIGHT);
      }
    }
    const shortlist = JSON.stringify([...scores.keys()]);
    if (scores.size > 0) {
      for (const match of common) {
        for (const row of rowsOf(holds.all(match, shortlist))) credit(row, COMMON_WEIGHT);
      }
    }
    const words = [...scores].toSorted(([, a], [, b]) => b - a).map(([row]) => row);
    const push = (into: number[], rows: readonly number[]) => {
      for (const row of rows) if (!into.includes(row)) into.push(row);
    };
    if (common.length > 0 && words.length < scope.limit) {
      push(words, newestOf(all(common)));
      if (words.length < scope.limit && common.length > 1) push(words, newestOf(any(common)));
    }

    const substrings: number[] = [];
    for (const term of unknown) push(substrings, substringRows(term, ranges, visible));
    // A name that stands nowhere as it is written may stand there in other separators.
    for (const term of unknown.filter(({ isName }) => isName)) {
      if (substrings.length + words.length < scope.limit) {
        push(words, newestOf(phrase(term.text.replace(/[^\p{L}\p{N}]+/gu, " "))));
      }
    }
    return fuse({ l2: words, l2_trigram: substrings }, scope.limit, visible);
  };

  /** Visible facts that hold the term's letters somewhere, newest first. */
  const substringRows = (
    { text }: Term,
    ranges: readonly RowRange[],
    visible: (row: number) => Fact | undefined,
  ): readonly number[] => {
    if ([...text].length < MIN_SUBSTRING) return [];
    const match = all(trigramsOf(text).map(phrase));
    const sought = text.toLowerCase();
    return ranges.flatMap(({ first, last }) => rowsOf(trigrams.all(match, first, last, SUBSTRINGS)))
      .filter((row) => {
        const fact = visible(row);
        return fact !== undefined && substringText(fact).toLowerCase().includes(sought);
      });
  };

  return { search };
}

function within({ updated, expires }: Fact, { since, until }: SearchScope, time: number): boolean {
  return (expires === undefined || expires > time) && (since === undefined || updated >= since) &&
    (until === undefined || updated <= until);
}

/** Reciprocal rank fusion of the lists. */
function fuse(
  lists: Readonly<Record<string, readonly number[]>>,
  limit: number,
  factAt: (row: number) => Fact | undefined,
): readonly MemoryItem[] {
  const found = new Map<number, { score: number; ranks: Record<string, number> }>();
  for (const [name, rows] of Object.entries(lists)) {
    for (const [index, row] of rows.entries()) {
      const entry = found.get(row) ?? { score: 0, ranks: {} };
      entry.score += 1 / (FUSION + index + 1);
      entry.ranks[name] = index + 1;
      found.set(row, entry);
    }
  }
  return [...found].toSorted(([, a], [, b]) => b.score - a.score).slice(0, limit).flatMap(([row, entry]) => {
    const fact = factAt(row);
    return fact === undefined ? [] : [itemOf(fact, entry.score, entry.ranks)];
  });
}

const itemOf = (fact: Fact, score: number, ranks: Ranks): MemoryItem => ({
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
