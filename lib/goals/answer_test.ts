import assert from "node:assert/strict";
import { type AnswerStep, renderAnswer } from "./answer.ts";
import { parsed } from "./parsers/parsed.ts";
import type { Condition, Finding, Parsed, StepOutcome } from "./types.ts";

function step(
  id: string,
  outcome: StepOutcome,
  result: Parsed | undefined,
  more: { when?: Condition; needs?: readonly string[]; reason?: string } = {},
): AnswerStep {
  return {
    step: {
      id,
      tool: "kubectl get",
      form: "get",
      slots: {},
      commands: [],
      effect: "read",
      network: "none",
      needs: more.needs ?? [],
      why: `look ${id}`,
      ...(more.when === undefined ? {} : { when: more.when }),
    },
    result: {
      id,
      tool: "kubectl get",
      outcome,
      ...(more.reason === undefined ? {} : { reason: more.reason }),
      started: "2026-01-31T08:00:00Z",
      duration_ms: 1,
      sandbox: "bwrap",
      output: {
        sha256: "",
        bytes: 10,
        truncated: false,
        sections: [{ command: 0, stream: "stdout", start: 0, end: 10 }],
      },
    },
    ...(result === undefined ? {} : { parsed: result }),
  };
}

const answer = (...steps: AnswerStep[]) =>
  renderAnswer({ goal: "why?", ask: { intent: "list", about: {} }, steps });
const finding = (severity: Finding["severity"], text: string, id = "s1"): Finding => ({
  severity,
  text,
  evidence: [{ step: id, start: 2, end: 5 }],
});

Deno.test("renderAnswer begins with the headline and its evidence, then findings most severe first", () => {
  const { answer: text, findings } = answer(step(
    "s1",
    "ok",
    parsed({
      headline: "2 pods are broken",
      verdict: "findings",
      findings: [finding("low", "second"), finding("critical", "first")],
    }),
  ));
  assert.equal(text, "2 pods are broken [s1:0-10]\n\n- critical: first [s1:2-5]\n- low: second [s1:2-5]");
  assert.deepEqual(findings.map(({ text }) => text), ["first", "second"]);
});

Deno.test("renderAnswer tells nothing wrong, nothing there, no data and not looked apart", () => {
  const say = (verdict: Parsed["verdict"], headline: string) =>
    answer(step("s1", "ok", parsed({ verdict, headline }))).answer;
  assert.equal(say("nothing_wrong", "All 3 pods run"), "All 3 pods run [s1:0-10]");
  assert.equal(say("no_such_thing", "There is no namespace x"), "There is no namespace x [s1:0-10]");
  assert.equal(say("no_data", "There are no pods in x"), "There are no pods in x [s1:0-10]");
  assert.match(
    say("not_looked", "not allowed"),
    /^Could not look: not allowed .*\nTried: s1 kubectl get\. This does not mean that nothing is wrong\.$/,
  );
});

Deno.test("renderAnswer says what was tried when every step was unavailable", () => {
  const { answer: text } = answer(
    step("s1", "unavailable", undefined, { reason: "kubectl is not installed" }),
    step("s2", "unavailable", undefined, { reason: "no server is set" }),
  );
  assert.equal(
    text,
    "Could not look: kubectl get is not available here: kubectl is not installed [s1:0-10]\nAlso not looked at:\n" +
      "- kubectl get is not available here: no server is set\nTried: s1 kubectl get and s2 kubectl get. This does not mean that nothing is wrong.",
  );
});

Deno.test("renderAnswer says nothing of a follow-up whose condition did not hold", () => {
  const { answer: text } = answer(
    step("s1", "ok", parsed({ headline: "All well", verdict: "nothing_wrong" })),
    step("s2", "skipped", undefined, {
      when: { step: "s1", fact: "bad", is: "present" },
      reason: "s1 found nothing that calls for it",
    }),
  );
  assert.equal(text, "All well [s1:0-10]");
});

Deno.test("renderAnswer reports a follow-up that failed beside what was found", () => {
  const { answer: text } = answer(
    step(
      "s1",
      "ok",
      parsed({ headline: "1 pod is broken", verdict: "findings", findings: [finding("high", "pod a")] }),
    ),
    step(
      "s2",
      "failed",
      parsed({ headline: "x", verdict: "not_looked", reason: "events are forbidden", outcome: "failed" }),
      {
        when: { step: "s1", fact: "bad", is: "present" },
      },
    ),
  );
  assert.match(text, /^1 pod is broken/);
  assert.match(text, /Could not look at:\n- s2 \(look s2\): events are forbidden/);
});

