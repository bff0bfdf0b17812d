/**
 * What /proc could show or do.
 *
 * @module
 */
import { defineScript, defineShell, type EscapeCase } from "../define_case.ts";

const group = "/proc" as const;

export const PROC_CASES: readonly EscapeCase[] = [
  defineScript({
    group,
    name: "the environment of the process that started the sandbox",
    script: `open(my $f, "<", "/proc/$ARGV[0]/environ") or out("open: $!"); local $/; my $e = <$f>;
      $e //= ""; $e =~ s/\\0$//; $e =~ tr/\\0/ /; out("environment: <$e>");`,
    // Inside, process 1 is bwrap or the shell that it became.
    words: (world, place) => [place === "inside" ? "1" : String(world.canaries.places.pid)],
    control: "environment: <CANARY_ENVIRONMENT=seen>",
    // Nothing, or no more than the tool itself is given.
    blocked: /environment: <((PATH|HOME|LANG|TMPDIR|USER|TZ|PWD)=[^ >]* ?)*>/,
  }),
  defineScript({
    group,
    name: "bwrap's arguments, which name paths and variables of the host",
    // The word is written backwards: the tool's own arguments are on bwrap's command line too.
    script: `open(my $f, "<", "/proc/$ARGV[0]/cmdline") or out("open: $!"); local $/; my $c = <$f>;
      my $base = reverse $ARGV[1]; out($c =~ /\\Q$base\\E|setenv/ ? "shown" : "not shown");`,
    words: (world, place) => [
      place === "inside" ? "1" : String(world.canaries.places.pid),
      [...world.base].reverse().join(""),
    ],
    control: "shown",
    blocked: "not shown",
  }),
  defineScript({
    group,
    name: "a process of the host in /proc",
    script: `-d "/proc/$ARGV[0]" or out("stat: $!"); out("there");`,
    words: (world) => [String(world.canaries.places.pid)],
    control: "there",
    blocked: "stat: No such file or directory",
  }),
  defineShell({
    group,
    name: "the number of processes that /proc lists",
    script: `list=(/proc/[0-9]*); [ "\${#list[@]}" -gt 4 ] && out many; out few`,
    control: "many",
    blocked: "few",
  }),
  defineScript({
    group,
    name: "the host's files by /proc/1/root",
    script:
      `open(my $f, "<", "/proc/$ARGV[0]/root$ARGV[1]") or out("open: $!"); chomp(my $l = <$f>); out($l);`,
    words: (world, place) => [
      place === "inside" ? "1" : String(world.canaries.places.pid),
      `${world.host}/secret.txt`,
    ],
    control: "host-secret",
    blocked: /open: (No such file or directory|Permission denied)/,
  }),
  defineScript({
    group,
    name: "the host's files by the working directory of process 1",
    script:
      `open(my $f, "<", "/proc/$ARGV[0]/cwd/../../../../../../..$ARGV[1]") or out("open: $!"); chomp(my $l = <$f>); out($l);`,
    words: (world, place) => [
      place === "inside" ? "1" : String(world.canaries.places.pid),
      `${world.host}/secret.txt`,
    ],
    control: "host-secret",
    blocked: /open: (No such file or directory|Permission denied)/,
  }),
  ...[
    ["core_pattern, a program that the kernel runs", "/proc/sys/kernel/core_pattern"],
    ["modprobe, another one", "/proc/sys/kernel/modprobe"],
    ["sysrq-trigger", "/proc/sysrq-trigger"],
    ["ip_forward", "/proc/sys/net/ipv4/ip_forward"],
    ["binfmt_misc", "/proc/sys/fs/file-max"],
  ].map(([name = "", path = ""]) =>
    defineShell({
      group,
      name: `writing to ${name}`,
      // Opened for writing; nothing is ever written.
      script: `open a "$1"; out opened`,
      words: () => [path],
      root: true,
      control: "opened",
      blocked: /open: (Read-only file system|Permission denied|No such file or directory)/,
    })
  ),
  defineShell({
    group,
    name: "the kernel's memory",
    script: `open r /proc/kcore; out opened`,
    root: true,
    control: "opened",
    blocked: /open: (Permission denied|No such file or directory|Operation not permitted)/,
  }),
  defineShell({
    group,
    name: "the host's connections",
    script: `open r /proc/net/tcp; mapfile -t lines </proc/net/tcp
      [ "\${#lines[@]}" -gt 1 ] && out connections; out none`,
    control: "connections",
    blocked: "none",
  }),
  defineShell({
    group,
    name: "the host's Unix sockets",
    script: `open r /proc/net/unix; mapfile -t lines </proc/net/unix
      [ "\${#lines[@]}" -gt 1 ] && out sockets; out none`,
    control: "sockets",
    blocked: "none",
  }),
];
