import assert from "node:assert/strict";
import { parse, run } from "./auth.ts";
import { fakeWorld } from "./fake_deps_test.ts";

const SECRET = "an example of a secret of 32 bytes or more";

const call = async (args: readonly string[], env = {}) => {
  const parsed = await parse(args);
  assert.ok(parsed.kind === "options");
  const world = fakeWorld({ env });
  assert.equal(await run(parsed.options, world.deps), 0);
  return world.stdout().trim();
};

Deno.test("auth key makes a new key each time, as PHYSICLAW_API_KEYS takes it", async () => {
  assert.match(await call(["key"]), /^[A-Za-z0-9_-]{43}$/);
  assert.notEqual(await call(["key"]), await call(["key"]));
  assert.match(await call(["key", "-p", "Data"]), /^data_architect:[A-Za-z0-9_-]{43}$/);
  assert.match(await call(["key", "-p", "*"]), /^\*:/);
  await assert.rejects(call(["key", "-p", "banana"]), { kind: "usage" });
});

Deno.test("auth token signs persona, scopes and life time, and nothing beyond a day", async () => {
  const env = { PHYSICLAW_JWT_SECRET: SECRET };
  const made = JSON.parse(
    await call([
      "token",
      "-p",
      "sre",
      "--ttl",
      "15m",
      "--scope",
      "physiclaw:goal,physiclaw:approve",
      "--json",
    ], env),
  );
  const claims = JSON.parse(atob(made.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  assert.equal(claims.persona, "sre");
  assert.equal(claims.scope, "physiclaw:goal physiclaw:approve");
  assert.equal(claims.exp - claims.iat, 900);
  await assert.rejects(call(["token", "-p", "sre", "--ttl", "25h"], env), { kind: "usage" });
  await assert.rejects(call(["token", "-p", "sre", "--ttl", "soon"], env), { kind: "usage" });
  await assert.rejects(call(["token"], env), { kind: "usage" });
  await assert.rejects(call(["token", "-p", "sre", "--scope", "root"], env), { kind: "usage" });
});

Deno.test("auth token needs the bridge's secret", async () => {
  await assert.rejects(call(["token", "-p", "sre"]), { kind: "config" });
  await assert.rejects(call(["token", "-p", "sre"], { PHYSICLAW_JWT_SECRET: "short" }), { kind: "config" });
});
