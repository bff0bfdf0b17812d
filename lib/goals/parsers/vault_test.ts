import assert from "node:assert/strict";
import type { Parsed } from "../types.ts";
import { mayShow, parseVault } from "./vault.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function read(
  run: { exitCode?: number; stdout?: string; stderr?: string },
  change: { allow?: string[]; field?: string } = {},
): Parsed {
  const stdout = encode(run.stdout ?? "");
  return parseVault({
    step: {
      id: "s1",
      tool: "vault-read",
      form: "kv",
      slots: { path: "secret/app/db", ...(change.field === undefined ? {} : { field: change.field }) },
    },
    ask: { intent: "vault-entry", about: {} },
    commands: [{
      argv: [],
      exitCode: run.exitCode ?? 0,
      stdout,
      stderr: encode(run.stderr ?? ""),
      stdoutStart: 0,
      stderrStart: stdout.length,
    }],
    outcome: run.exitCode === undefined ? "ok" : "failed",
    truncated: false,
    timeZone: "UTC",
    allowValues: change.allow ?? [],
  });
}

const ENTRY = JSON.stringify({
  request_id: "1",
  lease_duration: 0,
  data: {
    data: { username: "app", password: "not-a-real-password" },
    metadata: {
      created_time: "2026-02-01T12:00:00Z",
      deletion_time: "",
      destroyed: false,
      version: 3,
      custom_metadata: { owner: "team-a" },
    },
  },
});

Deno.test("parseVault names fields, version and metadata, and no value", () => {
  const answer = read({ stdout: ENTRY });
  assert.equal(
    answer.headline,
    "secret/app/db holds 2 fields: username and password (version 3, made at 2026-02-01 12:00:00 UTC); values are masked",
  );
  assert(!JSON.stringify(answer).includes("not-a-real"));
  assert(!JSON.stringify(answer).includes('"app"'));
  assert.match(JSON.stringify(answer.findings), /owner team-a/);
});

Deno.test("parseVault shows values of a path that the operator allows", () => {
  assert.deepEqual(read({ stdout: ENTRY }, { allow: ["secret/app/*"] }).table?.rows[0], ["username", "app"]);
});

Deno.test("parseVault masks a single field as well", () => {
  const answer = read({ stdout: '"not-a-real-value"\n' }, { field: "password" });
  assert.equal(answer.headline, "secret/app/db has a field password; its value is masked");
  assert(!JSON.stringify(answer).includes("not-a-real"));
});

Deno.test("parseVault tells a deleted version, a missing entry, a missing field, a refusal and a dead server apart", () => {
  const deleted = JSON.stringify({
    data: { data: null, metadata: { version: 1, deletion_time: "2026-01-01T00:00:00Z", destroyed: false } },
  });
  assert.match(
    read({ exitCode: 2, stdout: deleted }).headline,
    /version 1 was deleted at 2026-01-01 00:00:00 UTC; its fields are gone/,
  );
  const missing = read({ exitCode: 2, stderr: "No value found at secret/data/app/db\n" });
  assert.equal(missing.verdict, "no_such_thing");
  const field = read({ exitCode: 1, stderr: 'Field "token" not present in secret\n' });
  assert.match(field.headline, /has no field token/);
  const denied = read({
    exitCode: 2,
    stderr: "Error reading secret/data/app/db\n\nCode: 403. Errors:\n\n* permission denied\n",
  });
  assert.equal(denied.verdict, "not_looked");
  assert.match(denied.headline, /^Not allowed/);
  const dead = read({
    exitCode: 2,
    stderr: 'Get "http://127.0.0.1:8200/v1": dial tcp 127.0.0.1:8200: connect: connection refused\n',
  });
  assert.match(dead.headline, /could not be reached/);
});

Deno.test("mayShow takes a star for one part of a path, and a last double star for all that follows", () => {
  assert(mayShow("kv/app/db", ["kv/app/db"]));
  assert(mayShow("kv/app/db", ["kv/*/db"]));
  assert(mayShow("kv/app/db/x", ["kv/**"]));
  assert(!mayShow("kv/app/db/x", ["kv/*"]));
  assert(!mayShow("kv/app", ["kv/app/**"]));
  assert(!mayShow("kvx/app", ["kv/**"]));
  assert(!mayShow("kv/app", []));
});
