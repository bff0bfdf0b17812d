import assert from "node:assert/strict";
import { byteRange, preferredWait } from "./goal_routes.ts";

Deno.test("preferredWait reads the preference of RFC 7240, bounded, and ignores nonsense", () => {
  assert.equal(preferredWait("wait=5"), 5);
  assert.equal(preferredWait("respond-async, wait=7"), 7);
  assert.equal(preferredWait("wait=999999"), 300);
  for (const nonsense of [undefined, "", "wait=", "wait=-1", "await=9", "wait=1.5"]) {
    assert.equal(preferredWait(nonsense), 30);
  }
});

Deno.test("byteRange takes one range in any of its three forms, and tells what cannot be met", () => {
  assert.deepEqual(byteRange("bytes=0-9", 100), { start: 0, end: 10 });
  assert.deepEqual(byteRange("bytes=90-", 100), { start: 90, end: 100 });
  assert.deepEqual(byteRange("bytes=-10", 100), { start: 90, end: 100 });
  assert.deepEqual(byteRange("bytes=0-999", 100), { start: 0, end: 100 });
  for (const unmet of ["bytes=100-", "bytes=5-4", "bytes=-0", "bytes=-"]) {
    assert.equal(byteRange(unmet, 100), null);
  }
  for (const ignored of [undefined, "lines=0-9", "bytes=0-1,5-6"]) {
    assert.equal(byteRange(ignored, 100), undefined);
  }
});
