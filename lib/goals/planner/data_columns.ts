/**
 * The columns that a goal names, and what it wants of each.
 *
 * @module
 */
import { NO_COLUMN } from "./lexicon/no_column.ts";
import { aliasesOf, unalias } from "./data_aliases.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

export interface Columns {
  /** Every column named, in order of mention. */
  readonly all: readonly string[];
  /** Named behind the word "column" or written as an identifier. */
  readonly explicit: readonly string[];
  /** Aggregated: "average of x". */
  readonly measures: readonly string[];
  /** "per x", "by x", "for each x". */
  readonly groups: readonly string[];
  /** Where the condition stands on, filled by `data_filters.ts`. */
  readonly keys: readonly string[];
}

/** A column's name in quotes may hold blanks: "Order Status". */
const spaced = (token: Token | undefined): boolean =>
  token?.literal === "quoted" && /^[A-Za-z_][\w .%()/-]{0,60}$/.test(token.raw) &&
  / /.test(token.raw.trim()) &&
  !/\.(?:csv|parquet|jsonl?|duckdb)$/i.test(token.raw);

const isColumn = (token: Token | undefined): boolean =>
  spaced(token) || token !== undefined && !NO_COLUMN.has(token.canon) && /^[A-Za-z_][\w]*$/.test(token.raw) &&
    (token.literal === undefined || token.literal === "name" || token.literal === "quoted") &&
    token.canon.split(" ").length <= 2;

/** After "per", "by", "column": only words that are no noun at all are no column. */
const NO_NOUN = new Set(
  ("the a an of in on at to for from by per with and or is are was were be do does did has have not no all any each every both either how many much what " +
    "which who when where why it its they them their this that these those there here please me us we i so as if more less than then only also but only " +
    "table tables file files column columns field fields row rows record records descending ascending desc asc whose having same different value values skipping excluding ignoring appears appear occurs occur happens exists")
    .split(" "),
);
const isNoun = (token: Token | undefined): boolean =>
  spaced(token) || token !== undefined && !NO_NOUN.has(token.canon) && /^[A-Za-z_][\w]*$/.test(token.raw) &&
    (token.literal === undefined || token.literal === "name" || token.literal === "quoted");

/** After "sum of", "average of": everyday nouns too, unless they go on ("sum of total of …"). */
const isMeasure = (token: Token | undefined): boolean =>
  isColumn(token) || (isNoun(token) &&
    /^(?:totals?|amounts?|values?|counts?|lines?|times?|types?|status|dates?|rates?|shares?|percentage|number|frequency)$/
      .test(token?.canon ?? ""));

const identifierLike = (token: Token): boolean =>
  /_|[a-z][A-Z]/.test(token.raw) && isColumn(token) && !/^(?:stg|fct|dim|int)_/.test(token.raw);

/** The tokens of a list ("a, b and c") that begins at `from`. */
function listAt(tokens: readonly Token[], from: number, most: number, first = isColumn): Token[] {
  const found: Token[] = [];
  let index = from;
  while (found.length < most) {
    while (
      /^(?:the|all|each|every|their|its|different|same|both|column|columns|field|fields|of|in|for|:)$/.test(
        tokens[index]?.canon ?? "",
      )
    ) index += 1;
    const token = tokens[index];
    if (token === undefined || !(found.length === 0 ? first : isColumn)(token)) break;
    found.push(token);
    const joint = tokens[index + 1]?.canon;
    if (
      joint !== "and" && joint !== "," && joint !== "&" && joint !== "or" && joint !== "plus" && joint !== "/"
    ) break;
    const after = tokens[index + 2]?.canon === "and" ? index + 3 : index + 2;
    const candidate = tokens[after];
    // "per region, only where …": the list ends where something that is no column follows.
    if (
      /^(?:in|of|for)$/.test(candidate?.canon ?? "") &&
      !(isColumn(tokens[after + 1]) && !isKnownWord(tokens[after + 1]?.canon ?? "") ||
        tokens[after + 1]?.canon === "column")
    ) break;
    if (
      !isColumn(candidate) &&
      !/^(?:the|each|every|per|by|column|field|in|of|for)$/.test(candidate?.canon ?? "")
    ) {
      break;
    }
    if (/^(?:per|by)$/.test(candidate?.canon ?? "") && !isColumn(tokens[after + 1])) break;
    index = /^(?:per|by)$/.test(candidate?.canon ?? "") ? after + 1 : after;
    if (isKnownWord(tokens[index]?.canon ?? "") && VERBS.has(tokens[index]?.canon ?? "")) break;
  }
  return found;
}

