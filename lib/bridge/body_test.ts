import assert from "node:assert/strict";
import fc from "fast-check";
import { PhysiclawError } from "../internal/errors.ts";
import { duplicateKey, readJson } from "./body.ts";

const post = (body: BodyInit, type = "application/json"): Request =>
  new Request("http://127.0.0.1/goal", { method: "POST", body, headers: { "content-type": type } });

const kind = (expected: string) => (error: unknown): boolean =>
  error instanceof PhysiclawError && error.kind === expected;

Deno.test("readJson reads JSON within its size, with or without parameters of the type", async () => {
  assert.deepEqual(await readJson(post('{"goal":"x"}', "Application/JSON; charset=utf-8"), 64), {
    goal: "x",
  });
});

Deno.test("readJson refuses other types, broken JSON, broken UTF-8, and keys that stand twice", async () => {
  await assert.rejects(readJson(post("{}", "text/plain"), 64), kind("unsupported_type"));
  await assert.rejects(readJson(new Request("http://h/", { method: "POST" }), 64), kind("unsupported_type"));
  await assert.rejects(readJson(post("{"), 64), kind("usage"));
  await assert.rejects(readJson(post('{"a":NaN}'), 64), kind("usage"));
  await assert.rejects(readJson(post(new Uint8Array([0x22, 0xff, 0x22])), 64), kind("usage"));
  await assert.rejects(readJson(post('{"goal":"a","goal":"b"}'), 64), kind("usage"));
  await assert.rejects(readJson(post('{"goal":"a","\\u0067oal":"b"}'), 64), kind("usage"));
});

Deno.test("readJson stops at its limit, whether the length is announced or not", async () => {
  await assert.rejects(readJson(post(`"${"x".repeat(64)}"`), 64), kind("too_large"));
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  await assert.rejects(readJson(post(endless), 4096), kind("too_large"));
  assert.ok(pulled < 16, "it stopped reading");
});

Deno.test("duplicateKey finds a repeated key at the top level only", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const text = JSON.stringify(value);
    assert.equal(duplicateKey(text), undefined);
    const [first] = Object.keys(value);
    if (first === undefined) return;
    const twice = `${text.slice(0, -1)},${JSON.stringify(first)}:null}`;
    assert.equal(duplicateKey(twice), first);
    assert.equal(duplicateKey(`{"inner":${twice}}`), undefined);
  }));
});
