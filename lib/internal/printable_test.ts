import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableLine } from "./printable.ts";

const ACTS =
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u;

Deno.test("printable spells out everything that could act on a terminal or reorder text", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["\u001b[2J", "\\u001b[2J"],
    ["\u001b]8;;http://x\u0007click\u001b]8;;\u0007", "\\u001b]8;;http://x\\u0007click\\u001b]8;;\\u0007"],
    ["\u001b]52;c;aGk=\u0007", "\\u001b]52;c;aGk=\\u0007"],
    ["\u009b31m", "\\u009b31m"],
    ["a\rb", "a\\rb"],
    ["a\u0008b", "a\\u0008b"],
    ["user\u202etxt.exe", "user\\u202etxt.exe"],
    ["\u2066x\u2069", "\\u2066x\\u2069"],
    ["\u{e0041}", "\\udb40\\udc41"],
    ["\ud800", "\\ud800"],
    ["\u200bx\ufeff", "\\u200bx\\ufeff"],
  ];
  for (const [text, shown] of cases) assert.equal(printable(text), shown);
});

Deno.test("printable leaves ordinary text, tabs and newlines as they are", () => {
  for (const text of ["größe 10 µs", "日本語", "a\tb\nc", "✓ 🚀", "C:\\x", ""]) {
    assert.equal(printable(text), text);
  }
});

Deno.test("printableLine gives one line", () => {
  assert.equal(printableLine("a\nb\tc"), "a\\nb\\tc");
});

Deno.test("printable leaves nothing that acts, whatever it is given, and changes nothing twice", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const shown = printable(text);
    assert.ok(!ACTS.test(shown), JSON.stringify(shown));
    assert.equal(printable(shown), shown);
    assert.ok(!/[\t\n]/.test(printableLine(text)));
  }));
});

Deno.test("printable keeps a line of JSON one, with the same meaning", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(JSON.parse(printable(JSON.stringify({ text }))).text, text);
  }));
});
