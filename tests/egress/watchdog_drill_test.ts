/**
 * Sabotage: the watchdog is taken away or blinded, in every way that a host or an attacker could.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ATTEMPTS, CAN_PLAY, perl, play, PORT, REFUSE_DIAG } from "./watchdog_world.ts";

const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, ignore: !CAN_PLAY, fn });

test("a watchdog that is killed takes the bridge along", async () => {
  const played = await play({ watchdog: "SIGKILL" });
  assert.equal(played.lines.at(-1), "Cannot go on: the watchdog ended");
  assert.equal(played.code, 70);
});

test("a watchdog that stalls takes the bridge along", async () => {
  const played = await play({ watchdog: "SIGSTOP" });
  assert.match(played.lines.at(-1) ?? "", /^Cannot go on: the watchdog is silent for [0-9]+ ms$/);
  assert.equal(played.code, 70);
});

test("a bridge that dies takes its tree and its watchdog along", async () => {
  const directory = await Deno.makeTempDir();
  const text =
    `exit 0 if fork(); POSIX::setsid(); open(my $f, ">", "${directory}/pid"); print $f $$; close $f;
    sleep 1; kill 9, getppid()`;
  // Orphaned, it is the bridge's own child by then.
  const played = await play({ children: [perl(text)] });
  assert.equal(played.signal ?? played.code, "SIGKILL");
  const pids = [Number(await Deno.readTextFile(`${directory}/pid`)), Number(played.lines[0]?.split(" ")[1])];
  for (const pid of pids) {
    assert.ok(pid > 1);
    // Inotify knows no processes; the kernel tells of an end only to parents.
    const gone =
      `while kill -0 ${pid} 2>/dev/null && ! grep -q ') [ZX] ' /proc/${pid}/stat; do sleep 0.02; done`;
    const { success } = await new Deno.Command("/usr/bin/timeout", { args: ["20", "/bin/sh", "-c", gone] })
      .output();
    assert.ok(success, `process ${pid} lives on`);
  }
  await Deno.remove(directory, { recursive: true });
});

test("a kernel that refuses netlink leaves /proc/net, and that is said", async () => {
  const played = await play({ children: [perl(ATTEMPTS.tcp4)] }, REFUSE_DIAG);
  assert.match(played.lines[0] ?? "", /^watchdog [0-9]+ held: by \/proc\/net alone/);
  assert.equal(played.code, 75);
  assert.match(played.blocks[0]?.socket ?? "", new RegExp(`:${PORT}$`));
});

test("under a /proc that names other processes the bridge does not start", async () => {
  // As a container does that sees the host's /proc.
  const played = await play({}, `set -- /usr/bin/unshare --pid --fork --kill-child "$@"`);
  assert.equal(played.code, 2);
  assert.equal(
    played.lines.at(-1),
    "Cannot watch egress: /proc is that of another pid namespace (mount the /proc of this pid namespace)",
  );
});

/** A helper, as the runner is one, that starts a step in a network of its own, which does `text` there. */
const step = (text: string): readonly string[] => {
  const inside = `ip link set lo up; ip address add 203.0.113.5/32 dev lo; exec "$@"`;
  const tool = [
    "/usr/bin/unshare",
    "--user",
    "--map-root-user",
    "--net",
    "/bin/sh",
    "-c",
    inside,
    "sh",
    ...perl(text),
  ];
  return [
    "/usr/bin/perl",
    "-e",
    `system @ARGV; print "step: ", $? & 127, "\\n"; $| = 1; close STDOUT; sleep 60`,
    ...tool,
  ];
};
/** Listens, and connects to itself, since there is nobody else in the namespace. */
const SELF =
  `socket(L, AF_INET, SOCK_STREAM, 0); bind(L, sockaddr_in(${PORT}, INADDR_ANY)) or die; listen(L, 1); ${ATTEMPTS.tcp4}`;

test("a violation in a tool's own network ends the step, and the bridge goes on", async () => {
  const played = await play({ children: [step(SELF)], scans: 100 });
  assert.deepEqual([played.code, played.lines.includes("fine")], [0, true], played.lines.join("\n"));
  assert.ok(played.lines.some((line) => /^block step tcp .* perl$/.test(line)), played.lines.join("\n"));
  // By SIGKILL.
  assert.ok(played.lines.includes("step: 9"), played.lines.join("\n"));
  assert.deepEqual(played.blocks.map(({ scope }) => scope), ["step"]);
});

for (const attempt of ["udp", "raw6", "packet"] as const) {
  test(`a socket (${attempt}) in a tool's own network ends the step`, async () => {
    const played = await play({ children: [step(ATTEMPTS[attempt])], scans: 100 });
    assert.deepEqual([played.code, played.lines.includes("fine")], [0, true], played.lines.join("\n"));
    assert.ok(played.lines.includes("step: 9"), played.lines.join("\n"));
    assert.deepEqual(played.blocks.map(({ scope }) => scope), ["step"]);
  });
}

test("a tool's connections in its own network to a safe address are no violation", async () => {
  const safe = SELF.replace("203.0.113.5", "127.0.0.1") +
    `; socket(U, AF_INET, SOCK_DGRAM, 0); connect(U, sockaddr_in(9, INADDR_LOOPBACK)) or die`;
  const played = await play({ children: [step(safe)], scans: 100 });
  assert.deepEqual([played.code, played.lines.includes("fine"), played.blocks], [0, true, []]);
});
