/**
 * What the goal service needs and gives.
 *
 * @module
 */
import type { Catalog } from "../catalog/catalog.ts";
import type { Persona, SettingName, Tool } from "../catalog/types.ts";
import type { Runner } from "../executor/types.ts";
import type { GoalMemory } from "./memory.ts";
import type { OutputStore } from "./outputs.ts";
import type { Queue } from "./queue.ts";
import type { GoalStore, OutputRef } from "./store.ts";
import type { GoalEvent } from "./events.ts";
import type { GoalResult, Parsed, ParserInput, Proposal } from "./types.ts";

/** What is recorded of a goal's life; the audit log adds sequence, time and chain. */
export interface GoalAudit {
  append(event: {
    event: "goal" | "plan" | "tool_call" | "security_violation" | "approval";
    persona?: string;
    goal_id?: string;
    data?: Record<string, JsonValue>;
  }): Promise<{ seq: number }>;
  readonly sequence: number;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | {
  readonly [key: string]: JsonValue;
};

/** The counters that a goal's life moves. */
export interface GoalMetrics {
  goals(persona: string): void;
  toolCall(persona: string, tool: string, outcome: string): void;
  securityViolation(persona: string): void;
  goalSeconds(outcome: string, seconds: number): void;
  stepSeconds(tool: string, seconds: number): void;
}

/** Masks what must not be stored or shown. */
export interface Masker {
  scrub(text: string): string;
  maskBytes(bytes: Uint8Array<ArrayBuffer>): Promise<{ bytes: Uint8Array<ArrayBuffer>; masked: number }>;
}

/** Decides what a goal means; the same text always gives the same proposal. */
export interface Planner {
  plan(goal: string, persona: Persona, context: { cwd: string }): Proposal;
}

/** Everything a goal service is made of. */
export interface GoalServiceOptions {
  readonly catalog: Catalog;
  readonly planner: Planner;
  readonly runner: Runner;
  readonly audit: GoalAudit;
  readonly metrics: GoalMetrics;
  readonly masker: Masker;
  readonly store: GoalStore;
  readonly outputs: OutputStore;
  readonly memory: GoalMemory;
  readonly queue: Queue;
  /** Turns a step's masked output into findings; may work in another thread. */
  readonly parse: (parser: Tool["parser"], input: ParserInput) => Promise<Parsed>;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly settings: Readonly<Partial<Record<SettingName, string>>>;
  /** The default working directory, and the roots that a client's `cwd` may lie under. */
  readonly workspace: { readonly cwd: string; readonly roots: readonly string[] };
  readonly scratchDir: string;
  readonly timeZone: string;
  readonly allowValues: readonly string[];
  /** How tools are run, for the plan's hash and the evidence. */
  readonly sandbox: "bwrap" | "none";
  /** Layer by layer: `held`, `off: why` or `not built`. */
  readonly egress: () => Readonly<Record<string, string>>;
  readonly allowSelfApproval: boolean;
}

/** A goal as the bridge hands it over: authenticated, validated, within its size. */
export interface Submission {
  readonly goal: string;
  readonly persona: Persona;
  readonly mode: "run" | "plan" | "accept";
  readonly cwd?: string;
  /** Id of the goal whose question this answers. */
  readonly answers?: string;
  /** Credential id of the sender. */
  readonly requester: string;
  readonly idempotencyKey?: string;
}

/** Who approves or rejects. */
export interface Decision {
  readonly id: string;
  readonly plan: string;
  readonly approver: string;
}

/** A goal's life from the outside. */
export interface GoalService {
  /** Resolves as soon as the goal is durable: accepted, planned, asked back, refused, waiting for approval, or `running`. */
  submit(submission: Submission): Promise<GoalResult>;
  /** The result when it has ended, or what is known after `milliseconds`. */
  wait(id: string, milliseconds: number, signal?: AbortSignal): Promise<GoalResult>;
  get(id: string): { result: GoalResult; requester: string } | undefined;
  list(options: { personas: readonly Persona[]; before?: string; limit: number }): readonly GoalResult[];
  output(id: string, step: string): OutputRef | undefined;
  readOutput(digest: string, start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Events after number `after`; for a goal that has ended just its result. */
  events(id: string, after: number, signal?: AbortSignal): AsyncIterable<GoalEvent>;
  approve(decision: Decision): Promise<GoalResult>;
  reject(decision: Decision): Promise<GoalResult>;
  cancel(id: string): Promise<GoalResult>;
  /** Marks what a dead process left `running`; called once before the first goal. */
  recover(): Promise<number>;
  /** Takes no more goals, lets running ones end for `graceMs`, then cancels and records them. */
  close(graceMs: number): Promise<void>;
}