const VERBS = new Set(
  "show list tell give count compare sort order sum add calculate compute find tell report include exclude keep"
    .split(" "),
);

const names = (tokens: readonly Token[]): string[] => [...new Set(tokens.map((token) => token.raw))];

/** Finds columns by what stands before and after them. `tables` are names that are no columns. */
export function columnsOf(reading: Reading, tables: readonly string[]): Columns {
  const taken = new Set(
    tables.flatMap((table) => [table, ...table.split(".")]).map((table) => table.toLowerCase()),
  );
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  const explicit: Token[] = [];
  const measures: Token[] = [];
  const groups: Token[] = [];
  const keys: Token[] = [];
  const add = (to: Token[], found: readonly Token[]): void => {
    for (const token of found) if (!taken.has(token.raw.toLowerCase()) && !to.includes(token)) to.push(token);
  };
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.canon ?? "";
    const two = `${tokens[index - 2]?.canon ?? ""} ${before}`;
    switch (token.canon) {
      case "column":
      case "columns":
      case "field":
      case "fields": {
        const from = /^(?:called|named|:|=|is|are)$/.test(tokens[index + 1]?.canon ?? "")
          ? index + 2
          : index + 1;
        const found = listAt(tokens, from, 8, isNoun);
        add(explicit, found);
        const previous = tokens[index - 1];
        if (
          found.length === 0 && previous !== undefined && isColumn(previous) &&
          /^(?:the|in|of|for|by|per|my|our|a)$/.test(tokens[index - 2]?.canon ?? "")
        ) add(explicit, [previous]);
        break;
      }
      case "per":
      case "by":
        if (
          token.canon === "by" &&
          (/^(?:sorted|ordered|order|sort|ranked|rank)$/.test(before) ||
            tokens.slice(Math.max(0, index - 4), index).some((one) =>
                /^(?:sort|sorted|order|ordered|rank|ranked)$/.test(one.canon)
              ) &&
              !tokens.slice(Math.max(0, index - 4), index).some((one) =>
                /^(?:group|grouped|per|,|and)$/.test(one.canon)
              ))
        ) {
          add(keys, listAt(tokens, index + 1, 2));
        } else if (
          RANKED_BY.has(tokens[index + 1]?.canon ?? "") || TIME_UNITS.has(tokens[index + 1]?.canon ?? "")
        ) {
          // "by sum of amount" ranks, "by month" makes spans of time: neither names a column.
          const before = tokens[index - 1];
          if (RANKED_BY.has(tokens[index + 1]?.canon ?? "") && before !== undefined && isColumn(before)) {
            add(groups, [before]);
          }
        } else if (!/^(?:followed|caused|made|done|written)$/.test(before)) {
          add(groups, listAt(tokens, index + 1, 4, isNoun));
        }
        break;
      case "each":
      case "every":
        if (isNoun(tokens[index + 1]) && !TIME_UNITS.has(tokens[index + 1]?.canon ?? "")) {
          add(groups, listAt(tokens, index + 1, 2, isNoun));
        }
        break;
      case "using":
      case "on":
      case "key":
        // "Key: email", where something is to be found by it.
        if (
          token.canon === "key" && tokens[index + 1]?.canon === ":" && isNoun(tokens[index + 2]) &&
          !/\bjoin/.test(reading.asked)
        ) add(measures, listAt(tokens, index + 2, 3, isNoun));
        if (/\bjoin|\bjoined|\bmatch|\bmerge|\bcompare|\blink|\bcombin/.test(reading.asked)) {
          add(keys, listAt(tokens, index + 1, 3));
        }
        break;
      case "of":
      case "in":
      case "for":
      case "with":
        if (
          /^(?:averages|means|medians|sums|totals|average|mean|median|sum|total|minimum|maximum|min|max|highest|lowest|largest|smallest|biggest|value|values|deviation|stddev|variance|percentile|quantile|quartile|decile|p\d\d|nulls|null|missing|empty|blank|distinct|duplicates|duplicate|unique|gaps|range|distribution|frequency|frequencies|breakdown|counts|spread|amount|latest|earliest|newest|oldest|histogram|share|percentage|correlation|variance)$/
            .test(before) ||
          /^(?:null values|missing values|number of|empty values|distinct values|unique values|standard deviation|distinct count|different values|nulls are|nulls is|nulls stand|gaps are|null is|blanks are)$/
            .test(two)
        ) {
          if (
            !(two === "number of" && /^(?:rows|records|lines|entries)$/.test(tokens[index + 1]?.canon ?? ""))
          ) {
            const found = listAt(tokens, index + 1, 6, isMeasure);
            const grouping = token.canon === "for" && /^(?:each|every)$/.test(tokens[index + 1]?.canon ?? "");
            if (!grouping) add(measures, found);
          }
        }
        break;
      case "same":
        if (
          /\b(?:twice|duplicate\w*|more than once|again|repeated|double|several|multiple|share)\b/.test(
            reading.asked,
          )
        ) add(measures, listAt(tokens, index + 1, 4));
        break;
      default:
        if (AGGREGATES.has(token.canon)) {
          let from = index + 1;
          while (
            /^(?:the|of|all|and|value|values|lowest|highest|minimum|maximum|average|median|mean|sum|total|latest|earliest|first|last|smallest|largest|,|in|min|max|different|distinct|unique|single|per-item|column|newest|oldest|individual)$/
              .test(tokens[from]?.canon ?? "") && from - index < 8
          ) from += 1;
          if (isColumn(tokens[from])) add(measures, listAt(tokens, from, 4));
        }
    }
    if (identifierLike(token) && before !== "table" && before !== "model") add(explicit, [token]);
    if (
      token.literal === "quoted" && token.raw.length < 64 &&
      /^(?:column|columns|of|per|by|in|and|,)$/.test(before) && isColumn(token)
    ) add(explicit, [token]);
  });
  // "max(ts)", written as a call.
  for (const token of tokens) {
    const call = /^(?:max|min|avg|sum|median|mean|count)\(([A-Za-z_]\w*)\)$/i.exec(token.raw);
    if (call?.[1] !== undefined) measures.push({ ...token, raw: call[1] });
  }
  for (
    const hit of reading.every(
      /(\S+) (?:average|sum|total|mean|median|maximum|minimum|max|min) (?:by|per|for each|of each|in|from|over)\b/,
    )
  ) {
    const measure = hit.token(1);
    if (measure !== undefined && isColumn(measure)) measures.push(measure);
  }
  // "the ten values of term with the most hits".
  for (
    const hit of reading.every(
      /\bvalues? of (?:the )?(\S+) (?:with|that have|having) (?:the )?(?:most|highest|largest|biggest|fewest|least|lowest) (?:total |average )?(\S+)/,
    )
  ) {
    const [group, measure] = [hit.token(1), hit.token(2)];
    if (group === undefined || measure === undefined || !isNoun(group) || !isNoun(measure)) continue;
    groups.push(group);
    if (!/^(?:rows?|records?|lines?|entries)$/.test(measure.canon)) measures.push(measure);
    for (const held of [measures, keys]) {
      for (let index = held.length - 1; index >= 0; index -= 1) {
        if (held[index] === group || held === keys && held[index] === measure) held.splice(index, 1);
      }
    }
  }
  // "revenue by country": a noun that is an amount; what can only be counted is none.
  for (
    const hit of reading.every(
      /(\S+) (?:by|per|for each|for every|of each|split by|grouped by|broken down by) /,
    )
  ) {
    const measure = hit.token(1);
    if (measure !== undefined && isColumn(measure) && AMOUNTS.has(measure.canon)) measures.push(measure);
  }
  for (const hit of reading.every(/(\S+) (?:summed|averaged|totalled|totaled|added up|counted)\b/)) {
    const measure = hit.token(1);
    if (measure !== undefined && isNoun(measure)) measures.push(measure);
  }
  for (
    const hit of reading.every(
      /\b(?:which|what) (\S+) (?:has|have|had|shows?|gets?|got|with|had|earns?|made|makes) (?:the )?(?:on average )?(?:highest|lowest|most|largest|biggest|smallest|best|worst|least|longest|shortest|greatest|fewest|average|total|max\w*|min\w*) (?:average |total |mean |median |number of |overall )?(\S+)/,
    )
  ) {
    const [group, measure] = [hit.token(1), hit.token(2)];
    if (group !== undefined && isNoun(group)) groups.push(group);
    if (measure !== undefined && isNoun(measure)) measures.push(measure);
  }
  for (
    const hit of reading.every(
      /\b(?:which|what|the) (?:‹num› |two |three |four |five |six |seven |eight |nine |ten |twenty )?(\S+) (?:that |which |who )?(?!has |have |with )(?:\S+ ){1,3}?(?:the )?(?:most|least|highest|lowest|fewest|largest|biggest|smallest) (?:average |total |mean |median |overall )?(\S+)(?= ?(?:$|\?|,|\.|;|in |of |from |over |during |per |overall))/,
    )
  ) {
    const [group, measure] = [hit.token(1), hit.token(2)];
    if (group === undefined || measure === undefined || !isNoun(group) || !isNoun(measure)) continue;
    if (/^(?:rows?|records?|lines?|entries|values?|columns?|file|table|of)$/.test(group.canon)) continue;
    groups.push(group);
    if (!/^(?:rows?|records?|lines?|entries|times|often)$/.test(measure.canon)) measures.push(measure);
  }
  for (
    const hit of reading.every(
      /\b(?:with|by) (?:the )?(?:most|highest|lowest|largest|biggest|smallest|fewest|least|greatest|longest|shortest) (\S+)/,
    )
  ) {
    const measure = hit.token(1);
    if (measure !== undefined && isColumn(measure) && !measures.includes(measure)) keys.push(measure);
  }
  for (
    const hit of reading.every(
      /\b(?:mean|average|median|total|highest|lowest|maximum|minimum|sum of|max|min) (value|amount|time|number|rate|count|type|status|line) (?:per|by|for|of each|in|from|grouped)\b/,
    )
  ) {
    const measure = hit.token(1);
    if (measure !== undefined) measures.push(measure);
  }
  const grouped = new Set(groups);
  const measured = measures.filter((token) => !grouped.has(token));
  const all = [...explicit, ...measured, ...groups, ...keys].sort((a, b) => a.start - b.start);
  const aliases = aliasesOf(reading);
  const columns = (tokens: readonly Token[]): string[] => [
    ...new Set(names(tokens).map((name) => unalias(aliases, name))),
  ];
  const [found, by] = [columns(measured), columns(groups)];
  // What another word stands for is named by that word's part in the question.
  const spoken = new Set(aliases.values());
  return {
    all: columns(all),
    explicit: columns(explicit).filter((name) =>
      !(spoken.has(name) && (found.includes(name) || by.includes(name)))
    ),
    measures: found,
    groups: by,
    keys: columns(keys),
  };
}

/** Nouns that name amounts, which are added up rather than counted. */
const AMOUNTS = new Set(
  ("revenue turnover amount profit margin cost costs spend spending income earnings expenses quantity qty units hours weight volume premium " +
    "premiums balance budget duration distance kilometers km kg litres liters mileage usage consumption energy kwh salary payroll tax fees fee " +
    "commission discount discounts refunds price prices payout payouts yield tonnage output")
    .split(" "),
);

const RANKED_BY = new Set(
  "sum total average mean median count number maximum minimum highest lowest".split(" "),
);

/** Spans that rows are grouped by; a column is meant only where the goal says so. */
const TIME_UNITS = new Set("hour day week month quarter year".split(" "));

const AGGREGATES = new Set(
  "longest shortest cheapest average mean median sum total minimum maximum min max highest lowest largest smallest biggest distinct unique different latest earliest newest oldest duplicate duplicates null missing empty stddev variance first last cheapest"
    .split(" "),
);
