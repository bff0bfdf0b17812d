/**
 * The real watchdog over a real process tree, in network namespaces of the test's own.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  ATTEMPTS,
  CAN_PLAY,
  FAR4,
  INSIDE,
  perl,
  play,
  type Played,
  PORT,
  PRIVATE,
  tcp,
} from "./watchdog_world.ts";

const test = (name: string, fn: () => Promise<void>): void => Deno.test({ name, ignore: !CAN_PLAY, fn });

/** The bridge left with exit code 75, and what it did is written down. */
function assertStopped(played: Played, socket: RegExp, process = "perl"): void {
  assert.equal(played.code, 75, played.lines.join("\n"));
  assert.equal(played.blocks.length, 1);
  assert.match(played.blocks[0]?.socket ?? "", socket);
  assert.equal(played.blocks[0]?.process, process);
  assert.equal(played.blocks[0]?.scope, "bridge");
  assert.match(played.lines.at(-1) ?? "", /^Stopped: process [0-9]+ /);
}

/** Shell text that starts a Perl program as no process of the bridge's: its parent ends at once. */
const stranger = (text: string): string => {
  const quoted = perl(text).map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return `(${quoted} </dev/null >/dev/null 2>&1 &)`;
};

/** More looks than a stranger's socket is traced in a row. */
const LOOKS = 120;

const CASES: readonly (readonly [string, keyof typeof ATTEMPTS, RegExp])[] = [
  ["TCP over IPv4", "tcp4", new RegExp(`^tcp ${FAR4}:[0-9]+ -> ${FAR4}:${PORT}$`)],
  ["TCP over IPv6", "tcp6", /^tcp \[2001:db8:0:0:0:0:0:5\]:[0-9]+ -> \[2001:db8:0:0:0:0:0:5\]:9443$/],
  ["TCP to an IPv4-mapped address", "mapped", /^tcp .* -> \[0:0:0:0:0:ffff:cb00:7105\]:9443$/],
  ["a datagram from a socket that is not connected", "udp", /^udp 0\.0\.0\.0:[0-9]+ -> 0\.0\.0\.0:0$/],
  ["a UDP socket over IPv6 that only waits", "udp6", /^udp \[0:0:0:0:0:0:0:0\]:5353 -> /],
  ["a raw socket", "raw", /^raw 0\.0\.0\.0:1 -> /],
  ["a raw socket over IPv6", "raw6", /^raw \[0:0:0:0:0:0:0:0\]:58 -> /],
  ["a ping socket", "ping", /^icmp 0\.0\.0\.0:[0-9]+ -> /],
  ["a UDP-Lite socket", "udplite", /^udplite 0\.0\.0\.0:[0-9]+ -> /],
  ["a packet socket", "packet", /^a packet socket$/],
];
for (const [what, attempt, socket] of CASES) {
  test(`watchdog stops the bridge for ${what} of a child`, async () => {
    assertStopped(await play({ children: [perl(ATTEMPTS[attempt])] }), socket);
  });
}

test("watchdog stops the bridge for a connection of its own", async () => {
  const played = await play({ connect: { hostname: FAR4, port: PORT } });
  assertStopped(played, /^tcp /, "deno");
  assert.ok(played.lines.includes("connected"));
});

test("watchdog finds a grandchild in a session of its own whose parent is gone", async () => {
  const text = `exit 0 if fork(); POSIX::setsid(); exit 0 if fork(); sleep 1; ${ATTEMPTS.tcp4}`;
  const played = await play({ children: [perl(text)] });
  assertStopped(played, /^tcp /);
  // The child itself had ended well before.
  assert.ok(played.lines.some((line) => /^ended [0-9]+ 0$/.test(line)), played.lines.join("\n"));
});

for (const [way, address] of Object.entries(INSIDE.far)) {
  test(`watchdog judges an address of ${way} by the IPv4 address inside, and stops for a far one`, async () => {
    const played = await play({ children: [perl(tcp("AF_INET6", address))] });
    assertStopped(played, new RegExp(`^tcp .* -> \\[.*\\]:${PORT}$`));
  });
}

test("watchdog lets addresses be that hold a private IPv4 address", async () => {
  const children = Object.values(INSIDE.private).map((address) => perl(tcp("AF_INET6", address)));
  const played = await play({ children, scans: LOOKS });
  assert.deepEqual([played.code, played.lines.includes("fine"), played.blocks], [0, true, []]);
});

/** Numbers of unshare(2), of exit(2) (of one thread), and what unshare takes: linux/sched.h. */
const [UNSHARE, EXIT] = Deno.build.arch === "x86_64" ? [272, 60] : [97, 93];
const [CLONE_FILES, CLONE_NEWNET] = [0x400, 0x4000_0000];

