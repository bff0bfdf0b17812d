/**
 * SQL over two files: joins, what the one lacks, comparisons.
 *
 * @module
 */
import type { Columns } from "./data_columns.ts";
import { aggregatesOf, id, list, type MadeSql, unique } from "./data_sql_parts.ts";
import type { Reading } from "./reading.ts";

/** SQL for a question about two files or more. `relations` are quoted already. */
export function twoFiles(
  reading: Reading,
  relations: readonly string[],
  columns: Columns,
  where: string,
): MadeSql {
  const [left = "''", right = "''"] = relations;
  const asked = reading.asked;
  const keys = columns.keys.length > 0
    ? columns.keys
    : columns.explicit.map((name) => name.replace(/((?:^|_)(?:id|key|no|nr|code))s$/i, "$1"))
      .filter((name) => /_?(?:id|key|no|nr|code)$/i.test(name)).slice(0, 1);
  const lacking = reading.find(
    /\b(?:which|what|any|every|all|those|the) (\S+) (?:\S+ ){0,3}?(?:in|of|from) (?:the )?(?:file )?‹path› (?:but|and|that|which|yet)? ?(?:\S+ ){0,3}?(?:not|missing|absent|lack\w*) (?:\S+ ){0,2}?(?:in|from) (?:the )?‹path›/,
  )?.token(1)?.raw;
  if (
    keys.length === 0 && lacking !== undefined && /^[A-Za-z_]\w*$/.test(lacking) &&
    !/^(?:rows?|records?|lines?|entries|values?|ones|data|columns?)$/i.test(lacking)
  ) {
    return {
      sql: `SELECT a.* FROM ${left} a ANTI JOIN ${right} b USING (${id(lacking)})${where} LIMIT 1000`,
      why: `finds rows whose ${lacking} the other file lacks`,
      intent: "sql",
    };
  }
  const compared = /\b(?:compare[ds]?|comparing|comparison|differ\w*|diff|reconcile)\b/.test(asked) &&
    columns.keys.length === 0;
  const changed = reading.find(
    /\b(?:which|what) (\S+) (?:has |have |had |with )?(?:a |an )?(?:changed|changes|differs?|differ|different|differing|moved|other)(?: (?:in |its |their |the )*(\S+))?/,
  );
  const changedKey = changed?.token(1)?.raw;
  const changedValue = changed?.groups[2] === undefined ? undefined : changed.token(2)?.raw;
  const isName = (text: string | undefined): text is string =>
    text !== undefined && /^[A-Za-z_]\w*$/.test(text) &&
    !/^(?:rows?|lines?|records?|values?|columns?|ones|in|between|from|and|or|files?|entries)$/i.test(text);
  if (compared && keys.length === 0 && columns.groups.length === 0 && isName(changedKey)) {
    return twoFiles(reading, relations, {
      ...columns,
      groups: [changedKey],
      measures: isName(changedValue)
        ? [changedValue]
        : columns.measures.filter((name) => name !== changedKey),
      explicit: columns.explicit.filter((name) => name !== changedKey),
    }, where);
  }
  const by = compared && keys.length === 0 ? columns.groups.slice(0, 3) : keys;
  if (compared && by.length > 0 && !/\b(?:sum|average|total|count per|how many)\b/.test(asked)) {
    const rest = unique([...columns.measures, ...columns.explicit]).filter((name) => !by.includes(name))
      .slice(0, 8);
    const shown = rest.flatMap((
      name,
    ) => [`a.${id(name)} AS ${id(`first_${name}`)}`, `b.${id(name)} AS ${id(`second_${name}`)}`]);
    const changed = rest.map((name) => ` OR a.${id(name)} IS DISTINCT FROM b.${id(name)}`).join("");
    const first = id(by[0] ?? "");
    return {
      sql: `SELECT ${
        [
          list(by),
          `CASE WHEN b.${first} IS NULL THEN 'only in the first' WHEN a.${first} IS NULL THEN 'only in the second' ELSE 'differs' END AS side`,
          ...shown,
        ].join(", ")
      } FROM ${left} a FULL JOIN ${right} b USING (${
        list(by)
      }) WHERE (a.${first} IS NULL OR b.${first} IS NULL${changed}) LIMIT 1000`,
      why: `compares the two by ${by.join(", ")}`,
      intent: "sql",
    };
  }
  const joining = /\b(?:join|joined|match|matching|combine|merge|link|look up|enrich|together)\b/.test(asked);
  const missing =
    /\b(?:not in|missing (?:in|from)|without|absent|no match|unmatched|lack\w*|only in|do not (?:exist|appear)|does not (?:exist|appear))\b/
      .test(asked);
  const made = (sql: string, why: string): MadeSql => ({ sql, why, intent: "sql" });
  if (keys.length > 0 && missing) {
    return made(
      `SELECT a.* FROM ${left} a ANTI JOIN ${right} b USING (${list(keys)})${where} LIMIT 1000`,
      `finds rows whose ${keys.join(", ")} the other file lacks`,
    );
  }
  if (keys.length > 0 && (joining || !/\b(?:compare|differ\w*|diff|same|changed|identical)\b/.test(asked))) {
    const groups = columns.groups.filter((name) => !keys.includes(name));
    const targets = unique([...columns.measures, ...columns.explicit]).filter((name) =>
      !groups.includes(name) && !keys.includes(name)
    );
    const functions = aggregatesOf(asked);
    const used = functions.length > 0 ? functions : [];
    const selected = targets.flatMap((name) =>
      used.length > 0 ? used.map((one) => `${one}(${id(name)}) AS ${id(`${one}_${name}`)}`) : [id(name)]
    );
    const counting = /\b(?:how many|count|number of)\b/.test(asked);
    const columnsText = [
      ...groups.map(id),
      ...(counting && selected.length === 0 || groups.length > 0 && selected.length === 0
        ? ["count(*) AS n"]
        : []),
      ...selected,
    ].join(", ");
    const aggregated = groups.length > 0 || used.length > 0 && targets.length > 0;
    return made(
      `SELECT ${columnsText === "" ? "*" : columnsText} FROM ${left} a JOIN ${right} b USING (${
        list(keys)
      })${where}${
        aggregated && groups.length > 0
          ? " GROUP BY ALL ORDER BY ALL"
          : counting || aggregated
          ? ""
          : " LIMIT 1000"
      }`,
      `joins the two on ${keys.join(", ")}`,
    );
  }
  if (
    /\b(?:rows?|how many|count|number of)\b/.test(asked) &&
    !/\b(?:differ\w*|diff|changed|not in|only in|compare)\b/.test(asked)
  ) {
    return made(
      relations.map((one) =>
        `SELECT ${
          one.startsWith("'") ? one : `'${one.replaceAll("'", "''")}'`
        } AS source, count(*) AS n FROM ${one}`
      ).join(" UNION ALL "),
      "counts the rows of each",
    );
  }
  if (/\b(?:schema|columns|structure|types)\b/.test(asked) && !/\bdiffer|compare|same/.test(asked)) {
    return made(`DESCRIBE SELECT * FROM ${left}`, "shows columns and their types");
  }
  return made(
    `SELECT 'only in the first' AS side, * FROM (SELECT * FROM ${left} EXCEPT SELECT * FROM ${right}) UNION ALL SELECT 'only in the second' AS side, * FROM (SELECT * FROM ${right} EXCEPT SELECT * FROM ${left}) LIMIT 1000`,
    "shows rows that only one of the two has",
  );
}
