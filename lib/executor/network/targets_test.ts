import assert from "node:assert/strict";
import { checkTargets } from "./targets.ts";

const WIDE = ["10.0.0.0/8", "127.0.0.0/8", "::1"];

Deno.test("checkTargets allows what settings and safe subnets allow", () => {
  for (
    const targets of [["127.0.0.1"], ["localhost"], ["10.1.0.0/20"], ["10.0.0.1-20", "::1"], [
      "10.0.0.0/21",
      "10.1.0.0/21",
    ]]
  ) {
    assert.equal(checkTargets(targets, WIDE), undefined, targets.join());
  }
});

Deno.test("checkTargets refuses the rest with the reason", () => {
  const cases: readonly (readonly [readonly string[], readonly string[], RegExp])[] = [
    [[], WIDE, /no target is named/],
    [["10.0.0.1"], ["127.0.0.0/8"], /the setting nmap.targets allows 127.0.0.0\/8 only/],
    [["10.0.0.1"], [], /allows nothing only/],
    [["127.0.0.1", "192.168.0.1"], WIDE, /192.168.0.1: the setting nmap.targets/],
    [["203.0.113.5"], ["0.0.0.0/0"], /outside the safe subnets/],
    [["169.254.169.254"], ["169.254.0.0/16"], /outside the safe subnets/],
    [["169.254.0.0/16"], ["169.254.0.0/16"], /outside the safe subnets/],
    [["10.0.0.0/19"], WIDE, /Cannot scan 8192 addresses: 4096 at once is the most/],
    [["10.0.0.0/20", "127.0.0.1"], WIDE, /Cannot scan 4097 addresses/],
    [["example.com"], WIDE, /it is no address/],
    [["10.0.0.1 -oN x"], WIDE, /it is no address/],
  ];
  for (const [targets, allowed, reason] of cases) {
    assert.match(checkTargets(targets, allowed) ?? "allowed", reason, targets.join());
  }
});

Deno.test("checkTargets heeds a narrowed egress.safe", () => {
  assert.match(checkTargets(["10.0.0.1"], WIDE, ["127.0.0.0/8"]) ?? "", /outside the safe subnets/);
});
