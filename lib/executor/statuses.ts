/**
 * Which tools are usable on this host, and what would make the others so.
 *
 * @module
 */
import type { Tool } from "../catalog/types.ts";
import { type StepDependencies, whyNoSandbox } from "./step.ts";
import type { ToolStatus } from "./types.ts";
import { probe } from "./probe.ts";

/** Probes at the same time: a program start is bound by the processor. */
const AT_ONCE = 2;

async function statusOf(tool: Tool, deps: StepDependencies): Promise<ToolStatus> {
  const no = (reason: string, found: Partial<ToolStatus> = {}): ToolStatus => ({
    tool: tool.name,
    usable: false,
    ...found,
    reason,
  });
  if (deps.settings.tools[tool.name]?.disabled === true) return no("It is disabled by the settings");
  const program = await deps.programs.find(tool);
  if (!program.ok) return no(program.reason);
  let digest: string;
  try {
    digest = await deps.programs.digest(program, tool);
  } catch {
    return no(`${program.path} cannot be read by this program's user`);
  }
  const found = { ...("builtin" in tool.program ? {} : { program: program.path }), digest };
  const unsafe = await whyNoSandbox(deps);
  if (unsafe !== undefined) return no(unsafe, found);
  const missing = await deps.networks.missing(tool);
  if (missing !== undefined) return no(missing, found);
  const wrong = await probe(tool, program, digest, deps);
  if (wrong !== undefined) return no(wrong, found);
  const destination = tool.network.kind === "none" ? {} : { destination: await deps.networks.describe(tool) };
  return { tool: tool.name, usable: true, ...found, ...destination };
}

/** The status of every tool of the catalogue, in its order. */
export async function toolStatuses(deps: StepDependencies): Promise<readonly ToolStatus[]> {
  const { tools } = deps.catalog;
  const statuses: ToolStatus[] = [];
  const next = tools.entries();
  const work = async (): Promise<void> => {
    for (const [index, tool] of next) statuses[index] = await statusOf(tool, deps);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return statuses;
}
