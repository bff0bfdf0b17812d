import assert from "node:assert/strict";
import { type TestStore, testStore, wordEmbedder } from "../testing/documents.ts";
import type { IngestOptions, IngestProgress } from "./types.ts";

const OPTIONS: IngestOptions = { audience: "all", origin: "document" };
const everything = { personas: ["sre"], limit: 20 } as const;

async function write(store: TestStore, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = `${store.files}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

const texts = async (store: TestStore): Promise<string[]> =>
  (await Array.fromAsync(store.documents.export())).map(({ text }) => text).sort();

Deno.test("a directory is read, twice adds nothing, what changed is replaced", async () => {
  const embedder = wordEmbedder();
  await using store = await testStore([embedder]);
  await write(store, {
    "a.md": "# A\n\nOne.",
    "deep/b.txt": "Two.",
    "empty.txt": "",
    "c.log": "2026-11-27T10:00:00Z three",
  });
  const told: IngestProgress[] = [];
  const first = await store.documents.ingest([store.files], {
    ...OPTIONS,
    onProgress: (progress) => told.push(progress),
  });
  assert.deepEqual({ ...first, notes: [] }, {
    added: 3,
    replaced: 0,
    unchanged: 0,
    empty: 1,
    chunks: 3,
    bytes: 39,
    skippedCount: {},
    skipped: [],
    notes: [],
  });
  const last = told.at(-1);
  assert.deepEqual([last?.files, last?.totalFiles, last?.bytes, last?.totalBytes, last?.current], [
    4,
    4,
    39,
    39,
    undefined,
  ]);
  const again = await store.documents.ingest([store.files, store.files], OPTIONS);
  assert.deepEqual([again.added, again.unchanged, again.chunks], [0, 3, 0]);
  assert.equal(embedder.embedded(), 3);
  await write(store, { "a.md": "# A\n\nOther." });
  const changed = await store.documents.ingest([store.files], OPTIONS);
  assert.deepEqual([changed.replaced, changed.unchanged], [1, 2]);
  assert.deepEqual(await texts(store), ["2026-11-27T10:00:00Z three", "A\nOther.", "Two."]);
  assert.equal(
    (await store.documents.search("other", everything)).items[0]?.source,
    `${store.files}/a.md > A`,
  );
});

Deno.test("what is no document is left out and counted: links, loops, pipes, hidden, unreadable kinds", async () => {
  await using store = await testStore();
  await write(store, {
    "a.txt": "One.",
    ".git/config": "x",
    "node_modules/x/readme.md": "x",
    "b.pdf": "%PDF-1.7",
  });
  await Deno.writeFile(`${store.files}/c.bin`, Uint8Array.from([0, 1, 2, 3, 200, 0, 5, 7, 9, 11]));
  await Deno.symlink(store.files, `${store.files}/loop`);
  await Deno.symlink("a.txt", `${store.files}/link.txt`);
  // Who opens a pipe that nobody writes to waits for ever.
  const { success } = await new Deno.Command("mkfifo", { args: [`${store.files}/pipe`] }).output();
  assert.ok(success);
  const result = await store.documents.ingest([store.files], OPTIONS);
  assert.equal(result.added, 1);
  assert.deepEqual(result.skippedCount, {
    "hidden": 1,
    "it is binary (give a text file)": 1,
    ".pdf is not supported (convert it first: pdftotext FILE)": 1,
    "packages and caches": 1,
    "pipe": 1,
    "symbolic link": 2,
  });
  const small = await store.documents.ingest([store.files], { ...OPTIONS, maxFileBytes: 3 });
  assert.equal(small.skippedCount["too large"], 3);
});

Deno.test("a path that is not there is refused", async () => {
  await using store = await testStore();
  await assert.rejects(store.documents.ingest([`${store.files}/none`], OPTIONS), {
    kind: "not_found",
    message: /none/,
  });
});

Deno.test("an interrupted run keeps what it read, and the next one goes on", async () => {
  const embedder = wordEmbedder();
  await using store = await testStore([embedder]);
  await write(
    store,
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}.txt`, `Text ${index}.`])),
  );
  const controller = new AbortController();
  const run = store.documents.ingest([store.files], {
    ...OPTIONS,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(run, { kind: "interrupted" });
  const kept = await store.documents.count();
  assert.ok(kept > 0 && kept < 300, `${kept}`);
  const result = await store.documents.ingest([store.files], OPTIONS);
  assert.deepEqual([result.added + kept, result.unchanged], [300, kept]);
  assert.equal((await store.documents.status()).models[0]?.vectors, 300);
});

