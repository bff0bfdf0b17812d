import assert from "node:assert/strict";
import fc from "fast-check";
import { type BpfInstruction, simulate } from "../internal/bpf.ts";
import { type Architecture, AUDIT_ARCH } from "../internal/syscalls.ts";
import { lockFilter } from "./lock_filter.ts";

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const NO_CALL = 0x0005_0026;
/** An errno of the test's own: EPERM would also come from elsewhere. */
const OWN = 1234;
const REFUSED = 0x0005_0000 | OWN;
const HIGH = 0xdead_beef_0000_0000n;
const FAST_OPEN = 0x2000_0000;

// Written out a second time, by number, so that a slip in the table shows.
const CASES: Readonly<
  Record<Architecture, {
    readonly socketpair: number;
    readonly sendto: number;
    readonly sendmsg: number;
    readonly sendmmsg: number;
    readonly setsockopt: number;
    readonly ioctl: number;
    readonly lseek: number;
    /** pread64, pwrite64, preadv, pwritev, preadv2, pwritev2. */
    readonly positioned: readonly number[];
    readonly refused: readonly number[];
  }>
> = {
  x86_64: {
    socketpair: 53,
    sendto: 44,
    sendmsg: 46,
    sendmmsg: 307,
    setsockopt: 54,
    ioctl: 16,
    lseek: 8,
    positioned: [17, 18, 295, 296, 327, 328],
    // deno-fmt-ignore
    refused: [
      41, 42, 47, 49, 50, 101, 155, 163, 165, 166, 167, 168, 169, 172, 173, 175, 176, 180, 246, 248, 249, 250, 298, 299,
      304, 308, 310, 311, 312, 313, 320, 321, 323, 428, 429, 430, 431, 432, 433, 438, 440, 442, 467,
    ],
  },
  aarch64: {
    socketpair: 199,
    sendto: 206,
    sendmsg: 211,
    sendmmsg: 269,
    setsockopt: 208,
    ioctl: 29,
    lseek: 62,
    positioned: [67, 68, 69, 70, 286, 287],
    // deno-fmt-ignore
    refused: [
      39, 40, 41, 42, 89, 104, 105, 106, 117, 142, 198, 200, 201, 203, 212, 217, 218, 219, 224, 225, 241, 243, 265, 268,
      270, 271, 272, 273, 280, 282, 294, 428, 429, 430, 431, 432, 433, 438, 440, 442, 467,
    ],
  },
};
const UNKNOWN = [425, 426, 427];

