import assert from "node:assert/strict";
import fc from "fast-check";
import { createLineHash, HashTable } from "./log_hash.ts";
import { createTemplates, maskedPieces } from "./log_template.ts";

const mask = (text: string) => maskedPieces(text).join("");

Deno.test("maskedPieces names what is variable by its look", () => {
  assert.equal(mask("took 15ms, 3.5 s"), "took <num>ms, <num> s");
  assert.equal(mask("from 10.0.0.1:8080"), "from <ip>:<num>");
  assert.equal(mask("id 550e8400-e29b-41d4-a716-446655440000"), "id <uuid>");
  assert.equal(mask("commit deadbeef1234"), "commit <hex>");
  assert.equal(mask("pod checkout-7d9f8b6c5-abcde restarted"), "pod checkout-<*> restarted");
  assert.equal(mask("at 03:04:05 from fe80::1:2"), "at <*> from <*>::<*>");
  assert.equal(mask('user "alice" unknown'), 'user "<*>" unknown');
  assert.equal(mask("no numbers   here"), "no numbers here");
});

const templatesOf = (...texts: string[]) => {
  const templates = createTemplates({ limit: 100, create: () => ({ count: 0 }) });
  for (const text of texts) templates.find(0, text)!.count++;
  return templates.all().map(({ template, value }) => `${value.count} ${template}`);
};

Deno.test("createTemplates joins messages that differ in a name", () => {
  assert.deepEqual(
    templatesOf(
      "user alice may not enter the room",
      "user bob may not enter the room",
      "user eve may not enter the room",
    ),
    ["3 user <*> may not enter the room"],
  );
  assert.deepEqual(templatesOf("call host=a code=x ok", "call host=b code=y ok"), [
    "2 call host=<*> code=<*> ok",
  ]);
});

Deno.test("createTemplates keeps messages apart whose meaning differs", () => {
  assert.equal(templatesOf("Failed to start unit of web", "Failed to stop unit of web").length, 2);
  assert.equal(templatesOf("connection opened", "connection closed").length, 2);
  assert.equal(templatesOf("disk is full", "cache is warm").length, 2);
  const templates = createTemplates({ limit: 10, create: () => ({}) });
  assert.notEqual(templates.find(4, "same text"), templates.find(5, "same text"));
});

Deno.test("createTemplates makes no more templates than its limit, and keeps a third for what is severe", () => {
  const templates = createTemplates({ limit: 60, create: () => ({}) });
  const letters = (n: number) =>
    String.fromCharCode(97 + n % 26, 97 + Math.floor(n / 26) % 26, 97 + Math.floor(n / 676));
  const fill = (level: number, exact: boolean) => {
    let made = 0;
    for (let i = 0; i < 1000; i++) {
      if (templates.find(level, `${letters(i)} ${letters(i * 7)}`, exact) !== undefined) made++;
    }
    return made;
  };
  assert.equal(fill(3, true), 20);
  assert.equal(fill(2, false), 20);
  assert.equal(fill(5, false), 20);
  assert.equal(templates.size, 60);
});

Deno.test("createTemplates never joins exact texts", () => {
  const templates = createTemplates({ limit: 60, create: () => ({}) });
  const one = templates.find(3, "GET /api/shop/cart/orders status_200", true);
  assert.equal(templates.find(3, "GET /api/shop/cart/orders status_200", true), one);
  assert.notEqual(templates.find(3, "GET /api/shop/cart/users status_200", true), one);
});

const hashOf = () => {
  const hash = createLineHash();
  return (text: string, salt = 0) => {
    const buf = new TextEncoder().encode(text);
    hash.reset(salt);
    hash.masked(buf, 0, buf.length);
    return `${hash.a} ${hash.b}`;
  };
};

Deno.test("createLineHash gives one hash for lines that differ in variable parts only", () => {
  const hash = hashOf();
  assert.equal(hash("took 15ms for req-8f3a"), hash("took 7ms for req-12"));
  assert.equal(hash("peer 10.0.0.1:80 gone"), hash("peer 192.168.1.200:8080 gone"));
  assert.equal(
    hash("id 550e8400-e29b-41d4-a716-446655440000."),
    hash("id 1b4e28ba-2fa1-abcd-a3bf-beefbeefbeef."),
  );
  assert.notEqual(hash("disk full"), hash("disk fall"));
  assert.notEqual(hash("a b"), hash("ab"));
  assert.notEqual(hash("1-ERROR x"), hash("1-INFO x"));
  assert.notEqual(hash("x", 1), hash("x", 2));
});

Deno.test("createLineHash: other digits leave the hash as it is, and lines of one hash have one template", () => {
  const hash = hashOf();
  const word = fc.constantFrom(
    "disk",
    "10.0.0.1",
    "7",
    "a=b",
    "v1-x",
    "12:30",
    "-",
    ".",
    "ERROR",
    "beef",
    "3-beef",
    "(4)",
  );
  const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));
  const shape = (text: string) => mask(text).replace(/<\w+>|<\*>/g, "#").replace(/#(?:[.:_-]#)+/g, "#");
  fc.assert(
    fc.property(line, line, fc.nat({ max: 9 }), (a, b, digit) => {
      assert.equal(hash(a), hash(a.replace(/\d/g, String(digit))));
      if (hash(a) === hash(b)) assert.equal(shape(a), shape(b));
      else assert.notEqual(a, b);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("HashTable forgets everything when it is full, and nothing before", () => {
  const table = new HashTable<number>(100);
  for (let i = 0; i < 100; i++) table.set(i, i * 31, i);
  for (let i = 0; i < 100; i++) assert.equal(table.get(i, i * 31), i);
  assert.equal(table.get(5, 5), undefined);
  table.set(1000, 1, 1000);
  assert.equal(table.get(1000, 1), 1000);
  assert.equal(table.get(5, 155), undefined);
});
