import assert from "node:assert/strict";
import fc from "fast-check";
import { all, compares, inScope, isOneOf, quote } from "./literal.ts";

Deno.test("quote: one literal, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom("'", "''", "\\'", "' OR '1'='1", "a\0b")), (text) => {
      const literal = quote(text);
      // Inside, quotes come in pairs only: nothing ends the literal early.
      assert.match(literal, /^'(?:[^']|'')*'$/su);
      assert.equal(literal.slice(1, -1).replaceAll("''", "'"), text);
    }),
  );
});

Deno.test("isOneOf: nothing is one of no values", () => {
  assert.equal(isOneOf("id", []), "false");
  assert.equal(all(), "true");
});

Deno.test("compares: takes integers only", () => {
  assert.equal(compares("time_to", ">=", -5), "time_to >= -5");
  for (const value of [NaN, Infinity, 1.5, 2 ** 60]) {
    assert.throws(() => compares("time_to", ">=", value), RangeError);
  }
});

Deno.test("inScope: the personas and what is for all, and what overlaps the time", () => {
  assert.equal(
    inScope({ personas: ["sre"], origins: ["run"], since: 1.2, until: 9.8 }),
    "audience IN ('sre', 'all') AND origin IN ('run') AND time_to >= 2 AND time_from <= 9",
  );
  assert.equal(inScope({ personas: [] }), "audience IN ('all')");
});
