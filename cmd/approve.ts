/**
 * `physiclaw approve ID`: lets a plan that writes run. The approval is for one hash: what was looked at is what runs.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import type { Severity } from "../lib/goals/types.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { BRIDGE_FLAGS, type BridgeFlags } from "./bridge_address.ts";
import { createBridgeClient } from "./client.ts";
import type { CommandDeps } from "./deps.ts";
import { SEVERITIES } from "./exit_codes.ts";
import { GOAL_ID, TIMEOUT_FLAG, usage } from "./flags.ts";
import { asGoalResult, followGoal } from "./follow.ts";
import { endGoal } from "./goal_end.ts";
import { planLines } from "./goal_view.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

interface ApproveFlags extends BridgeFlags {
  readonly plan?: string;
  readonly json: boolean;
  readonly timeout?: number;
  readonly failOn?: Severity;
}

/** Options of the command. */
export interface ApproveOptions {
  readonly id: string;
  readonly flags: ApproveFlags;
}

const target = buildCommand<ApproveFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ id, flags });
  },
  parameters: {
    flags: {
      plan: {
        kind: "parsed",
        parse: String,
        brief: "Hash of the plan that you looked at (asked for on a terminal)",
        placeholder: "HASH",
        optional: true,
      },
      ...JSON_FLAG,
      timeout: TIMEOUT_FLAG,
      failOn: {
        kind: "enum",
        values: SEVERITIES,
        brief: "Exit with 4 on a finding this severe",
        optional: true,
      },
      ...BRIDGE_FLAGS,
    },
    aliases: { k: "key" },
    positional: { kind: "tuple", parameters: [GOAL_ID] },
  },
  docs: { brief: "Let a plan that writes run" },
});

export const parse = createParser<ApproveOptions>("approve", target);

/** Shows the plan when no hash is given, asks, approves, and watches the goal. */
export async function run({ id, flags }: ApproveOptions, deps: CommandDeps): Promise<number> {
  const client = await createBridgeClient(flags, deps);
  const path = `/goal/${encodeURIComponent(id)}`;
  let hash = flags.plan;
  if (hash === undefined) {
    if (!deps.input.interactive || flags.json) {
      throw usage("Cannot approve without the plan's hash", `physiclaw goal show ${id}, then --plan HASH`);
    }
    const { plan, outcome } = asGoalResult(await client.json(path));
    if (plan === undefined || outcome !== "awaiting_approval") {
      throw new PhysiclawError("conflict", `Cannot approve goal ${id}: it is ${outcome}`);
    }
    deps.output.note(...planLines(plan));
    const answer = await deps.input.ask("Run this plan? (yes/no)");
    if (answer?.trim().toLowerCase() !== "yes") {
      deps.output.note("Not approved; the plan goes on waiting.");
      return 1;
    }
    hash = plan.hash;
  }
  const request = { method: "POST", body: { plan: hash } } as const;
  const followed = await followGoal(client, { path: `${path}/approve`, request }, deps, {
    quiet: flags.json,
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }),
  });
  return endGoal(followed, deps.output, flags);
}

export default defineCommand({ target, parse, run });
