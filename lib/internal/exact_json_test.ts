import assert from "node:assert/strict";
import fc from "fast-check";
import { type ExactJson, readExactJson } from "./exact_json.ts";

const plain = (value: ExactJson): unknown => {
  switch (value.kind) {
    case "object":
      return Object.fromEntries([...value.members].map(([key, member]) => [key, plain(member)]));
    case "array":
      return value.items.map(plain);
    case "number":
      return Number(value.text);
    default:
      return value.value;
  }
};

Deno.test("readExactJson agrees with JSON.parse on whatever JSON.stringify writes", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ noUnicodeString: false }),
      fc.constantFrom(undefined, 2, "\t"),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(JSON.stringify(plain(readExactJson(text))), JSON.stringify(JSON.parse(text)));
      },
    ),
  );
});

Deno.test("readExactJson refuses every text that JSON.parse refuses", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 019.-+eEtrufalsn\n\u0001'), maxLength: 12 }),
      (text) => {
        let refused = false;
        try {
          JSON.parse(text);
        } catch {
          refused = true;
        }
        if (refused) assert.throws(() => readExactJson(text), SyntaxError);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("readExactJson keeps the digits of large and fractional numbers", () => {
  const value = readExactJson('{"a": 9223372036854775807, "b": [0.10, 1e400]}');
  assert.ok(value.kind === "object");
  assert.deepEqual(value.members.get("a"), { kind: "number", text: "9223372036854775807" });
  assert.deepEqual(value.members.get("b"), {
    kind: "array",
    items: [{ kind: "number", text: "0.10" }, { kind: "number", text: "1e400" }],
  });
});

Deno.test("readExactJson refuses a member that stands twice, however its name is escaped", () => {
  assert.throws(() => readExactJson('{"a": 1, "\\u0061": 2}'), /stands twice/);
  assert.equal(readExactJson('{"a": {"a": 1}}').kind, "object");
});

Deno.test("readExactJson takes bare floating-point words only when told to", () => {
  const text = "[NaN, -Infinity, inf, -nan]";
  assert.throws(() => readExactJson(text), SyntaxError);
  const value = readExactJson(text, { bareFloats: true });
  assert.ok(value.kind === "array");
  assert.deepEqual(
    value.items.map((item) => item.kind === "number" ? item.text : ""),
    ["NaN", "-Infinity", "inf", "-nan"],
  );
  assert.throws(() => readExactJson("[infinite]", { bareFloats: true }), SyntaxError);
});

Deno.test("readExactJson bounds nesting", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.equal(readExactJson(nested(2000)).kind, "array");
  assert.throws(() => readExactJson(nested(2002)), /more than 2000 levels/);
});

Deno.test("readExactJson reads a string of megabytes", () => {
  const text = "é".repeat(4_000_000) + "\n";
  const value = readExactJson(JSON.stringify(text));
  assert.ok(value.kind === "string" && value.value === text);
});
