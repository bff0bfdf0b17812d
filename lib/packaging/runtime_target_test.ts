import assert from "node:assert/strict";
import { runtimeTarget } from "./runtime_target.ts";

function elf(machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  bytes[18] = machine;
  return bytes;
}

Deno.test("runtimeTarget takes an executable of the architecture, by short or full name", () => {
  assert.equal(runtimeTarget(elf(0x3e), "x86_64"), "x86_64-unknown-linux-gnu");
  assert.equal(runtimeTarget(elf(0xb7), "aarch64-unknown-linux-gnu"), "aarch64-unknown-linux-gnu");
});

Deno.test("runtimeTarget refuses another machine's, a script, and unknown architectures", () => {
  assert.throws(() => runtimeTarget(elf(0x3e), "aarch64"), /--runtime/);
  assert.throws(() => runtimeTarget(new TextEncoder().encode("#!/bin/sh\n"), "x86_64"), /no executable/);
  assert.throws(() => runtimeTarget(elf(0x3e), "riscv64"), /use one of/);
});

Deno.test("runtimeTarget knows the runtime of this test", async () => {
  assert.equal(runtimeTarget(await Deno.readFile(Deno.execPath()), Deno.build.arch), Deno.build.target);
});
