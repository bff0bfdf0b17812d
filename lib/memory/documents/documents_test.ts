import assert from "node:assert/strict";
import fc from "fast-check";
import { testStore, wordEmbedder } from "../testing/documents.ts";
import type { SearchScope } from "../types.ts";
import type { DocumentInput } from "./types.ts";

const NOON = Date.UTC(2026, 10, 27, 12);
const scope = (limit = 10): SearchScope => ({ personas: ["sre"], limit });
const input = (source: string, text: string, more: Partial<DocumentInput> = {}): DocumentInput => ({
  name: "note.md",
  text,
  source,
  audience: "sre",
  origin: "document",
  time: NOON,
  ...more,
});

Deno.test("an empty store: nothing is found, and everything else works", async () => {
  await using store = await testStore();
  const { documents } = store;
  assert.deepEqual(await documents.search("disk", scope()), { items: [], notes: [] });
  assert.equal(await documents.count(), 0);
  assert.equal(await documents.forget({ everything: true }), 0);
  await documents.compact();
  assert.deepEqual(await documents.status(), {
    chunks: 0,
    documents: 0,
    models: [],
    indexed: true,
    problems: [],
  });
  assert.deepEqual((await documents.repair()).actions, []);
});

Deno.test("without a model it is searched by full text, and that is said", async () => {
  await using store = await testStore();
  const { documents } = store;
  await documents.addDocument(input("runbook", "# Payments\n\nRestart the checkout pods after a full disk."));
  const { items, notes } = await documents.search("why do the checkout pods restart?", scope());
  assert.deepEqual(
    items.map(({ source, ranks, tier, origin, audience, time }) => ({
      source,
      ranks,
      tier,
      origin,
      audience,
      time,
    })),
    [
      {
        source: "runbook > Payments",
        ranks: { text: 1 },
        tier: "l3",
        origin: "document",
        audience: "sre",
        time: NOON,
      },
    ],
  );
  assert.equal(items[0]?.text, "Payments\nRestart the checkout pods after a full disk.");
  assert.ok((items[0]?.score ?? 0) > 0);
  assert.match(notes.join(), /full text alone/);
});

Deno.test("adding twice adds nothing, a changed document takes the place of the one before", async () => {
  const embedder = wordEmbedder();
  await using store = await testStore([embedder]);
  const { documents } = store;
  assert.equal(
    (await documents.addDocument(input("a", "# One\n\nAlpha.\n\n# Two\n\nBeta."))).change,
    "added",
  );
  assert.equal(
    (await documents.addDocument(input("a", "# One\n\nAlpha.\n\n# Two\n\nBeta."))).change,
    "unchanged",
  );
  assert.equal(embedder.embedded(), 2);
  assert.equal(
    (await documents.addDocument(input("a", "# One\n\nAlpha.\n\n# Two\n\nGamma."))).change,
    "replaced",
  );
  // The vector of what stayed is kept.
  assert.equal(embedder.embedded(), 3);
  const all = await Array.fromAsync(documents.export());
  assert.deepEqual(all.map(({ text, position }) => `${position} ${text}`).sort(), [
    "0 One\nAlpha.",
    "1 Two\nGamma.",
  ]);
  assert.deepEqual((await documents.status()).models.map(({ vectors }) => vectors), [2]);
  assert.equal((await documents.addDocument(input("a", "  "))).change, "empty");
  assert.equal(await documents.count(), 0);
});

Deno.test("what is for another persona is not found; times and origins are filtered before the best are taken", async () => {
  await using store = await testStore([wordEmbedder()]);
  const { documents } = store;
  for (let index = 0; index < 120; index++) {
    await documents.addDocument(input(`other/${index}`, "disk full disk full", { audience: "secops" }));
  }
  await documents.addDocument(input("mine", "a note about many things, and a disk among them"));
  await documents.addDocument(input("ours", "disk", { audience: "all", origin: "run", time: NOON + 1000 }));
  const found = async (more: Partial<SearchScope>) =>
    (await documents.search("disk full", { ...scope(), ...more })).items.map(({ source }) => source).sort();
  assert.deepEqual(await found({}), ["mine", "ours"]);
  assert.deepEqual(await found({ personas: [] }), ["ours"]);
  assert.deepEqual(await found({ origins: ["document"] }), ["mine"]);
  assert.deepEqual(await found({ since: NOON + 1 }), ["ours"]);
  assert.deepEqual(await found({ until: NOON }), ["mine"]);
  assert.deepEqual(await found({ since: NOON + 2000 }), []);
});

Deno.test("lists of full text and of each model are fused, and each item tells its ranks", async () => {
  await using store = await testStore([
    wordEmbedder({ model: "a" }),
    wordEmbedder({ model: "b", dimensions: 32 }),
  ]);
  const { documents } = store;
  await documents.addDocument(input("one", "pods restart in a loop"));
  await documents.addDocument(input("two", "certificates expire"));
  const { items, notes } = await documents.search("pods restart", scope(1));
  assert.deepEqual(items[0]?.ranks, { text: 1, a: 1, b: 1 });
  assert.deepEqual(notes, []);
});

