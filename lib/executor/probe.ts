/**
 * Whether a program really starts inside the sandbox: its catalogue entry's probe, without any network.
 *
 * @module
 */
import type { Limits, Tool } from "../catalog/types.ts";
import { launchInside } from "./inside.ts";
import { launch } from "./launch.ts";
import type { Runnable } from "./programs.ts";
import { FIXED_PATH } from "./sandbox.ts";
import type { StepDependencies } from "./step.ts";

/** A version is told in a moment; a Python tool on a cold disk needs some seconds. */
const PROBE_LIMITS = { timeoutMs: 30_000, outputBytes: 256 * 1024 } as const;

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
    ? await launch({
      prefix: [],
      descriptors: [],
      commands,
      proceedOn: [0],
      limits,
      sandboxed: false,
      cwd: "/",
      env: { PATH: FIXED_PATH, HOME: "/nonexistent", LANG: "C.UTF-8", ...tool.env },
    })
    : await launchInside({
      host: deps.host,
      scratch: deps.scratch,
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
  return `${program.path} ${tool.probe.join(" ")} fails inside the sandbox: ${why}`;
}
