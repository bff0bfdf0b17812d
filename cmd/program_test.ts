/**
 * The program as its users run it: spawned, with the permissions that these commands need and no others.
 *
 * @module
 */
import assert from "node:assert/strict";
import { KNOWN_VARIABLES } from "../lib/config/env.ts";
import { VERSION } from "../lib/internal/version.ts";
import { COMMANDS, VISIBLE_COMMANDS } from "./commands.ts";
import { fakeWorld, goalResult } from "./fake_deps_test.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
// --cached-only and the runtime's own cache: without them a bare environment makes Deno ask its registry.
const FLAGS = [
  ...["run", "--no-prompt", "--no-check", "--no-remote", "--cached-only"],
  ...["--allow-sys=uid", `--allow-env=${KNOWN_VARIABLES.join(",")}`],
];
const DENO_DIR = Deno.env.get("DENO_DIR") ??
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;

const spawn = async (
  args: readonly string[],
  options: { net?: string; write?: string; env?: Record<string, string> } = {},
) => {
  const net = options.net === undefined ? [] : [`--allow-net=${options.net}`];
  const write = options.write === undefined ? [] : [`--allow-write=${options.write}`];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...FLAGS, "--allow-read", ...net, ...write, MAIN, ...args],
    clearEnv: true,
    env: {
      DENO_DIR,
      NO_COLOR: "1",
      HOME: "/nonexistent",
      PHYSICLAW_MEMORY_DIR: "/nonexistent/state",
      ...options.env,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
};

Deno.test("physiclaw version prints the version, and one JSON document with --json", async () => {
  for (const args of [["version"], ["--version"], ["-V"]]) {
    const { code, stdout, stderr } = await spawn(args);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^physiclaw ${VERSION.replaceAll(".", "\\.")}\n`));
    assert.equal(stderr, "");
  }
  assert.equal(JSON.parse((await spawn(["version", "--json"])).stdout).version, VERSION);
});

Deno.test("physiclaw help lists every command on stdout; without a word it is a usage error on stderr", async () => {
  const help = await spawn(["--help"]);
  assert.equal(help.code, 0);
  for (const name of VISIBLE_COMMANDS) assert.match(help.stdout, new RegExp(`^  ${name} `, "m"));
  const bare = await spawn([]);
  assert.deepEqual([bare.code, bare.stdout, bare.stderr], [2, "", help.stdout]);
  assert.match((await spawn(["help", "goal"])).stdout, /physiclaw goal \[/);
});

Deno.test("every command explains itself with --help and refuses an unknown flag with 2", async () => {
  for (const name of VISIBLE_COMMANDS) {
    const command = (await COMMANDS[name]?.load())?.default;
    assert.ok(command !== undefined);
    const world = fakeWorld();
    assert.equal(await command.invoke(["--help"], world.deps), 0);
    assert.match(world.stdout(), /^USAGE/);
    await assert.rejects(command.invoke(["--no-such-flag"], fakeWorld().deps), { kind: "usage" }, name);
  }
});

Deno.test("physiclaw refuses an unknown command with 2, and says which was probably meant", async () => {
  const near = await spawn(["gaol"]);
  assert.deepEqual([near.code, near.stdout], [2, ""]);
  assert.match(near.stderr, /did you mean: physiclaw goal/);
  for (const word of ["frobnicate", "__proto__", "constructor", "\u001b[31mx"]) {
    const { code, stderr } = await spawn([word]);
    assert.equal(code, 2);
    assert.match(stderr, /there is no such command/);
    assert.ok(!stderr.includes("\u001b"));
  }
});

Deno.test("physiclaw refuses wrong usage with 2 and a hint", async () => {
  const { code, stdout, stderr } = await spawn(["goal", "x", "--tiemout", "3"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /did you mean --timeout/);
  assert.match(stderr, /physiclaw goal --help/);
});

Deno.test("physiclaw goal without a bridge exits with 3 and says how to start one", async () => {
  // Bound and closed again: nothing listens there now.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, stdout, stderr } = await spawn([
    "goal",
    "list the pods",
    "--bridge-url",
    `http://127.0.0.1:${port}`,
  ], {
    net: `127.0.0.1:${port}`,
  });
  assert.deepEqual([code, stdout], [3, ""]);
  assert.match(stderr, /connection refused\n.*physiclaw serve/);
});

Deno.test("physiclaw goal talks to a bridge over TCP", async () => {
  const seen: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get("x-physiclaw-key")}`);
    return Response.json(goalResult({ answer: "Two pods restart." }));
  });
  try {
    const address = `127.0.0.1:${server.addr.port}`;
    const env = { PHYSICLAW_API_KEY: "k" };
    const done = await spawn(["goal", "x", "--bridge-url", `http://${address}`], { net: address, env });
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^Two pods restart\./);
    assert.deepEqual(seen, ["POST /goal k"]);
  } finally {
    await server.shutdown();
  }
});

