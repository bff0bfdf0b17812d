/**
 * What happens to a goal while it runs, numbered, so that a listener can come back where it left.
 *
 * @module
 */

/** One event; `id` counts from 1 for each goal. */
export interface GoalEvent {
  readonly id: number;
  readonly event: "goal" | "plan" | "step_started" | "step_output" | "step_ended" | "result";
  readonly data: unknown;
}

/** The events of one goal. */
export interface EventLog {
  emit(event: GoalEvent["event"], data: unknown): void;
  /** Everything after number `after`, then what comes, until the log is closed or `signal` aborts. */
  since(after: number, signal?: AbortSignal): AsyncIterable<GoalEvent>;
  close(): void;
}

/** Progress events beyond this many are merged into the last one: a flood of output is no flood of events. */
const MAX_KEPT = 512;

/**
 * An empty event log.
 *
 * @example
 * ```ts
 * import { createEventLog } from "./events.ts";
 * const log = createEventLog();
 * log.emit("goal", {});
 * log.close();
 * console.assert((await Array.fromAsync(log.since(0))).length === 1);
 * ```
 */
export function createEventLog(): EventLog {
  const kept: GoalEvent[] = [];
  let closed = false;
  let changed = Promise.withResolvers<void>();
  const wake = (): void => {
    const old = changed;
    changed = Promise.withResolvers<void>();
    old.resolve();
  };
  return {
    emit: (event, data) => {
      if (closed) return;
      const last = kept.at(-1);
      const id = (last?.id ?? 0) + 1;
      if (event === "step_output" && (last?.event === "step_output" || kept.length >= MAX_KEPT)) {
        if (last?.event === "step_output") kept[kept.length - 1] = { id, event, data };
      } else kept.push({ id, event, data });
      wake();
    },
    since: async function* (after, signal) {
      let seen = after;
      const aborted = Promise.withResolvers<void>();
      const abort = (): void => aborted.resolve();
      signal?.addEventListener("abort", abort, { once: true });
      try {
        for (;;) {
          const next = changed.promise;
          for (const event of [...kept]) {
            if (event.id <= seen) continue;
            seen = event.id;
            yield event;
          }
          if (closed || signal?.aborted === true) return;
          await Promise.race([next, aborted.promise]);
        }
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    close: () => {
      closed = true;
      wake();
    },
  };
}
