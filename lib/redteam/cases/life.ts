/**
 * Ways to outlive a step: what must be gone when its outcome is known.
 *
 * @module
 */
import { defineCase, type EscapeCase, PRELUDE, type World } from "../define_case.ts";
import { PERL } from "../host.ts";
import { describeRun, type ProbeName } from "../world.ts";

const group = "life cycle" as const;

/** A word of its own for the command line of a process that must not survive. */
const newMarker = (): string => `physiclaw-life-${crypto.randomUUID()}`;

async function end(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  await Promise.resolve();
}

/** Starts a script outside, waits for its first line, does something to it, and counts what is left before ending that. */
async function outside(
  world: World,
  script: string,
  then: (pid: number) => void = () => {},
): Promise<string> {
  const marker = newMarker();
  const child = new Deno.Command(PERL, {
    args: ["-e", PRELUDE + script, marker],
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const said = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value).trim();
  let first = await said();
  then(child.pid);
  // Only a script that answers to a signal has a second line.
  if (first === "ready") first = await said();
  const alive = await world.processes(marker);
  await end(alive);
  await reader.cancel();
  await child.status;
  return `${first}, ${alive.length === 0 ? "none" : "some"} alive`;
}

async function inside(world: World, script: string, tool: ProbeName = "probe"): Promise<string> {
  const marker = newMarker();
  const answer = await world.inside(PRELUDE + script, [marker], tool);
  const alive = await world.processes(marker);
  await end(alive);
  return `${answer}, ${alive.length === 0 ? "none" : "some"} alive`;
}

/** A pipe tells the parent that the orphan is there; then the parent ends and the orphan stays. */
const orphan = (before: string): string =>
  `pipe(R, W); my $pid = fork() // out("fork: $!");
  if ($pid == 0) { POSIX::setsid(); my $again = fork() // POSIX::_exit(1); POSIX::_exit(0) if $again;
    $0 = $ARGV[0]; $SIG{$_} = "IGNORE" for qw(TERM HUP INT); ${before} syswrite(W, "x"); close W; sleep 600; POSIX::_exit(0) }
  close W; sysread(R, my $x, 1); waitpid($pid, 0); out("left");`;
const CLOSED = "close STDIN; close STDOUT; close STDERR;";

/** Two runs that end by the limit take 3 s each. */
const LIMIT = "timed_out: It ran longer than 3 s";

export const LIFE_CASES: readonly EscapeCase[] = [
  defineCase({
    group,
    needs: ["perl", "sandbox"],
    name: "a grandchild in a session of its own",
    control: (world) => outside(world, orphan(CLOSED)),
    expectControl: "left, some alive",
    attempt: (world) => inside(world, orphan(CLOSED)),
    expect: "left, none alive",
  }),
  defineCase({
    group,
    needs: ["perl", "sandbox"],
    name: "a grandchild that holds the pipes open",
    control: (world) => outside(world, orphan("")),
    expectControl: "left, some alive",
    attempt: (world) => inside(world, orphan("")),
    expect: "left, none alive",
  }),
  defineCase({
    group,
    needs: ["perl", "sandbox", "loopback"],
    name: "a grandchild with a network",
    control: (world) => outside(world, orphan(CLOSED)),
    expectControl: "left, some alive",
    attempt: (world) => inside(world, orphan(CLOSED), "probe-endpoint"),
    expect: "left, none alive",
  }),
  defineCase({
    group,
    needs: ["perl", "sandbox"],
    name: "a tool that stops itself",
    control: (world) => outside(world, `$0 = $ARGV[0]; print "stopping\\n"; kill("STOP", $$); sleep 600;`),
    expectControl: "stopping, some alive",
    attempt: (world) => inside(world, `$0 = $ARGV[0]; print "stopping\\n"; kill("STOP", $$); sleep 600;`),
    expect: `${LIMIT}, none alive`,
  }),
  defineCase({
    group,
    needs: ["perl", "sandbox"],
    name: "a tool that ignores every signal that can be ignored",
    control: (world) =>
      outside(
        world,
        `$0 = $ARGV[0]; $SIG{TERM} = sub { print "ignored\\n" }; print "ready\\n"; sleep 600 while 1;`,
        (pid) => Deno.kill(pid, "SIGTERM"),
      ),
    expectControl: "ignored, some alive",
    attempt: (world) =>
      inside(world, `$0 = $ARGV[0]; $SIG{$_} = "IGNORE" for grep { !/^(KILL|STOP)$/ } keys %SIG; 1 while 1;`),
    expect: `${LIMIT}, none alive`,
  }),
  defineCase({
    group,
    needs: ["perl", "sandbox"],
    name: "a tool whose goal was cancelled",
    control: (world) => outside(world, `$0 = $ARGV[0]; print "here\\n"; sleep 600;`),
    expectControl: "here, some alive",
    attempt: async (world) => {
      const marker = newMarker();
      const abort = new AbortController();
      const request = await world.request(`${PRELUDE}$0 = $ARGV[0]; print "here\\n"; sleep 600;`, [marker]);
      const run = await world.runner.run(request, { signal: abort.signal, onOutput: () => abort.abort() });
      const alive = await world.processes(marker);
      await end(alive);
      return `${describeRun(run)}, ${alive.length === 0 ? "none" : "some"} alive`;
    },
    expect: "killed: It was cancelled, none alive",
  }),
  ...(["probe", "probe-endpoint"] as const).map((tool) =>
    defineCase({
      group,
      needs: ["perl", "sandbox", ...(tool === "probe" ? [] : ["loopback" as const])],
      name: `a tool whose runner was killed (${tool})`,
      control: (world) => outside(world, `$0 = $ARGV[0]; print "here\\n"; sleep 600;`),
      expectControl: "here, some alive",
      attempt: async (world) => {
        const marker = newMarker();
        const runner = await world.anotherRunner();
        const started = Promise.withResolvers<void>();
        const request = await world.request(
          `${PRELUDE}$0 = $ARGV[0]; print "here\\n"; sleep 600;`,
          [marker],
          tool,
        );
        const running = runner.run(request, { onOutput: () => started.resolve() })
          .then((run) => describeRun(run), () => "the runner is gone");
        await Promise.race([started.promise, running]);
        // Its state directory stands among its permissions: no other runner of this host has that one.
        await end(await world.processes(`--allow-write=${world.init.stateDir}`));
        const answer = await running;
        // The kernel ends the trees when it gets to it; there is nothing to wait on but the trees themselves.
        const left = async () => ({
          alive: await world.processes(marker),
          helpers: await world.processes(` 127.0.0.1 ${world.endpoint.port} `),
        });
        let { alive, helpers } = await left();
        for (let look = 0; alive.length + helpers.length > 0 && look < 100; look++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          ({ alive, helpers } = await left());
        }
        await end(alive);
        await runner.close().catch(() => {});
        return `${answer}, ${alive.length === 0 ? "none" : "some"} alive, ${helpers.length} forwarders`;
      },
      expect: "the runner is gone, none alive, 0 forwarders",
    })
  ),
];
