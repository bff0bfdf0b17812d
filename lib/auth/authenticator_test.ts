import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { PhysiclawError } from "../internal/errors.ts";
import { createKey, parseApiKeys } from "./api_keys.ts";
import { type AuthenticatorOptions, can, createAuthenticator, personaFor } from "./authenticator.ts";
import { createToken } from "./jwt.ts";

const SECRET = "a secret for tests, thirty-two bytes or more";
const START = 1_800_000_000;
const base: AuthenticatorOptions = {
  apiKeys: parseApiKeys("sre:SRE,secops:SEC,*:ALL"),
  jwtSecret: SECRET,
  required: true,
  now: () => new Date(START * 1000),
};

async function check(headers: Record<string, string>, options: Partial<AuthenticatorOptions> = {}) {
  return await createAuthenticator({ ...base, ...options }).authenticate(new Headers(headers));
}

const sign = (claims: Record<string, unknown>, secret = SECRET, alg = "HS256") =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

const good = { persona: "sre", scope: "physiclaw:goal", exp: START + 60, sub: "ada" };
const bearer = async (claims: Record<string, unknown>, secret?: string, alg?: string) => ({
  authorization: `Bearer ${await sign(claims, secret, alg)}`,
});

Deno.test("an API key speaks for its persona, and only a key of all personas holds all scopes", async () => {
  const sre = await check({ "x-physiclaw-key": "SRE" });
  assert.ok(sre.ok);
  assert.deepEqual(sre.credential.personas, ["sre"]);
  assert.deepEqual([can(sre.credential, "physiclaw:goal"), can(sre.credential, "physiclaw:approve")], [
    true,
    false,
  ]);
  const all = await check({ "x-physiclaw-key": "ALL" });
  assert.ok(all.ok);
  assert.equal(all.credential.personas, "all");
  assert.ok(can(all.credential, "physiclaw:approve"));
});

Deno.test("a credential's id is stable, differs from key to key and holds nothing of the key", async () => {
  const ids = await Promise.all(["SRE", "SEC", "SRE"].map(async (key) => {
    const result = await check({ "x-physiclaw-key": key });
    assert.ok(result.ok);
    return result.credential.id;
  }));
  assert.equal(ids[0], ids[2]);
  assert.notEqual(ids[0], ids[1]);
  for (const id of ids) assert.match(id, /^key:[0-9a-f]{12}$/);
});

Deno.test("without a credential: 401 (faults 21 to 23), also where keys and a secret are configured", async () => {
  assert.deepEqual(await check({}), { ok: false, status: 401, reason: "no credential was presented" });
});

Deno.test("where none is required a request without one may do all, and a bad one is still refused", async () => {
  const none = await check({}, { required: false });
  assert.ok(none.ok && none.credential.kind === "none");
  assert.equal((await check({ "x-physiclaw-key": "WRONG" }, { required: false })).ok, false);
  assert.equal((await check({ authorization: "Bearer x" }, { required: false })).ok, false);
});

for (const key of ["", " ", "SR", "SREX", "sre", "SRE,SEC", "sre:SRE", "*"]) {
  Deno.test(`the API key ${JSON.stringify(key)} is refused with 403`, async () => {
    const result = await createAuthenticator(base).authenticate({
      get: (name) => name === "x-physiclaw-key" ? key : null,
    });
    assert.deepEqual(result, { ok: false, status: 403, reason: "the API key is not known" });
  });
}

Deno.test("the operator's key speaks for all personas with all scopes", async () => {
  const operatorKey = createKey();
  const result = await check({ "x-physiclaw-key": operatorKey }, { operatorKey, apiKeys: [] });
  assert.ok(result.ok && result.credential.kind === "operator" && result.credential.id === "operator");
  assert.ok(can(result.credential, "physiclaw:memory:write"));
  assert.equal((await check({ "x-physiclaw-key": operatorKey })).ok, false, "not where it isn't configured");
});

Deno.test("a token speaks for its persona, by claim persona or role, alias or case (fault 27)", async () => {
  for (
    const claims of [{ persona: "data" }, { role: " Data_Architect " }, {
      persona: null,
      role: "dataarchitect",
    }]
  ) {
    const result = await check(await bearer({ ...good, persona: undefined, ...claims }));
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.credential.personas, ["data_architect"]);
    assert.equal(result.credential.id, "jwt:ada");
  }
});

