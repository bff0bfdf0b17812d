import assert from "node:assert/strict";
import { createAuthenticator } from "../lib/auth/authenticator.ts";
import { createApp } from "../lib/bridge/app.ts";
import type { BridgeOptions } from "../lib/bridge/types.ts";
import type { HostMemory, Memory } from "../lib/memory/interface.ts";
import { createFactsMemory } from "../lib/memory/testing/facts_memory.ts";
import { createUnbuiltMemory } from "../lib/memory/testing/unbuilt.ts";
import { fakeServices, fakeWorld } from "./fake_deps_test.ts";
import memory, { parse } from "./memory.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const HOST = "127.0.0.1:8000";

/** A bridge that serves a memory, as a function. */
function bridgeOf(served: Memory): (request: Request) => Promise<Response> {
  const authenticator = createAuthenticator({
    apiKeys: [{ key: "all-key", personas: "all" }, { key: "sre-key", personas: ["sre"] }],
    required: true,
    now: () => new Date(NOW),
  });
  const app = createApp({
    goals: {} as BridgeOptions["goals"], // no goal is sent here
    authenticate: (headers) => authenticator.authenticate(headers),
    denied: () => Promise.resolve(),
    rejected: () => Promise.resolve(),
    metrics: { render: () => Promise.reject(new Error("unused")), httpRequest: () => {} },
    failed: (error) => {
      throw error;
    },
    notReady: () => undefined,
    layers: () => ({}),
    memory: served,
    memoryChange: () => Promise.resolve(),
    ingestRoots: ["/"],
    version: "0",
    defaultPersona: "sre",
    hosts: [HOST],
  });
  return async (request) => {
    const headers = new Headers(request.headers);
    headers.set("host", HOST);
    const answer = await app.fetch(new Request(request, { headers }));
    // As fetch does it: a client that aborts ends the body too.
    const body = answer.body?.pipeThrough(new TransformStream(), { signal: request.signal }) ?? null;
    return new Response(body, answer);
  };
}

