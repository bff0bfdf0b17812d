/**
 * The shapes of requests and answers: one source for validation, types and the OpenAPI document.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { type FieldError, PhysiclawError } from "../internal/errors.ts";
import { GOAL_OUTCOMES, STEP_OUTCOMES } from "../internal/outcomes.ts";

/** Longest goal, in bytes of UTF-8; a longer one is a 413. */
export const MAX_GOAL_BYTES = 64 * 1024;

const wellFormed = (text: string): boolean => text.isWellFormed();

/** `POST /goal`. */
export const GoalBody = z.strictObject({
  goal: z.string().refine((text) => text.trim() !== "", "is blank").refine(
    wellFormed,
    "is not well-formed Unicode",
  ),
  persona: z.string().max(64).nullish(),
  mode: z.enum(["run", "plan", "accept"]).optional(),
  cwd: z.string().max(4096).refine(wellFormed, "is not well-formed Unicode").refine(
    (text) => !text.includes("\0"),
    "holds a NUL",
  ).optional(),
  answers: z.uuid().optional(),
}).openapi("Goal");

/** `POST /goal/:id/approve` and `/reject`. */
export const DecisionBody = z.strictObject({
  plan: z.string().regex(/^[0-9a-f]{64}$/, "is not a plan's hash"),
}).openapi("Decision");

/** Every error answer. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
}).openapi("Problem");

const Evidence = z.object({ step: z.string(), start: z.int(), end: z.int() });

const Step = z.object({
  id: z.string(),
  tool: z.string(),
  outcome: z.enum(STEP_OUTCOMES),
  exit_code: z.int().optional(),
  signal: z.string().optional(),
  reason: z.string().optional(),
  started: z.string(),
  duration_ms: z.number(),
  sandbox: z.string(),
  output: z.object({
    sha256: z.string(),
    bytes: z.int(),
    truncated: z.boolean(),
    sections: z.array(
      z.object({ command: z.int(), stream: z.enum(["stdout", "stderr"]), start: z.int(), end: z.int() }),
    ),
  }),
});

const PlanStep = z.object({
  id: z.string(),
  tool: z.string(),
  form: z.string(),
  slots: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  commands: z.array(z.array(z.string())),
  effect: z.enum(["read", "write"]),
  network: z.string(),
  when: z.object({ step: z.string(), fact: z.string(), is: z.enum(["present", "absent"]) }).optional(),
  fills: z.array(z.object({ slot: z.string(), step: z.string(), fact: z.string(), max: z.int() })).optional(),
  needs: z.array(z.string()),
  why: z.string(),
  unavailable: z.string().optional(),
});

/** The result of a goal. */
export const ResultBody = z.object({
  schema: z.literal(1),
  id: z.string(),
  goal: z.string(),
  persona: z.string(),
  allowed_tools: z.array(z.string()),
  message: z.string(),
  outcome: z.enum(GOAL_OUTCOMES),
  question: z.string().optional(),
  reason: z.string().optional(),
  other_persona: z.string().optional(),
  plan: z.object({
    hash: z.string(),
    ask: z.object({ intent: z.string(), about: z.record(z.string(), z.string()) }),
    steps: z.array(PlanStep),
    facts: z.array(z.object({ id: z.string(), name: z.string(), value: z.string() })).optional(),
  }).optional(),
  steps: z.array(Step),
  findings: z.array(z.object({
    severity: z.enum(["critical", "high", "medium", "low", "info"]),
    text: z.string(),
    source: z.object({ path: z.string(), line: z.int() }).optional(),
    evidence: z.array(Evidence),
  })),
  answer: z.string(),
  memory: z.array(z.object({
    id: z.string(),
    tier: z.enum(["l1", "l2", "l3"]),
    origin: z.enum(["operator", "goal", "run", "document"]),
    source: z.string(),
    text: z.string(),
  })).optional(),
  created: z.string(),
  ended: z.string().optional(),
  evidence: z.object({ audit_sequence: z.int(), cwd: z.string(), egress: z.record(z.string(), z.string()) }),
}).openapi("Result");

/** A page of results. */
export const ListBody = z.object({ goals: z.array(ResultBody), next: z.string().nullable() }).openapi(
  "Goals",
);

const messageOf = (issue: z.core.$ZodIssue): FieldError => ({
  field: issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => key.slice(0, 64)).join(", ")
    : issue.path.join(".") || "body",
  message: issue.code === "unrecognized_keys" ? "is not known" : issue.message,
});

/** The value as the schema has it. Throws `usage` with one field error an issue; the input is never echoed. */
export function parseBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PhysiclawError("usage", "Cannot use the body: a field is not valid", {
    fields: parsed.error.issues.map(messageOf),
  });
}
