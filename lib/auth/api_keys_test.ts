import assert from "node:assert/strict";
import fc from "fast-check";
import { PhysiclawError } from "../internal/errors.ts";
import { createKey, parseApiKeys } from "./api_keys.ts";

Deno.test("parseApiKeys reads personas, aliases, the wildcard and blanks around an entry", () => {
  assert.deepEqual(parseApiKeys(" sre:K1 ,SecOps: K2,data:a:b, * : K4"), [
    { key: "K1", personas: ["sre"] },
    { key: "K2", personas: ["secops"] },
    { key: "a:b", personas: ["data_architect"] },
    { key: "K4", personas: "all" },
  ]);
  assert.deepEqual(parseApiKeys("  "), []);
});

Deno.test("parseApiKeys gives a key that stands twice the personas of both entries", () => {
  assert.deepEqual(parseApiKeys("sre:K,secops:K,sre:K"), [{ key: "K", personas: ["sre", "secops"] }]);
  assert.deepEqual(parseApiKeys("sre:K,*:K"), [{ key: "K", personas: "all" }]);
});

for (
  const [fault, entry] of [
    ["no persona (fault 28: became a key of all personas)", "S3CRET"],
    ["a blank persona (fault 28: became an sre key)", ":S3CRET"],
    ["an unknown persona", "S3CRET:x"],
    ["a prefix of a persona", "sr:S3CRET"],
    ["no key", "sre: "],
    ["a blank inside the key (fault 28: was unusable, silently)", "sre:S3C RET"],
    ["a control character", "sre:S3CRET\u0001"],
    ["a character outside ASCII", "sre:S3CRÉT"],
    ["nothing", " "],
  ] as const
) {
  Deno.test(`parseApiKeys refuses an entry with ${fault}, by its position alone`, () => {
    assert.throws(() => parseApiKeys(`sre:first,${entry}`), (error) => {
      assert.ok(error instanceof PhysiclawError && error.kind === "config");
      assert.match(error.message, /^Cannot read entry 2 of the API keys: /);
      assert.ok(!error.describe().includes("S3C"), error.describe());
      return true;
    });
  });
}

Deno.test("parseApiKeys never shows what stands in an entry", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6 }).filter((text) => /^[a-z0-9]{6,}$/i.test(text)), (secret) => {
      try {
        parseApiKeys(`sre:ok,${secret}`);
        assert.fail();
      } catch (error) {
        assert.ok(error instanceof PhysiclawError && !error.describe().includes(secret));
      }
    }),
  );
});

Deno.test("createKey makes keys that parseApiKeys takes, each another one", () => {
  const keys = Array.from({ length: 50 }, createKey);
  assert.equal(new Set(keys).size, 50);
  for (const key of keys) assert.equal(parseApiKeys(`sre:${key}`)[0]?.key, key);
});
