/**
 * The log-aggregator and iam-inspect cases: the built-in tools over made files.
 *
 * @module
 */
import { record, type Recording, type ToRecord } from "./record.ts";
import type { Slots } from "../../lib/catalog/types.ts";

const MAIN = new URL("../../lib/builtin/main.ts", import.meta.url).pathname;

/** Two hours of requests, slow queries, and five minutes in which the database refused. */
function apiLog(): string {
  const lines: string[] = [];
  const start = Date.parse("2026-01-31T06:00:00Z");
  for (let minute = 0; minute < 120; minute++) {
    const at = (second: number) =>
      new Date(start + minute * 60_000 + second * 1000).toISOString().replace(".000", "");
    for (let i = 0; i < 20; i++) {
      lines.push(`${at(i * 3)} INFO request id=${minute * 20 + i} served in ${(i * 7) % 90 + 3} ms`);
    }
    if (minute % 10 === 0) lines.push(`${at(59)} WARN slow query took ${900 + minute} ms`);
    if (minute < 80 || minute >= 85) continue;
    for (let i = 0; i < 40; i++) {
      lines.push(`${at(59)} ERROR connection to db-1:5432 refused (attempt ${i})`);
      if (i === 0) {
        lines.push("java.net.ConnectException: Connection refused", "\tat com.acme.Db.open(Db.java:41)");
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

const logs = (goal: string, intent: string, slots: Slots): ToRecord => ({
  goal,
  intent,
  about: {},
  steps: [{ id: "s1", tool: "log-aggregator", form: "files", slots }],
});

const LOGS: Readonly<Record<string, ToRecord>> = {
  grouped: logs("group the log lines of logs/api.log by message", "log-groups", { paths: ["logs/api.log"] }),
  errors: logs("summarise the errors in logs/api.log", "log-errors", {
    paths: ["logs/api.log"],
    levels: ["error", "fatal"],
  }),
  errors_since: logs("errors in logs/api.log since 07:30", "log-errors", {
    paths: ["logs/api.log"],
    levels: ["error", "fatal"],
    since: "2026-01-31T07:30:00Z",
  }),
  match: logs("how often is ConnectException in logs/api.log", "log-groups", {
    paths: ["logs/api.log"],
    match: "java.net.ConnectException",
  }),
  match_none: logs("how often is OutOfMemoryError in logs/api.log", "log-groups", {
    paths: ["logs/api.log"],
    match: "OutOfMemoryError",
  }),
  directory: logs("what do the logs in logs say", "log-groups", { paths: ["logs"] }),
  empty: logs("errors in logs/empty.log", "log-errors", { paths: ["logs/empty.log"], levels: ["error"] }),
  missing: logs("errors in logs/nowhere.log", "log-errors", {
    paths: ["logs/nowhere.log"],
    levels: ["error"],
  }),
};

const HOST: Readonly<Record<string, string>> = {
  "etc/passwd": `root:x:0:0:root:/root:/bin/bash
toor:x:0:0:second root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
alice:x:1000:1000:Alice:/home/alice:/bin/bash
bob:x:1001:1001:Bob:/home/bob:/bin/bash
deploy:x:1002:1002:deploy:/home/deploy:/bin/bash
guest:x:1003:1003:guest:/home/guest:/bin/sh
`,
  "etc/group": `root:x:0:
sudo:x:27:alice
docker:x:998:bob
alice:x:1000:
bob:x:1001:
deploy:x:1002:
guest:x:1003:
`,
  "etc/shadow": `root:*:19000:0:99999:7:::
toor:!:19000:0:99999:7:::
daemon:*:19000:0:99999:7:::
alice:$6$notreal$notarealhashnotarealhashnotarealhashnotarealhashnotarealhashnotarealhashnotarealhashnot:20000:0:99999:7:::
bob:$1$notreal$notarealhashnotarealha:15000:0:90:7:::
deploy:!:19000:0:99999:7:::
guest::19000:0:99999:7:::
`,
  "etc/sudoers": `Defaults env_reset
root ALL=(ALL:ALL) ALL
%sudo ALL=(ALL:ALL) ALL
deploy ALL=(ALL) NOPASSWD: ALL
`,
  "etc/login.defs": "UID_MIN 1000\nPASS_MAX_DAYS 99999\n",
  "etc/ssh/sshd_config": "PermitRootLogin yes\nPasswordAuthentication yes\n",
  "home/alice/.ssh/authorized_keys":
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ0Z3h0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0 alice@laptop\n",
};

const iam = (goal: string, sections: readonly string[], slots: Slots = {}): ToRecord => ({
  goal,
  intent: "iam",
  about: sections.length === 0 ? {} : { sections: sections.join(", ") },
  steps: [{
    id: "s1",
    tool: "iam-inspect",
    form: "report",
    slots: { ...(sections.length === 0 ? {} : { sections }), ...slots },
  }],
});

const IAM: Readonly<Record<string, ToRecord>> = {
  sudo: iam("who has sudo on this machine?", ["sudo", "groups"]),
  accounts: iam("list local accounts with a login shell and uid 0", ["accounts"]),
  ageing: iam("accounts whose password never expires", ["ageing", "accounts"]),
  keys: iam("audit authorized ssh keys on this host", ["keys"]),
  group: iam("who is in the docker group", ["groups"], { groups: ["docker"] }),
  group_missing: iam("who is in the wheel group", ["groups"], { groups: ["wheel"] }),
  everything: iam("iam-inspect", []),
};

/** Records all cases of the built-in tools. */
export async function run(): Promise<void> {
  const directory = await Deno.makeTempDir();
  const put = async (path: string, text: string) => {
    await Deno.mkdir(`${directory}/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.writeTextFile(`${directory}/${path}`, text);
  };
  const program = async (tool: string, extra: string) => {
    await put(
      tool,
      `#!/bin/sh\nexec ${Deno.execPath()} run -q --no-prompt --allow-read ${MAIN} ${tool} ${extra} "$@"\n`,
    );
    await Deno.chmod(`${directory}/${tool}`, 0o755);
  };
  await put("logs/api.log", apiLog());
  await put("logs/empty.log", "");
  for (const [path, text] of Object.entries(HOST)) await put(`run/host/${path}`, text);
  await program("log-aggregator", "");
  await program("iam-inspect", `--root=${directory}/run`);
  const how = (tool: string): Recording => ({
    cwd: directory,
    env: { HOME: directory, DENO_NO_UPDATE_CHECK: "1" },
    context: { program: `${directory}/${tool}`, settings: {} },
    replace: [[directory, "/workspace"]],
    ending: "out",
  });
  for (const [name, one] of Object.entries(LOGS)) await record(name, one, how("log-aggregator"));
  for (const [name, one] of Object.entries(IAM)) await record(name, one, how("iam-inspect"));
  await Deno.remove(directory, { recursive: true });
}
