/**
 * What a family of rules says of a goal, before anything is decided.
 *
 * @module
 */
import type { Persona, Slots } from "../../catalog/types.ts";
import type { Condition, Fill } from "../types.ts";

/** A step before it has an id. `needs` and conditions name earlier drafts of the same claim by index. */
export interface StepDraft {
  readonly tool: string;
  readonly form: string;
  readonly slots: Slots;
  readonly why: string;
  readonly when?: { readonly step: number; readonly fact: string; readonly is: Condition["is"] };
  readonly fills?: readonly (Omit<Fill, "step"> & { readonly step: number })[];
  readonly needs?: readonly number[];
}

/** How sure a family is that the goal speaks of its tool. */
export const STRENGTH = {
  /** The tool is named, or a literal leaves no doubt. */
  named: 3,
  /** Its own objects are spoken of. */
  clear: 2,
  /** It might be meant. */
  hint: 1,
} as const;

export interface Claim {
  /** First name of the tool, for messages. */
  readonly tool: string;
  readonly persona: Persona;
  readonly strength: number;
  readonly result:
    | {
      readonly kind: "steps";
      readonly intent: string;
      readonly about?: Readonly<Record<string, string>>;
      readonly steps: readonly StepDraft[];
    }
    | { readonly kind: "ask"; readonly question: string }
    | { readonly kind: "refuse"; readonly reason: string };
}
