/**
 * Conditions that a goal puts on rows, as SQL.
 *
 * @module
 */
import { NO_COLUMN } from "./lexicon/no_column.ts";
import type { Reading } from "./reading.ts";
import type { Token } from "./text/tokens.ts";

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export interface Filters {
  /** Conditions, to be joined by AND. */
  readonly conditions: readonly string[];
  /** Columns that conditions stand on. */
  readonly columns: readonly string[];
  /** Columns and values that conditions use up: no measure, no group. */
  readonly used: ReadonlySet<string>;
}

/** Words that compare, by what they say of the column: the value is smaller, or greater. */
const MORE =
  "greater|more|larger|bigger|higher|later|older|newer|longer|heavier|taller|hotter|warmer|faster|dearer|pricier|costlier|worse";
const LESS = "less|fewer|smaller|lower|earlier|younger|shorter|lighter|colder|cooler|slower|cheaper";
const BE = "(?:is |are |was |were |be |being |lies |lie |falls |fell )?";

const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      `^${BE}(?:(?:${MORE}) than or (?:equal(?: to)?|the same as)|at least|(?:not|no) (?:${LESS}|before|below|under) than|not (?:before|below|under)|>=|from|since|on or after|starting|not under)$`,
    ),
    ">=",
  ],
  [
    new RegExp(
      `^${BE}(?:(?:${LESS}) than or (?:equal(?: to)?|the same as)|at most|(?:not|no) (?:${MORE}) than|not (?:above|over|after|beyond)|<=|up to|until|till|on or before|through)$`,
    ),
    "<=",
  ],
  [
    new RegExp(
      `^${BE}(?:(?:${MORE}) than|over|above|exceeds?|exceeding|exceeded|>|after|beyond|past|in excess of)$`,
    ),
    ">",
  ],
  [new RegExp(`^${BE}(?:(?:${LESS}) than|under|below|beneath|<|before|prior to|short of)$`), "<"],
  [
    /^(?:is not|are not|was not|were not|isn't|!=|<>|not equal(?: to)?|does not equal|other than|differs? from|is different from|different from|anything but|not)$/,
    "<>",
  ],
  [
    /^(?:=|==|is|are|equals|equal to|is equal to|:|was|were|being|of|set to|is set to|has the value|with value|stands at|reads)$/,
    "=",
  ],
];

const OPERATOR_WORDS =
  `is not|are not|was not|were not|does not equal|not equal to|not equal|is different from|differs from|${BE}(?:${MORE}|${LESS}) than or equal to|${BE}(?:not |no )?(?:${MORE}|${LESS}) than|${BE}(?:not )?(?:at least|at most|on or after|on or before|over|above|under|below|beneath|after|before|past|beyond|prior to|in excess of|since|until|up to)|is equal to|is set to|set to|equal to|equals|exceeds|exceeding|exceeded|from|is|are|was|were|>=|<=|==|=|>|<|!=|<>|of|being`;

/** A condition behind a word that introduces one: "where amount is over 100". */
const CLAUSE = new RegExp(
  `${
    /\b(?:where|whose|only (?:the )?(?:rows |those |records |ones |orders |entries |lines )?(?:with|where|whose|of|for|from|in|since)?|having|with|and|when|if|for|filter(?:ed)? (?:on|by|to)?|rows (?:with|where|whose|of|since)|that have|limited to|restricted to|which have|in which|but only|,|from|in) (?:the |a |an |column |field |their |its )*(\S+) ?/
      .source
  }(${OPERATOR_WORDS}) (?:the |a |an |value )*(\\S+)`,
);
/** "amount > 100": a name, an operator, a value. */
const COMPARED = new RegExp(`(\\S+) (${OPERATOR_WORDS}) (\\S+)`);

/** Words that compare with a number, whatever stands before them. */
const COMPARING =
  /^(?:is |are |was |were |be |being |lies |lie |falls |fell )?(?:not |no )?(?:\w+ than|over|above|under|below|beneath|at least|at most|exceed\w*|in excess)/;

const operatorOf = (text: string): string | undefined =>
  OPERATORS.find(([pattern]) => pattern.test(text))?.[1];

