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

test("run: an abort at any moment of the sandbox's setup leaves nothing behind", async () => {
  const mark = sleepText();
  const tool = shellTool("long", [`sleep ${mark}`]);
  await withRunner([tool], async ({ run }) => {
    for (let delay = 0; delay < 20; delay += 0.5) {
      const abort = new AbortController();
      const running = run(tool, {}, { signal: abort.signal });
      setTimeout(() => abort.abort(), delay);
      assert.equal((await running).outcome, "killed");
    }
    assert.equal(await processesWith(mark), 0);
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
