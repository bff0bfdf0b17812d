/**
 * Ways to more privilege: users, capabilities, namespaces, other processes, the kernel.
 *
 * @module
 */
import { defineScript, type EscapeCase } from "../define_case.ts";

const group = "privilege" as const;

interface Call {
  readonly name: string;
  /** Perl; the system call's arguments. */
  readonly script: string;
  /** What the kernel says outside: it got as far as looking at the arguments, which are such that nothing happens. */
  readonly control: string | RegExp;
  readonly blocked: string | RegExp;
  readonly root?: boolean;
}

const call = ({ name, script, control, blocked, root = false }: Call): EscapeCase =>
  defineScript({ group, name, script, control, blocked, root });

const refused = (name: string): string => `${name}: Operation not permitted`;

const CALLS: readonly Call[] = [
  {
    name: "becoming root by setuid",
    script: `sys("setuid", 0); out("uid $<");`,
    control: "uid 0",
    blocked: "setuid: Invalid argument",
    root: true,
  },
  {
    name: "dropping groups by setgroups",
    script: `sys("setgroups", 0, 0); out("done");`,
    control: "done",
    blocked: refused("setgroups"),
    root: true,
  },
  {
    name: "capabilities, all sets",
    script:
      `open(my $f, "<", "/proc/self/status") or out("open: $!"); my %c = map { /^Cap(\\w+):\\s+(\\w+)/ ? ($1, hex $2) : () } <$f>;
      out(join(" ", map { $c{$_} ? "$_ some" : "$_ none" } qw(Inh Prm Eff Bnd Amb)));`,
    control: /.*some.*/,
    blocked: "Inh none Prm none Eff none Bnd none Amb none",
    root: true,
  },
  {
    name: "gaining privilege by executing (no_new_privs)",
    script: `out("no_new_privs " . sys("prctl", 39, 0, 0, 0, 0));`,
    control: "no_new_privs 0",
    blocked: "no_new_privs 1",
  },
  {
    name: "raising capabilities by capset",
    script:
      `my $h = pack("I i", 0x20080522, 0); my $d = pack("I6", (0xffffffff, 0xffffffff, 0, 0x1ff, 0x1ff, 0));
      $d = pack("I6", 1, 1, 0, 0, 0, 0); sys("capset", $h, $d); out("raised");`,
    control: "raised",
    blocked: refused("capset"),
    root: true,
  },
  {
    name: "a user namespace by unshare",
    script: `sys("unshare", 0x10000000); out("made");`,
    control: "made",
    blocked: refused("unshare"),
  },
  {
    name: "a user namespace by clone",
    script:
      `my $r = sys("clone", 0x10000000 | 17, 0, 0, 0, 0); POSIX::_exit(0) if $r == 0; waitpid($r, 0); out("made");`,
    control: "made",
    blocked: refused("clone"),
  },
  {
    name: "a user namespace by clone3",
    script: `my $a = pack("Q8", 0x10000000, 0, 0, 0, 17, 0, 0, 0); my $r = sys("clone3", $a, 64);
      POSIX::_exit(0) if $r == 0; waitpid($r, 0); out("made");`,
    control: "made",
    blocked: "clone3: Function not implemented",
  },
  {
    name: "a network namespace by unshare",
    script: `sys("unshare", 0x40000000); out("made");`,
    control: "made",
    blocked: refused("unshare"),
    root: true,
  },
  {
    name: "a mount",
    script:
      `my ($a, $b, $c) = ("none", "/nowhere-at-all", "tmpfs"); sys("mount", $a, $b, $c, 0, 0); out("mounted");`,
    control: "mount: No such file or directory",
    blocked: refused("mount"),
    root: true,
  },
  {
    name: "making the workspace writable by a remount",
    script:
      `my ($a, $b) = ("none", $ARGV[0] // "/nowhere-at-all"); sys("mount", $a, $b, 0, 0x1020, 0); out("mounted");`,
    control: "mount: No such file or directory",
    blocked: refused("mount"),
    root: true,
  },
  {
    name: "an unmount",
    script: `my $p = "/nowhere-at-all"; sys("umount2", $p, 2); out("unmounted");`,
    control: "umount2: No such file or directory",
    blocked: refused("umount2"),
    root: true,
  },
  {
    name: "a mount by the new calls",
    script: `my $t = "no-such-file-system"; sys("fsopen", $t, 0); out("opened");`,
    control: "fsopen: No such device",
    blocked: refused("fsopen"),
    root: true,
  },
  {
    name: "a copy of the mounts by open_tree",
    script: `my $p = "/"; sys("open_tree", -100, $p, 1); out("opened");`,
    control: "opened",
    blocked: refused("open_tree"),
    root: true,
  },
  {
    name: "another root by pivot_root",
    script: `my $p = "/nowhere-at-all"; sys("pivot_root", $p, $p); out("done");`,
    control: "pivot_root: No such file or directory",
    blocked: refused("pivot_root"),
    root: true,
  },
  {
    name: "another root by chroot",
    script: `my $p = "/"; sys("chroot", $p); out("done");`,
    control: "done",
    blocked: refused("chroot"),
    root: true,
  },
  {
    name: "joining another namespace",
    script:
      `open(my $n, "<", "/proc/self/ns/uts") or out("open: $!"); sys("setns", fileno($n), 0); out("joined");`,
    control: "joined",
    blocked: refused("setns"),
    root: true,
  },
  {
    name: "tracing another process",
    script: `my $pid = fork() // out("fork: $!"); if ($pid == 0) { sleep 60; POSIX::_exit(0) }
      $! = 0; my $r = syscall($NR{ptrace}, 0x4206, $pid, 0, 0); my $e = "$!"; kill("KILL", $pid); waitpid($pid, 0);
      out($r == -1 ? "ptrace: $e" : "traced");`,
    control: "traced",
    blocked: refused("ptrace"),
  },
  {
    name: "reading another process's memory",
    script:
      `my $b = "\\0" x 8; my $l = pack("P Q", $b, 0); sys("process_vm_readv", $$, $l, 0, $l, 0, 0); out("read");`,
    control: "read",
    blocked: refused("process_vm_readv"),
  },
  {
    name: "comparing kernel objects of processes",
    script: `sys("kcmp", $$, $$, 1, 0, 0); out("compared");`,
    control: "compared",
    blocked: refused("kcmp"),
  },
  {
    name: "taking a descriptor out of another process",
    script: `my $p = sys("pidfd_open", $$, 0); sys("pidfd_getfd", $p, 1, 0); out("taken");`,
    control: "taken",
    blocked: refused("pidfd_getfd"),
  },
  {
    name: "the kernel's key rings",
    script: `sys("keyctl", 0, -3, 0, 0, 0); out("found");`,
    control: "found",
    blocked: refused("keyctl"),
  },
  {
    name: "a new key",
    script:
      `my ($t, $d, $p) = ("user", "physiclaw-escape", "x"); sys("add_key", $t, $d, $p, 1, -1); out("added");`,
    control: "added",
    blocked: refused("add_key"),
  },
  {
    name: "a program for the kernel (bpf)",
    script: `my $a = "\\0" x 64; sys("bpf", 0, $a, 64); out("loaded");`,
    control: "bpf: Invalid argument",
    blocked: refused("bpf"),
    root: true,
  },
  {
    name: "performance events",
    script: `my $a = "\\0" x 128; sys("perf_event_open", $a, 0, -1, -1, 0); out("opened");`,
    control: /opened|perf_event_open: (Invalid argument|No such file or directory)/,
    blocked: refused("perf_event_open"),
    root: true,
  },
  {
    name: "handling page faults (userfaultfd)",
    script: `sys("userfaultfd", 1); out("opened");`,
    control: "opened",
    blocked: refused("userfaultfd"),
  },
  {
    name: "a kernel module",
    script: `my $p = ""; sys("init_module", 0, 0, $p); out("loaded");`,
    control: /init_module: (Exec format error|Bad address|Invalid argument)/,
    blocked: refused("init_module"),
    root: true,
  },
  {
    name: "another kernel (kexec)",
    script: `sys("kexec_load", 0, 9999, 0, 0); out("loaded");`,
    control: "kexec_load: Invalid argument",
    blocked: refused("kexec_load"),
    root: true,
  },
  {
    name: "a restart of the machine",
    // The magic numbers are wrong on purpose: the kernel looks at them after it looked at the privilege.
    script: `sys("reboot", 1, 2, 3, 0); out("restarted");`,
    control: "reboot: Invalid argument",
    blocked: refused("reboot"),
    root: true,
  },
  {
    name: "the clock",
    script: `sys("settimeofday", 1, 0); out("set");`,
    control: "settimeofday: Bad address",
    blocked: refused("settimeofday"),
    root: true,
  },
  {
    name: "the host's name",
    script: `sys("sethostname", 1, 99999); out("set");`,
    control: "sethostname: Invalid argument",
    blocked: refused("sethostname"),
    root: true,
  },
  {
    name: "swap space",
    script: `my $p = "/nowhere-at-all"; sys("swapon", $p, 0); out("on");`,
    control: "swapon: No such file or directory",
    blocked: refused("swapon"),
    root: true,
  },
  {
    name: "process accounting",
    script: `my $p = "/nowhere-at-all"; sys("acct", $p); out("on");`,
    control: "acct: No such file or directory",
    blocked: refused("acct"),
    root: true,
  },
  {
    name: "the kernel's log",
    script: `sys("syslog", 10, 0, 0); out("read");`,
    control: "read",
    blocked: refused("syslog"),
    root: true,
  },
  {
    name: "watching all files (fanotify)",
    script: `sys("fanotify_init", 0, 0); out("opened");`,
    control: "opened",
    blocked: refused("fanotify_init"),
    root: true,
  },
  {
    name: "real-time priority",
    script: `my $p = pack("i", 1); sys("sched_setscheduler", 0, 1, $p); out("set");`,
    control: "set",
    blocked: refused("sched_setscheduler"),
    root: true,
  },
];

export const PRIVILEGE_CASES: readonly EscapeCase[] = CALLS.map(call);
