import assert from "node:assert/strict";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { findLibc } from "../../internal/libc.ts";
import { addressBytes, raiseLoopback } from "./loopback.ts";

Deno.test("addressBytes agrees with the library on every address", () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6().filter((text) => !text.includes("."))), (address) => {
    assert.deepEqual(addressBytes(address), ipaddr.parse(address).toByteArray());
  }));
});

Deno.test("addressBytes refuses what is no plain literal", () => {
  const wrong = [
    "",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.1.2",
    "1.2.3.x",
    ":",
    ":::",
    "1::2::3",
    "fd00:g::1",
  ];
  for (const address of [...wrong, "::ffff:10.0.0.1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%lo"]) {
    assert.throws(() => addressBytes(address), /it is no IP address/, address);
  }
});

Deno.test("raiseLoopback says so when the kernel refuses", { ignore: Deno.uid() === 0 }, async () => {
  // An ordinary user in the host's namespace may not change lo. As root it would be changed: not tried.
  const libc = await findLibc();
  assert.ok(libc !== undefined);
  assert.throws(() => raiseLoopback(libc, "10.0.0.5"), /the kernel refused/);
});
