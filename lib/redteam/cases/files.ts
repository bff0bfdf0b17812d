/**
 * Ways to files that the sandbox does not show, and to writing on those that it does.
 *
 * @module
 */
import { defineScript, defineShell, type EscapeCase, type Place, type World } from "../define_case.ts";

const group = "file system" as const;

const READ = `open r "$1"; IFS= read -r line <"$1"; out "\${line:-empty}"`;
const WRITE = `open rw "$1"; printf changed 1<>"$1" || out "write: failed"; out written`;

/** The workspace as the place has it. */
const ws = (path: string) => (world: World, place: Place): readonly string[] => [
  `${place === "inside" ? "/workspace" : world.workspace}/${path}`,
];

const read = (name: string, path: (world: World) => string, control: string, blocked: string): EscapeCase =>
  defineShell({ group, name, script: READ, words: (world) => [path(world)], control, blocked });

/** A change to the workspace: the host notices the control's, and none of the attempt's. */
const change = (
  name: string,
  script: string,
  words: (world: World, place: Place) => readonly string[],
  blocked: string,
): EscapeCase =>
  defineShell({ group, name, script, words, control: /written|done/, blocked, trips: "files" });

export const FILE_CASES: readonly EscapeCase[] = [
  read(
    "reading a file of the host",
    (world) => `${world.host}/secret.txt`,
    "host-secret",
    "open: No such file or directory",
  ),
  read(
    "reading the program's own key",
    (world) => `${world.state}/operator.key`,
    "operator-secret",
    "open: No such file or directory",
  ),
  defineShell({
    group,
    name: "reading the host's accounts",
    script: `open r /etc/passwd; mapfile -t lines </etc/passwd
      [ "\${#lines[@]}" -gt 4 ] && out all; out "\${#lines[@]} lines"`,
    control: "all",
    blocked: "2 lines",
  }),
  defineShell({
    group,
    name: "reading the host's password hashes",
    script: `open r /etc/shadow; out opened`,
    root: true,
    control: "opened",
    blocked: "open: No such file or directory",
  }),
  defineShell({
    group,
    name: "listing the home of root",
    script: `try opendir ls /root; out opened`,
    root: true,
    control: "opened",
    blocked: "opendir: No such file or directory",
  }),
  defineShell({
    group,
    name: "following a link of the workspace to a file of the host",
    script: READ,
    words: ws("link-to-secret"),
    control: "host-secret",
    blocked: "open: No such file or directory",
  }),
  defineShell({
    group,
    name: "following a link of the workspace to a directory of the host",
    script: READ,
    words: ws("link-to-host/secret.txt"),
    control: "host-secret",
    blocked: "open: No such file or directory",
  }),
  defineShell({
    group,
    name: "climbing out of the workspace by dots",
    script: READ,
    words: (world, place) => [`${place === "inside" ? "/workspace" : world.workspace}/../host/secret.txt`],
    control: "host-secret",
    blocked: "open: No such file or directory",
  }),
  defineShell({
    group,
    name: "reading a key that lies in the workspace",
    script: READ,
    words: ws(".ssh/id_ed25519"),
    control: "workspace-key",
    blocked: /open: (Permission denied|No such file or directory)/,
  }),
  ...["/oldroot", "/newroot"].map((root) =>
    defineShell({
      group,
      name: `bwrap's own ${root}`,
      script: `try opendir ls "$1"; out opened`,
      words: (_, place) => [place === "inside" ? root : "/"],
      control: "opened",
      blocked: "opendir: No such file or directory",
    })
  ),
  change("writing to a file of the workspace", WRITE, ws("file.txt"), "open: Read-only file system"),
  change(
    "writing through a hard link into the workspace",
    WRITE,
    ws("hardlink.txt"),
    "open: Read-only file system",
  ),
  change(
    "making a file in the workspace",
    `open w "$1"; out "done"`,
    ws("new.txt"),
    "open: Read-only file system",
  ),
  change(
    "removing a file of the workspace",
    `try unlink rm -f "$1"; out "done"`,
    ws("file.txt"),
    "unlink: Read-only file system",
  ),
  change(
    "renaming a file of the workspace",
    `try rename mv "$1" "$1.2"; out "done"`,
    ws("file.txt"),
    "rename: Read-only file system",
  ),
  change(
    "changing a mode in the workspace",
    `try chmod chmod 0600 "$1"; out "done"`,
    ws("file.txt"),
    "chmod: Read-only file system",
  ),
  change(
    "making a link in the workspace",
    `try symlink ln -s /etc "$1"; out "done"`,
    ws("new-link"),
    "symlink: Read-only file system",
  ),
  change(
    "making a directory in the workspace",
    `try mkdir mkdir "$1"; out "done"`,
    ws("new-directory"),
    "mkdir: Read-only file system",
  ),
  ...[["the root", "/"], ["/etc", "/etc"], ["/usr", "/usr"], ["/run", "/run"], ["/dev", "/dev"]].map((
    [name, path = ""],
  ) =>
    defineShell({
      group,
      name: `making a directory in ${name}`,
      script: `try mkdir mkdir "$1/physiclaw-escape"; rmdir "$1/physiclaw-escape"; out made`,
      words: (_, place) => [place === "inside" ? path : "/tmp"],
      control: "made",
      blocked: "mkdir: Read-only file system",
    })
  ),
  defineShell({
    group,
    name: "the host's /tmp",
    script: READ,
    words: (world) => [`${world.base}/host/secret.txt`],
    control: "host-secret",
    blocked: "open: No such file or directory",
  }),
  ...["/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/loop-control", "/dev/vda"].map((
    path,
  ) =>
    defineShell({
      group,
      name: `the device ${path}`,
      script: `try stat stat "$1"; out there`,
      words: () => [path],
      control: "there",
      blocked: "stat: No such file or directory",
    })
  ),
  defineShell({
    group,
    name: "making a device",
    script: `rm -f /tmp/physiclaw-escape-node
      try mknodat mknod /tmp/physiclaw-escape-node c 1 3; rm /tmp/physiclaw-escape-node; out made`,
    root: true,
    control: "made",
    blocked: "mknodat: Operation not permitted",
  }),
  defineScript({
    group,
    name: "a handle of a file, to open it past the mounts",
    script: `my $h = pack("I i", 128, 0) . ("\\0" x 128); my $m = "\\0" x 8; my $p = "/";
      sys("name_to_handle_at", -100, $p, $h, $m, 0); out("named");`,
    root: true,
    control: "named",
    blocked: "name_to_handle_at: Operation not permitted",
  }),
];
