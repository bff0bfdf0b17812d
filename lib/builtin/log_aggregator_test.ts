import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { aggregateLogs } from "./log_aggregator.ts";
import { parseLogArgs } from "./log_args.ts";
import { BURST_RULE } from "./log_burst.ts";
import { aggregateText, NOW, testDirectory } from "./testing/logs.ts";

const START = Date.UTC(2026, 0, 10);
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** Two hours of a quiet service, and an outage of two minutes that begins at 01:00. */
function outage(): string {
  const lines: string[] = [];
  for (let second = 0; second < 7200; second += 5) {
    lines.push(`${at(second)} INFO request ${second} served in ${second % 90} ms`);
    if (second % 600 === 0) lines.push(`${at(second)} WARN cache ${second} is slow`);
    if (second >= 3600 && second < 3720) {
      for (let i = 0; i < 4; i++) {
        lines.push(`${at(second)} ERROR cannot reach 10.0.0.${i}:5432`, "\tat db.Pool.get(Pool.java:7)");
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

Deno.test("aggregateLogs counts records, levels and patterns", async () => {
  const report = await aggregateText(outage());
  assert.deepEqual(report.levels, { info: 1440, warning: 12, error: 96 });
  assert.equal(report.totals.lines, 1440 + 12 + 96 * 2);
  assert.equal(report.totals.records, 1440 + 12 + 96);
  assert.equal(report.totals.folded, 96);
  assert.equal(report.totals.unparsed, 0);
  assert.equal(report.totals.first, "2026-01-10T00:00:00Z");
  assert.equal(report.totals.last, "2026-01-10T01:59:55Z");
  const [error] = report.patterns;
  assert.equal(error?.template, "ERROR cannot reach <ip>:<num>");
  assert.equal(error?.count, 96);
  assert.equal(error?.first, "2026-01-10T01:00:00Z");
  assert.deepEqual(error?.example.trace, ["\tat db.Pool.get(Pool.java:7)"]);
  assert.equal(report.patterns.length, 3);
});

Deno.test("aggregateLogs gives an example that stands where it says", async () => {
  const text = outage();
  const [error] = (await aggregateText(text)).patterns;
  assert.ok(error);
  assert.equal(text.split("\n")[error.example.line - 1], error.example.text);
  assert.equal(text.slice(error.example.offset).split("\n")[0], error.example.text);
});

Deno.test("aggregateLogs finds the burst, and what began with it", async () => {
  const report = await aggregateText(outage());
  const [level] = report.bursts.filter((burst) => burst.of === "level");
  assert.equal(level?.id, "error");
  assert.equal(level?.count, 96);
  assert.equal(level?.baseline, 0);
  assert.ok(level!.from <= "2026-01-10T01:00:00Z" && level!.to >= "2026-01-10T01:02:00Z");
  assert.deepEqual(level?.began, [report.patterns[0]?.id]);
  assert.deepEqual(report.new_patterns.map((item) => [item.id, item.why]), [[
    report.patterns[0]?.id,
    "with a burst",
  ]]);
  assert.equal(report.patterns[0]?.is_new, true);
  assert.equal(report.burst_rule, BURST_RULE);
  assert.deepEqual(report.bursts.filter((burst) => burst.name.includes("cache")), []);
});

Deno.test("aggregateLogs sees no burst in a steady log, nor in one that recurs", async () => {
  const steady = Array.from({ length: 3600 }, (_, i) => `${at(i * 2)} ERROR failed ${i}`).join("\n");
  assert.deepEqual((await aggregateText(steady)).bursts, []);
  const lines: string[] = [];
  for (let minute = 0; minute < 1440; minute++) {
    lines.push(`${at(minute * 60)} INFO tick`);
    if (minute % 120 === 0) {
      for (let i = 0; i < 30; i++) lines.push(`${at(minute * 60 + 1)} WARN cleaning ${i}`);
    }
  }
  assert.deepEqual((await aggregateText(lines.join("\n"))).bursts, []);
});

Deno.test("aggregateLogs selects by level, and says what is worse", async () => {
  const text = `${at(0)} INFO a\n${at(1)} WARN b\n${at(2)} ERROR c\n${at(3)} FATAL d\n`;
  const report = await aggregateText(text, "--level=warning", "--level=error");
  assert.deepEqual(report.levels, { warning: 1, error: 1 });
  assert.equal(report.totals.selected, 2);
  assert.equal(report.totals.records, 4);
  assert.deepEqual(report.notes, [
    "1 records in that time are of a worse level than those asked for, and are not counted.",
  ]);
});

Deno.test("aggregateLogs selects by time: since inclusive, until exclusive", async () => {
  const text = Array.from({ length: 10 }, (_, i) => `${at(i)} INFO n ${i}`).join("\n");
  const report = await aggregateText(text, `--since=${at(3)}`, `--until=${at(7)}`);
  assert.equal(report.totals.selected, 4);
  assert.equal(report.patterns[0]?.first, "2026-01-10T00:00:03Z");
  assert.equal(report.patterns[0]?.last, "2026-01-10T00:00:06Z");
  assert.equal(report.patterns[0]?.count_before, 3);
});

Deno.test("aggregateLogs tells what was not there before since", async () => {
  const text = `${at(0)} ERROR old 1\n${at(5)} ERROR old 2\n${at(6)} ERROR brand new thing\n`;
  const report = await aggregateText(text, `--since=${at(4)}`);
  assert.deepEqual(report.new_patterns.map((item) => [item.template, item.why]), [
    ["ERROR brand new thing", "not before since"],
  ]);
});

Deno.test("aggregateLogs leaves records out that have no time when a time is asked for, and says so", async () => {
  const report = await aggregateText("ERROR no time\n", `--since=${at(0)}`);
  assert.equal(report.totals.selected, 0);
  assert.equal(report.totals.without_time, 1);
  assert.match(report.notes[0] ?? "", /could not be placed and were left out/);
});

Deno.test("aggregateLogs matches text in whole records, without regard to case", async () => {
  const text = `${at(0)} ERROR job\njava.lang.OutOfMemoryError: Java heap space\n\tat x\n${
    at(1)
  } INFO Heap fine\n${at(2)} INFO z\n`;
  const one = await aggregateText(text, "--match=outofmemoryerror: java HEAP");
  assert.equal(one.totals.selected, 1);
  assert.deepEqual(one.patterns[0]?.causes, [{
    text: "java.lang.OutOfMemoryError: Java heap space",
    count: 1,
  }]);
  assert.equal((await aggregateText(text, "--match=heap")).totals.selected, 2);
  assert.equal((await aggregateText(text, "--match=nowhere")).totals.selected, 0);
  const json = '{"level":"error","msg":"say \\"hi\\" now"}\n';
  assert.equal((await aggregateText(json, '--match=say "hi"')).totals.selected, 1);
});

Deno.test("aggregateLogs raises a message without level that carries an exception", async () => {
  const text = `${at(0)} it went down\nTraceback (most recent call last):\n  File "x"\nValueError: bad 7\n${
    at(1)
  } it went down\n`;
  const report = await aggregateText(text, "--level=error");
  assert.deepEqual(report.levels, { error: 1 });
  assert.equal(report.patterns[0]?.level_from, "word");
  assert.deepEqual(report.patterns[0]?.causes, [{ text: "ValueError: bad <num>", count: 1 }]);
});

Deno.test("aggregateLogs reads directories: rotated parts oldest first, compressed ones too, others named", async () => {
  using directory = testDirectory();
  directory.add("app.log", `${at(30)} ERROR current\n`);
  directory.add("app.log.1", `${at(20)} ERROR newer\n`);
  directory.add("app.log.2.gz", gzipSync(`${at(10)} ERROR older\n`));
  directory.add("app.log.10.zst", zstdCompressSync(`${at(0)} ERROR oldest\n`));
  directory.add("sub/deep.log", `${at(40)} WARN deep\n`);
  directory.add("core", new Uint8Array(5000).map((_, i) => i % 7));
  directory.add("data.xz", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0));
  Deno.symlinkSync("/etc/passwd", `${directory.path}/link`);
  const report = await aggregateLogs(parseLogArgs(["--", directory.path, `${directory.path}/gone.log`]), {
    now: NOW,
  });
  const name = (path: string) => path.slice(directory.path.length + 1);
  assert.deepEqual(report.files.map((file) => name(file.path)), [
    "app.log.10.zst",
    "app.log.2.gz",
    "app.log.1",
    "app.log",
    "sub/deep.log",
  ]);
  assert.deepEqual(report.files.map((file) => file.compression), [
    "zstd",
    "gzip",
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(report.skipped.map((file) => [name(file.path), file.reason]).sort(), [
    ["core", "binary"],
    ["data.xz", "compressed with xz, which is not supported"],
    ["gone.log", "does not exist"],
    ["link", "a symbolic link"],
  ]);
  assert.deepEqual(report.levels, { warning: 1, error: 4 });
});

Deno.test("aggregateLogs tells when an archive is cut off, and counts what it held", async () => {
  using directory = testDirectory();
  const whole = gzipSync(
    Array.from({ length: 20000 }, (_, i) => `${at(i)} ERROR n ${Math.sin(i)}\n`).join(""),
  );
  const path = directory.add("cut.gz", whole.subarray(0, whole.length / 2));
  const report = await aggregateLogs(parseLogArgs(["--", path]), { now: NOW });
  assert.match(report.files[0]?.incomplete ?? "", /gzip data is damaged or cut off/);
  assert.ok(report.totals.records > 5000 && report.totals.records < 15000);
});

Deno.test("aggregateLogs reads all members of a gzip file that was appended to", async () => {
  using directory = testDirectory();
  const path = directory.add("two.gz", new Uint8Array([...gzipSync("ERROR a\n"), ...gzipSync("ERROR b\n")]));
  assert.equal((await aggregateLogs(parseLogArgs(["--", path]), { now: NOW })).totals.lines, 2);
});

Deno.test("aggregateLogs rejects when nothing can be read, naming it", async () => {
  await assert.rejects(
    aggregateLogs(parseLogArgs(["--", "/nowhere/x.log"]), { now: NOW }),
    { name: "PhysiclawError", kind: "not_found", message: "Cannot read /nowhere/x.log: does not exist" },
  );
});

Deno.test("aggregateLogs reads an empty file as no records, not as a failure", async () => {
  const report = await aggregateText("");
  assert.equal(report.totals.files, 1);
  assert.equal(report.totals.records, 0);
  assert.equal(report.files[0]?.format, "empty");
});

Deno.test("aggregateLogs bounds its time line", async () => {
  const lines = Array.from(
    { length: 5000 },
    (_, i) => `${new Date(Date.UTC(2025, 0, 1) + i * 3_600_000).toISOString()} INFO x ${i}`,
  );
  const { timeline } = await aggregateText(lines.slice(0, 9000).join("\n"));
  assert.ok(timeline.buckets.length <= 2000);
  assert.equal(timeline.buckets.reduce((sum, bucket) => sum + bucket.total, 0), 5000);
  assert.equal(timeline.bucket_seconds, 10800);
});

Deno.test("aggregateLogs counts per minute", async () => {
  const { timeline } = await aggregateText(`${at(1)} INFO a\n${at(59)} ERROR b\n${at(60)} INFO a\n`);
  assert.deepEqual(timeline, {
    bucket_seconds: 60,
    buckets: [
      { at: "2026-01-10T00:00:00Z", total: 2, levels: { info: 1, error: 1 } },
      { at: "2026-01-10T00:01:00Z", total: 1, levels: { info: 1 } },
    ],
  });
});

Deno.test("aggregateLogs lists top patterns and counts the rest", async () => {
  const words = ["disk", "fan", "lamp", "motor", "valve"];
  const text = words.map((word, i) => `${at(i)} ERROR ${word}\n`.repeat(i + 1)).join("");
  const report = await aggregateText(text, "--top=2");
  assert.deepEqual(report.patterns.map((item) => item.count), [5, 4]);
  assert.deepEqual(report.pattern_totals, { distinct: 5, unlisted_records: 6, overflow_records: 0 });
});

Deno.test("aggregateLogs gives a pattern the same id in every run", async () => {
  const id = async (text: string) => (await aggregateText(text)).patterns[0]?.id;
  assert.equal(
    await id("ERROR disk 7 is full\n"),
    await id(`${at(3)} INFO x\n${at(4)} ERROR disk 9 is full\n`),
  );
  assert.match(await id("ERROR a\n") ?? "", /^[0-9a-f]{12}$/);
});
