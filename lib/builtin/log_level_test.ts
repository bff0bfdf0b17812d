import assert from "node:assert/strict";
import { fieldLevel, levelName, syslogLevel, textLevel } from "./log_level.ts";

const said = (text: string) => {
  const { level, from } = textLevel(text);
  return `${levelName(level)} ${from}`;
};

Deno.test("textLevel takes the level that is written over what the words suggest", () => {
  assert.equal(said("INFO failed jobs: none"), "info field");
  assert.equal(said("[error] all is well"), "error field");
  assert.equal(said("level=warning msg=x"), "warning field");
  assert.equal(said("warning: deprecated flag"), "warning field");
  assert.equal(said("[pool-1-thread-2] SEVERE x"), "error field");
  assert.equal(said("W/ActivityManager: slow"), "warning field");
  assert.equal(said("x | E | y"), "error field");
});

Deno.test("textLevel judges words where no level is written", () => {
  assert.equal(said("connection refused by peer"), "warning word");
  assert.equal(said("NullPointerException at x"), "error word");
  assert.equal(said("Out of memory: Killed process 7"), "fatal word");
  assert.equal(said("0 errors, no warnings, err=nil"), "unknown none");
  assert.equal(said("Setting up libgpg-error, see /errors/list and error.log"), "unknown none");
  assert.equal(said("it ended in an error."), "error word");
  assert.equal(said("informational text about information"), "unknown none");
});

Deno.test("textLevel finds no level inside of other words and paths", () => {
  for (
    const text of [
      "MISINFORMED x",
      "see /var/log/DEBUG/x",
      "INFO_COUNT grew",
      "x.ERROR grew",
      "DEBUGGER attached",
    ]
  ) {
    assert.notEqual(textLevel(text).from, "field", text);
  }
});

Deno.test("fieldLevel reads names, and numbers of syslog, bunyan and Google Cloud", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["Warn", "warning"],
    ["CRITICAL", "fatal"],
    ["3", "error"],
    ["7", "debug"],
    ["10", "trace"],
    ["30", "info"],
    ["60", "fatal"],
    ["500", "error"],
    ["banana", "unknown"],
    ["constructor", "unknown"],
    ["", "unknown"],
  ];
  for (const [value, level] of cases) assert.equal(levelName(fieldLevel(value)), level, value);
  assert.equal(syslogLevel(9), 0);
});
