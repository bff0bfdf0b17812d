import assert from "node:assert/strict";
import { ChangedPathError, HandleSet, openReal, temporaryFile } from "./descriptors.ts";

const withDirectory = async (work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-fd-" }));
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
};

/** What a child of ours reads through a descriptor's number. */
async function readByNumber(fd: number): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/cat", { args: [`/proc/${Deno.pid}/fd/${fd}`] }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("temporaryFile: a child reads it by its number, and it has no name", async () => {
  await withDirectory(async (directory) => {
    const file = temporaryFile(directory, "words\0of an argv\0");
    assert.equal(await readByNumber(file.fd), "words\0of an argv\0");
    assert.equal(await readByNumber(file.fd), "words\0of an argv\0");
    assert.deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    file.close();
    file.close();
    const large = temporaryFile(directory, new Uint8Array(300_000).fill(120));
    assert.equal((await readByNumber(large.fd)).length, 300_000);
    large.close();
  });
});

Deno.test("openReal: the descriptor stays the vetted file when the path is replaced", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/file`;
    await Deno.writeTextFile(path, "vetted");
    const { handle, kind, size } = openReal(path);
    await Deno.remove(path);
    await Deno.writeTextFile(path, "swapped in");
    assert.deepEqual([kind, size, await readByNumber(handle.fd)], ["file", 6, "vetted"]);
    handle.close();
    const opened = openReal(directory);
    assert.equal(opened.kind, "directory");
    opened.handle.close();
  });
});

Deno.test("openReal refuses links on the way, devices and pipes, at once", async () => {
  await withDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/real`);
    await Deno.writeTextFile(`${directory}/real/file`, "x");
    await Deno.symlink("real", `${directory}/link`);
    await Deno.symlink("real/file", `${directory}/alias`);
    const made = await new Deno.Command("/usr/bin/mkfifo", { args: [`${directory}/pipe`] }).output();
    assert.ok(made.success);
    for (const path of [`${directory}/link/file`, `${directory}/alias`, `${directory}/pipe`, "/dev/null"]) {
      assert.throws(() => openReal(path), ChangedPathError, path);
    }
    assert.throws(() => openReal(`${directory}/none`), { code: "ENOENT" });
  });
});

Deno.test("HandleSet closes everything once", async () => {
  await withDirectory(async (directory) => {
    let fd = -1;
    {
      using handles = new HandleSet();
      fd = handles.add(temporaryFile(directory, "x"));
      assert.equal(await readByNumber(fd), "x");
    }
    assert.equal(await readByNumber(fd), "");
  });
});
