import assert from "node:assert/strict";
import { CRANFIELD_MISSING } from "../../../tests/bench/retrieval/cranfield.ts";
import { quality } from "../../../tests/bench/retrieval/quality.ts";

// With models it is a matter of minutes: `deno task bench retrieval quality`.
Deno.test({
  name: "full text finds on Cranfield what it has to",
  ignore: CRANFIELD_MISSING,
  async fn() {
    const scores = await quality({ models: false });
    assert.deepEqual(scores.map(({ name }) => name), ["full text"]);
    for (const { name, goal, ndcg10 } of scores) assert.ok(ndcg10 >= goal, `${name}: ${ndcg10}`);
  },
});
