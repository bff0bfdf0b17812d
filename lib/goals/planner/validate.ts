/**
 * From drafts to a proposal that the catalogue accepts. A value that no slot takes becomes a refusal or a question.
 *
 * @module
 */
import { buildCommands } from "../../catalog/build.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { checkSlot } from "../../catalog/slots.ts";
import type { Slots, Tool } from "../../catalog/types.ts";
import { SecurityViolation } from "../../internal/errors.ts";
import type { Ask, Proposal, ProposedStep } from "../types.ts";
import type { StepDraft } from "./claims.ts";

/** Most steps and most conditional ones of a plan; `make_plan.ts` holds the same bounds. */
const MAX_STEPS = 16;
const MAX_FOLLOW_UPS = 8;

/** Slot types whose bad values are an attempt rather than a slip. */
const UNSAFE = new Set(["path", "address", "text"]);

type Checked = { readonly ok: true; readonly slots: Slots } | {
  readonly ok: false;
  readonly proposal: Proposal;
};

function checkDraft(tool: Tool, draft: StepDraft): Checked {
  const placeholders = new Set((draft.fills ?? []).map((fill) => fill.slot));
  for (const [name, value] of Object.entries(draft.slots)) {
    const spec = tool.slots[name];
    if (spec === undefined) continue;
    const wrong = checkSlot(spec, value);
    if (wrong === undefined) continue;
    const shown = (typeof value === "string" ? value : value.join(", ")).replace(/[^\x20-\x7e]/g, "?").slice(
      0,
      80,
    );
    if (UNSAFE.has(spec.type.kind)) {
      return {
        ok: false,
        proposal: { outcome: "refused", reason: `${tool.name} cannot take "${shown}": the value ${wrong}` },
      };
    }
    return {
      ok: false,
      proposal: {
        outcome: "clarify",
        question: `"${shown}" ${wrong}. ${spec.ask ?? `What is the ${name.replaceAll("_", " ")}?`}`,
      },
    };
  }
  const slots: Record<string, Slots[string]> = { ...draft.slots };
  for (const fill of draft.fills ?? []) slots[fill.slot] = `{s${fill.step + 1}.${fill.fact}}`;
  try {
    buildCommands(tool, draft.form, slots, { program: tool.name, settings: {}, placeholders });
  } catch (error) {
    if (!(error instanceof SecurityViolation)) throw error;
    const missing = Object.entries(tool.slots).find(([name, spec]) =>
      spec.required === true && slots[name] === undefined
    )?.[1];
    return missing?.ask === undefined
      ? { ok: false, proposal: { outcome: "refused", reason: error.message } }
      : { ok: false, proposal: { outcome: "clarify", question: missing.ask } };
  }
  return { ok: true, slots: draft.slots };
}

/**
 * The proposal that these drafts make, or the first refusal or question that one of them brings. Conditional steps
 * beyond the bound are left out; so is one that does not fit.
 */
export function proposalOf(catalog: Catalog, ask: Ask, drafts: readonly StepDraft[]): Proposal {
  const steps: ProposedStep[] = [];
  const ids = new Map<number, string>();
  let followUps = 0;
  for (const [index, draft] of drafts.entries()) {
    const conditional = draft.when !== undefined;
    if (steps.length >= MAX_STEPS || (conditional && followUps >= MAX_FOLLOW_UPS)) continue;
    const tool = catalog.find(draft.tool);
    if (tool === undefined) {
      if (conditional) continue;
      return { outcome: "refused", reason: `The tool ${draft.tool} is not in this host's catalogue` };
    }
    const used = [
      ...(draft.needs ?? []),
      ...(draft.when === undefined ? [] : [draft.when.step]),
      ...(draft.fills ?? []).map((fill) => fill.step),
    ];
    if (used.some((step) => !ids.has(step))) continue;
    const checked = checkDraft(tool, draft);
    if (!checked.ok) {
      if (conditional && draft.tool === "kubectl get") continue;
      return checked.proposal;
    }
    const id = `s${steps.length + 1}`;
    ids.set(index, id);
    if (conditional) followUps += 1;
    const name = (step: number): string => ids.get(step) ?? id;
    steps.push({
      id,
      tool: tool.name,
      form: draft.form,
      slots: checked.slots,
      ...(draft.when === undefined
        ? {}
        : { when: { step: name(draft.when.step), fact: draft.when.fact, is: draft.when.is } }),
      ...(draft.fills === undefined ? {} : {
        fills: draft.fills.map((fill) => ({
          slot: fill.slot,
          step: name(fill.step),
          fact: fill.fact,
          max: fill.max,
        })),
      }),
      needs: (draft.needs ?? []).map(name),
      why: draft.why,
    });
  }
  return steps.length === 0
    ? { outcome: "clarify", question: "What should be looked at?" }
    : { outcome: "plan", ask, steps };
}
