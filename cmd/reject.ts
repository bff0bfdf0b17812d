/**
 * `physiclaw reject ID`: ends a plan that waits for approval; nothing of it runs.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { BRIDGE_FLAGS, type BridgeFlags } from "./bridge_address.ts";
import { createBridgeClient } from "./client.ts";
import type { CommandDeps } from "./deps.ts";
import { GOAL_ID } from "./flags.ts";
import { asGoalResult } from "./follow.ts";
import { endGoal } from "./goal_end.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

interface RejectFlags extends BridgeFlags {
  readonly plan?: string;
  readonly json: boolean;
}

/** Options of the command. */
export interface RejectOptions {
  readonly id: string;
  readonly flags: RejectFlags;
}

const target = buildCommand<RejectFlags, [string], ParseContext>({
  func(flags, id) {
    this.accept({ id, flags });
  },
  parameters: {
    flags: {
      plan: {
        kind: "parsed",
        parse: String,
        brief: "Hash of the plan (default: the one that waits now)",
        placeholder: "HASH",
        optional: true,
      },
      ...JSON_FLAG,
      ...BRIDGE_FLAGS,
    },
    aliases: { k: "key" },
    positional: { kind: "tuple", parameters: [GOAL_ID] },
  },
  docs: { brief: "Refuse a plan that waits for approval" },
});

export const parse = createParser<RejectOptions>("reject", target);

/** Rejects the plan; exit code 0 when it is rejected. */
export async function run({ id, flags }: RejectOptions, deps: CommandDeps): Promise<number> {
  const client = await createBridgeClient(flags, deps);
  const path = `/goal/${encodeURIComponent(id)}`;
  // To refuse is always safe, so the hash may be looked up here; to approve it must have been seen.
  const plan = flags.plan ?? asGoalResult(await client.json(path)).plan?.hash ?? "";
  const result = asGoalResult(await client.json(`${path}/reject`, { method: "POST", body: { plan } }));
  endGoal({ kind: "result", result }, deps.output, flags);
  return 0;
}

export default defineCommand({ target, parse, run });