const EVASIONS: readonly (readonly [string, string, RegExp])[] = [
  [
    "moves to another network after it connected",
    `${ATTEMPTS.tcp4}; syscall(${UNSHARE}, ${CLONE_NEWNET}) == 0 or die "$!"`,
    /^tcp /,
  ],
  [
    "connects in a thread with descriptors of its own",
    `use threads; threads->create(sub { syscall(${UNSHARE}, ${CLONE_FILES}) == 0 or die; ${ATTEMPTS.tcp4}; sleep 60 })->detach`,
    /^tcp /,
  ],
  [
    "connects in a thread that outlives the first one",
    `use threads; threads->create(sub { sleep 1; ${ATTEMPTS.tcp4}; sleep 60 })->detach; syscall(${EXIT}, 0)`,
    /^tcp /,
  ],
  [
    "has a thread in a network of its own",
    `use threads; threads->create(sub { syscall(${UNSHARE}, ${CLONE_NEWNET}) == 0 or die; ${ATTEMPTS.udp6}; sleep 60 })->detach`,
    /^udp /,
  ],
];
for (const [what, text, socket] of EVASIONS) {
  test(`watchdog finds a process that ${what}`, async () => {
    assertStopped(await play({ children: [perl(text)] }), socket);
  });
}

test("watchdog kills the whole tree, sessions of their own included", async () => {
  const directory = await Deno.makeTempDir();
  const bystander =
    `exit 0 if fork(); POSIX::setsid(); open(my $f, ">", "${directory}/pid"); print $f $$; close $f`;
  const attempt = `until (-s "${directory}/pid") { select(undef, undef, undef, 0.02) } ${ATTEMPTS.tcp4}`;
  assertStopped(await play({ children: [perl(bystander), perl(attempt)] }), /^tcp /);
  const pid = Number(await Deno.readTextFile(`${directory}/pid`));
  assert.ok(pid > 1);
  // Nobody may have fetched its exit code yet; dead it is.
  const stat = await new Deno.Command("/bin/cat", { args: [`/proc/${pid}/stat`], stderr: "null" }).output();
  assert.match(new TextDecoder().decode(stat.stdout), /^$|\) [ZX] /);
  await Deno.remove(directory, { recursive: true });
});

test("watchdog has the kernel reset the connection, so that nothing of it is sent after the end", async () => {
  const file = await Deno.makeTempFile();
  try {
    // Where the process is only killed, the far end reads an orderly end.
    const farEnd = stranger(`socket(my $l, AF_INET, SOCK_STREAM, 0);
      bind($l, sockaddr_in(9444, inet_aton("${FAR4}"))) or die; listen($l, 1); accept(my $c, $l);
      my $end = defined(sysread($c, my $x, 1)) ? "end" : "$!"; open(my $f, ">", "${file}"); print $f $end; close $f`);
    const attempt = ATTEMPTS.tcp4.replace(String(PORT), "9444");
    assertStopped(await play({ children: [perl(attempt)] }, `${farEnd}; sleep 0.2`), /:9444$/);
    assert.equal(await Deno.readTextFile(file), "Connection reset by peer");
  } finally {
    await Deno.remove(file);
  }
});

test("watchdog kills a bridge that does not leave when it is told to", async () => {
  const played = await play({ children: [perl(ATTEMPTS.tcp4)], stubborn: true });
  assert.equal(played.signal ?? played.code, "SIGKILL");
  assert.equal(played.blocks.length, 1);
});

test("watchdog stops for a private address only where the setting took it out of the safe subnets", async () => {
  const children = [perl(ATTEMPTS.private)];
  assertStopped(await play({ children, safe: ["127.0.0.0/8"] }), new RegExp(`-> ${PRIVATE}:${PORT}$`));
  const safe = await play({ children, scans: LOOKS });
  assert.deepEqual([safe.code, safe.lines.includes("fine"), safe.blocks], [0, true, []]);
});

test("watchdog lets loopback connections be", async () => {
  const played = await play({ children: [perl(ATTEMPTS.loopback)], scans: LOOKS });
  assert.deepEqual([played.code, played.lines.includes("fine"), played.blocks], [0, true, []]);
});

test("watchdog lets connections be that clients opened to the listener, wherever they come from", async () => {
  const client = stranger(`for (1..500) { socket(S, AF_INET, SOCK_STREAM, 0);
    bind(S, sockaddr_in(0, inet_aton("203.0.113.6")));
    last if connect(S, sockaddr_in(8443, inet_aton("${FAR4}"))); select(undef, undef, undef, 0.02) }`);
  const told = await play({ serve: { port: 8443, told: true }, scans: LOOKS }, client);
  assert.deepEqual([told.code, told.blocks], [0, []], told.lines.join("\n"));
  assert.ok(told.lines.includes("accepted"));
  // The same when the watchdog knows of no listener: it does look.
  assertStopped(
    await play({ serve: { port: 8443, told: false }, scans: LOOKS }, client),
    /-> 203\.0\.113\.6:/,
    "deno",
  );
});

test("watchdog lets strangers be who connect from the same network", async () => {
  const played = await play({ scans: LOOKS }, `${stranger(ATTEMPTS.tcp4)}; sleep 0.2`);
  assert.deepEqual([played.code, played.lines.includes("fine"), played.blocks], [0, true, []]);
});
