import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import { auditLock } from "./audit.ts";
import { lockText } from "./lock_text.ts";

const lock = (npm: Record<string, unknown>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ version: "5", npm, ...more });

Deno.test("auditLock finds reporters by name, scope and prefix, transitive ones too", () => {
  const names = [
    "posthog-node",
    "@sentry/node",
    "@opentelemetry/exporter-trace-otlp-http",
    "dd-trace",
    "update-notifier",
  ];
  const { findings } = auditLock(lock(Object.fromEntries(names.map((name) => [`${name}@1.0.0`, {}]))));
  assert.deepEqual(findings.map(({ name }) => name), names);
});

Deno.test("auditLock lets a name pass that only looks like one", () => {
  const names = ["@opentelemetry/api", "insights", "my-mixpanel", "sentry", "keen"];
  assert.deepEqual(
    auditLock(lock(Object.fromEntries(names.map((name) => [`${name}@1.0.0`, {}])))).findings,
    [],
  );
});

Deno.test("auditLock finds install scripts, but for the version that was looked into", () => {
  const found = auditLock(lock({ "esbuild@0.28.2": { scripts: true }, "sharp@1.0.0": { scripts: true } }));
  assert.deepEqual(found.findings.map(({ name }) => name), ["sharp"]);
  assert.deepEqual(found.accepted.map(({ name }) => name), ["esbuild"]);
  assert.equal(auditLock(lock({ "esbuild@0.28.3": { scripts: true } })).findings.length, 1);
});

Deno.test("auditLock finds what is loaded from elsewhere, and counts a package with two peers once", () => {
  assert.equal(auditLock(lock({}, { remote: { "https://x/y.ts": "hash" } })).findings.length, 1);
  assert.equal(auditLock(lock({ "a@1.0.0_b@2.0.0": {}, "a@1.0.0_b@3.0.0": {} })).packages.length, 1);
});

Deno.test("auditLock refuses what is no lock", () => {
  for (const text of ["", "[]", '{"version":"4","npm":{}}']) {
    assert.throws(() => auditLock(text), PhysiclawError);
  }
});

Deno.test("this repository's own lock holds nothing that reports", async () => {
  const { findings, packages } = auditLock(await lockText());
  assert.deepEqual(findings, []);
  assert.ok(packages.length > 30);
});
