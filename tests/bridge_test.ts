/**
 * The running bridge as its clients and attackers meet it: the real program, a real listener, a real state directory.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startBridge } from "./support/bridge.ts";
import { COMPILED, run } from "./support/program.ts";

const goal = (fields: Record<string, unknown> = {}): RequestInit => ({
  method: "POST",
  body: JSON.stringify({ goal: "summarise the errors in app.log", persona: "sre", ...fields }),
});

const LOG = ["2026-01-01T00:00:00Z INFO started", "2026-01-01T00:00:01Z ERROR database gone", ""].join("\n");

Deno.test("a goal runs a real tool in the sandbox and comes back with evidence", async () => {
  await using bridge = await startBridge();
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, LOG);
  const answer = await bridge.request("/goal", goal());
  const result = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(result));
  assert.equal(result.outcome, "done", JSON.stringify(result));
  assert.match(result.answer, /database gone/);
  const [step] = result.steps;
  assert.deepEqual([step.tool, step.outcome, step.exit_code], ["log-aggregator", "ok", 0]);
  const output = await bridge.request(`/goal/${result.id}/steps/${step.id}/output`);
  const bytes = new Uint8Array(await output.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.equal(digest, step.output.sha256);
  for (const finding of result.findings) {
    for (const { start, end } of finding.evidence) assert.ok(start < end && end <= bytes.byteLength);
  }
  assert.equal(result.evidence.egress.lock, "held");
  assert.equal(result.evidence.egress.sandbox, "held");
});

Deno.test("goals and results survive a kill -9, and the audit chain goes on", async () => {
  const state = await Deno.makeTempDir();
  try {
    const first = await startBridge({ state });
    await Deno.writeTextFile(`${first.workspace}/app.log`, LOG);
    const done = await (await first.request("/goal", goal())).json();
    await first.kill();
    const second = await startBridge({ state });
    const again = await (await second.request(`/goal/${done.id}`)).json();
    assert.deepEqual(again, done);
    assert.equal(await second.stop(), 0);
    const verified = await run(["audit", "verify", "--file", `${state}/audit.jsonl`]);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("a second bridge on the same state directory is refused", async () => {
  const state = await Deno.makeTempDir();
  try {
    await using first = await startBridge({ state });
    await assert.rejects(startBridge({ state }), /holds it/);
    assert.equal((await first.request("/goal", goal({ mode: "accept" }))).status, 200);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("half-sent and silent connections are closed, and hold up nobody", async () => {
  await using bridge = await startBridge({
    config: "[limits]\nheader_timeout_seconds = 1\nrequest_timeout_seconds = 2\n",
  });
  const port = Number(new URL(bridge.url).port);
  const starts = [
    "POST /goal HTTP/1.1\r\nHost: 127.0.0.1",
    `POST /goal HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Physiclaw-Key: ${bridge.key}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"goal"`,
  ];
  const connections = await Promise.all(starts.map(async (text) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(text));
    return connection;
  }));
  assert.equal((await bridge.request("/health")).status, 200);
  for (const connection of connections) {
    // Resolves only when the bridge has closed its side; whatever it said first is a 4xx.
    const answer = await new Response(connection.readable).text();
    assert.match(answer, /^$|^HTTP\/1\.1 4/);
  }
});

Deno.test("a large and hostile goal is answered and does not stall others", async () => {
  await using bridge = await startBridge();
  const hostile = ["http://".repeat(8000), "'".repeat(60_000), "((((".repeat(15_000), "a=".repeat(30_000)];
  for (const text of hostile) {
    const answer = bridge.request("/goal", goal({ goal: text, mode: "plan" }));
    assert.equal((await bridge.request("/health")).status, 200);
    assert.equal((await answer).status, 200);
  }
  assert.equal((await bridge.request("/goal", goal({ goal: "x".repeat(10 * 1024 * 1024) }))).status, 413);
});

Deno.test("a full queue is told at once, and room comes back", async () => {
  await using bridge = await startBridge({ config: "[limits]\ngoals_at_once = 1\nqueue = 1\n" });
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, LOG.repeat(20_000));
  const answers = await Promise.all(Array.from({ length: 12 }, () => bridge.request("/goal", goal())));
  const statuses = answers.map((answer) => answer.status);
  assert.ok(statuses.includes(429), statuses.join(" "));
  assert.ok(statuses.includes(200), statuses.join(" "));
  const refused = answers.find((answer) => answer.status === 429);
  assert.equal(refused?.headers.get("retry-after"), "1");
  for (const answer of answers) await answer.body?.cancel();
  assert.equal((await bridge.request("/goal", goal())).status, 200);
});

Deno.test("SIGTERM lets a running goal end, and exits 0", async () => {
  const state = await Deno.makeTempDir();
  try {
    const bridge = await startBridge({ state });
    await Deno.writeTextFile(`${bridge.workspace}/app.log`, LOG.repeat(50_000));
    const running = await (await bridge.request("/goal", { ...goal(), headers: { prefer: "wait=0" } }))
      .json();
    assert.equal(await bridge.stop(), 0);
    const again = await startBridge({ state });
    const ended = await (await again.request(`/goal/${running.id}`)).json();
    assert.equal(ended.outcome, "done", ended.reason);
    await again.stop();
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("a Unix socket serves its owner, and nobody else may open it", { ignore: COMPILED }, async () => {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/bridge.sock`;
  const bridge = await startBridge({ socket });
  try {
    assert.equal(bridge.url, `unix:${socket}`);
    assert.equal(((await Deno.stat(socket)).mode ?? 0) & 0o777, 0o600);
    const ran = await run(
      ["goal", "summarise the errors in app.log", "--mode", "accept", "--socket", socket],
      {
        env: { PHYSICLAW_API_KEY: bridge.key },
        socket,
      },
    );
    assert.equal(ran.code, 0, ran.stderr);
  } finally {
    await bridge.stop();
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("the first start without credentials writes operator.key, and the same user's command uses it", async () => {
  const state = await Deno.makeTempDir();
  try {
    await using bridge = await startBridge({ state, env: { PHYSICLAW_API_KEYS: "" } });
    assert.equal(((await Deno.stat(`${state}/operator.key`)).mode ?? 0) & 0o777, 0o600);
    assert.equal((await bridge.request("/goals", { headers: { "x-physiclaw-key": "wrong" } })).status, 403);
    const ran = await run(["goal", "summarise the errors in app.log", "--mode", "accept"], {
      env: { PHYSICLAW_BRIDGE_URL: bridge.url, PHYSICLAW_MEMORY_DIR: state },
    });
    assert.equal(ran.code, 0, ran.stderr);
    const key = (await Deno.readTextFile(`${state}/operator.key`)).trim();
    assert.ok(!(await Deno.readTextFile(`${state}/audit.jsonl`)).includes(key));
    assert.ok(!bridge.logged.join("\n").includes(key));
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("what cannot be set up stops the start, with the reason and the fix", async () => {
  const cases: readonly (readonly [Parameters<typeof startBridge>[0], RegExp])[] = [
    [{ env: { PHYSICLAW_JWT_SECRET: "short" } }, /at least 32/],
    [{ env: { PHYSICLAW_API_KEYS: "bare-key" } }, /persona/],
    [{ env: { PHYSICLAW_API_KEYS: "banana:key" } }, /persona/],
    [{ env: { PHYSICLAW_REQUIRE_AUTH: "maybe" } }, /PHYSICLAW_REQUIRE_AUTH/],
    [{ env: { PHYSICLAW_PERSONA: "banana" } }, /persona/],
    [{ config: "nonsense = 1" }, /nonsense/],
    [{ config: '[egress]\nsafe = ["0.0.0.0/0"]' }, /safe/],
    [{ env: { PHYSICLAW_MEMORY_DIR: "/proc/nowhere" } }, /state directory/],
  ];
  for (const [setup, reason] of cases) await assert.rejects(startBridge(setup), reason);
});

Deno.test("memory is there without a bridge, and in the home itself, which is no workspace", async () => {
  const home = await Deno.realPath(await Deno.makeTempDir());
  try {
    // Nothing listens on port 1.
    const env = { HOME: home, PHYSICLAW_MEMORY_DIR: `${home}/state`, PHYSICLAW_BRIDGE_PORT: "1" };
    const added = await run(["memory", "add", "the gateway is 10.0.0.1"], { cwd: home, env });
    assert.equal(added.code, 0, added.stderr);
    const status = await run(["memory", "status", "--json"], { cwd: home, env });
    assert.equal(JSON.parse(status.stdout).l2_facts, 1);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("/metrics counts goals, tools and refusals under the names that dashboards know", async () => {
  await using bridge = await startBridge();
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, LOG);
  await (await bridge.request("/goal", goal())).body?.cancel();
  await (await bridge.request("/goals", { headers: { "x-physiclaw-key": "wrong" } })).body?.cancel();
  const text = await (await bridge.request("/metrics")).text();
  assert.match(text, /^physiclaw_goals_total\{persona="sre"\} 1$/m);
  assert.match(text, /^physiclaw_tool_calls_total\{persona="sre",tool="log-aggregator",outcome="ok"\} 1$/m);
  assert.match(text, /^physiclaw_auth_denied_total\{persona="unknown"\} 1$/m);
  assert.match(text, /^physiclaw_egress_blocks_total 0$/m);
  assert.match(text, /^physiclaw_security_violations_total\{persona="sre"\} 0$/m);
});

Deno.test("a secret in a goal or an output reaches no store, answer or log", async () => {
  const state = await Deno.makeTempDir();
  try {
    const bridge = await startBridge({ state });
    const secret = "hunter2-Zq8vK3xW";
    await Deno.writeTextFile(
      `${bridge.workspace}/app.log`,
      `2026-01-01T00:00:00Z ERROR login failed password=${secret}\n`,
    );
    const answer = await (await bridge.request(
      "/goal",
      goal({ goal: `summarise the errors in app.log password=${secret}` }),
    )).text();
    assert.ok(!answer.includes(secret), answer);
    await bridge.stop();
    const holds: string[] = [];
    const search = async (directory: string): Promise<void> => {
      for await (const entry of Deno.readDir(directory)) {
        const path = `${directory}/${entry.name}`;
        if (entry.isDirectory) await search(path);
        else if (new TextDecoder("latin1").decode(await Deno.readFile(path)).includes(secret)) {
          holds.push(path);
        }
      }
    };
    await search(state);
    assert.deepEqual(holds, []);
    assert.ok(!bridge.logged.join("\n").includes(secret));
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
