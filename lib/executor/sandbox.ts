/**
 * What a tool's sandbox looks like, as bwrap's arguments. Nothing here does I/O.
 *
 * @module
 */

/** Where a tool looks for programs; also where the runner does. Never the caller's PATH. */
export const FIXED_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The user and group inside; nobody's on every distribution. */
export const SANDBOX_UID = 65534;

/** The tool's own empty home, on a tmpfs. */
export const SANDBOX_HOME = "/home/physiclaw";

/** Where the working directory is seen. */
export const WORKSPACE = "/workspace";

const MIB = 1024 ** 2;

/**
 * Sizes of the writable file systems in bytes; each would otherwise be half of the machine's memory. `/tmp` has to hold a
 * plan, a cache or dbt's target directory; `/dev/shm` is unlimited under bwrap's `--dev` unless it is mounted over.
 */
export const TMPFS = { tmp: 512 * MIB, home: 128 * MIB, run: 64 * MIB, shm: 64 * MIB } as const;

/** A piece of the host's own system: a link that is made again (`/lib`), or a directory or file that is bound. */
export type SystemPart =
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly link?: never };

/** A source outside: a descriptor that the launcher's shell holds, or a path of the host's system or our own. */
/** A descriptor (with the real path that it must have, where one was vetted), or a path of this program's own choosing. */
export type Source = { readonly fd: number; readonly real?: string } | { readonly path: string };

/** Everything that one sandbox is made of. */
export interface SandboxPlan {
  /** `/usr`, the links beside it, and the few files of `/etc` that programs can't do without. */
  readonly system: readonly SystemPart[];
  /** A directory of ours that stands as `/etc`; holds the mount points for parts of {@link system} below `/etc`. */
  readonly etc: string;
  /** An own network namespace, made by bwrap: nothing but `lo`. */
  readonly unshareNet: boolean;
  /** Variables, besides {@link baseEnvironment}. */
  readonly env: Readonly<Record<string, string>>;
  /** What is seen besides the system, in this order. */
  readonly binds: readonly { readonly source: Source; readonly at: string; readonly writable?: boolean }[];
  /** Descriptors whose content appears as a read-only file of mode 0400. */
  readonly files: readonly { readonly fd: number; readonly at: string }[];
  /** Paths below the binds that are covered with something empty. */
  readonly covers: readonly { readonly at: string; readonly with: string }[];
  readonly seccompFd: number;
  readonly chdir: string;
}

/** The variables that every tool has, whatever its catalogue entry says. */
export const baseEnvironment = (): Readonly<Record<string, string>> => ({
  PATH: FIXED_PATH,
  HOME: SANDBOX_HOME,
  LANG: "C.UTF-8",
  TMPDIR: "/tmp",
  USER: "physiclaw",
});

const tmpfs = (at: string, bytes: number): readonly string[] => ["--size", String(bytes), "--tmpfs", at];

const bind = (source: Source, at: string, writable: boolean): readonly string[] =>
  "fd" in source
    ? [writable ? "--bind-fd" : "--ro-bind-fd", String(source.fd), at]
    : [writable ? "--bind" : "--ro-bind", source.path, at];

/** The flags that every sandbox has: namespaces, no capabilities, no way to more. */
const ISOLATION: readonly string[] = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
  // Nested user namespaces would bring capabilities back; bwrap wants --unshare-user said beside it.
  "--disable-userns",
  "--die-with-parent",
  // Our shell is the namespace's first process: nothing inside can signal it, and a process of bwrap's is saved.
  "--as-pid-1",
  // A controlling terminal could be written to.
  "--new-session",
  "--cap-drop",
  "ALL",
  "--hostname",
  "physiclaw",
  "--uid",
  String(SANDBOX_UID),
  "--gid",
  String(SANDBOX_UID),
];

/**
 * Bwrap's arguments, all but the program. The caller hands them over by `--args`, since its command line is visible
 * inside.
 *
 * @example
 * ```ts
 * import { sandboxArguments } from "./sandbox.ts";
 * const args = sandboxArguments({
 *   system: [{ path: "/usr" }, { path: "/bin", link: "usr/bin" }],
 *   etc: "/var/lib/physiclaw/sandbox/etc",
 *   unshareNet: true,
 *   env: {},
 *   binds: [{ source: { fd: 5 }, at: "/workspace" }],
 *   files: [],
 *   covers: [],
 *   seccompFd: 4,
 *   chdir: "/workspace",
 * });
 * console.assert(args.includes("--disable-userns"));
 * ```
 */
export function sandboxArguments(plan: SandboxPlan): readonly string[] {
  const env = { ...baseEnvironment(), ...plan.env };
  const inEtc = plan.system.filter((part) => part.path.startsWith("/etc/"));
  const atRoot = plan.system.filter((part) => !part.path.startsWith("/etc/"));
  const system = (part: SystemPart): readonly string[] =>
    part.link === undefined ? ["--ro-bind", part.path, part.path] : ["--symlink", part.link, part.path];
  return [
    ...ISOLATION,
    ...(plan.unshareNet ? ["--unshare-net"] : []),
    "--seccomp",
    String(plan.seccompFd),
    "--clearenv",
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ...atRoot.flatMap(system),
    ...bind({ path: plan.etc }, "/etc", false),
    ...inEtc.flatMap(system),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    ...tmpfs("/dev/shm", TMPFS.shm),
    ...tmpfs("/tmp", TMPFS.tmp),
    ...tmpfs("/run", TMPFS.run),
    ...tmpfs(SANDBOX_HOME, TMPFS.home),
    ...plan.binds.flatMap(({ source, at, writable }) => bind(source, at, writable === true)),
    ...plan.covers.flatMap(({ at, with: cover }) => bind({ path: cover }, at, false)),
    ...plan.files.flatMap(({ fd, at }) => [
      ...["--perms", "0400"],
      // Our /etc is bound read-only: a file of it is bound over, not written.
      ...[at.startsWith("/etc/") ? "--ro-bind-data" : "--file", String(fd), at],
    ]),
    // Root's files in /proc/sys are judged by their owner, and outside this namespace a root's tool is that owner.
    ...["--remount-ro", "/proc", "--remount-ro", "/run", "--remount-ro", "/dev"],
    "--remount-ro",
    "/",
    "--chdir",
    plan.chdir,
  ];
}
