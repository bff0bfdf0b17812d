/**
 * Makes sure that the real tools are there before the tests and the demo: Debian packages when run as root, and a
 * pinned virtual environment for each Python tool. What cannot be had is reported and never fails the run.
 *
 *     deno run --allow-read --allow-write --allow-run --allow-env --allow-sys=uid tests/setup/tools.ts
 *
 * @module
 */
import {
  isComplete,
  PYTHON,
  requirementsDigest,
  SUMMARY,
  toolBases,
  type ToolState,
  VENV_TOOLS,
} from "./places.ts";

/** No step may hold up a test run for longer; a slow mirror makes the tool `missing`, not the run endless. */
const STEP_TIMEOUT_MS = 280_000;

/** Where the executor looks, and nothing else. */
const PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

interface SystemTool {
  /** Package of Debian and its relatives; absent: only its vendor has it. */
  readonly debian?: string;
  /** Prints the version without reaching for the network. */
  readonly version: readonly string[];
  readonly install: string;
}

const debian = (name: string, version: readonly string[] = ["--version"]): SystemTool => ({
  debian: name,
  version,
  install: `apt-get install ${name}`,
});

const SYSTEM_TOOLS: Readonly<Record<string, SystemTool>> = {
  bwrap: debian("bubblewrap"),
  nmap: debian("nmap"),
  promtool: debian("prometheus"),
  unshare: debian("util-linux"),
  prlimit: debian("util-linux"),
  // Where a kubectl is already there, this package conflicts with it: the binary is looked for first.
  kubectl: debian("kubernetes-client", ["version", "--client"]),
  terraform: { version: ["version"], install: "copy the vendor's terraform binary to /usr/local/bin" },
  vault: { version: ["version"], install: "copy the vendor's vault binary to /usr/local/bin" },
};

const LINK_BINARY = 'ln -f "$1"/lib/python3*/site-packages/duckdb_cli/duckdb "$1/bin/duckdb"';

const say = (line: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
};

const reasonOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

interface Ran {
  readonly ok: boolean;
  readonly out: string;
}

/** Runs a program with a readable umask and tells its output; a time-out or a missing program is `ok: false`. */
async function run(argv: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  try {
    // Root's umask may be 077, and the tools must be readable for the sandbox's user.
    const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", 'umask 022; exec "$@"', "sh", ...argv],
      env,
      stdin: "null",
      signal: AbortSignal.timeout(STEP_TIMEOUT_MS),
    }).output();
    const decode = new TextDecoder();
    return { ok: success, out: (decode.decode(stdout) + decode.decode(stderr)).trim() };
  } catch (error) {
    return { ok: false, out: reasonOf(error) };
  }
}

const lastLine = (text: string): string => text.split("\n").at(-1)?.trim() ?? "";

async function find(name: string): Promise<string | undefined> {
  for (const directory of PATH) {
    const path = `${directory}/${name}`;
    const found = await Deno.stat(path).then((info) => info.isFile, () => false);
    if (found) return path;
  }
  return undefined;
}

const hasVenv = async (): Promise<boolean> => (await run([PYTHON, "-c", "import ensurepip, venv"])).ok;

/** Installs Debian packages without starting the services that some of them bring. */
async function aptInstall(packages: readonly string[]): Promise<void> {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !(await Deno.stat(policy).then(() => true, () => false));
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", ...packages];
  say(`installing Debian packages: ${packages.join(" ")}`);
  try {
    // 101 is "not allowed by policy": package prometheus would otherwise start a server.
    if (ours) await Deno.writeTextFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    let ran = await run(install, env);
    if (!ran.ok) {
      await run(["apt-get", "update", "-q"], env);
      ran = await run(install, env);
    }
    if (!ran.ok) say(`apt-get failed: ${lastLine(ran.out)}`);
  } finally {
    if (ours) await Deno.remove(policy).catch(() => {});
  }
}

async function ensureDebian(): Promise<void> {
  const missing = new Set<string>();
  for (const [name, tool] of Object.entries(SYSTEM_TOOLS)) {
    if (tool.debian !== undefined && await find(name) === undefined) missing.add(tool.debian);
  }
  if (!(await hasVenv())) missing.add("python3-venv");
  if (missing.size === 0 || Deno.uid() !== 0 || await find("apt-get") === undefined) return;
  // One at a time: a package that this release lacks must not keep the others away.
  for (const name of missing) await aptInstall([name]);
}

