import assert from "node:assert/strict";
import fc from "fast-check";
import { isSafeTarget } from "../../catalog/addresses.ts";
import { destinationLabel, parseDestination } from "./destination.ts";

const HOSTS = { "prom.internal": "10.0.0.5", "far.example": "203.0.113.5", "meta": "169.254.169.254" };
const parse = (url: string, safe?: readonly string[]) =>
  parseDestination("prometheus.url", url, { hosts: HOSTS, ...(safe === undefined ? {} : { safe }) });

Deno.test("parseDestination takes literals, localhost and pinned names", () => {
  const cases: readonly (readonly [string, string, string, string, number])[] = [
    ["http://127.0.0.1:9090", "http", "127.0.0.1", "127.0.0.1", 9090],
    ["https://10.1.2.3", "https", "10.1.2.3", "10.1.2.3", 443],
    ["http://[::1]:9090/prometheus", "http", "::1", "::1", 9090],
    ["http://[fd12::7]", "http", "fd12::7", "fd12::7", 80],
    ["http://localhost:9090", "http", "localhost", "127.0.0.1", 9090],
    ["https://prom.internal:9443/x", "https", "prom.internal", "10.0.0.5", 9443],
    ["https://PROM.internal", "https", "prom.internal", "10.0.0.5", 443],
  ];
  for (const [url, scheme, host, address, port] of cases) {
    assert.deepEqual(parse(url), { ok: true, destination: { scheme, host, address, port } }, url);
  }
});

Deno.test("parseDestination refuses what it cannot be sure of, and names the fix", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["http://prometheus:9090", /add to the settings: \[hosts\] "prometheus" = "ADDRESS"/],
    ["http://far.example", /203\.0\.113\.5 is outside the safe subnets/],
    ["http://203.0.113.5", /outside the safe subnets/],
    ["http://meta", /169\.254\.169\.254 is outside/],
    ["http://169.254.169.254/latest", /outside/],
    ["http://[::ffff:10.0.0.1]", /plain spelling|outside/],
    ["http://127.1:9090", /plain spelling/],
    ["http://0x7f000001:9090", /plain spelling/],
    ["http://2130706433", /plain spelling/],
    ["ftp://10.0.0.1", /neither http: nor https:/],
    ["unix:///run/x.sock", /neither/],
    ["http://user:secret@10.0.0.1", /holds credentials/],
    ["http://10.0.0.1:0", /port 0/],
    ["http://constructor", /\[hosts\]/],
    ["10.0.0.1:9090", /no URL|neither/],
    ["", /no URL/],
  ];
  for (const [url, reason] of cases) {
    const found = parse(url);
    assert.ok(!found.ok, url);
    assert.match(found.reason, reason, url);
    assert.ok(found.reason.startsWith("Cannot use prometheus.url: "), url);
    assert.ok(!found.reason.includes("secret"), url);
  }
});

Deno.test("parseDestination lets a setting narrow the safe subnets, never widen them", () => {
  assert.ok(!parse("http://10.0.0.5", ["127.0.0.0/8"]).ok);
  assert.ok(!parse("http://203.0.113.5", ["0.0.0.0/0"]).ok);
});

Deno.test("parseDestination never yields an address outside the safe subnets", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.ipV4().map((ip) => `http://${ip}`),
        fc.ipV6().map((ip) => `http://[${ip}]`),
      ),
      (url) => {
        const found = parse(url);
        if (found.ok) assert.ok(isSafeTarget(found.destination.address), found.destination.address);
      },
    ),
  );
});

Deno.test("destinationLabel names host, port and pin", () => {
  const base = { scheme: "http", port: 9090 } as const;
  assert.equal(destinationLabel({ ...base, host: "10.0.0.5", address: "10.0.0.5" }), "10.0.0.5:9090");
  assert.equal(destinationLabel({ ...base, host: "::1", address: "::1" }), "[::1]:9090");
  assert.equal(destinationLabel({ ...base, host: "localhost", address: "127.0.0.1" }), "localhost:9090");
  assert.equal(
    destinationLabel({ ...base, host: "prom.internal", address: "10.0.0.5" }),
    "prom.internal:9090 (10.0.0.5)",
  );
});
