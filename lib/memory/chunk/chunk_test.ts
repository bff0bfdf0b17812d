import assert from "node:assert/strict";
import fc from "fast-check";
import { createScrubber } from "../scrub.ts";
import { type Chunk, chunkBytes, chunkText } from "./chunk.ts";
import type { Sizes } from "./assemble.ts";

const NEAR = Date.UTC(2026, 10, 27, 12);
const scrubber = createScrubber();

function chunks(name: string, text: string, sizes: Sizes = { size: 200, overlap: 40 }): Promise<Chunk[]> {
  return Array.fromAsync(chunkText(text, { name, near: NEAR, scrubber, sizes }));
}
const texts = async (name: string, text: string, sizes?: Sizes): Promise<string[]> =>
  (await chunks(name, text, sizes)).map((chunk) => chunk.text);

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const bytesOf = (bytes: Uint8Array, name = "a.txt", part = 7): Promise<Chunk[]> =>
  Array.fromAsync(chunkBytes(inParts(bytes, part), { name, near: NEAR, scrubber }));

Deno.test("markdown: headings are the breadcrumb, and end with the section", async () => {
  const text =
    "# Payments\n\nIntro.\n\n## Restart ##\n\nDrain first.\n\nStop it\n-------\nKill it.\n\n# Billing\n\nOther.";
  assert.deepEqual(await texts("runbook.md", text), [
    "Payments\nIntro.",
    "Payments > Restart\nDrain first.",
    "Payments > Stop it\nKill it.",
    "Billing\nOther.",
  ]);
  assert.deepEqual((await chunks("runbook.md", text)).map(({ heading }) => heading)[1], "Payments > Restart");
});

Deno.test("markdown: a code fence stays whole, and its comments are no headings", async () => {
  const code = `\`\`\`sh\n# not a heading\n${"kubectl get pods -A\n".repeat(14)}\`\`\``;
  const found = await texts("a.md", `# A\n\nBefore it.\n\n${code}\n\nAfter it.`);
  assert.deepEqual(found.filter((text) => text.includes("kubectl")), [`A\nBefore it.\n\n${code}`]);
});

Deno.test("a title stays with what follows it, however long that is", async () => {
  const found = await texts("a.txt", `Piston theory\n\n${"A sentence of some words. ".repeat(20)}`);
  assert.ok(found[0]?.startsWith("Piston theory\nA sentence"), found.join("\n---\n"));
  assert.ok(found.every((text) => text.length > 100 && text.length <= 200));
});

Deno.test("markdown: a heading with nothing below it is found", async () => {
  assert.deepEqual(await texts("a.md", "# Runbook\n\n## How to fail over the primary\n"), [
    "Runbook > How to fail over the primary",
  ]);
});

Deno.test("text: paragraphs stay together while they fit, and what is cut overlaps", async () => {
  const sentence = (index: number) => `Sentence number ${index} tells something of its own.`;
  const text = Array.from({ length: 12 }, (_, index) => sentence(index)).join(" ");
  const found = await texts("a.txt", text, { size: 200, overlap: 60 });
  assert.ok(found.length >= 3);
  for (const [index, chunk] of found.entries()) {
    assert.ok(chunk.length <= 200);
    const last = /Sentence number \d+/g;
    const previous = found[index - 1]?.match(last)?.at(-1);
    if (previous !== undefined) assert.ok(chunk.startsWith(previous), `${chunk} repeats ${previous}`);
  }
});

Deno.test("log: events keep their lines together, and chunks know their time", async () => {
  const line = (second: number) =>
    `2026-11-27T10:00:${String(second).padStart(2, "0")}Z app[1]: request ${second} took 5 ms`;
  const trace = `${line(1)}\n  at handler (app.js:1)\n  at run (app.js:2)`;
  const found = await chunks("app.log.1", [line(0), trace, line(2), line(3), line(4), line(5)].join("\n"));
  assert.ok(found[0]?.text.includes("at run (app.js:2)"));
  assert.deepEqual(found[0]?.time?.from, Date.UTC(2026, 10, 27, 10));
  assert.deepEqual(found.at(-1)?.time?.to, Date.UTC(2026, 10, 27, 10, 0, 5));
});