async function systemState(name: string, tool: SystemTool): Promise<ToolState> {
  const program = await find(name);
  if (program === undefined) return { missing: `not installed (${tool.install})` };
  // Terraform asks its vendor for newer versions otherwise.
  const { ok, out } = await run([program, ...tool.version], { CHECKPOINT_DISABLE: "1" });
  if (!ok) return { missing: `${program} does not run: ${lastLine(out)} (${tool.install})` };
  return { program, version: /\d+(\.\d+)+/.exec(out)?.[0] ?? "unknown" };
}

/** The first base directory that can be written. */
async function writableBase(): Promise<string | undefined> {
  for (const base of toolBases()) {
    // Only root owns the machine's place; an ordinary user's attempt to make it fails here, and the cache is next.
    const made = await Deno.mkdir(base, { recursive: true, mode: 0o755 }).then(() => true, () => false);
    if (!made) continue;
    const probe = `${base}/.probe.${crypto.randomUUID()}`;
    const written = await Deno.writeTextFile(probe, "").then(() => true, () => false);
    if (!written) continue;
    await Deno.remove(probe);
    return base;
  }
  return undefined;
}

/**
 * Builds one virtual environment in place (it keeps absolute paths, so it can't be renamed into place) under a lock
 * that the kernel drops if this process dies; the marker is written last.
 */
async function ensureVenv(base: string, tool: string, digest: string): Promise<string | undefined> {
  const directory = `${base}/${tool}`;
  const lock = await Deno.open(`${base}/.${tool}.lock`, { create: true, write: true });
  try {
    await lock.lock(true);
    if (await isComplete(directory, digest)) return undefined;
    say(`installing ${tool} ${VENV_TOOLS[tool]?.version ?? ""} into ${directory}`);
    await Deno.remove(directory, { recursive: true }).catch(() => {});
    const requirements = new URL(`requirements/${tool}.txt`, import.meta.url).pathname;
    const steps = [
      [PYTHON, "-m", "venv", directory],
      [
        ...[`${directory}/bin/pip`, "install", "--quiet", "--disable-pip-version-check", "--no-input"],
        // Wheels only: a source package would run its own code and fetch build tools.
        ...["--no-deps", "--only-binary", ":all:", "-r", requirements],
      ],
      // The sandbox binds it read-only, so byte code must be there beforehand.
      [`${directory}/bin/python`, "-m", "compileall", "-q", "-j", "0", `${directory}/lib`],
      // The package's own script is Python that starts the one binary; the binary alone starts faster.
      ...(tool === "duckdb" ? [["/bin/sh", "-c", LINK_BINARY, "sh", directory]] : []),
    ];
    for (const argv of steps) {
      const ran = await run(argv);
      // compileall reports files meant for other versions of Python; they are never imported.
      if (!ran.ok && !argv.includes("compileall")) return lastLine(ran.out) || "it failed without a message";
    }
    await Deno.writeTextFile(`${directory}/.complete`, `${digest}\n`, { mode: 0o644 });
    return undefined;
  } finally {
    lock.close();
  }
}

async function venvState(base: string | undefined, tool: string, version: string): Promise<ToolState> {
  const digest = await requirementsDigest(tool);
  const how = `python3 -m venv DIR && DIR/bin/pip install -r tests/setup/requirements/${tool}.txt`;
  try {
    for (const place of toolBases()) {
      if (await isComplete(`${place}/${tool}`, digest)) {
        return { program: `${place}/${tool}/bin/${tool}`, version };
      }
    }
    if (base === undefined) return { missing: `no directory to install it in (${how})` };
    const failed = await ensureVenv(base, tool, digest);
    return failed === undefined
      ? { program: `${base}/${tool}/bin/${tool}`, version }
      : { missing: `${failed} (${how})` };
  } catch (error) {
    return { missing: `${reasonOf(error)} (${how})` };
  }
}

if (import.meta.main) {
  await ensureDebian();
  const base = await writableBase();
  const states = await Promise.all([
    ...Object.entries(SYSTEM_TOOLS).map(async ([name, tool]) =>
      [name, await systemState(name, tool)] as const
    ),
    ...Object.entries(VENV_TOOLS).map(async ([name, { version }]) =>
      [name, await venvState(base, name, version)] as const
    ),
  ]);
  const summary: Readonly<Record<string, ToolState>> = Object.fromEntries(states);
  for (const [name, state] of states) {
    say(
      "missing" in state
        ? `missing: ${name}: ${state.missing}`
        : `${name} ${state.version}: ${state.program}`,
    );
  }
  if (base !== undefined) {
    const temporary = `${base}/.${SUMMARY}.${crypto.randomUUID()}`;
    await Deno.writeTextFile(temporary, JSON.stringify(summary, null, 2) + "\n", { mode: 0o644 });
    await Deno.rename(temporary, `${base}/${SUMMARY}`);
  }
}
