import assert from "node:assert/strict";
import { overlap } from "./overlap.ts";

Deno.test("overlap counts each shared word once, in singular or plural, whatever the case", () => {
  assert.equal(overlap("Restarts of checkout PODS pods", "the restart of a checkout"), 2);
  assert.equal(overlap("OOMKilled", "oomkilled, oomkilled"), 1);
});

Deno.test("overlap does not count words that every text has, short ones, or numbers", () => {
  assert.equal(
    overlap("show what there is with the 10000 pods", "show what there will be with 10000 and the pod"),
    0,
  );
  assert.equal(overlap("", "anything"), 0);
});
