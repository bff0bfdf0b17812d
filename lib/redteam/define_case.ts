/**
 * A case of the red team's suite: a control that succeeds without the protection, the attempt against it, the exact answer
 * expected, and a canary on the host that shows whether anything arrived.
 *
 * @module
 */
import { type SyscallName, syscallNumber } from "../internal/syscalls.ts";
import type { Group } from "./groups.ts";
import type { Language, Need, ProbeName, World } from "./world.ts";

export type { World } from "./world.ts";

/** One case. Answers are compared whole; a pattern must match the whole answer. */
export interface EscapeCase {
  readonly group: Group;
  readonly name: string;
  /** What this host must have for it; without, it is skipped. Empty: nothing but this program. */
  readonly needs: readonly Need[];
  /** The control needs uid 0. */
  readonly root?: boolean;
  /** Why it cannot be tried here besides; `undefined`: it can. */
  readonly skip?: string | undefined;
  /** Does the forbidden thing without the sandbox (or the allowed twin of it inside). */
  readonly control: (world: World) => Promise<string>;
  readonly expectControl: string | RegExp;
  readonly attempt: (world: World) => Promise<string>;
  readonly expect: string | RegExp;
  /** What the control must have tripped, and the attempt must not: a canary's name, or `files`. */
  readonly trips?: string;
  /** Takes away what the control left on the host for the attempt to find. */
  readonly cleanUp?: (world: World) => Promise<unknown>;
}

/** Checks a case when it is defined, so that a nameless or contradictory one cannot be run. */
export function defineCase(definition: EscapeCase): EscapeCase {
  if (definition.name === "") throw new TypeError("A case needs a name");
  const same = String(definition.expectControl) === String(definition.expect);
  if (same && definition.trips === undefined) {
    throw new TypeError(`The case "${definition.name}" could not tell an escape from a success`);
  }
  return Object.freeze({ ...definition });
}

/** Where a script runs. */
export type Place = "outside" | "inside";

/** A case whose control and attempt are one script, run in both places. */
export interface ScriptCase {
  readonly group: Group;
  readonly name: string;
  /** Perl after {@link PRELUDE}, ends by `out("…")`; of a shell case bash after {@link SHELL}, ends by `out "…"`. */
  readonly script: string;
  readonly words?: (world: World, place: Place) => readonly string[];
  readonly control: string | RegExp;
  readonly blocked: string | RegExp;
  readonly trips?: string;
  /** Which of the world's tools the script runs as; default `probe`, of a shell case `probe-bash`. */
  readonly tool?: ProbeName;
  readonly root?: boolean;
  readonly skip?: string | undefined;
  /** In the script's language, run outside after the attempt. */
  readonly cleanUp?: string;
}

/** System calls that the filter does not name, on x86-64 and aarch64. */
const FURTHER: Readonly<Record<string, readonly [number, number]>> = {
  shmget: [29, 194],
  msgget: [68, 186],
  semget: [64, 190],
  mq_open: [240, 180],
  mq_unlink: [241, 181],
  memfd_create: [319, 279],
  prctl: [157, 167],
  capset: [126, 91],
  pidfd_open: [434, 434],
  mknodat: [259, 33],
  inotify_init1: [294, 26],
  setuid: [105, 146],
  setgid: [106, 144],
  setgroups: [116, 159],
  sched_setscheduler: [144, 119],
};

const NAMES: readonly SyscallName[] = [
  ...[
    "ioctl",
    "socket",
    "connect",
    "socketpair",
    "clone",
    "clone3",
    "ptrace",
    "syslog",
    "pivot_root",
  ] as const,
  ...["chroot", "acct", "settimeofday", "mount", "umount2", "swapon", "reboot", "sethostname"] as const,
  ...["init_module", "delete_module", "quotactl", "kexec_load", "add_key", "keyctl", "unshare"] as const,
  ...["perf_event_open", "fanotify_init", "name_to_handle_at", "open_by_handle_at", "setns"] as const,
  ...["process_vm_readv", "kcmp", "bpf", "userfaultfd", "io_uring_setup", "fsopen", "open_tree"] as const,
  ...["pidfd_getfd", "io_uring_enter", "io_uring_register", "move_mount", "mount_setattr"] as const,
];

const numbers = [
  ...NAMES.map((name) => [name, syscallNumber(name, Deno.build.arch) ?? -1] as const),
  ...Object.entries(FURTHER).map(([name, pair]) =>
    [name, pair[Deno.build.arch === "x86_64" ? 0 : 1]] as const
  ),
];

/** `out` says the answer and ends; `sys` makes a system call by name and says its error. */
export const PRELUDE = `use strict; use warnings; no warnings qw(redefine); use Socket; use POSIX ();
$| = 1;
my %NR = (${numbers.map(([name, number]) => `${name} => ${number}`).join(", ")});
sub out { print "$_[0]\\n"; POSIX::_exit(0) }
sub sys { my ($name, @args) = @_; $! = 0; my $r = syscall($NR{$name}, @args); out("$name: $!") if $r == -1; return $r }
`;

/**
 * The same for bash, which every host has: `out` says the answer and ends; `try NAME PROGRAM …` and `open MODE PATH` say
 * the kernel's words, which stand at the end of a complaint.
 */
export const SHELL = `out() { printf '%s\\n' "$1"; exit 0; }
try() { local what=$1 e; shift; e=$("$@" 2>&1 >/dev/null </dev/null) || out "$what: \${e##*: }"; }
open() {
  local e
  case $1 in
    r) e=$( { : <"$2"; } 2>&1) ;;
    w) e=$( { : >"$2"; } 2>&1) ;;
    a) e=$( { : >>"$2"; } 2>&1) ;;
    rw) e=$( { : <>"$2"; } 2>&1) ;;
  esac || out "open: \${e##*: }"
}
`;

function define(definition: ScriptCase, language: Language, tool: ProbeName): EscapeCase {
  const { script, words, tool: _, control, blocked, cleanUp, ...rest } = definition;
  const prelude = language === "perl" ? PRELUDE : SHELL;
  return defineCase({
    ...rest,
    needs: [language, "sandbox", ...(tool.endsWith("-endpoint") ? ["loopback" as const] : [])],
    expectControl: control,
    expect: blocked,
    ...(cleanUp === undefined
      ? {}
      : { cleanUp: (world: World) => world.outside(prelude + cleanUp, [], language) }),
    control: (world) => world.outside(prelude + script, words?.(world, "outside") ?? [], language),
    attempt: (world) => world.inside(prelude + script, words?.(world, "inside") ?? [], tool),
  });
}

/** A case from a Perl script: whatever takes a system call. */
export const defineScript = (definition: ScriptCase): EscapeCase =>
  define(definition, "perl", definition.tool ?? "probe");

/** A case from a bash script: whatever the shell and coreutils can do. */
export const defineShell = (definition: ScriptCase): EscapeCase =>
  define(definition, "bash", definition.tool ?? "probe-bash");
