import assert from "node:assert/strict";
import { hasBwrap, proceeding, shellTool, textOf, withRunner } from "../../tests/support/runner.ts";

const test = (name: string, fn: () => Promise<void>) => Deno.test({ name, ignore: !hasBwrap, fn });

const output = async (program: string, args: readonly string[]): Promise<string> => {
  const { stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
};

test("run: environment and descriptors are the sandbox's own", async () => {
  const tool = shellTool("look", [
    "env | sort",
    "tr '\\0' '\\n' </proc/1/environ; tr '\\0' '\\n' </proc/$PPID/environ",
    "for fd in /proc/self/fd/*; do echo ${fd##*/} $(readlink $fd); done; cat",
  ], { env: { GRANTED: "yes" } });
  Deno.env.set("PHYSICLAW_TEST_SECRET", "do-not-tell");
  try {
    await withRunner([tool], async ({ run }) => {
      const result = await run(tool);
      assert.deepEqual(textOf(result, 0).trim().split("\n").filter((line) => !line.startsWith("TZ=")), [
        "GRANTED=yes",
        "HOME=/home/physiclaw",
        "LANG=C.UTF-8",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PWD=/workspace",
        "TMPDIR=/tmp",
        "USER=physiclaw",
      ]);
      assert.ok(!textOf(result, 1).includes("do-not-tell") && !textOf(result, 1).includes("DENO"));
      // What has no target is the listing's own, closed by then.
      const open = textOf(result, 2).trim().split("\n").filter((line) =>
        line.includes(" /") || line.includes(":[")
      );
      assert.deepEqual(open.map((line) => line.split(" ")[0]), ["0", "1", "2"]);
      assert.match(textOf(result, 2), /^0 \/dev\/null$/m);
    });
  } finally {
    Deno.env.delete("PHYSICLAW_TEST_SECRET");
  }
});

test("run: the profile's file systems are read-only, sized, and hold nothing of the host", async () => {
  const tool = shellTool("files", [
    "for d in / /usr /etc /run /dev /workspace; do touch $d/x 2>/dev/null && echo writable $d; done; touch /tmp/x ~/x && echo ok",
    "ls -A /run /home /tmp ~ / 2>&1; ls /root /etc/shadow /etc/ssh 2>&1 | grep -v 'No such'",
    "head -c 200000000 /dev/zero >/dev/shm/big 2>/dev/null; stat -c %s /dev/shm/big",
  ]);
  await withRunner([tool], async ({ run }) => {
    const result = await run(proceeding(tool, [0, 1, 2]), {});
    assert.equal(textOf(result, 0), "ok\n");
    assert.ok(!textOf(result, 1).includes("shadow"), textOf(result, 1));
    assert.ok(Number(textOf(result, 2)) <= 64 * 1024 ** 2);
  }, { tools: [proceeding(tool, [0, 1, 2])] });
});

test("run: named paths are bound where the goal wrote them, and only those", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-logs-" }));
  await Deno.mkdir(`${base}/logs/.ssh`, { recursive: true });
  await Deno.writeTextFile(`${base}/logs/a.log`, "from a\n");
  await Deno.writeTextFile(`${base}/logs/b.log`, "from b\n");
  await Deno.writeTextFile(`${base}/logs/.ssh/id_rsa`, "key\n");
  await Deno.symlink(`${base}/logs`, `${base}/link`);
  const tool = shellTool("cat", [], {
    slots: { paths: { type: { kind: "path", of: "any", glob: true }, many: 4 } },
    forms: [
      { id: "run", commands: [["/bin/cat", { slot: "paths" }], ["@", "-c", `ls -A ${base} ${base}/logs`]] },
      {
        id: "tree",
        commands: [["/usr/bin/find", { slot: "paths" }, "-type", "f"], [
          "@",
          "-c",
          `cat ${base}/logs/.ssh/id_rsa`,
        ]],
      },
    ],
    roots: [base],
  });
  const lenient = proceeding(tool, [0, 1, 2]);
  try {
    await withRunner([lenient], async ({ run }) => {
      const one = await run(lenient, { paths: [`${base}/logs/a.log`] });
      assert.equal(textOf(one), "from a\n");
      assert.equal(textOf(one, 1), `${base}:\nlogs\n\n${base}/logs:\na.log\n`);
      const linked = await run(lenient, { paths: [`${base}/link/b.log`] });
      assert.equal(textOf(linked), "from b\n");
      const glob = await run(lenient, { paths: [`${base}/logs/*.log`] });
      assert.match(textOf(glob, 1), /a\.log\nb\.log/);
      const tree = await run(lenient, { paths: [`${base}/logs`] }, { form: "tree" });
      assert.deepEqual(textOf(tree).trim().split("\n").sort(), [`${base}/logs/a.log`, `${base}/logs/b.log`]);
      assert.match(textOf(tree, 1, "stderr"), /No such file|Permission denied/);
      assert.equal(textOf(tree, 1), "");
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

test("run: a working copy is writable, the original is not", async () => {
  const tool = shellTool("write", ["cat data; echo more >>data && echo wrote; ls -A"], {
    workspace: "scratch",
  });
  const reader = shellTool("read", ["echo more >>data"]);
  await withRunner([tool, reader], async ({ run, stateDir, workspace }) => {
    const copy = `${stateDir}/scratch/goal-s1`;
    await Deno.mkdir(copy, { recursive: true });
    for (const directory of [copy, workspace]) await Deno.writeTextFile(`${directory}/data`, "some\n");
    const result = await run(tool, {}, { change: { cwd: copy } });
    assert.deepEqual([result.outcome, textOf(result)], ["ok", "some\nwrote\ndata\n"]);
    assert.equal(await Deno.readTextFile(`${copy}/data`), "some\nmore\n");
    assert.notEqual((await run(reader)).outcome, "ok");
    assert.equal(await Deno.readTextFile(`${workspace}/data`), "some\n");
    // The copy that will replace a whole workspace stands beside it.
    const beside = `${workspace.slice(0, workspace.lastIndexOf("/"))}/.physiclaw-goal-s1`;
    await Deno.mkdir(`${beside}/deep`, { recursive: true });
    await Deno.writeTextFile(`${beside}/data`, "");
    assert.equal((await run(tool, {}, { change: { cwd: beside } })).outcome, "ok");
    for (const cwd of [stateDir, `${beside}/deep`, workspace.slice(0, workspace.lastIndexOf("/")), "/"]) {
      assert.equal((await run(tool, {}, { change: { cwd } })).outcome, "refused", cwd);
    }
  });
});

test("run: files of the catalogue are opened outside and handed in", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-handed-" }));
  for (const name of ["ann", "bob", "eve"]) {
    await Deno.mkdir(`${base}/home/${name}/.ssh`, { recursive: true });
  }
  await Deno.writeTextFile(`${base}/home/ann/.ssh/authorized_keys`, "ann's key\n", { mode: 0o600 });
  await Deno.writeTextFile(`${base}/home/bob/.ssh/authorized_keys2`, "bob's key\n", { mode: 0o600 });
  await Deno.writeTextFile(`${base}/secret`, "root's\n", { mode: 0o600 });
  await Deno.symlink(`${base}/secret`, `${base}/home/eve/.ssh/authorized_keys`);
  const tool = shellTool("identities", [
    'cd /run/host && find . -type f | sort | while read -r f; do echo "$f: $(cat $f)"; done',
    "cat /run/stat.json",
    "cat /run/host-unreadable.json",
  ], {
    files: [
      { from: { path: `${base}/secret` }, at: "/run/host/secret" },
      { from: { path: `${base}/nothing` }, at: "/run/host/nothing", optional: true },
      { from: { glob: `${base}/home/*/.ssh/authorized_keys*` }, at: "/run/host", optional: true },
      { from: { glob: `${base}/{secret,home/*}` }, at: "/run/stat.json", statOnly: true, optional: true },
    ],
  });
  try {
    await withRunner([tool], async ({ run }) => {
      const result = await run(tool);
      assert.equal(result.outcome, "ok", textOf(result, 0, "stderr"));
      assert.deepEqual(textOf(result, 0).trim().split("\n"), [
        "./secret: root's",
        `.${base}/home/ann/.ssh/authorized_keys: ann's key`,
        `.${base}/home/bob/.ssh/authorized_keys2: bob's key`,
      ]);
      const stats = JSON.parse(textOf(result, 1));
      assert.deepEqual(
        stats.map((one: { path: string; mode: string; type: string }) => [one.path, one.mode, one.type]),
        [
          [`${base}/secret`, "0600", "file"],
          ...["ann", "bob", "eve"].map((name) => [`${base}/home/${name}`, "0755", "directory"]),
        ],
      );
      assert.deepEqual(JSON.parse(textOf(result, 2)), [
        { path: `${base}/home/eve/.ssh/authorized_keys`, reason: "leads elsewhere by a link" },
      ]);
    });
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});

test("run: descriptors that the bridge's own parent left open reach no tool", async () => {
  const script = `
    import { shellTool, textOf, withRunner } from "${new URL(
    "../../tests/support/runner.ts",
    import.meta.url,
  )}";
    const tool = shellTool("look", ["ls -l /proc/self/fd | grep -c os-release"]);
    await withRunner([tool], async ({ run }) => console.log("seen", textOf(await run(tool)).trim()));
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, script);
  try {
    const run = async (program: readonly string[]): Promise<string> =>
      await output("/bin/bash", [
        "-c",
        'exec 7</etc/os-release 77</etc/os-release; exec "$@"',
        "x",
        ...program,
      ]);
    // The control: an ordinary child does see them.
    assert.equal(await run(["/bin/sh", "-c", "ls -l /proc/self/fd | grep -c os-release"]), "2");
    const flags = ["--no-prompt", "--cached-only", "--allow-read", "--allow-write", "--allow-run"];
    assert.equal(
      await run([Deno.execPath(), "run", "--config", config, ...flags, "--allow-sys=uid", path]),
      "seen 0",
    );
  } finally {
    await Deno.remove(path);
  }
});

test("selfCheck holds in the profile that tools get", async () => {
  await withRunner([], async ({ runner }) => {
    const check = await runner.selfCheck();
    assert.deepEqual(check, {
      held: true,
      detail: "Tools run under bwrap: no network, no capabilities, read-only system, system calls filtered",
    });
  });
});
