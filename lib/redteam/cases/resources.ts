/**
 * Ways to use up the host.
 *
 * @module
 */
import { defineCase, defineScript, type EscapeCase, PRELUDE } from "../define_case.ts";

const group = "resources" as const;

const FORKS = 1300;

export const RESOURCE_CASES: readonly EscapeCase[] = [
  defineScript({
    group,
    name: "processes without end",
    script:
      `my @p; for (1 .. ${FORKS}) { my $pid = fork(); last unless defined $pid; if ($pid == 0) { sleep 60; POSIX::_exit(0) } push @p, $pid }
      my $e = @p < ${FORKS} ? "$!" : "no limit"; kill("KILL", @p); waitpid($_, 0) for @p; out("fork: $e");`,
    control: "fork: no limit",
    blocked: "fork: Resource temporarily unavailable",
  }),
  defineScript({
    group,
    name: "memory beyond the tool's limit",
    script: `my $size = 300 * 1024 * 1024; my $x = "x" x $size; out("got " . length($x));`,
    control: "got 314572800",
    blocked: /exit \d+: .*Out of memory.*/,
  }),
  defineCase({
    group,
    name: "a flood of output",
    needs: ["perl", "sandbox"],
    control: async (world) => `${(await world.outside(`print "x" x (1024 * 1024);`, [])).length} bytes`,
    expectControl: "1048576 bytes",
    attempt: (world) => world.inside(`print "x" x 65536 while 1;`, []),
    expect: "output_capped: It wrote more than 262144 bytes",
  }),
  defineCase({
    group,
    name: "a flood of errors",
    needs: ["perl", "sandbox"],
    control: (world) => world.outside(`print STDERR "x" x 1024; print "said";`, []),
    expectControl: "said",
    attempt: (world) => world.inside(`print STDERR "x" x 65536 while 1;`, []),
    expect: "output_capped: It wrote more than 262144 bytes",
  }),
  ...[["/dev/shm", 70], ["/tmp", 520]].map(([directory = "", size = 0]) =>
    defineScript({
      group,
      name: `filling ${directory}`,
      script:
        `my $path = "$ARGV[0]/physiclaw-escape-fill"; open(my $f, ">", $path) or out("open: $!"); my $b = "x" x 1048576;
        for (1 .. $ARGV[1]) { my $n = syswrite($f, $b); if (!defined $n || $n < 1048576) { my $e = "$!"; unlink $path; out("write: $e") } }
        unlink $path; out("written");`,
      // Outside a small piece shows that the script can write; nobody's disk is filled.
      words: (
        _,
        place,
      ) => [place === "inside" ? String(directory) : "/tmp", place === "inside" ? String(size) : "1"],
      control: "written",
      blocked: "write: No space left on device",
    })
  ),
  defineScript({
    group,
    name: "a file beyond the size limit",
    script:
      `my $path = "/tmp/physiclaw-escape-size"; $SIG{XFSZ} = "IGNORE"; open(my $f, ">", $path) or out("open: $!");
      sysseek($f, 3 * 1024 ** 3, 0); my $n = syswrite($f, "x"); my $e = "$!"; unlink $path; out($n ? "written" : "write: $e");`,
    control: "written",
    blocked: "write: File too large",
  }),
  defineScript({
    group,
    name: "open files without end",
    script:
      `my @f; for (1 .. 5000) { open(my $f, "<", "/dev/null") or out("open: $!"); push @f, $f } out("opened");`,
    control: "opened",
    blocked: "open: Too many open files",
  }),
  defineCase({
    group,
    name: "time without end",
    needs: ["perl", "sandbox"],
    control: (world) => world.inside(`${PRELUDE}out("ended");`, []),
    expectControl: "ended",
    attempt: (world) => world.inside("1 while 1;", []),
    expect: "timed_out: It ran longer than 3 s",
  }),
];
