/**
 * A runner in surroundings that a case has changed: a process of its own, since it lives in other mounts or another network.
 *
 * @module
 */
import { createRunner } from "../executor/client.ts";
import { type SelfCommand, selfCommand } from "../executor/self.ts";
import { grantable } from "../internal/grantable.ts";
import { describeRun, type World } from "./world.ts";

/** How that process is started. It takes what {@link runChanged} takes on its standard input. */
export const changedHost = (world: World): SelfCommand =>
  selfCommand("red_team", ["changed-host"], [
    "--allow-read",
    `--allow-write=${grantable(world.base)}`,
    "--allow-run",
  ]);

/**
 * Starts a runner and has it run one request, or its self-check: what came of it.
 *
 * @param input `{init, request, check}` as JSON
 */
export async function runChanged(input: string): Promise<string> {
  const { init, request, check } = JSON.parse(input);
  try {
    const runner = await createRunner(init);
    try {
      if (!check) return describeRun(await runner.run(request));
      return (await runner.selfCheck()).held ? "the self-check held" : "the self-check did not hold";
    } finally {
      await runner.close();
    }
  } catch (error) {
    return `no runner: ${error instanceof Error ? error.message : "?"}`;
  }
}
