/**
 * Mending a damaged file of facts: what can be read goes into a new file, the old one is kept beside it.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { PhysiclawError } from "../../internal/errors.ts";
import type { Fact } from "../types.ts";
import { unseal } from "./envelope.ts";
import { isDamage } from "./faults.ts";
import { APPLICATION_ID, openFacts, SCHEMA_VERSION } from "./open.ts";
import { FACT_COLUMNS, factOf, sequenceOf } from "./rows.ts";
import { createTransactions } from "./transaction.ts";
import { createWriter } from "./write.ts";

/** What a repair did. */
export interface Repair {
  /** Facts that are in the new file. */
  readonly facts: number;
  /** Where the old file lies; delete it when it is not needed any more: it still holds what was forgotten since. */
  readonly kept: string;
  /** What could not be read, for a person. Empty when all could. */
  readonly lost: readonly string[];
}

/** Facts of one restore. */
const BATCH = 1024;

/**
 * Makes a new file from what the old one still gives, with new indexes, and puts it in its place. Nobody else may have the
 * file open. Throws `config` for a file of another program or a newer version, which is left as it is.
 */
export async function repairFacts(path: string, options: { readonly now: () => number }): Promise<Repair> {
  const made = `${path}.new`;
  await removeAll(made);
  const kept = `${path}.damaged-${new Date(options.now()).toISOString().replaceAll(":", "")}`;
  const target = openFacts(made);
  const lost: string[] = [];
  let facts = 0;
  try {
    const writer = createWriter(target, createTransactions(target, made), {
      now: options.now,
      newId: () => crypto.randomUUID(),
      changed: () => {},
    });
    const batch: { fact: Fact; history: readonly Fact[] }[] = [];
    for (const one of readable(path, lost)) {
      batch.push(one);
      if (batch.length >= BATCH) facts += await writer.restore(batch.splice(0));
    }
    facts += await writer.restore(batch);
  } catch (error) {
    target.close();
    await removeAll(made);
    throw error;
  }
  target.close();
  for (const suffix of ["", "-wal", "-shm"]) {
    await Deno.rename(path + suffix, kept + suffix).catch(ignoreMissing);
  }
  await Deno.rename(made, path);
  await removeAll(made);
  return { facts, kept, lost };
}

const ignoreMissing = (error: unknown): void => {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
};

async function removeAll(path: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(path + suffix).catch(ignoreMissing);
}

/** The facts that can still be read, whatever lies between them. */
function* readable(path: string, lost: string[]): Generator<{ fact: Fact; history: readonly Fact[] }> {
  let database: DatabaseSync;
  try {
    database = openAsIs(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
    lost.push("everything: the file's beginning is destroyed");
    return;
  }
  try {
    const next = database.prepare(
      `SELECT ${FACT_COLUMNS} FROM facts NOT INDEXED WHERE row >= ?1 ORDER BY row LIMIT 1`,
    );
    const older = database.prepare(
      "SELECT row, version, updated, expires, content FROM fact_history WHERE row = ? ORDER BY version",
    );
    for (const row of rowsAround((first) => next.get(first), lost)) {
      let fact: Fact;
      try {
        fact = factOf(row);
      } catch (error) {
        if (error instanceof PhysiclawError) throw error;
        lost.push(`fact number ${sequenceOf(Number(row["row"]))}: its content is no JSON`);
        continue;
      }
      let history: readonly Fact[] = [];
      try {
        history = older.all(Number(row["row"])).map((old) => ({
          ...fact,
          ...unseal(String(old["content"])),
          updated: Number(old["updated"]),
          version: Number(old["version"]),
        }));
      } catch {
        lost.push(`fact number ${sequenceOf(Number(row["row"]))}: its history`);
      }
      yield { fact, history };
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    lost.push("the rest: the file's schema is destroyed");
  } finally {
    database.close();
  }
}

/** The file as it is: nothing is migrated, and another program's or a newer version's is refused. */
function openAsIs(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  try {
    const application = pragma("application_id");
    if (application !== APPLICATION_ID || pragma("user_version") > SCHEMA_VERSION) {
      throw new PhysiclawError(
        "config",
        `Cannot repair ${path}: another program or a newer version wrote it`,
        {
          hint: "move the file away; a new one is made in its place",
        },
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * The rows one after the other. Where a page is damaged, ever larger steps look for the next row that can be
 * read, and then smaller ones for the first such row.
 */
function* rowsAround(
  read: (first: number) => Record<string, unknown> | undefined,
  lost: string[],
): Generator<Record<string, unknown>> {
  const attempt = (at: number): Record<string, unknown> | "damaged" | undefined => {
    try {
      return read(at);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return "damaged";
    }
  };
  for (let at = 0;;) {
    let found = attempt(at);
    if (found === "damaged") {
      let bad = at;
      let good: number | undefined;
      for (let step = 1; at + step <= Number.MAX_SAFE_INTEGER; step *= 2) {
        found = attempt(at + step);
        if (found !== "damaged") {
          good = at + step;
          break;
        }
        bad = at + step;
      }
      while (good !== undefined && good - bad > 1) {
        const middle = Math.floor((bad + good) / 2);
        const row = attempt(middle);
        if (row === "damaged") bad = middle;
        else [good, found] = [middle, row];
      }
      const from = sequenceOf(at);
      lost.push(
        good === undefined
          ? `facts from number ${from} on`
          : `facts from number ${from} to ${sequenceOf(good - 1)}`,
      );
      if (good === undefined || found === "damaged") return;
    }
    if (found === undefined) return;
    yield found;
    at = Number(found["row"]) + 1;
  }
}
