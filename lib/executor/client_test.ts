import assert from "node:assert/strict";
import { hasBwrap, proceeding, shellTool, textOf, withRunner } from "../../tests/support/runner.ts";
import { PhysiclawError } from "../internal/errors.ts";

const test = (name: string, fn: () => Promise<void>) => Deno.test({ name, ignore: !hasBwrap, fn });

const output = async (program: string, args: readonly string[]): Promise<string> => {
  const { stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
};
/** Processes of this machine whose command line holds a text that only the test knows. */
const processesWith = async (text: string): Promise<number> =>
  Number(await output("pgrep", ["-f", "-c", `sleep ${text}`]));

const sleepText = () => `${100_000 + crypto.getRandomValues(new Uint16Array(1))[0]!}.${Date.now() % 100_000}`;

test("run: commands share one sandbox, and each has its own streams and exit code", async () => {
  const tool = proceeding(
    shellTool("several", [
      "echo one; echo first >&2; echo kept >/tmp/kept; exit 2",
      "cat /tmp/kept; printf 'no newline'; printf 'nor here' >&2; exit 3",
      "echo never",
    ]),
    [0, 2],
  );
  await withRunner([tool], async ({ run }) => {
    const result = await run(tool);
    assert.equal(result.outcome, "failed");
    assert.equal(result.sandbox, "bwrap, no network");
    assert.deepEqual(result.commands.map(({ exitCode, signal }) => [exitCode, signal]), [
      [2, undefined],
      [3, undefined],
    ]);
    assert.deepEqual([textOf(result, 0), textOf(result, 0, "stderr")], ["one\n", "first\n"]);
    assert.deepEqual([textOf(result, 1), textOf(result, 1, "stderr")], ["kept\nno newline", "nor here"]);
  });
});

test("run: an exit code of 137 and a SIGKILL are told apart", async () => {
  const codes = shellTool("codes", ["exit 137"]);
  const killed = shellTool("killed", ["kill -9 $$"]);
  const piped = shellTool("piped", ["kill -PIPE $$"]);
  await withRunner([codes, killed, piped], async ({ run }) => {
    const [code, signal, pipe] = await Promise.all([run(codes), run(killed), run(piped)]);
    assert.equal(code.outcome, "failed");
    assert.equal(code.commands[0]?.exitCode, 137);
    assert.equal(signal.outcome, "killed");
    assert.deepEqual([signal.commands[0]?.signal, signal.commands[0]?.exitCode], ["SIGKILL", undefined]);
    assert.equal(pipe.commands[0]?.signal, "SIGPIPE");
  });
});

test("run: a time-out takes grandchildren along, setsid and double forks included", async () => {
  const mark = sleepText();
  const tool = shellTool("forks", [
    `setsid sleep ${mark} & (setsid sh -c 'sleep ${mark} & exec sleep ${mark}' &) ; echo started; sleep ${mark}`,
  ], { limits: { timeoutMs: 3000, outputBytes: 4096, memory: { kind: "address-space", bytes: 2 ** 30 } } });
  await withRunner([tool], async ({ run }) => {
    const begun = Promise.withResolvers<void>();
    const running = run(tool, {}, { onOutput: () => begun.resolve() });
    await Promise.race([begun.promise, running]);
    let ended = false;
    running.then(() => ended = true);
    let seen = 0;
    while (seen < 4 && !ended) seen = await processesWith(mark);
    const result = await running;
    assert.ok(seen >= 4, `${seen} processes were seen, ${result.reason}, ${textOf(result, 0, "stderr")}`);
    assert.equal(result.outcome, "timed_out");
    assert.equal(result.reason, "It ran longer than 3 s");
    assert.equal(textOf(result), "started\n");
    assert.equal(result.commands[0]?.signal, "SIGKILL");
    assert.equal(await processesWith(mark), 0);
  });
});

test("run: an abort kills the step's tree and leaves other steps alone", async () => {
  const mark = sleepText();
  const long = shellTool("long", [`echo up; setsid sleep ${mark} & sleep ${mark}`]);
  const short = shellTool("short", ["sleep 0.3; echo done"]);
  await withRunner([long, short], async ({ run }) => {
    const abort = new AbortController();
    const other = run(short);
    const result = await run(long, {}, { signal: abort.signal, onOutput: () => abort.abort() });
    assert.equal(result.outcome, "killed");
    assert.equal(result.reason, "It was cancelled");
    assert.equal(await processesWith(mark), 0);
    assert.equal(textOf(await other), "done\n");
    const early = await run(long, {}, { signal: AbortSignal.abort() });
    assert.equal(early.outcome, "killed");
  });
});

test("run: a flood is cut at the cap, and what the other stream said is kept", async () => {
  const limits = {
    timeoutMs: 30_000,
    outputBytes: 100_000,
    memory: { kind: "address-space", bytes: 2 ** 30 },
  } as const;
  const flood = shellTool("flood", ["echo careful >&2; exec yes 0123456789"], { limits });
  const exact = shellTool("exact", ["head -c 99995 /dev/zero; printf 12345 >&2"], { limits });
  await withRunner([flood, exact], async ({ run }) => {
    const result = await run(flood);
    assert.equal(result.outcome, "output_capped");
    assert.equal(result.truncated, true);
    assert.equal(textOf(result, 0, "stderr"), "careful\n");
    assert.equal(result.commands[0]?.stdout.byteLength, 100_000 - "careful\n".length);
    const whole = await run(exact);
    assert.deepEqual([whole.outcome, whole.truncated], ["ok", false]);
    assert.equal(whole.commands[0]?.stdout.byteLength, 99_995);
  });
});

test("run: a tool can't write the boundary of its own output", async () => {
  // It sees the supervisor's texts, but the marker of a command is drawn from the pipe only after it has ended.
  const forger = proceeding(
    shellTool("forger", [
      "for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/cmdline; tr '\\0' '\\n' <$p/environ; done 2>/dev/null | " +
      "grep -oE '[0-9a-f]{32}' | while read -r m; do echo $m; echo \"$m 0 \" >&2; done; exit 1",
      "echo second",
    ]),
    [0, 1],
  );
  await withRunner([forger], async ({ run }) => {
    const result = await run(forger);
    assert.deepEqual(result.commands.map(({ exitCode }) => exitCode), [1, 0]);
    assert.equal(textOf(result, 1), "second\n");
  });
});

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

test("run: what breaks a rule is refused and not run", async () => {
  const tool = shellTool("plain", ["echo ran"], {
    slots: { path: { type: { kind: "path", of: "file" } } },
    forms: [{ id: "run", commands: [["@", "-c", "echo ran"]] }, {
      id: "cat",
      commands: [["/bin/cat", { slot: "path" }]],
    }],
  });
  await withRunner([tool], async ({ run, workspace, stateDir }) => {
    assert.equal((await run(tool)).outcome, "ok");
    await Deno.symlink("/etc/shadow", `${workspace}/innocent`);
    await Deno.writeTextFile(`${stateDir}/secret`, "x");
    const cases = [
      [await run(tool, {}, { change: { tool: "nothing" } }), /has no such tool/],
      [await run(tool, {}, { change: { persona: "secops" } }), /persona secops may not use it/],
      [await run(tool, {}, { change: { form: "other", commands: [] } }), /has no form "other"/],
      [await run(tool, {}, { change: { commands: [["/bin/sh", "-c", "echo ran; id"]] } }), /argv is not/],
      [await run(tool, {}, { change: { commands: [["/bin/dash", "-c", "echo ran"]] } }), /argv is not/],
      [await run(tool, {}, { change: { slots: { extra: "1" }, commands: [] } }), /has no slot "extra"/],
      [await run(tool, {}, { change: { cwd: "/etc" } }), /not under a root of the workspace/],
      [await run(tool, {}, { change: { cwd: stateDir } }), /not under a root of the workspace/],
      [await run(tool, {}, { change: { writable: true } }), /it only reads/],
      [await run(tool, { path: "innocent" }, { form: "cat" }), /key or credential file/],
      [await run(tool, { path: "/etc/shadow" }, { form: "cat" }), /key or credential file/],
      [await run(tool, { path: "../state/secret" }, { form: "cat" }), /state or settings/],
      [await run(tool, { path: "/etc/hostname" }, { form: "cat" }), /outside the directories/],
    ] as const;
    for (const [result, reason] of cases) {
      assert.equal(result.outcome, "refused", result.reason ?? "");
      assert.match(result.reason ?? "", reason);
      assert.deepEqual(result.commands, []);
    }
  });
});

test("run: what can't be started here is unavailable, with the reason", async () => {
  const absent = shellTool("absent", ["true"], { program: { search: ["physiclaw-no-such-program"] } });
  const disabled = shellTool("disabled", ["true"]);
  const query = shellTool("query", ["true"], { network: { kind: "endpoint", setting: "prometheus.url" } });
  const reader = shellTool("reader", [], {
    slots: { path: { type: { kind: "path", of: "file" } } },
    forms: [{ id: "run", commands: [["@", "-c", 'cat "$1"', "x", { slot: "path" }]] }],
  });
  const settings = { nmap: { targets: [] }, hosts: {}, tools: { disabled: { disabled: true } } };
  await withRunner([absent, disabled, query, reader], async ({ run, runner, workspace }) => {
    await Deno.mkdir(`${workspace}/directory`);
    const cases = [
      [await run(absent), /physiclaw-no-such-program is not installed \(copy it\)/],
      [await run(disabled), /disabled by the settings/],
      [await run(query), /set prometheus\.url/],
      [await run(reader, { path: "gone.log" }), /gone\.log: it does not exist/],
      [await run(reader, { path: "directory" }), /it is no file/],
    ] as const;
    for (const [result, reason] of cases) {
      assert.equal(result.outcome, "unavailable", result.reason ?? "");
      assert.match(result.reason ?? "", reason);
    }
    const statuses = new Map((await runner.tools()).map((status) => [status.tool, status]));
    assert.match(statuses.get("absent")?.reason ?? "", /not installed/);
    assert.match(statuses.get("query")?.reason ?? "", /prometheus\.url/);
    assert.equal(statuses.get("reader")?.usable, true);
    assert.match(statuses.get("reader")?.digest ?? "", /^[0-9a-f]{64}$/);
    assert.equal(statuses.get("log-aggregator")?.usable, true);
  }, { settings });
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
    import { shellTool, textOf, withRunner } from "./tests/support/runner.ts";
    const tool = shellTool("look", ["ls -l /proc/self/fd | grep -c os-release"]);
    await withRunner([tool], async ({ run }) => console.log("seen", textOf(await run(tool)).trim()));
  `;
  const path = new URL("../../.leak_test.ts", import.meta.url).pathname;
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
    assert.equal(await run([Deno.execPath(), "run", ...flags, "--allow-sys=uid", path]), "seen 0");
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

test("run without a sandbox: same limits, empty environment, the process group is killed", async () => {
  const mark = sleepText();
  const look = shellTool("look", ["env | cut -d= -f1 | sort | tr '\\n' ' '; pwd"]);
  const forks = shellTool("forks", [`sleep ${mark} & sleep ${mark}`], {
    limits: { timeoutMs: 500, outputBytes: 4096, memory: { kind: "address-space", bytes: 2 ** 30 } },
  });
  await withRunner([look, forks], async ({ run, runner, workspace }) => {
    const result = await run(look);
    assert.equal(result.sandbox, "none, no network");
    assert.equal(textOf(result), `HOME LANG PATH PWD ${workspace}\n`);
    assert.equal((await run(forks)).outcome, "timed_out");
    assert.equal(await processesWith(mark), 0);
    assert.equal((await runner.selfCheck()).held, false);
  }, { sandbox: "none" });
});

test("close ends the process and what it runs; a runner that dies is told", async () => {
  const mark = sleepText();
  const tool = shellTool("long", [`echo up; sleep ${mark}`]);
  await withRunner([tool], async ({ run, runner }) => {
    const up = Promise.withResolvers<void>();
    const running = run(tool, {}, { onOutput: () => up.resolve() });
    await Promise.race([up.promise, running]);
    await runner.close();
    assert.equal((await running).outcome, "killed");
    assert.equal(await processesWith(mark), 0);
  });
  const gone = Promise.withResolvers<string>();
  await withRunner([tool], async ({ run, runner }) => {
    const up = Promise.withResolvers<void>();
    const running = run(tool, {}, { onOutput: () => up.resolve() });
    await Promise.race([up.promise, running]);
    const pid = await output("pgrep", ["-P", String(Deno.pid), "-f", "cmd/runner.ts"]);
    Deno.kill(Number(pid), "SIGKILL");
    await assert.rejects(running, PhysiclawError);
    assert.match(await gone.promise, /the runner ended \(restart physiclaw serve\)/);
    await assert.rejects(runner.selfCheck(), /the runner ended/);
    // bwrap dies with its parent, the tree with bwrap.
    while (await processesWith(mark) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }, { onGone: gone.resolve });
});
