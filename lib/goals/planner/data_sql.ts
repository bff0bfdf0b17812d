/**
 * From a question about data to SQL that only reads.
 *
 * @module
 */
import type { Columns } from "./data_columns.ts";
import { aliasesOf, unalias } from "./data_aliases.ts";
import { bucketOf, inBuckets } from "./data_buckets.ts";
import { filtersOf, singular } from "./data_filters.ts";
import { AGGREGATE, aggregatesOf, callOf, id, list, type MadeSql, unique } from "./data_sql_parts.ts";
import { havingOf } from "./data_having.ts";
import { twoFiles } from "./data_two_files.ts";
import type { Reading } from "./reading.ts";
import { limitOf, looseAfter, looseKeys, withoutColumns } from "./data_sql_words.ts";

const QUESTION =
  /\b(?:rows?|records?|columns?|average|mean|median|sum|totals?|minimum|maximum|highest|lowest|largest|smallest|cheapest|distinct|unique|duplicates?|duplicate|twice|nulls?|missing values|schema|profile|csv|parquet|ndjson|jsonl|table|tables|dataset|data set|sql|join|group by|top ‹num›|how many|how much|count|number of|per|values?|customers|orders|sales|revenue|sell|sold|earn\w*|spent|spend|bought|purchas\w*|data|figures|numbers|statistics|percentage|share|distribution|histogram|newest|oldest|latest|earliest|compare|gaps|most|least|first|last)\b/;

/** True when the goal reads like a question about data. */
export const isDataQuestion = (reading: Reading): boolean => QUESTION.test(reading.asked);

/** What says in which order rows come. */
const ORDERED =
  /\b(?:biggest|largest|highest|smallest|lowest|newest|oldest|latest|most|best|worst|fewest) (?:ones? |values? |rows? )?(?:first|on top|at the top)\b/g;

