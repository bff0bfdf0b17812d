/**
 * A real bridge without a sandbox, a tool of it that leads out, and the bridge's next start; run in a network namespace.
 * Standard output: a JSON document of what was seen.
 *
 * @module
 */
import { startBridge } from "../support/bridge.ts";
import { run } from "../support/program.ts";

/** What the stage saw. */
export interface Seen {
  /** Exit code of the bridge that was stopped, and the last thing that it logged. */
  readonly code: number;
  readonly said: string;
  /** Of the next start: the counter, records of blocks, exit code of `audit verify`. */
  readonly counted: string | undefined;
  readonly blocks: readonly { readonly socket: string; readonly process: string }[];
  readonly verified: number;
}

if (import.meta.main) {
  const [attempt = ""] = Deno.args;
  const home = await Deno.makeTempDir({ prefix: "physiclaw-violation-" });
  const state = `${home}/state`;
  // Stands for code that a tool loads: it looks like bandit until it connects.
  const program = `${home}/bandit`;
  await Deno.writeTextFile(program, `#!/usr/bin/perl\nuse Socket qw(:all); ${attempt}; sleep 60;\n`);
  await Deno.chmod(program, 0o755);
  await Deno.mkdir(`${home}/workspace/src`, { recursive: true });
  await Deno.writeTextFile(`${home}/workspace/src/app.py`, "print(1)\n");
  const setup = {
    state,
    workspace: `${home}/workspace`,
    config: `[tools.bandit]\nprogram = "${program}"\noverride = true\n`,
    env: { PHYSICLAW_SANDBOX: "0" },
  };
  try {
    const first = await startBridge(setup);
    const body = JSON.stringify({ goal: "scan src with bandit", persona: "secops" });
    // Its connection breaks when the bridge goes.
    await first.request("/goal", { method: "POST", body }).then(
      (response) => response.text(),
      () => undefined,
    );
    const code = await first.ended;
    const second = await startBridge(setup);
    const metrics = await (await second.request("/metrics")).text();
    await second.stop();
    const records = (await Deno.readTextFile(`${state}/audit.jsonl`)).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    const verified = await run(["audit", "verify", "--file", `${state}/audit.jsonl`]);
    const seen: Seen = {
      code,
      said: first.logged.findLast((line) => line.includes('"message":"Stopped: ')) ?? "",
      counted: /^physiclaw_egress_blocks_total (.*)$/m.exec(metrics)?.[1],
      blocks: records.filter(({ event }) => event === "egress_block").map(({ data }) => data),
      verified: verified.code,
    };
    console.log(JSON.stringify(seen));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
