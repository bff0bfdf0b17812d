import assert from "node:assert/strict";
import fc from "fast-check";
import { cutAt, tailOf } from "./cut.ts";

Deno.test("cutAt: after the last sentence that fits", () => {
  const text = "The disk is full. Delete old logs first! Then restart the service and look at it.";
  assert.equal(text.slice(0, cutAt(text, 50)), "The disk is full. Delete old logs first!");
});

Deno.test("cutAt: at a word when no sentence ends, anywhere when there is no word", () => {
  assert.equal(cutAt("one two three four", 12), 7);
  assert.equal(cutAt("x".repeat(100), 12), 12);
  assert.equal(cutAt("ab\u{1F600}\u{1F600}", 3), 2);
});

Deno.test("cutAt: is at most the size, and more than nothing", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.integer({ min: 2, max: 40 }),
      (text, size) => {
        const at = cutAt(text, size);
        assert.ok(at <= Math.max(size, 0) && at <= text.length);
        assert.ok(text === "" || at > 0);
        assert.ok(text.slice(0, at).isWellFormed() || !text.isWellFormed());
      },
    ),
  );
});

Deno.test("tailOf: whole sentences, else words, else nothing", () => {
  assert.equal(tailOf("First one. Second one. Third one.", 15), "Third one.");
  assert.equal(tailOf("alpha beta gamma delta", 12), "gamma delta");
  assert.equal(tailOf("x".repeat(50), 12), "");
});