Deno.test("json: fields with their path, objects of the outer array apart", async () => {
  const value = [{ alert: "DiskFull", labels: { node: "db-1", tags: ["a", "b"] } }, {
    alert: "HighLoad",
    value: 1.5,
  }];
  assert.deepEqual(
    await texts("alerts.json", JSON.stringify(value, undefined, 2), { size: 100, overlap: 0 }),
    [
      "alert: DiskFull\nlabels.node: db-1\nlabels.tags: a, b",
      "alert: HighLoad\nvalue: 1.5",
    ],
  );
});

Deno.test("jsonl: a broken line is kept as text and leaves the next one alone", async () => {
  const lines = ['{"a":"one"}', '{"a": tru, "b', '{"a":"three"}', "plain words", '{"a":"five"}'];
  assert.deepEqual(await texts("a.jsonl", lines.join("\n")), [
    'a: one\ntru, "b\na: three\nplain words\na: five',
  ]);
});

Deno.test("html: what a reader sees, without scripts and styles", async () => {
  const html = `<html><head><title>Wiki</title><style>p{}</style><script>let x = "<p>no</p>";</script></head>
    <body><h1>Restart &amp; drain</h1><p>First   <b>drain</b> it.</p><pre>a\n  b</pre>
    <table><tr><td>port</td><td>5432</td></tr></table><ul><li>one</li><li>two</li></ul></body></html>`;
  assert.deepEqual(await texts("a.html", html), [
    "Wiki",
    "Restart & drain\nFirst drain it.\n\na\n  b\n\nport\t5432\n\none\ntwo",
  ]);
});

Deno.test("csv: the header stands above each chunk of rows, quoted line ends included", async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `host-${index},10.0.0.${index},"note\n${index}"`);
  const found = await texts("hosts.csv", `name,address,note\n${rows.join("\n")}\n`);
  assert.ok(found.length > 2);
  for (const chunk of found) assert.ok(chunk.startsWith("name,address,note\nhost-"), chunk);
  assert.equal(found.join("\n").match(/host-/g)?.length, 20);
  assert.deepEqual(await texts("one.csv", "only,a,line\n"), ["only,a,line"]);
});

Deno.test("ini and yaml: sections and documents", async () => {
  assert.deepEqual(await texts("a.conf", "[server]\nport = 1\n\n[client]\nport = 2\n"), [
    "[server]\nport = 1",
    "[client]\nport = 2",
  ]);
  const yaml = "kind: Pod\nspec:\n  a: 1\n---\nkind: Service\n";
  assert.deepEqual(await texts("a.yaml", yaml, { size: 40, overlap: 0 }), [
    "kind: Pod\nspec:\n  a: 1",
    "kind: Service",
  ]);
});

