/**
 * The second tier: facts in SQLite, found by their words, their names, and substrings of both.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import { createEraser } from "./facts/erase.ts";
import { explain } from "./facts/faults.ts";
import { exportLine, type FactWithHistory } from "./facts/lines.ts";
import { unseal } from "./facts/envelope.ts";
import { createMerger } from "./facts/merge.ts";
import { createNames, type OperatorFacts, operatorFacts } from "./facts/names.ts";
import { openFacts, openReader } from "./facts/open.ts";
import { FACT_COLUMNS, factOf, inMask, maskFor, maskOf } from "./facts/rows.ts";
import { createSearch } from "./facts/search.ts";
import { type FactFilter, selectRows } from "./facts/select.ts";
import { breathe, createTransactions } from "./facts/transaction.ts";
import { createWriter, type FactPatch, type Writer } from "./facts/write.ts";
import { AUDIENCES, type Fact, type MemoryItem, type Origin, type SearchScope } from "./types.ts";

export type { FactFilter, FactPatch, FactWithHistory, OperatorFacts };

/** A page of facts. */
export interface FactPage {
  readonly facts: readonly Fact[];
  /** Give it as `cursor` for the next page; `undefined` at the end. */
  readonly next?: number;
}

/**
 * The facts. Every method throws {@link PhysiclawError}: `not_ready` for a full disk or a damaged file (with the command
 * that mends it), `busy` when another program holds its lock for seconds.
 */
