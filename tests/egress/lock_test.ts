/**
 * The lock of the running program: it holds for every thread, it is told everywhere, and `serve` does not start without it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { assemble, encode } from "../../lib/internal/bpf.ts";
import { type SyscallName, syscallNumber } from "../../lib/internal/syscalls.ts";
import { startBridge, type TestBridge } from "../support/bridge.ts";
import { TextLineStream } from "../support/lines.ts";
import { physiclaw } from "../support/program.ts";

const BWRAP = "/usr/bin/bwrap";
const hasBwrap = await Deno.stat(BWRAP).then(() => true, () => false);

const goal: RequestInit = {
  method: "POST",
  body: JSON.stringify({ goal: "summarise the errors in app.log", persona: "sre" }),
};

/** What the kernel says of each thread of a process. */
async function threads(pid: number): Promise<readonly string[]> {
  const script =
    `for t in /proc/${pid}/task/*/status; do grep -E '^(Seccomp|NoNewPrivs):' $t | tr -d '\\n\\t'; echo; done`;
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

async function children(pid: number): Promise<readonly number[]> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", `cat /proc/${pid}/task/*/children`] })
    .output();
  return new TextDecoder().decode(stdout).trim().split(/\s+/).filter(Boolean).map(Number);
}

async function told(bridge: TestBridge) {
  const [health, metrics, answer] = await Promise.all([
    bridge.request("/health").then((response) => response.json()),
    bridge.request("/metrics").then((response) => response.text()),
    bridge.request("/goal", goal).then((response) => response.json()),
  ]);
  const records = (await Deno.readTextFile(`${bridge.state}/audit.jsonl`)).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  return {
    health: health.layers.lock,
    metric: /^physiclaw_egress_lock_held (.*)$/m.exec(metrics)?.[1],
    outcome: answer.outcome,
    evidence: answer.evidence.egress.lock,
    audit: records.find(({ event }) => event === "start").data.layers.lock,
  };
}

Deno.test("serve holds the lock in every thread, says so everywhere, and its runner is outside", async () => {
  await using bridge = await startBridge();
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
  assert.deepEqual(await told(bridge), {
    health: "held",
    metric: "1",
    outcome: "done",
    evidence: "held",
    audit: "held",
  });
  // After a goal: threads that began later too.
  const held = await threads(bridge.pid);
  assert.ok(held.length > 1);
  assert.deepEqual(new Set(held), new Set(["NoNewPrivs:1Seccomp:2"]));
  for (const child of await children(bridge.pid)) {
    assert.deepEqual(new Set(await threads(child)), new Set(["NoNewPrivs:0Seccomp:0"]));
  }
});

Deno.test("serve --unlocked goes on without it, loudly, and says so everywhere", async () => {
  await using bridge = await startBridge({ args: ["--unlocked"] });
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
  assert.deepEqual(await told(bridge), {
    health: "off: --unlocked",
    metric: "0",
    outcome: "done",
    evidence: "off: --unlocked",
    audit: "off: --unlocked",
  });
  assert.deepEqual(new Set(await threads(bridge.pid)), new Set(["NoNewPrivs:0Seccomp:0"]));
  const warning = bridge.logged.map((line) => JSON.parse(line)).find(({ layer }) => layer === "lock");
  assert.equal(warning.level, "warning");
  assert.equal(warning.reason, "off: --unlocked");
});

Deno.test("a settings file cannot leave the lock out", async () => {
  await assert.rejects(
    startBridge({ config: "[lock]\nrequired = false\n" }),
    /lock .* is no setting.*--unlocked/s,
  );
});

