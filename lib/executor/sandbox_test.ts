import assert from "node:assert/strict";
import { sandboxArguments, type SandboxPlan } from "./sandbox.ts";

const PLAN: SandboxPlan = {
  system: [
    { path: "/usr" },
    { path: "/lib", link: "usr/lib" },
    { path: "/opt-like" },
    { path: "/etc/alternatives" },
  ],
  etc: "/state/etc",
  unshareNet: true,
  env: { GRANTED: "yes" },
  binds: [{ source: { fd: 5 }, at: "/workspace" }, { source: { path: "/opt/venv" }, at: "/opt/venv" }],
  files: [{ fd: 6, at: "/run/physiclaw/kubeconfig" }, { fd: 7, at: "/etc/hosts" }],
  covers: [{ at: "/workspace/.ssh", with: "/state/empty" }],
  seccompFd: 4,
  chdir: "/workspace",
};

/** True when `words` stand in a row. */
const holds = (args: readonly string[], ...words: string[]): boolean =>
  args.some((_, at) => words.every((word, index) => args[at + index] === word));
const place = (args: readonly string[], ...words: string[]): number =>
  args.findIndex((_, at) => words.every((word, index) => args[at + index] === word));

Deno.test("sandboxArguments: every sandbox is isolated, without capabilities or nested namespaces", () => {
  const args = sandboxArguments(PLAN);
  for (
    const flag of [
      ...[
        "--unshare-user",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-net",
        "--disable-userns",
      ],
      ...["--die-with-parent", "--new-session", "--clearenv"],
    ]
  ) assert.ok(args.includes(flag), flag);
  assert.ok(holds(args, "--cap-drop", "ALL"));
  assert.ok(holds(args, "--uid", "65534") && holds(args, "--gid", "65534"));
  assert.ok(holds(args, "--seccomp", "4"));
  assert.ok(!sandboxArguments({ ...PLAN, unshareNet: false }).includes("--unshare-net"));
});

Deno.test("sandboxArguments: each tmpfs has a size", () => {
  const args = sandboxArguments(PLAN);
  const mounts = args.flatMap((word, at) => word === "--tmpfs" ? [[args[at - 2], args[at + 1]]] : []);
  assert.deepEqual(mounts.map(([flag]) => flag), ["--size", "--size", "--size", "--size"]);
  assert.deepEqual(mounts.map(([, at]) => at), ["/dev/shm", "/tmp", "/run", "/home/physiclaw"]);
});

Deno.test("sandboxArguments: binds are read-only unless they are said to be writable", () => {
  const args = sandboxArguments(PLAN);
  assert.ok(holds(args, "--ro-bind-fd", "5", "/workspace"));
  assert.ok(holds(args, "--ro-bind", "/opt/venv", "/opt/venv"));
  assert.ok(!args.includes("--bind") && !args.includes("--bind-fd"));
  const writable = sandboxArguments({
    ...PLAN,
    binds: [{ source: { fd: 5 }, at: "/workspace", writable: true }],
  });
  assert.ok(holds(writable, "--bind-fd", "5", "/workspace"));
  assert.ok(holds(args, "--symlink", "usr/lib", "/lib"));
});

Deno.test("sandboxArguments: covers come after binds, and the root is sealed last", () => {
  const args = sandboxArguments(PLAN);
  assert.ok(place(args, "--ro-bind", "/state/empty") > place(args, "--ro-bind-fd", "5"));
  assert.ok(place(args, "--ro-bind", "/state/etc", "/etc") < place(args, "--ro-bind", "/etc/alternatives"));
  assert.ok(place(args, "--remount-ro", "/") > place(args, "--perms"));
  for (const at of ["/run", "/dev", "/"]) assert.ok(holds(args, "--remount-ro", at), at);
  assert.deepEqual(args.slice(-2), ["--chdir", "/workspace"]);
});

Deno.test("sandboxArguments: handed files are copied, those of /etc are bound over ours", () => {
  const args = sandboxArguments(PLAN);
  assert.ok(holds(args, "--perms", "0400", "--file", "6", "/run/physiclaw/kubeconfig"));
  assert.ok(holds(args, "--perms", "0400", "--ro-bind-data", "7", "/etc/hosts"));
});

Deno.test("sandboxArguments: nothing of the host's /run, /var, /tmp, /home or whole /etc is ever a source", () => {
  const args = sandboxArguments({ ...PLAN, binds: [], covers: [] });
  const sources = args.flatMap((word, at) => word === "--ro-bind" ? [args[at + 1]] : []);
  assert.deepEqual(sources, ["/usr", "/opt-like", "/state/etc", "/etc/alternatives"]);
});
