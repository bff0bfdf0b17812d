/**
 * The network of tools alone: one that was granted an endpoint reaches it, and nothing else that listens on the host.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../catalog/addresses.ts";
import { buildCommands } from "../../catalog/build.ts";
import { createRunner } from "../../executor/client.ts";
import { BASH } from "../host.ts";
import { GREETING, listenOnLoopback } from "../listener.ts";
import { runOutside } from "../outside.ts";
import { probes } from "../probes.ts";
import { describeRun } from "../world.ts";
import type { LayerCheck } from "./types.ts";

const CALL = `exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1; read -r line <&3; echo "$line"`;
/**
 * Tries it with a runner of its own.
 *
 * @param directory an empty one; what is left in it is the caller's to remove
 * @example
 * ```ts ignore
 * const { held } = await checkToolNetwork(await Deno.makeTempDir());
 * ```
 */
export async function checkToolNetwork(directory: string): Promise<LayerCheck> {
  const workspace = `${directory}/workspace`;
  const state = `${directory}/state`;
  await Deno.mkdir(workspace);
  await Deno.mkdir(state, { mode: 0o700 });
  await Deno.writeTextFile(`${workspace}/call`, CALL);
  const [granted, other] = [listenOnLoopback(), listenOnLoopback()];
  const settings = {
    prometheus: { url: `http://127.0.0.1:${granted.port}` },
    nmap: { targets: [] },
    hosts: {},
    tools: {},
  };
  const tool = probes([])["probe-bash-endpoint"];
  const runner = await createRunner({
    settings,
    tools: [tool],
    safeSubnets: SAFE_SUBNETS,
    sandbox: "bwrap",
    network: true,
    stateDir: state,
    workspaceRoots: [workspace],
  });
  const inside = async (port: number): Promise<string> => {
    const slots = { script: "call", words: [String(port)] };
    const program = await Deno.realPath(BASH).catch(() => BASH);
    return describeRun(
      await runner.run({
        goalId: crypto.randomUUID(),
        stepId: "s1",
        persona: "sre",
        tool: tool.name,
        form: "run",
        slots,
        commands: buildCommands(tool, "run", slots, { program, settings: {} }),
        cwd: workspace,
        writable: false,
      }),
    );
  };
  try {
    const control = await runOutside({
      program: BASH,
      args: [`${workspace}/call`, String(other.port)],
    });
    const reached = await inside(granted.port);
    if (control.said !== GREETING || reached !== GREETING) {
      return {
        held: false,
        detail: `cannot be tried: without a sandbox the other listener said "${control.said}", in it the ` +
          `granted one "${reached}" (it needs ${BASH}, loopback, unshare and nsenter)`,
      };
    }
    const before = other.hits();
    const answer = await inside(other.port);
    return other.hits() === before && /Connection refused/.test(answer)
      ? {
        held: true,
        detail: "a tool reached the one endpoint that it was granted, and not another listener of this host",
      }
      : { held: false, detail: `a tool reached past its endpoint, and got "${answer}": please report this` };
  } finally {
    await runner.close();
    await Promise.all([granted.close(), other.close()]);
  }
}
