/**
 * How many processes a step may have, where RLIMIT_NPROC does not say it: the kernel exempts root, and a tool that a
 * root's runner started counts as root's. Then each step runs in a control group of its own with a limit.
 *
 * @module
 */

/** Processes and threads a step may have; the same number as the inner shell's RLIMIT_NPROC. */
export const MAX_PROCESSES = 1024;

/** Groups made at the start, so that no step pays for one. More steps at once than this do not run. */
const GROUPS = 128;

/**
 * Finds the hierarchy of the pids controller (version 1, or 2 where it may be handed down), sweeps what a killed runner
 * left (one of the same pid namespace, or its number would say nothing), makes the groups, and prints their parent. Arguments: a name, the number of groups, the limit.
 */
const MAKE = `
space=$(readlink /proc/self/ns/pid | tr -dc 0-9)
for base in /sys/fs/cgroup/pids /sys/fs/cgroup; do
  [ -w "$base/cgroup.procs" ] || continue
  if [ -e "$base/cgroup.controllers" ]; then
    case " $(cat "$base/cgroup.controllers") " in *" pids "*) ;; *) continue ;; esac
    echo +pids 2>/dev/null >"$base/cgroup.subtree_control" || continue
  fi
  for old in "$base"/physiclaw-"$space"-*; do
    [ -d "/proc/\${old##*-}" ] || rmdir "$old"/*/ "$old" 2>/dev/null
  done
  group=$base/physiclaw-$space-$1
  mkdir "$group" 2>/dev/null || continue
  [ ! -e "$group/cgroup.controllers" ] || echo +pids >"$group/cgroup.subtree_control" || exit 1
  limit=$3
  set -- $(seq 1 "$2")
  cd "$group" && mkdir "$@" || exit 1
  for step in "$@"; do echo "$limit" >"$step/pids.max" || exit 1; done
  printf %s "$group"
  exit 0
done
exit 1`;

/** One step's group; released when its tree is dead. */
export interface ProcessGroup {
  /** The file that a process writes its id into to join. */
  readonly procs: string;
  release(): void;
}

/** The groups of a runner. */
export interface ProcessGroups {
  /** A free group; `undefined` when all are in use. */
  take(): ProcessGroup | undefined;
  /** Removes them. Never rejects. */
  close(): Promise<void>;
}

const shell = (script: string, args: readonly string[]) =>
  new Deno.Command("/bin/sh", {
    args: ["-c", script, "physiclaw", ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    stderr: "null",
  }).output();

/**
 * Makes the groups. `undefined` where the kernel's own limit holds (the runner is not root), or where root has no control
 * group to write: then the number of processes is not limited, and the self-check says so.
 *
 * @example
 * ```ts ignore
 * const groups = await createProcessGroups();
 * const group = groups?.take();
 * ```
 */
export async function createProcessGroups(): Promise<ProcessGroups | undefined> {
  if (Deno.uid() !== 0) return undefined;
  const { success, stdout } = await shell(MAKE, [String(Deno.pid), String(GROUPS), String(MAX_PROCESSES)]);
  if (!success) return undefined;
  const parent = new TextDecoder().decode(stdout);
  const free = Array.from({ length: GROUPS }, (_, index) => `${parent}/${index + 1}/cgroup.procs`);
  return {
    take: () => {
      const procs = free.pop();
      return procs === undefined ? undefined : { procs, release: () => void free.push(procs) };
    },
    close: async () => {
      await shell('rmdir "$1"/*/ "$1"', [parent]).catch(() => undefined);
    },
  };
}
