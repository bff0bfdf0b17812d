/**
 * What a goal asks of memory: names that operators gave, what is known about the subject, and to be remembered.
 *
 * @module
 */
import type { Persona } from "../catalog/types.ts";
import type { OperatorFact } from "./planner/operator_facts.ts";
import type { GoalResult, Recalled } from "./types.ts";

/** The memory behind the goals. Only `facts` has a say in what runs, and only by filling slots. */
export interface GoalMemory {
  /** Facts that the operator entered for this persona and whose names stand in the text; the newest first for each name. */
  facts(text: string, persona: Persona): readonly OperatorFact[];
  /** What this persona may know about the text, best first. Never rejects: an answer does not fail for it. */
  recall(text: string, persona: Persona): Promise<readonly Recalled[]>;
  /** Remembers a goal that has ended. Returns at once. */
  remember(result: GoalResult): void;
}
