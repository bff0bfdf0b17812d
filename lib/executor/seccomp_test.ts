import assert from "node:assert/strict";
import { simulate } from "../internal/bpf.ts";
import { type Architecture, AUDIT_ARCH } from "../internal/syscalls.ts";
import { ACTION, toolFilter } from "./seccomp.ts";

// Written out a second time, by number, so that a slip in the table shows.
const CASES: Readonly<
  Record<Architecture, {
    readonly socket: number;
    readonly socketpair: number;
    readonly clone: number;
    readonly unshare: number;
    readonly ioctl: number;
    readonly refused: readonly number[];
  }>
> = {
  x86_64: {
    socket: 41,
    socketpair: 53,
    clone: 56,
    unshare: 272,
    ioctl: 16,
    // deno-fmt-ignore
    refused: [
      101, 103, 134, 153, 154, 155, 156, 161, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177,
      178, 179, 180, 212, 227, 246, 248, 249, 250, 298, 300, 303, 304, 308, 310, 311, 312, 313, 320, 321, 323, 428, 429,
      430, 431, 432, 433, 438, 440, 442, 443, 467,
    ],
  },
  aarch64: {
    socket: 198,
    socketpair: 199,
    clone: 220,
    unshare: 97,
    ioctl: 29,
    // deno-fmt-ignore
    refused: [
      18, 39, 40, 41, 42, 51, 58, 60, 89, 104, 105, 106, 112, 116, 117, 142, 161, 162, 170, 217, 218, 219, 224, 225, 241,
      262, 264, 265, 268, 270, 271, 272, 273, 280, 282, 294, 428, 429, 430, 431, 432, 433, 438, 440, 442, 443, 467,
    ],
  },
};
const UNKNOWN = [425, 426, 427, 435];
const GRANTS = [
  [],
  ["inet"],
  ["unix"],
  ["netlink"],
  ["inet", "netlink"],
  ["inet", "unix"],
  ["unix", "netlink"],
  ["inet", "unix", "netlink"],
] as const;
const HIGH = 0xdead_beef_0000_0000n;

for (const architecture of ["x86_64", "aarch64"] as const) {
  const cases = CASES[architecture];
  const arch = AUDIT_ARCH[architecture];

  Deno.test(`toolFilter ${architecture}: every plain system call number gets the action of its group`, () => {
    const special: readonly number[] = [
      ...[cases.socket, cases.socketpair, cases.clone, cases.unshare, cases.ioctl],
    ];
    for (const grant of GRANTS) {
      const filter = toolFilter(grant, architecture);
      for (let nr = 0; nr < 1024; nr++) {
        if (special.includes(nr)) continue;
        const expected = UNKNOWN.includes(nr)
          ? ACTION.enosys
          : cases.refused.includes(nr)
          ? ACTION.eperm
          : ACTION.allow;
        assert.equal(simulate(filter, { arch, nr }), expected, `${nr} with [${grant}]`);
      }
    }
  });

  Deno.test(`toolFilter ${architecture}: socket knows the granted families and no other`, () => {
    for (const grant of GRANTS) {
      const filter = toolFilter(grant, architecture);
      const granted: readonly string[] = grant;
      for (let family = 0; family < 64; family++) {
        for (const protocol of [0, 1, 15]) {
          for (const high of [0n, HIGH]) {
            const allowed = (granted.includes("inet") && (family === 2 || family === 10)) ||
              (granted.includes("unix") && family === 1) ||
              (granted.includes("netlink") && family === 16 && protocol === 0);
            const args = [high | BigInt(family), 1n, high | BigInt(protocol)];
            assert.equal(
              simulate(filter, { arch, nr: cases.socket, args }),
              allowed ? ACTION.allow : ACTION.eperm,
              `family ${family} protocol ${protocol} with [${grant}]`,
            );
          }
        }
      }
    }
  });

  Deno.test(`toolFilter ${architecture}: socketpair makes Unix streams only, whatever the high bits say`, () => {
    const filter = toolFilter(["inet", "unix", "netlink"], architecture);
    for (let family = 0; family < 46; family++) {
      for (let type = 0; type < 16; type++) {
        for (const flags of [0, 0o4000, 0o2000000, 0o2004000]) {
          const args = [HIGH | BigInt(family), HIGH | BigInt(type | flags)];
          const expected = family === 1 && type === 1 ? ACTION.allow : ACTION.eperm;
          assert.equal(
            simulate(filter, { arch, nr: cases.socketpair, args }),
            expected,
            `${family} ${type}`,
          );
        }
      }
    }
  });

  Deno.test(`toolFilter ${architecture}: no namespaces by clone or unshare, threads and children as ever`, () => {
    const filter = toolFilter([], architecture);
    const clone = (flags: number) => simulate(filter, { arch, nr: cases.clone, args: [flags] });
    const unshare = (flags: number) => simulate(filter, { arch, nr: cases.unshare, args: [flags] });
    for (
      const flag of [
        0x2_0000,
        0x200_0000,
        0x400_0000,
        0x800_0000,
        0x1000_0000,
        0x2000_0000,
        0x4000_0000,
      ]
    ) {
      assert.equal(clone(flag | 17), ACTION.eperm);
      assert.equal(unshare(flag), ACTION.eperm);
    }
    // fork, vfork, glibc's pthread_create; 0x80 would be NEWTIME, but is part of the signal here.
    for (const flags of [17, 0x4111, 0x3d_0f00, 0x0120_0011, 0x80]) assert.equal(clone(flags), ACTION.allow);
    assert.equal(unshare(0x80), ACTION.eperm);
    for (const flags of [0, 0x200, 0x400, 0x4_0000]) assert.equal(unshare(flags), ACTION.allow);
  });

  Deno.test(`toolFilter ${architecture}: ioctl puts nothing into a terminal`, () => {
    const filter = toolFilter([], architecture);
    const ioctl = (request: number | bigint) =>
      simulate(filter, { arch, nr: cases.ioctl, args: [0, request] });
    assert.equal(ioctl(0x5412), ACTION.eperm);
    assert.equal(ioctl(0x541c), ACTION.eperm);
    assert.equal(ioctl(HIGH | 0x5412n), ACTION.eperm);
    for (const request of [0x5401, 0x5411, 0x5413, 0x541b, 0x541d]) {
      assert.equal(ioctl(request), ACTION.allow);
    }
  });

  Deno.test(`toolFilter ${architecture}: foreign architectures die, x32 does not exist`, () => {
    const filter = toolFilter(["inet", "unix", "netlink"], architecture);
    for (const foreign of [0x4000_0003, 0x4000_0028, 0xc000_00b7, 0xc000_003e, 0, 0xffff_ffff]) {
      if (foreign === arch) continue;
      for (const nr of [0, 1, cases.socket, 102, 359]) {
        assert.equal(simulate(filter, { arch: foreign, nr, args: [2] }), ACTION.killProcess);
      }
    }
    for (const nr of [0, 1, cases.socket, 520, 545, 0x3fff_ffff, 0xbfff_ffff]) {
      assert.equal(simulate(filter, { arch, nr: (0x4000_0000 + nr) >>> 0, args: [2] }), ACTION.enosys);
    }
  });
}
