import assert from "node:assert/strict";
import fc from "fast-check";
import { createAuditLog } from "./audit.ts";
import { verifyAuditLog } from "./verify.ts";

const RECORDS = 12;
const directory = await Deno.makeTempDir();
const path = `${directory}/audit.jsonl`;
addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

const audit = await createAuditLog({ path, now: () => new Date(0) });
for (let n = 0; n < RECORDS; n++) await audit.append({ event: "goal", persona: "sre", data: { n } });
await audit.close();
const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");

/** Verifies a log that holds these lines. */
async function verify(changed: readonly string[], expect?: { seq: number; hash: string }) {
  const copy = `${directory}/changed.jsonl`;
  await Deno.writeTextFile(copy, changed.map((line) => line + "\n").join(""));
  return await verifyAuditLog(copy, expect === undefined ? {} : { expect });
}

Deno.test("verifyAuditLog accepts the log as it was written, and an empty one", async () => {
  const { ok, records, last } = await verify(lines);
  assert.deepEqual({ ok, records }, { ok: true, records: RECORDS });
  assert.deepEqual(last, { seq: RECORDS, hash: JSON.parse(lines.at(-1)!).hash });
  assert.deepEqual(await verify([]), { ok: true, records: 0 });
});

Deno.test("verifyAuditLog names the line that was changed", async () => {
  const changed = lines.with(4, lines[4]!.replace('"n":4', '"n":5'));
  assert.deepEqual((await verify(changed)).firstBad, {
    line: 5,
    reason: "the hash does not match the record",
  });
});

Deno.test("verifyAuditLog finds a deleted, an inserted and a moved line wherever it is", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: RECORDS - 2 }),
      fc.integer({ min: 0, max: RECORDS - 1 }),
      async (at, from) => {
        assert.equal((await verify(lines.toSpliced(at, 1))).firstBad?.line, at + 1, "deleted");
        const inserted = await verify(lines.toSpliced(at, 0, lines[from]!));
        assert.equal(inserted.firstBad?.line, at === from ? at + 2 : at + 1, "inserted");
        const moved = lines.toSpliced(from, 1).toSpliced(at, 0, lines[from]!);
        assert.equal((await verify(moved)).ok, at === from, "moved");
      },
    ),
    { numRuns: 40 },
  ));

Deno.test("verifyAuditLog finds other spacing, added members, blank lines and bad UTF-8", async () => {
  assert.equal((await verify(lines.with(2, lines[2]!.replace(":", ": ")))).firstBad?.line, 3);
  assert.equal(
    (await verify(lines.with(2, lines[2]!.replace("}}", "}}").replace("{", '{"a":1,')))).firstBad?.line,
    3,
  );
  assert.equal((await verify(lines.toSpliced(3, 0, ""))).firstBad?.line, 4);
  const copy = `${directory}/bytes.jsonl`;
  await Deno.writeFile(copy, new Uint8Array([0xff, 10]));
  assert.deepEqual((await verifyAuditLog(copy)).firstBad, { line: 1, reason: "not UTF-8" });
  await Deno.writeFile(copy, new Uint8Array(3 << 20));
  assert.deepEqual((await verifyAuditLog(copy)).firstBad, { line: 1, reason: "longer than any record" });
});

Deno.test("verifyAuditLog alone cannot see records cut off the end; with an expected record it does", async () => {
  const cut = lines.slice(0, 8);
  const { seq, hash } = JSON.parse(lines[9]!);
  assert.equal((await verify(cut)).ok, true, "the stated limit");
  assert.match((await verify(cut, { seq, hash })).firstBad?.reason ?? "", /ends before record 10/);
  assert.equal((await verify(lines, { seq, hash })).ok, true);
  assert.equal((await verify(lines, { seq, hash: "0".repeat(64) })).firstBad?.line, 10);
});