Deno.test("a token's scope is a text or a list (fault 27); scopes of other services count for nothing", async () => {
  for (const scope of ["physiclaw:goal", "a physiclaw:goal b", ["x", "physiclaw:goal"]]) {
    const result = await check(await bearer({ ...good, scope }));
    assert.ok(result.ok);
    assert.deepEqual(result.credential.scopes, ["physiclaw:goal"]);
  }
});

Deno.test("a token without a persona may choose none, unless its scope is physiclaw:*", async () => {
  const narrow = await check(await bearer({ ...good, persona: undefined }));
  assert.ok(narrow.ok);
  assert.equal(personaFor(narrow.credential, "sre", "sre"), undefined);
  assert.equal(personaFor(narrow.credential, undefined, "sre"), undefined);
  const wide = await check(await bearer({ ...good, persona: " ", scope: "physiclaw:*" }));
  assert.ok(wide.ok);
  assert.equal(personaFor(wide.credential, "secops", "sre"), "secops");
  assert.equal(personaFor(wide.credential, undefined, "sre"), "sre");
});

Deno.test("tokens without a subject share one id", async () => {
  for (const sub of [undefined, ""]) {
    const result = await check(await bearer({ ...good, sub, jti: crypto.randomUUID() }));
    assert.ok(result.ok && result.credential.id === "jwt:anonymous");
  }
});

for (
  const [why, claims, reason] of [
    ["is empty (fault 24)", {}, /claim exp is missing/],
    ["has no exp (fault 24)", { ...good, exp: undefined }, /claim exp is missing/],
    ["has expired", { ...good, exp: START }, /expired/],
    ["lives longer than 24 h", { ...good, exp: START + 86_401 }, /longer than 24 h/],
    ["has a text as exp", { ...good, exp: "tomorrow" }, /claim exp is not acceptable/],
    ["has a null exp", { ...good, exp: null }, /claim exp is not acceptable/],
    ["is not valid yet", { ...good, nbf: START + 30 }, /claim nbf is not acceptable/],
    ["has no scope (fault 24)", { ...good, scope: undefined }, /no scope/],
    ["has a null scope (fault 24)", { ...good, scope: null }, /no scope/],
    ["has an empty scope (fault 24)", { ...good, scope: "" }, /no scope/],
    ["has an empty list of scopes", { ...good, scope: [] }, /no scope/],
    ["has another service's scope", { ...good, scope: "physiclaw:goals other:*" }, /no scope/],
    ["names an unknown persona", { ...good, persona: "dba" }, /unknown persona/],
    ["names the wildcard as persona", { ...good, persona: "*" }, /unknown persona/],
    ["names a list of personas", { ...good, persona: ["sre"] }, /not a text/],
    ["names two personas", { ...good, role: "secops" }, /persona and role differ/],
    ["is for another audience (fault 24)", { ...good, aud: "billing" }, /another audience/],
    ["has a number as subject", { ...good, sub: 7 }, /claim sub is not acceptable|sub is not a text/],
  ] as const
) {
  Deno.test(`a token that ${why} is refused with 403`, async () => {
    const result = await check(await bearer(claims));
    assert.ok(!result.ok && result.status === 403, JSON.stringify(result));
    assert.match(result.reason, reason);
  });
}

Deno.test("a token of exactly 24 h, with nbf now and for this audience, is accepted", async () => {
  assert.ok(
    (await check(await bearer({ ...good, exp: START + 86_400, nbf: START, aud: ["x", "physiclaw"] }))).ok,
  );
});

Deno.test("only HS256: none, HS512, a wrong signature and no token at all are refused with 403 (fault 23)", async () => {
  const encode = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });
  const none = `${encode({ alg: "none" })}.${encode(good)}.`;
  const signed = await sign(good);
  for (
    const [authorization, reason] of [
      [`Bearer ${none}`, /algorithm|malformed/],
      [`Bearer ${await sign(good, SECRET.repeat(2), "HS512")}`, /algorithm is not HS256/],
      [`Bearer ${await sign(good, SECRET + "!")}`, /signature is wrong/],
      [`Bearer ${signed.slice(0, -3)}`, /signature is wrong|malformed/],
      [`Bearer ${signed} ${signed}`, /not Bearer and one token/],
      [`Basic ${btoa("sre:SRE")}`, /not Bearer/],
      ["Bearer", /not Bearer/],
      ["", /not Bearer/],
      [`Bearer ${"x".repeat(9000)}`, /too long/],
      ["Bearer SRE", /malformed/],
    ] as const
  ) {
    const result = await createAuthenticator(base).authenticate({
      get: (name) => name === "authorization" ? authorization : undefined,
    });
    assert.ok(!result.ok && result.status === 403);
    assert.match(result.reason, reason);
    assert.ok(!result.reason.includes(signed.slice(-20)));
  }
});

