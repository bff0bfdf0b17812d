import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { withDirectory } from "../testing/described.ts";
import { zip, type ZipEntry } from "../testing/zip.ts";
import { openSource } from "./open_source.ts";
import type { SourceLimits } from "./source.ts";

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

async function readAll(path: string, limits?: SourceLimits): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, read } of (await openSource(path, limits)).entries()) {
    const decoder = new TextDecoder();
    let value = "";
    for await (const chunk of read()) value += decoder.decode(chunk, { stream: true });
    found[name] = value;
  }
  return found;
}

const gzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );

const tar = (names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> =>
  packTar(names.map((name) => ({ header: { name, size: name.length, type: "file" as const }, body: name })));

/** A file of these bytes, by another name than its kind's. */
async function file(directory: string, bytes: Uint8Array): Promise<string> {
  const path = `${directory}/what.bin`;
  await Deno.writeFile(path, bytes);
  return path;
}

const refused = (message: RegExp) => ({ name: "PhysiclawError", kind: "usage", message });

Deno.test("openSource reads a zip, a tar and a gzipped tar, whatever they are called", async () => {
  await withDirectory(async (directory) => {
    const entries: ZipEntry[] = [
      { name: "a/model.onnx", bytes: text("stored") },
      { name: "b.json", bytes: text("deflated ".repeat(100)), deflate: true },
      { name: "dir/", bytes: text("") },
    ];
    assert.deepEqual(await readAll(await file(directory, await zip(entries))), {
      "a/model.onnx": "stored",
      "b.json": "deflated ".repeat(100),
    });
    const packed = await tar(["x/y", "z"]);
    assert.deepEqual(await readAll(await file(directory, packed)), { "x/y": "x/y", z: "z" });
    assert.deepEqual(await readAll(await file(directory, await gzip(packed))), { "x/y": "x/y", z: "z" });
  });
});

Deno.test("openSource walks a directory, follows links to files and no link to a directory", async () => {
  await withDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/blobs`);
    await Deno.mkdir(`${directory}/snapshot`);
    await Deno.writeTextFile(`${directory}/blobs/1234`, "blob");
    await Deno.symlink("../blobs/1234", `${directory}/snapshot/model.onnx`);
    await Deno.symlink("..", `${directory}/snapshot/loop`);
    await Deno.symlink("nowhere", `${directory}/snapshot/dangling`);
    assert.deepEqual(await readAll(directory), { "blobs/1234": "blob", "snapshot/model.onnx": "blob" });
    assert.deepEqual(await readAll(`${directory}/snapshot`), { "model.onnx": "blob" });
    assert.deepEqual(await readAll(`${directory}/snapshot/loop/snapshot`), { "model.onnx": "blob" });
  });
});

Deno.test("openSource refuses what is no source, and says why", async () => {
  await withDirectory(async (directory) => {
    await assert.rejects(openSource(`${directory}/gone`), refused(/there is no such file/));
    await assert.rejects(
      openSource(await file(directory, text("hello"))),
      refused(/no archive of a known kind/),
    );
    await assert.rejects(openSource(await file(directory, text(""))), refused(/no archive of a known kind/));
    await assert.rejects(openSource("/dev/null"), refused(/neither a file nor a directory/));
  });
});

Deno.test("a zip that lies, is encrypted or damaged is refused", async () => {
  await withDirectory(async (directory) => {
    const read = async (entries: readonly ZipEntry[]) =>
      await readAll(await file(directory, await zip(entries)));
    const bytes = text("secret ".repeat(1000));
    await assert.rejects(
      read([{ name: "a", bytes, deflate: true, encrypted: true }]),
      refused(/its entry "a" is encrypted/),
    );
    await assert.rejects(
      read([{ name: "a", bytes, deflate: true, claimed: 10 }]),
      refused(/damaged: too many bytes/),
    );
    await assert.rejects(
      read([{ name: "a", bytes, deflate: true, claimed: 9000 }]),
      refused(/damaged: not enough bytes/),
    );
    await assert.rejects(read([{ name: "a", bytes, claimed: 10 }]), refused(/damaged: .*size mismatch/));
    const whole = await zip([{ name: "a", bytes, deflate: true }]);
    await assert.rejects(
      readAll(await file(directory, whole.subarray(0, whole.length - 30))),
      refused(/damaged/),
    );
    const broken = whole.slice();
    broken.fill(0xff, 40, 60);
    await assert.rejects(readAll(await file(directory, broken)), refused(/damaged/));
    // Two entries of one name are two entries: no name is a path.
    const twice = await openSource(
      await file(directory, await zip([{ name: "../../a", bytes }, { name: "../../a", bytes: text("b") }])),
    );
    assert.deepEqual((await Array.fromAsync(twice.entries())).map(({ size }) => size), [7000, 1]);
  });
});

Deno.test("a tar that is cut off, damaged or no tar inside is refused", async () => {
  await withDirectory(async (directory) => {
    const packed = await tar(["one", "two"]);
    await assert.rejects(readAll(await file(directory, packed.subarray(0, 514))), refused(/damaged/));
    const whole = await gzip(packed);
    await assert.rejects(
      readAll(await file(directory, whole.subarray(0, whole.length - 20))),
      refused(/damaged/),
    );
    await assert.rejects(
      readAll(await file(directory, await gzip(text("hello ".repeat(500))))),
      refused(/damaged/),
    );
    const broken = packed.slice();
    broken[10] = 0x7a;
    await assert.rejects(readAll(await file(directory, broken)), refused(/damaged/));
  });
});

Deno.test("an archive that unpacks without end is refused", async () => {
  await withDirectory(async (directory) => {
    const limits = { entries: 3, bytes: 100_000 };
    const bomb = new Uint8Array(1_000_000);
    const bombs = await zip([{ name: "a", bytes: bomb, deflate: true }]);
    assert.ok(bombs.byteLength < 2000);
    await assert.rejects(readAll(await file(directory, bombs), limits), refused(/more than 100000 bytes/));
    const many = await zip(["a", "b", "c", "d"].map((name) => ({ name, bytes: text(name) })));
    await assert.rejects(readAll(await file(directory, many), limits), refused(/more than 3 entries/));
    const packed = await gzip(
      await packTar([{ header: { name: "a", size: bomb.byteLength, type: "file" }, body: bomb }]),
    );
    await assert.rejects(readAll(await file(directory, packed), limits), refused(/more than 100000 bytes/));
    // An extended header is kept in memory while it is read, so it must end.
    const header = await packTar([{ header: { name: "a", size: 0, type: "pax-header" } }]);
    header.set(text("77777777777"), 124);
    header.fill(0x20, 148, 156);
    const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    header.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    const endless = new Blob([header.subarray(0, 512), new Uint8Array(80 << 20)]);
    const path = await file(directory, new Uint8Array(await endless.arrayBuffer()));
    await assert.rejects(readAll(path), refused(/metadata entry exceeds maximum size/));
  });
});
