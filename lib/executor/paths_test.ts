import assert from "node:assert/strict";
import fc from "fast-check";
import { createForbidden } from "./forbidden_paths.ts";
import { type PathPolicy, vetGlob, vetPath } from "./paths.ts";

/** A workspace, a root outside it, and a state directory; all below one temporary directory. */
async function withTree(body: (tree: { base: string; policy: PathPolicy }) => Promise<void>): Promise<void> {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-paths-" }));
  try {
    for (const directory of ["ws/logs", "ws/home/.ssh", "state", "extra/deep", "elsewhere"]) {
      await Deno.mkdir(`${base}/${directory}`, { recursive: true });
    }
    await Deno.writeTextFile(`${base}/ws/logs/a.log`, "a");
    await Deno.writeTextFile(`${base}/ws/logs/b.log`, "b");
    await Deno.writeTextFile(`${base}/ws/home/.ssh/id_ed25519`, "key");
    await Deno.writeTextFile(`${base}/extra/deep/c.log`, "c");
    await Deno.writeTextFile(`${base}/elsewhere/d.log`, "d");
    await Deno.writeTextFile(`${base}/state/operator.key`, "secret");
    await body({
      base,
      policy: {
        cwd: `${base}/ws`,
        workspace: "/workspace",
        roots: [`${base}/extra`],
        forbidden: createForbidden({ paths: [`${base}/state`] }),
      },
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

Deno.test("vetPath places a relative path below the workspace and an absolute one where it stands", () =>
  withTree(async ({ base, policy }) => {
    assert.deepEqual(await vetPath("logs/./a.log", policy), {
      ok: true,
      written: "logs/./a.log",
      real: `${base}/ws/logs/a.log`,
      inside: "/workspace/logs/a.log",
      kind: "file",
      cover: [],
    });
    const absolute = await vetPath(`${base}/extra/deep`, policy);
    assert.ok(absolute.ok);
    assert.equal(absolute.inside, `${base}/extra/deep`);
    assert.equal(absolute.kind, "directory");
  }));

Deno.test("vetPath tells a missing path from a forbidden one", () =>
  withTree(async ({ base, policy }) => {
    assert.deepEqual(await vetPath("logs/none.log", policy), {
      ok: false,
      kind: "missing",
      reason: "Cannot read logs/none.log: it does not exist",
    });
    const below = await vetPath("logs/a.log/x", policy);
    assert.equal(below.ok ? "" : below.kind, "missing");
    for (
      const path of [
        "/etc/shadow",
        "/etc/../etc/gshadow",
        "/etc/sudoers.d/none",
        "/proc/self/environ",
        "/proc/1/root/etc/hostname",
        "/sys/kernel",
        "/dev/null",
        `${base}/state`,
        `${base}/state/operator.key`,
        `${base}/state/does-not-exist`,
        `${base}/ws/../state/operator.key`,
        "../state/operator.key",
        "home/.ssh/id_ed25519",
        "home/.ssh",
        "x/.aws/credentials",
        "x/.docker/config.json",
        "x/.kube/config",
        "x/.netrc",
        "../elsewhere/d.log",
        `${base}/elsewhere/d.log`,
        `${base}/extra2`,
        "/",
        "",
        "logs/a.log\0",
      ]
    ) {
      const vetted = await vetPath(path, policy);
      assert.equal(vetted.ok ? `allowed ${vetted.real}` : vetted.kind, "violation", path);
    }
    assert.ok((await vetPath("x/.docker/other.json", policy)).ok === false);
  }));

Deno.test("vetPath allows only what a root allows even if the forbidden list is empty", () =>
  withTree(async ({ base, policy }) => {
    const lax = { ...policy, roots: ["/etc"], forbidden: createForbidden({ paths: [] }) };
    const shadow = await vetPath("/etc/shadow", lax);
    assert.equal(shadow.ok ? "" : shadow.kind, "violation");
    const etc = await vetPath("/etc/hostname", lax);
    assert.equal(etc.ok ? "" : etc.kind, "unusable", "the sandbox's own /etc is not covered");
    assert.ok((await vetPath(`${base}/ws/logs`, lax)).ok);
  }));

Deno.test("vetPath follows links and judges where they lead", () =>
  withTree(async ({ base, policy }) => {
    await Deno.symlink(`${base}/elsewhere`, `${base}/ws/out`);
    await Deno.symlink("/etc/shadow", `${base}/ws/shadow`);
    await Deno.symlink(`${base}/extra/deep`, `${base}/ws/absolute`);
    await Deno.symlink("../extra", `${base}/ws/relative`);
    await Deno.symlink("loop", `${base}/ws/loop`);
    for (const path of ["out/d.log", "out", "shadow"]) {
      const vetted = await vetPath(path, policy);
      assert.equal(vetted.ok ? "" : vetted.kind, "violation", path);
    }
    const loop = await vetPath("loop", policy);
    assert.equal(loop.ok ? "" : loop.kind, "unusable");
    const absolute = await vetPath("absolute/c.log", policy);
    assert.ok(absolute.ok);
    assert.equal(absolute.real, `${base}/extra/deep/c.log`);
    assert.equal(absolute.inside, `${base}/extra/deep/c.log`, "where the link leads inside the sandbox");
    const relative = await vetPath("relative/deep/c.log", policy);
    assert.ok(relative.ok);
    assert.equal(relative.inside, "/extra/deep/c.log");
  }));

Deno.test("vetPath refuses pipes, sockets and devices", () =>
  withTree(async ({ base, policy }) => {
    const fifo = await new Deno.Command("mkfifo", { args: [`${base}/ws/pipe`] }).output();
    assert.ok(fifo.success);
    const script = "use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($ARGV[0])) or die";
    const socket = await new Deno.Command("perl", { args: ["-e", script, `${base}/ws/socket`] }).output();
    assert.ok(socket.success);
    for (const path of ["pipe", "socket"]) {
      assert.deepEqual(await vetPath(path, policy), {
        ok: false,
        kind: "violation",
        reason: `Cannot read ${path}: it is a device, pipe or socket`,
      });
    }
  }));

Deno.test("vetPath refuses a hard link of a forbidden file and takes one of an ordinary file", () =>
  withTree(async ({ base, policy }) => {
    await Deno.link(`${base}/state/operator.key`, `${base}/ws/notes.txt`);
    const secret = await vetPath("notes.txt", policy);
    assert.equal(
      secret.ok ? "" : secret.reason,
      "Cannot read notes.txt: it is another name of a key or credential file",
    );
    await Deno.link(`${base}/ws/logs/a.log`, `${base}/ws/copy.log`);
    assert.ok((await vetPath("copy.log", policy)).ok);
  }));

Deno.test("vetPath names what to cover below a directory", () =>
  withTree(async ({ base, policy }) => {
    const workspace = await vetPath(".", policy);
    assert.ok(workspace.ok);
    assert.deepEqual(workspace.cover, [{ inside: "/workspace/home/.ssh", directory: true }]);
    const wide = { ...policy, roots: [base] };
    const all = await vetPath(base, wide);
    assert.ok(all.ok);
    assert.deepEqual(all.cover.map((one) => one.inside).sort(), [`${base}/state`, `${base}/ws/home/.ssh`]);
  }));

Deno.test("vetGlob expands outside, vets every match, and tells what it skipped", () =>
  withTree(async ({ base, policy }) => {
    await Deno.symlink("/etc/shadow", `${base}/ws/logs/c.log`);
    await Deno.writeTextFile(`${base}/ws/logs/.hidden.log`, "");
    const found = await vetGlob("logs/*.log", policy);
    assert.ok(found.ok);
    assert.deepEqual(found.matches.map((match) => match.inside), [
      "/workspace/logs/a.log",
      "/workspace/logs/b.log",
    ]);
    assert.deepEqual(found.skipped.map((one) => one.kind), ["violation"]);
    assert.equal(found.truncated, false);
    const deep = await vetGlob(`${base}/extra/**/*.log`, policy);
    assert.ok(deep.ok);
    assert.deepEqual(deep.matches.map((match) => match.real), [`${base}/extra/deep/c.log`]);
  }));

Deno.test("vetGlob refuses a forbidden base, an outside base, and only forbidden matches", () =>
  withTree(async ({ base, policy }) => {
    for (
      const pattern of [
        "/proc/*/environ",
        "/*",
        `${base}/elsewhere/*`,
        `${base}/*/operator.key`,
        "home/.ss?/*",
      ]
    ) {
      const found = await vetGlob(pattern, policy);
      assert.equal(found.ok ? "allowed" : found.kind, "violation", pattern);
    }
    const none = await vetGlob("logs/*.none", policy);
    assert.equal(none.ok ? "" : none.reason, "Cannot read logs/*.none: it matches nothing");
    const gone = await vetGlob("nowhere/*.log", policy);
    assert.equal(gone.ok ? "" : gone.kind, "missing");
  }));

Deno.test("vetPath never allows a path whose real place is outside the roots", () =>
  withTree(async ({ base, policy }) => {
    await Deno.symlink("..", `${base}/ws/logs/up`);
    await Deno.symlink("../..", `${base}/ws/logs/far`);
    await Deno.symlink("/", `${base}/ws/top`);
    const part = fc.constantFrom(
      "..",
      ".",
      "",
      "logs",
      "up",
      "far",
      "top",
      "home",
      ".ssh",
      "state",
      "elsewhere",
      "etc",
      "ws",
      "extra",
      "deep",
      "c.log",
      "a.log",
      "operator.key",
      "id_ed25519",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 7 }),
        fc.boolean(),
        async (parts, absolute) => {
          const vetted = await vetPath((absolute ? `${base}/` : "") + parts.join("/"), policy);
          if (!vetted.ok) return;
          assert.ok(
            vetted.real.startsWith(`${base}/ws`) || vetted.real.startsWith(`${base}/extra`),
            vetted.real,
          );
          assert.ok(!vetted.real.includes(".ssh") && !vetted.real.includes("state"));
          assert.equal(await Deno.realPath(vetted.real), vetted.real);
        },
      ),
      { numRuns: 500 },
    );
  }));