Deno.test("physiclaw goal talks to a bridge over a Unix socket", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/bridge.sock`;
  // A process of its own, because its permission to listen names the socket's path.
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--allow-net=unix:${path}`,
      `--allow-read=${path}`,
      `--allow-write=${path}`,
      "-",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    const program = `Deno.serve({ path: ${JSON.stringify(path)}, onListen: () => console.log("ready") },
      (request) => Response.json({ ...${
      JSON.stringify(goalResult())
    }, answer: request.headers.get("x-physiclaw-key") }));`;
    await new Response(program).body?.pipeTo(server.stdin);
    const ready = server.stdout.getReader();
    await ready.read();
    const done = await spawn(["goal", "x", "--socket", path, "--json"], {
      net: `localhost,unix:${path}`,
      // To connect to a socket is to write to it.
      write: path,
      env: { PHYSICLAW_API_KEY: "k" },
    });
    assert.equal(done.code, 0, done.stderr);
    assert.equal(JSON.parse(done.stdout).answer, "k");
    await ready.cancel();
  } finally {
    server.kill();
    await server.status;
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("physiclaw refuses bad settings with 2, and names key, file and line", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/c.toml`, "[limits]\nqueu = 3\n", { mode: 0o600 });
    const { code, stderr } = await spawn(["doctor", "--config", `${directory}/c.toml`]);
    assert.equal(code, 2);
    assert.match(stderr, /limits\.queu of .*c\.toml line 2/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("physiclaw complete proposes commands, subcommands, flags and values", async () => {
  const first = async (...words: string[]) =>
    (await spawn(["complete", ...words])).stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]);
  assert.deepEqual(await first("go"), ["goal"]);
  assert.deepEqual(await first("tools", ""), ["list", "check"]);
  assert.deepEqual(await first("goal", "--per"), ["--persona"]);
  assert.deepEqual(await first("goal", "--mode", ""), ["run", "plan", "accept"]);
  assert.deepEqual(await first("completions", "z"), ["zsh"]);
  assert.deepEqual(await first("nonsense", ""), [""]);
  assert.deepEqual(await first("compl"), ["completions"]);
});

const has = (shell: string) =>
  ["/bin", "/usr/bin", "/usr/local/bin"].some((directory) => {
    try {
      return Deno.statSync(`${directory}/${shell}`).isFile;
    } catch {
      return false;
    }
  });

/** A directory with a `physiclaw` that runs the program from source. */
const withCommand = async (body: (directory: string) => Promise<void>) => {
  const directory = await Deno.makeTempDir();
  try {
    const script = `#!/bin/sh\nexec "${Deno.execPath()}" ${FLAGS.join(" ")} --allow-read "${MAIN}" "$@"\n`;
    await Deno.writeTextFile(`${directory}/physiclaw`, script, { mode: 0o755 });
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
};

const shell = async (program: string, args: readonly string[], directory: string) => {
  const { stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { DENO_DIR, PATH: `${directory}:/usr/local/bin:/usr/bin:/bin`, HOME: directory },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(stderr), "");
  return decoder.decode(stdout).trim();
};

Deno.test({
  name: "the bash script completes in bash",
  ignore: !has("bash"),
  fn: () =>
    withCommand(async (directory) => {
      const script = [
        'eval "$(physiclaw completions bash)"',
        'COMP_WORDS=(physiclaw goal --mo); COMP_CWORD=2; _physiclaw; echo "${COMPREPLY[*]}"',
        'COMP_WORDS=(physiclaw to); COMP_CWORD=1; _physiclaw; echo "${COMPREPLY[*]}"',
        'COMP_WORDS=(physiclaw goal --nothing); COMP_CWORD=2; _physiclaw; echo "none:${COMPREPLY[*]}"',
      ].join("\n");
      assert.equal(await shell("bash", ["-c", script], directory), "--mode\ntools\nnone:");
    }),
});

Deno.test({
  name: "the zsh script is valid zsh",
  ignore: !has("zsh"),
  fn: () =>
    withCommand(async (directory) => {
      const script = 'physiclaw completions zsh > "$HOME/_p" && zsh -n "$HOME/_p" && echo fine';
      assert.equal(await shell("zsh", ["-fc", script], directory), "fine");
    }),
});

Deno.test({
  name: "the fish script completes in fish",
  ignore: !has("fish"),
  fn: () =>
    withCommand(async (directory) => {
      const script =
        'physiclaw completions fish | source; complete -C "physiclaw goal --mo" | string split -f1 \\t';
      assert.equal(await shell("fish", ["-c", script], directory), "--mode");
    }),
});