Deno.test("a model that fails in between: the texts are there, and the next run makes the vectors that lack", async () => {
  await using store = await testStore([wordEmbedder({ failAfter: 10 })]);
  await write(
    store,
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.txt`, `Text ${index}.`])),
  );
  await assert.rejects(store.documents.ingest([store.files], OPTIONS), /thread ended/);
  assert.equal(await store.documents.count(), 40);
  const documents = await store.reopen([wordEmbedder()]);
  await documents.ingest([store.files], OPTIONS);
  assert.equal((await documents.status()).models[0]?.vectors, 40);
});

/** Lines of a log with so many chunks that the document is not held in memory. */
const largeLog = (events: number, word: string): string =>
  Array.from({ length: events }, (_, index) => `${index} ${word} ${"some words of an event ".repeat(80)}`)
    .join("\n");

Deno.test("a long document shows when all of it is there, is replaced as a whole, and is told to be unchanged", async () => {
  const embedder = wordEmbedder();
  await using store = await testStore([embedder], { heldChunks: 50 });
  await write(store, { "big.log": largeLog(400, "first") });
  const controller = new AbortController();
  const run = store.documents.ingest([store.files], {
    ...OPTIONS,
    signal: controller.signal,
    onProgress: ({ current }) => current !== undefined && setTimeout(() => controller.abort(), 30),
  });
  await assert.rejects(run, { kind: "interrupted" });
  // What was written of it is gone.
  assert.equal(await store.documents.count(), 0);
  assert.deepEqual((await store.documents.search("first", everything)).items, []);
  assert.deepEqual(await texts(store), []);
  const documents = await store.reopen();
  assert.equal((await documents.ingest([store.files], OPTIONS)).added, 1);
  const count = await documents.count();
  assert.ok(count >= 400);
  assert.equal((await documents.status()).models[0]?.vectors, count);
  assert.equal((await documents.ingest([store.files], OPTIONS)).unchanged, 1);
  await write(store, { "big.log": largeLog(300, "second") });
  assert.equal((await documents.ingest([store.files], OPTIONS)).replaced, 1);
  assert.ok(await documents.count() < count);
  assert.equal((await documents.search("first", everything, { embedders: [] })).items.length, 0);
  assert.equal((await documents.search("second", everything)).items.length, 20);
  const [stored] = await Array.fromAsync(documents.documents());
  assert.equal(stored?.chunks, await documents.count());
});

Deno.test("no secret is in any byte of the tables", async () => {
  await using store = await testStore([wordEmbedder()]);
  await write(store, {
    "a.md": "# Login\n\nUse password=hunter2hunter2 and AKIAIOSFODNN7EXAMPLE here.",
    "b.json": JSON.stringify({
      title: "x",
      password: "hunter2hunter2",
      url: "https://user:hunter2hunter2@db-1/x",
    }),
    "c.html": "<p>password=hunter2hunter2</p>",
    "d.env": "API_TOKEN=hunter2hunter2\n",
  });
  await store.documents.ingest([store.files], OPTIONS);
  assert.equal(await store.documents.count(), 4);
  assert.deepEqual(await filesWith(store.path, "hunter2"), []);
  assert.deepEqual(await filesWith(store.path, "AKIAIOSFODNN7"), []);
});

Deno.test("what is forgotten is in no byte of the tables", async () => {
  await using store = await testStore([wordEmbedder()]);
  const files = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`${index}.txt`, `Ordinary text ${index}.`]),
  );
  await write(store, { ...files, "gone.txt": "quuxplanted words" });
  await store.documents.ingest([store.files], OPTIONS);
  assert.ok((await filesWith(store.path, "quuxplant")).length > 0);
  assert.equal(await store.documents.forget({ source: `${store.files}/gone.txt` }), 1);
  assert.deepEqual(await filesWith(store.path, "quuxplant"), []);
  assert.equal(await store.documents.count(), 50);
  assert.equal((await store.documents.search("ordinary", everything)).items.length, 20);
  assert.equal((await store.documents.status()).models[0]?.vectors, 50);
});

/** Files below `path` whose bytes hold `word`. */
async function filesWith(path: string, word: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const below = `${path}/${name}`;
    if (isDirectory) found.push(...await filesWith(below, word));
    else if (new TextDecoder("latin1").decode(await Deno.readFile(below)).includes(word)) found.push(below);
  }
  return found;
}
