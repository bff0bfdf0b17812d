import assert from "node:assert/strict";
import { uuidv7 } from "uuidv7";
import { createAuthenticator } from "../auth/authenticator.ts";
import { createToken } from "../auth/jwt.ts";
import { PhysiclawError } from "../internal/errors.ts";
import type { IngestProgress, Memory, RetrievalScope } from "../memory/interface.ts";
import { createFactsMemory } from "../memory/testing/facts_memory.ts";
import type { Audience } from "../memory/types.ts";
import { createUnbuiltMemory } from "../memory/testing/unbuilt.ts";
import { createApp } from "./app.ts";
import type { BridgeOptions } from "./types.ts";

const HOST = "127.0.0.1:8000";
const SECRET = "0123456789abcdef0123456789abcdef";
const NOW = new Date("2026-01-01T00:00:00Z");

/** The routes over real facts; what needs documents is given by each test. */
async function withRoutes(
  work: (
    world: {
      request(path: string, init?: RequestInit & { key?: string; jwt?: string }): Promise<Response>;
      send(method: string, path: string, body: unknown, key?: string): Promise<Response>;
      token(scope: string, persona?: string): Promise<string>;
      changes: Readonly<Record<string, string | number>>[];
      denied: string[];
      scopes: RetrievalScope[];
      directory: string;
    },
  ) => Promise<void>,
  overrides: Partial<Memory> = {},
  roots: readonly string[] = [],
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const facts = createFactsMemory(`${directory}/l2.sqlite3`, () => NOW.getTime());
  const changes: Readonly<Record<string, string | number>>[] = [];
  const denied: string[] = [];
  const scopes: RetrievalScope[] = [];
  const memory: Memory = {
    ...facts,
    search: (query, scope) => {
      scopes.push(scope);
      return facts.search(query, scope);
    },
    ...overrides,
  };
  const authenticator = createAuthenticator({
    apiKeys: [{ key: "sre-key", personas: ["sre"] }, { key: "all-key", personas: "all" }],
    jwtSecret: SECRET,
    required: true,
    now: () => NOW,
  });
  const options: BridgeOptions = {
    // No goal is sent here.
    goals: {} as BridgeOptions["goals"],
    authenticate: (headers) => authenticator.authenticate(headers),
    denied: ({ reason }) => {
      denied.push(reason);
      return Promise.resolve();
    },
    rejected: () => Promise.resolve(),
    metrics: { render: () => Promise.reject(new Error("unused")), httpRequest: () => {} },
    failed: (error) => {
      throw error;
    },
    notReady: () => undefined,
    layers: () => ({}),
    memory,
    memoryChange: (change) => {
      changes.push(change);
      return Promise.resolve();
    },
    ingestRoots: roots,
    version: "0",
    defaultPersona: "sre",
    hosts: [HOST],
  };
  const app = createApp(options);
  const request = (path: string, init: RequestInit & { key?: string; jwt?: string } = {}) => {
    const headers = new Headers(init.headers);
    headers.set("host", HOST);
    if (init.jwt !== undefined) headers.set("authorization", `Bearer ${init.jwt}`);
    else headers.set("x-physiclaw-key", init.key ?? "all-key");
    return Promise.resolve(app.request(`http://${HOST}${path}`, { ...init, headers }));
  };
  const token = (scope: string, persona?: string) =>
    createToken({
      secret: SECRET,
      ...(persona === undefined ? {} : { persona: persona as "sre" }),
      scopes: scope.split(" "),
      ttlSeconds: 60,
      subject: "ada",
      now: NOW,
    });
  try {
    await work({
      request,
      send: (method, path, body, key) =>
        request(path, {
          method,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
          ...(key?.startsWith("ey") ? { jwt: key } : key === undefined ? {} : { key }),
        }),
      token,
      changes,
      denied,
      scopes,
      directory,
    });
  } finally {
    await facts.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("facts are added, found, changed, told of and forgotten", () =>
  withRoutes(async ({ send, request, changes }) => {
    const added = await send("POST", "/memory/facts", {
      facts: [{
        name: "the payments cluster",
        value: "pay-prod",
        tags: ["k8s"],
        expires: "2027-01-01T00:00:00Z",
      }],
    });
    assert.equal(added.status, 201);
    const { facts: [fact] } = await added.json();
    assert.deepEqual([fact.origin, fact.audience, fact.version, fact.created], [
      "operator",
      "all",
      1,
      "2026-01-01T00:00:00.000Z",
    ]);
    const found = await (await send("POST", "/memory/search", { query: "payments?" })).json();
    assert.equal(found.items[0].text, "the payments cluster: pay-prod");
    assert.deepEqual(found.items[0].ranks, { l2: 1 });
    assert.deepEqual(found.notes, ["no documents here"]);
    const changed = await send("PATCH", `/memory/facts/${fact.id}`, { value: "pay-prod-2", expires: null });
    assert.deepEqual([(await changed.json()).version, changed.status], [2, 200]);
    assert.equal((await (await request(`/memory/facts/${fact.id}`)).json()).value, "pay-prod-2");
    const { versions } = await (await request(`/memory/facts/${fact.id}/history`)).json();
    assert.deepEqual(versions.map(({ value }: { value: string }) => value), ["pay-prod", "pay-prod-2"]);
    assert.deepEqual(await (await request(`/memory/facts/${fact.id}`, { method: "DELETE" })).json(), {
      facts: 1,
      documents: 0,
    });
    assert.equal((await request(`/memory/facts/${fact.id}`)).status, 404);
    assert.deepEqual(changes.map(({ change }) => change), ["add facts", "change a fact", "forget"]);
    assert.ok(!JSON.stringify(changes).includes("pay-prod"), "the record holds no text");
  }));

Deno.test("secrets that a client sends are masked before they are stored or answered", () =>
  withRoutes(async ({ send }) => {
    const answer = await send("POST", "/memory/facts", {
      facts: [{ name: "db password", value: "hunter2" }],
    });
    assert.ok(!(await answer.text()).includes("hunter2"));
  }));

Deno.test("writing needs its scope; each refusal is recorded", () =>
  withRoutes(async ({ send, request, denied, changes }) => {
    const calls: readonly (readonly [string, string, unknown])[] = [
      ["POST", "/memory/facts", { facts: [{ value: "x" }] }],
      ["POST", "/memory/forget", { name: "x" }],
      ["POST", "/memory/documents", { name: "a.md", text: "x" }],
      ["POST", "/memory/ingest", { path: "/srv" }],
      ["PATCH", `/memory/facts/${uuidv7()}`, { value: "x" }],
    ];
    for (const [method, path, body] of calls) {
      assert.equal((await send(method, path, body, "sre-key")).status, 403, path);
    }
    assert.equal(
      (await request(`/memory/facts/${uuidv7()}`, { method: "DELETE", key: "sre-key" })).status,
      403,
    );
    assert.equal(denied.length, 6);
    assert.deepEqual(changes, []);
    assert.equal((await send("POST", "/memory/search", { query: "x" }, "sre-key")).status, 200);
    assert.equal((await request("/memory/search", { method: "POST", key: "wrong" })).status, 403);
  }));

Deno.test("a credential for one persona writes, sees and forgets what is its persona's alone", () =>
  withRoutes(async ({ send, request, token, scopes }) => {
    const ada = await token("physiclaw:goal physiclaw:memory:write", "sre");
    const add = async (audience: Audience | undefined, key: string) =>
      await send("POST", "/memory/facts", {
        facts: [{ name: "rota", value: `of ${audience}`, ...(audience === undefined ? {} : { audience }) }],
      }, key);
    assert.equal((await add("secops", ada)).status, 403);
    assert.equal((await add("all", ada)).status, 403);
    const own = (await (await add(undefined, ada)).json()).facts[0];
    assert.equal(own.audience, "sre");
    const theirs = (await (await add("secops", "all-key")).json()).facts[0];
    const shared = (await (await add("all", "all-key")).json()).facts[0];

    assert.equal((await request(`/memory/facts/${theirs.id}`, { jwt: ada })).status, 404);
    assert.equal((await request(`/memory/facts/${theirs.id}/history`, { jwt: ada })).status, 404);
    assert.equal((await send("PATCH", `/memory/facts/${theirs.id}`, { value: "x" }, ada)).status, 404);
    assert.equal((await request(`/memory/facts/${shared.id}`, { jwt: ada })).status, 200);
    assert.equal((await send("PATCH", `/memory/facts/${shared.id}`, { value: "x" }, ada)).status, 403);
    assert.equal((await request(`/memory/facts/${shared.id}`, { jwt: ada, method: "DELETE" })).status, 403);
    assert.equal(
      (await send("POST", "/memory/search", { query: "rota", persona: "secops" }, ada)).status,
      403,
    );
    await send("POST", "/memory/search", { query: "rota" }, ada);
    assert.deepEqual(scopes.at(-1)?.personas, ["sre"]);
    await send("POST", "/memory/search", { query: "rota", persona: "data" }, "all-key");
    assert.deepEqual(scopes.at(-1)?.personas, ["data_architect"]);
    assert.equal((await request("/memory/export", { jwt: ada })).status, 403);
    assert.equal((await send("POST", "/memory/facts", { export: [{}] }, ada)).status, 403);

    assert.equal(
      (await send("POST", "/memory/forget", { name: "rota", audience: "secops" }, ada)).status,
      403,
    );
    assert.deepEqual(await (await send("POST", "/memory/forget", { name: "rota" }, ada)).json(), {
      facts: 1,
      documents: 0,
    });
    assert.deepEqual((await (await send("POST", "/memory/forget", { name: "rota" })).json()).facts, 2);
  }));

Deno.test("bodies that are not valid are refused by field, and nothing is done", () =>
  withRoutes(async ({ send, changes }) => {
    const bodies: readonly (readonly [string, unknown, number])[] = [
      ["/memory/facts", {}, 422],
      ["/memory/facts", { facts: [] }, 422],
      ["/memory/facts", { facts: [{ name: "x" }] }, 422],
      ["/memory/facts", { facts: [{ value: " " }] }, 422],
      ["/memory/facts", { facts: [{ value: "x", origin: "operator" }] }, 422],
      ["/memory/facts", { facts: [{ value: "x", audience: "banana" }] }, 422],
      ["/memory/facts", { facts: [{ value: "\ud800" }] }, 422],
      ["/memory/facts", { facts: [{ value: "x", expires: "tomorrow" }] }, 422],
      ["/memory/facts", { facts: [{ value: "x".repeat(5 * 1024 * 1024) }] }, 413],
      ["/memory/search", { query: 7 }, 422],
      ["/memory/search", { query: "x", persona: "banana" }, 400],
      ["/memory/search", { query: "x", l2_limit: 1000 }, 422],
      ["/memory/forget", {}, 422],
      ["/memory/forget", { id: "x" }, 422],
      ["/memory/documents", { name: "../x.md", text: "x" }, 422],
      ["/memory/ingest", { path: "relative" }, 422],
    ];
    for (const [path, body, status] of bodies) {
      const answer = await send("POST", path, body);
      assert.equal(
        answer.status,
        status,
        `${path} ${JSON.stringify(body).slice(0, 80)}: ${await answer.text()}`,
      );
    }
    assert.deepEqual(changes, []);
    assert.equal((await send("GET", "/memory/facts", undefined)).status, 405);
  }));

Deno.test("an export streams a fact a line and restores through the same bridge", () => {
  const restored: (readonly unknown[])[] = [];
  return withRoutes(async ({ send, request }) => {
    await send("POST", "/memory/facts", {
      facts: Array.from({ length: 600 }, (_, n) => ({ value: `v${n}` })),
    });
    const answer = await request("/memory/export");
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
    const lines = (await answer.text()).trimEnd().split("\n").map((line): unknown => JSON.parse(line));
    assert.equal(lines.length, 600);
    assert.deepEqual(await (await send("POST", "/memory/facts", { export: lines })).json(), {
      restored: 600,
    });
    assert.deepEqual(restored, [lines]);
  }, {
    restore: (lines) => {
      restored.push(lines);
      return Promise.resolve(lines.length);
    },
  });
});

Deno.test("ingesting takes real paths under a root only, tells how far it is, and how it ended", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeTextFile(`${root}/a.md`, "# a");
  await Deno.symlink("/etc", `${root}/out`);
  const ingested: (readonly string[])[] = [];
  const report = { added: 1, replaced: 0, unchanged: 0, chunks: 1, skipped: [], skippedCount: {}, notes: [] };
  const ingest: Memory["ingest"] = async (paths, { onProgress }) => {
    ingested.push(paths);
    if (paths[0]?.endsWith("bad")) {
      throw new PhysiclawError("not_ready", "Cannot write", { hint: "free space" });
    }
    onProgress?.({ files: 1, bytes: 3, totalFiles: 2 } satisfies IngestProgress);
    await new Promise((resolve) => setTimeout(resolve, 450));
    return report;
  };
  await withRoutes(
    async ({ send }) => {
      const lines = async (answer: Response) =>
        (await answer.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
      const answer = await send("POST", "/memory/ingest", { path: `${root}/./a.md`, audience: "sre" });
      assert.deepEqual(await lines(answer), [{ progress: { files: 1, bytes: 3, totalFiles: 2 } }, {
        report,
      }]);
      assert.deepEqual(ingested, [[`${root}/a.md`]]);
      for (const path of ["/etc/passwd", `${root}/../../etc/passwd`, `${root}/out/passwd`]) {
        assert.equal((await send("POST", "/memory/ingest", { path })).status, 403, path);
      }
      assert.equal((await send("POST", "/memory/ingest", { path: `${root}/none` })).status, 404);
      await Deno.mkdir(`${root}/bad`);
      assert.deepEqual(await lines(await send("POST", "/memory/ingest", { path: `${root}/bad` })), [
        { error: { kind: "not_ready", detail: "Cannot write", hint: "free space" } },
      ]);
      assert.equal(ingested.length, 2);
    },
    { ingest },
    [root],
  );
  await Deno.remove(root, { recursive: true });
});

Deno.test("ingesting ends when the client goes", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const aborted = Promise.withResolvers<void>();
  const ingest: Memory["ingest"] = (_paths, { signal, onProgress }) =>
    new Promise((_, reject) => {
      const timer = setInterval(() => onProgress?.({ files: 1, bytes: 1 }), 20);
      signal?.addEventListener("abort", () => {
        clearInterval(timer);
        aborted.resolve();
        reject(signal.reason);
      });
    });
  await withRoutes(
    async ({ send }) => {
      const answer = await send("POST", "/memory/ingest", { path: root });
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await aborted.promise;
    },
    { ingest },
    [root],
  );
  await Deno.remove(root, { recursive: true });
});

Deno.test("a document that a client sends is ingested under its name", () => {
  const seen: unknown[] = [];
  const report = { added: 1, replaced: 0, unchanged: 0, chunks: 2, skipped: [], skippedCount: {}, notes: [] };
  return withRoutes(async ({ send, token }) => {
    const ada = await token("physiclaw:memory:write", "sre");
    const answer = await send("POST", "/memory/documents", { name: "runbook.md", text: "# hi" }, ada);
    assert.deepEqual([answer.status, await answer.json()], [201, report]);
    assert.deepEqual(seen, [[{ name: "runbook.md", text: "# hi" }, "sre", "runbook.md (jwt:ada)"]]);
  }, {
    ingestText: (document, { audience, source }) => {
      seen.push([document, audience, source]);
      return Promise.resolve(report);
    },
  });
});

Deno.test("memory that is not there says so", () =>
  withRoutes(async ({ send, request }) => {
    const answer = await send("POST", "/memory/search", { query: "x" });
    assert.equal(answer.status, 503);
    assert.equal((await (await request("/memory/status")).json()).l3, "not built");
  }, { search: createUnbuiltMemory().search }));
