import assert from "node:assert/strict";
import { aggregateLogs } from "./log_aggregator.ts";
import { parseLogArgs } from "./log_args.ts";
import { openJournal } from "./log_journal.ts";
import { NOW, testDirectory } from "./testing/logs.ts";

const QUERY = parseLogArgs(["--journal", "--unit=web", "--until=2026-01-12T00:00:00Z"]);

/** A program that says with what it was called, and prints what journalctl prints. */
function standIn(directory: { path: string; add(name: string, content: string): string }, code = 0): string {
  const lines = [
    {
      __REALTIME_TIMESTAMP: "1768003200000000",
      PRIORITY: "3",
      SYSLOG_IDENTIFIER: "web",
      MESSAGE: "cannot bind 80",
    },
    {
      __REALTIME_TIMESTAMP: "1768003201000000",
      PRIORITY: "6",
      SYSLOG_IDENTIFIER: "web",
      MESSAGE: "WARN slow",
    },
    {
      __REALTIME_TIMESTAMP: "1768003202000000",
      PRIORITY: "6",
      SYSLOG_IDENTIFIER: "web",
      MESSAGE: [104, 105, 255],
    },
  ].map((entry) => JSON.stringify(entry));
  const path = directory.add(
    "journalctl",
    `#!/bin/sh\necho "$@" > '${directory.path}/args'\nenv >> '${directory.path}/args'\ncat <<'END'\n${
      lines.join("\n")
    }\nEND\n` +
      `echo trouble >&2\nexit ${code}\n`,
  );
  Deno.chmodSync(path, 0o755);
  return path;
}

Deno.test("openJournal asks for a unit in one directory, and its records are counted", async () => {
  using directory = testDirectory();
  const sources = openJournal(QUERY, {
    program: standIn(directory),
    directories: [directory.path, "/nowhere"],
  });
  const report = await aggregateLogs(QUERY, { now: NOW, journal: sources });
  assert.deepEqual(report.levels, { info: 1, warning: 1, error: 1 });
  assert.equal(report.files[0]?.format, "journal");
  assert.equal(report.files[0]?.path, directory.path);
  assert.equal(report.patterns[0]?.template, "web: cannot bind <num>");
  const args = Deno.readTextFileSync(`${directory.path}/args`);
  assert.match(args, / -D \S+ -u web --until=@1768176000\n/);
  assert.doesNotMatch(args, /HOME=/);
});

Deno.test("openJournal: a failing journalctl is told, what it printed stays counted", async () => {
  using directory = testDirectory();
  const sources = openJournal(QUERY, { program: standIn(directory, 1), directories: [directory.path] });
  const report = await aggregateLogs(QUERY, { now: NOW, journal: sources });
  assert.equal(report.totals.records, 3);
  assert.equal(report.files[0]?.incomplete, "journalctl ended with 1: trouble");
});

Deno.test("openJournal names what is missing", () => {
  assert.throws(() => openJournal(QUERY, { program: "/nowhere/journalctl" }), {
    kind: "not_found",
    message: "Cannot read the journal: there is no /nowhere/journalctl",
  });
  assert.throws(() => openJournal(QUERY, { program: "/bin/sh", directories: ["/nowhere"] }), {
    kind: "not_found",
  });
});

Deno.test({
  name: "openJournal runs the real journalctl on a directory without entries",
  ignore: !exists("/usr/bin/journalctl"),
  async fn() {
    using directory = testDirectory();
    const sources = openJournal(QUERY, { directories: [directory.path] });
    const report = await aggregateLogs(QUERY, { now: NOW, journal: sources });
    assert.equal(report.totals.records, 0);
    assert.equal(report.files[0]?.incomplete, undefined);
  },
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
