/**
 * Starts a runner and has it run one request, in surroundings that a case has changed; a process of its own, since it
 * lives in other mounts. Standard input: `{init, request}` as JSON. Standard output: what came of it, on one line.
 *
 * @module
 */
import { createRunner } from "../../lib/executor/client.ts";
import { describeRun } from "./world.ts";

const { init, request, check } = JSON.parse(await new Response(Deno.stdin.readable).text());
try {
  const runner = await createRunner(init);
  if (check) {
    const { held } = await runner.selfCheck();
    console.log(held ? "the self-check held" : "the self-check did not hold");
  } else console.log(describeRun(await runner.run(request)));
  await runner.close();
} catch (error) {
  console.log(`no runner: ${error instanceof Error ? error.message : "?"}`);
}
