import assert from "node:assert/strict";
import { PhysiclawError } from "../internal/errors.ts";
import type { Environment } from "./env.ts";
import { type FakeEntry, fakeFs } from "./fake_fs_test.ts";
import { type LoadOptions, loadSettings } from "./load.ts";

const ETC = "/etc/physiclaw/config.toml";
const DIRECTORIES = { "/srv/app/x": {}, "/home/ada/.config": { uid: 1000 }, "/home/ada": { uid: 1000 } };

const load = (
  toml: string | undefined,
  options: Partial<LoadOptions> & { readonly files?: Readonly<Record<string, FakeEntry>> } = {},
) => {
  const { files = {}, ...rest } = options;
  const file: Record<string, FakeEntry> = toml === undefined ? {} : { [ETC]: { text: toml } };
  return loadSettings({
    env: {},
    uid: 1000,
    home: "/home/ada",
    cwd: "/srv/app",
    fs: fakeFs({ ...DIRECTORIES, ...file, ...files }),
    ...rest,
  });
};

const refused = async (promise: Promise<unknown>, text: RegExp, not?: string) => {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof PhysiclawError, String(error));
    assert.equal(error.kind, "config");
    assert.match(error.describe(), text);
    if (not !== undefined) assert.ok(!error.describe().includes(not), `shows ${not}`);
    return true;
  });
};

Deno.test("loadSettings has defaults for everything but the workspace of an unfit directory", async () => {
  const { settings, origins, file } = await load(undefined);
  assert.equal(file, undefined);
  assert.equal(settings.persona, "sre");
  assert.equal(settings.listen, "127.0.0.1:8000");
  assert.equal(settings.cwd, "/srv/app");
  assert.deepEqual(settings.workspace.roots, ["/srv/app"]);
  assert.equal(settings.state_dir, "/home/ada/.local/state/physiclaw");
  assert.equal(settings.models.dir, "/home/ada/.local/state/physiclaw/models");
  assert.deepEqual(settings.auth, { required: true });
  assert.deepEqual(settings.sandbox, { required: true, network: true });
  assert.equal(settings.approvals.allow_self, false);
  assert.deepEqual(settings.packs, []);
  assert.ok(Object.values(origins).every((origin) => origin === "default"));
});

Deno.test("loadSettings freezes what it returns, all the way down", async () => {
  const { settings } = await load("[limits]\nqueue = 3");
  assert.ok(
    Object.isFrozen(settings) && Object.isFrozen(settings.limits) &&
      Object.isFrozen(settings.workspace.roots),
  );
});

Deno.test("loadSettings lets flags win over the environment, and that over the file", async () => {
  const toml = 'persona = "secops"\nlisten = "127.0.0.1:1"\n[limits]\nqueue = 3';
  const { settings, origins } = await load(toml, {
    env: { PHYSICLAW_PERSONA: "data", PHYSICLAW_BRIDGE_PORT: "2" },
    flags: { listen: "[::1]:3", persona: undefined },
  });
  assert.equal(settings.persona, "data_architect");
  assert.equal(settings.listen, "[::1]:3");
  assert.equal(settings.limits.queue, 3);
  assert.equal(origins["persona"], "environment PHYSICLAW_PERSONA");
  assert.equal(origins["listen"], "flag --listen");
  assert.equal(origins["limits.queue"], `file ${ETC}`);
  assert.equal(origins["limits.goals_at_once"], "default");
});

Deno.test("loadSettings uses the first file that there is, and only that", async () => {
  const user = "/home/ada/.config/physiclaw/config.toml";
  const files = { [user]: { text: 'persona = "secops"', uid: 1000 } };
  assert.equal((await load(undefined, { files })).file, user);
  assert.equal((await load("[limits]\nqueue = 3", { files })).settings.persona, "sre");
  const named = { ...files, "/opt/own.toml": { text: 'persona = "data"' } };
  assert.equal(
    (await load('persona = "sre"', { files: named, config: "/opt/own.toml" })).settings.persona,
    "data_architect",
  );
  assert.equal((await load(undefined, { files, env: { XDG_CONFIG_HOME: "/elsewhere" } })).file, undefined);
  // A relative directory is no place, as the XDG specification says.
  assert.equal((await load(undefined, { files, env: { XDG_CONFIG_HOME: ".config" } })).file, undefined);
});