/** Starts `serve` in surroundings in which it must not get ready; what it said, and its exit code. */
async function refusal(
  change: (argv: readonly string[]) => readonly string[],
): Promise<{ readonly code: number; readonly said: string; readonly audited: boolean }> {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-lock-" });
  try {
    await Deno.mkdir(`${home}/workspace`);
    const { program, args } = physiclaw();
    const argv = change([program, ...args, "serve", "--port", "0"]);
    const child = new Deno.Command(argv[0] ?? "", {
      args: argv.slice(1),
      clearEnv: true,
      env: {
        HOME: home,
        PHYSICLAW_MEMORY_DIR: `${home}/state`,
        PHYSICLAW_CWD: `${home}/workspace`,
        NO_COLOR: "1",
      },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    });
    const { code, stderr } = await child.output();
    const log = await Deno.readTextFile(`${home}/state/audit.jsonl`).catch(() => "");
    return { code, said: new TextDecoder().decode(stderr), audited: log.includes('"event":"start"') };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

const fails = async (change: Parameters<typeof refusal>[0], reason: RegExp): Promise<void> => {
  const { code, said, audited } = await refusal(change);
  assert.match(said, reason);
  assert.match(said, /hint: /);
  assert.doesNotMatch(said, /"message":"Ready"/);
  assert.equal(code, 2, said);
  assert.equal(audited, false, "a start was recorded that did not happen");
};

Deno.test({
  name: "drill: without the permission to load the C library serve does not start",
  ignore: Deno.env.has("PHYSICLAW_BINARY"),
  fn: () =>
    fails(
      (argv) => argv.filter((word) => !word.startsWith("--allow-ffi")),
      /Cannot load the C library .*: Deno's permissions forbid it/,
    ),
});

/** A container's filter in which a call is not permitted (when its first argument is `first`). */
function forbidding(name: SyscallName | "prctl", first?: number): Uint8Array<ArrayBuffer> {
  const number = name === "prctl"
    ? Deno.build.arch === "x86_64" ? 157 : 167
    : syscallNumber(name, Deno.build.arch) ?? -1;
  return encode(assemble([
    { op: "load", offset: 0 },
    { op: "jump", if: "==", value: number, else: "allow" },
    { op: "load", offset: 16 },
    ...first === undefined ? [] : [{ op: "jump", if: "==", value: first, else: "allow" } as const],
    { op: "return", value: 0x0005_0001 },
    { op: "label", name: "allow" },
    { op: "return", value: 0x7fff_0000 },
  ]));
}

async function under(filter: Uint8Array<ArrayBuffer>, reason: RegExp): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, filter);
    // As nobody: in a user namespace the directories of the host's root seem to be his, and are trusted.
    const nobody = ["--unshare-user", "--uid", "65534", "--gid", "65534"];
    const inside = [BWRAP, ...nobody, "--dev-bind", "/", "/", "--seccomp", "3"];
    await fails((argv) => ["/bin/sh", "-c", 'exec 3<"$0"; exec "$@"', path, ...inside, ...argv], reason);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name: "drill: where a container forbids seccomp(2) serve does not start",
  ignore: !hasBwrap,
  fn: () => under(forbidding("seccomp"), /Cannot take the egress lock: seccomp\(2\): not permitted/),
});

Deno.test({
  name: "drill: where a container forbids no_new_privs serve does not start",
  ignore: !hasBwrap,
  fn: () =>
    under(
      forbidding("prctl", 38),
      /Cannot take the egress lock: prctl\(PR_SET_NO_NEW_PRIVS\): not permitted/,
    ),
});

Deno.test({
  name: "drill: a filter that is not there although the kernel says so is noticed",
  ignore: !hasBwrap,
  fn: async () => {
    // As if seccomp(2) had worked: errno 0.
    const filter = forbidding("seccomp");
    new DataView(filter.buffer).setUint32(filter.length - 16 + 4, 0x0005_0000, true);
    // The container's own filter makes every thread "Seccomp: 2": only the calls themselves tell.
    await under(filter, /Cannot take the egress lock: socket gives [0-9]+ where the filter says -1/);
  },
});

Deno.test("drill: a connection that the caller left open is named, and serve does not start", async () => {
  using far = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const leave = `use Socket; $^F = 99; socket(S, AF_INET, SOCK_STREAM, 0) or die;
    connect(S, sockaddr_in(shift, inet_aton("127.0.0.1"))) or die; exec @ARGV`;
  await fails(
    (argv) => ["/usr/bin/perl", "-e", leave, String(far.addr.port), ...argv],
    new RegExp(`descriptor [0-9]+ is a socket \\(IPv4\\) connected to 127\\.0\\.0\\.1:${far.addr.port}`),
  );
});

Deno.test("where standard output is a Unix socket, as under systemd, serve takes the lock", async () => {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-lock-" });
  try {
    await Deno.mkdir(`${home}/workspace`);
    const { program, args } = physiclaw();
    const journal =
      `use Socket; $^F = 99; socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) or die; open(STDOUT, ">&", B) or die; exec @ARGV`;
    const child = new Deno.Command("/usr/bin/perl", {
      args: ["-e", journal, program, ...args, "serve", "--port", "0"],
      clearEnv: true,
      env: { HOME: home, PHYSICLAW_MEMORY_DIR: `${home}/state`, PHYSICLAW_CWD: `${home}/workspace` },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const logged: string[] = [];
    for await (
      const line of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      logged.push(line);
      if (line.includes('"message":"Ready"')) child.kill("SIGTERM");
    }
    const said = logged.join("\n");
    assert.match(said, /"message":"Egress lock taken"/);
    assert.match(said, /"message":"Ready"/);
    assert.equal((await child.status).code, 0, said);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
