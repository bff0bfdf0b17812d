/**
 * Whether a program really starts inside the sandbox: its catalogue entry's probe, without any network.
 *
 * @module
 */
import type { Limits, Tool } from "../catalog/types.ts";
import { launchInside } from "./inside.ts";
import { type Landing, launch } from "./launch.ts";
import type { Runnable } from "./programs.ts";
import { FIXED_PATH } from "./sandbox.ts";
import type { StepDependencies } from "./step.ts";

/** A version is told in a moment; a Python tool on a cold disk needs some seconds. */
const PROBE_LIMITS = { timeoutMs: 30_000, outputBytes: 256 * 1024 } as const;

/** Without a sandbox; as root, a tool would make the home that it is told of, wherever that is. */
async function probeBare(
  tool: Tool,
  commands: readonly (readonly string[])[],
  limits: Limits,
  deps: StepDependencies,
): Promise<Landing> {
  const home = await Deno.makeTempDir({ dir: deps.scratch });
  try {
    const env = { PATH: FIXED_PATH, HOME: home, LANG: "C.UTF-8", ...tool.env };
    const bare = { prefix: [], descriptors: [], proceedOn: [0], sandboxed: false };
    return await launch({ ...bare, commands, limits, cwd: home, env });
  } finally {
    await Deno.remove(home, { recursive: true }).catch(() => undefined);
  }
}

/**
 * Why a tool's probe fails, or `undefined` when it succeeds or there is none. What succeeded is remembered by the
 * program's digest in `deps.probed`.
 */
export async function probe(
  tool: Tool,
  program: Runnable,
  digest: string,
  deps: StepDependencies,
): Promise<string | undefined> {
  if (tool.probe === undefined || "builtin" in tool.program) return undefined;
  const key = [digest, ...tool.probe].join("\0");
  if (deps.probed.has(key)) return undefined;
  const limits: Limits = { ...PROBE_LIMITS, memory: tool.limits.memory };
  const commands = [[program.path, ...tool.probe]];
  const landing = deps.host === undefined
    ? await probeBare(tool, commands, limits, deps)
    : await launchInside({
      host: deps.host,
      scratch: deps.scratch,
      filters: deps.filters,
      commands,
      limits,
      sockets: tool.sockets,
      env: tool.env,
      binds: program.libraries.map((path) => ({ source: { path }, at: path })),
      network: "own",
      chdir: "/tmp",
    });
  if (landing.outcome === "ok") {
    deps.probed.add(key);
    return undefined;
  }
  const said = new TextDecoder().decode(landing.commands[0]?.stderr).trim().split("\n").at(-1)?.slice(0, 200);
  const why = said === undefined || said === ""
    ? landing.reason ?? `exit code ${landing.commands[0]?.exitCode}`
    : said;
  const where = deps.host === undefined ? "fails" : "fails inside the sandbox";
  return `${program.path} ${tool.probe.join(" ")} ${where}: ${why}`;
}
