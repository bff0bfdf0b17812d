import assert from "node:assert/strict";
import fc from "fast-check";
import { PERSONAS } from "../catalog/types.ts";
import { createMetrics } from "./metrics.ts";

const body = async (metrics: Awaited<ReturnType<typeof createMetrics>>) =>
  (await metrics.render()).body.split("\n");

Deno.test("every series of the known personas exists at 0 before anything happens", async () => {
  const lines = await body(await createMetrics());
  for (const name of ["goals", "security_violations", "auth_denied"]) {
    for (const persona of PERSONAS) {
      assert.ok(lines.includes(`physiclaw_${name}_total{persona="${persona}"} 0`), name);
    }
  }
  for (
    const line of [
      'physiclaw_tool_calls_total{persona="sre",tool="kubectl get",outcome="ok"} 0',
      'physiclaw_tool_calls_total{persona="secops",tool="nmap",outcome="refused"} 0',
      'physiclaw_auth_denied_total{persona="unknown"} 0',
      "physiclaw_egress_blocks_total 0",
      'physiclaw_memory_retrieval_seconds_count{layer="l2"} 0',
      'physiclaw_memory_retrieval_seconds_count{layer="combined"} 0',
      "physiclaw_goals_running 0",
    ]
  ) assert.ok(lines.includes(line), line);
  assert.ok(!lines.some((line) => line.includes("other")));
  assert.ok(!lines.includes('physiclaw_tool_calls_total{persona="sre",tool="nmap",outcome="ok"} 0'));
});

Deno.test("each meter moves its own series, and a second scrape does not count twice", async () => {
  const metrics = await createMetrics();
  metrics.goals("sre");
  metrics.goals("sre");
  metrics.toolCall("secops", "nmap", "ok");
  metrics.securityViolation("data_architect");
  metrics.egressBlock();
  metrics.egressBlock(2);
  metrics.authDenied("unknown");
  metrics.memoryRetrieval("l2", 0.002);
  metrics.goalSeconds("done", 3);
  metrics.stepSeconds("nmap", 0.2);
  metrics.stepSeconds("nmap", Number.NaN);
  metrics.queue(3, 9);
  metrics.httpRequest("/goal", 200);
  await metrics.render();
  const lines = await body(metrics);
  for (
    const line of [
      'physiclaw_goals_total{persona="sre"} 2',
      'physiclaw_tool_calls_total{persona="secops",tool="nmap",outcome="ok"} 1',
      'physiclaw_security_violations_total{persona="data_architect"} 1',
      "physiclaw_egress_blocks_total 3",
      'physiclaw_auth_denied_total{persona="unknown"} 1',
      'physiclaw_memory_retrieval_seconds_bucket{le="0.0025",layer="l2"} 1',
      'physiclaw_memory_retrieval_seconds_bucket{le="0.001",layer="l2"} 0',
      'physiclaw_goal_seconds_sum{outcome="done"} 3',
      'physiclaw_step_seconds_count{tool="nmap"} 1',
      "physiclaw_goals_running 3",
      "physiclaw_goals_queued 9",
      'physiclaw_http_requests_total{route="/goal",status="200"} 1',
    ]
  ) assert.ok(lines.includes(line), line);
});

Deno.test("label values come from known sets only, whatever is counted", async () => {
  const metrics = await createMetrics();
  const series = async () => (await body(metrics)).filter((line) => line.startsWith("physiclaw_")).length;
  metrics.goals("x");
  metrics.toolCall("x", "y", "z");
  metrics.securityViolation("x");
  metrics.authDenied("x");
  metrics.httpRequest("/x", 999);
  metrics.memoryRetrieval("x", 1);
  metrics.goalSeconds("x", 1);
  metrics.stepSeconds("x", 1);
  const before = await series();
  fc.assert(fc.property(fc.string(), fc.integer(), (text, status) => {
    const strange = `?${text}`;
    metrics.goals(strange);
    metrics.toolCall(strange, strange, strange);
    metrics.toolCall(`${strange}\0other`, "other", "other");
    metrics.securityViolation(strange);
    metrics.authDenied(strange);
    metrics.httpRequest(strange, 1000 + Math.abs(status));
    metrics.stepSeconds(strange, 1);
  }));
  assert.equal(await series(), before);
  const text = (await body(metrics)).join("\n");
  assert.match(text, /physiclaw_goals_total\{persona="other"\} 101\n/);
  assert.match(text, /physiclaw_http_requests_total\{route="other",status="other"\} 101\n/);
});

Deno.test("observations are not lost between scrapes, however many there are", async () => {
  const metrics = await createMetrics();
  for (let n = 0; n < 20_000; n++) metrics.stepSeconds("nmap", 1);
  assert.ok((await body(metrics)).includes('physiclaw_step_seconds_count{tool="nmap"} 20000'));
});

Deno.test("two registries share nothing, and the text is what promtool takes", async () => {
  const [one, two] = [await createMetrics(), await createMetrics()];
  one.goals("sre");
  assert.ok((await body(two)).includes('physiclaw_goals_total{persona="sre"} 0'));
  assert.equal((await one.render()).contentType, "text/plain; version=0.0.4; charset=utf-8");
});

const promtool = await new Deno.Command("promtool", { args: ["--version"] }).output().then(
  () => true,
  () => false,
);

Deno.test({
  name: "promtool check metrics finds nothing to say",
  ignore: !promtool,
  async fn() {
    const metrics = await createMetrics();
    metrics.httpRequest("/goal", 200);
    const child = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode((await metrics.render()).body));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    assert.deepEqual([code, decoder.decode(stdout) + decoder.decode(stderr)], [0, ""]);
  },
});
