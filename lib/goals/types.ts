/**
 * A goal's life as data: what is stored, shown and hashed. One JSON document on every surface.
 *
 * @module
 */
import type { Persona, Slots } from "../catalog/types.ts";
import type { OperatorFact } from "./planner/operator_facts.ts";
import type { GOAL_OUTCOMES, STEP_OUTCOMES } from "../internal/outcomes.ts";

export type GoalOutcome = (typeof GOAL_OUTCOMES)[number];

export type StepOutcome = (typeof STEP_OUTCOMES)[number];

export type Severity = "critical" | "high" | "medium" | "low" | "info";

/** Runs the step only if the named fact of an earlier step is present (has at least one value), or absent. */
export interface Condition {
  readonly step: string;
  readonly fact: string;
  readonly is: "present" | "absent";
}

/** Fills one declared slot of this step with a fact of an earlier step: its first value, or up to `max` of them. */
export interface Fill {
  readonly slot: string;
  readonly step: string;
  readonly fact: string;
  readonly max: number;
}

/** What the planner proposes for a step; argvs are made from it by the catalogue and nothing else. */
export interface ProposedStep {
  /** `s1`, `s2`, … in plan order. */
  readonly id: string;
  readonly tool: string;
  readonly form: string;
  readonly slots: Slots;
  readonly when?: Condition;
  readonly fills?: readonly Fill[];
  readonly needs: readonly string[];
  readonly why: string;
}

/** What the goal asks about the findings; the answer's first line speaks to it. */
export interface Ask {
  /** The runbook or wish: `pods-not-running`, `list`, `count`, `errors`, `drift`, … */
  readonly intent: string;
  /** Words of the goal that the answer needs: a namespace, a port, a threshold. */
  readonly about: Readonly<Record<string, string>>;
}

/** What a planner says of a goal. */
export type Proposal =
  | { readonly outcome: "plan"; readonly ask: Ask; readonly steps: readonly ProposedStep[] }
  | { readonly outcome: "clarify"; readonly question: string }
  | { readonly outcome: "refused"; readonly reason: string; readonly other_persona?: Persona };

export interface PlanStep {
  readonly id: string;
  readonly tool: string;
  readonly form: string;
  readonly slots: Slots;
  /** As it will be run. A slot that an earlier step fills stands as `{step.fact}`. */
  readonly commands: readonly (readonly string[])[];
  readonly effect: "read" | "write";
  /** The one destination, or `none`. */
  readonly network: string;
  readonly when?: Condition;
  readonly fills?: readonly Fill[];
  readonly needs: readonly string[];
  readonly why: string;
  /** Present when the program is not installed or a setting is missing: the plan is made all the same. */
  readonly unavailable?: string;
}

export interface Plan {
  readonly hash: string;
  readonly ask: Ask;
  readonly steps: readonly PlanStep[];
  /** Facts of the operator that stand for names in the goal; their values are in the slots, and so in the hash. */
  readonly facts?: readonly OperatorFact[];
}

/** Where in a step's stored output something stands: byte offsets, end exclusive. */
export interface Evidence {
  readonly step: string;
  readonly start: number;
  readonly end: number;
}

export interface Finding {
  readonly severity: Severity;
  readonly text: string;
  readonly source?: { readonly path: string; readonly line: number };
  readonly evidence: readonly Evidence[];
}

/** One stream of one command inside a step's stored output. */
export interface Section {
  /** Index into the step's commands. */
  readonly command: number;
  readonly stream: "stdout" | "stderr";
  readonly start: number;
  readonly end: number;
}

export interface StepResult {
  readonly id: string;
  readonly tool: string;
  readonly outcome: StepOutcome;
  readonly exit_code?: number;
  readonly signal?: string;
  /** Why it did not run or did not end well, for a person. */
  readonly reason?: string;
  readonly started: string;
  readonly duration_ms: number;
  /** `bwrap` or `none`, and what network it had. */
  readonly sandbox: string;
  readonly output: {
    readonly sha256: string;
    readonly bytes: number;
    readonly truncated: boolean;
    readonly sections: readonly Section[];
  };
}

/** One thing that memory knew, as a result shows it: never evidence, and never an instruction. */
export interface Recalled {
  readonly id: string;
  readonly tier: "l1" | "l2" | "l3";
  readonly origin: "operator" | "goal" | "run" | "document";
  /** Where it came from, for a person: a file with its heading, a fact's name. */
  readonly source: string;
  readonly text: string;
}

/** The result of a goal on every surface. Absent fields do not apply to the outcome. */
export interface GoalResult {
  readonly schema: 1;
  readonly id: string;
  readonly goal: string;
  readonly persona: Persona;
  readonly allowed_tools: readonly string[];
  readonly message: string;
  readonly outcome: GoalOutcome;
  readonly question?: string;
  readonly reason?: string;
  readonly other_persona?: Persona;
  readonly plan?: Plan;
  readonly steps: readonly StepResult[];
  readonly findings: readonly Finding[];
  readonly answer: string;
  /** What memory knew about the subject when the goal ended. */
  readonly memory?: readonly Recalled[];
  readonly created: string;
  readonly ended?: string;
  readonly evidence: {
    readonly audit_sequence: number;
    readonly cwd: string;
    readonly egress: Readonly<Record<string, string>>;
  };
}

/** What a parser is given: the masked output of one step, and what was asked. */
export interface ParserInput {
  readonly step: { readonly id: string; readonly tool: string; readonly form: string; readonly slots: Slots };
  readonly ask: Ask;
  /** In order; a command that did not run is absent. */
  readonly commands: readonly {
    readonly argv: readonly string[];
    readonly exitCode?: number;
    readonly signal?: string;
    readonly stdout: Uint8Array;
    readonly stderr: Uint8Array;
    /** Offsets of the two in the step's stored output. */
    readonly stdoutStart: number;
    readonly stderrStart: number;
  }[];
  /** How the run ended, before the parser looked. */
  readonly outcome: StepOutcome;
  readonly truncated: boolean;
  /** The setting `time_zone`. */
  readonly timeZone: string;
  /** When the step started (RFC 3339): what ages and expiries are measured against. Absent: they are not said. */
  readonly started?: string;
  /** `vault.allow_values`: path patterns whose values may be shown. */
  readonly allowValues: readonly string[];
}

/** What a parser says of one step's output. */
export interface Parsed {
  /** The judgement of exit code and output together. */
  readonly outcome: StepOutcome;
  /** Why, when the outcome is not `ok`. */
  readonly reason?: string;
  /** The direct answer to what was asked, one sentence; exact numbers, units named. */
  readonly headline: string;
  /** `nothing_wrong`, `no_data`, `no_such_thing` and `not_looked` are four different answers. */
  readonly verdict: "findings" | "listing" | "nothing_wrong" | "no_data" | "no_such_thing" | "not_looked";
  /** Most severe first. */
  readonly findings: readonly Finding[];
  /** Values that later steps may use in conditions and fills. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** Where a table serves the reader. Cells are plain text. */
  readonly table?: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** What could not be looked at, and why. */
  readonly blind: readonly string[];
  /** What a person would do next. */
  readonly next: readonly string[];
}
