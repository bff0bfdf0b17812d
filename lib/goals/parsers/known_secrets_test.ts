import assert from "node:assert/strict";
import fc from "fast-check";
import type { ParserName, Slots } from "../../catalog/types.ts";
import { maskKnownSecrets } from "./known_secrets.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const none = new Uint8Array();

function masked(
  parser: ParserName,
  texts: readonly string[],
  slots: Slots = {},
  allowed: readonly string[] = [],
) {
  const streams = maskKnownSecrets(
    parser,
    texts.map((text) => ({ stdout: encode(text), stderr: none })),
    slots,
    allowed,
  );
  return streams.map(({ stdout }) => new TextDecoder().decode(stdout));
}

const PLAN = {
  variables: { db_password: { value: 'pass"word-1' }, pin: { value: 4711234 }, size: { value: 3 } },
  configuration: { root_module: { variables: { pin: { sensitive: true } } } },
  resource_changes: [{
    change: { before: null, after: { key: "first-secret", name: "web" }, after_sensitive: { key: true } },
  }],
  planned_values: {
    outputs: { dsn: { sensitive: true, value: "postgres://x" } },
    root_module: {
      child_modules: [{ resources: [{ values: { t: ["deep-secret"] }, sensitive_values: { t: [true] } }] }],
    },
  },
};

Deno.test("maskKnownSecrets takes what Terraform marks out of every stream, and the plan stays JSON", () => {
  const [human = "", json = ""] = masked("terraform", [
    '  + output = "first-secret"\n  + name = "web"\n',
    JSON.stringify(PLAN),
  ]);
  for (const secret of ["first-secret", "deep-secret", "postgres://x", "4711234", 'pass\\"word-1']) {
    assert(!human.includes(secret) && !json.includes(secret), secret);
  }
  assert(human.includes('name = "web"'));
  assert.equal(JSON.parse(json).resource_changes[0].change.after.name, "web");
});

Deno.test("maskKnownSecrets withholds a plan that was cut", () => {
  const text = JSON.stringify(PLAN);
  const [json = ""] = masked("terraform", [text.slice(0, -10)]);
  assert.match(json, /^\(withheld/);
});

const ENTRY = JSON.stringify({
  data: {
    data: { user: "a", n: 5, nested: { key: "b" }, list: ["c"] },
    metadata: { version: 3, created_time: "x" },
  },
});

Deno.test("maskKnownSecrets masks every value of a Vault entry, however short, and keeps names and metadata", () => {
  const [json = ""] = masked("vault", [ENTRY], { path: "kv/app" });
  const { data } = JSON.parse(json);
  assert.deepEqual(data.data, {
    user: "(masked)",
    n: "(masked)",
    nested: { key: "(masked)" },
    list: ["(masked)"],
  });
  assert.deepEqual(data.metadata, { version: 3, created_time: "x" });
  assert.equal(masked("vault", ['"the-value"\n'], { path: "kv/app", field: "f" })[0], '"(masked)"\n');
  assert.match(masked("vault", [ENTRY.slice(0, 40)], { path: "kv/app" })[0] ?? "", /^\(withheld/);
});

Deno.test("maskKnownSecrets leaves a Vault entry that the operator allows as it is", () => {
  assert.equal(masked("vault", [ENTRY], { path: "kv/app" }, ["kv/*"])[0], ENTRY);
  assert.notEqual(masked("vault", [ENTRY], { path: "kv/app/db" }, ["kv/*"])[0], ENTRY);
});

Deno.test("maskKnownSecrets masks a quoted password in bandit's text and in the code around it", () => {
  const [json = ""] = masked("bandit", [JSON.stringify({
    results: [{
      test_id: "B105",
      issue_text: "Possible hardcoded password: 'hunter22'",
      code: '2 PASSWORD = "hunter22"\n',
    }],
  })]);
  assert(!json.includes("hunter22"));
  assert.match(JSON.parse(json).results[0].code, /PASSWORD = "\(masked\)"/);
});

Deno.test("maskKnownSecrets masks secret environment of pods and templates, also inside annotations", () => {
  const env = [{ name: "DB_PASSWORD", value: "swordfish" }, { name: "MODE", value: "production" }];
  const pod = {
    kind: "Pod",
    metadata: { annotations: { last: JSON.stringify({ env }) } },
    spec: { containers: [{ env }] },
  };
  const cron = {
    kind: "CronJob",
    spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ env }] } } } } },
  };
  const text = JSON.stringify({ items: [pod, cron] });
  const [json = ""] = masked("kubectl", [text]);
  assert(!json.includes("swordfish"));
  assert(json.includes("production"));
  assert.equal(JSON.parse(json).items.length, 2);
  const [cut = ""] = masked("kubectl", [text.slice(0, -40)]);
  assert(!cut.includes("swordfish"));
});

Deno.test("maskKnownSecrets leaves no value of a Vault entry behind, whatever it is", () => {
  fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), (data) => {
    const [json = ""] = masked("vault", [JSON.stringify({ data })], { path: "kv/x" });
    const scalars = (value: unknown): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value).flatMap(scalars) : [value];
    const left = scalars(JSON.parse(json).data).filter((value) => value !== null);
    assert(left.every((value) => value === "(masked)"), json);
  }));
});
