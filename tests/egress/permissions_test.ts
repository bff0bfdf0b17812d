/**
 * Deno's permissions as a layer of their own: what `serve` is given is enough and no more, and commands keep what they need.
 * They bind neither native code nor children; the other layers do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { COMMANDS } from "../../cmd/commands.ts";
import { dropPermissions } from "../../lib/config/drop_permissions.ts";
import { LIBC_PATHS } from "../../lib/internal/libc.ts";
import { programFlags } from "../../lib/packaging/flags.ts";
import { ROOT } from "../paths.ts";
import { TextLineStream } from "../support/lines.ts";
import { run } from "../support/program.ts";

interface Place {
  readonly home: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** What `doctor --permissions` prints. */
  readonly flags: readonly string[];
}

async function inPlace(work: (place: Place) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "physiclaw-permissions-" });
  try {
    for (const name of ["workspace", "state"]) await Deno.mkdir(`${home}/${name}`, { mode: 0o700 });
    const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = probe.addr;
    probe.close();
    const env = {
      HOME: home,
      NO_COLOR: "1",
      PHYSICLAW_MEMORY_DIR: `${home}/state`,
      PHYSICLAW_CWD: `${home}/workspace`,
      PHYSICLAW_BRIDGE_PORT: String(port),
      PHYSICLAW_API_KEYS: "*:key",
    };
    const { stdout, code, stderr } = await run(["doctor", "--permissions", "--json"], { env });
    assert.equal(code, 0, stderr);
    await work({ home, port, env, flags: JSON.parse(stdout).permissions });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

const deno = (args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) =>
  new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...args],
    clearEnv: true,
    env: { ...env },
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();

/** Runs before the program, and tries at its end, from inside, what it gave up or kept; a JSON line on stderr. */
const AT_ITS_END = `
globalThis.addEventListener("unload", () => {
  const tries = {
    run: () => new Deno.Command("/bin/sh", { args: ["-c", ":"] }).outputSync(),
    net: () => Deno.listen({ hostname: "127.0.0.1", port: PORT }).close(),
    ffi: () => Deno.dlopen(LIBC, { getpid: { parameters: [], result: "i32" } }).close(),
    write: () => Deno.removeSync(ABSENT),
  };
  const answers = {};
  for (const [name, attempt] of Object.entries(tries)) {
    try { attempt(); answers[name] = "done" } catch (error) { answers[name] = error.name }
  }
  console.error(JSON.stringify({ tried: answers }));
});`;

/** A module for {@link AT_ITS_END}; `absent` is a path that may be written and is not there, `port` was granted. */
async function preload(home: string, absent: string, port: number): Promise<string> {
  const path = `${home}/at_its_end.js`;
  const values = { LIBC: await libcHere(), ABSENT: absent, PORT: port };
  const text = Object.entries(values).reduce(
    (text, [name, value]) => text.replace(name, JSON.stringify(value)),
    AT_ITS_END,
  );
  await Deno.writeTextFile(path, text);
  return `--preload=${path}`;
}

const tried = (said: string): unknown => JSON.parse(/\{"tried":.*\}/.exec(said)?.[0] ?? "null")?.tried;

Deno.test("serve runs a goal under exactly the permissions that doctor prints", () =>
  inPlace(async ({ home, port, env, flags }) => {
    await Deno.writeTextFile(`${home}/workspace/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
    const probe = await preload(home, `${home}/state/absent`, port);
    const child = deno([...flags, probe, `${ROOT}main.ts`, "serve"], env, `${home}/workspace`);
    await child.stdout.cancel();
    let said = "";
    for await (
      const line of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      said += line;
      if (!line.includes('"message":"Ready"')) continue;
      const answer = await fetch(`http://127.0.0.1:${port}/goal`, {
        method: "POST",
        headers: { "x-physiclaw-key": "key", "content-type": "application/json" },
        body: JSON.stringify({ goal: "summarise the errors in app.log" }),
      });
      assert.equal((await answer.json()).outcome, "done");
      assert.match(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), /physiclaw_goals_total/);
      child.kill("SIGTERM");
    }
    assert.equal((await child.status).code, 0, said);
    assert.doesNotMatch(said.replace(/\{"tried":.*/, ""), /NotCapable|"level":"error"/);
    // What it needed to start is gone once it serves; its own directories stay.
    const gone = { run: "NotCapable", net: "NotCapable", ffi: "NotCapable" };
    assert.deepEqual(tried(said), { ...gone, write: "NotFound" });
  }));