/** Conditions of the goal. `known` are columns that it names anywhere. */
export function filtersOf(reading: Reading, known: readonly string[]): Filters {
  const conditions: string[] = [];
  const columns: string[] = [];
  const used = new Set<string>();
  const add = (column: string, operator: string, value: Token): void => {
    const number = value.literal === "num" && /^\d+(?:\.\d+)?$/.test(value.raw);
    const text = `${identifier(column)} ${operator} ${
      number ? value.raw : literal(value.raw.replace(/%$/, ""))
    }`;
    if (conditions.includes(text)) return;
    conditions.push(text);
    if (!columns.includes(column)) columns.push(column);
    used.add(value.raw);
  };
  const isColumn = (token: Token | undefined): token is Token =>
    token !== undefined && /^[A-Za-z_]\w*$/.test(token.raw) && !NO_COLUMN.has(token.canon) &&
    (token.literal === undefined || token.literal === "name" || token.literal === "quoted");
  for (const token of reading.askedLiterals("selector")) {
    const parts = /^([A-Za-z_]\w*)(!=|==|=|>=|<=)(["']?)(.+)\3$/.exec(token.raw);
    if (parts === null || /^(?:n|top|limit|k)=\d+$/i.test(token.raw)) continue;
    const value = parts[4] ?? "";
    const number = /^\d+(?:\.\d+)?$/.test(value);
    conditions.push(
      `${identifier(parts[1] ?? "")} ${parts[2] === "!=" ? "<>" : parts[2] === "==" ? "=" : parts[2]} ${
        number ? value : literal(value)
      }`,
    );
    columns.push(parts[1] ?? "");
  }
  for (const hit of reading.every(/(\S+) (?:is |are |was |were )?(?:between) (\S+) and (\S+)/)) {
    const [column, from, to] = [hit.token(1), hit.token(2), hit.token(3)];
    if (from === undefined || to === undefined || from.literal === undefined) continue;
    const dated = from.literal === "date" || from.literal === "instant";
    const times = known.filter((name) => DATE_COLUMN.test(name));
    if (dated && times.length === 1 && times[0] !== undefined && !known.includes(column?.raw ?? "")) {
      // "orders between 2024-01-01 and 2024-03-31, by placed_at": what is between is the time.
      add(times[0], ">=", from);
      add(times[0], "<=", to);
      continue;
    }
    if (!isColumn(column)) continue;
    add(column.raw, ">=", from);
    add(column.raw, "<=", to);
  }
  for (const hit of reading.every(/(\S+) (?:is |are )?(not )?(?:null|missing|empty|blank)\b/)) {
    const column = hit.token(1);
    if (
      !isColumn(column) ||
      !(/\b(?:where|whose|only|with|rows|having)\b/.test(
        reading.asked.slice(Math.max(0, hit.index - 40), hit.index),
      ) || / null$/.test(hit.text) && /_/.test(column.raw) && /\b(?:is|are|not) /.test(hit.text))
    ) continue;
    conditions.push(`${identifier(column.raw)} IS ${hit.groups[2] === undefined ? "" : "NOT "}NULL`);
    columns.push(column.raw);
  }
  const text = (
    column: Token | undefined,
    value: Token | undefined,
    make: (text: string) => string,
    not = "",
  ): void => {
    if (!isColumn(column) || value === undefined || value.raw === "" || value.literal === "path") return;
    conditions.push(`${identifier(column.raw)} ${not}LIKE ${literal(make(value.raw))}`);
    columns.push(column.raw);
    used.add(value.raw);
  };
  for (
    const hit of reading.every(/(\S+) (?:is |are )?(not )?(?:like|ilike|matching|matches) (‹quoted›|‹name›)/)
  ) {
    text(
      hit.token(1),
      hit.token(3),
      (raw) => /[%_]/.test(raw) ? raw : `%${raw}%`,
      hit.groups[2] === undefined ? "" : "NOT ",
    );
  }
  for (
    const hit of reading.every(
      /(\S+)(?: in ‹path›)? (?:does |do )?(not )?(?:starts?|starting|begins?|beginning) with (?:the )?(?:letter |prefix |text )?(\S+)/,
    )
  ) {
    text(hit.token(1), hit.token(3), (raw) => `${raw}%`, hit.groups[2] === undefined ? "" : "NOT ");
  }
  for (
    const hit of reading.every(
      /(\S+)(?: in ‹path›)? (?:does |do )?(not )?(?:ends?|ending) (?:with|in) (?:the )?(‹quoted›|‹name›|\S+)/,
    )
  ) {
    text(hit.token(1), hit.token(3), (raw) => `%${raw}`, hit.groups[2] === undefined ? "" : "NOT ");
  }
  for (
    const hit of reading.every(
      /\b(?:where|whose|with|rows|values of) (?:the )?(?:column )?(\S+) (?:does |do )?(not )?(?:contains?|containing|includes?|including|has|mentions?) (?:the )?(?:text |word )?(‹quoted›|‹name›)/,
    )
  ) text(hit.token(1), hit.token(3), (raw) => `%${raw}%`, hit.groups[2] === undefined ? "" : "NOT ");
  // "status is open or held", "country in ('DE', 'AT')".
  for (
    const hit of reading.every(
      /(\S+) (?:is |are |= |being )?(not )?(?:in|one of|either|any of) (?:, )?(‹quoted›|‹num›|[^\s‹]+) ?(?:,|or|and) (‹quoted›|‹num›|[^\s‹]+)(?: ?(?:,|or|and) (‹quoted›|‹num›))?/,
    )
  ) {
    const [column, ...values] = [hit.token(1), hit.token(3), hit.token(4), hit.token(5)];
    const held = values.filter((value): value is Token => value !== undefined);
    if (
      !isColumn(column) ||
      !held.every((value) =>
        value.literal === "quoted" || value.literal === "num" || /^[A-Z]{2,}$/.test(value.raw)
      )
    ) continue;
    const list = held.map((value) => value.literal === "num" ? value.raw : literal(value.raw)).join(", ");
    conditions.push(`${identifier(column.raw)} ${hit.groups[2] === undefined ? "" : "NOT "}IN (${list})`);
    columns.push(column.raw);
    for (const value of held) used.add(value.raw);
  }
  for (
    const hit of reading.every(
      /(\S+) (?:is |are |values? )?(?:outside|not between|out of) (?:of )?(?:the range |range )?(‹num›) (?:and|to|-) (‹num›)/,
    )
  ) {
    const [column, low, high] = [hit.token(1), hit.token(2), hit.token(3)];
    if (!isColumn(column) || low === undefined || high === undefined) continue;
    conditions.push(`(${identifier(column.raw)} < ${low.raw} OR ${identifier(column.raw)} > ${high.raw})`);
    columns.push(column.raw);
  }
  for (const hit of reading.every(CLAUSE)) {
    const [column, value] = [hit.token(1), hit.token(3)];
    const operator = operatorOf(hit.groups[2] ?? "");
    if (!isColumn(column) || value === undefined || operator === undefined) continue;
    if (!conditional(value, hit.groups[2] ?? "", known.includes(column.raw), reading, hit.index)) continue;
    add(column.raw, operator, value);
  }
  // "amount > 100", "price over 20": a named column, an operator, a value.
  for (const hit of reading.every(COMPARED)) {
    const [column, value] = [hit.token(1), hit.token(3)];
    const operator = operatorOf(hit.groups[2] ?? "");
    if (!isColumn(column) || value === undefined || operator === undefined) continue;
    const symbol = /[<>=]/.test(hit.groups[2] ?? "");
    const comparing = COMPARING.test(hit.groups[2] ?? "") &&
      (value.literal === "num" || value.literal === "percent");
    if (!symbol && !comparing && !known.includes(column.raw)) continue;
    if (/^(?:of|is|are|from|was|were)$/.test(hit.groups[2] ?? "") && value.literal !== "quoted") continue;
    if (!["num", "date", "quoted", "instant", "percent", "name"].includes(value.literal ?? "") && !symbol) {
      continue;
    }
    if (value.literal === "path") continue;
    add(column.raw, operator, value);
  }
  // "with status open", "whose country is DE", "country DE": a column beside a bare value.
  for (
    const hit of reading.every(
      /\b(?:with|where|having|whose) (?:the )?(\S+) (?:is |in |of |either )?(\S+) or (\S+)/,
    )
  ) {
    const [column, one, two] = [hit.token(1), hit.token(2), hit.token(3)];
    if (
      !isColumn(column) || one === undefined || two === undefined ||
      columns.includes(column.raw) && !/ or /.test(hit.text)
    ) continue;
    const values = [one, two];
    if (
      values.some((value) =>
        !/^[\w.-]+$/.test(value.raw) || NO_COLUMN.has(value.canon) || value.literal === "path"
      )
    ) continue;
    const text = `${identifier(column.raw)} IN (${
      values.map((value) => value.literal === "num" ? value.raw : literal(value.raw)).join(", ")
    })`;
    for (let index = conditions.length - 1; index >= 0; index -= 1) {
      if (conditions[index]?.startsWith(`${identifier(column.raw)} = `)) conditions.splice(index, 1);
    }
    conditions.push(text);
    columns.push(column.raw);
    for (const value of values) used.add(value.raw);
  }
  for (const hit of reading.every(/\b(?:with|where|having|whose) (?:the )?(\S+) (\S+)/)) {
    const [column, value] = [hit.token(1), hit.token(2)];
    if (
      !isColumn(column) || value === undefined || operatorOf(value.canon) !== undefined ||
      NO_COLUMN.has(value.canon)
    ) continue;
    if (
      !["quoted", "name", "num"].includes(value.literal ?? "") && !/^[A-Z]/.test(value.raw) &&
      value.literal !== undefined
    ) continue;
    if (columns.includes(column.raw) || /^[,.;?!]$/.test(value.canon) || value.literal === "path") continue;
    if (/^(?:most|least|highest|more|less)$/.test(column.canon)) continue;
    add(column.raw, "=", value);
  }
  // "… and payment 'cash'".
  for (const hit of reading.every(/\b(?:and|or|,) (?:the |a |an )?(\S+) (‹quoted›)/)) {
    const [column, value] = [hit.token(1), hit.token(2)];
    if (!isColumn(column) || value === undefined || columns.includes(column.raw) || conditions.length === 0) {
      continue;
    }
    if (/\.(?:csv|parquet|json)/.test(value.raw)) continue;
    add(column.raw, "=", value);
  }
  // "negative prices", "amount is negative": a comparison with nought.
  for (const [pattern, operator] of SIGNS) {
    for (const hit of reading.every(pattern)) {
      const column = isColumn(hit.token(2)) ? hit.token(2) : hit.token(1);
      if (!isColumn(column)) continue;
      const name = known.includes(column.raw) ? column.raw : singular(column.raw);
      const text = `${identifier(name)} ${operator} 0`;
      if (!conditions.includes(text)) conditions.push(text);
      columns.push(name);
      used.add(column.raw);
    }
  }
  // "total of premium since 2025-01-01 (column start_date)": the one column that is a time.
  if (!conditions.some((one) => /'\d{4}-\d\d/.test(one))) {
    const times = known.filter((name) => DATE_COLUMN.test(name) && !columns.includes(name));
    const [time] = times;
    if (times.length === 1 && time !== undefined) {
      for (
        const hit of reading.every(
          /\b(since|from|after|before|until|till|on or after|on or before) (‹(?:date|instant)›)/,
        )
      ) {
        const [operator, value] = [operatorOf(hit.groups[1] ?? ""), hit.token(2)];
        if (operator !== undefined && value !== undefined) add(time, operator, value);
      }
    }
  }
  // "in 2023", "for March": a year that is no value of a column yet, over the one column that tells the year.
  const year = reading.find(
    /\b(?:in|for|of|during|only|year|from) (‹num›)(?= ?(?:$|,|\.|;|\?|and |only|by |per |from |in |, ))/,
  )?.token(1)?.raw;
  if (year !== undefined && /^(?:19|20)\d\d$/.test(year) && !used.has(year)) {
    const named = known.find((name) => /(?:^|_)(?:year|yr|season|fy|fiscal_year)$/i.test(name));
    const times = known.filter((name) => DATE_COLUMN.test(name) && name !== named);
    if (named !== undefined && !columns.includes(named)) {
      conditions.push(`${identifier(named)} = ${year}`);
      columns.push(named);
    } else if (times.length === 1 && times[0] !== undefined && !columns.includes(times[0])) {
      conditions.push(
        `${identifier(times[0])} >= '${year}-01-01'`,
        `${identifier(times[0])} < '${Number(year) + 1}-01-01'`,
      );
      columns.push(times[0]);
    }
  }
  // "skipping rows where refunded is true": what is named is left out.
  const negated = reading.has(
    /\b(?:skip|skipping|exclude|excluding|ignore|ignoring|without|except|not counting|leave out|leaving out|minus|drop) (?:the |all |any |those |every )*(?:rows?|records?|lines?|entries|ones|\S+) (?:where|with|whose|that|which|in which)\b/,
  );
  if (negated && conditions.length === 1) conditions[0] = `NOT (${conditions[0] ?? ""})`;
  for (const column of columns) used.add(column);
  return { conditions: [...new Set(conditions)], columns: [...new Set(columns)], used };
}

/** A name in brackets behind it is the column's own. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:negative|below zero|under zero) (?:values? (?:of|in|for) (?:the )?)?(\S+)(?: , (\S+) ,)?/, "<"],
  [/(\S+) (?:is |are |was |were |being )?(?:negative|below zero|less than zero)\b/, "<"],
];

/** Names of columns that hold times. */
export const DATE_COLUMN =
  /(?:^|_)(?:date|time|day|at|on|ts|timestamp|datetime|when|month)$|(?:date|time|At|On)$|^(?:ts|created|updated|ordered|sold)(?:$|_)/;

/** What is counted stands in the plural; its column mostly doesn't. */
export const singular = (name: string): string =>
  /ies$/.test(name) ? name.replace(/ies$/, "y") : /[^su]s$/.test(name) ? name.slice(0, -1) : name;

/** Whether "x is y" in the goal is a condition rather than a statement about the file. */
function conditional(
  value: Token,
  operator: string,
  known: boolean,
  reading: Reading,
  index: number,
): boolean {
  if (["path", "url", "sql"].includes(value.literal ?? "")) return false;
  if (["num", "date", "quoted", "instant", "percent"].includes(value.literal ?? "")) return true;
  if (/[<>=]/.test(operator)) return true;
  if (NO_COLUMN.has(value.canon) && !/^(?:open|closed|true|false)$/.test(value.canon)) return false;
  const before = reading.asked.slice(Math.max(0, index - 2), index + 12);
  return known || /\b(?:where|whose|only|having|rows)\b/.test(before) || value.literal === "name" ||
    /^[A-Z]{2,}/.test(value.raw);
}
