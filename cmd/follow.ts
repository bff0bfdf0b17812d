/**
 * Watching a goal until it ends: live progress on stderr, a stream that is taken up again where it broke.
 *
 * @module
 */
import type { GoalResult } from "../lib/goals/types.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import type { BridgeClient, BridgeRequest } from "./client.ts";
import type { CommandDeps } from "./deps.ts";
import type { ServerEvent } from "./event_stream.ts";
import { duration, stepLine } from "./goal_view.ts";
import type { Output } from "./output.ts";

/** How watching ended. `id` is missing when the bridge said nothing at all. */
export type Followed =
  | { readonly kind: "result"; readonly result: GoalResult }
  | { readonly kind: "left"; readonly id?: string; readonly why: "timeout" | "interrupt" };

/** How long a bridge may take to name the goal after the time-out has passed. */
const NAMING_MS = 10_000;
/** Attempts to take up a broken stream, and the first pause between them; each pause doubles. */
const MAX_RESUMES = 6;
const FIRST_PAUSE_MS = 200;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks what every later reader relies on; the rest of the document is the bridge's word. */
export function asGoalResult(value: unknown): GoalResult {
  if (
    isRecord(value) && typeof value.id === "string" && typeof value.outcome === "string" &&
    Array.isArray(value.steps) && Array.isArray(value.findings) && isRecord(value.evidence)
  ) {
    return value as unknown as GoalResult; // as checked above, from our own bridge
  }
  throw new PhysiclawError("not_ready", "Cannot read the bridge's answer: it is no goal's result", {
    hint: "is this a Physiclaw bridge of this version?",
  });
}

const text = (value: unknown): string => typeof value === "string" ? value : "";

/** Shows events as they come: steps that ended stay, what runs is one line that changes. */
function createProgress(output: Output, quiet: boolean): (event: ServerEvent) => void {
  const tools = new Map<string, string>();
  if (quiet) return () => {};
  return ({ event, data }) => {
    if (!isRecord(data)) return;
    const step = text(data.id ?? data.step);
    if (event === "goal") output.status(`goal ${text(data.id)}`);
    else if (event === "plan") {
      const plan = isRecord(data.plan) ? data.plan : data;
      const count = Array.isArray(plan.steps) ? plan.steps.length : 0;
      output.status(`plan of ${count} ${count === 1 ? "step" : "steps"}`);
    } else if (event === "step_started") {
      tools.set(step, text(data.tool));
      output.status(`${step} ${text(data.tool)} …`);
    } else if (event === "step_output") {
      output.status(`${step} ${tools.get(step) ?? ""} … ${Number(data.bytes) || 0} bytes`);
    } else if (event === "step_ended" && output.interactive) {
      const outcome = text(data.outcome);
      if (typeof data.duration_ms !== "number") return;
      output.status(`${step} ${text(data.tool)} ${outcome}, ${duration(data.duration_ms)}`);
    }
  };
}

/** Lines about steps for a log file, where no status line is seen. */
function createLog(output: Output, quiet: boolean): (event: ServerEvent) => void {
  if (quiet || output.interactive) return () => {};
  return ({ event, data }) => {
    if (event !== "step_ended" || !isRecord(data)) return;
    if (typeof data.outcome !== "string" || typeof data.duration_ms !== "number") return;
    output.note(stepLine({
      id: text(data.id ?? data.step),
      tool: text(data.tool),
      outcome: data.outcome as GoalResult["steps"][number]["outcome"], // an unknown one is only shown
      duration_ms: data.duration_ms,
      ...(typeof data.reason === "string" ? { reason: data.reason } : {}),
    }));
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/**
 * Sends the first request and watches until a result, the time-out (seconds; `undefined`: none) or Ctrl-C. The goal
 * itself goes on when watching ends.
 */
export async function followGoal(
  client: BridgeClient,
  first: { readonly path: string; readonly request: BridgeRequest },
  deps: CommandDeps,
  options: { readonly quiet: boolean; readonly timeoutSeconds?: number },
): Promise<Followed> {
  using interrupt = deps.onInterrupt();
  const timeout = new AbortController();
  let id: string | undefined;
  let due = false;
  const leave = () => {
    due = true;
    // A goal that was sent and not named could neither be looked at nor stopped: its name is worth waiting for.
    if (id === undefined) timer = setTimeout(() => timeout.abort(), NAMING_MS);
    else timeout.abort();
  };
  let timer = options.timeoutSeconds === undefined
    ? undefined
    : setTimeout(leave, options.timeoutSeconds * 1000);
  const signal = AbortSignal.any([interrupt.signal, timeout.signal]);
  const progress = createProgress(deps.output, options.quiet);
  const log = createLog(deps.output, options.quiet);
  let { path, request } = first;
  let lastEvent: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  try {
    for (let resumes = 0;;) {
      let broken: unknown;
      try {
        for await (const event of client.events(path, { ...request, signal })) {
          if (event.id !== undefined) lastEvent = event.id;
          if (isRecord(event.data) && event.event === "goal") id = text(event.data.id) || id;
          if (due && id !== undefined && event.event !== "result") timeout.abort();
          if (event.event === "result") {
            const result = asGoalResult(event.data);
            id = result.id;
            if (result.outcome !== "running") return { kind: "result", result };
            break;
          }
          [resumes, pauseMs] = [0, FIRST_PAUSE_MS];
          progress(event);
          log(event);
        }
      } catch (error) {
        broken = error;
      }
      if (signal.aborted) {
        const why = interrupt.signal.aborted ? "interrupt" : "timeout";
        return { kind: "left", why, ...(id === undefined ? {} : { id }) };
      }
      // Refusals are answers; only a connection that broke is taken up again.
      if (broken instanceof PhysiclawError && broken.kind !== "unreachable") throw broken;
      if (id === undefined || resumes >= MAX_RESUMES) {
        throw broken ??
          new PhysiclawError("unreachable", "The bridge ended the stream before the goal ended", {
            ...(id === undefined ? {} : { hint: `physiclaw goal show ${id}` }),
          });
      }
      resumes += 1;
      await pause(pauseMs, signal);
      pauseMs *= 2;
      path = `/goal/${encodeURIComponent(id)}`;
      request = lastEvent === undefined ? {} : { headers: { "last-event-id": lastEvent } };
    }
  } finally {
    clearTimeout(timer);
  }
}