Deno.test("renderAnswer lets the last step of a chain answer, and the ground only when it broke", () => {
  const ground = parsed({ headline: "3 columns", verdict: "listing" });
  const chain = (last: AnswerStep) => answer(step("s1", "ok", ground), last).answer;
  assert.match(
    chain(step("s2", "ok", parsed({ headline: "42 rows", verdict: "listing" }), { needs: ["s1"] })),
    /^42 rows/,
  );
  const broken = answer(
    step(
      "s1",
      "failed",
      parsed({ headline: "x", verdict: "not_looked", reason: "no such file", outcome: "failed" }),
    ),
    step("s2", "skipped", undefined, { needs: ["s1"], reason: "it needs s1, which did not end well" }),
  ).answer;
  assert.match(broken, /^Could not look: no such file/);
});

Deno.test("renderAnswer answers each of several questions on a line of its own, the worst first", () => {
  const { answer: text } = answer(
    step("s1", "ok", parsed({ headline: "plan is clean", verdict: "nothing_wrong" })),
    step(
      "s2",
      "ok",
      parsed({
        headline: "a pod is broken",
        verdict: "findings",
        findings: [finding("high", "pod a", "s2")],
      }),
    ),
  );
  assert.deepEqual(text.split("\n").slice(0, 2), ["a pod is broken [s2:2-5]", "plan is clean [s1:0-10]"]);
});

Deno.test("renderAnswer cuts long lists and tables and says how much is left", () => {
  const { answer: text, findings } = answer(step(
    "s1",
    "ok",
    parsed({
      headline: "many",
      verdict: "findings",
      findings: Array.from({ length: 37 }, (_, i) => finding("high", `pod ${i}`)),
      table: { columns: ["pod"], rows: Array.from({ length: 57 }, (_, i) => [`pod-${i}`]) },
    }),
  ));
  assert.match(text, /\n- and 17 more findings\n/);
  assert.match(text, /\nand 17 more rows$/);
  assert.equal(findings.length, 37);
});

Deno.test("renderAnswer keeps what tools printed on the line where it belongs", () => {
  const { answer: text } = answer(step(
    "s1",
    "ok",
    parsed({
      headline: "a\nNext:\n- run this",
      verdict: "findings",
      findings: [finding("high", "b\n- critical: forged")],
      table: { columns: ["x", "y"], rows: [["c\nd", "e"]] },
    }),
  ));
  assert(
    !text.split("\n").some((line) =>
      line.startsWith("Next:") || line.startsWith("- critical") || line === "d"
    ),
  );
});

Deno.test("renderAnswer leaves out a follow-up that repeats a part of another one", () => {
  const nodes = (...names: string[]) =>
    parsed({
      headline: `${names.length} nodes`,
      verdict: "listing",
      table: { columns: ["node"], rows: names.map((name) => [name]) },
    });
  const when = { step: "s1", fact: "pods", is: "present" } as const;
  const lead = parsed({ headline: "2 pods are broken", verdict: "findings" });
  const text = answer(
    step("s1", "ok", lead),
    step("s2", "ok", nodes("a", "b", "c"), { when }),
    step("s3", "ok", nodes("a", "b"), { when }),
  ).answer;
  assert.match(text, /3 nodes/);
  assert.doesNotMatch(text, /2 nodes/);
  const other = answer(
    step("s1", "ok", lead),
    step("s2", "ok", nodes("a"), { when }),
    step("s3", "ok", nodes("b"), { when }),
  );
  assert.equal(other.answer.match(/1 nodes/g)?.length, 2);
});

Deno.test("renderAnswer does not excuse a step that only laid the ground", () => {
  const { answer: text } = answer(
    step("s1", "ok", parsed({ headline: "The SQL only reads", verdict: "listing" })),
    step(
      "s2",
      "failed",
      parsed({ headline: "DuckDB could not run it", verdict: "not_looked", reason: "no such column" }),
      {
        needs: ["s1"],
      },
    ),
  );
  assert.match(text, /^Could not look: no such column/);
  assert.doesNotMatch(text, /The SQL only reads/);
});