for (const architecture of ["x86_64", "aarch64"] as const) {
  const cases = CASES[architecture];
  const arch = AUDIT_ARCH[architecture];
  const filter = lockFilter(architecture, OWN);
  const answer = (nr: number, ...args: readonly (number | bigint)[]): number =>
    simulate(filter, { arch, nr, args });

  Deno.test(`lockFilter ${architecture}: every plain system call number gets the action of its group`, () => {
    const { refused, positioned, ...special } = cases;
    const looked: readonly number[] = [...positioned, ...Object.values(special)];
    for (let nr = 0; nr < 1024; nr++) {
      if (looked.includes(nr)) continue;
      const expected = UNKNOWN.includes(nr) ? NO_CALL : refused.includes(nr) ? REFUSED : ALLOW;
      assert.equal(answer(nr), expected, String(nr));
      // Whatever the arguments are: nothing of these is looked at.
      assert.equal(answer(nr, 1, 1, 0, 0, 0, 0), expected, String(nr));
      assert.equal(answer(nr, 16n, HIGH, HIGH, HIGH, HIGH, HIGH), expected, String(nr));
    }
  });

  Deno.test(`lockFilter ${architecture}: no family and no type of socket exists any more`, () => {
    const socket = architecture === "x86_64" ? 41 : 198;
    for (let family = 0; family < 64; family++) {
      for (const type of [1, 2, 3, 5, 10]) assert.equal(answer(socket, family, type, 0), REFUSED);
    }
  });

  Deno.test(`lockFilter ${architecture}: socketpair makes Unix streams only, whatever the high bits say`, () => {
    for (let family = 0; family < 64; family++) {
      for (let type = 0; type < 16; type++) {
        for (const flags of [0, 0o4000, 0o2000000, 0o2004000]) {
          for (const top of [0n, HIGH]) {
            const expected = family === 1 && type === 1 ? ALLOW : REFUSED;
            const args = [top | BigInt(family), top | BigInt(type | flags)];
            assert.equal(answer(cases.socketpair, ...args), expected, `${family} ${type}`);
          }
        }
      }
    }
  });

  Deno.test(`lockFilter ${architecture}: sendto goes to the peer, and opens no connection`, () => {
    const send = (flags: number | bigint, to: number | bigint) =>
      answer(cases.sendto, 9, 1, 2, flags, to, 16);
    for (const flags of [0, 0x4000, 0x40, 0x1f_ffff, HIGH | 0x4000n]) {
      assert.equal(send(flags, 0), ALLOW);
      for (const to of [1, 0xffff_ffff, 0x1_0000_0000n, 0x7fff_0000_0000n, 0xffff_ffff_ffff_ffffn]) {
        assert.equal(send(flags, to), REFUSED, `to ${to}`);
      }
    }
    for (const flags of [FAST_OPEN, FAST_OPEN | 0x4000, HIGH | BigInt(FAST_OPEN)]) {
      for (const to of [0, 1, 0x1_0000_0000n]) assert.equal(send(flags, to), REFUSED);
    }
  });

  Deno.test(`lockFilter ${architecture}: sendmsg and sendmmsg open no connection`, () => {
    for (let bit = 0; bit < 32; bit++) {
      const flag = (1 << bit) >>> 0;
      const expected = flag === FAST_OPEN ? REFUSED : ALLOW;
      assert.equal(answer(cases.sendmsg, 9, 1, HIGH | BigInt(flag)), expected);
      assert.equal(answer(cases.sendmmsg, 9, 1, 2, HIGH | BigInt(flag)), expected);
      // The flag in another argument means something else.
      assert.equal(answer(cases.sendmmsg, 9, 1, flag, 0), ALLOW);
    }
  });

  Deno.test(`lockFilter ${architecture}: setsockopt knows the harmless options and no other`, () => {
    const harmless: Readonly<Record<number, readonly number[]>> = {
      1: [2, 7, 8, 9, 13],
      6: [1, 3, 4, 5, 6, 12, 18],
    };
    for (let level = 0; level < 300; level++) {
      for (let option = 0; option < 128; option++) {
        const expected = harmless[level]?.includes(option) ? ALLOW : REFUSED;
        for (const top of [0n, HIGH]) {
          const args = [9, top | BigInt(level), top | BigInt(option)];
          assert.equal(answer(cases.setsockopt, ...args), expected, `${level} ${option}`);
        }
      }
    }
  });

  Deno.test(`lockFilter ${architecture}: ioctl types nothing, and configures no network`, () => {
    for (const request of [0x5412, 0x541c, 0x4004_54ca]) {
      assert.equal(answer(cases.ioctl, 9, request), REFUSED);
    }
    for (let request = 0x8900; request < 0x8a00; request++) {
      assert.equal(answer(cases.ioctl, 9, HIGH | BigInt(request)), REFUSED);
    }
    // TCGETS, FIONBIO, FIONREAD, FIOCLEX, TIOCGWINSZ, and neighbours of what is refused.
    for (const request of [0x5401, 0x5421, 0x541b, 0x5451, 0x5413, 0x88ff, 0x8a00, 0x1_8900]) {
      assert.equal(answer(cases.ioctl, 9, request), ALLOW, request.toString(16));
    }
  });

  Deno.test(`lockFilter ${architecture}: no position in a file is an address of memory`, () => {
    const most = 0x4_0000_0000n;
    for (
      const [position, expected] of [
        ...[0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, most - 1n].map((at) => [at, ALLOW] as const),
        ...[most, 0x10_0000_0000n, 0x5500_0000_0000n, 0x7fff_ffff_f000n, 1n << 63n, (1n << 64n) - 1n]
          .map((at) => [at, REFUSED] as const),
      ]
    ) {
      for (const nr of cases.positioned) {
        assert.equal(answer(nr, 9, 1, 2, position, 0), expected, `${nr} ${position}`);
      }
      for (const top of [0n, HIGH]) {
        assert.equal(answer(cases.lseek, 9, position, top), expected, `to ${position}`);
        // From the end: the file that is memory has none. SEEK_DATA and SEEK_HOLE as well.
        for (const whence of [2n, 3n, 4n]) {
          assert.equal(answer(cases.lseek, 9, position, top | whence), ALLOW);
        }
      }
    }
    const back = (by: bigint) => BigInt.asUintN(64, -by);
    for (
      const [step, expected] of [
        ...[0n, back(1n), back(4096n), back(65_536n)].map((step) => [step, ALLOW] as const),
        ...[1n, 4096n, 0xffff_ffffn, most, back(65_537n), back(1n << 32n), back(1n << 33n), 1n << 63n]
          .map((step) => [step, REFUSED] as const),
      ]
    ) {
      for (const top of [0n, HIGH]) {
        assert.equal(answer(cases.lseek, 9, step, top | 1n), expected, `by ${BigInt.asIntN(64, step)}`);
      }
    }
  });

  Deno.test(`lockFilter ${architecture}: foreign architectures die, x32 does not exist`, () => {
    for (const foreign of [0x4000_0003, 0x4000_0028, 0xc000_00b7, 0xc000_003e, 0, 0xffff_ffff]) {
      if (foreign === arch) continue;
      for (const nr of [0, 1, 41, 102, 198, 359]) {
        assert.equal(simulate(filter, { arch: foreign, nr, args: [2] }), KILL);
      }
    }
    for (const nr of [0, 1, 41, 42, 520, 545, 0x3fff_ffff, 0xbfff_ffff]) {
      assert.equal(simulate(filter, { arch, nr: (0x4000_0000 + nr) >>> 0, args: [2] }), NO_CALL);
    }
  });

  Deno.test(`lockFilter ${architecture}: is EPERM unless a test says otherwise, and nothing but the errno differs`, () => {
    const real = lockFilter(architecture);
    const swapped = (program: readonly BpfInstruction[]) =>
      program.map((line) => line.code === 0x06 && line.k === 0x0005_0001 ? { ...line, k: REFUSED } : line);
    assert.equal(simulate(real, { arch, nr: cases.refused[0] ?? 0 }), 0x0005_0001);
    assert.deepEqual(swapped(real), filter);
  });

  Deno.test(`lockFilter ${architecture}: returns for every call one of its four answers`, () => {
    const word = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
    const anyArch = fc.oneof(fc.constant(arch), fc.integer({ min: 0, max: 0xffff_ffff }));
    const anyNr = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const args = fc.array(word, { minLength: 6, maxLength: 6 });
    fc.assert(fc.property(anyArch, anyNr, args, (arch, nr, args) => {
      assert.ok([ALLOW, KILL, NO_CALL, REFUSED].includes(simulate(filter, { arch, nr, args })));
    }));
  });
}
