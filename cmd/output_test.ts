import assert from "node:assert/strict";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { createOutput } from "./output.ts";

const capture = (terminal: { out: boolean; err: boolean }, noColor = true, columns = 60) => {
  const seen = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    write: (bytes: Uint8Array) => void (seen[name] += new TextDecoder().decode(bytes)),
    isTerminal: terminal[name],
    columns,
  });
  return { seen, output: createOutput({ stdout: stream("out"), stderr: stream("err"), noColor }) };
};

Deno.test("createOutput colours a stream only when it is a terminal and nobody said no", () => {
  const line = [{ text: "x", style: "red" as const }];
  for (
    const [terminal, noColor, out, err] of [
      [{ out: true, err: true }, false, "\u001b[31mx\u001b[0m\n", "\u001b[31mx\u001b[0m\n"],
      [{ out: false, err: true }, false, "x\n", "\u001b[31mx\u001b[0m\n"],
      [{ out: true, err: false }, false, "\u001b[31mx\u001b[0m\n", "x\n"],
      [{ out: true, err: true }, true, "x\n", "x\n"],
    ] as const
  ) {
    const { seen, output } = capture(terminal, noColor);
    output.result(line);
    output.note(line);
    assert.deepEqual(seen, { out, err });
  }
});

Deno.test("createOutput keeps JSON exact and on stdout alone", () => {
  const { seen, output } = capture({ out: false, err: false });
  const value = { text: "\u001b[31m\u202e" };
  output.json(value);
  assert.deepEqual(JSON.parse(seen.out), value);
  assert.equal(seen.out.split("\n").length, 2);
  assert.equal(seen.err, "");
});

Deno.test("createOutput cleans foreign text in styled spans, notes, errors and cells", async () => {
  const foreign = "a\u001b]52;c;x\u0007b";
  const clean = "a\\u001b]52;c;x\\u0007b";
  for (const terminal of [true, false]) {
    const { seen, output } = capture({ out: terminal, err: terminal });
    output.result([{ text: foreign, style: "bold" }, foreign], foreign);
    output.note(foreign);
    output.error(new PhysiclawError("usage", foreign, { hint: foreign }));
    output.error(new Error(foreign));
    await output.table(["A"], [[foreign]]);
    output.status(foreign);
    assert.ok(!seen.out.includes("\u001b"), seen.out);
    assert.ok(!seen.err.replaceAll("\r\u001b[K", "").includes("\u001b"), seen.err);
    assert.ok(seen.out.replaceAll("\n", "").includes(clean));
  }
});

Deno.test("createOutput shows an error with its hint, and fields when there are several", () => {
  const { seen, output } = capture({ out: false, err: false });
  const field = (name: string) => ({ field: name, message: "is wrong" });
  output.error(
    new PhysiclawError("usage", "Cannot do it", { hint: "do that", fields: [field("a"), field("b")] }),
  );
  assert.equal(seen.err, "error: Cannot do it\n  a: is wrong\n  b: is wrong\nhint: do that\n");
  assert.equal(seen.out, "");
});

Deno.test("createOutput replaces a status line by what comes after, on terminals only", () => {
  const shown = capture({ out: true, err: true });
  shown.output.status("step 1");
  shown.output.status("step 2");
  shown.output.result("done");
  assert.equal(shown.seen.err, "step 1\r\u001b[Kstep 2\r\u001b[K");
  assert.equal(shown.seen.out, "done\n");
  const piped = capture({ out: false, err: false });
  piped.output.status("step 1");
  assert.equal(piped.seen.err, "");
});

Deno.test("createOutput cuts a status line to the terminal's width", () => {
  const { seen, output } = capture({ out: true, err: true });
  output.status("x".repeat(500));
  assert.equal(seen.err.length, 59);
});

Deno.test("createOutput prints tables with tabs for programs, and within the width on a terminal", async () => {
  const rows = [["0190-aaaa-bbbb", "a long text that goes on and on over the width of the terminal"]];
  const piped = capture({ out: false, err: false });
  await piped.output.table(["ID", "TEXT"], rows);
  assert.equal(piped.seen.out, `ID\tTEXT\n${rows[0]?.join("\t")}\n`);
  const shown = capture({ out: true, err: true });
  await shown.output.table(["ID", "TEXT"], rows);
  const lines = shown.seen.out.split("\n");
  assert.ok(lines.length > 3);
  assert.ok(lines.every((line) => line.length <= 60), shown.seen.out);
  assert.ok(shown.seen.out.includes("0190-aaaa-bbbb"), "an id is never cut");
});

Deno.test("createOutput writes bytes as they are, printable on a terminal", () => {
  const bytes = new Uint8Array([0xff, 0x1b, 0x5b, 0x0a]);
  const out: Uint8Array[] = [];
  const stream = (isTerminal: boolean) => ({
    write: (part: Uint8Array) => void out.push(part),
    isTerminal,
    columns: 80,
  });
  createOutput({ stdout: stream(false), stderr: stream(false), noColor: true }).bytes(bytes);
  createOutput({ stdout: stream(true), stderr: stream(true), noColor: true }).bytes(bytes);
  assert.deepEqual(out[0], bytes);
  assert.equal(new TextDecoder().decode(out[1]), "\ufffd\\u001b[\n");
});
