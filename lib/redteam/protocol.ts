/**
 * What the command and its red team tell each other: a JSON document a line.
 *
 * @module
 */
import type { Group } from "./groups.ts";
import type { CaseReport } from "./report.ts";

/** The first line to the red team. When its standard input ends, so does it. */
export interface RedTeamInit {
  readonly directory: string;
  readonly groups: readonly Group[];
}

/** From the red team: each case as it ends, and a last line when all have. */
export type FromRedTeam =
  | { readonly type: "case"; readonly report: CaseReport }
  | { readonly type: "end" };
