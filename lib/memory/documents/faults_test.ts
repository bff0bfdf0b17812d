import assert from "node:assert/strict";
import { testStore, wordEmbedder } from "../testing/documents.ts";
import { createScrubber } from "../scrub.ts";
import { openDocuments } from "./documents.ts";
import type { DocumentInput, IngestOptions } from "./types.ts";

const OPTIONS: IngestOptions = { audience: "all", origin: "document" };
const scope = { personas: ["sre"], limit: 20 } as const;
const input = (source: string, text: string): DocumentInput => ({
  name: "note.txt",
  text,
  source,
  audience: "all",
  origin: "document",
  time: 0,
});

/** Another process that ingests `files` into `path`; it says when it is at work. */
function ingestInChild(path: string, files: string): Deno.ChildProcess {
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { openDocuments } from ${module("./documents.ts")};
    import { createScrubber } from ${module("../scrub.ts")};
    import { wordEmbedder } from ${module("../testing/documents.ts")};
    const documents = await openDocuments({
      path: ${JSON.stringify(path)}, scrubber: createScrubber(), embedders: [wordEmbedder()], heldChunks: 20,
    });
    let said = false;
    await documents.ingest([${
    JSON.stringify(files)
  }], { audience: "all", origin: "document", onProgress: ({ chunks }) => {
      if (chunks > 0 && !said) console.log("at work");
      said ||= chunks > 0;
    } });
    console.log("done");
  `;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

Deno.test("kill -9 while ingesting: each document is there as a whole or not at all, and the next run goes on", async () => {
  await using store = await testStore([wordEmbedder()], { heldChunks: 20 });
  await store.documents.close();
  const paragraph = (file: number, index: number): string =>
    `File ${file} part ${index}. ${"Some words follow here. ".repeat(70)}`;
  for (let file = 0; file < 40; file++) {
    // Some are held as a whole, some are staged.
    const parts = Array.from({ length: file % 4 === 0 ? 60 : 10 }, (_, index) => paragraph(file, index));
    await Deno.writeTextFile(`${store.files}/${file}.txt`, parts.join("\n\n"));
  }
  let [kills, waitMs] = [0, 0];
  for (; kills < 6; kills++) {
    const child = ingestInChild(store.path, store.files);
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs += 40;
    try {
      child.kill("SIGKILL");
    } catch (error) {
      // It had ended before: a TypeError says so.
      if (!(error instanceof TypeError)) throw error;
    }
    await child.status;
    for (;;) if ((await reader.read()).done) break;
    if (value === undefined || new TextDecoder().decode(value).includes("done")) break;
    const documents = await openDocuments({ path: store.path, scrubber: createScrubber() });
    const chunks = new Map<string, number>();
    for await (const { document } of documents.export()) {
      chunks.set(document, (chunks.get(document) ?? 0) + 1);
    }
    for await (const { document, chunks: expected } of documents.documents()) {
      assert.equal(chunks.get(document), expected);
      chunks.delete(document);
    }
    assert.deepEqual([...chunks], []);
    await documents.close();
  }
  assert.ok(kills > 0, "no child was killed at work");
  const documents = await openDocuments({
    path: store.path,
    scrubber: createScrubber(),
    embedders: [wordEmbedder()],
    heldChunks: 20,
  });
  const result = await documents.ingest([store.files], OPTIONS);
  assert.equal(result.added + result.unchanged, 40);
  const stored = await Array.fromAsync(documents.documents());
  const total = stored.reduce((sum, { chunks }) => sum + chunks, 0);
  assert.equal(stored.length, 40);
  assert.equal(await documents.count(), total);
  assert.deepEqual((await documents.status()).models.map(({ vectors }) => vectors), [total]);
  await documents.close();
});

/** Writes zeros over each file below `path` whose name passes. */
async function damage(path: string, which: RegExp): Promise<number> {
  let count = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const below = `${path}/${name}`;
    if (isDirectory) count += await damage(below, which);
    else if (which.test(below)) {
      await Deno.writeFile(below, new Uint8Array((await Deno.stat(below)).size));
      count++;
    }
  }
  return count;
}

Deno.test("broken vectors: an error that names the repair, full text goes on, repair sets them aside", async () => {
  await using store = await testStore([wordEmbedder()]);
  await store.documents.addDocument(input("a", "pods restart"));
  assert.ok(await damage(`${store.path}/vectors_words.lance/data`, /./) > 0);
  const documents = await store.reopen();
  await assert.rejects(documents.search("pods", scope), { kind: "not_ready", hint: /memory repair/ });
  assert.equal((await documents.search("pods", scope, { embedders: [] })).items.length, 1);
  const { actions } = await documents.repair();
  assert.match(actions.join(), /vectors_words: .*memory embed/);
  assert.equal(await documents.embed(wordEmbedder()), 1);
  assert.deepEqual((await documents.search("pods", scope)).items[0]?.ranks, { text: 1, words: 1 });
});

Deno.test("broken chunks: an error that names the repair, and repair makes room for a new start", async () => {
  await using store = await testStore();
  await store.documents.addDocument(input("a", "pods restart"));
  assert.ok(await damage(`${store.path}/chunks.lance/data`, /./) > 0);
  const documents = await store.reopen();
  await assert.rejects(documents.search("pods", scope), { kind: "not_ready", hint: /memory repair/ });
  assert.match((await documents.repair()).actions.join(), /chunks: .*ingest again/);
  assert.equal(await documents.count(), 0);
  assert.equal((await documents.addDocument(input("a", "pods restart"))).change, "added");
  assert.equal((await documents.search("pods", scope)).items.length, 1);
});

Deno.test("a broken index is made anew by repair", async () => {
  await using store = await testStore();
  await store.documents.addDocument(input("a", "pods restart"));
  await store.documents.compact();
  assert.ok(await damage(`${store.path}/chunks.lance/_indices`, /./) > 0);
  const documents = await store.reopen();
  await assert.rejects(documents.search("pods", scope), { kind: "not_ready", hint: /memory repair/ });
  await documents.repair();
  assert.equal((await documents.search("pods", scope)).items.length, 1);
});

Deno.test("the newest version is broken: repair goes back to the one before", async () => {
  await using store = await testStore();
  await store.documents.addDocument(input("a", "pods restart"));
  const before = new Set(
    (await Array.fromAsync(Deno.readDir(`${store.path}/chunks.lance/data`))).map(({ name }) => name),
  );
  await store.documents.addDocument(input("b", "disk full"));
  const added = (await Array.fromAsync(Deno.readDir(`${store.path}/chunks.lance/data`))).map(({ name }) =>
    name
  )
    .filter((name) => !before.has(name));
  assert.equal(added.length, 1);
  await damage(`${store.path}/chunks.lance/data`, new RegExp(`${added[0]}$`));
  const documents = await store.reopen();
  assert.match((await documents.repair()).actions.join(), /chunks: went back to version/);
  assert.deepEqual((await Array.fromAsync(documents.documents())).map(({ source }) => source), ["a"]);
  assert.equal((await documents.addDocument(input("b", "disk full"))).change, "added");
});

Deno.test("a table that was cut off while it was made is made again", async () => {
  await using store = await testStore();
  await Deno.mkdir(`${store.path}/chunks.lance/data`, { recursive: true });
  assert.deepEqual((await store.documents.search("pods", scope)).items, []);
  await store.documents.addDocument(input("a", "pods restart"));
  assert.equal((await store.documents.search("pods", scope)).items.length, 1);
});

Deno.test("a store of another layout is refused", async () => {
  await using store = await testStore();
  const { connect, Field, Schema, Utf8 } = await import("../native/lancedb.ts");
  const connection = await connect(store.path);
  await connection.createEmptyTable(
    "chunks",
    new Schema([new Field("id", new Utf8(), false)], new Map([["layout", "0"]])),
  );
  connection.close();
  await assert.rejects(store.documents.search("pods", scope), { kind: "conflict", message: /layout is 0/ });
});

const canMount = await new Deno.Command("unshare", { args: ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"] })
  .output().then(({ success }) => success, () => false);

Deno.test({
  name: "a full disk: an error that says so, what was stored stays, and it goes on when there is room",
  ignore: !canMount,
  async fn() {
    const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const script = `
      import assert from "node:assert/strict";
      import { openDocuments } from ${module("./documents.ts")};
      import { createScrubber } from ${module("../scrub.ts")};
      const input = (source, text) => ({ name: "note.txt", text, source, audience: "all", origin: "document", time: 0 });
      const scope = { personas: ["sre"], limit: 20 };
      const documents = await openDocuments({ path: "/mnt/l3", scrubber: createScrubber() });
      await documents.addDocument(input("first", "pods restart"));
      const filler = () => Array.from({ length: 2000 }, () => crypto.randomUUID()).join(" ");
      const fill = async () => {
        for (let index = 0; index < 200; index++) await documents.addDocument(input(String(index), filler()));
      };
      await assert.rejects(fill(), { kind: "not_ready", message: /no space left/ });
      assert.equal((await documents.search("pods", scope)).items[0]?.text, "pods restart");
      const more = await new Deno.Command("mount", { args: ["-o", "remount,size=60m", "/mnt"] }).output();
      assert.ok(more.success);
      assert.equal((await documents.addDocument(input("last", "certificates expire"))).change, "added");
      assert.equal((await documents.search("certificates", scope)).items.length, 1);
      await documents.close();
      console.log("all as it should be");
    `;
    // A mount namespace of its own: nothing of it is left, however this ends.
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        "-rm",
        "sh",
        "-c",
        'mount -t tmpfs -o size=6m none /mnt && exec "$@"',
        "sh",
        Deno.execPath(),
        "eval",
        "--quiet",
        script,
      ],
    }).output();
    assert.match(new TextDecoder().decode(stdout), /all as it should be/, new TextDecoder().decode(stderr));
  },
});
