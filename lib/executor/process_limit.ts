/**
 * How many processes the steps may have, where RLIMIT_NPROC does not say it: the kernel exempts root, and a tool that a
 * root's runner started counts as root's.
 *
 * The runner itself enters a control group once, and what it starts is born there. A group for each step would be finer,
 * but joining one costs a step 12 ms (measured: the kernel waits for a grace period), more than all the rest of it.
 *
 * @module
 */

/** Processes and threads: of one step (the inner shell's RLIMIT_NPROC), or of all steps of a root's runner together. */
export const MAX_PROCESSES = 1024;

/**
 * Looks for the pids controller of the own control group (version 1 or 2). `$1` is the runner's process id, `$2` the limit.
 * Prints the group that was made and the one to return to, or `bounded` where one with a limit is in force: a service of
 * systemd's has one, and leaving its group would leave its memory limit too. Groups that killed runners left are swept, with
 * what a sandbox that was not yet standing left in them; of the same pid namespace, or their numbers would say nothing.
 */
const ENTER = `
space=$(readlink /proc/self/ns/pid | tr -dc 0-9)
while IFS=: read -r number controllers path; do
  case "$number,$controllers," in
    *,pids,*) base=/sys/fs/cgroup/pids\${path%/} ;;
    0,,) base=/sys/fs/cgroup\${path%/} ;;
    *) continue ;;
  esac
  [ -w "$base/cgroup.procs" ] || continue
  if [ -e "$base/pids.max" ] && [ "$(cat "$base/pids.max")" != max ]; then echo bounded; exit 0; fi
  if [ "$number" = 0 ]; then
    case " $(cat "$base/cgroup.controllers") " in *" pids "*) ;; *) continue ;; esac
    echo +pids 2>/dev/null >"$base/cgroup.subtree_control" || continue
  fi
  for old in "$base"/physiclaw-"$space"-*; do
    [ -d "$old" ] && [ ! -d "/proc/\${old##*-}" ] || continue
    while read -r left; do kill -9 "$left"; done 2>/dev/null <"$old/cgroup.procs"
    rmdir "$old" 2>/dev/null
  done
  group=$base/physiclaw-$space-$1
  mkdir "$group" 2>/dev/null || continue
  if echo "$2" >"$group/pids.max" && echo "$1" >"$group/cgroup.procs"; then
    printf '%s\\n%s\\n' "$group" "$base"
    exit 0
  fi
  rmdir "$group"
done </proc/self/cgroup
exit 1`;

/** `$1` is the runner's process id, `$2` the group, `$3` where the runner came from. */
const LEAVE = 'echo $$ >"$3/cgroup.procs"; echo "$1" >"$3/cgroup.procs"; rmdir "$2"';

/** A limit that holds for everything that this process starts. */
export interface ProcessLimit {
  /** Leaves the group and removes it. Never rejects. */
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
 * Sees to a limit. `undefined` where there is none to be had: root, and no control group that it may make, as in many
 * containers. An ordinary user's processes are counted by RLIMIT_NPROC.
 *
 * @example
 * ```ts ignore
 * const limit = await createProcessLimit();
 * if (limit === undefined) console.warn("the number of processes is not limited");
 * await limit?.close();
 * ```
 */
export async function createProcessLimit(): Promise<ProcessLimit | undefined> {
  const pid = String(Deno.pid);
  if (Deno.uid() !== 0) return { close: () => Promise.resolve() };
  const { success, stdout } = await shell(ENTER, [pid, String(MAX_PROCESSES)]);
  if (!success) return undefined;
  const [group = "", parent] = new TextDecoder().decode(stdout).trim().split("\n");
  return {
    close: async () => {
      if (parent !== undefined) await shell(LEAVE, [pid, group, parent]).catch(() => undefined);
    },
  };
}
