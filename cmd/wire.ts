/**
 * The one place that builds concrete services from the settings.
 *
 * @module
 */
import { uuidv7 } from "uuidv7";
import { createAuditLog } from "../lib/audit/audit.ts";
import { parseApiKeys } from "../lib/auth/api_keys.ts";
import { createAuthenticator } from "../lib/auth/authenticator.ts";
import { ensureOperatorKey } from "../lib/auth/operator_key.ts";
import { createApp } from "../lib/bridge/app.ts";
import { type RunningServer, startServer } from "../lib/bridge/server.ts";
import { createCatalog } from "../lib/catalog/catalog.ts";
import type { LoadedSettings } from "../lib/config/load.ts";
import { type Listen, parseListen } from "../lib/config/listen.ts";
import type { Settings } from "../lib/config/schema.ts";
import { toolsInForce, toToolSettings } from "../lib/config/tool_settings.ts";
import { workspaceOf } from "../lib/config/workspace.ts";
import { openLibc } from "../lib/egress/libc.ts";
import { createRunner } from "../lib/executor/client.ts";
import { settingValues } from "../lib/executor/network/networks.ts";
import type { Runner } from "../lib/executor/types.ts";
import { createOutputStore } from "../lib/goals/outputs.ts";
import { createOutputParser } from "../lib/goals/parse.ts";
import { createPlanner } from "../lib/goals/planner/planner.ts";
import { createQueue } from "../lib/goals/queue.ts";
import { createGoalService } from "../lib/goals/service.ts";
import { createGoalStore } from "../lib/goals/store.ts";
import { canonicalDigest } from "../lib/internal/canonical.ts";
import { messageOf, PhysiclawError } from "../lib/internal/errors.ts";
import { findLibc } from "../lib/internal/libc.ts";
import { acquireLock } from "../lib/internal/lock_file.ts";
import type { Log } from "../lib/internal/log.ts";
import { openStateDir } from "../lib/internal/state_dir.ts";
import { VERSION } from "../lib/internal/version.ts";
import { createScrubber } from "../lib/memory/scrub.ts";
import { createMetrics } from "../lib/metrics/metrics.ts";
import { openBridgeMemory } from "./wire_memory.ts";
import { openWatchdog } from "./wire_watchdog.ts";
import { lockDown } from "./lock_down.ts";

const DAY_MS = 86_400_000;
const PRUNE_MS = 3_600_000;

/** A bridge that serves. */
export interface Bridge {
  /** Base address for clients: `http://127.0.0.1:8000`, or `unix:/path`. */
  readonly address: string;
  /** Resolves when it must end at once: the watchdog stopped it, or one of the helpers is gone. */
  readonly lost: Promise<PhysiclawError>;
  /** Lets goals end for `graceMs`, records what did not, and closes everything; `reason`: for the audit log. */
  stop(graceMs: number, reason?: string): Promise<void>;
}

export { checkLock } from "../lib/egress/lock_check.ts";
export { tryOutModel } from "../lib/memory/embed/try_out.ts";
export { openMemory } from "./wire_memory.ts";
export { checkLayer, redTeam } from "./wire_red_team.ts";

/** The runner of tool steps for these settings, in a process of its own; `onGone` is told when it ends by itself. */
export function openRunner(settings: Settings, onGone?: (reason: string) => void): Promise<Runner> {
  return createRunner({
    ...(onGone === undefined ? {} : { onGone }),
    tools: toolsInForce(settings).tools,
    settings: toToolSettings(settings),
    safeSubnets: settings.egress.safe,
    sandbox: settings.sandbox.required ? "bwrap" : "none",
    network: settings.sandbox.network,
    stateDir: settings.state_dir,
    workspaceRoots: [workspaceOf(settings), ...settings.workspace.roots],
  });
}

const hostsOf = (listen: Listen, port: number): readonly string[] =>
  listen.kind === "unix" ? [] : ["127.0.0.1", "localhost", "[::1]"].map((host) => `${host}:${port}`);

/** Undoes in reverse order what was opened, whatever fails on the way. */
async function unwind(closers: readonly (() => void | Promise<void>)[], log: Log): Promise<void> {
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      log("error", "Cannot close a service", {
        reason: messageOf(error),
      });
    }
  }
}

/**
 * Builds everything and listens. What was opened is closed again when a later part cannot be set up: nothing runs with
 * a protection missing that it should have.
 */
export async function openBridge(
  loaded: LoadedSettings,
  log: Log,
  now: () => Date = () => new Date(),
): Promise<Bridge> {
  const closers: (() => void | Promise<void>)[] = [];
  try {
    return await build(loaded, log, now, closers);
  } catch (error) {
    await unwind(closers, log);
    throw error;
  }
}

