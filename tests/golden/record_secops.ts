/**
 * The nmap, bandit and vault cases: real nmap on loopback, real bandit over a small tree; Vault's answers from the small
 * server where a vault program is installed.
 *
 * @module
 */
import { record, type ToRecord } from "./record.ts";
import type { Slots } from "../../lib/catalog/types.ts";

const one = (goal: string, intent: string, tool: string, form: string, slots: Slots): ToRecord => ({
  goal,
  intent,
  about: {},
  steps: [{ id: "s1", tool, form, slots }],
});

const CODE: Readonly<Record<string, string>> = {
  "src/app.py": `import subprocess, hashlib, yaml
PASSWORD = "not-a-real-password-4"
def run(cmd):
    return subprocess.call(cmd, shell=True)
def digest(x):
    return hashlib.md5(x).hexdigest()
def load(x):
    return yaml.load(x)
def query(db, name):
    return db.execute("select * from t where n = '%s'" % name)  # nosec
`,
  "src/broken/bad.py": "def broken(:\n",
  "clean/ok.py": "x = 1\n",
  "docs/readme.txt": "no python here\n",
};

async function bandit(directory: string): Promise<void> {
  for (const [path, text] of Object.entries(CODE)) {
    await Deno.mkdir(`${directory}/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.writeTextFile(`${directory}/${path}`, text);
  }
  const how = {
    cwd: directory,
    env: { HOME: directory },
    context: { program: "/opt/physiclaw-tools/bandit/bin/bandit", settings: {} },
    replace: [[/"generated_at": "[^"]*"/g, '"generated_at": "2026-01-31T08:00:00Z"'], [
      directory,
      "/workspace",
    ]] as const,
    ending: "out",
  };
  const scan = (goal: string, slots: Slots) => one(goal, "code-findings", "bandit", "scan", slots);
  await record("problems", scan("find security bugs in the python code under src", { paths: ["src"] }), how);
  await record(
    "only_high",
    scan("bandit scan of src, only high severity", { paths: ["src"], severity: "high" }),
    how,
  );
  await record("clean", scan("is the Python code in clean safe?", { paths: ["clean"] }), how);
  await record("no_python", scan("bandit docs", { paths: ["docs"] }), how);
  await record("missing", scan("bandit nowhere", { paths: ["nowhere"] }), how);
}

async function nmap(directory: string): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = String(listener.addr.port);
  using freed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closed = String(freed.addr.port);
  freed.close();
  const how = {
    cwd: directory,
    env: { HOME: directory },
    context: { program: "nmap", settings: {} },
    replace: [
      [new RegExp(`\\b${open}\\b`, "g"), "18099"],
      [new RegExp(`\\b${closed}\\b`, "g"), "18100"],
      [/\b1[0-9]{9}\b/g, "1769846400"],
      [/[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]+ [0-9:]{8} 20[0-9]{2}/g, "Sat Jan 31 08:00:00 2026"],
      [/elapsed="[0-9.]*"/g, 'elapsed="0.05"'],
      [/in [0-9.]+ seconds/g, "in 0.05 seconds"],
      [/<times [^>]*>/g, '<times srtt="100" rttvar="5000" to="100000"/>'],
    ] as const,
    ending: "out",
  };
  const scan = (goal: string, slots: Slots) => one(goal, "open-ports", "nmap", "scan", slots);
  const drain = (async () => {
    for await (const connection of listener) connection.close();
  })().catch(() => {});
  await record(
    "open_and_closed",
    scan("ports 18099 and 18100 of 127.0.0.1?", { targets: ["127.0.0.1"], ports: `${open},${closed}` }),
    how,
  );
  await record(
    "expected",
    {
      ...scan("is anything but 18100 open on 127.0.0.1?", {
        targets: ["127.0.0.1"],
        ports: `${Number(open) - 3}-${Number(open) + 3}`,
      }),
      about: { target: "127.0.0.1", expected: closed },
    },
    how,
  );
  await record(
    "closed",
    scan("is port 18100 open on 127.0.0.1?", { targets: ["127.0.0.1"], ports: closed }),
    how,
  );
  await record(
    "many",
    scan("scan 127.0.0.1 for open ports 18090-18120", {
      targets: ["127.0.0.1"],
      ports: `${Number(open) - 9}-${Number(open) + 9}`,
    }),
    how,
  );
  await record(
    "sweep",
    one("ping sweep 127.0.0.0/30", "sweep", "nmap", "sweep", { targets: ["127.0.0.0/30"] }),
    how,
  );
  listener.close();
  await drain;
  // A namespace of its own has no network: nothing may be concluded from it.
  await Deno.writeTextFile(`${directory}/nmap`, '#!/bin/sh\nexec unshare -rn nmap "$@"\n', { mode: 0o755 });
  await record("no_network", scan("is port 22 open on 127.0.0.1?", { targets: ["127.0.0.1"], ports: "22" }), {
    ...how,
    context: { program: `${directory}/nmap`, settings: {} },
  });
}

/** Records all cases of these tools. */
export async function run(): Promise<void> {
  const directory = await Deno.makeTempDir();
  await bandit(directory);
  await nmap(directory);
  await Deno.remove(directory, { recursive: true });
}