Deno.test("a model without vectors is refused, until it is asked to embed", async () => {
  await using store = await testStore();
  const { documents } = store;
  await documents.addDocument(input("one", "pods restart in a loop"));
  const embedder = wordEmbedder();
  await assert.rejects(documents.search("pods", scope(), { embedders: [embedder] }), {
    kind: "not_ready",
    hint: "physiclaw memory embed --model words",
  });
  const progress: number[] = [];
  assert.equal(await documents.embed(embedder, { onProgress: (done) => progress.push(done) }), 1);
  assert.deepEqual(progress, [1]);
  assert.equal(await documents.embed(embedder), 0);
  const { items } = await documents.search("pods", scope(), { embedders: [embedder] });
  assert.deepEqual(items[0]?.ranks, { text: 1, words: 1 });
  await documents.addDocument(input("two", "another"));
  const { notes } = await documents.search("pods", scope(), { embedders: [embedder] });
  assert.deepEqual(notes, ["1 chunks have no vector of words yet: physiclaw memory embed --model words"]);
  await documents.forgetModel("words");
  assert.deepEqual((await documents.status()).models, []);
});

Deno.test("vectors of other dimensions, of zeros, and ids that are no names are refused", async () => {
  await using store = await testStore([wordEmbedder()]);
  const { documents } = store;
  await documents.addDocument(input("one", "pods restart in a loop"));
  const zeros = {
    ...wordEmbedder(),
    embed: (texts: readonly string[]) => Promise.resolve(texts.map(() => new Float32Array(64))),
  };
  await assert.rejects(documents.search("pods", scope(), { embedders: [zeros] }), {
    kind: "not_ready",
    message: /not normalised/,
  });
  const other = wordEmbedder({ dimensions: 32 });
  await assert.rejects(documents.embed(other), { kind: "conflict", message: /64 dimensions, it gives 32/ });
  await assert.rejects(documents.embed(wordEmbedder({ model: "../x" })), { kind: "config" });
});

Deno.test("any query is answered, and never changes what may be seen", async () => {
  await using store = await testStore();
  const { documents } = store;
  await documents.addDocument(input("secret", "everything everything", { audience: "secops" }));
  await documents.addDocument(
    input("mine", "it's cluster-3 at 10.0.0.1, /var/log/nginx on db-1.example.com"),
  );
  const queries = [
    "",
    "it's",
    "10.0.0.1",
    "cluster-3",
    '"',
    "a AND OR NOT (",
    "text:*",
    "' OR '1'='1",
    "{}",
    "\0",
    "db-1.example.com",
  ];
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...queries), fc.string({ unit: "binary" })), async (query) => {
      const { items } = await documents.search(query, scope());
      assert.ok(items.every(({ audience }) => audience === "sre"));
    }),
    { numRuns: 60 },
  );
  for (const query of ["10.0.0.1", "cluster-3", "nginx", "db-1.example.com"]) {
    assert.equal((await documents.search(query, scope())).items.length, 1, query);
  }
  assert.equal((await documents.search("word ".repeat(100_000), scope())).items.length, 0);
});

Deno.test("sources with quotes are found, forgotten and told apart", async () => {
  await using store = await testStore();
  const { documents } = store;
  const sources = ["it's", "a' OR '1'='1", "dir/a", "dir/b", "dirs/c", "x\\"];
  for (const source of sources) await documents.addDocument(input(source, `about ${source}`));
  assert.deepEqual(
    (await Array.fromAsync(documents.documents())).map(({ source }) => source).sort(),
    [...sources].sort(),
  );
  assert.equal(await documents.forget({ source: "a' OR '1'='1" }), 1);
  assert.equal(await documents.forget({ source: "dir/" }), 2);
  assert.equal(await documents.forget({ source: "dir" }), 0);
  assert.equal(await documents.count(), 3);
  await assert.rejects(documents.forget({}), { kind: "usage" });
  assert.equal(await documents.forget({ audiences: ["sre"], before: NOON }), 0);
  assert.equal(await documents.forget({ origins: ["document"], before: NOON + 1 }), 3);
});

Deno.test("equal texts are told once", async () => {
  await using store = await testStore();
  const { documents } = store;
  await documents.addDocument(input("a", "the same words"));
  await documents.addDocument(input("b", "the same words", { audience: "all" }));
  assert.equal((await documents.search("same words", scope())).items.length, 1);
});

Deno.test("searches go on while documents are added, merged and forgotten", async () => {
  await using store = await testStore([wordEmbedder()]);
  const { documents } = store;
  await documents.addDocument(input("first", "pods restart"));
  let writing = true;
  const write = async () => {
    for (let index = 0; index < 40; index++) {
      await documents.addDocument(input(`more/${index}`, `pods restart again ${index}`));
      if (index % 8 === 0) await documents.compact();
      if (index % 16 === 0) await documents.forget({ source: `more/${index}` });
    }
    writing = false;
  };
  let searches = 0;
  const search = async () => {
    for (; writing; searches++) {
      const { items } = await documents.search("pods restart", scope(50));
      assert.ok(items.some(({ source }) => source === "first"));
    }
  };
  await Promise.all([write(), search(), search()]);
  assert.ok(searches > 10, `${searches}`);
});

Deno.test("a second process that writes is noticed", async () => {
  await using store = await testStore();
  await store.documents.addDocument(input("a", "one"));
  const { openDocuments } = await import("./documents.ts");
  const { createScrubber } = await import("../scrub.ts");
  const other = await openDocuments({ path: store.path, scrubber: createScrubber() });
  await other.addDocument(input("b", "two"));
  await other.close();
  await assert.rejects(store.documents.addDocument(input("c", "three")), {
    kind: "conflict",
    message: /another process/,
  });
});

Deno.test("a text that is too long to be held is refused", async () => {
  await using store = await testStore();
  await assert.rejects(store.documents.addDocument(input("a", "x".repeat(2 ** 22 + 1))), {
    kind: "too_large",
  });
});
