import assert from "node:assert/strict";
import fc from "fast-check";
import type { ParserInput, StepOutcome } from "../types.ts";
import { parseDbt } from "./dbt.ts";
import { logLines } from "./dbt_log.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const input = (log: string, results: string, form = "test", intent = "dbt"): ParserInput => ({
  step: { id: "s1", tool: `dbt ${form}`, form, slots: {} },
  ask: { intent, about: {} },
  commands: [
    { argv: [], exitCode: 1, stdout: bytes(log), stderr: bytes(""), stdoutStart: 0, stderrStart: log.length },
    {
      argv: [],
      exitCode: results === "" ? 1 : 0,
      stdout: bytes(results),
      stderr: bytes(""),
      stdoutStart: log.length,
      stderrStart: log.length + results.length,
    },
  ],
  outcome: "failed",
  truncated: false,
  timeZone: "UTC",
  allowValues: [],
});

const node = (id: string, status: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  unique_id: id,
  status,
  execution_time: 0.1,
  message: null,
  failures: null,
  ...more,
});
const results = (...nodes: readonly Record<string, unknown>[]): string => JSON.stringify({ results: nodes });

Deno.test("parseDbt says that a failing test is a finding of a run that went well", () => {
  const answer = parseDbt(
    input(
      "",
      results(node("test.shop.positive", "fail", { failures: 3 }), node("test.shop.unique_id.ab12", "pass")),
    ),
  );
  assert.equal(answer.outcome, "ok");
  assert.equal(answer.headline, "1 of 2 data tests failed: positive (3 failing rows)");
  assert.deepEqual(answer.facts.failing_tests, ["positive"]);
  assert.deepEqual(answer.facts.passing_tests, ["unique_id"]);
});

Deno.test("parseDbt says that a model which failed is a failed step", () => {
  const answer = parseDbt(input("", results(node("model.shop.orders", "error", { message: "boom" })), "run"));
  assert.equal(answer.outcome, "failed");
  assert.match(answer.findings[0]?.text ?? "", /boom/);
});

Deno.test("parseDbt takes a status that it does not know for an error, never for a pass", () => {
  assert.equal(parseDbt(input("", results(node("test.shop.a", "brand new")))).outcome, "failed");
});

Deno.test("parseDbt does not say that a compiled test passes", () => {
  const answer = parseDbt(input("", results(node("test.shop.a", "success")), "compile"));
  assert.doesNotMatch(answer.headline, /pass/);
  assert.equal(answer.verdict, "listing");
  assert.deepEqual(answer.facts.passing_tests, []);
});

Deno.test("parseDbt names the slowest model when the goal asks for it", () => {
  const nodes = [node("model.shop.a", "success"), node("model.shop.b", "success", { execution_time: 4.25 })];
  assert.doesNotMatch(parseDbt(input("", results(...nodes), "run")).headline, /slowest/);
  const asked = parseDbt(input("", results(...nodes), "run", "slow models"));
  assert.match(asked.headline, /slowest is model b with 4\.25 s/);
  assert.equal(asked.table?.rows[0]?.[1], "b");
});

Deno.test("parseDbt without results tells why, or that it could not look", () => {
  const stopped =
    "09:00:00  Encountered an error:\nRuntime Error\n  Could not find profile named 'kestrel'\n";
  assert.equal(parseDbt(input(stopped, "")).verdict, "no_such_thing");
  assert.equal(parseDbt(input("", "")).verdict, "not_looked");
  assert.equal(parseDbt(input("", '{"results": [')).verdict, "not_looked");
});

Deno.test("parseDbt says when the results were cut", () => {
  const whole = results(node("test.shop.a", "pass"), node("test.shop.b", "pass"));
  const answer = parseDbt(input("", whole.slice(0, -30)));
  assert.ok(answer.blind.some((line) => line.includes("cut")));
});

Deno.test("logLines gives each line the bytes that it stands in", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "é", " ", "❌"), maxLength: 8 });
  fc.assert(fc.property(fc.array(line), (lines) => {
    const whole = bytes(lines.join("\n"));
    const decoder = new TextDecoder();
    const read = logLines(whole);
    assert.deepEqual(
      read.map(({ start, end }) => decoder.decode(whole.subarray(start, end))),
      lines.filter((text) => text.trim() !== ""),
    );
  }));
});

Deno.test("parseDbt never throws, whatever dbt prints", () => {
  const outcome = fc.constantFrom<StepOutcome>("ok", "failed", "killed", "output_capped");
  fc.assert(fc.property(fc.string(), fc.oneof(fc.string(), fc.json()), outcome, (log, text, ended) => {
    for (const form of ["test", "failing-rows", "docs-generate", "compile"]) {
      assert.ok(parseDbt({ ...input(log, text, form), outcome: ended }).headline.length > 0);
    }
  }));
});
