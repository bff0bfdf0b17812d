/**
 * `deno task demo`: the main job on real input. A bridge on a free loopback port with a temporary state directory, goals
 * of each persona against sample data, the answers with their evidence, which layers hold, and nothing left behind.
 *
 * @module
 */
import { demoConfig, prepareDemo } from "./prepare.ts";
import { startBridge } from "../support/bridge.ts";

const encoder = new TextEncoder();
const say = (text = ""): void => {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
};

const demo = await prepareDemo();
try {
  const goals: readonly (readonly [string, string])[] = [
    ["sre", "why do the checkout pods restart?"],
    ["sre", "which pods of the shop are not running?"],
    ["sre", "which nodes are not ready?"],
    ["sre", "summarise the errors in logs/checkout.log"],
    ["sre", "is there drift in terraform/?"],
    ["sre", "query prometheus for up"],
    ["secops", `which of the ports ${demo.openPort} and ${demo.closedPort} are open on 127.0.0.1?`],
    ["secops", "find security bugs in the python code under python/billing"],
    ["secops", "who has sudo on this machine?"],
    ["secops", "read kv/app/db from vault"],
    ["data", "how many rows are in data/orders.csv?"],
    ["data", "sum of amount per status in data/orders.csv"],
    ["data", "how many rows are in table orders of data/shop.duckdb?"],
    ["data", "run the dbt tests of the project in dbt/"],
    ["data", "audit the sqlmesh project in sqlmesh/"],
    ["sre", "delete the pod web-0 in namespace web"],
  ];
  say("Physiclaw demo: real tools on sample data, in a sandbox, on this machine only.\n");
  await using bridge = await startBridge({ config: demoConfig(demo), workspace: demo.workspace });
  say(`The bridge serves at ${bridge.url} with a temporary state directory.\n`);
  const show = async (args: readonly string[]): Promise<void> => {
    say(`$ physiclaw ${args.map((word) => /^[\w/.-]+$/.test(word) ? word : JSON.stringify(word)).join(" ")}`);
    const { stdout, stderr, code } = await bridge.command(args, { cwd: demo.workspace });
    say(stdout.trimEnd());
    // Progress is on stderr; errors there matter only when there was no answer.
    if (stdout.trim() === "") say(stderr.trimEnd());
    say(`(exit code ${code})\n`);
  };
  await show(["memory", "ingest", "runbooks"]);
  await show(["memory", "add", "the shop", "namespace checkout"]);
  for (const [persona, goal] of goals) await show(["goal", goal, "--persona", persona]);
  await show(["memory", "search", "who is on call for checkout?"]);
  await show(["memory", "status"]);
  const { layers } = await (await bridge.request("/health")).json() as { layers: Record<string, string> };
  say("Layers:");
  for (const [layer, stands] of Object.entries(layers)) say(`  ${layer.padEnd(14)} ${stands}`);
  const verified = await bridge.command(["audit", "verify", "--file", `${bridge.state}/audit.jsonl`]);
  say(`\n$ physiclaw audit verify\n${verified.stdout.trimEnd()}${verified.stderr.trimEnd()}`);
} finally {
  await demo.clean();
}
say("\nThe bridge has stopped, and its directories are gone.");