async function build(
  { settings, origins }: LoadedSettings,
  log: Log,
  now: () => Date,
  closers: (() => void | Promise<void>)[],
): Promise<Bridge> {
  const workspace = { cwd: workspaceOf(settings), roots: settings.workspace.roots };
  const state = await openStateDir(settings.state_dir, {
    uid: Deno.uid() ?? 0,
    workspaceRoots: [workspace.cwd, ...workspace.roots],
  });
  const lock = await acquireLock(`${state.path}/lock`);
  closers.push(() => lock.close());
  const audit = await createAuditLog({ path: `${state.path}/audit.jsonl`, now });
  closers.push(() => audit.close());

  const { tools, changes } = toolsInForce(settings);
  const catalog = createCatalog(tools);
  const toolSettings = toToolSettings(settings);
  const metrics = await createMetrics({ tools });
  const counted = (count: number): void => metrics.egressBlock(count);
  // The helpers and memory's thread take a moment to start.
  // Held open: once the lock stands, no library can be loaded.
  const libcPath = await findLibc();
  const libc = libcPath === undefined ? undefined : openLibc(libcPath);
  closers.push(() => libc?.[Symbol.dispose]());
  libc?.returnLargeBlocks();
  const trim = async () => await libc?.trimMemory();
  const remembering = openBridgeMemory({ settings, state: state.path, metrics, log, trim });
  const closeMemory = remembering.then((memory) => () => memory.close(), () => () => undefined);
  closers.push(async () => await (await closeMemory)());
  const watching = openWatchdog({ settings, state: state.path, audit, log, counted });
  const closeWatchdog = watching.then((watchdog) => () => watchdog.close(), () => () => undefined);
  closers.push(async () => await (await closeWatchdog)());
  // Under the lock no new one can be started; whatever starts the bridge again starts all of it.
  const alone = Promise.withResolvers<PhysiclawError>();
  const runner = await openRunner(
    { ...settings, state_dir: state.path },
    (reason) => alone.resolve(new PhysiclawError("internal", reason)),
  );
  closers.push(() => runner.close());
  const check = await runner.selfCheck();
  if (settings.sandbox.required && check.open === true) {
    // Where none can be made, no tool is started. In this one they would be.
    throw new PhysiclawError("config", `Cannot start: ${check.detail}`, {
      hint:
        "see physiclaw doctor, and what /usr/bin/bwrap is; PHYSICLAW_SANDBOX=0 runs without one, at your own risk",
    });
  }
  const watchdog = await watching;
  const memory = await remembering;
  const layers: Record<string, string> = {
    lock: settings.lock.required ? "not taken yet" : "off: --unlocked",
    watchdog: watchdog.layer,
    sandbox: settings.sandbox.required
      ? check.held ? "held" : `off: ${check.detail}`
      : "off: PHYSICLAW_SANDBOX=0",
    tool_network: settings.sandbox.network ? "held" : "held: none at all (PHYSICLAW_SANDBOX_NET=0)",
  };
  for (const [layer, stands] of Object.entries(layers)) {
    if (stands.startsWith("off")) log("warning", "A layer is off", { layer, reason: stands });
  }

  const store = createGoalStore(`${state.path}/goals.sqlite3`);
  closers.push(() => store.close());
  const outputs = await createOutputStore(`${state.path}/outputs`);
  const parser = createOutputParser(() =>
    new Worker(new URL("../lib/goals/parse_worker.ts", import.meta.url), { type: "module" })
  );
  closers.push(() => parser.close());
  const scrubber = createScrubber();
  const queue = createQueue({ concurrency: settings.limits.goals_at_once, limit: settings.limits.queue });
  const goals = createGoalService({
    catalog,
    planner: createPlanner({ catalog, now, timeZone: settings.time_zone }),
    runner,
    audit,
    metrics,
    masker: scrubber,
    store,
    outputs,
    memory: memory.goals,
    queue,
    parse: (name, input) => parser.parse(name, input),
    now,
    newId: uuidv7,
    settings: settingValues(toolSettings),
    workspace,
    scratchDir: `${state.path}/scratch`,
    timeZone: settings.time_zone,
    allowValues: settings.vault?.allow_values ?? [],
    sandbox: settings.sandbox.required ? "bwrap" : "none",
    egress: () => layers,
    allowSelfApproval: settings.approvals.allow_self,
  });
  const interrupted = await goals.recover();
  if (interrupted > 0) log("warning", "Goals of the last run were not finished", { goals: interrupted });
  const prune = async (): Promise<void> => {
    const before = now().getTime() - settings.limits.results_days * DAY_MS;
    await outputs.remove(store.prune(before, settings.limits.results_bytes));
  };
  await prune();
  const pruning = setInterval(
    () =>
      void Promise.all([prune(), memory.prune()]).catch((error) =>
        log("error", "Cannot prune results", { reason: String(error) })
      ),
    PRUNE_MS,
  );
  closers.push(() => clearInterval(pruning));

  const { apiKeys, jwtSecret, operatorKey } = await credentials(settings, state.path);
  const authenticator = createAuthenticator({
    apiKeys,
    ...(jwtSecret === undefined ? {} : { jwtSecret }),
    ...(operatorKey === undefined ? {} : { operatorKey }),
    required: settings.auth.required,
    now,
  });

  for (const change of changes) await audit.append({ event: "policy_change", data: { change } });

  let stopping = false;
  const listen = parseListen(settings.listen);
  const hosts: string[] = [];
  const app = createApp({
    goals,
    authenticate: (headers) => authenticator.authenticate(headers),
    denied: async ({ status, reason, persona, route }) => {
      metrics.authDenied(persona ?? "unknown");
      await audit.append({
        event: "auth_denied",
        ...(persona === undefined ? {} : { persona }),
        data: { status, reason, route },
      });
    },
    rejected: async ({ status, reason, by }) => {
      await audit.append({ event: "goal", data: { rejected: status, reason, by } });
    },
    metrics: {
      render: () => {
        metrics.queue(queue.running, queue.queued);
        return metrics.render();
      },
      httpRequest: (route, status) => metrics.httpRequest(route, status),
    },
    failed: (error) =>
      log("error", "A request failed", {
        reason: scrubber.scrub(error instanceof Error ? error.stack ?? error.message : String(error)),
      }),
    notReady: () => stopping ? "The bridge is stopping" : audit.failed()?.message,
    layers: () => ({ ...layers, auth: settings.auth.required ? "held" : "off: PHYSICLAW_REQUIRE_AUTH=0" }),
    memory: memory.memory,
    memoryChange: async (change) => {
      await audit.append({ event: "policy_change", data: change });
    },
    ingestRoots: [workspace.cwd, ...workspace.roots],
    version: VERSION,
    defaultPersona: settings.persona,
    hosts,
  });
  // Whoever connects before the layers stand waits for them.
  const standing = Promise.withResolvers<void>();
  const answer = (request: Request) => standing.promise.then(() => app.fetch(request));
  const server: RunningServer = await startServer(answer, listen, {
    headersTimeoutMs: settings.limits.header_timeout_seconds * 1000,
    requestTimeoutMs: settings.limits.request_timeout_seconds * 1000,
    maxConnections: settings.limits.max_connections,
  });
  hosts.push(...hostsOf(listen, server.port));
  if (listen.kind === "tcp") await watchdog.listening(listen.host, server.port);
  try {
    layers["lock"] = await lockDown({ listen, port: server.port, required: settings.lock.required, log });
    metrics.egressLock(layers["lock"] === "held");
    await audit.append({
      event: "start",
      data: {
        version: VERSION,
        settings: await canonicalDigest({ ...settings, auth: { required: settings.auth.required } }),
        layers,
        auth_required: settings.auth.required,
      },
    });
  } catch (error) {
    await server.close(0);
    throw error;
  }
  standing.resolve();
  const address = listen.kind === "unix" ? `unix:${listen.path}` : `http://${listen.host}:${server.port}`;
  log("info", "Ready", {
    address,
    state: state.path,
    workspace: workspace.cwd,
    persona: settings.persona,
    origin: origins["listen"] ?? "default",
  });

  return {
    address,
    lost: Promise.race([watchdog.lost, alone.promise]),
    stop: async (graceMs, reason) => {
      stopping = true;
      const served = server.close(graceMs + 1000);
      await goals.close(graceMs);
      await served;
      await audit.append({ event: "stop", data: reason === undefined ? {} : { reason } });
      await unwind(closers, log);
    },
  };
}

async function credentials(settings: Settings, stateDir: string) {
  const apiKeys = parseApiKeys(settings.auth.api_keys ?? "");
  const jwtSecret = settings.auth.jwt_secret;
  const configured = apiKeys.length > 0 || jwtSecret !== undefined;
  const operatorKey = settings.auth.required && !configured ? await ensureOperatorKey(stateDir) : undefined;
  return { apiKeys, jwtSecret, operatorKey };
}
