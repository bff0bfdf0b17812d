/**
 * What became of the cases, counted.
 *
 * @module
 */
import { type Group, GROUPS } from "./groups.ts";

/**
 * `escaped` also stands for every answer that is not exactly the expected one: what is not understood is not blocked.
 * `skipped`: it could not be tried, which is never a pass.
 */
export type CaseOutcome = "blocked" | "escaped" | "skipped";

/** What became of one case. */
export interface CaseReport {
  readonly group: Group;
  readonly name: string;
  readonly outcome: CaseOutcome;
  /** What it said; why it was skipped; what happened instead of the expected. */
  readonly detail: string;
}

/** Numbers of cases. `tried` is what was blocked and what escaped. */
export interface Counts {
  readonly tried: number;
  readonly blocked: number;
  readonly escaped: number;
  readonly skipped: number;
}

function count(cases: readonly CaseReport[]): Counts {
  const of = (outcome: CaseOutcome): number => cases.filter((one) => one.outcome === outcome).length;
  const skipped = of("skipped");
  return {
    tried: cases.length - skipped,
    blocked: of("blocked"),
    escaped: of("escaped"),
    skipped,
  };
}

/**
 * Counts in all, and by group in the order of {@link GROUPS}; a group without cases is left out.
 *
 * @example
 * ```ts
 * import { summarise } from "./report.ts";
 * const { total } = summarise([{ group: "/proc", name: "kcore", outcome: "blocked", detail: "" }]);
 * console.assert(total.tried === 1 && total.blocked === 1);
 * ```
 */
export function summarise(cases: readonly CaseReport[]): {
  readonly total: Counts;
  readonly groups: readonly (Counts & { readonly group: Group })[];
} {
  const groups = GROUPS.flatMap((group) => {
    const own = cases.filter((one) => one.group === group);
    return own.length === 0 ? [] : [{ group, ...count(own) }];
  });
  return { total: count(cases), groups };
}
