import assert from "node:assert/strict";
import { createAuditLog } from "../../audit/audit.ts";
import { type Block, blockLine, foldBlocks, parseBlocks } from "./blocks.ts";

const block = (id: string): Block => ({
  block: id,
  at: "2026-01-01T00:00:00.000Z",
  scope: "bridge",
  socket: "tcp 127.0.0.1:1 -> 203.0.113.5:443",
  pid: 7,
  process: "perl",
});

/** A state directory, and a start over it as `serve` makes one; `lose` dies before the file is removed. */
async function withState(
  work: (state: { path: string; start(lose?: boolean): Promise<number> }) => Promise<void>,
) {
  const path = await Deno.makeTempDir();
  const start = async (lose = false): Promise<number> => {
    const audit = await createAuditLog({ path: `${path}/audit.jsonl`, now: () => new Date() });
    const kept = await Deno.readTextFile(`${path}/blocks.jsonl`).catch(() => undefined);
    const count = await foldBlocks({
      blocks: `${path}/blocks.jsonl`,
      auditLog: `${path}/audit.jsonl`,
      append: (data) => audit.append({ event: "egress_block", data }),
    });
    if (lose && kept !== undefined) await Deno.writeTextFile(`${path}/blocks.jsonl`, kept);
    await audit.close();
    return count;
  };
  try {
    await work({ path, start });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("foldBlocks: takes what the watchdog wrote into the chain, and counts it at every later start", () =>
  withState(async ({ path, start }) => {
    assert.equal(await start(), 0);
    await Deno.writeTextFile(`${path}/blocks.jsonl`, blockLine(block("a")) + blockLine(block("b")));
    assert.equal(await start(), 2);
    await assert.rejects(Deno.stat(`${path}/blocks.jsonl`), Deno.errors.NotFound);
    assert.equal(await start(), 2);
    const records = (await Deno.readTextFile(`${path}/audit.jsonl`)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.deepEqual(records.map(({ event, data }) => [event, data.block]), [["egress_block", "a"], [
      "egress_block",
      "b",
    ]]);
  }));

Deno.test("foldBlocks: a start that died in between takes nothing in twice", () =>
  withState(async ({ path, start }) => {
    await Deno.writeTextFile(`${path}/blocks.jsonl`, blockLine(block("a")));
    assert.equal(await start(true), 1);
    assert.equal(await start(), 1);
  }));

Deno.test("foldBlocks: a line that was not finished still counts as a block", () =>
  withState(async ({ path, start }) => {
    await Deno.writeTextFile(
      `${path}/blocks.jsonl`,
      blockLine(block("a")) + blockLine(block("b")).slice(0, 50),
    );
    assert.equal(await start(), 2);
    assert.match(await Deno.readTextFile(`${path}/audit.jsonl`), /"torn":true/);
  }));

Deno.test("foldBlocks: text of a goal that looks like a record counts for nothing", () =>
  withState(async ({ path, start }) => {
    const audit = await createAuditLog({ path: `${path}/audit.jsonl`, now: () => new Date() });
    await audit.append({
      event: "goal",
      data: { goal: '"event":"egress_block"', nested: { event: "egress_block" } },
    });
    await audit.close();
    assert.equal(await start(), 0);
  }));

Deno.test("foldBlocks: finds records in a log that is larger than one read", () =>
  withState(async ({ path, start }) => {
    const audit = await createAuditLog({ path: `${path}/audit.jsonl`, now: () => new Date() });
    for (let at = 0; at < 5; at++) {
      await audit.append({ event: "goal", data: { goal: "x".repeat(300_000) } });
      await audit.append({ event: "egress_block", data: { block: `${at}` } });
    }
    await audit.close();
    assert.equal(await start(), 5);
  }));

Deno.test("parseBlocks: nothing is no block", () => assert.deepEqual(parseBlocks(""), []));
