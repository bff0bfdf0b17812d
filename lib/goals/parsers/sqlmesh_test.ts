import assert from "node:assert/strict";
import fc from "fast-check";
import type { ParserInput } from "../types.ts";
import { parseSqlmesh } from "./sqlmesh.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const input = (form: string, stdout: string, exitCode = 0, environment?: string): ParserInput => ({
  step: {
    id: "s1",
    tool: `sqlmesh ${form}`,
    form,
    slots: environment === undefined ? {} : { environment },
  },
  ask: { intent: "sqlmesh", about: {} },
  commands: [{
    argv: [],
    exitCode,
    stdout: bytes(stdout),
    stderr: bytes(""),
    stdoutStart: 10,
    stderrStart: 0,
  }],
  outcome: exitCode === 0 ? "ok" : "failed",
  truncated: false,
  timeZone: "UTC",
  allowValues: [],
});

Deno.test("parseSqlmesh cites each failed audit by the bytes of its line", () => {
  const stdout =
    "Found 2 audit(s).\nunique on model shop.a ✅ PASS.\npositive on model shop.b ❌ FAIL [3].\n";
  const answer = parseSqlmesh(input("audit", stdout, 1));
  assert.equal(answer.outcome, "ok");
  assert.equal(answer.headline, "1 of 2 audits failed: positive on shop.b (3 failing rows)");
  const [evidence] = answer.findings[0]?.evidence ?? [];
  const cited = bytes(stdout).subarray((evidence?.start ?? 0) - 10, (evidence?.end ?? 0) - 10);
  assert.equal(new TextDecoder().decode(cited), "positive on model shop.b ❌ FAIL [3].");
});

Deno.test("parseSqlmesh does not say that audits pass when some were skipped or none was printed", () => {
  assert.equal(parseSqlmesh(input("audit", "a on model b ⏭️ SKIPPED.\n")).verdict, "findings");
  assert.equal(parseSqlmesh(input("audit", "Found 0 audit(s).\n")).verdict, "no_data");
  assert.equal(parseSqlmesh(input("audit", "something else\n")).verdict, "not_looked");
  assert.equal(parseSqlmesh(input("audit", "a on model b ✅ PASS.\n")).verdict, "nothing_wrong");
});

Deno.test("parseSqlmesh reads what a plan removes as more severe than what it adds", () => {
  const answer = parseSqlmesh(
    input(
      "plan",
      "**Removed Models:**\n- `shop.old` (Breaking)\n\n**Added Models:**\n- `shop.new` (Breaking)\n",
    ),
  );
  assert.deepEqual(answer.findings.map(({ severity }) => severity), ["high", "low"]);
  assert.match(answer.headline, /would change 2 models in prod/);
});

Deno.test("parseSqlmesh leaves a plan's diff out of its changes", () => {
  const answer = parseSqlmesh(
    input("plan", "**Directly Modified:**\n* `shop.a` (Non-breaking)\n```diff\n- `shop.b`\n```\n", 0, "dev"),
  );
  assert.deepEqual(answer.facts.changed_models, ["shop.a"]);
  assert.match(answer.headline, /in dev/);
});

Deno.test("parseSqlmesh reads batches and audits that failed without blocking from a run", () => {
  const answer = parseSqlmesh(
    input(
      "run",
      "[1/1] shop.orders    [full refresh, audits passed 2]      0.04s   \n\n" +
        "[WARNING] shop.revenue: 'positive' audit error: 1 row failed. Learn more in logs: x.log\n\n" +
        "[1/1] shop.revenue   [full refresh, audits failed 1]      0.03s   \n",
    ),
  );
  assert.equal(
    answer.headline,
    "2 models ran: shop.orders and shop.revenue; 1 audit failed without blocking",
  );
  assert.equal(answer.verdict, "findings");
});

Deno.test("parseSqlmesh never throws, whatever sqlmesh prints", () => {
  const word = fc.constantFrom(
    "Error: ",
    "**Added Models:**",
    "- `a`",
    "```",
    "Explained plan",
    " on model ",
    "FAIL [",
    "\n",
  );
  fc.assert(fc.property(fc.array(fc.oneof(word, fc.string())), fc.constantFrom(0, 1), (words, code) => {
    for (const form of ["audit", "plan", "run"]) {
      assert.ok(parseSqlmesh(input(form, words.join(""), code)).headline.length > 0);
    }
  }));
});
