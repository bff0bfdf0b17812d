import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createGoalStore, SCHEMA_VERSION, type StoredGoal } from "./store.ts";
import type { GoalOutcome, GoalResult } from "./types.ts";

const id = (n: number): string => `0192${String(n).padStart(4, "0")}-0000-7000-8000-000000000000`;

function goal(n: number, fields: Partial<GoalResult> = {}): StoredGoal {
  const result: GoalResult = {
    schema: 1,
    id: id(n),
    goal: `goal ${n}`,
    persona: "sre",
    allowed_tools: [],
    message: "",
    outcome: "done",
    steps: [],
    findings: [],
    answer: "",
    created: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    evidence: { audit_sequence: n, cwd: "/", egress: {} },
    ...fields,
  };
  return { result, requester: "someone" };
}

async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("createGoalStore keeps goals over a reopening and updates them in place", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/goals.sqlite3`;
    const first = createGoalStore(path);
    await Promise.all([first.put(goal(1, { outcome: "running" })), first.put(goal(2))]);
    await first.put(goal(1, { outcome: "done", answer: "ended" }));
    await first.close();
    const second = createGoalStore(path);
    assert.equal(second.get(id(1))?.result.answer, "ended");
    assert.equal(second.get(id(1))?.requester, "someone");
    assert.equal(second.get(id(9)), undefined);
    assert.equal(second.byOutcome("running").length, 0);
    await second.close();
  }));

Deno.test("createGoalStore lists newest first, by persona, a page after another", async () => {
  const store = createGoalStore(":memory:");
  for (let n = 1; n <= 5; n++) await store.put(goal(n, n === 3 ? { persona: "secops" } : {}));
  const first = store.list({ personas: ["sre"], limit: 2 });
  assert.deepEqual(first.map((result) => result.id), [id(5), id(4)]);
  const second = store.list({ personas: ["sre"], before: id(4), limit: 2 });
  assert.deepEqual(second.map((result) => result.id), [id(2), id(1)]);
  assert.deepEqual(store.list({ personas: ["secops"], limit: 9 }).map((result) => result.id), [id(3)]);
  assert.deepEqual(store.list({ personas: [], limit: 9 }), []);
  await store.close();
});

Deno.test("createGoalStore remembers an idempotency key, its requester and its body", async () => {
  const store = createGoalStore(":memory:");
  assert.equal(store.idempotent("a", "key", "body", id(1), 0), undefined);
  assert.deepEqual(store.idempotent("a", "key", "body", id(2), 0), { goal: id(1), sameBody: true });
  assert.deepEqual(store.idempotent("a", "key", "other", id(2), 0), { goal: id(1), sameBody: false });
  assert.equal(store.idempotent("b", "key", "body", id(3), 0), undefined);
  await store.close();
});

Deno.test("createGoalStore prunes ended goals by age and by bytes, and tells which outputs nothing names", async () => {
  const store = createGoalStore(":memory:");
  const outcomes: GoalOutcome[] = ["done", "awaiting_approval", "done", "done"];
  for (const [index, outcome] of outcomes.entries()) {
    await store.put(goal(index + 1, { outcome }));
    await store.putOutput(id(index + 1), "s1", {
      sha256: index === 3 ? "d".repeat(64) : String(index).repeat(64),
      bytes: 100,
    });
  }
  await store.putOutput(id(3), "s2", { sha256: "0".repeat(64), bytes: 1 });
  const aged = store.prune(Date.UTC(2026, 0, 1) + 2500, 1e9);
  assert.deepEqual(aged, [], "its digest is still named by goal 3");
  assert.equal(store.get(id(1)), undefined);
  assert.ok(store.get(id(2)), "a goal that waits is kept whatever its age");
  const sized = store.prune(0, 250);
  assert.deepEqual([...sized].sort(), ["0".repeat(64), "2".repeat(64)]);
  assert.equal(store.get(id(3)), undefined);
  assert.ok(store.get(id(4)));
  await store.close();
});

Deno.test("createGoalStore refuses a newer schema and another program's file, and leaves both as they are", () =>
  withDirectory(async (directory) => {
    const newer = new DatabaseSync(`${directory}/newer`);
    newer.exec(`PRAGMA application_id = 0x50485947; PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    assert.throws(() => createGoalStore(`${directory}/newer`), /its schema 2 is newer than 1/);
    const other = new DatabaseSync(`${directory}/other`);
    other.exec("PRAGMA application_id = 7; CREATE TABLE t (x)");
    other.close();
    assert.throws(() => createGoalStore(`${directory}/other`), /database of another program/);
    const again = new DatabaseSync(`${directory}/other`);
    assert.equal(again.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"], 1);
    again.close();
    await Promise.resolve();
  }));

Deno.test("createGoalStore refuses an envelope that it does not know", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/goals.sqlite3`;
    const store = createGoalStore(path);
    await store.put(goal(1));
    await store.close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE goals SET content = 'sealed2:xyz'");
    database.close();
    const again = createGoalStore(path);
    assert.throws(() => again.get(id(1)), /its envelope is of a newer version/);
    await again.close();
  }));
