import assert from "node:assert/strict";
import fc from "fast-check";
import { assemble, type BpfLine, encode, simulate } from "./bpf.ts";

const ALLOW = 0x7fff_0000;

Deno.test("assemble resolves labels and simulate follows them", () => {
  const program = assemble([
    { op: "load", offset: 0 },
    { op: "jump", if: "==", value: 3, then: "three", else: "other" },
    { op: "label", name: "three" },
    { op: "return", value: 33 },
    { op: "label", name: "other" },
    { op: "jump", if: ">=", value: 10, then: "big" },
    { op: "return", value: 1 },
    { op: "label", name: "big" },
    { op: "load", offset: 16 },
    { op: "and", value: 0xff },
    { op: "jump", if: "&", value: 0x80, then: "bit" },
    { op: "jump", if: ">", value: 5, then: "above", else: "below" },
    { op: "label", name: "bit" },
    { op: "return", value: 80 },
    { op: "label", name: "above" },
    { op: "return", value: 6 },
    { op: "label", name: "below" },
    { op: "return", value: 5 },
  ]);
  const of = (nr: number, arg = 0) => simulate(program, { arch: 0, nr, args: [arg] });
  assert.deepEqual([of(3), of(4), of(10, 0x180), of(10, 0x106), of(0xffff_ffff, 0x105)], [33, 1, 80, 6, 5]);
});

Deno.test("assemble refuses what the kernel would misread", () => {
  const end: BpfLine = { op: "return", value: 0 };
  const refused = (lines: BpfLine[], message: RegExp) => assert.throws(() => assemble(lines), message);
  refused([{ op: "goto", to: "nowhere" }, end], /no label/);
  refused([{ op: "label", name: "a" }, { op: "label", name: "a" }, end], /twice/);
  refused([{ op: "label", name: "a" }, { op: "load", offset: 0 }, { op: "goto", to: "a" }, end], /before/);
  refused([{ op: "goto", to: "end" }, end, { op: "label", name: "end" }], /out of reach/);
  refused([{ op: "load", offset: 0 }], /does not return/);
  refused([{ op: "load", offset: 64 }, end], /offset 64/);
  refused([{ op: "load", offset: 2 }, end], /offset 2/);
  refused([{ op: "return", value: -1 }], /32-bit/);
  refused([{ op: "return", value: 2 ** 32 }], /32-bit/);
  refused([], /does not return/);
  const far = Array.from({ length: 256 }, (): BpfLine => ({ op: "load", offset: 0 }));
  refused(
    [{ op: "jump", if: "==", value: 1, then: "far" }, ...far, { op: "label", name: "far" }, end],
    /out of reach/,
  );
});

Deno.test("assemble reaches a label 255 instructions away, and a goto reaches further", () => {
  const fill = (count: number) => Array.from({ length: count }, (): BpfLine => ({ op: "load", offset: 0 }));
  const jump = assemble([
    { op: "jump", if: "==", value: 0, then: "far" },
    ...fill(254),
    { op: "return", value: 1 },
    { op: "label", name: "far" },
    { op: "return", value: 2 },
  ]);
  assert.equal(simulate(jump, { arch: 0, nr: 0 }), 2);
  const goto = assemble([
    { op: "goto", to: "far" },
    ...fill(1000),
    { op: "label", name: "far" },
    { op: "return", value: 2 },
  ]);
  assert.equal(simulate(goto, { arch: 0, nr: 0 }), 2);
});

Deno.test("encode writes struct sock_filter in little-endian", () => {
  const bytes = encode(assemble([
    { op: "load", offset: 4 },
    { op: "jump", if: "==", value: 0xc000_003e, else: "no" },
    { op: "return", value: ALLOW },
    { op: "label", name: "no" },
    { op: "return", value: 0 },
  ]));
  assert.deepEqual([...bytes], [
    ...[0x20, 0, 0, 0, 4, 0, 0, 0],
    ...[0x15, 0, 0, 1, 0x3e, 0, 0, 0xc0],
    ...[0x06, 0, 0, 0, 0, 0, 0xff, 0x7f],
    ...[0x06, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

Deno.test("simulate splits 64-bit arguments into low and high words", () => {
  const word = (offset: number) =>
    assemble([
      { op: "load", offset },
      { op: "jump", if: "==", value: 0x8000_0001, then: "yes" },
      { op: "return", value: 0 },
      { op: "label", name: "yes" },
      { op: "return", value: 1 },
    ]);
  const call = { arch: 0, nr: 0, args: [0n, 0x8000_0001_0000_0002n] };
  assert.equal(simulate(word(24), call), 0);
  assert.equal(simulate(word(28), call), 1);
});

Deno.test("simulate: comparisons are unsigned for every pair of words", () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(fc.property(word, word, fc.constantFrom("==" as const, ">", ">=", "&"), (nr, value, how) => {
    const program = assemble([
      { op: "load", offset: 0 },
      { op: "jump", if: how, value, then: "yes" },
      { op: "return", value: 0 },
      { op: "label", name: "yes" },
      { op: "return", value: 1 },
    ]);
    const expected = how === "=="
      ? nr === value
      : how === ">"
      ? nr > value
      : how === ">="
      ? nr >= value
      : (BigInt(nr) & BigInt(value)) !== 0n;
    assert.equal(simulate(program, { arch: 0, nr }) === 1, expected);
  }));
});
