import assert from "node:assert/strict";
import fc from "fast-check";
import { elementsOf, findRange, membersOf, readRange } from "./json_ranges.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("findRange finds the bytes of the value that JSON.parse finds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }),
      fc.boolean(),
      (value, spaced) => {
        const bytes = encode(JSON.stringify(value, undefined, spaced ? 2 : 0));
        for (const [index, item] of value.entries()) {
          for (const [key, inner] of Object.entries(item)) {
            const range = findRange(bytes, [index, key]);
            assert(range !== undefined && range.complete);
            assert.deepEqual(readRange(bytes, range), JSON.parse(JSON.stringify(inner)));
          }
        }
      },
    ),
  );
});

Deno.test("elementsOf yields only whole elements of a document that was cut anywhere", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (value, at) => {
        const whole = encode(JSON.stringify(value));
        const cut = whole.subarray(0, at % whole.length);
        const { elements, complete } = elementsOf(cut);
        assert.equal(complete, false);
        // A number at the very end may be the beginning of a longer one.
        const sure = elements.filter(({ end }) => end < cut.length);
        sure.forEach((range, i) =>
          assert.deepEqual(readRange(cut, range), JSON.parse(JSON.stringify(value[i])))
        );
      },
    ),
  );
});

Deno.test("findRange and membersOf never throw and stay inside the bytes, whatever they are given", () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string().map(encode)), (bytes) => {
    for (const range of [findRange(bytes, []), findRange(bytes, ["a", 0])]) {
      if (range !== undefined) {
        assert(range.start >= 0 && range.start <= range.end && range.end <= bytes.length);
      }
    }
    for (const { range } of membersOf(bytes).members) assert(range.end <= bytes.length);
    assert(elementsOf(bytes).elements.every(({ end }) => end <= bytes.length));
  }));
});

Deno.test("findRange walks nesting that no call stack could hold", () => {
  const depth = 1_000_000;
  const bytes = encode(`{"a":${"[".repeat(depth)}${"]".repeat(depth)},"b":1}`);
  const range = findRange(bytes, ["b"]);
  assert(range !== undefined);
  assert.equal(readRange(bytes, range), 1);
});

Deno.test("findRange reads names with escapes, and bare words that are not JSON", () => {
  const bytes = encode('{"a\\u0062": NaN, "c": [NaN, 2]}');
  assert.deepEqual(findRange(bytes, ["ab"]), { start: 12, end: 15, complete: true });
  assert.equal(findRange(bytes, ["c", 1])?.start, 28);
});
