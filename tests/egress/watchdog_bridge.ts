/**
 * Stands in for the bridge: starts the real watchdog over itself, then does what a test tells it. Standard input: a JSON
 * document. Standard output: what happened, a line each. Exit code: as `serve` would give.
 *
 * @module
 */
import { SAFE_SUBNETS } from "../../lib/catalog/addresses.ts";
import { startWatchdog, type Watchdog } from "../../lib/egress/watchdog/client.ts";
import { startHelper } from "../../lib/executor/helper.ts";
import { EXIT_CODES, PhysiclawError } from "../../lib/internal/errors.ts";

/** What a test wants. */
export interface Scene {
  /** Processes to start, one after the other, as children of the bridge. */
  readonly children?: readonly (readonly string[])[];
  /** Connect from the bridge itself. */
  readonly connect?: { readonly hostname: string; readonly port: number };
  /** Listen on every address, perhaps tell the watchdog, and wait for a client. */
  readonly serve?: { readonly port: number; readonly told: boolean };
  /** End well after so many further looks of the watchdog. */
  readonly scans?: number;
  /** Does not react when it is told to leave. */
  readonly stubborn?: boolean;
  /** Kill or stop the watchdog. */
  readonly watchdog?: "SIGKILL" | "SIGSTOP";
  readonly blocks: string;
  readonly safe?: readonly string[];
  readonly intervalMs?: number;
}

const say = (text: string): void => console.log(text);

async function act(scene: Scene, watchdog: Watchdog, watchdogPid: number): Promise<void> {
  const children: Deno.ChildProcess[] = [];
  for (const [program = "", ...args] of scene.children ?? []) {
    const child = new Deno.Command(program, { args, stdin: "null", stdout: "inherit", stderr: "inherit" })
      .spawn();
    say(`started ${child.pid}`);
    children.push(child);
    child.status.then(({ code, signal }) => say(`ended ${child.pid} ${signal ?? code}`));
  }
  if (scene.serve !== undefined) {
    const listener = Deno.listen({ hostname: "0.0.0.0", port: scene.serve.port });
    if (scene.serve.told) await watchdog.listening("0.0.0.0", scene.serve.port);
    await listener.accept();
    say("accepted");
  }
  if (scene.connect !== undefined) {
    await Deno.connect(scene.connect);
    say("connected");
  }
  if (scene.watchdog !== undefined) Deno.kill(watchdogPid, scene.watchdog);
  if (scene.scans === undefined) return;
  const until = watchdog.scans + scene.scans;
  while (watchdog.scans < until) await new Promise((resolve) => setTimeout(resolve, 10));
  say("fine");
  for (const child of children) {
    try {
      child.kill("SIGKILL");
    } catch {
      // It ended before.
    }
  }
  await watchdog.close();
  Deno.exit(0);
}

if (import.meta.main) {
  const scene = JSON.parse(await new Response(Deno.stdin.readable).text()) as Scene;
  try {
    let pid = 0;
    const watchdog = await startWatchdog({
      start: async (permissions) => {
        const helper = await startHelper("watchdog", [], permissions);
        pid = helper.pid;
        return helper;
      },
      safe: scene.safe ?? SAFE_SUBNETS,
      intervalMs: scene.intervalMs ?? 20,
      blocks: scene.blocks,
      silenceMs: 500,
      onBlock: (block) => say(`block ${block.scope} ${block.socket} ${block.process}`),
    });
    say(`watchdog ${pid} ${watchdog.layer}`);
    const acting = act(scene, watchdog, pid);
    const error = await Promise.race([watchdog.lost, acting.then(() => watchdog.lost)]);
    if (scene.stubborn === true) { for (;;); }
    say(error.message);
    Deno.exit(EXIT_CODES[error.kind]);
  } catch (error) {
    say(error instanceof PhysiclawError ? error.describe() : String(error));
    Deno.exit(2);
  }
}
