import assert from "node:assert/strict";
import { readEnding, signalName } from "./signals.ts";

Deno.test("signalName knows Linux's numbers", () => {
  const known = {
    1: "SIGHUP",
    2: "SIGINT",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    15: "SIGTERM",
    31: "SIGSYS",
  };
  for (const [number, name] of Object.entries(known)) assert.equal(signalName(Number(number)), name);
  assert.equal(signalName(34), "SIGRT2");
  for (const number of [0, -1, 65, 200, 1.5]) assert.equal(signalName(number), undefined);
});

Deno.test("readEnding believes the shell's word before the number", () => {
  assert.deepEqual(readEnding(0, ""), { exitCode: 0 });
  assert.deepEqual(readEnding(137, "[1] + Done(137)"), { exitCode: 137 });
  assert.deepEqual(readEnding(137, "[1]+  Exit 137"), { exitCode: 137 });
  assert.deepEqual(readEnding(137, "[1] + Killed"), { signal: "SIGKILL" });
  assert.deepEqual(readEnding(137, ""), { signal: "SIGKILL" });
  assert.deepEqual(readEnding(255, ""), { exitCode: 255 });
  assert.deepEqual(readEnding(128, ""), { exitCode: 128 });
});
