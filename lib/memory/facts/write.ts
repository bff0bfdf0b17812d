/**
 * Adding facts and changing them.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { PhysiclawError } from "../../internal/errors.ts";
import type { Fact, FactInput } from "../types.ts";
import { type Content, lookupKey, seal } from "./envelope.ts";
import { createIndexer } from "./index_row.ts";
import { FACT_COLUMNS, factOf, rowOf, sequenceOf } from "./rows.ts";
import { breathe, SLICE, type Transactions } from "./transaction.ts";
import { nameKey } from "./words.ts";

/** What of a fact can be changed. `expires: null` keeps it until it is forgotten. */
export type FactPatch =
  & { readonly [Key in "name" | "value" | "tags" | "source"]?: Fact[Key] }
  & { readonly expires?: number | null };

/** What {@link createWriter} returns. */
export interface Writer {
  /** All of them in one transaction, or none. `onProgress` is told how many are in. */
  add(
    facts: readonly FactInput[],
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void },
  ): Promise<readonly Fact[]>;
  /** Facts as an export has them, with their history; those that are there already are left as they are. Returns how many are new. */
  restore(facts: readonly { readonly fact: Fact; readonly history: readonly Fact[] }[]): Promise<number>;
  /** The next version of a fact; the one before goes into its history. Throws `not_found`. */
  update(id: string, patch: FactPatch): Promise<Fact>;
}

/** The key under which facts of a name are found; none for those without a name. */
export function nameLookup(name: string): number | null {
  const key = nameKey(name);
  return key === "" ? null : lookupKey(key);
}

const contentOf = ({ name, value, tags, source }: Content): Content => ({ name, value, tags, source });

/** A writer; `changed` is called after every commit. */
export function createWriter(
  database: DatabaseSync,
  transactions: Transactions,
  options: { readonly now: () => number; readonly newId: () => string; readonly changed: () => void },
): Writer {
  const indexer = createIndexer(database);
  const insert = database.prepare(
    "INSERT INTO facts (row, id, created, updated, expires, version, name_key, source_key, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const insertOld = database.prepare(
    "INSERT INTO fact_history (row, version, updated, expires, content) VALUES (?, ?, ?, ?, ?)",
  );
  const select = database.prepare(`SELECT ${FACT_COLUMNS} FROM facts WHERE id = ?`);
  const change = database.prepare(
    "UPDATE facts SET updated = ?, expires = ?, version = ?, name_key = ?, source_key = ?, content = ? WHERE row = ?",
  );
  const lastRow = database.prepare("SELECT coalesce(max(row), 0) AS row FROM facts");
  const nextSequence = (): number => sequenceOf(Number(lastRow.get()?.["row"])) + 1;

  const put = (fact: Fact, row: number): void => {
    const content = contentOf(fact);
    insert.run(
      row,
      fact.id,
      fact.created,
      fact.updated,
      fact.expires ?? null,
      fact.version,
      nameLookup(fact.name),
      lookupKey(fact.source),
      seal(content),
    );
    indexer.put(row, content);
  };

  return {
    add: async (facts, { signal, onProgress } = {}) => {
      const added = await transactions.run("add facts", async () => {
        const time = options.now();
        const done: Fact[] = [];
        let sequence = nextSequence();
        for (const input of facts) {
          if (done.length > 0 && done.length % SLICE === 0) {
            onProgress?.(done.length);
            await breathe();
            signal?.throwIfAborted();
          }
          const fact: Fact = { ...input, id: options.newId(), created: time, updated: time, version: 1 };
          put(fact, rowOf(fact.audience, fact.origin, sequence++));
          done.push(fact);
        }
        return done;
      });
      onProgress?.(added.length);
      options.changed();
      return added;
    },
    restore: async (facts) => {
      const count = await transactions.run("restore facts", async () => {
        let count = 0;
        let sequence = nextSequence();
        for (const [index, { fact, history }] of facts.entries()) {
          if (index % SLICE === SLICE - 1) await breathe();
          if (select.get(fact.id) !== undefined) continue;
          const row = rowOf(fact.audience, fact.origin, sequence++);
          put(fact, row);
          for (const old of history) {
            insertOld.run(row, old.version, old.updated, old.expires ?? null, seal(contentOf(old)));
          }
          count++;
        }
        return count;
      });
      options.changed();
      return count;
    },
    update: async (id, patch) => {
      const updated = await transactions.run("change a fact", () => {
        const found = select.get(id);
        if (found === undefined) throw new PhysiclawError("not_found", "Cannot find the fact");
        const row = Number(found["row"]);
        const { expires, ...old } = factOf(found);
        const { expires: newExpires = expires ?? null, ...fields } = patch;
        const fact: Fact = {
          ...old,
          ...fields,
          ...(newExpires === null ? {} : { expires: newExpires }),
          // A clock that was set back must not make the newest version look older than the one before.
          updated: Math.max(options.now(), old.updated),
          version: old.version + 1,
        };
        insertOld.run(row, old.version, old.updated, expires ?? null, seal(contentOf(old)));
        indexer.remove(row, old);
        const content = contentOf(fact);
        change.run(
          fact.updated,
          newExpires,
          fact.version,
          nameLookup(fact.name),
          lookupKey(fact.source),
          seal(content),
          row,
        );
        indexer.put(row, content);
        return fact;
      });
      options.changed();
      return updated;
    },
  };
}