/** SQL for the question. `relations` are quoted already; `columns` are those that the goal names. */
export function sqlFor(reading: Reading, relations: readonly string[], columns: Columns): MadeSql {
  const from = relations[0] ?? "''";
  // "biggest first" is an order of rows, not the biggest value.
  const asked = reading.asked.replace(ORDERED, " ");
  const read = filtersOf(reading, columns.all);
  // "readings above 1000 (column value)": the one column that is named is what the condition is about.
  const [only] = columns.explicit;
  const [about] = read.columns;
  const filters =
    columns.explicit.length === 1 && only !== undefined && read.columns.length === 1 && about !== undefined &&
      about !== only && !columns.all.includes(about) && columns.measures.length === 0 &&
      columns.groups.length === 0
      ? {
        conditions: read.conditions.map((one) => one.replaceAll(`"${about}"`, id(only))),
        columns: [only],
        used: new Set([...read.used, only]),
      }
      : read;
  const where = filters.conditions.length === 0 ? "" : ` WHERE ${filters.conditions.join(" AND ")}`;
  const free = (names: readonly string[]): string[] =>
    names.filter((name) =>
      !filters.used.has(name) || columns.groups.includes(name) && !filters.columns.includes(name)
    );
  const made = (sql: string, why: string, intent: MadeSql["intent"] = "sql", wish = ""): MadeSql => ({
    sql,
    why,
    intent,
    ...(wish === "" ? {} : { wish }),
  });
  if (relations.length >= 2) return twoFiles(reading, relations, columns, where);

  const rows = /\b(?:rows?|records?|lines?|entries|ones)\b/.test(asked);
  const superlative =
    /\b(?:top|bottom|newest|latest|oldest|earliest|most recent|largest|biggest|highest|smallest|lowest|longest|shortest|cheapest|last|first)\b/
      .test(asked);
  // "the newest 10 rows by ts": an order of rows, no grouping.
  if (
    rows && superlative && limitOf(reading) !== undefined && columns.groups.length === 1 &&
    columns.measures.length === 0 &&
    columns.keys.length === 0 &&
    !/\b(?:per|each|every|group\w*|count|how many|number of|with the most|most rows)\b/.test(asked)
  ) return sqlFor(reading, relations, { ...columns, keys: columns.groups, groups: [] });
  // "by day" where a column is called so.
  const unit = reading.find(/\b(?:per|by|each|every) (hour|day|week|weekday|month|quarter|year)\b/)
    ?.groups[1];
  const bucket = bucketOf(reading, columns);
  if (
    bucket === undefined && unit !== undefined && columns.explicit.includes(unit) &&
    !columns.groups.includes(unit)
  ) {
    return sqlFor(reading, relations, {
      ...columns,
      groups: [...columns.groups, unit],
      explicit: columns.explicit.filter((name) => name !== unit),
    });
  }
  const measures = free(columns.measures).filter((name) => name !== bucket?.column);
  const explicit = free(columns.explicit).filter((name) => name !== bucket?.column);
  const groups = columns.groups.filter((name) => name !== bucket?.column);
  const limit = limitOf(reading);
  if (bucket !== undefined) {
    return inBuckets(bucket, from, where, groups, unique([...measures, ...explicit]), asked);
  }

  if (
    /\b(?:duplicates?|duplicated|dupes|twice|more than once|repeated|repeats?|double|doubled|several times|multiple times|not unique|uniqueness|(?:is|are) (?:\S+ ){1,3}?unique)\b/
      .test(asked)
  ) {
    const keys = unique([...measures, ...explicit, ...groups, ...looseKeys(reading, columns)]).filter((
      name,
    ) => !filters.columns.includes(name));
    return keys.length > 0
      ? made(
        `SELECT ${list(keys)}, count(*) AS n FROM ${from}${where} GROUP BY ${
          list(keys)
        } HAVING count(*) > 1 ORDER BY n DESC`,
        `finds values of ${keys.join(", ")} that occur more than once`,
        "sql",
        "duplicates",
      )
      : made(
        `SELECT *, count(*) AS n FROM ${from}${where} GROUP BY ALL HAVING count(*) > 1 ORDER BY n DESC LIMIT 100`,
        "finds rows that occur more than once",
        "sql",
        "duplicates",
      );
  }
  if (
    /\b(?:nulls?|missing|empty|blank|blanks|not filled|unfilled|no value|without (?:a |an )?\S+|(?:have|has|had|with|got) no (?!more\b|less\b|fewer\b|duplicates?\b)\S+|gaps|complete|completeness|incomplete|how complete|filled|populated|null count)\b/
      .test(asked) &&
    !/\bnot null\b/.test(where.toLowerCase() === "" ? asked : "") &&
    !(/ NULL\b/.test(where) && !/\b(?:per|by|each|share|percentage)\b/.test(asked))
  ) {
    const some = unique([...measures, ...explicit, ...withoutColumns(reading)]).filter((name) =>
      !filters.columns.includes(name)
    );
    if (some.length > 0) {
      const by = groups.filter((name) => !some.includes(name));
      const counted = some.map((name) =>
        `count(*) FILTER (WHERE ${id(name)} IS NULL) AS ${id(`${name}_nulls`)}`
      ).join(", ");
      return made(
        `SELECT ${by.length > 0 ? `${list(by)}, ` : ""}count(*) AS n, ${counted} FROM ${from}${where}${
          by.length > 0 ? " GROUP BY ALL ORDER BY ALL" : ""
        }`,
        `counts nulls in ${some.join(", ")}`,
      );
    }
    if (/\b(?:nulls?|missing|empty|gaps|complete\w*|incomplete|filled|blank)\b/.test(asked)) {
      return made(`SUMMARIZE FROM ${from}${where}`, "shows each column's share of nulls");
    }
  }
  const schema =
    /\b(?:schema|structure|column names?|columns? (?:are|does|do|has|have|there|exist|list)|which columns|what columns|names? (?:and|,) types?|column types?|data types?|types? of (?:the |each |all )?columns?|describe|layout|fields (?:are|does|do|there)|which fields|what fields|list (?:the |all )?(?:columns|fields)|(?:columns|fields) (?:of|in|for|inside) (?:the )?(?:table|file|view)|‹path› (?:columns|fields)|the columns|types)\b|\b(?:columns|fields) (?:\S+ )?‹path›/
      .test(asked);
  if (
    schema && !AGGREGATE.some(([words]) => words.test(asked)) &&
    !/\b(?:count|sum|rows|group)\b/.test(asked.replace(/\bhow many columns\b/, "")) &&
    columns.measures.length === 0 &&
    columns.explicit.length < 2
  ) {
    return made(`DESCRIBE SELECT * FROM ${from}`, "shows columns and their types", "schema");
  }
  const product = reading.find(/(\S+) (?:times|\*|multiplied by) (?:the )?(\S+)/);
  const [one, two] = [product?.token(1)?.raw, product?.token(2)?.raw];
  if (
    one !== undefined && two !== undefined && /^[A-Za-z_]\w*$/.test(one) && /^[A-Za-z_]\w*$/.test(two) &&
    !/^(?:how|many|several|of|in|the|at|three|two|four|five)$/i.test(one) &&
    /\b(?:sum|total|average|mean|max\w*|min\w*|how much|revenue)\b/.test(asked)
  ) {
    const call = aggregatesOf(asked)[0] ?? "sum";
    const by = groups.filter((name) => name !== one && name !== two);
    return made(
      `SELECT ${by.length > 0 ? `${list(by)}, ` : ""}${call}(${id(one)} * ${id(two)}) AS ${
        id(`${call}_${one}_${two}`)
      } FROM ${from}${where}${by.length > 0 ? " GROUP BY ALL ORDER BY ALL" : ""}`,
      `computes ${one} times ${two}`,
    );
  }
  const spread = reading.find(
    /\b(?:frequency|frequencies|distribution|histogram|breakdown|value counts?|counts?|spread|split|tally) (?:of|by|for|per) (?:the |each |all )?(?:values? (?:of|in) |column |field )*(\S+)/,
  ) ?? reading.find(
    /\bhow often (?:does |do |is |are )?(?:each |every |the )(?:value of |distinct |different )?(\S+)/,
  ) ??
    reading.find(
      /\bvalues? of (?:column )?(\S+) (?:and|with|,) (?:how often|their (?:counts?|frequenc)|counts?|the number)/,
    );
  const spreadOver = spread?.token(1)?.raw;
  if (
    spreadOver !== undefined && groups.length === 0 && /^[A-Za-z_]\w*$/.test(spreadOver) &&
    !/^(?:rows?|records?|lines?|entries|values?|every|all|each|in|the|nulls?|duplicates?|distinct|columns?|orders|appears?|occurs?)$/
      .test(spreadOver.toLowerCase()) &&
    aggregatesOf(asked).length === 0 && !/\b(?:distinct|different|unique)\b/.test(asked)
  ) {
    return made(
      `SELECT ${id(spreadOver)}, count(*) AS n FROM ${from}${where} GROUP BY ALL ORDER BY n DESC LIMIT ${
        limitOf(reading) ?? 1000
      }`,
      `counts the rows for each value of ${spreadOver}`,
    );
  }
  if (
    /\b(?:percentage|percent|share|proportion|fraction|ratio)\b/.test(asked) &&
    filters.conditions.length > 0 &&
    measures.filter((name) => !filters.columns.includes(name)).length === 0
  ) {
    const condition = filters.conditions.join(" AND ");
    return made(
      `SELECT ${
        groups.length > 0 ? `${list(groups)}, ` : ""
      }count(*) FILTER (WHERE ${condition}) AS n, count(*) AS "all", round(100.0 * count(*) FILTER (WHERE ${condition}) / count(*), 2) AS percent FROM ${from}${
        groups.length > 0 ? " GROUP BY ALL ORDER BY ALL" : ""
      }`,
      "computes the share of the rows that match",
    );
  }
  const pair = reading.find(/\bcorrelat\w* (?:of|between) (?:the )?(\S+) (?:and|with) (?:the )?(\S+)/);
  const [left, right] = [pair?.token(1)?.raw, pair?.token(2)?.raw];
  if (
    left !== undefined && right !== undefined && /^[A-Za-z_]\w*$/.test(left) && /^[A-Za-z_]\w*$/.test(right)
  ) {
    return made(
      `SELECT corr(${id(left)}, ${id(right)}) AS correlation FROM ${from}${where}`,
      "computes their correlation",
    );
  }
  if (
    /\b(?:profile|profiling|summary statistics|summarise|summary|statistics|stats|overview|data quality|quality|sanity check|eda|explore|distribution of (?:all|every|each))\b/
      .test(asked) && measures.length === 0 && groups.length === 0
  ) {
    return made(`SUMMARIZE FROM ${from}${where}`, "profiles every column");
  }

  const counted = reading.find(/\bhow many (\S+)/)?.token(1)?.raw;
  // "how many kilos (kg)": what a column of its own tells is added up.
  const amount = counted === undefined ? undefined : unalias(aliasesOf(reading), counted);
  const isAmount = amount !== undefined && amount !== counted &&
    /^(?:kilos?|kilograms?|tons?|tonnes|litres?|liters?|hours?|minutes?|days?|units?|items|pieces|miles|km|kilomet\w+|dollars?|euros?|pounds|seats|points|bytes|tickets|guests|passengers|copies)$/i
      .test(counted ?? "");
  if (isAmount && !measures.includes(amount)) {
    return sqlFor(reading, relations, {
      ...columns,
      measures: [...columns.measures, amount],
      explicit: columns.explicit.filter((name) => name !== counted),
      all: [...columns.all, amount],
    });
  }
  const aggregates = unique([
    ...aggregatesOf(asked),
    ...[...reading.goal.slice(0, 8192).matchAll(/\b(max|min|avg|sum|median)\([A-Za-z_]\w*\)/gi)].map((call) =>
      (call[1] ?? "").toLowerCase()
    ),
    // "how many kg of each variety", where kg is a column: its sum.
    ...(counted !== undefined && (explicit.includes(counted) || isAmount) ? ["sum"] : []),
  ]);
  const ordering = columns.keys;
  if (/\b(?:distinct|unique|different)\b/.test(asked)) {
    const some = unique([...measures, ...explicit]).filter((name) => !groups.includes(name));
    const target = some.length > 0
      ? some
      : looseAfter(reading, /\b(?:distinct|unique|different) (?:values (?:of|in) |the )?(\S+)/);
    if (target.length > 0) {
      if (/\b(?:how many|count|number of|cardinality)\b/.test(asked)) {
        const counted = target.map((name) => `count(DISTINCT ${id(name)}) AS ${id(`distinct_${name}`)}`).join(
          ", ",
        );
        return made(
          `SELECT ${groups.length > 0 ? `${list(groups)}, ` : ""}${counted} FROM ${from}${where}${
            groups.length > 0 ? " GROUP BY ALL ORDER BY ALL" : ""
          }`,
          `counts distinct values of ${target.join(", ")}`,
        );
      }
      return made(
        `SELECT DISTINCT ${list(target)} FROM ${from}${where} ORDER BY ALL LIMIT 1000`,
        `lists distinct values of ${target.join(", ")}`,
      );
    }
  }
  const topN =
    /\b(?:top|largest|biggest|highest|most expensive|smallest|lowest|cheapest|latest|newest|oldest|earliest|best|worst|longest|shortest|slowest|fastest|greatest)\b/
      .test(asked);
  if (limit !== undefined && topN && groups.length === 0 || limit !== undefined && ordering.length > 0) {
    const counted = ordering.length === 0 && explicit.length === 0 ? measures[0] : undefined;
    // "the 5 largest amounts": the number makes the plural, not the column.
    const by = ordering[0] ??
      (counted !== undefined && limit !== 1
        ? singular(counted)
        : measures[0] !== undefined && explicit[0] !== undefined && !explicit.includes(measures[0]) &&
            measures[0].endsWith("s")
        ? explicit[0]
        : measures[0]) ??
      explicit[0] ??
      looseAfter(reading, /\bby (?:the )?(\S+)/)[0];
    const ascending = /\b(?:smallest|lowest|cheapest|oldest|earliest|shortest|bottom|fastest|ascending)\b/
      .test(asked);
    if (by !== undefined) {
      return made(
        `SELECT * FROM ${from}${where} ORDER BY ${id(by)} ${
          ascending ? "ASC" : "DESC"
        } NULLS LAST LIMIT ${limit}`,
        `shows the ${limit} rows with the ${ascending ? "lowest" : "highest"} ${by}`,
      );
    }
  }
  if (
    explicit.length === 0 && measures.length === 0 && groups.length === 0 &&
    /\b(?:do|does|has|have) (?:all|every|each|any) (?:\S+ ){1,4}?(?:have|has|carry|carries) (?:a |an |its |their )?\S+/
      .test(asked)
  ) {
    const held = looseAfter(
      reading,
      /\b(?:do|does) (?:all|every|each|any) (?:\S+ ){1,4}?(?:have|has|carry|carries) (?:a |an |its |their )?(\S+)/,
    );
    if (held.length > 0) {
      return made(
        `SELECT count(*) AS n, ${
          held.map((name) => `count(*) FILTER (WHERE ${id(name)} IS NULL) AS ${id(`${name}_nulls`)}`).join(
            ", ",
          )
        } FROM ${from}${where}`,
        `counts rows without ${held.join(", ")}`,
      );
    }
  }
  if (groups.length > 0 || aggregates.length > 0 && (measures.length > 0 || explicit.length > 0)) {
    const targets = unique([...measures, ...explicit]).filter((name) =>
      !groups.includes(name) && (!filters.columns.includes(name) || measures.includes(name))
    );
    const byRank = ordering.length === 0 && limit !== undefined && topN ? groups : [];
    const grouping = groups.filter((name) =>
      !(targets.length === 0 && aggregates.length > 0 && groups.length > 1 && name === byRank[0])
    );
    const functions = aggregates.length > 0
      ? aggregates
      : targets.length > 0 && (limit !== undefined || /\b(?:most|least|fewest|highest|lowest)\b/.test(asked))
      ? ["sum"]
      : [];
    const selected = targets.flatMap((name) =>
      functions.map((one) => `${callOf(one, name, reading.goal)} AS ${id(`${one}_${name}`)}`)
    );
    const rank = /\b(?:most|fewest|least) (?:rows|records|entries|lines|of them)\b/.test(asked) ||
      selected.length === 0;
    const columnsText = [
      ...grouping.map(id),
      ...(rank || functions.length === 0 ? ["count(*) AS n"] : []),
      ...selected,
    ].join(", ");
    const groupText = grouping.length > 0 ? ` GROUP BY ALL${havingOf(reading)}` : "";
    const order = grouping.length === 0
      ? ""
      : rank || selected.length === 0
      ? " ORDER BY n DESC"
      : limit !== undefined ||
          /\b(?:most|highest|top|best|sorted|descending|fewest|least|lowest)\b/.test(asked) ||
          asked !== reading.asked
      ? ` ORDER BY ${id(`${functions[0]}_${targets[0]}`)} ${
        /\b(?:lowest|fewest|least|ascending|worst|bottom)\b/.test(asked) &&
          !/\b(?:highest|most|top)\b/.test(asked)
          ? "ASC"
          : "DESC"
      }`
      : " ORDER BY ALL";
    return made(
      `SELECT ${columnsText} FROM ${from}${where}${groupText}${order}${
        limit !== undefined && grouping.length > 0 ? ` LIMIT ${limit}` : ""
      }`,
      "computes what the question asks for",
    );
  }
  if (
    where === "" && limit === undefined &&
      /^(?:(?:total|all|please|the|and|number) )*(?:rows|records|lines|entries) (?:in|of|inside) (?:the )?(?:file |table )?\S+(?: (?:of|in) \S+)? ?\??$/
        .test(asked) ||
    /\b(?:how many|count|number of|row count|rowcount|size|counts|amount of (?:rows|records)|how big|how large|any rows)\b/
      .test(asked)
  ) {
    return made(
      `SELECT count(*) AS n FROM ${from}${where}`,
      filters.conditions.length > 0 ? "counts the rows that match" : "counts the rows",
    );
  }
  if (aggregates.length > 0 && limit === undefined && !/\b(?:rows|records|lines|entries)\b/.test(asked)) {
    return made(`SUMMARIZE FROM ${from}${where}`, "shows lowest, highest and average values of every column");
  }
  if (explicit.length > 0 || measures.length > 0) {
    const some = unique([...explicit, ...measures]);
    return made(
      `SELECT ${list(some)} FROM ${from}${where} LIMIT ${limit ?? 100}`,
      `shows ${some.join(", ")}`,
    );
  }
  if (
    where !== "" || limit !== undefined ||
    /\b(?:sample|preview|example|head|peek|rows|show|print|display|look)\b/.test(asked)
  ) {
    return made(`SELECT * FROM ${from}${where} LIMIT ${limit ?? 100}`, "shows rows");
  }
  return made(`SUMMARIZE FROM ${from}`, "profiles every column");
}