Deno.test("loadSettings refuses a --config that is missing, and a file that is no TOML", async () => {
  await refused(load(undefined, { config: "/opt/none.toml" }), /no such file/);
  await refused(load("persona = = 1"), /config\.toml line 1/);
  await refused(load('\n\nsecret = "s3cr3t', {}), /line 3/, "s3cr3t");
});

Deno.test("loadSettings refuses unknown keys with file, line and the key that was probably meant", async () => {
  await refused(
    load('persona = "sre"\n[limits]\nqueu = 3'),
    /limits\.queu of .*config\.toml line 3.*"limits\.queue"/,
  );
  await refused(load("limts = 1"), /did you mean "limits"/);
  await refused(load("[tools.duckdb]\nshell = true"), /tools\.duckdb\.shell of .* line 2/);
});

Deno.test("loadSettings refuses bad values with key, value and place", async () => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ['persona = "banana"', /persona = "banana" of .* line 1: it is not one of sre/],
    ['listen = "0.0.0.0:8000"', /not a loopback address/],
    ['listen = "192.168.0.1:8000"', /not a loopback address/],
    ['listen = "8000"', /neither HOST:PORT/],
    ['listen = "unix:x.sock"', /not absolute/],
    ['time_zone = "Mars/Base"', /time zone/],
    ['packs = ["nope"]', /kubectl-logs/],
    ["[limits]\nqueue = -1", /limits\.queue = -1 .* line 2: it is below 0/],
    ['[limits]\nqueue = "4"', /limits\.queue = "4"/],
    ["[limits]\nbody_bytes = 1024", /body_bytes/],
    ['[kubectl]\ncontext = "x"', /kubectl\.kubeconfig.*missing/],
    ['[kubectl]\nkubeconfig = "kube/config"', /not an absolute path/],
    ['[prometheus]\nca = "/x"', /prometheus\.url.*missing/],
    ['[prometheus]\nurl = "ftp://127.0.0.1"', /neither http nor https/],
    ['[prometheus]\nurl = "http://8.8.8.8:9090"', /outside the safe subnets/],
    ['[vault]\naddress = "https://127.0.0.1/?x=1"', /query/],
    ['[nmap]\ntargets = ["0.0.0.0/0"]', /safe subnets/],
    ['[hosts]\nprom = "203.0.113.5"', /hosts\.prom .*outside the safe subnets/],
    ['[hosts]\nprom = "prometheus"', /not an IP address/],
    ['[hosts]\n"a b" = "10.0.0.1"', /host's name/],
    ['[egress]\nsafe = ["8.0.0.0/8"]', /safe subnets/],
    ["[egress]\ninterval_ms = 5000", /interval_ms/],
    ["[approvals]\nallow_self = 1", /allow_self/],
    ['[workspace]\nroots = ["/"]', /root of the file system/],
    ['[workspace]\nroots = ["/nowhere"]', /no such directory/],
    ['cwd = "/proc/self"', /cwd/],
    ['state_dir = "state"', /not an absolute path/],
    ['[tools.duckdb]\nroots = ["/data"]', /line 2.*override = true/],
    ["[tools.nosuch]\ndisabled = true", /no built-in has this name/],
  ];
  for (const [toml, text] of bad) await refused(load(toml), text);
});

Deno.test("loadSettings never shows a secret, wherever it was put", async () => {
  await refused(load('[prometheus]\nurl = "http://ada:hunter2@127.0.0.1"'), /credentials/, "hunter2");
  const env = (value: string) => `[tools.duckdb]\noverride = true\nenv = { TOKEN = ${value} }`;
  await refused(load(env('"hunter2\\u0007"')), /tools\.duckdb\.env\.TOKEN/, "hunter2");
  await refused(
    load('[auth]\napi_keys = "sre:hunter2"'),
    /auth of .* no setting .*PHYSICLAW_API_KEYS/,
    "hunter2",
  );
  await refused(load("[sandbox]\nrequired = false"), /PHYSICLAW_SANDBOX/);
});

