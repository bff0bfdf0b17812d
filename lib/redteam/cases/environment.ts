/**
 * What a tool could inherit: variables, descriptors, a terminal.
 *
 * @module
 */
import { defineCase, defineScript, defineShell, type EscapeCase, SHELL } from "../define_case.ts";
import { BASH } from "../host.ts";
import { runOutside } from "../outside.ts";

const group = "environment and descriptors" as const;

const VARIABLES = `names=()
for name in $(compgen -e); do case $name in PWD | SHLVL | OLDPWD | _) ;; *) names+=("$name") ;; esac; done
out "\${names[*]}"`;
/** By the shell alone: a program or a pipe would open more. The script itself is open as long as bash reads it. */
const DESCRIPTORS = `list=(/proc/$$/fd/*); found=()
for path in "\${list[@]}"; do
  [ -e "$path" ] && ! [ "$path" -ef "$0" ] && found+=("\${path##*/}")
done
out "\${found[*]}"`;

const INPUT = `IFS= read -r line; out "\${line:-nothing}"`;

export const ENVIRONMENT_CASES: readonly EscapeCase[] = [
  defineCase({
    group,
    name: "variables that are not granted",
    needs: ["bash", "sandbox"],
    control: async () => {
      const env = { DATABASE_URL: "postgres://x", LD_DEBUG: "none" };
      return (await runOutside({ program: BASH, args: ["-c", SHELL + VARIABLES], env })).said;
    },
    expectControl: "DATABASE_URL LD_DEBUG",
    attempt: (world) => world.inside(SHELL + VARIABLES, [], "probe-bash"),
    expect: /HOME LANG PATH TMPDIR (TZ )?USER/,
  }),
  defineCase({
    group,
    name: "descriptors that were left open",
    needs: ["bash", "sandbox"],
    control: async (world) => {
      const text = `exec 7<"$1"; exec ${BASH} -c "$2"`;
      const args = ["-c", text, "sh", `${world.host}/secret.txt`, SHELL + DESCRIPTORS];
      return (await runOutside({ program: "/bin/sh", args })).said;
    },
    // What this process itself inherited may be among them.
    expectControl: /0 1 .*7/,
    attempt: (world) => world.inside(SHELL + DESCRIPTORS, [], "probe-bash"),
    expect: "0 1 2",
  }),
  defineCase({
    group,
    name: "descriptors that were left open, with a network",
    needs: ["bash", "sandbox", "loopback"],
    control: (world) => world.inside(`${SHELL}exec 3</etc/hosts; ${DESCRIPTORS}`, [], "probe-bash-endpoint"),
    expectControl: "0 1 2 3",
    attempt: (world) => world.inside(SHELL + DESCRIPTORS, [], "probe-bash-endpoint"),
    expect: "0 1 2",
  }),
  defineCase({
    group,
    name: "input from whoever started the tool",
    needs: ["bash", "sandbox"],
    control: async () =>
      (await runOutside({ program: BASH, args: ["-c", SHELL + INPUT], input: "typed" })).said,
    expectControl: "typed",
    attempt: (world) => world.inside(SHELL + INPUT, [], "probe-bash"),
    expect: "nothing",
  }),
  defineScript({
    group,
    name: "characters put into a terminal's input (TIOCSTI)",
    // Its own pseudo-terminal: what is refused is the call, not the terminal.
    script:
      `sysopen(my $m, "/dev/ptmx", 2) or out("open: $!"); my $zero = pack("i", 0); ioctl($m, 0x40045431, $zero);
      my $n = pack("i", 0); ioctl($m, 0x80045430, $n) or out("number: $!"); $n = unpack("i", $n);
      POSIX::setsid(); sysopen(my $s, "/dev/pts/$n", 2) or out("open: $!"); ioctl($s, 0x540e, 0);
      my $c = "x"; ioctl($s, 0x5412, $c) or out("ioctl: $!"); out("typed");`,
    control: "typed",
    blocked: "ioctl: Operation not permitted",
  }),
  defineShell({
    group,
    name: "the name of the host",
    script: `out "$(uname -n)"`,
    control: /.+/,
    blocked: "physiclaw",
  }),
  defineShell({
    group,
    name: "the user who runs the program",
    script: `out "$UID $EUID"`,
    control: /.+/,
    blocked: "65534 65534",
  }),
];