Deno.test("a token where no secret is configured is refused, not ignored (fault 23)", async () => {
  const { jwtSecret: _, ...without } = base;
  const result = await createAuthenticator(without).authenticate(new Headers(await bearer(good)));
  assert.ok(!result.ok && result.status === 403);
});

Deno.test("a bad token with a good key, and a good token with a bad key, are refused (fault 26)", async () => {
  const [token, expired] = [await bearer(good), await bearer({ ...good, exp: START - 1 })];
  assert.equal((await check({ ...expired, "x-physiclaw-key": "SRE" })).ok, false);
  assert.equal((await check({ ...token, "x-physiclaw-key": "WRONG" })).ok, false);
  const both = await check({ ...token, "x-physiclaw-key": "SRE" });
  assert.ok(both.ok && both.credential.kind === "jwt");
});

Deno.test("a token that was accepted is refused once it expires", async () => {
  let seconds = START;
  const authenticator = createAuthenticator({ ...base, now: () => new Date(seconds * 1000) });
  const headers = new Headers(await bearer(good));
  for (const [at, ok] of [[0, true], [59, true], [60, false], [61, false]] as const) {
    seconds = START + at;
    assert.equal((await authenticator.authenticate(headers)).ok, ok, `after ${at} s`);
  }
});

Deno.test("createAuthenticator refuses a short JWT secret (fault 25), and to require what isn't configured", () => {
  const config = (error: unknown) => error instanceof PhysiclawError && error.kind === "config";
  assert.throws(() => createAuthenticator({ ...base, jwtSecret: "x" }), config);
  assert.throws(() => createAuthenticator({ ...base, jwtSecret: "x".repeat(31) }), config);
  createAuthenticator({ ...base, jwtSecret: "é".repeat(16) });
  assert.throws(() => createAuthenticator({ apiKeys: [], required: true, now: base.now }), config);
  createAuthenticator({ apiKeys: [], required: false, now: base.now });
});

Deno.test("createToken makes tokens that are accepted, and refuses those that would not be or be useless", async () => {
  const options = {
    secret: SECRET,
    scopes: ["physiclaw:goal"],
    ttlSeconds: 60,
    subject: "ada",
    now: base.now(),
  };
  const token = await createToken({ ...options, persona: "secops" });
  const result = await check({ authorization: `bearer ${token}` });
  assert.ok(result.ok);
  assert.deepEqual(result.credential.personas, ["secops"]);
  for (
    const wrong of [
      { persona: undefined },
      { ttlSeconds: 86_401 },
      { ttlSeconds: 0 },
      { ttlSeconds: 1.5 },
      { scopes: [] },
      { scopes: ["physiclaw:everything"] },
      { subject: " " },
      { secret: "short" },
    ]
  ) {
    const { persona: _, ...rest } = { persona: "sre", ...options, ...wrong };
    const given = "persona" in wrong ? rest : { ...rest, persona: "sre" as const };
    await assert.rejects(createToken(given), PhysiclawError, JSON.stringify(wrong));
  }
});

Deno.test("personaFor: requested, else the configured one where allowed, else the credential's only one", () => {
  const of = (personas: readonly ("sre" | "secops" | "data_architect")[] | "all") => ({
    id: "key:1",
    personas,
    scopes: ["physiclaw:goal"] as const,
    kind: "api_key" as const,
  });
  assert.equal(personaFor(of("all"), undefined, "sre"), "sre");
  assert.equal(personaFor(of(["secops"]), undefined, "sre"), "secops");
  assert.equal(personaFor(of(["secops"]), "sre", "sre"), undefined);
  assert.equal(personaFor(of(["secops", "sre"]), undefined, "sre"), "sre");
  assert.equal(personaFor(of(["secops", "sre"]), undefined, "data_architect"), undefined);
  assert.equal(personaFor(of([]), undefined, "sre"), undefined);
});
