import assert from "node:assert/strict";
import { createAuthenticator } from "../auth/authenticator.ts";
import type { GoalService, Submission } from "../goals/service_types.ts";
import type { GoalResult } from "../goals/types.ts";
import { PhysiclawError } from "../internal/errors.ts";
import { createUnbuiltMemory } from "../memory/testing/unbuilt.ts";
import { createApp } from "./app.ts";
import type { BridgeOptions } from "./types.ts";

const HOST = "127.0.0.1:8000";
const ID = "01920000-0000-7000-8000-000000000001";
const HASH = "a".repeat(64);

const resultOf = (submission: Submission): GoalResult => ({
  schema: 1,
  id: ID,
  goal: submission.goal,
  persona: submission.persona,
  allowed_tools: ["kubectl get"],
  message: "Goal accepted; tool selection is backend-authoritative.",
  outcome: "accepted",
  steps: [],
  findings: [],
  answer: "",
  created: "2026-01-01T00:00:00.000Z",
  evidence: { audit_sequence: 1, cwd: "/", egress: {} },
});

/** The HTTP layer over a goal service that only remembers: what is tested here is what stands before it. */
function setUp(overrides: Partial<GoalService> = {}, fields: Partial<BridgeOptions> = {}) {
  const submitted: Submission[] = [];
  const denied: string[] = [];
  const rejected: string[] = [];
  const output = new TextEncoder().encode("0123456789");
  const unused = () => Promise.reject(new Error("not part of this test"));
  const goals: GoalService = {
    submit: (submission) => {
      submitted.push(submission);
      return Promise.resolve(resultOf(submission));
    },
    wait: unused,
    get: (id) =>
      id === ID
        ? {
          result: resultOf({ goal: "x", persona: "sre", mode: "run", requester: "key:1" }),
          requester: "key:1",
        }
        : undefined,
    list: ({ personas }) =>
      personas.map((persona) => resultOf({ goal: "x", persona, mode: "run", requester: "key:1" })),
    output: (_id, step) => step === "s1" ? { sha256: HASH, bytes: 10 } : undefined,
    readOutput: (_digest, start = 0, end = 10) => Promise.resolve(output.slice(start, end)),
    events: async function* () {
      yield { id: 1, event: "result" as const, data: { done: true } };
      await Promise.resolve();
    },
    approve: (decision) =>
      Promise.resolve({
        ...resultOf({ goal: "x", persona: "sre", mode: "run", requester: "" }),
        answer: decision.plan,
      }),
    reject: unused,
    cancel: unused,
    recover: () => Promise.resolve(0),
    close: () => Promise.resolve(),
    ...overrides,
  };
  const authenticator = createAuthenticator({
    apiKeys: [
      { key: "sre-key", personas: ["sre"] },
      { key: "secops-key", personas: ["secops"] },
      { key: "all-key", personas: "all" },
    ],
    required: true,
    now: () => new Date(),
  });
  const app = createApp({
    goals,
    authenticate: (headers) => authenticator.authenticate(headers),
    denied: ({ status, reason }) => {
      denied.push(`${status} ${reason}`);
      return Promise.resolve();
    },
    rejected: ({ reason }) => {
      rejected.push(reason);
      return Promise.resolve();
    },
    metrics: {
      render: () => Promise.resolve({ contentType: "text/plain", body: "metric 1\n" }),
      httpRequest: () => {},
    },
    failed: (error) => {
      throw error;
    },
    notReady: () => undefined,
    layers: () => ({ lock: "not built" }),
    memory: createUnbuiltMemory(),
    memoryChange: () => Promise.resolve(),
    ingestRoots: [],
    version: "0.0.0",
    defaultPersona: "sre",
    hosts: [HOST],
    ...fields,
  });
  const request = (path: string, init: RequestInit & { key?: string } = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("host", headers.get("host") ?? HOST);
    if (init.key !== undefined) headers.set("x-physiclaw-key", init.key);
    return Promise.resolve(app.request(`http://${HOST}${path}`, { ...init, headers }));
  };
  const post = (body: unknown, init: RequestInit & { key?: string } = {}): Promise<Response> =>
    request("/goal", {
      method: "POST",
      key: "sre-key",
      ...init,
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "content-type": "application/json", ...init.headers },
    });
  return { request, post, submitted, denied, rejected };
}

Deno.test("POST /goal answers as the earlier bridge's clients expect", async () => {
  const { post, submitted } = setUp();
  const answer = await post({ goal: "x", persona: "sre", mode: "accept" });
  assert.equal(answer.status, 200);
  const body = await answer.json();
  assert.equal(body.message, "Goal accepted; tool selection is backend-authoritative.");
  assert.deepEqual([body.goal, body.persona, body.allowed_tools], ["x", "sre", ["kubectl get"]]);
  for (const persona of [undefined, null, "", "  ", " SRE "]) await post({ goal: "x", persona });
  assert.ok(submitted.every((submission) => submission.persona === "sre"));
  for (const persona of ["data", "DataArchitect", "data_architect"]) {
    await post({ goal: "x", persona }, { key: "all-key" });
  }
  assert.deepEqual(
    submitted.slice(-3).map((submission) => submission.persona),
    Array(3).fill("data_architect"),
  );
});

