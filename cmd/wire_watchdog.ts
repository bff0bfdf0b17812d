/**
 * The watchdog as the bridge has it: started, counted, its blocks taken into the audit log.
 *
 * @module
 */
import type { AuditLog } from "../lib/audit/audit.ts";
import type { Settings } from "../lib/config/schema.ts";
import { foldBlocks } from "../lib/egress/watchdog/blocks.ts";
import { startWatchdog, type Watchdog } from "../lib/egress/watchdog/client.ts";
import { startHelper } from "../lib/executor/helper.ts";
import type { Log } from "../lib/internal/log.ts";

/**
 * Takes over what an earlier run's watchdog wrote, and starts a new one. Throws `PhysiclawError` when the bridge can't be
 * watched.
 *
 * @param counted told how many blocks there are: those of the audit log at first, then each
 */
export async function openWatchdog(options: {
  readonly settings: Settings;
  /** The state directory's real path. */
  readonly state: string;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly counted: (blocks: number) => void;
}): Promise<Watchdog> {
  const { settings, state, audit, log, counted } = options;
  const blocks = `${state}/egress-blocks.jsonl`;
  counted(
    await foldBlocks({
      blocks,
      auditLog: `${state}/audit.jsonl`,
      append: (data) => audit.append({ event: "egress_block", data }),
    }),
  );
  return await startWatchdog({
    start: (permissions) => startHelper("watchdog", [], permissions),
    safe: settings.egress.safe,
    intervalMs: settings.egress.interval_ms,
    blocks,
    onBlock: (block) => {
      log("error", "A step was stopped for egress", { ...block });
      counted(1);
      // Should this fail, the next start takes the block from the watchdog's file.
      audit.append({ event: "egress_block", data: { ...block } }).catch(() => undefined);
    },
  });
}
