/**
 * A host that has nothing: the built file alone, in a root made of the system's programs, without network, home or any
 * earlier start's traces. Needs root, to make it.
 *
 * @module
 */

/** The built file that is tested; the suite is skipped without one, and without root. */
export const BINARY: string | undefined = Deno.env.get("PHYSICLAW_BINARY");

/** How a script ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The root is made on a tmpfs, entered (not by chroot: the kernel allows no user namespaces there), and gone with the processes in it. A fresh /proc, so that sandboxes can mount theirs. */
const MAKE = `
set -e
R=$(mktemp -d); mount -t tmpfs -o mode=755 tmpfs "$R"
umask 022
mkdir "$R/usr" "$R/etc" "$R/proc" "$R/dev" "$R/tmp" "$R/var" "$R/var/tmp" "$R/opt" "$R/mnt" "$R/full"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$R/$name"; done
chmod 1777 "$R/tmp" "$R/var/tmp"
mount --rbind /usr "$R/usr"; mount --rbind /etc "$R/etc"; mount --rbind /dev "$R/dev"
mount -o remount,bind,ro "$R/usr"; mount -o remount,bind,ro "$R/etc"
mount -t tmpfs -o mode=1777,size=9m tmpfs "$R/dev/shm"
mount -t tmpfs -o size=30m,mode=700 tmpfs "$R/full"
mount -t proc proc "$R/proc"
touch "$R/opt/physiclaw"; mount --bind "$1" "$R/opt/physiclaw"
mkdir "$R/old"; cd "$R"; pivot_root . old; umount -l old
exec /usr/bin/env -i P=/opt/physiclaw PATH=/usr/bin:/bin:/usr/sbin:/sbin /bin/sh -c "cd /mnt; $2"`;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * Runs a shell script in an empty root; \`$P\` is the built file. /full holds 30 MB, /dev/shm 9 MB.
 *
 * @param binary another file in place of the built one
 */
export async function inEmptyRoot(script: string, binary: string = BINARY ?? ""): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("bwrap", {
    args: [
      ...["--unshare-net", "--die-with-parent", "--new-session", "--cap-add", "ALL", "--dev-bind", "/", "/"],
      ...["unshare", "--mount", "--pid", "--fork", "--ipc", "--kill-child"],
      ...["/bin/sh", "-c", MAKE, "make", binary, script],
    ],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
