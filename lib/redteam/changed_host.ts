/**
 * A runner in surroundings that a case has changed: a process of its own, since it lives in other mounts, in another
 * network, or under a filter of the kernel's that cannot be taken off.
 *
 * @module
 */
import { openLibc } from "../egress/libc.ts";
import { createRunner } from "../executor/client.ts";
import type { RunnerInit } from "../executor/protocol.ts";
import { type SelfCommand, selfCommand } from "../executor/self.ts";
import type { StepRequest } from "../executor/types.ts";
import { assemble, type BpfLine, encode } from "../internal/bpf.ts";
import { grantable } from "../internal/grantable.ts";
import { findLibc, LIBC_PATHS } from "../internal/libc.ts";
import { type SyscallName, syscallNumber } from "../internal/syscalls.ts";
import { describeRun, type World } from "./world.ts";

/** What it is to do. */
export interface ChangedInput {
  readonly init: RunnerInit;
  readonly request: StepRequest;
  /** Asks for the self-check instead of running the request. */
  readonly check: boolean;
  /** What the kernel refuses this process and all that it starts. */
  readonly under?: "no namespaces" | "no netlink";
}

/** How that process is started. It takes {@link ChangedInput} as JSON on its standard input. */
export const changedHost = (world: World): SelfCommand =>
  selfCommand("red_team", ["changed-host"], [
    ...["--allow-read", `--allow-write=${grantable(world.base)}`, "--allow-run"],
    `--allow-ffi=${LIBC_PATHS.join(",")}`,
  ]);

/** linux/prctl.h, linux/seccomp.h, linux/sched.h and linux/socket.h */
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const [ALLOW, EPERM, ENOSYS] = [0x7fff_0000, 0x0005_0001, 0x0005_0026];
const NEW_NAMESPACES = 0x7e02_0000;
const AF_NETLINK = 16;
/** Offsets in struct seccomp_data. */
const [NR, FIRST_ARGUMENT] = [0, 16];

const number = (name: SyscallName): number => syscallNumber(name, Deno.build.arch) ?? -1;

/** A refusal of the calls `name` whose first argument fits. */
const refusing = (
  name: SyscallName,
  fits: { readonly if: "&" | "=="; readonly value: number },
): readonly BpfLine[] => [
  { op: "load", offset: NR },
  { op: "jump", if: "==", value: number(name), else: `past ${name}` },
  { op: "load", offset: FIRST_ARGUMENT },
  { op: "jump", ...fits, else: `past ${name}` },
  { op: "return", value: EPERM },
  { op: "label", name: `past ${name}` },
];

const FILTERS: Readonly<Record<NonNullable<ChangedInput["under"]>, readonly BpfLine[]>> = {
  "no namespaces": [
    ...refusing("unshare", { if: "&", value: NEW_NAMESPACES }),
    ...refusing("clone", { if: "&", value: NEW_NAMESPACES }),
    // Its flags lie in memory: as if the kernel were older.
    { op: "load", offset: NR },
    { op: "jump", if: "==", value: number("clone3"), else: "past clone3" },
    { op: "return", value: ENOSYS },
    { op: "label", name: "past clone3" },
    { op: "return", value: ALLOW },
  ],
  "no netlink": [
    ...refusing("socket", { if: "==", value: AF_NETLINK }),
    { op: "return", value: ALLOW },
  ],
};

async function refuse(what: NonNullable<ChangedInput["under"]>): Promise<void> {
  using libc = openLibc(await findLibc() ?? "");
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
  const filter = encode(assemble(FILTERS[what]));
  const result = libc.seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, filter);
  if (result !== 0) throw new Error(`no filter: ${result}`);
}

/**
 * Starts a runner and has it run one request, or its self-check: what came of it.
 *
 * @param input {@link ChangedInput} as JSON
 * @example
 * ```ts ignore
 * console.log(await runChanged(JSON.stringify({ init, request, check: true })));
 * ```
 */
export async function runChanged(input: string): Promise<string> {
  // Our own process speaks.
  const { init, request, check, under }: ChangedInput = JSON.parse(input);
  try {
    if (under !== undefined) await refuse(under);
    const runner = await createRunner(init);
    try {
      if (!check) return describeRun(await runner.run(request));
      return (await runner.selfCheck()).held ? "the self-check held" : "the self-check did not hold";
    } finally {
      await runner.close();
    }
  } catch (error) {
    return `no runner: ${error instanceof Error ? error.message : "?"}`;
  }
}
