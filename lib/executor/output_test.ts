import assert from "node:assert/strict";
import fc from "fast-check";
import { capOutput, createCollector, splitOutput } from "./output.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const MARKERS = ["a".repeat(32), "b".repeat(32), "c".repeat(32)] as const;
const [START, FIRST, SECOND] = MARKERS;

Deno.test("splitOutput takes streams apart at their markers, endings and all", () => {
  const split = splitOutput(
    bytes(`out1${FIRST}\nout2\n${SECOND}\n`),
    bytes(`${START}\nerr1\n${FIRST} 0 [1] + Done\n\n${FIRST}\nerr2${SECOND} 137 [1] + Killed\n\n${SECOND}\n`),
    MARKERS,
  );
  assert.equal(split.started, true);
  assert.deepEqual(split.commands.map(({ stdout, stderr, ending }) => [text(stdout), text(stderr), ending]), [
    ["out1", "err1\n", { exitCode: 0 }],
    ["out2\n", "err2", { signal: "SIGKILL" }],
  ]);
});

Deno.test("splitOutput: a cut run has no ending, a stopped one no further command", () => {
  const cut = splitOutput(bytes("so far"), bytes(`${START}\nwarn`), MARKERS);
  assert.deepEqual(cut.commands.map(({ stdout, stderr, ending }) => [text(stdout), text(stderr), ending]), [
    ["so far", "warn", undefined],
  ]);
  const stopped = splitOutput(
    bytes(`x${FIRST}\n`),
    bytes(`${START}\n${FIRST} 1 \n${FIRST}\n${FIRST} stopped\n`),
    MARKERS,
  );
  assert.deepEqual(stopped.commands.map(({ ending }) => ending), [{ exitCode: 1 }]);
  assert.deepEqual(splitOutput(bytes(""), bytes("bwrap: no"), MARKERS), { started: false, commands: [] });
});

Deno.test("splitOutput: whatever commands write without the markers comes back byte by byte", () => {
  const data = fc.uint8Array({ maxLength: 200 });
  fc.assert(fc.property(data, data, data, data, (out1, err1, out2, err2) => {
    const stdout = createCollector();
    for (const part of [out1, bytes(`${FIRST}\n`), out2, bytes(`${SECOND}\n`)]) stdout.add(part);
    const stderr = createCollector();
    const parts = [bytes(`${START}\n`), err1, bytes(`${FIRST} 0 \n${FIRST}\n`), err2];
    for (const part of [...parts, bytes(`${SECOND} 7 \n${SECOND}\n`)]) stderr.add(part);
    const split = splitOutput(stdout.concat(), stderr.concat(), MARKERS);
    assert.deepEqual(split.commands, [
      { stdout: out1, stderr: err1, ending: { exitCode: 0 } },
      { stdout: out2, stderr: err2, ending: { exitCode: 7 } },
    ]);
  }));
});

Deno.test("capOutput keeps the cap, and shortens none that is shorter than one it kept", () => {
  const length = fc.integer({ min: 0, max: 300 });
  fc.assert(fc.property(fc.array(fc.tuple(length, length), { maxLength: 4 }), length, (lengths, cap) => {
    const before = lengths.map(([out, error]) => ({
      stdout: new Uint8Array(out),
      stderr: new Uint8Array(error),
    }));
    const after = capOutput(before, cap);
    const pairs = before.flatMap((one, index) => [
      [one.stdout.byteLength, after[index]?.stdout.byteLength ?? 0] as const,
      [one.stderr.byteLength, after[index]?.stderr.byteLength ?? 0] as const,
    ]);
    const total = pairs.reduce((sum, [, kept]) => sum + kept, 0);
    const given = pairs.reduce((sum, [was]) => sum + was, 0);
    assert.ok(total <= Math.max(cap, 0));
    // Nothing is thrown away that would have fitted, but for the last partial byte a stream.
    assert.ok(given <= cap ? total === given : total > cap - pairs.length);
    const highest = Math.max(0, ...pairs.map(([, kept]) => kept));
    for (const [was, kept] of pairs) assert.ok(kept === was || kept === highest);
  }));
});
