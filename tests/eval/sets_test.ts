/**
 * Goals of authors who had not seen the rules, as a guard against falling back. Of each set only those goals are held to
 * here that the rules were mended with; the other half stays unseen, so that its figure says something of new goals.
 * The figures of both are in `results.md`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { predict } from "./eval.ts";
import { judge, labelledOf } from "./judge.ts";

/** The half of each set that was looked at. */
const SEEN: readonly (readonly [name: string, half: "odd" | "even" | undefined])[] = [
  ["colleague-1", undefined],
  ["colleague-2", undefined],
  ["author-a", undefined],
  ["author-b", undefined],
  ["new-1", "odd"],
  ["new-2", "odd"],
  ["new-3", "odd"],
  ["new-4", "odd"],
];

for (const [name, half] of SEEN) {
  Deno.test(`plan answers the goals of ${name} as they are labelled`, async () => {
    const cases = labelledOf(await Deno.readTextFile(new URL(`sets/${name}.jsonl`, import.meta.url)), half);
    const predictions = predict(cases.map((one) => JSON.stringify(one)).join("\n"));
    const wrong = cases.flatMap((one, index) => {
      const got = predictions[index];
      const faults = got === undefined ? ["no prediction"] : judge(one, got).faults;
      return faults.map((fault) => `${one.id}: ${fault}`);
    });
    assert.ok(cases.length >= 60);
    assert.deepEqual(wrong, []);
  });
}
