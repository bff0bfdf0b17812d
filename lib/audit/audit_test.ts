import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { type AuditLog, createAuditLog } from "./audit.ts";
import { GENESIS } from "./record.ts";
import { verifyAuditLog } from "./verify.ts";

const now = () => new Date("2026-01-02T03:04:05.678Z");
const isNotReady = (error: unknown) => error instanceof PhysiclawError && error.kind === "not_ready";

/** Runs the body with the path of a log that does not exist yet. */
async function withPath(body: (path: string, directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(`${directory}/audit.jsonl`, directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function withLog(path: string, body: (audit: AuditLog) => Promise<void>): Promise<void> {
  const audit = await createAuditLog({ path, now });
  try {
    await body(audit);
  } finally {
    await audit.close();
  }
}

Deno.test("append chains records, with times in UTC and a file of mode 0600", () =>
  withPath(async (path) => {
    await withLog(path, async (audit) => {
      assert.equal(audit.sequence, 0);
      const first = await audit.append({ event: "start" });
      const second = await audit.append({
        event: "goal",
        persona: "sre",
        goal_id: "g1",
        data: { goal: "a\nb" },
      });
      assert.equal(first.prev, GENESIS);
      assert.equal(second.prev, first.hash);
      assert.deepEqual([first.seq, second.seq, audit.sequence], [1, 2, 2]);
      assert.equal(first.ts, "2026-01-02T03:04:05.678Z");
    });
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    const lines = (await Deno.readTextFile(path)).split("\n");
    assert.equal(lines.length, 3);
    assert.deepEqual(JSON.parse(lines[1]!).data, { goal: "a\nb" });
  }));

Deno.test("append resolves only when the record is in the file", () =>
  withPath((path) =>
    withLog(path, async (audit) => {
      await Promise.all(Array.from({ length: 200 }, async (_, n) => {
        const { hash, seq } = await audit.append({ event: "goal", data: { n } });
        assert.equal(seq, n + 1, "in the order of the calls");
        assert.ok((await Deno.readTextFile(path)).includes(hash));
      }));
      assert.equal((await verifyAuditLog(path)).records, 200);
    })
  ));

Deno.test("append called from the continuation of another append is written", () =>
  withPath((path) =>
    withLog(path, async (audit) => {
      for (let n = 1; n <= 50; n++) {
        await audit.append({ event: "goal" }).then(() => audit.append({ event: "plan" }));
        assert.equal(audit.sequence, 2 * n);
      }
    })
  ));

Deno.test("createAuditLog goes on with the chain of an earlier run, also after a long record", () =>
  withPath(async (path) => {
    await withLog(path, async (audit) => {
      await audit.append({ event: "start" });
      await audit.append({ event: "goal", data: { goal: "x".repeat(300_000) } });
    });
    await withLog(path, async (audit) => {
      assert.equal(audit.sequence, 2);
      assert.equal((await audit.append({ event: "stop" })).seq, 3);
    });
    assert.deepEqual((await verifyAuditLog(path)).records, 3);
  }));

Deno.test("append refuses an event that is too large or not JSON, and the log goes on", () =>
  withPath(async (path) => {
    await withLog(path, async (audit) => {
      await assert.rejects(
        audit.append({ event: "goal", data: { goal: "é".repeat(600_000) } }),
        /more than 1048576/,
      );
      await assert.rejects(audit.append({ event: "goal", data: { n: Number.NaN } }), /Cannot write NaN/);
      assert.equal((await audit.append({ event: "goal", data: { goal: "\ud800" } })).seq, 1);
      assert.equal(audit.failed(), undefined);
    });
    assert.deepEqual((await verifyAuditLog(path)).ok, true);
  }));

Deno.test("close waits for what is under way, and append after it is refused", () =>
  withPath(async (path) => {
    const audit = await createAuditLog({ path, now });
    const records = [audit.append({ event: "goal" }), audit.append({ event: "plan" })];
    await audit.close();
    await Promise.all(records);
    assert.equal((await verifyAuditLog(path)).records, 2);
    await assert.rejects(audit.append({ event: "stop" }), isNotReady);
    await audit.close();
  }));

Deno.test("createAuditLog refuses a log that another one writes", () =>
  withPath((path) =>
    withLog(path, async () => {
      await assert.rejects(
        createAuditLog({ path, now }),
        (error) => error instanceof PhysiclawError && error.kind === "conflict",
      );
    })
  ));

Deno.test("createAuditLog moves an unfinished last line aside and records that", () =>
  withPath(async (path, directory) => {
    await withLog(path, async (audit) => {
      await audit.append({ event: "start" });
      await audit.append({ event: "goal" });
    });
    const whole = await Deno.readTextFile(path);
    const cut = '{"data":{"goal":"half of it';
    await Deno.writeTextFile(path, cut, { append: true });
    assert.match((await verifyAuditLog(path)).firstBad?.reason ?? "", /unfinished last line/);
    await withLog(path, (audit) => Promise.resolve(assert.equal(audit.sequence, 3)));
    const text = await Deno.readTextFile(path);
    assert.ok(text.startsWith(whole));
    const { event, data } = JSON.parse(text.slice(whole.length));
    assert.equal(event, "start");
    assert.equal(data.bytes, cut.length);
    assert.equal(await Deno.readTextFile(`${directory}/${data.file}`), cut);
    assert.equal((await Deno.stat(`${directory}/${data.file}`)).mode! & 0o777, 0o600);
    assert.equal((await verifyAuditLog(path)).ok, true);
  }));

Deno.test("createAuditLog moves a first line aside that was never finished", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, '{"ev', { mode: 0o644 });
    await withLog(path, (audit) => Promise.resolve(assert.equal(audit.sequence, 1)));
    assert.deepEqual(await verifyAuditLog(path).then(({ ok, records }) => ({ ok, records })), {
      ok: true,
      records: 1,
    });
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("createAuditLog refuses to go on after a damaged record", () =>
  withPath(async (path) => {
    await withLog(path, async (audit) => void await audit.append({ event: "goal", persona: "sre" }));
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace("sre", "dba"));
    await assert.rejects(createAuditLog({ path, now }), isNotReady);
    await Deno.writeTextFile(path, "x".repeat(6 << 20) + "\n");
    await assert.rejects(createAuditLog({ path, now }), isNotReady);
  }));

Deno.test("createAuditLog refuses a path that cannot be a log", () =>
  withPath(async (path, directory) => {
    await assert.rejects(createAuditLog({ path: directory, now }), isNotReady);
    await assert.rejects(createAuditLog({ path: `${path}/below/no/directory`, now }), isNotReady);
  }));
