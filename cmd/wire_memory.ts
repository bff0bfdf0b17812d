/**
 * Memory for the bridge (in a thread of its own, with what goals ask of it), and for commands while no bridge runs.
 *
 * @module
 */
import { uuidv7 } from "uuidv7";
import { createAuditLog } from "../lib/audit/audit.ts";
import type { Settings } from "../lib/config/schema.ts";
import type { GoalMemory } from "../lib/goals/memory.ts";
import { acquireLock } from "../lib/internal/lock_file.ts";
import type { Log } from "../lib/internal/log.ts";
import { openStateDir } from "../lib/internal/state_dir.ts";
import { builtInModels, nativeThread } from "../lib/internal/tree.ts";
import type { HostMemory } from "../lib/memory/interface.ts";
import { createMemory, L2_FILE } from "../lib/memory/memory.ts";
import { withBuiltIn } from "../lib/memory/models/built_in.ts";
import { createModelStore } from "../lib/memory/models/store.ts";
import { openOperatorFacts } from "../lib/memory/operator_facts.ts";
import { overlap } from "../lib/memory/overlap.ts";
import { openRemoteMemory } from "../lib/memory/remote.ts";
import { createScrubber } from "../lib/memory/scrub.ts";
import type { Metrics } from "../lib/metrics/metrics.ts";
import type { LocalMemory } from "./deps.ts";

const DAY_MS = 86_400_000;

/** Items that an answer shows. */
const SHOWN = 3;
/** Words that an item must share with goal and finding: one alone is chance. */
const SHARED_WORDS = 2;
/** An answer doesn't wait longer for what memory knows, in milliseconds. */
const PATIENCE_MS = 2000;
/** Ended goals that wait to be remembered; while more wait, further ones are not remembered, and the log says so. */
const MAX_WAITING = 1024;

/** What {@link openBridgeMemory} returns. */
export interface BridgeMemory {
  readonly memory: HostMemory;
  readonly goals: GoalMemory;
  /** Takes out what has expired. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

/** Opens memory in the state directory, which this process has locked. */
export async function openBridgeMemory(options: {
  readonly settings: Settings;
  readonly state: string;
  readonly metrics: Pick<Metrics, "memoryRetrieval">;
  readonly log: Log;
  /** Gives memory that was freed back to the system. */
  readonly trim: () => Promise<void>;
}): Promise<BridgeMemory> {
  const { settings, state, metrics, log, trim } = options;
  const keepMs = settings.limits.results_days * DAY_MS;
  const worker = new Worker(new URL("../lib/memory/memory_worker.ts", import.meta.url), {
    type: "module",
    ...nativeThread(),
  });
  const builtIn = builtInModels();
  const remote = await openRemoteMemory(worker, {
    stateDir: state,
    modelsDir: settings.models.dir,
    ...(builtIn === undefined ? {} : { builtInModels: builtIn }),
    uid: Deno.uid() ?? 0,
    keepMs,
  }, () => void trim());
  const memory: HostMemory = {
    ...remote,
    search: async (query, scope) => {
      const found = await remote.search(query, scope);
      for (const [layer, seconds] of Object.entries(found.seconds)) metrics.memoryRetrieval(layer, seconds);
      return found;
    },
  };
  // The thread makes the file, or says why it can't be used; then names aren't looked up either.
  const { factsFailed } = remote;
  const names = factsFailed === undefined ? openOperatorFacts(`${state}/${L2_FILE}`, Date.now) : undefined;
  if (factsFailed !== undefined) log("error", "Facts can't be used", { reason: String(factsFailed) });

  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const goals: GoalMemory = {
    facts: (text, persona) =>
      names?.namedIn(text, persona).map(({ id, name, value }) => ({ id, name, value })) ?? [],
    recall: async (text, persona) => {
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => late.resolve(undefined), PATIENCE_MS);
      try {
        const origins = ["operator", "document"] as const;
        const found = await Promise.race([
          memory.search(text, { personas: [persona], origins }),
          late.promise,
        ]);
        if (found === undefined) {
          log("warning", "Memory did not answer in time", { milliseconds: PATIENCE_MS });
        }
        return (found?.items ?? []).filter((item) =>
          overlap(text, `${item.source} ${item.text}`) >= SHARED_WORDS
        )
          .slice(0, SHOWN).map(({ id, tier, origin, source, text }) => ({ id, tier, origin, source, text }));
      } catch (error) {
        log("warning", "Memory could not be searched", { reason: String(error) });
        return [];
      } finally {
        clearTimeout(timer);
      }
    },
    remember: ({ id, persona, goal, outcome, answer, ended, created }) => {
      if (waiting >= MAX_WAITING) {
        return log("warning", "A goal is not remembered: too many wait", { goal: id });
      }
      waiting++;
      last = last.then(async () => {
        try {
          await remote.remember({ id, persona, goal, outcome, answer, ended: Date.parse(ended ?? created) });
        } catch (error) {
          log("warning", "A goal could not be remembered", { goal: id, reason: String(error) });
        } finally {
          waiting--;
        }
      });
    },
  };
  return {
    memory,
    goals,
    prune: () => memory.prune(Date.now() - keepMs),
    close: async () => {
      await last;
      names?.close();
      await memory.close();
    },
  };
}

/** The memory in the state directory, while no bridge has it; what is written is audited as a bridge would. */
export async function openMemory(settings: Settings): Promise<LocalMemory> {
  const uid = Deno.uid() ?? 0;
  const { path } = await openStateDir(settings.state_dir, {
    uid,
    workspaceRoots: settings.workspace.roots,
  });
  const lock = await acquireLock(`${path}/lock`);
  try {
    const audit = await createAuditLog({ path: `${path}/audit.jsonl`, now: () => new Date() });
    const models = createModelStore({ directory: settings.models.dir, uid, now: () => new Date() });
    const memory = createMemory({
      stateDir: path,
      models: withBuiltIn(models, builtInModels()),
      scrubber: createScrubber(),
      now: Date.now,
      newId: uuidv7,
      keepMs: settings.limits.results_days * DAY_MS,
    });
    return {
      ...memory,
      record: async (change, more = {}) => {
        await audit.append({ event: "policy_change", data: { by: `user ${uid}`, change, ...more } });
      },
      close: async () => {
        await memory.close();
        await audit.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}
