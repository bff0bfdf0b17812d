/**
 * A sandbox that cannot be set up: the tool must not run.
 *
 * @module
 */
import { changedHost, type ChangedInput } from "../changed_host.ts";
import { defineCase, type EscapeCase, SHELL, type World } from "../define_case.ts";
import { UNSHARE } from "../host.ts";
import { runOutside } from "../outside.ts";
import type { ProbeName } from "../world.ts";

const group = "failure of the set-up" as const;

/** Leaves a trace on the host, which the sandbox would not let it. */
const TRACE = `${SHELL}open w "$1/ran"; out ran`;

/** Mounts stand-ins over programs in a namespace of its own, then runs the rest of its arguments. */
const COVER =
  `while [ "$1" != -- ]; do mount --bind "$2" "$1" || { echo "no stand-in for $1"; exit 0; }; shift 2; done; shift; exec "$@"`;

interface Changed {
  /** Program to the text of its stand-in: a shell script, or `undefined` for a file that cannot be executed. */
  readonly programs?: Readonly<Record<string, string | undefined>>;
  /** What the kernel refuses the runner and all that it starts. */
  readonly under?: ChangedInput["under"];
  /** Spoils the runner's state directory. */
  readonly spoil?: (state: string) => Promise<void>;
  readonly sandbox?: "bwrap" | "none";
  readonly tool?: ProbeName;
  /** Only asks for the self-check. */
  readonly check?: boolean;
}

async function runChanged(world: World, changed: Changed): Promise<string> {
  const { programs, sandbox = "bwrap", tool = "probe-bash", check = false } = changed;
  const directory = await Deno.makeTempDir({ dir: world.base });
  const covers: string[] = [];
  for (const [index, [program, script]] of Object.entries(programs ?? {}).entries()) {
    const path = `${directory}/${index}`;
    await Deno.writeTextFile(path, script === undefined ? "no program" : `#!/bin/sh\n${script}\n`);
    await Deno.chmod(path, script === undefined ? 0o644 : 0o755);
    covers.push(program, path);
  }
  const state = `${directory}/state`;
  await Deno.mkdir(state, { mode: 0o700 });
  await changed.spoil?.(state);
  const { argv, env } = changedHost(world);
  const namespaces = ["--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c", COVER, "sh"];
  const [program = "", ...args] = programs === undefined
    ? argv
    : [UNSHARE, ...namespaces, ...covers, "--", ...argv];
  const input: ChangedInput = {
    init: { ...world.init, stateDir: state, scratchDir: `${state}/scratch`, sandbox },
    request: await world.request(TRACE, [world.host], tool),
    check,
    ...(changed.under === undefined ? {} : { under: changed.under }),
  };
  const { said } = await runOutside({
    program,
    args,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    input: JSON.stringify(input),
  });
  return said.replaceAll(state, "STATE");
}

/** Stand-ins need mounts; for others than root these need a user namespace, where root's programs are nobody's. */
const failing = (name: string, changed: Changed, expect: string | RegExp): EscapeCase =>
  defineCase({
    group,
    name,
    needs: [
      "bash",
      ...(changed.programs === undefined ? [] : ["namespaces" as const]),
      ...(changed.tool === "probe-bash-endpoint" ? ["loopback" as const] : []),
    ],
    root: changed.programs !== undefined,
    // The same start without a sandbox: the tool runs, and the trace is seen.
    control: (world) =>
      runChanged(world, {
        ...(changed.programs === undefined ? {} : { programs: {} }),
        ...(changed.under === undefined ? {} : { under: changed.under }),
        sandbox: "none",
      }),
    expectControl: "ran",
    attempt: (world) => runChanged(world, changed),
    expect,
    trips: "files",
  });

const BWRAP = "/usr/bin/bwrap";
/** Runs what bwrap was to run, with nothing around it. */
const BARE = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';

export const SETUP_CASES: readonly EscapeCase[] = [
  failing("bwrap cannot be executed", { programs: { [BWRAP]: undefined } }, /unavailable: .*/),
  failing("bwrap fails", { programs: { [BWRAP]: "exit 1" } }, /unavailable: .*/),
  failing("bwrap says that it may not", {
    programs: { [BWRAP]: 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1' },
  }, /unavailable: .*setting up uid map: Permission denied.*/),
  failing("bwrap ends well without running anything", { programs: { [BWRAP]: "exit 0" } }, /unavailable: .*/),
  failing("bwrap is killed", { programs: { [BWRAP]: "kill -9 $$" } }, /unavailable: .*/),
  failing(
    "bwrap is a program that runs the tool bare",
    { programs: { [BWRAP]: BARE }, check: true },
    "the self-check did not hold",
  ),
  failing("nsenter is a program that enters nothing", {
    programs: { "/usr/bin/nsenter": BARE },
    tool: "probe-bash-endpoint",
  }, /unavailable: .*/),
  failing(
    "nsenter fails",
    { programs: { "/usr/bin/nsenter": "exit 1" }, tool: "probe-bash-endpoint" },
    /unavailable: .*/,
  ),
  failing(
    "the kernel refuses new namespaces",
    { under: "no namespaces" },
    /unavailable: .*(No permissions to create a? ?new namespace|Operation not permitted).*/,
  ),
  failing("the kernel refuses to raise the sandbox's loopback", { under: "no netlink" }, /unavailable: .*/),
  failing("a file lies where the sandbox is prepared", {
    spoil: (state) => Deno.writeTextFile(`${state}/sandbox`, "a file"),
  }, /no runner: .*/),
  defineCase({
    group,
    needs: ["bash", "namespaces", "sandbox", "loopback"],
    root: true,
    name: "unshare is a program that makes no namespace",
    control: (world) => runChanged(world, { programs: {}, tool: "probe-bash-endpoint" }),
    expectControl: "open: No such file or directory",
    attempt: (world) =>
      runChanged(world, { programs: { "/usr/bin/unshare": BARE }, tool: "probe-bash-endpoint" }),
    expect: /unavailable: Cannot start the forwarder to .*/,
  }),
];
