import assert from "node:assert/strict";
import canonicalize from "canonicalize";
import fc from "fast-check";
import {
  AUDIT_EVENTS,
  canonicalJson,
  GENESIS,
  type JsonValue,
  loadSha256,
  openRecord,
  sealRecord,
  type Unsealed,
} from "./record.ts";

const sha256 = await loadSha256();
const json = () => fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>;
const unsealed = (): fc.Arbitrary<Unsealed> =>
  fc.record({
    v: fc.constant(1 as const),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    ts: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) =>
      date.toISOString()
    ),
    prev: fc.constant(GENESIS),
    event: fc.constantFrom(...AUDIT_EVENTS),
    persona: fc.string({ unit: "grapheme" }),
    goal_id: fc.string(),
    data: fc.dictionary(fc.string({ unit: "grapheme" }), json()),
  }, { requiredKeys: ["v", "seq", "ts", "prev", "event"] });

Deno.test("canonicalJson agrees with the package canonicalize on every JSON value", () => {
  fc.assert(fc.property(json(), (value) => assert.equal(canonicalJson(value), canonicalize(value))), {
    numRuns: 500,
  });
});

Deno.test("canonicalJson leaves out undefined members and replaces lone surrogates", () => {
  assert.equal(canonicalJson({ b: undefined, a: "\ud800", "\udfff": -0 }), '{"a":"\ufffd","\ufffd":0}');
  assert.throws(() => canonicalJson({ a: [Number.NaN] }), /Cannot write NaN as JSON/);
  assert.throws(() => canonicalJson(Number.POSITIVE_INFINITY), /Cannot write Infinity as JSON/);
});

Deno.test("sealRecord writes the canonical JSON of the whole record, its hash that of the rest", () => {
  fc.assert(
    fc.property(unsealed(), (record) => {
      const { hash, line } = sealRecord(record, sha256);
      assert.equal(line, canonicalize({ ...record, hash }));
      assert.equal(hash, sha256(canonicalize(record) ?? ""));
      assert.ok(!line.includes("\n"));
    }),
    { numRuns: 300 },
  );
});

Deno.test("openRecord reads back what sealRecord wrote", () => {
  fc.assert(
    fc.property(unsealed(), (record) => {
      const { hash, line } = sealRecord(record, sha256);
      const opened = openRecord(line, sha256);
      assert.ok("record" in opened, line);
      assert.equal(canonicalize(opened.record), canonicalize({ ...record, hash }));
    }),
    { numRuns: 300 },
  );
});

Deno.test("openRecord refuses every change of one character", () => {
  const { line } = sealRecord({
    v: 1,
    seq: 7,
    ts: "2026-01-01T00:00:00.000Z",
    prev: GENESIS,
    event: "tool_call",
    persona: "sre",
    data: { tool: "nmap" },
  }, sha256);
  for (let at = 0; at < line.length; at++) {
    for (const other of ["", "0", "x", " ", '"', "\u0000"]) {
      if (line[at] === other) continue;
      const changed = line.slice(0, at) + other + line.slice(at + 1);
      assert.ok("reason" in openRecord(changed, sha256), changed);
    }
  }
});

Deno.test("openRecord refuses what is no record, whatever its shape", () => {
  for (
    const text of ["", "null", "[]", "{}", '{"v":1}', "[".repeat(100_000), '{"v":2,"seq":1}', "\ufeff{}"]
  ) {
    assert.ok("reason" in openRecord(text, sha256), text.slice(0, 20));
  }
});
