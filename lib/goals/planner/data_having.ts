/**
 * Conditions on groups: "only regions with more than a hundred rows".
 *
 * @module
 */
import type { Reading } from "./reading.ts";
import { numberOf } from "./times.ts";

const ROWS =
  "(?:rows?|records?|entries|lines|orders|items|samples|measurements|readings|occurrences|of them|events|sales|trips|values)";
const AMOUNT = "(?:a |an )?(‹num›|hundred|thousand|dozen|[a-z]+)";

const BOUNDS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`\\b(?:more than|over|above|greater than) ${AMOUNT} ${ROWS}\\b`), ">"],
  [new RegExp(`\\b(?:at least|no (?:less|fewer) than|minimum of) ${AMOUNT} ${ROWS}\\b`), ">="],
  [new RegExp(`\\b(?:fewer than|less than|under|below) ${AMOUNT} ${ROWS}\\b`), "<"],
  [new RegExp(`\\b(?:at most|no more than|maximum of|up to) ${AMOUNT} ${ROWS}\\b`), "<="],
  [new RegExp(`\\b(?:exactly|precisely) ${AMOUNT} ${ROWS}\\b`), "="],
];

const LARGE: Readonly<Record<string, number>> = { dozen: 12, hundred: 100, thousand: 1000 };

/** ` HAVING count(*) …` with a leading blank, or nothing when the goal puts no bound on a group's rows. */
export function havingOf(reading: Reading): string {
  for (const [pattern, operator] of BOUNDS) {
    const hit = reading.find(pattern);
    if (hit === undefined) continue;
    const raw = (hit.token(1)?.raw ?? hit.groups[1] ?? "").toLowerCase();
    const count = LARGE[raw] ?? numberOf(raw);
    if (count !== undefined && Number.isInteger(count)) return ` HAVING count(*) ${operator} ${count}`;
  }
  return "";
}