Deno.test("POST /goal names the valid personas for an unknown one", async () => {
  const { post, rejected } = setUp();
  const answer = await post({ goal: "x", persona: "banana" });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const body = await answer.json();
  assert.match(body.detail, /sre, secops, data_architect/);
  assert.ok(!JSON.stringify(body).includes("banana"), "the input is not echoed");
  assert.equal(rejected.length, 1, "it is recorded");
});

Deno.test("POST /goal refuses what is not a goal, names the field, and never echoes the input", async () => {
  const { post, submitted } = setUp();
  const secret = "hunter2-in-the-body";
  const bodies: readonly (readonly [unknown, number])[] = [
    [{}, 422],
    [{ goal: "" }, 422],
    [{ goal: "   " }, 422],
    [{ goal: 7 }, 422],
    [{ goal: "x", tool: secret }, 422],
    [{ goal: "x", allowed_tools: [secret] }, 422],
    [{ goal: "x", argv: ["rm", secret] }, 422],
    [{ goal: "x", mode: secret }, 422],
    [{ goal: "x", answers: secret }, 422],
    ['{"goal":"\\ud800"}', 422],
    ['{"goal":"x","cwd":"/tmp/\\u0000"}', 422],
    [[secret], 422],
    ["null", 422],
    ['{"goal":NaN}', 400],
    [`{"goal":"${secret}"`, 400],
    ['{"goal":"a","goal":"b"}', 422],
  ];
  for (const [body, status] of bodies) {
    const answer = await post(body);
    const text = await answer.text();
    assert.equal(answer.status, status, `${JSON.stringify(body)} gave ${text}`);
    assert.ok(!text.includes(secret));
    assert.equal(JSON.parse(text).status, status);
  }
  assert.deepEqual(submitted, []);
});

Deno.test("POST /goal bounds goal and body, by bytes", async () => {
  const { post } = setUp();
  assert.equal((await post({ goal: "é".repeat(32 * 1024) })).status, 200);
  assert.equal((await post({ goal: "é".repeat(32 * 1024) + "x" })).status, 413);
  assert.equal((await post({ goal: "x".repeat(1024 * 1024) })).status, 413);
  assert.equal(
    (await post("goal=x", { headers: { "content-type": "application/x-www-form-urlencoded" } })).status,
    415,
  );
});

