/**
 * Goals and their results in SQLite: what survives a kill and a restart.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { PhysiclawError } from "../internal/errors.ts";
import type { GoalOutcome, GoalResult } from "./types.ts";

/** "PHYG" in ASCII: SQLite's application id of this file. */
export const APPLICATION_ID = 0x50485947;
/** Raised with every change of the schema, with a migration in {@link MIGRATIONS}. */
export const SCHEMA_VERSION = 1;
/** Content is stored as `plain1:JSON`; encryption at rest will be another prefix, not another schema. */
const ENVELOPE = "plain1:";

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE goals (
     id TEXT PRIMARY KEY,
     persona TEXT NOT NULL,
     requester TEXT NOT NULL,
     outcome TEXT NOT NULL,
     created INTEGER NOT NULL,
     content TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX goals_by_persona ON goals (persona, id DESC);
   CREATE INDEX goals_unended ON goals (outcome) WHERE outcome IN ('running', 'awaiting_approval');
   CREATE TABLE outputs (
     goal TEXT NOT NULL,
     step TEXT NOT NULL,
     sha256 TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     PRIMARY KEY (goal, step)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX outputs_by_digest ON outputs (sha256);
   CREATE TABLE idempotency (
     requester TEXT NOT NULL,
     key TEXT NOT NULL,
     body TEXT NOT NULL,
     goal TEXT NOT NULL,
     created INTEGER NOT NULL,
     PRIMARY KEY (requester, key)
   ) STRICT, WITHOUT ROWID;`,
];

/** A goal as it is kept: the result, and who asked. */
export interface StoredGoal {
  readonly result: GoalResult;
  /** Credential id of whoever sent the goal. */
  readonly requester: string;
}

/** A reference to a stored output. */
export interface OutputRef {
  readonly sha256: string;
  readonly bytes: number;
}

/** What {@link createGoalStore} returns. Writes are collected and committed together; a promise resolves when its write is in the file. */
export interface GoalStore {
  put(goal: StoredGoal): Promise<void>;
  get(id: string): StoredGoal | undefined;
  /** Newest first; `before` is the id of the last one of the page before. */
  list(options: { personas: readonly string[]; before?: string; limit: number }): readonly GoalResult[];
  byOutcome(outcome: GoalOutcome): readonly StoredGoal[];
  putOutput(goal: string, step: string, output: OutputRef): Promise<void>;
  output(goal: string, step: string): OutputRef | undefined;
  /** The goal that this key stands for, or remembers it. The body's digest must be the same. */
  idempotent(
    requester: string,
    key: string,
    body: string,
    goal: string,
    now: number,
  ): { goal: string; sameBody: boolean } | undefined;
  /** Drops ended goals older than `before` (ms), then the oldest while outputs exceed `maxBytes`; returns digests that nothing names any more. */
  prune(before: number, maxBytes: number): readonly string[];
  close(): Promise<void>;
}

const encode = (goal: StoredGoal): string => ENVELOPE + JSON.stringify(goal.result);

function decode(row: Record<string, unknown>): StoredGoal {
  const content = String(row["content"]);
  if (!content.startsWith(ENVELOPE)) {
    throw new PhysiclawError(
      "config",
      `Cannot read goal ${String(row["id"])}: its envelope is of a newer version`,
      {
        hint: "use the version of physiclaw that wrote it",
      },
    );
  }
  return {
    result: JSON.parse(content.slice(ENVELOPE.length)) as GoalResult,
    requester: String(row["requester"]),
  };
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    // A checkpoint waits for the disk: with 16 MiB of WAL there are four times fewer of them than by default.
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 2000; PRAGMA wal_autocheckpoint = 4000;",
  );
  const application = Number(database.prepare("PRAGMA application_id").get()?.["application_id"]);
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (application !== 0 && application !== APPLICATION_ID) {
    database.close();
    throw new PhysiclawError("config", `Cannot open ${path}: it is a database of another program`, {
      hint: "choose another state directory with PHYSICLAW_MEMORY_DIR",
    });
  }
  if (version > SCHEMA_VERSION) {
    database.close();
    throw new PhysiclawError(
      "config",
      `Cannot open ${path}: its schema ${version} is newer than ${SCHEMA_VERSION}`,
      {
        hint: "use the newer physiclaw that wrote it",
      },
    );
  }
  for (let next = version; next < SCHEMA_VERSION; next++) {
    const migration = MIGRATIONS[next] ?? "";
    database.exec(
      `BEGIN IMMEDIATE; ${migration}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${
        next + 1
      }; COMMIT`,
    );
  }
  return database;
}

/**
 * Opens or makes the store. Throws {@link PhysiclawError} of kind `config` for a file of another program or of a newer
 * version.
 *
 * @example
 * ```ts
 * import { createGoalStore } from "./store.ts";
 * const store = createGoalStore(":memory:");
 * console.assert(store.get("nothing") === undefined);
 * await store.close();
 * ```
 */
export function createGoalStore(path: string): GoalStore {
  const database = open(path);
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  const insert = prepare(
    "INSERT INTO goals (id, persona, requester, outcome, created, content) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, content = excluded.content",
  );
  const select = prepare("SELECT id, requester, content FROM goals WHERE id = ?");
  const selectOutcome = prepare("SELECT id, requester, content FROM goals WHERE outcome = ? ORDER BY id");
  const insertOutput = prepare(
    "INSERT OR REPLACE INTO outputs (goal, step, sha256, bytes) VALUES (?, ?, ?, ?)",
  );
  const selectOutput = prepare("SELECT sha256, bytes FROM outputs WHERE goal = ? AND step = ?");
  const selectKey = prepare("SELECT goal, body FROM idempotency WHERE requester = ? AND key = ?");
  const begin = prepare("BEGIN IMMEDIATE");
  const commit = prepare("COMMIT");
  const insertKey = prepare(
    "INSERT INTO idempotency (requester, key, body, goal, created) VALUES (?, ?, ?, ?, ?)",
  );

  let pending: { write: () => void; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    const batch = pending;
    pending = [];
    if (batch.length === 0) return;
    try {
      begin.run();
      for (const one of batch) one.write();
      commit.run();
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      for (const one of batch) one.reject(error);
      return;
    }
    for (const one of batch) one.resolve();
  };
  const enqueue = (write: () => void): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    pending.push({ write, resolve, reject });
    if (!scheduled) {
      scheduled = true;
      // Writes that one event released (a group of audit records became durable) come in the same round of
      // microtasks, before this one: they are committed together. A timer would cost a millisecond each time.
      queueMicrotask(flush);
    }
    return promise;
  };
  const ended = (row: Record<string, unknown>): boolean =>
    row["outcome"] !== "running" && row["outcome"] !== "awaiting_approval";

  return {
    put: ({ result, requester }) => {
      const content = encode({ result, requester });
      return enqueue(() =>
        insert.run(result.id, result.persona, requester, result.outcome, Date.parse(result.created), content)
      );
    },
    get: (id) => {
      const row = select.get(id);
      return row === undefined ? undefined : decode(row);
    },
    list: ({ personas, before, limit }) => {
      const marks = personas.map(() => "?").join(", ");
      const rows = prepare(
        `SELECT id, requester, content FROM goals WHERE persona IN (${marks}) AND id < ? ORDER BY id DESC LIMIT ?`,
      ).all(...personas, before ?? "g", limit);
      return rows.map((row) => decode(row).result);
    },
    byOutcome: (outcome) => selectOutcome.all(outcome).map(decode),
    putOutput: (goal, step, output) =>
      enqueue(() => insertOutput.run(goal, step, output.sha256, output.bytes)),
    output: (goal, step) => {
      const row = selectOutput.get(goal, step);
      return row === undefined ? undefined : { sha256: String(row["sha256"]), bytes: Number(row["bytes"]) };
    },
    idempotent: (requester, key, body, goal, now) => {
      const row = selectKey.get(requester, key);
      if (row !== undefined) return { goal: String(row["goal"]), sameBody: row["body"] === body };
      insertKey.run(requester, key, body, goal, now);
      return undefined;
    },
    prune: (before, maxBytes) => {
      flush();
      const drop = (ids: readonly string[]): readonly string[] => {
        const digests: string[] = [];
        for (const id of ids) {
          for (const row of prepare("SELECT sha256 FROM outputs WHERE goal = ?").all(id)) {
            digests.push(String(row["sha256"]));
          }
          prepare("DELETE FROM outputs WHERE goal = ?").run(id);
          prepare("DELETE FROM idempotency WHERE goal = ?").run(id);
          prepare("DELETE FROM goals WHERE id = ?").run(id);
        }
        return digests;
      };
      const digests: string[] = [];
      database.exec("BEGIN IMMEDIATE");
      const old = prepare("SELECT id, outcome FROM goals WHERE created < ?").all(before).filter(ended);
      digests.push(...drop(old.map((row) => String(row["id"]))));
      let total = Number(prepare("SELECT coalesce(sum(bytes), 0) AS n FROM outputs").get()?.["n"]);
      if (total > maxBytes) {
        const oldest = prepare(
          "SELECT g.id, g.outcome, sum(o.bytes) AS bytes FROM goals g JOIN outputs o ON o.goal = g.id GROUP BY g.id ORDER BY g.id",
        ).all();
        for (const row of oldest.filter(ended)) {
          if (total <= maxBytes) break;
          digests.push(...drop([String(row["id"])]));
          total -= Number(row["bytes"]);
        }
      }
      database.exec("COMMIT");
      const named = prepare("SELECT 1 FROM outputs WHERE sha256 = ? LIMIT 1");
      return [...new Set(digests)].filter((digest) => named.get(digest) === undefined);
    },
    close: async () => {
      flush();
      await Promise.resolve();
      database.close();
    },
  };
}
