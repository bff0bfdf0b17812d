import assert from "node:assert/strict";
import fc from "fast-check";
import { HOSTILE } from "./arbitrary_slots_test.ts";
import { BUILTIN_TOOLS } from "./catalog.ts";
import { PACKS } from "./packs.ts";
import { checkSlot, checkValue, isIpLiteral } from "./slots.ts";
import type { SlotType } from "./types.ts";

const TYPES: readonly SlotType[] = [...BUILTIN_TOOLS, ...Object.values(PACKS).flat()]
  .flatMap((tool) => Object.values(tool.slots).map((slot) => slot.type));
const PATH: SlotType = { kind: "path", of: "any" };

Deno.test("checkValue refuses control characters, reordering marks and lone surrogates in every type", () => {
  for (const type of TYPES) {
    for (
      const bad of [
        "a\u0000",
        "a\nb",
        "a\tb",
        "a\u001b",
        "a\u0085",
        "a\u2028",
        "a\u202e",
        "a\u2066",
        "a\ud800",
      ]
    ) {
      assert.notEqual(checkValue(type, bad), undefined, `${type.kind} ${JSON.stringify(bad)}`);
    }
    assert.equal(checkValue(type, ""), "is empty");
  }
});

Deno.test("checkValue refuses a leading dash in every type; nmap's ports may be - alone", () => {
  for (const type of TYPES) {
    for (const bad of ["-x", "--help", "-1", "-", "-(up)"]) {
      if (type.kind === "ports" && bad === "-") continue;
      assert.notEqual(checkValue(type, bad), undefined, `${type.kind} ${bad}`);
    }
  }
  assert.equal(checkValue({ kind: "ports" }, "-"), undefined);
});

Deno.test("checkValue answers every text, in reasonable work", () => {
  const texts = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 400 }));
  fc.assert(fc.property(fc.constantFrom(...TYPES), texts, (type, text) => {
    const wrong = checkValue(type, text);
    assert.ok(wrong === undefined || wrong.length > 0);
  }));
});

Deno.test("checkValue matches the patterns of the catalogue in linear work on texts made to backtrack", () => {
  // Counted in characters, not in time: a pattern that backtracks exponentially never comes back from these.
  const repeats = ["a", "a.", "a,", "a=", "a, ", "a in (a", "+@", "0", "A-", "a/", '"', "a b "];
  for (const type of TYPES) {
    if (type.kind !== "pattern") continue;
    for (const part of repeats) {
      const text = part.repeat(Math.floor(type.max / part.length));
      for (const end of ["", "\u00e9", "!", "("]) checkValue(type, (text + end).slice(0, type.max));
    }
  }
});

Deno.test("checkValue takes ordinary paths and refuses what no file needs", () => {
  for (const good of ["/var/log/syslog", "infra/prod", "a b.log", "./app:1.log", "../x", "größe.csv", "."]) {
    assert.equal(checkValue(PATH, good), undefined, good);
  }
  for (
    const bad of [
      "~/x",
      "$HOME",
      "a;b",
      "a|b",
      "a`b`",
      "a'b",
      'a"b',
      "a\\b",
      "a<b",
      "a&b",
      "a(b)",
      "a{b}",
      "a!b",
      "a*b",
    ]
  ) assert.notEqual(checkValue(PATH, bad), undefined, bad);
  for (const url of ["md:x", "s3://b/x", "http://h/x", ":memory:", "file:/etc/passwd", "postgres:x"]) {
    assert.match(checkValue(PATH, url) ?? "", /like a URL/, url);
  }
  assert.equal(checkValue({ ...PATH, glob: true }, "logs/*.log"), undefined);
  assert.notEqual(checkValue(PATH, "a".repeat(1025)), undefined);
});

Deno.test("checkValue takes ports as nmap does and refuses the rest", () => {
  for (const good of ["22", "80,443", "1-1024", "-", "0", "65535"]) {
    assert.equal(checkValue({ kind: "ports" }, good), undefined, good);
  }
  for (
    const bad of [
      "65536",
      "80,",
      ",80",
      "9-1",
      "1-",
      "-1",
      "U:53",
      "T:80",
      "http",
      "1-2-3",
      "22 80",
      "1".repeat(6),
    ]
  ) {
    assert.notEqual(checkValue({ kind: "ports" }, bad), undefined, bad);
  }
});

Deno.test("checkValue bounds integers, also written oddly", () => {
  const type: SlotType = { kind: "integer", min: 1, max: 10 };
  for (const good of ["1", "10", "007"]) assert.equal(checkValue(type, good), undefined);
  for (const bad of ["0", "11", "1e1", "1.5", "+1", "0x5", " 1", "1 ", "٣", "9".repeat(16)]) {
    assert.notEqual(checkValue(type, bad), undefined, bad);
  }
});

Deno.test("checkValue matches a pattern against the whole value", () => {
  const type: SlotType = { kind: "pattern", pattern: "a|b", max: 5, what: "a or b" };
  assert.equal(checkValue(type, "a"), undefined);
  for (const bad of ["ab", "a\n", "xb", "aa"]) assert.notEqual(checkValue(type, bad), undefined);
});

Deno.test("checkSlot counts values and refuses none", () => {
  const spec = { type: { kind: "integer", min: 0, max: 9 }, many: 2 } as const;
  assert.equal(checkSlot(spec, "1"), undefined);
  assert.equal(checkSlot(spec, ["1", "2"]), undefined);
  assert.equal(checkSlot(spec, []), "is empty");
  assert.equal(checkSlot(spec, ["1", "2", "3"]), "has 3 values, 2 at most");
  assert.equal(checkSlot({ type: spec.type }, ["1", "2"]), "has 2 values, 1 at most");
  assert.equal(checkSlot(spec, ["1", "x"]), "is not a whole number");
});

Deno.test("isIpLiteral takes usual spellings only", () => {
  for (const good of ["127.0.0.1", "::1", "fd00::1"]) assert.ok(isIpLiteral(good), good);
  for (
    const bad of ["010.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "localhost", "1.2.3", "1.2.3.4/8", ""]
  ) {
    assert.ok(!isIpLiteral(bad), bad);
  }
});
