/**
 * Sabotage of the running program, a layer at a time: it stops with the reason, or goes on without tools and says what is
 * missing. What a container, a host or an attacker can take away is taken away for real, in namespaces of the test's own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startBridge, type TestBridge } from "../support/bridge.ts";
import { AS_NOBODY, CAN_PLAY, REFUSE_DIAG } from "./watchdog_world.ts";

const ALONE: readonly string[] = [
  ...["/usr/bin/unshare", "--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c"],
];

/**
 * Makes the surroundings with a shell text, as root of a user namespace and with mounts of its own; the program then runs
 * as nobody.
 *
 * @param before a program that comes first, as that root
 */
const within = (sabotage: string, before = ""): readonly string[] => [
  ...ALONE,
  `${sabotage}; exec ${before} ${AS_NOBODY.join(" ")} "$@"`,
  "sh",
];

const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, ignore: !CAN_PLAY, fn });

const goal: RequestInit = {
  method: "POST",
  body: JSON.stringify({ goal: "summarise the errors in app.log", persona: "sre" }),
};

/** What a bridge in these surroundings says of its layers, and how a goal ends there. */
async function goesOn(under: readonly string[]) {
  await using bridge = await startBridge({ under });
  await Deno.writeTextFile(`${bridge.workspace}/app.log`, "2026-01-01T00:00:01Z ERROR database gone\n");
  const { layers } = await (await bridge.request("/health")).json();
  const { outcome, steps, evidence } = await (await bridge.request("/goal", goal)).json();
  const warned = bridge.logged.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
    .filter(({ level }) => level === "warning");
  assert.equal(evidence.egress.sandbox, layers.sandbox);
  return { layers, outcome, step: steps[0], warned };
}

test("control: in namespaces of its own the bridge has every layer", async () => {
  const { layers, outcome } = await goesOn(within(":"));
  assert.deepEqual([layers.lock, layers.watchdog, layers.sandbox], ["held", "held", "held"]);
  assert.equal(outcome, "done");
});

/** Sandboxes that can't be had, and why: tools do not run, the bridge says so and serves. */
const SANDBOXES: readonly (readonly [string, string, RegExp])[] = [
  ["bwrap is missing", "mount --bind /dev/null /usr/bin/bwrap", /^bubblewrap is not installed \(apt-get/],
  [
    "user namespaces are forbidden",
    // The one that the program itself is started in.
    "echo 1 >/proc/sys/user/max_user_namespaces",
    /^The sandbox cannot be started: .*\(allow unprivileged user namespaces/,
  ],
  [
    "bwrap was replaced by a program that fails",
    "mount --bind /bin/false /usr/bin/bwrap",
    /^The sandbox cannot be started: /,
  ],
];
for (const [what, sabotage, reason] of SANDBOXES) {
  test(`where ${what} no tool runs, and health, log and evidence say why`, async () => {
    const { layers, outcome, step, warned } = await goesOn(within(sabotage));
    assert.match(layers.sandbox, new RegExp(`^off: ${reason.source.slice(1)}`));
    assert.equal(outcome, "failed");
    assert.equal(step.outcome, "unavailable");
    assert.match(step.reason, reason);
    assert.deepEqual(warned.map(({ layer, reason }) => [layer, reason]), [["sandbox", layers.sandbox]]);
  });
}

test("where netlink is refused the watchdog looks by /proc/net, and health says so", async () => {
  const { layers, outcome } = await goesOn(["/bin/sh", "-c", `${REFUSE_DIAG}; exec "$@"`, "sh"]);
  assert.match(layers.watchdog, /^held: by \/proc\/net alone, five times a second/);
  assert.equal(outcome, "done");
});

/** Surroundings in which it must not start. */
const STOPS: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "bwrap was replaced by a program that runs tools without a sandbox",
    within(
      `f=$(mktemp); printf '#!/bin/sh\\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"' >$f; chmod 755 $f
    mount --bind $f /usr/bin/bwrap; rm -f $f 2>/dev/null`,
    ),
    /Cannot start: The sandbox does not hold: .*Seccomp is 0/,
  ],
  // The runtime itself says so.
  ["there is no /proc", ALONE.concat('mount -t tmpfs none /proc; exec "$@"', "sh"), /Is \/proc mounted\?/],
  [
    "/proc is another's",
    within(":", "/usr/bin/unshare --pid --fork --kill-child"),
    /Cannot watch egress: \/proc is that of another pid namespace \(mount the \/proc/,
  ],
  [
    "the network has no loopback",
    within(":", "/usr/bin/unshare --net"),
    /Cannot watch egress: no loopback connection could be made to prove it \(ip link set lo up\)/,
  ],
];
for (const [what, under, reason] of STOPS) {
  test(`where ${what} serve does not start`, async () => {
    await assert.rejects(startBridge({ under }), reason);
  });
}

/** The helper of a bridge by its hidden command. */
async function helper(bridge: TestBridge, name: "runner" | "watchdog"): Promise<number> {
  const script =
    `for p in $(cat /proc/${bridge.pid}/task/*/children); do tr '\\0' ' ' </proc/$p/cmdline | grep -q '/${name}\\.[tj]s ' && echo $p; done`;
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", script] }).output();
  const pid = Number(new TextDecoder().decode(stdout));
  assert.ok(pid > 1, `the ${name} of ${bridge.pid} is not to be seen`);
  return pid;
}

for (
  const [what, name, signal, reason] of [
    ["its watchdog is killed", "watchdog", "SIGKILL", /^Cannot go on: the watchdog ended$/],
    [
      "its watchdog is stopped",
      "watchdog",
      "SIGSTOP",
      /^Cannot go on: the watchdog is silent for [0-9]+ ms$/,
    ],
    ["its runner is killed", "runner", "SIGKILL", /^Cannot run tools: the runner ended /],
  ] as const
) {
  Deno.test(`serve ends with exit code 70 when ${what}, and records it`, async () => {
    const state = await Deno.makeTempDir();
    try {
      const bridge = await startBridge({ state });
      Deno.kill(await helper(bridge, name), signal);
      assert.equal(await bridge.ended, 70);
      const messages = bridge.logged.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      assert.match(messages.at(-1).message, reason);
      const records = (await Deno.readTextFile(`${state}/audit.jsonl`)).trim().split("\n");
      const last = JSON.parse(records.at(-1) ?? "");
      assert.equal(last.event, "stop");
      assert.match(last.data.reason, reason);
    } finally {
      await Deno.remove(state, { recursive: true });
    }
  });
}

Deno.test({
  name: "nobody of the same user can open the watchdog's memory",
  // CAP_SYS_PTRACE opens it all the same.
  ignore: Deno.uid() === 0,
  fn: async () => {
    await using bridge = await startBridge();
    const open = async (name: "runner" | "watchdog"): Promise<string> => {
      const text = `print open(my $f, "+<", shift) ? "open" : "$!"`;
      const args = ["-e", text, `/proc/${await helper(bridge, name)}/mem`];
      return new TextDecoder().decode((await new Deno.Command("/usr/bin/perl", { args }).output()).stdout);
    };
    assert.equal(await open("watchdog"), "Permission denied");
    // The control. Tools' descriptors are handed over as /proc/RUNNER/fd/N, so it can't shut itself off.
    assert.equal(await open("runner"), "open");
  },
});
