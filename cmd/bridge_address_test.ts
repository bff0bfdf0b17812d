import assert from "node:assert/strict";
import { bridgeAddress, type BridgeFlags, credentialHeaders } from "./bridge_address.ts";
import { createBridgeClient } from "./client.ts";
import { fakeWorld } from "./fake_deps_test.ts";

const base = async (flags: BridgeFlags, env = {}) =>
  (await bridgeAddress(flags, fakeWorld({ env }).deps)).base;

Deno.test("bridgeAddress prefers flags to the environment, and that to the usual address", async () => {
  assert.equal(await base({}), "http://127.0.0.1:8000");
  assert.equal(await base({}, { PHYSICLAW_BRIDGE_PORT: "9" }), "http://127.0.0.1:9");
  assert.equal(
    await base({}, { PHYSICLAW_BRIDGE_PORT: "9", PHYSICLAW_BRIDGE_URL: "http://[::1]:7/" }),
    "http://[::1]:7",
  );
  assert.equal(
    await base({ bridgeUrl: "http://10.0.0.5:1/x/" }, { PHYSICLAW_BRIDGE_URL: "http://[::1]:7" }),
    "http://10.0.0.5:1/x",
  );
});

Deno.test("bridgeAddress takes a Unix socket by flag and by URL", async () => {
  const { deps } = fakeWorld();
  assert.deepEqual(await bridgeAddress({ socket: "/run/p.sock" }, deps), {
    base: "http://localhost",
    socket: "/run/p.sock",
    shown: "unix:/run/p.sock",
  });
  assert.equal((await bridgeAddress({ socket: "p.sock" }, deps)).socket, "/srv/app/p.sock");
  assert.equal((await bridgeAddress({ bridgeUrl: "unix:/run/p.sock" }, deps)).socket, "/run/p.sock");
  await assert.rejects(bridgeAddress({ socket: "/a", bridgeUrl: "http://127.0.0.1" }, deps), {
    kind: "usage",
  });
});

Deno.test("bridgeAddress refuses every place that a key must not go to, before anything is sent", async () => {
  for (
    const bad of [
      "http://example.org",
      "http://8.8.8.8",
      "https://169.254.169.254",
      "http://127.0.0.1.example.org",
      "http://localhost.example.org",
      "http://[2606:4700::1]",
      "http://[::ffff:8.8.8.8]",
      "ftp://127.0.0.1",
      "http://ada:x@127.0.0.1",
      "127.0.0.1:8000",
      "",
    ]
  ) await assert.rejects(bridgeAddress({ bridgeUrl: bad }, fakeWorld().deps), { kind: "usage" }, bad);
});

Deno.test("credentialHeaders sends one credential: flag over environment over the operator's key", async () => {
  const key = { "/home/ada/.local/state/physiclaw/operator.key": { text: "opkey\n" } };
  const headers = (flags: BridgeFlags, env = {}, files = key) =>
    credentialHeaders(flags, fakeWorld({ env: { HOME: "/home/ada", ...env }, files }).deps);
  assert.deepEqual(await headers({}), { "x-physiclaw-key": "opkey" });
  assert.deepEqual(await headers({}, { PHYSICLAW_JWT: "j" }), { authorization: "Bearer j" });
  assert.deepEqual(await headers({ key: "k" }, { PHYSICLAW_JWT: "j" }), { "x-physiclaw-key": "k" });
  await assert.rejects(headers({ key: "k", jwt: "j" }), { kind: "usage" });
  await assert.rejects(headers({}, { PHYSICLAW_API_KEY: "k", PHYSICLAW_JWT: "j" }), { kind: "usage" });
});

Deno.test("credentialHeaders takes no operator's key that is another user's or that others can read", async () => {
  const path = "/state/operator.key";
  const headers = (file: { text: string; uid?: number; mode?: number }) =>
    credentialHeaders(
      {},
      fakeWorld({ env: { PHYSICLAW_MEMORY_DIR: "/state" }, files: { [path]: file } }).deps,
    );
  assert.deepEqual(await headers({ text: "k" }), { "x-physiclaw-key": "k" });
  assert.deepEqual(await headers({ text: "k", uid: 1001 }), {});
  assert.deepEqual(await headers({ text: "k", mode: 0o640 }), {});
  assert.deepEqual(await headers({ text: "\n" }), {});
  assert.deepEqual(await credentialHeaders({}, fakeWorld().deps), {});
});

Deno.test("createBridgeClient follows no redirect, which could carry the key elsewhere", async () => {
  const bridge = () => new Response(null, { status: 307, headers: { location: "http://203.0.113.5/" } });
  const world = fakeWorld({ bridge, env: { PHYSICLAW_API_KEY: "k" } });
  const client = await createBridgeClient({}, world.deps);
  await assert.rejects(client.json("/goals"), { kind: "internal" });
  assert.equal(world.requests.length, 1);
  assert.equal(world.requests[0]?.redirect, "manual");
});

Deno.test("createBridgeClient survives answers that are no JSON, and shows what Retry-After says", async () => {
  const answer = (response: Response) => createBridgeClient({}, fakeWorld({ bridge: () => response }).deps);
  await assert.rejects((await answer(new Response("<html>"))).json("/"), { kind: "not_ready" });
  await assert.rejects((await answer(new Response("oops", { status: 500 }))).json("/"), {
    message: "The bridge answered 500",
  });
  const busy = new Response("{}", { status: 429, headers: { "retry-after": "3" } });
  await assert.rejects((await answer(busy)).json("/"), { kind: "busy", hint: "try again in 3 s" });
});
