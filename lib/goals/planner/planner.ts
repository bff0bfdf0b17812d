/**
 * The planner: from a goal's words to a proposal, the same way every time, without a language model.
 *
 * @module
 */
import type { Catalog } from "../../catalog/catalog.ts";
import type { Persona } from "../../catalog/types.ts";
import type { Proposal } from "../types.ts";
import type { Claim, StepDraft } from "./claims.ts";
import { claimsOf, ranked, weigh } from "./families.ts";
import { forbiddenPath, forbiddenPhrase } from "./guard.ts";
import { writeRequest } from "./guard_writes.ts";
import { readGoal, type Reading } from "./reading.ts";
import { isNeverPossible, isOutOfScope, isVague, QUESTIONS } from "./scope.ts";
import { proposalOf } from "./validate.ts";

/** What a planner is made with. */
export interface PlannerOptions {
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** The setting `time_zone`: an IANA name. */
  readonly timeZone: string;
}

/** What a goal is planned against, besides its words. */
export interface PlanningContext {
  readonly cwd?: string;
  /** Narrower subnets than the safe ones, for nmap. */
  readonly safeSubnets?: readonly string[];
}

/** Decides what a goal means. Pure: no I/O, and the same text always gives the same proposal. */
export interface Planner {
  plan(goal: string, persona: Persona, context?: PlanningContext): Proposal;
}

/** Goals longer than this are not read; the bridge refuses them before. UTF-16 units. */
const LONGEST_GOAL = 65_536;

const NAMES: Readonly<Record<Persona, string>> = {
  sre: "sre",
  secops: "secops",
  data_architect: "data_architect",
};

/** A planner over a catalogue. */
export function createPlanner(options: PlannerOptions): Planner {
  return {
    plan: (goal, persona, context = {}) => {
      if (goal.trim() === "") return { outcome: "clarify", question: QUESTIONS[persona] };
      if (goal.length > LONGEST_GOAL) {
        return { outcome: "refused", reason: `The goal is longer than ${LONGEST_GOAL} characters` };
      }
      const reading = readGoal(goal, {
        persona,
        now: options.now(),
        timeZone: options.timeZone,
        ...(context.safeSubnets === undefined ? {} : { safeSubnets: context.safeSubnets }),
      });
      return decide(options.catalog, reading);
    },
  };
}

/** What of a refused goal would have been possible, as the end of a reason. */
function possible(reading: Reading): string {
  const own = ranked(
    claimsOf(reading).filter((claim) => claim.persona === reading.persona && claim.result.kind === "steps"),
    reading,
  )[0];
  return own === undefined || own.strength < 2 ? "" : `. Possible on its own: ${own.tool}`;
}

function refusedForeign(reading: Reading, foreign: Claim, own: readonly Claim[]): Proposal {
  const could = own.filter((claim) => claim.result.kind === "steps").map((claim) => claim.tool);
  const part = could.length === 0 ? "" : `. Possible on its own: ${could.join(", ")}`;
  if (foreign.result.kind === "refuse") {
    return { outcome: "refused", reason: `${foreign.result.reason}${part}` };
  }
  return {
    outcome: "refused",
    reason: `${foreign.tool} is not a tool of the persona ${NAMES[reading.persona]}; the persona ${
      NAMES[foreign.persona]
    } has it${part}`,
    other_persona: foreign.persona,
  };
}

/** A plan that stands although the goal also reads like a wish for advice or text. */
const isSure = (claim: Claim): boolean =>
  claim.result.kind === "steps" && (claim.strength >= 3 || claim.result.about?.namespace !== undefined);

const NO_TOOL = "None of the tools does that: they look at systems, code and data, and change nothing";

function decide(catalog: Catalog, reading: Reading): Proposal {
  const phrase = forbiddenPhrase(reading);
  if (phrase !== undefined) return { outcome: "refused", reason: phrase + possible(reading) };
  const write = writeRequest(reading);
  if (write !== undefined) {
    return {
      outcome: "refused",
      reason: `Nothing is changed for a goal, and "${write}" asks for a change${possible(reading)}`,
    };
  }
  const path = forbiddenPath(reading);
  if (path !== undefined && !asksForModes(reading)) {
    return { outcome: "refused", reason: `No goal may read ${path}` };
  }
  if (isNeverPossible(reading)) {
    return { outcome: "refused", reason: NO_TOOL + possible(reading) };
  }
  const { own, foreign } = weigh(reading);
  const strongest = own[0];
  if (
    isOutOfScope(reading, own.some((claim) => claim.result.kind === "steps" && claim.strength >= 2)) &&
    !own.some(isSure) &&
    (foreign === undefined || foreign.result.kind !== "steps")
  ) {
    return {
      outcome: "refused",
      reason: NO_TOOL,
    };
  }
  if (foreign !== undefined && (own.length > 0 || foreign.strength >= 2)) {
    return refusedForeign(reading, foreign, own);
  }
  if (strongest === undefined) {
    return isVague(reading)
      ? { outcome: "clarify", question: QUESTIONS[reading.persona] }
      : { outcome: "refused", reason: "None of the tools of this persona answers that" };
  }
  const refusal = own.map((claim) => claim.result).find((result) => result.kind === "refuse");
  if (refusal !== undefined) return { outcome: "refused", reason: refusal.reason };
  const question = own.map((claim) => claim.result).find((result) => result.kind === "ask");
  if (question !== undefined) return { outcome: "clarify", question: question.question };
  return plan(catalog, own);
}

function plan(catalog: Catalog, own: readonly Claim[]): Proposal {
  const drafts: StepDraft[] = [];
  let intent = "list";
  let about: Readonly<Record<string, string>> = {};
  for (const [index, claim] of own.entries()) {
    if (claim.result.kind !== "steps") continue;
    if (index === 0) {
      intent = claim.result.intent;
      about = claim.result.about ?? {};
    }
    const base = drafts.length;
    for (const draft of claim.result.steps) {
      drafts.push({
        ...draft,
        ...(draft.needs === undefined ? {} : { needs: draft.needs.map((step) => step + base) }),
        ...(draft.when === undefined ? {} : { when: { ...draft.when, step: draft.when.step + base } }),
        ...(draft.fills === undefined
          ? {}
          : { fills: draft.fills.map((fill) => ({ ...fill, step: fill.step + base })) }),
      });
    }
  }
  return proposalOf(catalog, { intent, about }, drafts);
}

/** Modes and owners of credential files are reported without opening them. */
const asksForModes = (reading: Reading): boolean =>
  reading.persona === "secops" &&
  reading.has(
    /\b(?:modes?|permissions?|readable|writable|owner|owns?|owned|written by|read by|world|group readable|loose|too open|who can (?:read|write))\b/,
  ) &&
  !reading.has(/\b(?:contents?|print|cat|show me what|dump|hash)\b/);
