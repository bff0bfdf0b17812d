import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { pack } from "./archive.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES = [{ path: "app/main.js", bytes: bytes("b") }, { path: "app/a.js", bytes: bytes("a") }];

/** What `unpack.js` makes of an archive, by path. */
async function unpacked(archive: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const directory = await Deno.makeTempDir();
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-config", "--allow-read=.", "--allow-write=."],
        new URL("./unpack.js", import.meta.url).href,
      ],
      cwd: directory,
      stdin: "piped",
      stderr: "piped",
    }).spawn();
    const [ended] = await Promise.all([
      child.output(),
      new Blob([new Uint8Array(archive)]).stream().pipeTo(child.stdin),
    ]);
    assert.ok(ended.success, new TextDecoder().decode(ended.stderr));
    const files = new Map<string, Uint8Array>();
    for await (const { name } of Deno.readDir(directory)) {
      for await (const file of Deno.readDir(`${directory}/${name}`)) {
        files.set(`${name}/${file.name}`, await Deno.readFile(`${directory}/${name}/${file.name}`));
      }
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("pack gives back every byte, of an empty file and of one that fills more than a frame too", async () => {
  const large = new Uint8Array(64 * 1024 * 1024 + 3).fill(7);
  const files = [...FILES, { path: "native/large.node", bytes: large }, {
    path: "app/empty.js",
    bytes: bytes(""),
  }];
  const found = await unpacked(await pack(files));
  assert.deepEqual([...found.keys()].sort(), files.map(({ path }) => path).sort());
  for (const { path, bytes } of files) {
    // Not deepEqual: a difference in 64 MiB is nothing to print.
    assert.ok(Buffer.compare(found.get(path) ?? bytes.subarray(1), bytes) === 0, path);
  }
});

Deno.test("pack gives the same bytes in whichever order, and from what it compressed before", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const first = await pack(FILES, cache);
    const frames = [...Deno.readDirSync(cache)].map(({ name }) => name);
    assert.equal(frames.length, 1);
    assert.deepEqual(await pack(FILES.toReversed(), cache), first);
    assert.deepEqual(await pack(FILES), first);
    await Deno.writeFile(`${cache}/${frames[0]}`, bytes("remembered"));
    assert.match(new TextDecoder().decode(await pack(FILES, cache)), /remembered$/);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