Deno.test("loadSettings reads the variables of the earlier backend", async () => {
  const env: Environment = {
    PHYSICLAW_PERSONA: " SecOps ",
    PHYSICLAW_BRIDGE_PORT: "9000",
    PHYSICLAW_MEMORY_DIR: "/var/tmp/state",
    PHYSICLAW_CWD: "/srv/app/x",
    PHYSICLAW_API_KEYS: "sre:k",
    PHYSICLAW_REQUIRE_AUTH: "Off",
    PHYSICLAW_JWT_SECRET: "s",
    PHYSICLAW_SANDBOX: "0",
    PHYSICLAW_SANDBOX_NET: "0",
  };
  const { settings, origins } = await load(undefined, { env });
  assert.equal(settings.persona, "secops");
  assert.equal(settings.listen, "127.0.0.1:9000");
  assert.equal(settings.state_dir, "/var/tmp/state");
  assert.equal(settings.cwd, "/srv/app/x");
  assert.deepEqual(settings.auth, { api_keys: "sre:k", required: false, jwt_secret: "s" });
  assert.deepEqual(settings.sandbox, { required: false, network: false });
  assert.equal(origins["sandbox.required"], "environment PHYSICLAW_SANDBOX");
});

Deno.test("loadSettings refuses words in the environment that it does not know, rather than guess", async () => {
  for (const value of ["maybe", "2", "onn", " ", "-1"]) {
    await refused(load(undefined, { env: { PHYSICLAW_REQUIRE_AUTH: value } }), /PHYSICLAW_REQUIRE_AUTH/);
  }
  for (const value of ["no", "off", "false", "00", "2"]) {
    await refused(load(undefined, { env: { PHYSICLAW_SANDBOX: value } }), /PHYSICLAW_SANDBOX/);
    await refused(load(undefined, { env: { PHYSICLAW_SANDBOX_NET: value } }), /PHYSICLAW_SANDBOX_NET/);
  }
  for (const value of ["http", "65536", "-1", "80 80", "1e3"]) {
    await refused(load(undefined, { env: { PHYSICLAW_BRIDGE_PORT: value } }), /PHYSICLAW_BRIDGE_PORT/);
  }
  await refused(load(undefined, { env: { PHYSICLAW_PERSONA: "banana" } }), /environment PHYSICLAW_PERSONA/);
  for (const value of ["1", "true", "yes", "on"]) {
    assert.ok((await load(undefined, { env: { PHYSICLAW_REQUIRE_AUTH: value } })).settings.auth.required);
  }
});

Deno.test("loadSettings takes no settings file that others could have written", async () => {
  const text = 'persona = "sre"';
  const cases: readonly (readonly [Readonly<Record<string, FakeEntry>>, RegExp])[] = [
    [{ [ETC]: { text, uid: 1001 } }, /belongs to user 1001/],
    [{ [ETC]: { text, mode: 0o664 } }, /written by others/],
    [{ [ETC]: { text, mode: 0o646 } }, /written by others/],
    [{ [ETC]: { text }, "/etc/physiclaw": { mode: 0o775 } }, /\/etc\/physiclaw can be written by others/],
    [{ [ETC]: { text }, "/etc/physiclaw": { uid: 1001 } }, /belongs to user 1001/],
    [{ [ETC]: { text }, "/etc/physiclaw": { mode: 0o1777 } }, /./],
    [{ [ETC]: {} }, /not a file/],
  ];
  for (const [files, reason] of cases) {
    // A sticky directory is taken: others cannot replace what is in it.
    if (files["/etc/physiclaw"]?.mode === 0o1777) assert.ok((await load(undefined, { files })).file === ETC);
    else await refused(load(undefined, { files }), reason);
  }
  assert.equal((await load(undefined, { files: { [ETC]: { text, uid: 1000, mode: 0o600 } } })).file, ETC);
});

Deno.test("loadSettings takes no settings file from a workspace, also not through a link", async () => {
  const files = { "/srv/app/physiclaw.toml": { text: 'persona = "sre"' } };
  await refused(load(undefined, { files, config: "physiclaw.toml" }), /lies in the workspace \/srv\/app/);
  const linked = { ...files, "/opt/link.toml": { link: "/srv/app/physiclaw.toml" } };
  await refused(load(undefined, { files: linked, config: "/opt/link.toml" }), /lies in the workspace/);
});