Deno.test("empty documents have no chunks", async () => {
  for (const name of ["a.txt", "a.md", "a.json", "a.jsonl", "a.html", "a.csv", "a.log", "a.yaml", "a.ini"]) {
    for (const text of ["", " \n\n\t "]) {
      assert.deepEqual(await texts(name, text), [], `${name} ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("encodings: UTF-8 with a mark, UTF-16 with and without one, Latin-1, broken bytes", async () => {
  const words = "größte Datenbank fällt aus";
  const utf16 = (big: boolean, mark: boolean): Uint8Array => {
    const units = [...(mark ? [0xfeff] : []), ...Array.from(words, (char) => char.charCodeAt(0))];
    return Uint8Array.from(units.flatMap((unit) => big ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]));
  };
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["UTF-8 with a mark", Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(words)])],
    ["UTF-16LE", utf16(false, true)],
    ["UTF-16BE", utf16(true, true)],
    ["UTF-16LE without a mark", utf16(false, false)],
    ["UTF-16BE without a mark", utf16(true, false)],
    ["Latin-1", Uint8Array.from(Array.from(words, (char) => char.charCodeAt(0)))],
  ];
  for (const [name, bytes] of cases) {
    assert.deepEqual((await bytesOf(bytes)).map(({ text }) => text), [words], name);
  }
  const broken = Uint8Array.from([
    ...new TextEncoder().encode(`${words} `),
    0xff,
    ...new TextEncoder().encode(" ende"),
  ]);
  assert.deepEqual((await bytesOf(broken)).map(({ text }) => text), [`${words} \ufffd ende`]);
});

Deno.test("what is no text is refused, with the way round", async () => {
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]);
  for (
    const [bytes, name, fix] of [
      [png, "a.txt", /give a text file/],
      [new TextEncoder().encode("%PDF-1.7"), "a.txt", /pdftotext/],
      [new TextEncoder().encode("x"), "a.docx", /libreoffice/],
      [Uint8Array.from([1, 2, 3, 0, 5, 6, 7, 8, 200]), "a.log", /give a text file/],
    ] as const
  ) {
    await assert.rejects(bytesOf(bytes, name), { kind: "unsupported_type", hint: fix });
  }
});

Deno.test("escape sequences and control characters go", async () => {
  assert.deepEqual(await texts("a.log", "\x1b[31merror\x1b[0m: disk\x07 full"), ["error: disk full"]);
});

Deno.test("one endless line is read with bounded memory, and no chunk is too long", async () => {
  const part = new TextEncoder().encode("abcdefghij0123456789".repeat(6554));
  const endless = async function* () {
    for (let count = 0; count < 160; count++) yield await Promise.resolve(part);
  };
  for (const name of ["a.txt", "a.md", "a.log", "a.json", "a.csv", "a.html", "a.conf"]) {
    let [length, longest] = [0, 0];
    for await (
      const { text } of chunkBytes(endless(), {
        name,
        near: NEAR,
        scrubber: { scrub: (text) => text as Chunk["text"] },
      })
    ) {
      length += text.length;
      longest = Math.max(longest, text.length);
    }
    assert.ok(length > 20e6, `${name}: ${length}`);
    assert.ok(longest <= 2400 * 2.5, `${name}: ${longest}`);
  }
});

Deno.test("secrets are masked wherever a text is cut", async () => {
  const filler = "The quick brown fox jumps over the lazy dog. ";
  for (const shift of [0, 1, 7, 13, 21, 34]) {
    const text = `${filler.repeat(2900)}${"x".repeat(shift)} password=hunter2secret ${filler.repeat(3000)}` +
      `AKIAIOSFODNN7EXAMPLE ${filler.repeat(100)}`;
    for (const { text: chunk } of await chunks("a.txt", text)) {
      assert.ok(!/hunter2|AKIAIOSFODNN7/.test(chunk), chunk);
    }
  }
  const key = `-----BEGIN PRIVATE KEY-----\n${"QUJD".repeat(16)}\n${
    "REVG".repeat(16)
  }\n-----END PRIVATE KEY-----`;
  for (const { text } of await chunks("a.txt", `${filler.repeat(2911)}\n${key}\n${filler.repeat(10)}`)) {
    assert.ok(!/QUJDQUJD|REVGREVG/.test(text), text);
  }
});

Deno.test("the way a text comes in pieces does not change its chunks", async () => {
  const documents = [
    ["a.md", "# A\n\ntext text\n\n```\ncode\n```\n\n## B\n\n- one\n- two\n"],
    ["a.json", '[{"a": "b\\u00e4\\n", "c": [1, true, null, {"d": -2.5e3}]}, "x"]'],
    ["a.html", "<h1>A</h1><p>b &amp; c</p><script>x</script><p>d"],
    ["a.csv", 'a,b\n1,"2\n3"\n4,5\n'],
    ["a.log", "Nov 27 11:59:59 host app: x\n\tmore\r\nNov 27 12:00:00 host app: y"],
  ] as const;
  for (const [name, text] of documents) {
    const whole = await bytesOf(new TextEncoder().encode(text), name, 1e6);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (part) => {
        assert.deepEqual(await bytesOf(new TextEncoder().encode(text), name, part), whole);
      }),
      { numRuns: 20 },
    );
  }
});

Deno.test("a broken escape in JSON takes nothing of what follows it", async () => {
  assert.deepEqual(await texts("a.jsonl", '"\\u,  \u{10000}"'), ["\ufffd,  \u{10000}"]);
  assert.deepEqual(await texts("a.jsonl", '"\\u00e9 \\u12"'), ["\u00e9 \ufffd"]);
});

Deno.test("any text in any format: chunks are well-formed, not empty and not too long", async () => {
  const names = ["a.txt", "a.md", "a.json", "a.jsonl", "a.html", "a.csv", "a.log", "a.yaml", "a.ini"];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.array(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.constantFrom(...'\n # - ``` { } [ ] , : " < > / = ; \\u'.split(" "), "\n"),
        ),
      ),
      async (name, parts) => {
        for (const { text } of await chunks(name, parts.join(""), { size: 60, overlap: 10 })) {
          assert.ok(text.trim() !== "" && text.isWellFormed());
          assert.ok(text.length <= 60 * 2.5 + 240, `${text.length}`);
        }
      },
    ),
  );
});
