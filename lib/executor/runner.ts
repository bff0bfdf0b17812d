/**
 * The runner: the process that starts every tool. It reads requests from a pipe, checks each against its own catalogue, and
 * ends with the pipe.
 *
 * @module
 */
import { createCatalog } from "../catalog/catalog.ts";
import { isUnder } from "../internal/paths.ts";
import { createFilters } from "./filters.ts";
import { createProcessLimit } from "./process_limit.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { prepareHost } from "./host.ts";
import { createNetworks, settingValues } from "./network/networks.ts";
import { createPrograms } from "./programs.ts";
import { type FromRunner, packRun, parseToRunner, type RunnerInit, type ToRunner } from "./protocol.ts";
import { selfCheck } from "./self_check.ts";
import { selfCommand } from "./self.ts";
import { toolStatuses } from "./statuses.ts";
import { runStep, type StepDependencies } from "./step.ts";
import type { SelfCheck } from "./types.ts";

/** Progress is told at most this often a step. */
const PROGRESS_MS = 100;

/** Where the runner keeps what sandboxes share, and its nameless files. */
const sandboxDir = (init: RunnerInit): string => `${init.stateDir}/sandbox`;

/** Roots are compared with real paths; one that doesn't exist yet stands as it is. */
const realOrSame = (path: string): Promise<string> => Deno.realPath(path).catch(() => path);

async function dependencies(init: RunnerInit): Promise<StepDependencies> {
  const { settings } = init;
  const directory = sandboxDir(init);
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  // Working copies will lie there; made now, so that its real path is known.
  if (isUnder(init.scratchDir, init.stateDir)) {
    await Deno.mkdir(init.scratchDir, { recursive: true, mode: 0o700 });
  }
  const host = init.sandbox === "none" ? undefined : await prepareHost(`${directory}/host`, settings.hosts);
  let holding: SelfCheck | undefined;
  const deps: StepDependencies = {
    catalog: createCatalog(init.tools),
    settings,
    settingValues: settingValues(settings),
    networks: createNetworks({
      settings,
      enabled: init.network,
      safe: init.safeSubnets,
      helper: ({ net, ffi }) => selfCommand("forward", [], [`--allow-net=${net}`, `--allow-ffi=${ffi}`]),
    }),
    programs: createPrograms(settings),
    paths: {
      workspaceRoots: await Promise.all(init.workspaceRoots.map(realOrSame)),
      stateDir: await realOrSame(init.stateDir),
      scratchDir: await realOrSame(init.scratchDir),
      secrets: [...init.secrets, ...await Promise.all(init.secrets.map(realOrSame))],
    },
    scratch: directory,
    filters: createFilters(directory),
    processLimit: await createProcessLimit(),
    sandbox: init.sandbox,
    probed: new Set(),
    host,
    // What is wrong may be mended while we run: only that it holds is remembered.
    async check() {
      const check = holding ?? await selfCheck(deps);
      if (check.held) holding = check;
      return check;
    },
  };
  return deps;
}

/** Tells the newest number every {@link PROGRESS_MS} while it grows; what ends sooner needs no progress. */
function createProgress(tell: (bytes: number) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest = 0;
  const due = (): void => {
    timer = undefined;
    tell(newest);
  };
  return {
    told: (bytes: number): void => {
      newest = bytes;
      timer ??= setTimeout(due, PROGRESS_MS);
    },
    stop: (): void => clearTimeout(timer),
  };
}

/** Sends frames one after the other; a payload must not be cut by another's header. */
function createSender(writable: WritableStream<Uint8Array>) {
  const writer = writable.getWriter();
  let last: Promise<void> = Promise.resolve();
  return {
    send: (message: FromRunner, payload?: Uint8Array): Promise<void> =>
      last = last.then(() => writer.write(encodeFrame(message, payload))),
    /** After what was sent; a reader that is gone already is no error. */
    end: () => last.then(() => writer.close()).catch(() => undefined),
  };
}

/**
 * Serves until the input ends; then everything that runs is killed.
 *
 * @example
 * ```ts ignore
 * await serveRunner(Deno.stdin.readable, Deno.stdout.writable);
 * ```
 */
export async function serveRunner(
  readable: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const { send, end } = createSender(writable);
  const running = new Map<number, AbortController>();
  const tasks = new Set<Promise<void>>();
  let deps: StepDependencies | undefined;

  const run = async (id: number, message: Extract<ToRunner, { type: "run" }>, deps: StepDependencies) => {
    const abort = new AbortController();
    running.set(id, abort);
    const progress = createProgress((bytes) => {
      send({ type: "output", id, bytes }).catch(() => abort.abort());
    });
    try {
      const result = await runStep(message.request, deps, {
        signal: abort.signal,
        onOutput: progress.told,
      }).finally(progress.stop);
      const packed = packRun(result);
      await send({ type: "run", id, run: packed.run }, packed.payload);
    } finally {
      running.delete(id);
    }
  };
  const answer = async (message: ToRunner): Promise<void> => {
    if (message.type === "init" || deps === undefined) return;
    if (message.type === "abort") return void running.get(message.id)?.abort();
    const { id } = message;
    try {
      if (message.type === "run") await run(id, message, deps);
      else if (message.type === "tools") {
        deps.programs.refresh();
        await send({ type: "tools", id, tools: await toolStatuses(deps) });
      } else await send({ type: "selfCheck", id, check: await deps.check() });
    } catch (error) {
      // Its text could hold what it failed on: the class says enough.
      const message = error instanceof Error ? error.name : "an error";
      await send({ type: "fault", id, message }).catch(() => undefined);
    }
  };

  for await (const { header } of readFrames(readable)) {
    const message = parseToRunner(header);
    // Whoever says something else, or wants to say twice what is allowed, is not our bridge.
    if (message === undefined || (message.type === "init") !== (deps === undefined)) {
      await send({ type: "end", message: "an unexpected frame" });
      break;
    }
    if (message.type === "init") {
      deps = await dependencies(message.init);
      await send({ type: "ready" });
      continue;
    }
    const task: Promise<void> = answer(message).finally(() => tasks.delete(task));
    tasks.add(task);
  }
  for (const abort of running.values()) abort.abort();
  await Promise.allSettled(tasks);
  await deps?.processLimit?.close();
  deps?.filters[Symbol.dispose]();
  await end();
}