Deno.test("loadSettings takes no models from a workspace, also not through a link", async () => {
  const models = (dir: string) => `[models]\ndir = "${dir}"`;
  await refused(
    load(models("/srv/app/models")),
    /dir "\/srv\/app\/models" of .*lies in the workspace \/srv\/app/,
  );
  const files = { "/srv/app/models": { mode: 0o755 }, "/opt/models": { link: "/srv/app/models" } };
  await refused(load(models("/opt/models"), { files }), /lies in the workspace/);
  assert.equal((await load(models("/opt/models"))).settings.models.dir, "/opt/models");
});

Deno.test("loadSettings takes no program or library from a workspace, also not through a link", async () => {
  const tool = (path: string) => `[tools.duckdb]\nprogram = "${path}"\noverride = true`;
  await refused(load(tool("/srv/app/bin/duckdb")), /program .*lies in the workspace/);
  const files = {
    "/srv/app/bin/duckdb": { text: "" },
    "/usr/local/bin/duckdb": { link: "/srv/app/bin/duckdb" },
  };
  await refused(load(tool("/usr/local/bin/duckdb"), { files }), /lies in the workspace/);
  await refused(
    load('[tools.duckdb]\nlibraries = ["/srv/app/venv"]\noverride = true'),
    /libraries .*lies in the workspace/,
  );
  assert.ok(await load(tool("/usr/bin/duckdb")));
});

Deno.test("loadSettings chooses no workspace that is / or the home, and refuses one that is named", async () => {
  for (const cwd of ["/", "/home/ada", "/proc"]) {
    const { settings } = await load(undefined, { cwd, files: { "/proc/x": {} } });
    assert.equal(settings.cwd, undefined);
    assert.deepEqual(settings.workspace.roots, []);
    await refused(load(undefined, { env: { PHYSICLAW_CWD: cwd }, files: { "/proc/x": {} } }), /cwd = /);
  }
  const linked = { "/home/link": { link: "/home/ada" } };
  assert.equal((await load(undefined, { cwd: "/home/link", files: linked })).settings.cwd, undefined);
});

Deno.test("loadSettings resolves links in the workspace and its roots, and relative ones from its directory", async () => {
  const files = { "/data/set": {}, "/srv/app/link": { link: "/data/set" } };
  const { settings } = await load('[workspace]\nroots = ["/srv/app/link", "/srv/app/x"]', {
    files,
    env: { PHYSICLAW_CWD: "x" },
  });
  assert.equal(settings.cwd, "/srv/app/x");
  assert.deepEqual(settings.workspace.roots, ["/srv/app/x", "/data/set"]);
});

Deno.test("loadSettings narrows every named address by egress.safe", async () => {
  const safe = '[egress]\nsafe = ["10.0.0.0/8", "127.0.0.0/8"]\n';
  assert.ok(await load(`${safe}[hosts]\nprom = "10.1.2.3"`));
  await refused(load(`${safe}[hosts]\nprom = "192.168.1.1"`), /hosts\.prom .*outside egress\.safe/);
  await refused(load(`${safe}[nmap]\ntargets = ["192.168.1.0/24"]`), /nmap\.targets .*outside egress\.safe/);
  await refused(
    load(`${safe}[vault]\naddress = "http://192.168.1.1"`),
    /vault\.address .*outside egress\.safe/,
  );
});

Deno.test("loadSettings finds the state directory of root, of a user, and of a user without a home", async () => {
  assert.equal((await load(undefined, { uid: 0 })).settings.state_dir, "/var/lib/physiclaw");
  const env = { XDG_STATE_HOME: "/state" };
  assert.equal((await load(undefined, { env })).settings.state_dir, "/state/physiclaw");
  const fs = fakeFs(DIRECTORIES);
  await refused(
    loadSettings({ env: {}, uid: 1000, cwd: "/srv/app", fs }),
    /HOME is not set.*PHYSICLAW_MEMORY_DIR/,
  );
});
