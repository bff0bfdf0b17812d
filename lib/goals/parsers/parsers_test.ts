import assert from "node:assert/strict";
import fc from "fast-check";
import type { ParserName } from "../../catalog/types.ts";
import type { Parsed, ParserInput } from "../types.ts";
import { parseOutput } from "./parsers.ts";

const PARSERS: readonly ParserName[] = [
  "kubectl",
  "kubectl-text",
  "terraform",
  "promtool",
  "log-aggregator",
  "nmap",
  "bandit",
  "iam-inspect",
  "vault",
  "text",
];
const SLOTS = {
  kinds: ["pods"],
  namespace: "web",
  output: "json",
  expression: "up",
  path: "kv/x",
  paths: ["a"],
  targets: ["127.0.0.1"],
};

function input(stdout: Uint8Array, stderr: Uint8Array, change: Partial<ParserInput> = {}): ParserInput {
  const form = change.step?.form ?? "get";
  return {
    step: { id: "s1", tool: "a tool", form, slots: SLOTS },
    ask: { intent: "list", about: {} },
    commands: [{ argv: [], exitCode: 0, stdout, stderr, stdoutStart: 100, stderrStart: 100 + stdout.length }],
    outcome: "ok",
    truncated: false,
    timeZone: "UTC",
    allowValues: [],
    ...change,
  };
}

function checkEvidence(parsed: Parsed, size: number): void {
  for (const { evidence } of parsed.findings) {
    for (const { step, start, end } of evidence) {
      assert(step === "s1" && start >= 100 && start < end && end <= 100 + size, `${start}-${end} of ${size}`);
    }
  }
}

const json = fc.jsonValue().map((value) => JSON.stringify(value));
const lookalike = fc.record({
  kind: fc.constantFrom("List", "Pod", "Node", "Event", "Job", "Ingress", "Service", "Deployment"),
  items: fc.array(fc.record({
    kind: fc.constantFrom(
      "Pod",
      "Node",
      "Event",
      "Job",
      "CronJob",
      "Ingress",
      "Service",
      "Endpoints",
      "Deployment",
      "Lease",
    ),
    metadata: fc.oneof(fc.jsonValue(), fc.record({ name: fc.string(), namespace: fc.string() })),
    spec: fc.oneof(
      fc.jsonValue(),
      fc.record({ containers: fc.jsonValue(), replicas: fc.jsonValue(), rules: fc.jsonValue() }),
    ),
    status: fc.oneof(
      fc.jsonValue(),
      fc.record({ phase: fc.string(), conditions: fc.jsonValue(), containerStatuses: fc.jsonValue() }),
    ),
  })),
  resource_changes: fc.jsonValue(),
  results: fc.jsonValue(),
  errors: fc.jsonValue(),
  data: fc.jsonValue(),
  totals: fc.jsonValue(),
  findings: fc.jsonValue(),
  patterns: fc.jsonValue(),
}, { requiredKeys: [] }).map((value) => JSON.stringify(value));

for (const parser of PARSERS) {
  Deno.test(`parseOutput of ${parser} never throws and cites only bytes that are there`, async () => {
    const text = fc.oneof(
      fc.string(),
      json,
      lookalike,
      fc.constant("<nmaprun><host><ports><port portid='1'>"),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.string(), fc.nat(3), async (out, err, exitCode) => {
        const stdout = new TextEncoder().encode(out);
        const stderr = new TextEncoder().encode(err);
        const given = input(stdout, stderr);
        const parsed = await parseOutput(parser, {
          ...given,
          commands: given.commands.map((run) => ({ ...run, exitCode })),
        });
        checkEvidence(parsed, stdout.length + stderr.length);
        // A fault of the parser itself is also "could not be read": it must not hide behind it.
        assert(!/could not be read: /.test(parsed.headline), `${parsed.headline} for ${out}`);
      }),
      { numRuns: 150 },
    );
  });

  Deno.test(`parseOutput of ${parser} never says that nothing is wrong when the tool was stopped`, async () => {
    for (const outcome of ["timed_out", "killed", "unavailable", "refused", "skipped"] as const) {
      const parsed = await parseOutput(parser, input(new Uint8Array(), new Uint8Array(), { outcome }));
      assert.equal(parsed.verdict, "not_looked");
      assert.equal(parsed.outcome, outcome);
    }
  });
}

for (const parser of PARSERS.filter((name) => !name.endsWith("text"))) {
  Deno.test(`parseOutput of ${parser} does not take output that is not the tool's format for an answer`, async () => {
    const bytes = new TextEncoder().encode("Segmentation fault\n");
    const parsed = await parseOutput(parser, input(bytes, new Uint8Array()));
    assert.equal(parsed.verdict, "not_looked");
    assert.equal(parsed.outcome, "failed");
  });
}

const GOLDEN = new URL("../../../tests/golden/", import.meta.url).pathname;
const CUT: readonly (readonly [ParserName, string])[] = [
  ["kubectl", "kubectl/pods_everywhere/s1.0.out"],
  ["kubectl", "kubectl/nodes/s1.0.out"],
  ["promtool", "promtool/request_rate/s1.0.out"],
  ["bandit", "bandit/problems/s1.0.out"],
  ["log-aggregator", "log-aggregator/grouped/s1.0.out"],
  ["iam-inspect", "iam-inspect/everything/s1.0.out"],
];

for (const [parser, path] of CUT) {
  Deno.test(`parseOutput of ${parser} says of ${path}, cut anywhere, that it was cut`, async () => {
    const whole = await Deno.readFile(GOLDEN + path);
    // A final line feed may go without loss.
    for (let size = 1; size < whole.length - 2; size += Math.max(1, Math.floor(whole.length / 60))) {
      const parsed = await parseOutput(
        parser,
        input(whole.subarray(0, size), new Uint8Array(), { truncated: true }),
      );
      assert.notEqual(parsed.verdict, "nothing_wrong", `${size} bytes`);
      assert.notEqual(parsed.outcome, "ok", `${size} bytes: ${parsed.headline}`);
      checkEvidence(parsed, size);
    }
  });
}
