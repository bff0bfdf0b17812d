import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isSafeSubnet,
  isSafeTarget,
  MAX_TARGET_ADDRESSES,
  NEVER_SAFE,
  targetRange,
  targetSize,
} from "./addresses.ts";

Deno.test("isSafeTarget takes loopback, private, link-local and unique local targets", () => {
  for (
    const good of [
      "127.0.0.1",
      "localhost",
      "10.0.0.0/24",
      "10.0.0.1-20",
      "172.31.255.255",
      "192.168.0.0/16",
      "169.254.1.1",
      "::1",
      "fd12::/120",
      "fe80::1",
    ]
  ) assert.ok(isSafeTarget(good), good);
});

Deno.test("isSafeTarget refuses public addresses however they are written", () => {
  for (
    const bad of [
      "8.8.8.8",
      "203.0.113.5",
      "0.0.0.0",
      "255.255.255.255",
      "172.15.255.255",
      "172.32.0.0",
      "192.167.255.255",
      "11.0.0.0",
      "9.255.255.255-1",
      "010.0.0.1",
      "127.1",
      "0x7f000001",
      "2130706433",
      "10.0.0.1.",
      "10.0.0.1 ",
      "::ffff:8.8.8.8",
      "::ffff:10.0.0.1",
      "::ffff:a00:1",
      "64:ff9b::a00:1",
      "2002:a00:1::",
      "2001::1",
      "2606:4700::1",
      "::",
      "fe80::1%eth0",
      "example.org",
      "10.0.0.0/33",
      "10.0.0.0/024",
      "10.0.0.0/-1",
      "10.0.0.0/",
      "10.0.0.20-1",
      "10.0.0.1-256",
      "10.0.0.1-2-3",
      "10.0-1.0.1",
      "10.*.0.1",
      "",
      "-iL",
    ]
  ) assert.ok(!isSafeTarget(bad), bad);
});

Deno.test("isSafeTarget refuses ranges that touch a metadata address or cross the edge of a subnet", () => {
  for (
    const bad of [...NEVER_SAFE, "169.254.169.0/24", "169.254.169.250-255", "fd00:ec2::/112", "172.16.0.0/11"]
  ) {
    assert.ok(!isSafeTarget(bad), bad);
  }
  assert.ok(isSafeTarget("169.254.169.0/25"));
});

Deno.test("isSafeTarget refuses targets of more addresses than the limit", () => {
  assert.equal(targetSize("10.0.0.0/16"), BigInt(MAX_TARGET_ADDRESSES));
  assert.ok(isSafeTarget("10.0.0.0/16"));
  assert.ok(!isSafeTarget("10.0.0.0/15"));
});

Deno.test("isSafeTarget is only ever narrowed by settings", () => {
  assert.ok(isSafeTarget("10.1.0.5", ["10.1.0.0/16"]));
  assert.ok(!isSafeTarget("10.2.0.5", ["10.1.0.0/16"]));
  assert.ok(!isSafeTarget("8.8.8.8", ["0.0.0.0/0"]));
  assert.ok(!isSafeTarget("127.0.0.1", []));
});

Deno.test("isSafeSubnet takes whole safe subnets and nothing beyond them", () => {
  for (const good of ["10.0.0.0/8", "127.0.0.0/8", "fc00::/7", "192.168.1.1"]) {
    assert.ok(isSafeSubnet(good), good);
  }
  for (const bad of ["0.0.0.0/0", "10.0.0.0/7", "::/0", "fc00::/6", "203.0.113.0/24", "x"]) {
    assert.ok(!isSafeSubnet(bad), bad);
  }
  assert.ok(!isSafeSubnet("10.0.0.0/8", ["10.1.0.0/16"]));
});

Deno.test("targetRange agrees with arithmetic on IPv4 addresses and prefixes", () => {
  fc.assert(fc.property(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), (value, bits) => {
    const dotted = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    const size = 2 ** (32 - bits);
    const first = Math.floor(value / size) * size;
    const range = targetRange(`${dotted}/${bits}`);
    assert.equal(range?.first, BigInt(first));
    assert.equal(range?.last, BigInt(first + size - 1));
  }));
});

Deno.test("targetRange answers every text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const range = targetRange(text);
    assert.ok(range === undefined || range.first <= range.last);
  }));
});
