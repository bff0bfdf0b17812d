/**
 * What a question about data says in words: how many rows, and columns that only their place gives away.
 *
 * @module
 */
import type { Columns } from "./data_columns.ts";
import type { Reading } from "./reading.ts";
import { numberOf } from "./times.ts";

/** How many rows the goal wants: "top 5", "the ten largest", "N=5"; `undefined` when it says none. */
export function limitOf(reading: Reading): number | undefined {
  const keyed = /\b(?:n|top|limit|k) ?[=:] ?(\d{1,6})\b/i.exec(reading.goal.slice(0, 8192))?.[1];
  if (keyed !== undefined) return Number(keyed);
  const hit = reading.find(
    /\b(?:top|first|bottom|limit|last|any|random|sample of|only the|the|just|at most|which|what|show|newest|latest|oldest) (?:of )?(‹num›)(?! percent)/,
  ) ??
    reading.find(
      /(‹num›) (?:largest|biggest|highest|smallest|lowest|most|best|worst|latest|newest|oldest|earliest|cheapest|longest|shortest|top|greatest|slowest|fastest|random|sample|example|rows|records|lines)\b/,
    );
  const led = reading.find(
    /\b(?:largest|biggest|highest|smallest|lowest|latest|newest|oldest|earliest|cheapest|longest|shortest|greatest|slowest|fastest|best|worst) (‹num›) /,
  );
  const ranked = reading.find(
    /(‹num›) \S+ (?:with|that have|having|which have|by) (?:the )?(?:most|highest|lowest|largest|biggest|smallest|fewest|least|greatest|longest|shortest)\b/,
  );
  const raw = (hit ?? led ?? ranked)?.token(1)?.raw;
  if (raw !== undefined && /^\d{1,6}$/.test(raw)) return Number(raw);
  const word = reading.find(
    /\b(?:top|first|the|bottom|last|just|only|at most|limit|which|what|show) (?:the )?(three|five|ten|two|four|six|seven|eight|nine|twelve|twenty|fifty)\b(?! (?:columns|files|tables))/,
  )?.groups[1];
  const behind = reading.find(
    /(‹num›|three|five|ten|twenty) (?:rows |values |lines )?(?:only|at most|is enough|are enough)\b/,
  ) ?? reading.find(
    /\b(?:show|see|give|get|list|display|print|want|need|first|last|any|preview|sample|of)(?: me| us)?(?: the| some| only| just)? (two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty) (?:\S+ )?(?:rows|lines|records|entries|examples|samples)\b/,
  );
  const raw2 = behind?.token(1)?.raw ?? behind?.groups[1] ?? "";
  return word !== undefined ? numberOf(word) : raw2 === "" ? undefined : numberOf(raw2.toLowerCase());
}

/** A single word where a column must stand: "distinct cities in". */
export function looseAfter(reading: Reading, pattern: RegExp): string[] {
  const token = reading.find(pattern)?.token(1);
  return token !== undefined && /^[A-Za-z_]\w*$/.test(token.raw) &&
      !/^(?:values?|rows?|records?|in|of|the|there|are|is)$/.test(token.canon)
    ? [token.raw]
    : [];
}

/** "dup email", "duplicate invoice numbers in": the words that say what is double. */
export function looseKeys(reading: Reading, columns: Columns): string[] {
  if (columns.measures.length > 0 || columns.explicit.length > 0) return [];
  const token = reading.find(
    /\b(?:duplicates?|duplicated|repeated|repeating|double|doubled|non-unique|recurring) (?:the |values (?:of|in|for) |entries (?:of|in|for|by) |by |on |for |in |of )*(\S+)/,
  )?.token(1) ??
    reading.find(
      /\b(?:which|any|is|does|are) (?:the )?(\S+) (?:\S+ ){0,3}?(?:twice|more than once|repeated|unique|several times|duplicated)/,
    )?.token(1);
  return token !== undefined && /^[A-Za-z_]\w*$/.test(token.raw) &&
      !/^(?:rows?|records?|entries|lines|anybody|anyone|somebody|there|values?|in|the|of|any|it|every|each|anything|something|data)$/
        .test(token.canon) &&
      token.literal !== "path"
    ? [token.raw]
    : [];
}

/** "rows without an email": the column that is empty. */
export function withoutColumns(reading: Reading): string[] {
  const token = reading.find(
    /\b(?:without|have no|has no|with no|lacks?|lacking|missing|empty|blank|null) (?:a |an |any |the |values? (?:in|for|of) |its |their )*(\S+)/,
  )?.token(1);
  return token !== undefined && /^[A-Za-z_]\w*$/.test(token.raw) &&
      !/^(?:values?|rows?|in|of|and|or|the|data|is|are|count|counts|columns?|column|at|from|fields?|cells?|entries)$/
        .test(token.canon) &&
      token.literal !== "path"
    ? [token.raw]
    : [];
}