export interface FactStore extends Pick<Writer, "add" | "update" | "restore"> {
  /**
   * Facts that match every field of the filter are gone when the promise resolves: rows, history, index, and the file's
   * log. A filter without fields matches nothing. Returns how many there were.
   */
  forget(filter: FactFilter): Promise<number>;
  /** Merges the parts of the indexes where it pays. For after many writes; searches and writes go on meanwhile. */
  tidy(): Promise<void>;
  /** Forgets what has expired. */
  prune(): Promise<number>;
  get(id: string): Fact | undefined;
  /** Every version, oldest first; empty for an unknown id. */
  history(id: string): readonly Fact[];
  /** Newest first, without the expired ones. */
  list(
    options: {
      readonly personas: readonly Persona[];
      readonly origins?: readonly Origin[];
      readonly cursor?: number;
      readonly limit: number;
    },
  ): FactPage;
  /** Best first; the lists of {@link MemoryItem.ranks} are `l2` and `l2_trigram`. */
  search(query: string, scope: SearchScope): readonly MemoryItem[];
  count(): number;
  /** All facts with their history, one line of JSON each, without line breaks. Writes may come between pages. */
  export(): AsyncGenerator<string>;
  operatorFacts(personas: readonly Persona[]): OperatorFacts;
  /** Reads every page of the file and compares the indexes with their own sums: `undefined`, or what is wrong. Takes seconds. */
  check(): string | undefined;
  /** Calls `listener` after every change. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

/** Facts of one page of an export. */
const PAGE = 256;

/**
 * Opens or makes the file. Throws {@link PhysiclawError}: `config` for a file of another program or a newer version,
 * `not_ready` for a damaged one.
 *
 * @example
 * ```ts
 * import { uuidv7 } from "uuidv7";
 * import { createFactStore } from "./l2.ts";
 * const path = `${await Deno.makeTempDir()}/memory_l2.sqlite3`;
 * const store = createFactStore({ path, now: Date.now, newId: uuidv7 });
 * console.assert(store.count() === 0);
 * await store.close();
 * ```
 */
export function createFactStore(
  options: {
    readonly path: string;
    readonly now: () => number;
    readonly newId: () => string;
    /** How long another program's lock is waited for; 5 s. */
    readonly patienceMs?: number;
  },
): FactStore {
  const { path, now } = options;
  const database = openFacts(path);
  const reader = openReader(path);
  const names = createNames(reader);
  const search = createSearch(reader, names, now);
  const listeners: (() => void)[] = [];
  const changed = () => listeners.forEach((listener) => listener());
  const transactions = createTransactions(database, path, options.patienceMs);
  const writer = createWriter(database, transactions, { ...options, changed });
  const merger = createMerger(database, transactions);
  const eraser = createEraser(database, transactions, merger, { path, changed });
  const byId = reader.prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE id = ?`);
  const older = reader.prepare(
    "SELECT version, updated, expires, content FROM fact_history WHERE row = ? ORDER BY version",
  );
  const page = reader.prepare(
    `SELECT ${FACT_COLUMNS} FROM facts WHERE row < ?1 AND ${inMask("row", "?2")} ORDER BY row DESC LIMIT ?3`,
  );
  const total = reader.prepare("SELECT count(*) AS n FROM facts");
  const expired = reader.prepare("SELECT row FROM facts WHERE expires <= ?");

  const reading = <T>(doing: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explain(error, doing, path);
    }
  };
  const historyOf = (row: number, fact: Fact): readonly Fact[] =>
    older.all(row).map((old) => {
      const { expires: _, ...rest } = fact;
      return {
        ...rest,
        ...unseal(String(old["content"])),
        updated: Number(old["updated"]),
        ...(old["expires"] === null ? {} : { expires: Number(old["expires"]) }),
        version: Number(old["version"]),
      };
    });
  // What a process began to forget when it was killed is forgotten now.
  let finishing: unknown;
  const finished = eraser.finish().catch((error: unknown) => {
    finishing = error;
  });
  let closed = false;

  return {
    add: (facts, addOptions) => writer.add(facts, addOptions),
    update: (id, patch) => writer.update(id, patch),
    restore: (facts) => writer.restore(facts),
    forget: async (filter) => await eraser.erase(reading("look for facts", () => selectRows(reader, filter))),
    tidy: () => merger.mergeWhenDue(),
    prune: async () => {
      const rows = reading("look for facts", () => expired.all(now()).map(({ row }) => Number(row)));
      return rows.length === 0 ? 0 : await eraser.erase(rows);
    },
    get: (id) =>
      reading("read a fact", () => {
        const row = byId.get(id);
        return row === undefined ? undefined : factOf(row);
      }),
    history: (id) =>
      reading("read a fact", () => {
        const row = byId.get(id);
        if (row === undefined) return [];
        const fact = factOf(row);
        return [...historyOf(Number(row["row"]), fact), fact];
      }),
    list: ({ personas, origins, cursor = Number.MAX_SAFE_INTEGER, limit }) =>
      reading("list facts", () => {
        const rows = page.all(cursor, maskOf(personas, origins), limit);
        const time = now();
        const last = rows.at(-1);
        return {
          facts: rows.map(factOf).filter(({ expires }) => expires === undefined || expires > time),
          ...(rows.length < limit || last === undefined ? {} : { next: Number(last["row"]) }),
        };
      }),
    search: (query, scope) => reading("search facts", () => search(query, scope)),
    count: () => reading("count facts", () => Number(total.get()?.["n"])),
    async *export() {
      const mask = maskFor(AUDIENCES);
      for (let before = Number.MAX_SAFE_INTEGER;;) {
        const rows = reading("export facts", () => page.all(before, mask, PAGE));
        for (const row of rows) {
          const fact = factOf(row);
          yield exportLine({
            fact,
            history: reading("export facts", () => historyOf(Number(row["row"]), fact)),
          });
        }
        if (rows.length < PAGE) return;
        before = Number(rows.at(-1)?.["row"]);
        await breathe();
      }
    },
    operatorFacts: (personas) => operatorFacts(names, personas, now),
    check: () => {
      try {
        const answers = reader.prepare("PRAGMA integrity_check(10)").all().map((row) =>
          String(Object.values(row)[0])
        );
        if (answers.some((answer) => answer !== "ok")) return answers.join("; ");
        return finishing === undefined ? undefined : String(finishing);
      } catch (error) {
        const explained = explain(error, "check the facts", path);
        return explained instanceof Error ? explained.message : String(explained);
      }
    },
    onChange: (listener) => void listeners.push(listener),
    close: async () => {
      if (closed) return;
      closed = true;
      await finished;
      await transactions.idle();
      reader.close();
      database.close();
    },
  };
}
