/**
 * The two fixed shell texts that surround a tool: one outside that takes over descriptors and sets limits, one inside
 * that runs the commands of a step one after the other.
 *
 * No value ever stands in a text: texts depend on counts only, values are arguments (`"$1"`), so there is nothing to
 * quote.
 *
 * @module
 */
import { MAX_PROCESSES } from "./process_limit.ts";

/** How many hexadecimal digits a marker has: 128 bits. */
export const MARKER_LENGTH = 32;

/** Stands after the last marker on stderr when the commands that follow are left out. */
export const STOPPED = "stopped";

/** Exit code of the text outside when something else was opened than what was vetted. */
export const CHANGED = 123;

/** First descriptor that the launcher's shell opens; 0 to 2 are the tool's own. */
export const FIRST_FD = 3;

/** POSIX shells know descriptors of one digit; more need bash. */
export const MAX_POSIX_FDS = 10 - FIRST_FD;

/** `"${10}"`: braces, since `"$10"` is `"${1}0"`. */
const argument = (index: number): string => `"\${${index}}"`;

/**
 * Compares the kernel's names of descriptors with `$1`, a line each. A single directory, which is a step that names only
 * its workspace, is asked without starting a program: entering it physically makes PWD its name. That saves 1 ms.
 */
function checkNames(named: readonly number[]): readonly string[] {
  const [first] = named;
  if (first === undefined) return [];
  const paths = named.map((index) => `/proc/self/fd/${FIRST_FD + index}`);
  const read = `name=$(readlink ${paths.join(" ")})`;
  return [
    named.length === 1 ? `if cd -P ${paths[0]} 2>/dev/null; then name=$PWD; else ${read}; fi` : read,
    `[ "$name" = "$1" ] || exit ${CHANGED}`,
    "cd /",
  ];
}

/**
 * The text outside. Arguments: the paths of `descriptors` descriptors (`/proc/RUNNER/fd/N`), then the real paths that
 * those at `named` must have, one a line, then the memory limit in KiB, then the argv to execute. `ulimit` here instead of prlimit(1) saves a program start of 0.6 ms.
 *
 * - `-c 0`: no core files. `-f`: 2 GiB a file, in blocks of 512 bytes; the copy that a tool may write is no larger.
 * - The names are the kernel's own, of what is open and will be bound: a link that was swapped in and out again while a
 *   path was vetted shows here and nowhere else. Exit code {@link CHANGED}.
 * - PWD and SHLVL are the shell's own making: bwrap's environment is readable inside as /proc/1/environ.
 *
 * @example
 * ```ts
 * import { outerText } from "./shell_text.ts";
 * console.assert(outerText(1, [], "v").includes('exec 3<"${1}"'));
 * ```
 */
export function outerText(descriptors: number, named: readonly number[], memoryFlag: "v" | "d"): string {
  const opens = Array.from(
    { length: descriptors },
    (_, index) => `exec ${FIRST_FD + index}<${argument(index + 1)} || exit 125`,
  );
  return [
    ...opens,
    ...(descriptors === 0 ? [] : [`shift ${descriptors}`]),
    ...checkNames(named),
    "shift",
    "ulimit -c 0",
    "ulimit -f 4194304",
    "ulimit -n 4096 2>/dev/null",
    `ulimit -${memoryFlag} "$1" || exit 125`,
    "shift",
    "unset PWD OLDPWD SHLVL",
    'exec "$@"',
  ].join("\n");
}

/**
 * The text inside. Standard input: one marker a line, the first for the start. Arguments: for each command its number of
 * words and then the words.
 *
 * At the start, and after each command, its marker is written to both streams; on stderr it is followed by the exit code
 * and what the shell's `jobs` says of the command, which tells "Done(137)" from "Killed". The next marker is read only
 * after a command has ended, so that no command can write the boundary of its own output. {@link STOPPED} after the last
 * marker says that the code was none to go on with.
 *
 * @param counts the number of words of each command
 * @param proceedOn exit codes that let the next command run
 * @example
 * ```ts
 * import { innerText } from "./shell_text.ts";
 * console.assert(innerText([2], [0]).includes('"${1}" "${2}"'));
 * ```
 */
export function innerText(counts: readonly number[], proceedOn: readonly number[]): string {
  const codes = proceedOn.filter((code) => Number.isInteger(code) && code >= 0 && code <= 255);
  const lines = [
    // Here, so that only processes of the step's own user namespace count.
    `ulimit -p ${MAX_PROCESSES} 2>/dev/null || ulimit -u ${MAX_PROCESSES} 2>/dev/null`,
    "read -r marker || exit 125",
    'printf "%s\\n" "$marker" >&2',
  ];
  let next = 1;
  for (const [index, count] of counts.entries()) {
    const words = Array.from({ length: count }, (_, word) => argument(next + word)).join(" ");
    next += count;
    lines.push(
      // In the background, so that `jobs` has something to tell; job control is off, so this changes nothing else
      // than that SIGINT and SIGQUIT are ignored.
      `${words} </dev/null &`,
      "wait $!",
      "code=$?",
      "read -r marker || exit 125",
      'printf "%s\\n" "$marker"',
      'printf "%s %s " "$marker" "$code" >&2',
      "jobs >&2",
      'printf "\\n%s\\n" "$marker" >&2',
    );
    if (index < counts.length - 1) {
      const stop = `printf "%s ${STOPPED}\\n" "$marker" >&2; exit 0`;
      lines.push(codes.length === 0 ? stop : `case $code in ${codes.join("|")}) ;; *) ${stop} ;; esac`);
    }
  }
  return lines.join("\n");
}
