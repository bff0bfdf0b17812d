/**
 * Writing a fact into the two indexes and taking it out again. Neither keeps the text, so what was put in must be given
 * once more to take it out.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Content } from "./envelope.ts";
import { indexed } from "./words.ts";

/** What {@link createIndexer} returns. */
export interface Indexer {
  put(row: number, content: Content): void;
  remove(row: number, content: Content): void;
}

/**
 * Columns of both indexes. A change here or in `words.ts` needs a new schema version that rebuilds them: with other words
 * than were put in, `remove` would leave the old ones behind.
 */
export function columnsOf({ name, value, tags }: Content): { words: readonly string[]; trigrams: string } {
  const ofName = indexed(name);
  const ofText = indexed(`${value}\n${tags.join("\n")}`);
  return {
    words: [ofName.words, ofText.words, `${ofName.names} ${ofText.names}`],
    trigrams: substringText({ name, value, tags }),
  };
}

/** The text in which substrings are found. */
export const substringText = ({ name, value, tags }: Omit<Content, "source">): string =>
  [name, value, ...tags].join("\n");

/** An indexer with its statements prepared. */
export function createIndexer(database: DatabaseSync): Indexer {
  const putWords = database.prepare("INSERT INTO fact_words (rowid, name, text, names) VALUES (?, ?, ?, ?)");
  const putTrigrams = database.prepare("INSERT INTO fact_trigrams (rowid, text) VALUES (?, ?)");
  const removeWords = database.prepare(
    "INSERT INTO fact_words (fact_words, rowid, name, text, names) VALUES ('delete', ?, ?, ?, ?)",
  );
  const removeTrigrams = database.prepare(
    "INSERT INTO fact_trigrams (fact_trigrams, rowid, text) VALUES ('delete', ?, ?)",
  );
  return {
    put: (row, content) => {
      const { words, trigrams } = columnsOf(content);
      putWords.run(row, ...words);
      putTrigrams.run(row, trigrams);
    },
    remove: (row, content) => {
      const { words, trigrams } = columnsOf(content);
      removeWords.run(row, ...words);
      removeTrigrams.run(row, trigrams);
    },
  };
}
