/**
 * What a tool could inherit: variables, descriptors, a terminal.
 *
 * @module
 */
import { defineCase, defineScript, type EscapeCase, PRELUDE } from "../define_case.ts";
import { PERL } from "../host.ts";
import { runOutside } from "../outside.ts";

const group = "environment and descriptors" as const;

const VARIABLES = `out(join(" ", map { /^(PWD|SHLVL|OLDPWD|_)$/ ? () : $_ } sort keys %ENV));`;
const DESCRIPTORS = `opendir(my $d, "/proc/self/fd") or out("opendir: $!");
  my @fds = grep { /^\\d+$/ && readlink("/proc/self/fd/$_") !~ m{^/proc/\\d+/fd$} } readdir $d;
  # The script itself is open as long as perl reads it.
  out(join(" ", sort grep { readlink("/proc/self/fd/$_") !~ /\\.script$/ } @fds));`;

export const ENVIRONMENT_CASES: readonly EscapeCase[] = [
  defineCase({
    group,
    name: "variables that are not granted",
    needs: ["perl", "sandbox"],
    control: async () => {
      const env = { DATABASE_URL: "postgres://x", LD_DEBUG: "none" };
      return (await runOutside({ program: PERL, args: ["-e", PRELUDE + VARIABLES], env })).said;
    },
    expectControl: "DATABASE_URL LD_DEBUG",
    attempt: (world) => world.inside(PRELUDE + VARIABLES, []),
    expect: /HOME LANG PATH TMPDIR (TZ )?USER/,
  }),
  defineCase({
    group,
    name: "descriptors that were left open",
    needs: ["perl", "sandbox"],
    control: async (world) => {
      const text = `exec 7<"$1"; exec ${PERL} -e "$2"`;
      const args = ["-c", text, "sh", `${world.host}/secret.txt`, PRELUDE + DESCRIPTORS];
      return (await runOutside({ program: "/bin/sh", args })).said;
    },
    // What this process itself inherited may be among them.
    expectControl: /0 1 .*7/,
    attempt: (world) => world.inside(PRELUDE + DESCRIPTORS, []),
    expect: "0 1 2",
  }),
  defineCase({
    group,
    name: "descriptors that were left open, with a network",
    needs: ["perl", "sandbox", "loopback"],
    control: (world) =>
      world.inside(PRELUDE + `open(my $f, "<", "/etc/hosts"); ${DESCRIPTORS}`, [], "probe-endpoint"),
    expectControl: "0 1 2 3",
    attempt: (world) => world.inside(PRELUDE + DESCRIPTORS, [], "probe-endpoint"),
    expect: "0 1 2",
  }),
  defineCase({
    group,
    name: "input from whoever started the tool",
    needs: ["perl", "sandbox"],
    control: async () =>
      (await runOutside({
        program: PERL,
        args: ["-e", 'print scalar(<STDIN>) // "nothing"'],
        input: "typed",
      })).said,
    expectControl: "typed",
    attempt: (world) => world.inside(PRELUDE + 'out(scalar(<STDIN>) // "nothing");', []),
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
  defineScript({
    group,
    name: "the name of the host",
    script: `out((POSIX::uname())[1]);`,
    control: /.+/,
    blocked: "physiclaw",
  }),
  defineScript({
    group,
    name: "the user who runs the program",
    script: `out("$< $>");`,
    control: /.+/,
    blocked: "65534 65534",
  }),
];
