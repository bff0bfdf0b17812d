/**
 * Which commands make root of whoever may run them as root.
 *
 * @module
 */

export type RootPower =
  | "any command"
  | "a shell or an interpreter"
  | "an editor or pager"
  | "a command that changes accounts or files";

// Names whose documented options or prompts start another program or write any file; the public GTFOBins list was the check list.
const SHELLS = new Set(
  ("sh bash dash zsh ksh mksh ash fish csh tcsh rbash busybox su sudo doas python perl ruby lua node nodejs php irb ghci julia " +
    "awk gawk mawk nawk find xargs parallel env nice ionice nohup timeout time stdbuf setarch taskset chrt flock watch script expect " +
    "tclsh wish gdb strace ltrace ssh sshpass docker podman nerdctl ctr lxc lxd kubectl nsenter unshare chroot systemd-run screen " +
    "tmux make cmake git tar zip rsync nmap tcpdump mysql psql sqlite3 ftp sftp socat nc ncat capsh pkexec at batch run-parts " +
    "start-stop-daemon logrotate ansible ansible-playbook terraform npm pip gem cpan rpm dpkg apt apt-get yum dnf snap openssl " +
    "ip ld.so service facter puppet salt-call emacs").split(" "),
);
const EDITORS = new Set(
  ("vi vim vimdiff view ex nvim nano pico rnano emacs mg ed red joe jed mcedit less more most man pg sudoedit journalctl systemctl crontab " +
    "visudo vipw vigr dmesg loginctl timedatectl machinectl hostnamectl").split(" "),
);
const CHANGERS = new Set(
  ("useradd usermod userdel adduser addgroup groupadd groupmod gpasswd passwd chpasswd chage chsh newusers chmod chown chgrp chattr setfacl " +
    "setcap cp mv ln dd tee install sed mount umount insmod modprobe kmod wget curl scp patch cat tac head tail debugfs fdisk mkfs " +
    "update-alternatives ldconfig iptables nft sysctl kill reboot").split(" "),
);

/**
 * What may be had by one command line of sudoers, run as root.
 *
 * @param command as written: `ALL`, `/usr/bin/vim *`, `/usr/sbin/`, `sudoedit /etc/hosts`
 * @param noexec the tag NOEXEC: the command may start no other
 *
 * @example
 * ```ts
 * import { classifyCommand } from "./iam_sudo_commands.ts";
 * console.assert(classifyCommand("/usr/bin/less /var/log/syslog", false) === "an editor or pager");
 * ```
 */
export function classifyCommand(command: string, noexec: boolean): RootPower | undefined {
  const bare = command.replace(/^(?:sha(?:224|256|384|512):[^\s,]+[\s,]+)+/, "");
  if (bare === "ALL") return "any command";
  const [, path = "", args] = /^((?:\\.|\S)+)(?:\s+([^]*))?$/.exec(bare) ?? [];
  // A directory, or a pattern for the program's name, is most of what is there.
  if (path.endsWith("/") || path.startsWith("^") || /[*?[]/.test(path)) return "a shell or an interpreter";
  const name = (path.split("/").pop() ?? "").replace(/[-.]?\d+(?:\.\d+)*$/, "");
  // sudoedit never runs the editor as root; it writes the named file, and that is all it does.
  if (path === "sudoedit") {
    return /[*?[]/.test(args ?? "") ? "a command that changes accounts or files" : undefined;
  }
  const free = args === undefined || /(?<!\\)[*?[]/.test(args) || args.startsWith("^");
  // The status of a unit goes through a pager; other verbs of systemctl don't.
  const quiet = name === "systemctl" && !free && !/\b(?:status|cat|show|edit|list-\S+)\b/.test(args ?? "");
  if (EDITORS.has(name) && !quiet) {
    return noexec ? (free ? "a command that changes accounts or files" : undefined) : "an editor or pager";
  }
  const none = args === '""';
  if (SHELLS.has(name) && (free || none || /^-(?:\s|$)|^root$/.test(args ?? ""))) {
    return noexec ? undefined : "a shell or an interpreter";
  }
  return CHANGERS.has(name) && free ? "a command that changes accounts or files" : undefined;
}
