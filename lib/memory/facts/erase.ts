/**
 * Forgetting: rows, history and index entries go, and nothing of them stays in the file or its log.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { PhysiclawError } from "../../internal/errors.ts";
import { unseal } from "./envelope.ts";
import { createIndexer } from "./index_row.ts";
import { INDEXES, type Merger } from "./merge.ts";
import { breathe, SLICE, type Transactions } from "./transaction.ts";

/**
 * Up to this many facts, each one's words are cut out of the index where they stand (about 10 ms a fact). For more it is
 * quicker to mark them and then to write the index anew without them.
 */
const CUT_AT_MOST = 64;
/** Rows of one transaction, so that the log stays small. */
const BATCH = 2048;

/** What {@link createEraser} returns. */
export interface Eraser {
  /** Erases these rows; returns how many there were. */
  erase(rows: readonly number[]): Promise<number>;
  /** Ends what a killed process began: the index is written anew where marked entries may be left. */
  finish(): Promise<void>;
}

/** An eraser; `changed` is called after every commit. */
export function createEraser(
  database: DatabaseSync,
  transactions: Transactions,
  merger: Pick<Merger, "merge">,
  options: { readonly changed: () => void; readonly path: string },
): Eraser {
  const indexer = createIndexer(database);
  const select = database.prepare("SELECT content FROM facts WHERE row = ?");
  const removeFact = database.prepare("DELETE FROM facts WHERE row = ?");
  const removeHistory = database.prepare("DELETE FROM fact_history WHERE row = ?");

  /** The index's own setting is the mark that says whether entries may be left: it lies in the file, in the same transaction. */
  const setCutting = (on: boolean): void => {
    for (const index of INDEXES) {
      database.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', ${on ? 1 : 0})`);
    }
  };
  const isCutting = (): boolean =>
    INDEXES.every((index) =>
      Number(database.prepare(`SELECT v FROM ${index}_config WHERE k = 'secure-delete'`).get()?.["v"]) === 1
    );

  /** The log holds what was written before; emptied, it holds nothing. */
  const emptyLog = (): Promise<void> =>
    transactions.alone("empty the log of facts", async () => {
      const checkpoint = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
      await transactions.patiently(() => {
        if (Number(checkpoint.get()?.["busy"]) !== 0) {
          throw new PhysiclawError(
            "busy",
            `Cannot empty the log of ${options.path}: another program reads it; the facts are forgotten, and the log still holds them`,
            { hint: "close the program that has it open, then forget once more" },
          );
        }
      });
    });

  const finish = async (): Promise<void> => {
    if (isCutting()) return;
    for (const index of INDEXES) await merger.merge(index, "forget facts");
    await transactions.run("forget facts", () => setCutting(true));
    await emptyLog();
  };

  const erase = async (rows: readonly number[]): Promise<number> => {
    let count = 0;
    const many = rows.length > CUT_AT_MOST;
    for (let at = 0; at < rows.length; at += BATCH) {
      await transactions.run("forget facts", async () => {
        if (many) setCutting(false);
        for (const [index, row] of rows.slice(at, at + BATCH).entries()) {
          if (many ? index % SLICE === SLICE - 1 : index > 0) await breathe();
          const found = select.get(row);
          if (found === undefined) continue;
          indexer.remove(row, unseal(String(found["content"])));
          removeHistory.run(row);
          removeFact.run(row);
          count++;
        }
      });
      options.changed();
    }
    if (many) await finish();
    else await emptyLog();
    return count;
  };

  // One after the other: a small one must not end while what it marked waits for a large one to write the index anew.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return { finish: () => inTurn(finish), erase: (rows) => inTurn(() => erase(rows)) };
}
