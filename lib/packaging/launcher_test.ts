import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { COMMANDS } from "../../cmd/commands.ts";
import { grantWords, launcher, type LauncherParts } from "./launcher.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const PARTS: LauncherParts = {
  version: "1.2.3",
  target: "x86_64-unknown-linux-gnu",
  runtime: bytes("runtime"),
  files: [{ path: "app/main.js", bytes: bytes("b") }, { path: "app/a.js", bytes: bytes("a") }],
  header: await Deno.readTextFile(new URL("./launcher.sh", import.meta.url)),
  unpack: "// unpack",
};

/** The value that a line of the header gives to a name. */
const valueOf = (header: string, name: string): string =>
  new RegExp(`\\b${name}=([0-9a-f]+)`).exec(header)?.[1] ?? "";

Deno.test("launcher is a header without gaps, whose digest is that of all that follows it", async () => {
  const file = await launcher(PARTS);
  const header = new TextDecoder("latin1").decode(file).split("// unpack")[0] ?? "";
  assert.doesNotMatch(header, /@[A-Z_]+@/);
  const digest = createHash("sha256").update(file.subarray(bytes(header).byteLength)).digest("hex");
  assert.equal(valueOf(header, "digest"), digest);
  assert.equal(valueOf(header, "runtime_sum"), createHash("sha256").update("runtime").digest("hex"));
  for (const [, at] of header.matchAll(/\$\(\( *(\d+) \+ 1/g)) assert.equal(Number(at), header.length);
  assert.match(header, /\$\(\( *\d+ \+ 1/);
});

Deno.test("launcher gives the same bytes for the same parts, in whichever order, and others for others", async () => {
  const file = await launcher(PARTS);
  assert.deepEqual(await launcher({ ...PARTS, files: PARTS.files.toReversed() }), file);
  assert.notDeepEqual(await launcher({ ...PARTS, unpack: "// other!" }), file);
});

Deno.test("launcher refuses paths that the header would not look at", async () => {
  for (const path of ["main.js", "app/deep/main.js", "app/ma in.js", "../app/main.js"]) {
    await assert.rejects(launcher({ ...PARTS, files: [{ path, bytes: bytes("") }] }), /Cannot pack/);
  }
});

Deno.test("launcher's header is one that a POSIX shell can read", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, await launcher(PARTS));
    // The payload is never read: every way through the header ends in exec or exit.
    const header = (await Deno.readTextFile(path)).split("// unpack")[0] ?? "";
    await Deno.writeTextFile(path, header);
    const { code, stderr } = await new Deno.Command("sh", { args: ["-n", path] }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("grantWords never grants all of run, net, ffi or the environment", () => {
  for (const command of Object.keys(COMMANDS)) {
    assert.doesNotMatch(grantWords(command), /--allow-(run|net|ffi|env|all)( |$)|-A/, command);
  }
});

Deno.test("grantWords gives a client no program, no library and no file to write", () => {
  const words = grantWords("goal");
  assert.doesNotMatch(words, /--allow-(run|ffi)/);
  assert.match(words, /"--allow-write=\$socket_paths"/);
  assert.doesNotMatch(grantWords("version"), /--allow-(run|ffi|net|write|sys)|--allow-read /);
});
