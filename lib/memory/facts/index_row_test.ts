import assert from "node:assert/strict";
import { createScrubber } from "../scrub.ts";
import { columnsOf } from "./index_row.ts";
import { SCHEMA_VERSION } from "./open.ts";
import { nameKey, possibleNames, termsOf, trigramsOf } from "./words.ts";

const { scrub } = createScrubber();

Deno.test("what goes into the index stays the same as long as the schema does: else forgetting would leave words behind", () => {
  const columns = columnsOf({
    name: scrub("The payments cluster's host web-1.cluster-3.internal"),
    value: scrub("see /var/log/nginx/error.log at 10.0.0.1:8443, user@host; Größe ≥ 5% (ops#12) C:\\x\\y …"),
    tags: ["persona:sre", "a_b"],
    source: scrub("x"),
  });
  assert.equal(SCHEMA_VERSION, 1, "a new version rebuilds the indexes and has new columns here");
  assert.deepEqual(columns, {
    words: [
      "The payments cluster s host web 1 cluster 3 internal",
      "see var log nginx error log at 10 0 0 1 8443 user host Größe ≥ 5 ops 12 C x y … persona sre a b",
      "web-1.cluster-3.internal web-1 web-1.cluster web-1.cluster-3 cluster-3 " +
      "var/log/nginx/error.log var/log var/log/nginx var/log/nginx/error error.log " +
      "10.0.0.1:8443 10.0 10.0.0 10.0.0.1 1:8443 user@host ops#12 C:\\x\\y C:\\x x\\y persona:sre a_b",
    ],
    trigrams:
      "The payments cluster's host web-1.cluster-3.internal\nsee /var/log/nginx/error.log at 10.0.0.1:8443, user@host; Größe ≥ 5% (ops#12) C:\\x\\y …\npersona:sre\na_b",
  });
});

Deno.test("a query is cut into what tells, at most 32 terms, and each is kept once", () => {
  assert.deepEqual(
    termsOf("Why does web-1. need WEB-1 (the host)?").map(({ text, isName }) => [text, isName]),
    [
      ["web-1", true],
      ["need", false],
      ["host", false],
    ],
  );
  assert.deepEqual(termsOf("what is it").map(({ text }) => text), ["what", "is", "it"]);
  assert.equal(termsOf(Array.from({ length: 100 }, (_, n) => `w${n}`).join(" ")).length, 32);
  assert.deepEqual(termsOf("?! -- ..."), []);
});

Deno.test("names are compared by their words", () => {
  assert.equal(nameKey("  The “Payments”   cluster. "), "payments cluster");
  assert.equal(nameKey("theatre"), "theatre");
  assert.deepEqual(possibleNames("Is web-1 up?"), [
    "is web-1 up",
    "is web-1",
    "web-1 up",
    "is",
    "web-1",
    "up",
  ]);
});

Deno.test("trigrams of a long text are taken evenly, first and last among them", () => {
  assert.deepEqual(trigramsOf("ab"), []);
  assert.deepEqual(trigramsOf("aé𝕏b"), ["aé𝕏", "é𝕏b"]);
  const many = trigramsOf("abcdefghijklmnopqrstuvwxyz", 4);
  assert.deepEqual([many.length, many[0], many.at(-1)], [4, "abc", "xyz"]);
});
