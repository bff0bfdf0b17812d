/**
 * Names of signals by their Linux number.
 *
 * @module
 */

/** Signals 1 to 31 of asm-generic/signal.h, which x86-64 and aarch64 share. */
const NAMES: readonly string[] = [
  ...[
    "HUP",
    "INT",
    "QUIT",
    "ILL",
    "TRAP",
    "ABRT",
    "BUS",
    "FPE",
    "KILL",
    "USR1",
    "SEGV",
    "USR2",
    "PIPE",
    "ALRM",
  ],
  ...[
    "TERM",
    "STKFLT",
    "CHLD",
    "CONT",
    "STOP",
    "TSTP",
    "TTIN",
    "TTOU",
    "URG",
    "XCPU",
    "XFSZ",
    "VTALRM",
    "PROF",
  ],
  ...["WINCH", "IO", "PWR", "SYS"],
];

/** `SIGKILL` for 9; `undefined` for a number that is no signal. */
export function signalName(number: number): string | undefined {
  const name = NAMES[number - 1];
  if (name !== undefined) return `SIG${name}`;
  return Number.isInteger(number) && number >= 32 && number <= 64 ? `SIGRT${number - 32}` : undefined;
}

/** An exit code, or the signal that ended a command. */
export type Ending =
  | { readonly exitCode: number; readonly signal?: never }
  | { readonly signal: string; readonly exitCode?: never };

/**
 * How a command ended, from the shell's `$?` and what its `jobs` says: dash says `Done(137)` for an exit code and
 * `Killed` for a signal; bash says nothing here, and then 128 and more is taken for a signal.
 *
 * @example
 * ```ts
 * import { readEnding } from "./signals.ts";
 * console.assert(readEnding(137, "[1] + Done(137)").exitCode === 137);
 * console.assert(readEnding(137, "[1] + Killed").signal === "SIGKILL");
 * ```
 */
export function readEnding(code: number, jobs: string): Ending {
  const signal = code > 128 ? signalName(code - 128) : undefined;
  return signal === undefined || /\b(Done|Exit)\b/.test(jobs) ? { exitCode: code } : { signal };
}
