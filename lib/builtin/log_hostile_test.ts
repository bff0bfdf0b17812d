import assert from "node:assert/strict";
import { createLineSplitter, MAX_LINE } from "./log_lines.ts";
import { Collector, createFileCounts } from "./log_collect.ts";
import { createLineParser } from "./log_line.ts";
import { aggregateText } from "./testing/logs.ts";

/** Feeds chunks as a file of any size would come, without one. */
function feed(chunks: Iterable<Uint8Array>): { collector: Collector; lines: number; cut: number } {
  const collector = new Collector({ levels: new Set() });
  const file = createFileCounts(0, "hostile.log");
  const parser = createLineParser({ modified: 0, now: Date.now() });
  const splitter = createLineSplitter((buf, from, to, offset) => {
    file.lines++;
    collector.line(parser, file, buf, from, to, offset);
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  collector.endFile(file);
  return { collector, lines: file.lines, cut: splitter.cut };
}

function* times(count: number, chunk: Uint8Array): Iterable<Uint8Array> {
  for (let i = 0; i < count; i++) yield chunk;
}

Deno.test("log-aggregator reads a gigabyte without a line end as one cut line", () => {
  const { collector, lines, cut } = feed(times(1024, new Uint8Array(1 << 20).fill(97)));
  assert.equal(lines, 1);
  assert.equal(cut, 1);
  assert.equal(collector.records, 1);
});

Deno.test("log-aggregator keeps offsets right around cut lines", () => {
  const seen: number[][] = [];
  const splitter = createLineSplitter((_, from, to, offset) => seen.push([offset, to - from]));
  const long = "x".repeat(MAX_LINE + 10);
  const all = new TextEncoder().encode(`a\n${long}\nb\n${long}`);
  for (let i = 0; i < all.length; i += 1000) splitter.push(all.subarray(i, i + 1000));
  splitter.end();
  assert.deepEqual(seen, [[0, 1], [2, MAX_LINE], [MAX_LINE + 13, 1], [MAX_LINE + 15, MAX_LINE]]);
  assert.equal(splitter.cut, 2);
});

Deno.test("createLineSplitter gives the same lines however the bytes are cut", () => {
  const text = "one\n\ntwo\r\nthree\n" + "y".repeat(3000) + "\nlast";
  const split = (size: number) => {
    const out: string[] = [];
    const splitter = createLineSplitter((buf, from, to, offset) =>
      out.push(`${offset} ${new TextDecoder().decode(buf.subarray(from, to))}`)
    );
    const all = new TextEncoder().encode(text);
    for (let i = 0; i < all.length; i += size) splitter.push(all.slice(i, i + size));
    splitter.end();
    return out;
  };
  const whole = split(1 << 20);
  assert.equal(whole.length, 6);
  for (const size of [1, 2, 3, 7, 100, 2999]) assert.deepEqual(split(size), whole);
});

Deno.test("log-aggregator keeps a bounded number of patterns of a log without any two alike", () => {
  const word = (n: number) =>
    Array.from({ length: 5 }, (_, i) => String.fromCharCode(97 + Math.floor(n / 26 ** i) % 26)).join("");
  const records = 100_000;
  function* chunks() {
    for (let n = 0; n < records; n += 1000) {
      let text = "";
      for (let i = n; i < n + 1000; i++) {
        text += `ERROR ${word(i * 7919 % 11881376)} ${word(i * 104729 % 11881376)}\n`;
      }
      yield new TextEncoder().encode(text);
    }
  }
  const { collector } = feed(chunks());
  assert.equal(collector.records, records);
  assert.equal(collector.levels[5], records);
  assert.ok(collector.templates.size <= 3000);
  const counted = collector.templates.all().reduce((sum, { value }) => sum + value.count, 0);
  assert.equal(counted + collector.overflow, records);
  assert.ok(collector.overflow > 0);
});

Deno.test("log-aggregator takes NULs, invalid UTF-8 and control bytes for text to be counted", async () => {
  const hole = new Uint8Array(20_000);
  const text = new TextEncoder().encode("2026-01-10T00:00:00Z ERROR after the hole\n");
  const bad = Uint8Array.of(...text.subarray(0, 27), 0xff, 0xfe, 0xc0, 10);
  const all = new Uint8Array(hole.length + text.length + bad.length);
  all.set(hole);
  all.set(text, hole.length);
  all.set(bad, hole.length + text.length);
  const report = await aggregateText(all);
  assert.deepEqual(report.levels, { error: 2 });
  assert.equal(report.patterns.reduce((sum, pattern) => sum + pattern.count, 0), 2);
  assert.equal(report.totals.first, "2026-01-10T00:00:00Z");
});

Deno.test("log-aggregator survives nesting, open quotes and half escapes", async () => {
  const lines = [
    `{"a":${"[".repeat(30_000)}`,
    `{"msg":"${"\\".repeat(29_999)}`,
    `{"log":"\\u00`,
    `${'"'.repeat(30_000)}`,
    `${"=".repeat(30_000)}`,
    `${"msg= level=".repeat(2_000)}`,
    `${"Caused by: ".repeat(3_000)}`,
    `<${"9".repeat(100)}>`,
    `${"[".repeat(30_000)}01/Jan`,
  ];
  const report = await aggregateText(`${lines.join("\n")}\n`);
  assert.equal(report.totals.lines, lines.length);
  assert.equal(report.totals.records + report.totals.folded, lines.length);
});

Deno.test("log-aggregator is not blurred by one record of a wild date", async () => {
  const lines = Array.from(
    { length: 100 },
    (_, i) => `${new Date(Date.UTC(2026, 0, 10, 0, i)).toISOString()} INFO x`,
  );
  const { timeline } = await aggregateText(`1999-01-01T00:00:00Z INFO x\n${lines.join("\n")}\n`);
  assert.equal(timeline.bucket_seconds, 60);
  assert.equal(timeline.buckets.length, 101);
});
