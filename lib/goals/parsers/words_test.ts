import assert from "node:assert/strict";
import { byteWords, createTimeWords, durationWords, numberWords, oneLine, some } from "./words.ts";

Deno.test("createTimeWords always names the zone, also over a change of summer time", () => {
  const berlin = createTimeWords("Europe/Berlin");
  assert.equal(berlin("2026-01-31T08:00:00Z"), "2026-01-31 09:00:00 +01:00");
  assert.equal(berlin("2026-07-31T08:00:00Z"), "2026-07-31 10:00:00 +02:00");
  assert.equal(createTimeWords("America/New_York")("2026-01-31T08:00:00Z"), "2026-01-31 03:00:00 -05:00");
  assert.equal(createTimeWords("UTC")("2026-01-31T08:00:00.5Z"), "2026-01-31 08:00:00 UTC");
  assert.equal(createTimeWords("No/Zone")("2026-01-31T08:00:00Z"), "2026-01-31 08:00:00 UTC");
  assert.equal(berlin("not a time"), "not a time");
});

Deno.test("numberWords keeps whole numbers exact and rounds fractions to six digits", () => {
  assert.equal(numberWords(123456789012), "123456789012");
  assert.equal(numberWords(0.1 + 0.2), "0.3");
  assert.equal(numberWords(1 / 3), "0.333333");
  assert.equal(numberWords(123456.789), "123456.79");
  assert.equal(numberWords(-0), "0");
});

Deno.test("words cut what is long and say how much is left", () => {
  assert.equal(some(["a", "b", "c"], 5), "a, b and c");
  assert.equal(some([], 5), "");
  assert.equal(oneLine("a\n\n  b\tc"), "a b c");
  assert.equal(oneLine("x".repeat(1000), 10).length, 10);
  assert.equal(byteWords(1536), "1.5 KiB");
  assert.equal(durationWords(93_784), "1 d 2 h");
  assert.equal(durationWords(3600), "1 h");
});
