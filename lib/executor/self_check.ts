/**
 * What holds inside a sandbox, looked at from inside: a probe in the very profile that tools get.
 *
 * @module
 */
import { launchInside } from "./inside.ts";
import { launch } from "./launch.ts";
import { baseEnvironment, SANDBOX_UID } from "./sandbox.ts";
import { NO_BWRAP, type StepDependencies } from "./step.ts";
import type { SelfCheck } from "./types.ts";

/**
 * Prints what it sees, a line each; judged outside. Nothing but the shell and coreutils. `unshare -U` is tried for real: a
 * flag that says "no nested namespaces" proves nothing.
 */
const LOOK = `
for name in CapEff CapPrm CapBnd NoNewPrivs Seccomp Uid Gid; do
  while read -r key rest; do [ "$key" = "$name:" ] && echo "$name $rest"; done </proc/self/status
done
for device in /sys/class/net/* /proc/sys/net/ipv4/conf/*; do [ -e "$device" ] && echo "net \${device##*/}"; done
tr '\\0' '\\n' </proc/1/environ | while read -r line; do echo "environ $line"; done
unshare -U true 2>/dev/null && echo "nested yes" || echo "nested no"
for path in /run/* /home/* /root /var/run /etc/shadow; do [ -e "$path" ] && echo "seen $path"; done
for fd in /proc/self/fd/*; do echo "fd \${fd##*/} $(readlink "$fd")"; done
echo "mounts $(while read -r _ at _; do echo "$at"; done </proc/self/mounts | tr '\\n' ' ')"
`;

/** Tried inside only: outside it would write on the host. */
const WRITE = `
for path in / /usr /etc /run /dev; do
  (: >"$path/.physiclaw-probe") 2>/dev/null && echo "writable $path" && rm -f "$path/.physiclaw-probe"
done
`;

const LIMITS = {
  timeoutMs: 20_000,
  outputBytes: 256 * 1024,
  memory: { kind: "address-space", bytes: 1024 ** 3 },
} as const;

/** Interfaces of an empty namespace; the others are templates that every namespace has in /proc/sys. */
const EXPECTED_NET = new Set(["lo", "all", "default"]);
const EXPECTED_ENVIRONMENT = new Set([
  ...Object.keys(baseEnvironment()),
  "TZ",
  "PWD",
  "OLDPWD",
  "SHLVL",
  "_",
]);
const EXPECTED_SEEN = new Set(["/home/physiclaw"]);

/**
 * What is wrong in what the probe printed, a phrase each; empty when everything holds.
 *
 * @example
 * ```ts
 * import { judgeProbe } from "./self_check.ts";
 * console.assert(judgeProbe("CapEff 0000003fffffffff").includes("CapEff is 0000003fffffffff"));
 * ```
 */
export function judgeProbe(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const of = (name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const wrong: string[] = [];
  const must = (name: string, fits: (value: string) => boolean): void => {
    const [value] = of(name);
    if (value === undefined) wrong.push(`${name} was not seen`);
    else if (!fits(value)) wrong.push(`${name} is ${value}`);
  };
  for (const name of ["CapEff", "CapPrm", "CapBnd"]) must(name, (value) => /^0+$/.test(value));
  must("NoNewPrivs", (value) => value === "1");
  must("Seccomp", (value) => value === "2");
  for (const name of ["Uid", "Gid"]) {
    must(name, (value) => value.split(/\s+/).every((id) => id === String(SANDBOX_UID)));
  }
  must("nested", (value) => value === "no");
  must("mounts", (value) => value.split(" ").includes("/usr"));
  for (const device of of("net")) {
    if (!EXPECTED_NET.has(device)) wrong.push(`network device ${device} is there`);
  }
  // The first process is our shell, with the sandbox's own variables; anything else came from the caller.
  for (const line of of("environ")) {
    if (!EXPECTED_ENVIRONMENT.has(line.split("=")[0] ?? "")) {
      wrong.push(`variable ${line.split("=")[0]} can be read in /proc/1/environ`);
    }
  }
  for (const path of of("writable")) wrong.push(`${path} is writable`);
  for (const path of of("seen")) if (!EXPECTED_SEEN.has(path)) wrong.push(`${path} of the host is there`);
  for (const line of of("fd")) {
    const [number = "", target = ""] = line.split(" ");
    const expected = Number(number) <= 2 || target === "" || target.endsWith("/fd");
    if (!expected) wrong.push(`descriptor ${number} (${target}) was left open`);
  }
  return wrong;
}

/** What to do where bwrap can't make a user namespace. */
const FIX =
  "allow unprivileged user namespaces for bwrap: on Ubuntu 24.04 an AppArmor profile for /usr/bin/bwrap with `userns,`, " +
  "elsewhere sysctl kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0";

/** The same look without a sandbox must find something wrong: else it could not tell one from the other. */
async function control(): Promise<boolean> {
  const landing = await launch({
    prefix: [],
    descriptors: [],
    commands: [["/bin/sh", "-c", LOOK]],
    proceedOn: [0],
    limits: LIMITS,
    sandboxed: false,
    env: baseEnvironment(),
  });
  const [run] = landing.commands;
  return run !== undefined && judgeProbe(new TextDecoder().decode(run.stdout)).length > 0;
}

/**
 * Runs the probe inside, and its control outside. `held` only if every check did; a sandbox that can't be made holds
 * nothing. `open` where one was made and doesn't hold: tools would run in it.
 */
export async function selfCheck(deps: StepDependencies): Promise<SelfCheck> {
  if (deps.sandbox === "none") {
    return { held: false, detail: "PHYSICLAW_SANDBOX is 0: tools run without a sandbox" };
  }
  if (deps.host === undefined) return { held: false, detail: NO_BWRAP };
  // Side by side: serve waits for both before it is ready.
  const [landing, canTell] = await Promise.all([
    launchInside({
      host: deps.host,
      scratch: deps.scratch,
      filters: deps.filters,
      commands: [["/bin/sh", "-c", WRITE + LOOK]],
      limits: LIMITS,
      sockets: [],
      env: {},
      network: "own",
      chdir: "/tmp",
    }),
    control(),
  ]);
  if (landing.outcome === "not_started") {
    return { held: false, detail: `The sandbox cannot be started: ${landing.reason} (${FIX})` };
  }
  const [run] = landing.commands;
  if (landing.outcome !== "ok" || run === undefined) {
    return {
      held: false,
      open: true,
      detail: `The sandbox's probe failed: ${landing.reason ?? `exit code ${run?.exitCode}`}`,
    };
  }
  const wrong = judgeProbe(new TextDecoder().decode(run.stdout));
  if (!canTell) {
    return {
      held: false,
      open: true,
      detail: "The sandbox cannot be judged: without it the probe saw the same",
    };
  }
  const unlimited = deps.processLimit === undefined
    ? "; as root and without a writable pids control group the number of processes is not limited (run as another user)"
    : "";
  return wrong.length === 0
    ? {
      held: true,
      detail:
        `Tools run under bwrap: no network, no capabilities, read-only system, system calls filtered${unlimited}`,
    }
    : { held: false, open: true, detail: `The sandbox does not hold: ${wrong.join("; ")}` };
}