interface Call {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
type Run = (args: readonly string[], world?: Parameters<typeof fakeWorld>[0]) => Promise<Call>;

/** Runs `work` twice: with the memory behind a bridge, and with the one that the command opens itself. */
async function bothWays(
  work: (run: Run, recorded: readonly string[]) => Promise<void>,
  over: Partial<HostMemory> = {},
): Promise<void> {
  for (const way of ["bridge", "local"] as const) {
    const directory = await Deno.makeTempDir();
    const facts = createFactsMemory(`${directory}/l2.sqlite3`, () => NOW);
    const served: HostMemory = { ...facts, ...over };
    const recorded: string[] = [];
    const run: Run = async (args, options = {}) => {
      const world = fakeWorld({
        env: { PHYSICLAW_API_KEY: "all-key", PHYSICLAW_MEMORY_DIR: "/nonexistent/physiclaw" },
        ...(way === "bridge" ? { bridge: bridgeOf(served) } : {
          services: fakeServices({
            openMemory: () =>
              Promise.resolve({
                ...served,
                record: (change) => {
                  recorded.push(change);
                  return Promise.resolve();
                },
                close: () => Promise.resolve(),
              }),
          }),
        }),
        ...options,
      });
      const deps = { ...world.deps, cwd: () => Deno.cwd() };
      const code = await memory.invoke(args, deps);
      return { code, stdout: world.stdout(), stderr: world.stderr() };
    };
    try {
      await work(run, recorded);
      if (way === "bridge") assert.deepEqual(recorded, [], "a bridge records by itself");
    } finally {
      await facts.close();
      await Deno.remove(directory, { recursive: true });
    }
  }
}

const json = async (call: Promise<Call>) => JSON.parse((await call).stdout);

Deno.test("memory add, search, update, history and forget, through a bridge and without one", async () => {
  const changes: string[] = [];
  await bothWays(async (run, recorded) => {
    const { facts: [fact] } = await json(
      run(["add", "the payments cluster", "pay-prod", "--tag", "k8s", "--expires", "2027-01-31", "--json"]),
    );
    assert.deepEqual([fact.audience, fact.origin, fact.expires], [
      "all",
      "operator",
      "2027-01-31T00:00:00.000Z",
    ]);
    const shown = await run(["search", "payments", "cluster?"]);
    assert.match(shown.stdout, /1\. the payments cluster: pay-prod/);
    assert.match(shown.stdout, /found by: words of facts #1/);
    assert.match(shown.stdout, /note: no documents here/);
    const found = await json(run(["search", "ayment", "--json", "-n", "1"]));
    assert.deepEqual(found.items[0].ranks, { l2_trigram: 1 });
    assert.equal(found.items[0].time, "2026-01-01T00:00:00.000Z");
    await run(["update", fact.id, "--value", "pay-prod-2", "--keep"]);
    const history = await run(["history", fact.id]);
    assert.match(history.stdout, /version 1, [\s\S]*pay-prod-2[\s\S]*version 2, /);
    assert.deepEqual((await json(run(["history", fact.id, "--json"]))).versions.length, 2);
    assert.match((await run(["forget", fact.id])).stdout, /1 facts and 0 documents forgotten/);
    await assert.rejects(run(["history", fact.id]), { kind: "not_found" });
    assert.match((await run(["search", "payments"])).stdout, /Nothing in memory matches/);
    changes.push(...recorded);
  });
  assert.deepEqual(changes, ["add facts", "change a fact", "forget"]);
});

Deno.test("memory add --from imports a file, all or nothing, and an export comes back", () =>
  bothWays(async (run) => {
    const files = {
      "hosts.csv": { text: "name,value\ndb1,10.0.0.5\ndb2,10.0.0.6\n" },
      "bad.csv": { text: "name,value\nok,1\nbroken\n" },
      "odd.txt": { text: "x" },
    };
    assert.match(
      (await run(["add", "--from", "hosts.csv", "-p", "sre", "-t", "lab"], { files })).stdout,
      /2 facts added/,
    );
    const { items } = await json(run(["search", "db1", "--json"]));
    assert.equal(items[0].audience, "sre");
    assert.match(items[0].source, /^file hosts\.csv/);
    await assert.rejects(
      run(["add", "--from", "bad.csv"], { files }),
      /bad\.csv: line 3: it has another number/,
    );
    assert.equal((await json(run(["search", "ok", "--json"]))).items.length, 0);
    await assert.rejects(run(["add", "--from", "odd.txt"], { files }), { hint: /--format/ });
    await assert.rejects(run(["add", "--from", "none.csv"], { files }), { kind: "not_found" });
    const exported = (await run(["export"])).stdout;
    assert.equal(exported.trimEnd().split("\n").length, 2);
    assert.equal((await json(run(["export", "--json"]))).facts.length, 2);
    await run(["forget", "--persona", "sre", "--yes"]);
    const back = await run(["add", "--from", "-", "--format", "jsonl"], { stdin: exported });
    assert.match(back.stdout, /2 facts restored, 0 were there already/);
    assert.equal((await json(run(["search", "db2", "--json"]))).items.length, 1);
  }));

Deno.test("memory forget asks before it forgets by a filter, and needs --yes where nobody can be asked", () =>
  bothWays(async (run) => {
    await run(["add", "a", "1"]);
    await assert.rejects(run(["forget", "--name", "a"]), { kind: "usage", hint: "add --yes" });
    await assert.rejects(run(["forget", "--name", "a"], { terminal: true, answers: ["no"] }), {
      kind: "refused",
    });
    await assert.rejects(run(["forget"]), { kind: "usage" });
    assert.match(
      (await run(["forget", "--name", "a"], { terminal: true, answers: ["yes"] })).stdout,
      /1 facts/,
    );
    assert.deepEqual(await json(run(["forget", "--name", "a", "--yes", "--json"])), {
      schema: 1,
      facts: 0,
      documents: 0,
    });
  }));

Deno.test("memory ingest shows how far it is on a terminal only, and tells what it did", async () => {
  const report = {
    added: 2,
    replaced: 1,
    unchanged: 3,
    chunks: 9,
    skipped: [{ path: "/x.bin", reason: "not text" }],
    skippedCount: { "not text": 1 },
    notes: [],
  };
  const root = await Deno.realPath(await Deno.makeTempDir());
  await bothWays(async (run) => {
    const plain = await run(["ingest", root]);
    assert.equal(plain.stderr, "");
    assert.match(
      plain.stdout,
      /2 documents added, 1 replaced, 3 unchanged; 9 chunks written\nleft out: \/x\.bin: not text/,
    );
    const terminal = await run(["ingest", root], { terminal: true });
    assert.match(terminal.stderr, /\[#+-+\] 50% 5\.0 MB, .*left/);
    assert.match(terminal.stderr, /1\/2 files/);
    assert.equal((await json(run(["ingest", root, "--json"]))).chunks, 9);
  }, {
    ingest: async (_paths, { onProgress }) => {
      onProgress?.({ files: 1, totalFiles: 2, bytes: 5_000_000, totalBytes: 10_000_000, path: "/a.log" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      return report;
    },
  });
  await Deno.remove(root);
});

Deno.test("memory ingest that is interrupted says how to go on", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const way of ["bridge", "local"]) {
    const ingest: Memory["ingest"] = (_paths, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const served = { ...createUnbuiltMemory(), ingest };
    const world = fakeWorld({
      env: { PHYSICLAW_API_KEY: "all-key", PHYSICLAW_MEMORY_DIR: "/nonexistent/physiclaw" },
      ...(way === "bridge" ? { bridge: bridgeOf(served) } : {
        services: fakeServices({
          openMemory: () => Promise.resolve({ ...served, record: () => Promise.resolve() }),
        }),
      }),
    });
    setTimeout(() => world.interrupt.abort(), 100);
    await assert.rejects(memory.invoke(["ingest", root], { ...world.deps, cwd: () => Deno.cwd() }), {
      kind: "interrupted",
      hint: /the same command goes on from there/,
    });
  }
  await Deno.remove(root);
});

Deno.test("memory ingest --send reads the files here", () => {
  const sent: unknown[] = [];
  const report = { added: 1, replaced: 0, unchanged: 0, chunks: 1, skipped: [], skippedCount: {}, notes: [] };
  return bothWays(async (run) => {
    await run(["ingest", "--send", "/docs/a.md"], { files: { "/docs/a.md": { text: "# a" } } });
    assert.deepEqual(sent.pop(), { name: "a.md", text: "# a" });
  }, {
    ingestText: (document) => {
      sent.push(document);
      return Promise.resolve(report);
    },
  });
});

Deno.test("memory status shows every tier", () =>
  bothWays(async (run) => {
    assert.match((await run(["status"])).stdout, /l3 documents\tnot built\t0 documents in 0 chunks/);
    assert.equal((await json(run(["status", "--json"]))).l2, "not built");
  }));

Deno.test("memory goes to the bridge that is named, and never past it to the disk", async () => {
  const world = fakeWorld({
    env: { PHYSICLAW_BRIDGE_URL: "http://127.0.0.1:9", PHYSICLAW_MEMORY_DIR: "/nonexistent/x" },
  });
  await assert.rejects(memory.invoke(["status"], world.deps), { kind: "unreachable" });
  const refused = fakeWorld({
    env: { PHYSICLAW_API_KEY: "sre-key", PHYSICLAW_MEMORY_DIR: "/nonexistent/x" },
    bridge: bridgeOf(createUnbuiltMemory()),
  });
  await assert.rejects(memory.invoke(["add", "a", "b"], refused.deps), { kind: "forbidden" });
});

Deno.test("memory add says so when a fact can stand for nothing in a goal", () =>
  bothWays(async (run) => {
    assert.match(
      (await run(["add", "on call", "the checkout team, extension 4410"])).stderr,
      /stands for nothing in goals/,
    );
    assert.equal((await run(["add", "the payments cluster", "namespace payments"])).stderr, "");
  }, {}));

Deno.test("memory repair records what it does, says it, and lets go of the stores", async () => {
  const calls: string[] = [];
  const served = {
    ...createUnbuiltMemory(),
    repair: () => Promise.resolve(["facts: 7 are in a new file", "documents: whole"]),
    record: (change: string) => Promise.resolve(void calls.push(change)),
    close: () => Promise.resolve(void calls.push("close")),
  };
  const world = fakeWorld({
    env: { PHYSICLAW_MEMORY_DIR: "/nonexistent/physiclaw" },
    services: fakeServices({ openMemory: () => Promise.resolve(served) }),
  });
  assert.equal(await memory.invoke(["repair"], { ...world.deps, cwd: () => Deno.cwd() }), 0);
  assert.equal(world.stdout(), "facts: 7 are in a new file\ndocuments: whole\n");
  assert.deepEqual(calls, ["repair memory", "close"]);
});

Deno.test("memory embed makes the vectors of a model, by default of the default embedder", () => {
  const asked: string[] = [];
  const status = async () => ({ ...await createUnbuiltMemory().status(), embedder: "bge-small-en-v1.5" });
  return bothWays(async (run) => {
    assert.match((await run(["embed"])).stdout, /12 vectors of bge-small-en-v1\.5 made/);
    assert.equal((await json(run(["embed", "--model", "all-minilm-l6-v2", "--json"]))).made, 12);
    assert.match((await run(["embed"], { terminal: true })).stderr, /50% 6 chunks/);
    assert.deepEqual(asked.splice(0), ["bge-small-en-v1.5", "all-minilm-l6-v2", "bge-small-en-v1.5"]);
  }, {
    status,
    embed: async (model, { onProgress } = {}) => {
      asked.push(model);
      onProgress?.(6, 12);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return 12;
    },
  });
});

Deno.test("memory embed without an embedder says what brings one", () =>
  bothWays(async (run) => {
    await assert.rejects(run(["embed"]), { kind: "not_found", hint: /models import/ });
  }, {}));

Deno.test("memory refuses words outside its grammar", async () => {
  for (
    const args of [["add", "a", "b", "c"], ["search"], ["ingest"], ["history"], ["history", "x"], [
      "add",
      "a",
      "--expires",
      "soon",
    ], [
      "search",
      "x",
      "-n",
      "0",
    ], ["forget", "not-an-id"]]
  ) {
    await assert.rejects(parse(args), { kind: "usage" }, args.join(" "));
  }
  await assert.rejects(memory.invoke(["add"], fakeWorld({ bridge: bridgeOf(createUnbuiltMemory()) }).deps));
});
