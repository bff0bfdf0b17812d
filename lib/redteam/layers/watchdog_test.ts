import assert from "node:assert/strict";
import { judgeWatched } from "./watchdog.ts";

const BLOCK = '{"scope":"bridge","socket":"tcp to 203.0.113.5:1"}\n';

Deno.test("judgeWatched: held is a control that lived, a stop, and a record of it", () => {
  assert.equal(judgeWatched(["open", "safe", "egress"], BLOCK, "code 0").held, true);
  assert.equal(judgeWatched(["open", "safe"], BLOCK, "SIGKILL").held, true);
});

Deno.test("judgeWatched: anything else does not hold, and says why", () => {
  const cases = [
    [[], "", "code 1", /cannot be tried/],
    [["open"], "", "code 1", /did not live on/],
    [["open", "internal"], BLOCK, "code 0", /did not live on/],
    [["open", "safe", "unseen"], "", "code 0", /was not stopped .*\(unseen\)/],
    [["open", "safe", "internal"], BLOCK, "code 0", /was not stopped/],
    [["open", "safe", "egress"], "", "code 0", /was not stopped/],
    [["open", "safe"], "", "SIGKILL", /was not stopped .*\(SIGKILL\)/],
  ] as const;
  for (const [lines, blocks, ending, why] of cases) {
    const { held, detail } = judgeWatched(lines, blocks, ending);
    assert.equal(held, false);
    assert.match(detail, why);
  }
});
