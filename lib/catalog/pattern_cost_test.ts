import assert from "node:assert/strict";
import fc from "fast-check";
import { checkPattern } from "./pattern_cost.ts";

Deno.test("checkPattern takes bounded patterns", () => {
  for (
    const good of [
      "[a-z]{1,63}",
      "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
      "(a|b|c)",
      "[0-9]{4}-[0-9]{2}-[0-9]{2}",
      "\\d{1,3}(\\.\\d{1,3}){3}",
      "(?:ab){1,10}",
      "\\(x\\)\\*",
      "[*+?{}]{1,5}",
      "",
    ]
  ) assert.equal(checkPattern(good), undefined, good);
});

Deno.test("checkPattern refuses repetition without a bound", () => {
  for (const bad of ["a*", "a+", "a{2,}", "(ab)*", "[a-z]+?", ".*"]) {
    assert.match(checkPattern(bad) ?? "", /without a bound/, bad);
  }
});

Deno.test("checkPattern refuses what backtracks for long, is no pattern, or looks elsewhere", () => {
  for (const bad of ["(a{0,64}){0,64}", "(a|a){0,64}", "a{0,999}a{0,999}a{0,999}", "((a?){9}){9}"]) {
    assert.match(checkPattern(bad) ?? "", /too long/, bad);
  }
  for (const bad of ["(", "a)(b", "[z-a]", "a**", "\\u{zz}", "a{3,1}"]) {
    assert.equal(checkPattern(bad), "is not a regular expression", bad);
  }
  for (const bad of ["(?=a)", "(?<!a)b", "(?<n>a)", "(a)\\1"]) {
    assert.match(checkPattern(bad) ?? "", /refused/, bad);
  }
  assert.match(checkPattern("a".repeat(513)) ?? "", /longer/);
});

Deno.test("checkPattern answers every text, and what it takes compiles", () => {
  const piece = fc.constantFrom(
    "a",
    "(",
    ")",
    "[",
    "]",
    "{1,3}",
    "?",
    "*",
    "|",
    "\\",
    "^",
    "$",
    ".",
    "-",
    "(?:",
    "{",
    "}",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const pattern = pieces.join("");
    if (checkPattern(pattern) === undefined) new RegExp(`^(?:${pattern})$`, "u");
  }));
});