/** Tries things one by one; `NotCapable` is Deno's own refusal, anything else is not. */
const TRY = `
const [home, port, libc] = Deno.args;
const tries = {
  "net: its own listener": () => Deno.listen({ hostname: "127.0.0.1", port: Number(port) }).close(),
  "net: another port": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  "net: a connection": () => Deno.connect({ hostname: "127.0.0.1", port: 1 }),
  "net: far": () => Deno.connect({ hostname: "203.0.113.5", port: 443 }),
  "net: a name": () => fetch("http://example.invalid/"),
  "net: a Unix socket": () => Deno.connect({ transport: "unix", path: "/run/none" }),
  "write: the state": () => Deno.writeTextFileSync(home + "/state/probe", ""),
  "write: elsewhere": () => Deno.writeTextFileSync(home + "/probe", ""),
  "run: another program": () => new Deno.Command("/bin/true").outputSync(),
  "ffi: the C library": () => Deno.dlopen(libc, { getpid: { parameters: [], result: "i32" } }).close(),
  "ffi: another library": () => Deno.dlopen(libc.replace("libc.so.6", "libm.so.6"), { cos: { parameters: ["f64"], result: "f64" } }),
  "env: a known name": () => Deno.env.get("PHYSICLAW_PERSONA"),
  "env: another name": () => Deno.env.get("AWS_SECRET_ACCESS_KEY"),
  "env: all": () => Deno.env.toObject(),
  "sys: its user": () => Deno.uid(),
  "sys: the host's name": () => Deno.hostname(),
  "sys: networks": () => Deno.networkInterfaces(),
  "sys: memory": () => Deno.systemMemoryInfo(),
  "read: memory of processes": () => Deno.openSync("/proc/self/mem"),
};
const answers = {};
for (const [name, attempt] of Object.entries(tries)) {
  try { await attempt(); answers[name] = "done" } catch (error) { answers[name] = error.name }
}
console.log(JSON.stringify(answers));
`;

async function libcHere(): Promise<string> {
  for (const path of LIBC_PATHS) if (await Deno.stat(path).then(() => true, () => false)) return path;
  throw new Error("no C library");
}

Deno.test("serve's permissions forbid what it has no business with, and nothing else", () =>
  inPlace(async ({ home, port, env, flags }) => {
    const script = `${home}/try.ts`;
    await Deno.writeTextFile(script, TRY);
    const child = deno([...flags, "--no-config", script, home, String(port), await libcHere()], env, home);
    const { stdout, stderr } = await child.output();
    const text = new TextDecoder();
    assert.deepEqual(JSON.parse(text.decode(stdout) || "{}"), {
      "net: its own listener": "done",
      "net: another port": "NotCapable",
      "net: a connection": "NotCapable",
      "net: far": "NotCapable",
      "net: a name": "NotCapable",
      "net: a Unix socket": "NotCapable",
      "write: the state": "done",
      "write: elsewhere": "NotCapable",
      "run: another program": "NotCapable",
      "ffi: the C library": "done",
      "ffi: another library": "NotCapable",
      "env: a known name": "done",
      "env: another name": "NotCapable",
      "env: all": "NotCapable",
      "sys: its user": "done",
      "sys: the host's name": "NotCapable",
      "sys: networks": "NotCapable",
      "sys: memory": "NotCapable",
      "read: memory of processes": "NotCapable",
    }, text.decode(stderr));
  }));

