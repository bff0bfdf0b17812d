/**
 * What is counted, under which name, with which label values.
 *
 * @module
 */
import { BUILTIN_TOOLS } from "../catalog/catalog.ts";
import { PERSONAS, type Tool } from "../catalog/types.ts";
import { GOAL_OUTCOMES, STEP_OUTCOMES } from "../internal/outcomes.ts";
import type { Exposition, MetricSource } from "./exposition.ts";
import { createTally, known, type LabelSets, OTHER, type Tally } from "./tally.ts";

/** The meters of one process. Label values outside the known sets count as `other`. */
export interface Metrics {
  goals(persona: string): void;
  toolCall(persona: string, tool: string, outcome: string): void;
  securityViolation(persona: string): void;
  egressBlock(count?: number): void;
  /** Whether the kernel holds this process under the egress lock. */
  egressLock(held: boolean): void;
  /** `unknown` where no credential said who. */
  authDenied(persona: string): void;
  memoryRetrieval(layer: string, seconds: number): void;
  goalSeconds(outcome: string, seconds: number): void;
  stepSeconds(tool: string, seconds: number): void;
  /** Goals at work and goals that wait, now. */
  queue(running: number, queued: number): void;
  httpRequest(route: string, status: number): void;
  /** The Prometheus text format. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const LAYERS = ["l2", "l3", "combined"];
const ROUTES = [
  "/",
  "/goal",
  "/goal/:id",
  "/goal/:id/approve",
  "/goal/:id/reject",
  "/goal/:id/cancel",
  "/goal/:id/steps/:step/output",
  "/goals",
  "/health",
  "/memory/documents",
  "/memory/export",
  "/memory/facts",
  "/memory/facts/:id",
  "/memory/facts/:id/history",
  "/memory/forget",
  "/memory/ingest",
  "/memory/search",
  "/memory/status",
  "/metrics",
  "/openapi.json",
];
/** Every status that the bridge answers with. */
const STATUSES = [
  200,
  201,
  202,
  204,
  206,
  304,
  400,
  401,
  403,
  404,
  405,
  408,
  409,
  413,
  415,
  416,
  421,
  422,
  429,
  431,
  500,
  503,
];

/** Seconds: from a look-up in memory to a tool's longest time-out. */
const RETRIEVAL_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const WORK_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Observations that wait for the exposition before it is loaded for their sake. */
const MAX_WAITING = 4096;

/**
 * Meters with every series of the known personas at 0. `tools` are those of the catalogue in force (default: the built-in
 * ones). Counting costs well under a microsecond; prom-client is loaded by the first {@link Metrics.render}.
 *
 * @example
 * ```ts
 * import { createMetrics } from "./metrics.ts";
 * const metrics = await createMetrics();
 * metrics.goals("sre");
 * console.assert((await metrics.render()).body.includes('physiclaw_goals_total{persona="sre"} 1'));
 * ```
 */
// A promise, so that what is loaded when stays this module's business.
// deno-lint-ignore require-await
export async function createMetrics(options: { tools?: readonly Tool[] } = {}): Promise<Metrics> {
  const tools = options.tools ?? BUILTIN_TOOLS;
  const toolNames = tools.map(({ name }) => name);
  const sources: MetricSource[] = [];

  const counter = (
    name: string,
    help: string,
    labels: LabelSets,
    zero: readonly (readonly string[])[],
  ): Tally => {
    const tally = createTally(labels, zero);
    sources.push({ kind: "counter", name, help, labels: Object.keys(labels), tally });
    return tally;
  };
  const personas = PERSONAS.map((persona) => [persona]);
  const goals = counter("physiclaw_goals_total", "Goals taken", { persona: PERSONAS }, personas);
  const toolCalls = counter(
    "physiclaw_tool_calls_total",
    "Steps by how they ended",
    { persona: PERSONAS, tool: toolNames, outcome: STEP_OUTCOMES },
    tools.flatMap((tool) =>
      tool.personas.flatMap((persona) => STEP_OUTCOMES.map((outcome) => [persona, tool.name, outcome]))
    ),
  );
  const violations = counter(
    "physiclaw_security_violations_total",
    "Forbidden tools, arguments or paths that reached the executor",
    { persona: PERSONAS },
    personas,
  );
  const egressBlocks = counter("physiclaw_egress_blocks_total", "Connections that were stopped", {}, [[]]);
  const authDenied = counter(
    "physiclaw_auth_denied_total",
    "Requests refused for their credentials",
    { persona: [...PERSONAS, "unknown"] },
    [...personas, ["unknown"]],
  );
  const requests = counter(
    "physiclaw_http_requests_total",
    "HTTP requests by route and status",
    { route: ROUTES, status: STATUSES.map(String) },
    [],
  );

  let waiting: { histogram: string; labels: Readonly<Record<string, string>>; value: number }[] = [];
  let exposition: Promise<Exposition> | undefined;
  const load = async (): Promise<Exposition> => {
    exposition ??= import("./exposition.ts").then(({ createExposition }) => createExposition(sources));
    const loaded = await exposition;
    const observed = waiting;
    waiting = [];
    for (const { histogram, labels, value } of observed) loaded.observe(histogram, labels, value);
    return loaded;
  };

  const histogram = (
    name: string,
    help: string,
    label: string,
    values: readonly string[],
    buckets: readonly number[],
  ) => {
    sources.push({
      kind: "histogram",
      name,
      help,
      labels: [label],
      buckets,
      zero: values.map((value) => ({ [label]: value })),
    });
    const sets = [new Set(values)];
    return (value: string, seconds: number): void => {
      if (!Number.isFinite(seconds)) return;
      waiting.push({
        histogram: name,
        labels: { [label]: known(sets, [value])[0] ?? OTHER },
        value: seconds,
      });
      // Once, at the brim: `load` empties the list.
      if (waiting.length === MAX_WAITING) load().catch(() => waiting = []);
    };
  };
  const memoryRetrieval = histogram(
    "physiclaw_memory_retrieval_seconds",
    "Time to recall from memory",
    "layer",
    LAYERS,
    RETRIEVAL_BUCKETS,
  );
  const goalSeconds = histogram(
    "physiclaw_goal_seconds",
    "Time from a goal's arrival to its end",
    "outcome",
    GOAL_OUTCOMES,
    WORK_BUCKETS,
  );
  const stepSeconds = histogram("physiclaw_step_seconds", "Time of a step", "tool", toolNames, WORK_BUCKETS);

  const depth = { running: 0, queued: 0 };
  let locked = false;
  const gauge = (name: string, help: string, value: () => number): void => {
    sources.push({ kind: "gauge", name, help, value });
  };
  gauge("physiclaw_goals_running", "Goals at work", () => depth.running);
  gauge("physiclaw_goals_queued", "Goals that wait", () => depth.queued);
  gauge("physiclaw_egress_lock_held", "1 when the kernel refuses every new way out", () => locked ? 1 : 0);
  gauge("physiclaw_resident_memory_bytes", "Resident memory of this process", () => Deno.memoryUsage().rss);

  return {
    goals: (persona) => goals.add([persona]),
    toolCall: (persona, tool, outcome) => toolCalls.add([persona, tool, outcome]),
    securityViolation: (persona) => violations.add([persona]),
    egressBlock: (count = 1) => egressBlocks.add([], count),
    egressLock(held) {
      locked = held;
    },
    authDenied: (persona) => authDenied.add([persona]),
    memoryRetrieval,
    goalSeconds,
    stepSeconds,
    queue(running, queued) {
      depth.running = running;
      depth.queued = queued;
    },
    httpRequest: (route, status) => requests.add([route, String(status)]),
    render: async () => await (await load()).render(),
  };
}