Deno.test("credentials are checked before a byte of the body is read", async () => {
  const { request, denied } = setUp();
  let pulled = false;
  const body = new ReadableStream({
    pull: (controller) => {
      pulled = true;
      controller.enqueue(new Uint8Array(1024));
    },
  }, { highWaterMark: 0 });
  const answer = await request("/goal", {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="physiclaw"');
  assert.ok(!pulled);
  assert.equal((await request("/goals", { key: "wrong" })).status, 403);
  assert.equal(denied.length, 2);
});

Deno.test("a credential for one persona may not send another's goals, nor see them", async () => {
  const { post, request, denied } = setUp();
  assert.equal((await post({ goal: "x", persona: "secops" })).status, 403);
  assert.match(denied[0] ?? "", /not for this persona/);
  assert.equal((await request(`/goal/${ID}`, { key: "sre-key" })).status, 200);
  assert.equal((await request(`/goal/${ID}`, { key: "secops-key" })).status, 404);
  assert.equal((await request(`/goal/${ID}/steps/s1/output`, { key: "secops-key" })).status, 404);
  assert.equal((await request(`/goal/${ID}/cancel`, { key: "secops-key", method: "POST" })).status, 404);
  const list = await (await request("/goals", { key: "secops-key" })).json();
  assert.deepEqual(list.goals.map((goal: GoalResult) => goal.persona), ["secops"]);
});

Deno.test("approving needs its scope and the plan's hash", async () => {
  const { request } = setUp();
  const approve = (key: string, body: unknown) =>
    request(`/goal/${ID}/approve`, {
      method: "POST",
      key,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  assert.equal((await approve("sre-key", { plan: HASH })).status, 403);
  assert.equal((await approve("all-key", { plan: "short" })).status, 422);
  assert.equal((await approve("all-key", {})).status, 422);
  assert.equal((await approve("secops-key", { plan: HASH })).status, 404);
});

Deno.test("Host and Origin must be the bridge's own", async () => {
  const { request, post } = setUp();
  assert.equal((await request("/health", { headers: { host: "evil.test" } })).status, 421);
  assert.equal((await post({ goal: "x" }, { headers: { host: "localhost.evil.test:8000" } })).status, 421);
  assert.equal((await post({ goal: "x" }, { headers: { origin: "http://evil.test" } })).status, 403);
  assert.equal((await post({ goal: "x" }, { headers: { origin: "null" } })).status, 403);
  assert.equal((await post({ goal: "x" }, { headers: { origin: `http://${HOST}` } })).status, 200);
});

Deno.test("methods and paths that are not there are told apart, and nothing redirects", async () => {
  const { request, post } = setUp();
  const wrong = await request("/goal", { key: "sre-key" });
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "POST"]);
  assert.equal((await request("/health", { method: "DELETE" })).status, 405);
  assert.equal((await request("/health", { method: "HEAD" })).status, 200);
  assert.equal((await request("/docs")).status, 404);
  assert.equal((await request("/openapi.json")).status, 401);
  const slash = await request("/goal/", {
    method: "POST",
    key: "sre-key",
    body: '{"goal":"x"}',
    headers: { "content-type": "application/json" },
  });
  assert.equal(slash.status, 200);
  assert.equal((await post({ goal: "x" })).headers.get("location"), null);
});

Deno.test("/health tells the truth, and details only to those with a credential", async () => {
  const open = setUp();
  assert.deepEqual(await (await open.request("/health")).json(), {
    status: "ok",
    service: "physiclaw",
    version: "0.0.0",
  });
  assert.deepEqual((await (await open.request("/health", { key: "sre-key" })).json()).layers, {
    lock: "not built",
  });
  assert.equal((await (await open.request("/health", { key: "wrong" })).json()).layers, undefined);
  const broken = setUp({}, { notReady: () => "Cannot write the audit log" });
  const answer = await broken.request("/health");
  assert.equal(answer.status, 503);
  assert.equal((await answer.json()).detail, "Cannot write the audit log");
});

Deno.test("errors of the goal service become problems, and unknown ones say nothing but to the log", async () => {
  const busy = setUp({
    submit: () => Promise.reject(new PhysiclawError("busy", "Cannot take the goal: the queue is full")),
  });
  const full = await busy.post({ goal: "x" });
  assert.deepEqual([full.status, full.headers.get("retry-after")], [429, "1"]);
  const dead = setUp({
    submit: () => Promise.reject(new PhysiclawError("not_ready", "Cannot write the audit log")),
  });
  assert.equal((await dead.post({ goal: "x" })).status, 503);
  const failed: unknown[] = [];
  const broken = setUp({ submit: () => Promise.reject(new Error("secret path /root/x")) }, {
    failed: (error) => void failed.push(error),
  });
  const answer = await broken.post({ goal: "x" });
  assert.equal(answer.status, 500);
  assert.match(String(failed), /secret path/, "the operator's log learns of it");
  assert.ok(!(await answer.text()).includes("secret path"));
});

Deno.test("a stored output comes as bytes, whole or by range, never as a page", async () => {
  const { request } = setUp();
  const path = `/goal/${ID}/steps/s1/output`;
  const whole = await request(path, { key: "sre-key" });
  assert.equal(await whole.text(), "0123456789");
  assert.equal(whole.headers.get("content-type"), "application/octet-stream");
  assert.equal(whole.headers.get("x-content-type-options"), "nosniff");
  const part = await request(path, { key: "sre-key", headers: { range: "bytes=2-4" } });
  assert.deepEqual([part.status, await part.text(), part.headers.get("content-range")], [
    206,
    "234",
    "bytes 2-4/10",
  ]);
  assert.equal((await request(path, { key: "sre-key", headers: { range: "bytes=99-" } })).status, 416);
  assert.equal((await request(`/goal/${ID}/steps/s9/output`, { key: "sre-key" })).status, 404);
});

Deno.test("events stream with numbers", async () => {
  const { post } = setUp();
  const answer = await post({ goal: "x" }, { headers: { accept: "text/event-stream" } });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  assert.equal(await answer.text(), 'id: 1\nevent: result\ndata: {"done":true}\n\n');
});

Deno.test("a flood of wrong credentials is answered with 429 and does not fill the audit log", async () => {
  const { request, denied } = setUp();
  const statuses: number[] = [];
  for (let n = 0; n < 200; n++) statuses.push((await request("/goals", { key: `wrong${n}` })).status);
  assert.equal(statuses.filter((status) => status === 403).length, denied.length);
  assert.equal(statuses.at(-1), 429);
  assert.ok(denied.length < 60);
  assert.equal((await request("/goals", { key: "sre-key" })).status, 200, "a right one is still answered");
});

Deno.test("/openapi.json describes every route and its problems", async () => {
  const { request } = setUp();
  const document = await (await request("/openapi.json", { key: "sre-key" })).json();
  assert.deepEqual(Object.keys(document.paths).sort(), [
    "/goal",
    "/goal/{id}",
    "/goal/{id}/approve",
    "/goal/{id}/cancel",
    "/goal/{id}/reject",
    "/goal/{id}/steps/{step}/output",
    "/goals",
    "/health",
    "/memory/documents",
    "/memory/embed",
    "/memory/export",
    "/memory/facts",
    "/memory/facts/{id}",
    "/memory/facts/{id}/history",
    "/memory/forget",
    "/memory/ingest",
    "/memory/search",
    "/memory/status",
    "/metrics",
  ]);
  assert.ok(
    ["400", "413", "415", "422", "429"].every((status) => status in document.paths["/goal"].post.responses),
  );
});
