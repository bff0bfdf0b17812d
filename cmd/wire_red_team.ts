/**
 * The red team as the command has it: a process of its own, which may do what the command may not.
 *
 * @module
 */
import { startHelper } from "../lib/executor/helper.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { findLibc } from "../lib/internal/libc.ts";
import type { Group } from "../lib/redteam/groups.ts";
import type { Layer, LayerCheck } from "../lib/redteam/layers/types.ts";
import { createLines } from "../lib/redteam/lines.ts";
import type { FromRedTeam, RedTeamInit } from "../lib/redteam/protocol.ts";
import type { CaseReport } from "../lib/redteam/report.ts";

/** Twice what the suite gives itself. */
const HARD_LIMIT_MS = 360_000;

/**
 * Runs the suite's groups in a temporary directory, and removes that. Throws `PhysiclawError` of kind `internal` when it
 * ended early, of kind `interrupted` when `signal` ended it.
 *
 * @param onCase told as each case ends
 * @example
 * ```ts ignore
 * await redTeam({ groups: ["/proc"], onCase: console.log, signal: new AbortController().signal });
 * ```
 */
export async function redTeam(options: {
  readonly groups: readonly Group[];
  readonly onCase: (report: CaseReport) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { groups, onCase, signal } = options;
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-red-team-" }));
  const libc = await findLibc();
  const helper = await startHelper("red_team", ["suite"], [
    "--allow-read",
    // It makes links, which Deno grants to nobody with a list, and starts programs outside every sandbox: controls.
    "--allow-write",
    "--allow-run",
    "--allow-net=127.0.0.1",
    "--allow-sys=uid",
    ...(libc === undefined ? [] : [`--allow-ffi=${libc}`]),
  ]);
  const writer = helper.stdin.getWriter();
  let hushed: Promise<void> | undefined;
  /** It ends, and takes along what it started. */
  const hush = (): void => void (hushed ??= writer.close().catch(() => undefined));
  signal.addEventListener("abort", hush, { once: true });
  // It ends by itself long before; what hangs is no proof.
  const timer = setTimeout(() => helper.kill("SIGKILL"), HARD_LIMIT_MS);
  let complete = false;
  try {
    const init: RedTeamInit = { directory, groups };
    await writer.write(new TextEncoder().encode(`${JSON.stringify(init)}\n`));
    const next = createLines(helper.stdout);
    for (let line = await next(); line !== undefined; line = await next()) {
      // Our own child speaks.
      const message: FromRedTeam = JSON.parse(line);
      if (message.type === "case") onCase(message.report);
      else {
        complete = true;
        hush();
      }
    }
  } finally {
    hush();
    await Promise.all([helper.status, hushed]);
    clearTimeout(timer);
    signal.removeEventListener("abort", hush);
    await Deno.remove(directory, { recursive: true });
  }
  if (complete) return;
  if (signal.aborted) throw new PhysiclawError("interrupted", "Stopped before every case was tried");
  throw new PhysiclawError(
    "internal",
    "Cannot tell what holds: the red team ended before every case was tried",
  );
}

/** What each layer's process may do; a layer that starts programs can't be tried with less. */
async function permissionsOf(layer: Layer): Promise<readonly string[]> {
  if (layer !== "deno permissions") {
    return ["--allow-read", "--allow-write", "--allow-run", "--allow-net=127.0.0.1", "--allow-sys=uid"];
  }
  // Scoped, as those of `serve` are: they are what is given up.
  return ["--allow-read", "--allow-net=127.0.0.1", "--allow-run=/bin/sh", `--allow-ffi=${await findLibc()}`];
}

/**
 * Tries one layer in a process of its own, the others off. Never rejects for what it finds.
 *
 * @example
 * ```ts ignore
 * const { held, detail } = await checkLayer("watchdog");
 * ```
 */
export async function checkLayer(layer: Layer): Promise<LayerCheck> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "physiclaw-layer-" }));
  try {
    const helper = await startHelper("red_team", [layer.replace(" ", "-")], await permissionsOf(layer));
    const writer = helper.stdin.getWriter();
    await writer.write(new TextEncoder().encode(directory)).catch(() => undefined);
    await writer.close().catch(() => undefined);
    const line = await createLines(helper.stdout)();
    const { code } = await helper.status;
    // Our own child speaks.
    if (line !== undefined) return JSON.parse(line);
    return { held: false, detail: `cannot be tried: its process ended with code ${code}` };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
