/**
 * Opening the file of facts: ours and of a version that is known, or refused.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { PhysiclawError } from "../../internal/errors.ts";
import { explain } from "./faults.ts";
import { TOKENIZER } from "./words.ts";

/** "PHYF" in ASCII: SQLite's application id of this file. */
export const APPLICATION_ID = 0x50485946;
/** Raised with every change of the schema, with a migration in {@link MIGRATIONS}. */
export const SCHEMA_VERSION = 1;

/**
 * What an index gathers in memory before it writes a segment. With 8 MiB a batch is one segment or few, and adding costs three
 * quarters of what it costs with SQLite's 1 MiB (measured); 32 MiB gain no more.
 */
const HASH_BYTES = 8 * 1024 * 1024;

/**
 * SQLite itself merges so many parts of one size into one of the next size. Merging a little with every write, as it does by
 * default, costs a sixth of the time of adding a million facts; it is done when many have come (`merge.ts`).
 */
const MOST_PARTS = 32;

/** Words and their column weights are in `words.ts` and `search.ts`; no index holds a copy of the text. */
const INDEXES = `
   CREATE VIRTUAL TABLE fact_words USING fts5(
     name, text, names, content='', tokenize="${TOKENIZER}"
   );
   CREATE VIRTUAL TABLE fact_trigrams USING fts5(
     text, content='', columnsize=0, detail=none, tokenize='trigram'
   );
   INSERT INTO fact_words (fact_words, rank) VALUES ('secure-delete', 1);
   INSERT INTO fact_trigrams (fact_trigrams, rank) VALUES ('secure-delete', 1);
   INSERT INTO fact_words (fact_words, rank) VALUES ('automerge', 0);
   INSERT INTO fact_trigrams (fact_trigrams, rank) VALUES ('automerge', 0);
   INSERT INTO fact_words (fact_words, rank) VALUES ('crisismerge', ${MOST_PARTS});
   INSERT INTO fact_trigrams (fact_trigrams, rank) VALUES ('crisismerge', ${MOST_PARTS});
   INSERT INTO fact_words (fact_words, rank) VALUES ('hashsize', ${HASH_BYTES});
   INSERT INTO fact_trigrams (fact_trigrams, rank) VALUES ('hashsize', ${HASH_BYTES});`;

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE facts (
     row INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     created INTEGER NOT NULL,
     updated INTEGER NOT NULL,
     expires INTEGER,
     version INTEGER NOT NULL,
     name_key INTEGER,
     source_key INTEGER NOT NULL,
     content TEXT NOT NULL
   ) STRICT;
   CREATE INDEX facts_by_name ON facts (name_key) WHERE name_key IS NOT NULL;
   CREATE INDEX facts_by_source ON facts (source_key);
   CREATE INDEX facts_expiring ON facts (expires) WHERE expires IS NOT NULL;
   CREATE TABLE fact_history (
     row INTEGER NOT NULL,
     version INTEGER NOT NULL,
     updated INTEGER NOT NULL,
     expires INTEGER,
     content TEXT NOT NULL,
     PRIMARY KEY (row, version)
   ) STRICT, WITHOUT ROWID;
   ${INDEXES}`,
];

const PRAGMAS =
  // A checkpoint waits for the disk: with 16 MiB of WAL there are four times fewer of them than by default. Waiting for a
  // lock inside SQLite would hold up the event loop; it is done outside.
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;";

const pragma = (database: DatabaseSync, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);

/**
 * Opens or makes the file, and brings an older one up to date. Throws {@link PhysiclawError}: `config` for a file of another
 * program or a newer version, `not_ready` for a damaged one.
 */
export function openFacts(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    const refuse = (why: string, hint: string) =>
      new PhysiclawError("config", `Cannot open ${path}: ${why}`, { hint });
    const application = pragma(database, "application_id");
    const version = pragma(database, "user_version");
    const foreign = application === 0
      ? Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]) > 0
      : application !== APPLICATION_ID;
    if (foreign) {
      throw refuse(
        "it is a database of another program",
        "choose another state directory with PHYSICLAW_MEMORY_DIR, or move that file away",
      );
    }
    if (version > SCHEMA_VERSION) {
      throw refuse(
        `its schema ${version} is newer than ${SCHEMA_VERSION}`,
        "use the newer physiclaw that wrote it",
      );
    }
    database.exec(PRAGMAS);
    for (let next = version; next < SCHEMA_VERSION; next++) {
      const migration = MIGRATIONS[next] ?? "";
      database.exec(
        `BEGIN IMMEDIATE; ${migration}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${
          next + 1
        }; COMMIT`,
      );
    }
    return database;
  } catch (error) {
    database?.close();
    throw explain(error, "open the facts", path);
  }
}

/** A second connection to an open file, for reading: it sees what was committed, also while a transaction is open. */
export function openReader(path: string): DatabaseSync {
  const reader = new DatabaseSync(path);
  reader.exec(
    "PRAGMA query_only = ON; PRAGMA busy_timeout = 0; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
  );
  return reader;
}
