import assert from "node:assert/strict";
import { findLibc } from "../internal/libc.ts";
import { openLibc } from "./libc.ts";

const PATH = await findLibc() ?? "";

Deno.test("openLibc reads below /proc, which Deno's permissions do not give", () => {
  using libc = openLibc(PATH);
  assert.match(libc.readText("/proc/self/status") ?? "", new RegExp(`^Pid:\\s+${Deno.pid}$`, "m"));
  assert.ok(libc.readDirectory("/proc/self/task")?.includes(String(Deno.pid)));
  assert.match(libc.readLink("/proc/self/ns/net") ?? "", /^net:\[[0-9]+\]$/);
  // Longer than a chunk.
  const symbols = libc.readText("/proc/self/smaps") ?? "";
  assert.ok(symbols.length > 40_000 && /VmFlags/.test(symbols.slice(-200)), String(symbols.length));
});

Deno.test("openLibc says what is not there, and gives the errno of what failed", () => {
  using libc = openLibc(PATH);
  assert.equal(libc.readText("/nowhere"), undefined);
  assert.equal(libc.readText("/proc/self"), undefined);
  assert.equal(libc.readDirectory("/proc/self/status"), undefined);
  assert.equal(libc.readLink("/proc/self/status"), undefined);
  assert.equal(libc.socketName(-1, "own"), undefined);
  assert.equal(libc.socketOption(-1, 1, 3).result, -9); // EBADF
  assert.equal(libc.socket(99, 1, 0), -97); // EAFNOSUPPORT
  assert.equal(libc.prctl(9999, 0), -22); // EINVAL
  assert.equal(libc.call(Deno.build.arch === "x86_64" ? 3 : 57, -1), -9); // close(-1)
});

Deno.test("openLibc gives memory back that was freed", async () => {
  const script = `import { openLibc } from "${new URL("./libc.ts", import.meta.url)}";
    const libc = openLibc("${PATH}");
    const held = () => Number(/VmRSS:\\s+(\\d+)/.exec(libc.readText("/proc/self/status"))[1]);
    libc.returnLargeBlocks();
    await libc.trimMemory();
    const before = held();
    // Blocks of a mebibyte, touched: above the threshold, below what it would grow to.
    const blocks = Array.from({ length: 64 }, () => new Uint8Array(1 << 20).fill(1));
    const meanwhile = held();
    for (const { buffer } of blocks) buffer.transfer(0);
    await libc.trimMemory();
    console.log(JSON.stringify({ before, meanwhile, after: held() }));`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, script);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--quiet", "--no-check", "--no-config", "--no-lock", "--allow-read"],
      ...[`--allow-ffi=${PATH}`, path],
    ],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(path);
  assert.equal(new TextDecoder().decode(stderr), "");
  const { before, meanwhile, after } = JSON.parse(new TextDecoder().decode(stdout));
  assert.ok(meanwhile - before > 60_000 && after - before < 20_000, `${before}, ${meanwhile}, ${after} KiB`);
});

Deno.test("openLibc refuses what is no library", () => {
  assert.throws(() => openLibc("/nowhere/libc.so.6"), /Cannot load the C library \/nowhere\/libc.so.6/);
});

Deno.test({
  name: "openLibc names the fix when Deno's permissions forbid it",
  permissions: { ffi: false },
  fn: () => {
    assert.throws(() => openLibc(PATH), (error: Error & { hint?: string }) => {
      assert.match(error.message, /Deno's permissions forbid it/);
      assert.match(error.hint ?? "", /doctor --permissions/);
      return true;
    });
  },
});
