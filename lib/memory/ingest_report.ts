/**
 * What several ingestions did, as one report.
 *
 * @module
 */
import type { IngestReport } from "./interface.ts";

/**
 * The sum of reports; the same note is said once.
 *
 * @example
 * ```ts
 * import { sumReports } from "./ingest_report.ts";
 * const one = { added: 1, replaced: 0, unchanged: 0, chunks: 2, skipped: [], skippedCount: {}, notes: ["full text alone"] };
 * const { added, notes } = sumReports([one, one]);
 * console.assert(added === 2 && notes.length === 1);
 * ```
 */
export function sumReports(reports: readonly IngestReport[]): IngestReport {
  const sum = (key: "added" | "replaced" | "unchanged" | "chunks"): number =>
    reports.reduce((total, report) => total + report[key], 0);
  const skippedCount: Record<string, number> = {};
  for (const report of reports) {
    for (const [reason, count] of Object.entries(report.skippedCount)) {
      skippedCount[reason] = (skippedCount[reason] ?? 0) + count;
    }
  }
  return {
    added: sum("added"),
    replaced: sum("replaced"),
    unchanged: sum("unchanged"),
    chunks: sum("chunks"),
    skipped: reports.flatMap(({ skipped }) => skipped),
    skippedCount,
    notes: [...new Set(reports.flatMap(({ notes }) => notes))],
  };
}