Deno.test("dropPermissions gives up scoped and unscoped grants, and what was dropped stays dropped", async () => {
  const script = `import { dropPermissions } from "${ROOT}lib/config/drop_permissions.ts";
  const use = (name, attempt) => { try { attempt(); return name + " done" } catch (error) { return name + " " + error.name } };
  const look = () => [
    use("run", () => new Deno.Command("/bin/true").outputSync()),
    use("write", () => Deno.removeSync("/tmp/there is no such file")),
    use("net", () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close()),
  ].join();
  const before = look();
  dropPermissions(["run", "net", "write", "ffi"]);
  for (const name of ["run", "net", "write", "ffi"]) await Deno.permissions.request({ name });
  const late = await new Promise((resolve) => {
    const code = "try { Deno.listen({ hostname: '127.0.0.1', port: 0 }); postMessage('done') } catch (error) { postMessage(error.name) }";
    new Worker("data:text/javascript," + encodeURIComponent(code), { type: "module" }).onmessage = (event) => resolve(event.data);
  });
  console.log(before, look(), "worker " + late);
  Deno.exit(0)`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, script);
    const common = ["--no-prompt", "--no-config", "--no-check", "--allow-read", "--allow-import"];
    for (
      const grants of [
        ["--allow-all"],
        ["--allow-run", "--allow-net", "--allow-write", "--allow-ffi"],
        [
          "--allow-run=/bin/true",
          "--allow-net=127.0.0.1,localhost",
          "--allow-write=/tmp",
          "--allow-ffi=/lib",
        ],
      ]
    ) {
      const flags = grants.includes("--allow-all") ? ["--no-prompt", "--no-config", "--no-check"] : common;
      const { stdout, stderr } = await deno([...flags, ...grants, path], { NO_COLOR: "1" }, "/").output();
      assert.equal(
        new TextDecoder().decode(stdout).trim(),
        "run done,write NotFound,net done run NotCapable,write NotCapable,net NotCapable worker NotCapable",
        grants.join(" ") + new TextDecoder().decode(stderr),
      );
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("dropPermissions stops when a permission cannot be dropped", () => {
  const revoke = Deno.permissions.revokeSync;
  try {
    Deno.permissions.revokeSync = () => Deno.permissions.querySync({ name: "read" });
    assert.throws(() => dropPermissions(["run"]), {
      kind: "config",
      message: /Cannot give up the permission run/,
    });
  } finally {
    Deno.permissions.revokeSync = revoke;
  }
});

Deno.test("every command loads without the permissions that it does not name", async () => {
  for (const [name, { needs, brief }] of Object.entries(COMMANDS)) {
    if (brief === undefined) continue;
    const flags = programFlags(Deno.execPath()).filter((flag) =>
      !["run", "ffi", "net", "write"].some((dropped) =>
        !(needs as readonly string[]).includes(dropped) && flag.startsWith(`--allow-${dropped}`)
      )
    );
    const { code, stderr } = await deno([...flags, `${ROOT}main.ts`, name, "--help"], {
      HOME: "/nonexistent",
    }, "/")
      .output();
    assert.equal(code, 0, `${name}: ${new TextDecoder().decode(stderr)}`);
  }
});

Deno.test("every command has given up what it does not name, and has what it names", () =>
  inPlace(async ({ home, env }) => {
    const probe = await preload(home, `${home}/absent`, 0);
    const had = { run: "done", net: "done", ffi: "done", write: "NotFound" };
    for (const [name, { needs, brief }] of Object.entries(COMMANDS)) {
      if (brief === undefined) continue;
      const args = [...programFlags(Deno.execPath()), probe, `${ROOT}main.ts`, name, "--help"];
      const { code, stderr } = await deno(args, env, home).output();
      const said = new TextDecoder().decode(stderr);
      assert.equal(code, 0, `${name}: ${said}`);
      const expected = Object.entries(had).map(([permission, done]) =>
        [permission, (needs as readonly string[]).includes(permission) ? done : "NotCapable"] as const
      );
      assert.deepEqual(tried(said), Object.fromEntries(expected), name);
    }
  }));
