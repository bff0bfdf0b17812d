import assert from "node:assert/strict";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import { addressText, createJudge, embedded } from "./address.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(ipaddr.parse(text).toByteArray());
const { isSafe, subnets, never } = createJudge(SAFE_SUBNETS);

Deno.test("createJudge: loopback, private, link-local and unique local addresses are safe, others are not", () => {
  for (
    const text of ["127.0.0.1", "127.255.255.255", "10.0.0.0", "172.31.255.255", "192.168.1.1", "169.254.1.1"]
  ) {
    assert.ok(isSafe(bytes(text)), text);
  }
  for (const text of ["::1", "fc00::1", "fdff::1", "fe80::1", "febf::1"]) {
    assert.ok(isSafe(bytes(text)), text);
  }
  for (
    const text of [
      "126.255.255.255",
      "128.0.0.0",
      "11.0.0.0",
      "172.32.0.0",
      "192.169.0.0",
      "8.8.8.8",
      "0.0.0.0",
    ]
  ) {
    assert.ok(!isSafe(bytes(text)), text);
  }
  for (const text of ["::", "::2", "fec0::1", "2001:db8::1", "ff02::1"]) {
    assert.ok(!isSafe(bytes(text)), text);
  }
});

Deno.test("createJudge: metadata addresses are never safe, mapped or not", () => {
  for (
    const text of ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254"]
  ) {
    assert.ok(!isSafe(bytes(text)), text);
  }
});

Deno.test("createJudge: narrower subnets are all that is safe", () => {
  const narrow = createJudge(["10.1.0.0/16", "10.9.8.1-20"]);
  assert.ok(narrow.isSafe(bytes("10.1.255.255")) && narrow.isSafe(bytes("10.9.8.20")));
  for (const text of ["127.0.0.1", "::1", "10.2.0.0", "10.9.8.21", "10.9.8.0"]) {
    assert.ok(!narrow.isSafe(bytes(text)), text);
  }
  // A range is no prefix: the kernel's filter does without it.
  assert.deepEqual(narrow.subnets, [{ bytes: [10, 1, 0, 0], prefix: 16 }]);
  assert.throws(() => createJudge(["everything"]), /"everything" is no subnet/);
});

Deno.test("createJudge: no subnet at all means that nothing is safe", () => {
  assert.ok(!createJudge([]).isSafe(bytes("127.0.0.1")));
});

Deno.test("embedded: IPv4 inside IPv6 is judged as the IPv4 address", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["::ffff:203.0.113.5", ["203.0.113.5"]],
    ["::ffff:0:203.0.113.5", ["203.0.113.5"]],
    ["::203.0.113.5", ["203.0.113.5"]],
    ["64:ff9b::203.0.113.5", ["203.0.113.5"]],
    ["64:ff9b:1:2::203.0.113.5", ["203.0.113.5"]],
    ["2002:cb00:7105::1", ["203.0.113.5"]],
    // RFC 4380's example: server 65.54.227.120, client 192.0.2.45 with every bit turned.
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", ["65.54.227.120", "192.0.2.45"]],
    ["::1", []],
    ["::", []],
    ["fe80::1", []],
    ["2001:db8::1", []],
  ];
  for (const [text, inside] of cases) {
    assert.deepEqual(embedded(bytes(text)).map(addressText), inside, text);
  }
  assert.ok(isSafe(bytes("::ffff:10.0.0.1")) && isSafe(bytes("2002:0a00:0001::1")));
  // Only one of the two inside is safe.
  assert.ok(!isSafe(bytes("2001:0:0a00:0001::3fff:fdd2")));
});

Deno.test("createJudge: agrees with a second implementation on any address", () => {
  const ranges = SAFE_SUBNETS.map((text) => ipaddr.parseCIDR(text));
  const second = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
    ranges.some(([subnet, prefix]) => subnet.kind() === address.kind() && address.match(subnet, prefix)) &&
    address.toString() !== "169.254.169.254" && address.toString() !== "fd00:ec2::254";
  const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
  const v6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((address) =>
    embedded(address).length === 0
  );
  fc.assert(fc.property(fc.oneof(v4, v6), (address) => {
    assert.equal(isSafe(address), second(ipaddr.fromByteArray([...address])), addressText(address));
  }));
});

Deno.test("createJudge: gives the kernel each safe subnet as a prefix, and the exceptions apart", () => {
  assert.equal(subnets.length, SAFE_SUBNETS.length);
  assert.deepEqual(subnets[2], { bytes: [172, 16, 0, 0], prefix: 12 });
  assert.deepEqual(never.map(({ prefix }) => prefix), [32, 128]);
});
