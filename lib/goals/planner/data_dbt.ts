/**
 * Goals that dbt's allowed verbs answer.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, type StepDraft, STRENGTH } from "./claims.ts";
import { type Verb, verbsOf } from "./data_dbt_verbs.ts";
import type { Reading } from "./reading.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";
import { numberOf } from "./times.ts";

const NAMED = /\bdbt\b/;
const OTHER_VERB =
  /\bdbt (?:seed|seeds|snapshot|snapshots|deps|run-operation|runoperation|clean|ls|list|source|sources|debug|init|show|retry|clone|parse|freshness|docs serve|serve|rpc|init|environment|sl|ui|deploy|cloud|packages?|hub|install|upgrade|delete|drop)\b/;
const ASKS_OTHER =
  /\b(?:serve (?:the )?(?:dbt )?docs|docs serve|serve (?:the )?(?:dbt )?documentation|source freshness|freshness of (?:the |our )?(?:\S+ )?sources|run[- ]operation|(?:dbt )?snapshots?|seeds?|dbt packages?|install (?:the )?dependencies)\b/;
const CLEAR = /\b(?:data tests?|stg_\w+|fct_\w+|dim_\w+|int_\w+|tag:\S+)\b/;

const TOOLS: Readonly<Record<Verb, readonly [tool: string, form: string]>> = {
  run: ["dbt run", "run"],
  test: ["dbt test", "test"],
  build: ["dbt build", "build"],
  compile: ["dbt compile", "compile"],
  docs: ["dbt docs generate", "docs-generate"],
};

const STOP = new Set(
  ("the a an all every each and or of for in on with to by from our my its their your this that these those model models test tests dbt project projects please " +
    "pls again now only just it them one once run build compile docs generate documentation tag tagged selector select except excluding exclude without " +
    "upstream downstream everything anything target environment prod full refresh folder directory path node nodes resource that's carry carries data pass " +
    "passing do does are is has have can could you me us we i then also after before so not but what which who if whether be been was were against still any " +
    "here there tonight today yesterday nightly-ish parents children ancestors descendants depends dependent depending on as well too else same new fresh")
    .split(" "),
);

const MODEL = /^[A-Za-z_][\w.]*$/;

/** Names of models that a goal gives, before plus signs are put to them. */
function modelsOf(reading: Reading): Token[] {
  const found: Token[] = [];
  const add = (token: Token | undefined, certain: boolean): void => {
    if (token === undefined || STOP.has(token.canon) || found.includes(token)) return;
    const bare = token.raw.replace(/^[+@\d]*\+?|\+\d*$/g, "");
    if (token.literal !== undefined && token.literal !== "name" && token.literal !== "quoted") return;
    if (!MODEL.test(bare) || (!certain && isKnownWord(token.canon) && token.literal === undefined)) return;
    found.push(token);
  };
  for (
    const hit of reading.every(
      /\bmodels? (?:called |named |: ?)?(?:the )?(\S+)(?: ?(?:,|and|&) (?:the )?(\S+))?(?: ?(?:,|and|&) (?:the )?(\S+))?/,
    )
  ) {
    const plural = /^models\b/.test(hit.text);
    add(hit.token(1), true);
    for (const index of [2, 3]) {
      const token = hit.token(index);
      if (plural || token?.literal === "name") add(token, token?.literal === "name");
    }
  }
  for (const hit of reading.every(/\b(?:the|of|for|compile|run|build|test) (\S+) model\b/)) {
    add(hit.token(1), true);
  }
  for (const token of reading.text.tokens) {
    if (token.pasted || token.literal !== "name") continue;
    if (
      /^[+@\d]*\+?[A-Za-z_]\w*(?:\.\w+)?\+?\d*$/.test(token.raw) &&
      (token.raw.includes("_") || /^[+@]|\+$/.test(token.raw))
    ) add(token, true);
  }
  for (
    const hit of reading.every(/\bdbt (?:run|test|build|compile)(?: (?:of|for|on|only|just|again))? (\S+)/)
  ) add(hit.token(1), false);
  for (
    const hit of reading.every(
      /\b(?:tests? (?:of|for|on)|everything (?:upstream|downstream) of|depends? on|dependent on|compile|build) (?:the )?(\S+)/,
    )
  ) add(hit.token(1), false);
  return found;
}

/** `models/marts/core/dim_store.sql` is the model dim_store. */
const fileModel = (raw: string): string | undefined => /(?:^|\/)([A-Za-z_]\w*)\.(?:sql|py)$/.exec(raw)?.[1];

export function dbtClaim(reading: Reading): Claim | undefined {
  const named = reading.has(NAMED);
  const claim = (tool: string, strength: number, result: Claim["result"]): Claim => ({
    tool,
    persona: "data_architect",
    strength,
    result,
  });
  const models = modelsOf(reading);
  const verbs = verbsOf(reading);
  const modelFile = reading.askedLiterals("path").some((token) => /(?:^|\/)models\/|\.sql$/.test(token.raw));
  const dbtish = named || reading.has(CLEAR) ||
    (modelFile && verbs.length > 0 && !reading.has(/\bsqlmesh\b/)) ||
    models.some((token) => /^(?:stg|fct|dim|int|mart|base|rpt|agg)_/.test(token.raw.replace(/^[+@]/, "")));
  const speaks = reading.has(/\bmodels?\b/) &&
    !reading.has(/\bsqlmesh\b|\b(?:machine learning|language|ml|ai|pricing|data) models?\b/);
  if (!dbtish) {
    if (reading.has(/\bsqlmesh\b/)) return undefined;
    if (
      reading.has(
        /\b(?:our|the|all|my|these|those) (?:data )?tests? (?:\S+ ){0,3}?(?:pass\w*|fail\w*|green|ok|red)\b|\b(?:data|schema) tests?\b/,
      )
    ) {
      return claim("dbt test", STRENGTH.clear, { kind: "steps", intent: "dbt", steps: [draft("test", {})] });
    }
    if (!speaks) return undefined;
    if (verbs.length === 1 && verbs[0] === "docs") {
      return claim("dbt docs generate", STRENGTH.clear, {
        kind: "steps",
        intent: "dbt",
        steps: [draft("docs", {})],
      });
    }
    return claim("dbt run", STRENGTH.clear, { kind: "ask", question: "With dbt or with sqlmesh?" });
  }
  const strength = named ? STRENGTH.named : STRENGTH.clear;
  const other = reading.find(OTHER_VERB) ?? (named ? reading.find(ASKS_OTHER) : undefined);
  if (
    other !== undefined &&
    !/\b(?:except|exclud\w*|without|not|no|but|skip\w*|leav\w*)\b/.test(
      reading.asked.slice(Math.max(0, other.index - 12), other.index),
    )
  ) {
    return claim("dbt run", strength, {
      kind: "refuse",
      reason: `dbt is allowed run, test, build, compile and docs generate only, not "${other.text}"`,
    });
  }
  if (verbs.length === 0) {
    return claim("dbt run", strength, {
      kind: "ask",
      question: "What should dbt do: run, test, build, compile, or generate the docs?",
    });
  }
  const slots = slotsOf(reading, models);
  const project = slots.project ?? secondMention(reading);
  if (project !== undefined) slots.project = project;
  const steps = verbs.map((verb, index): StepDraft => {
    const one = draft(verb, verb === "docs" && verbs.length > 1 ? only(slots, ["project", "target"]) : slots);
    return index === 0 ? one : { ...one, needs: [index - 1] };
  });
  const tested = verbs.indexOf("test");
  if (tested >= 0) {
    steps.push({
      tool: "dbt test",
      form: "failing-rows",
      slots: only(slots, ["project", "target"]),
      why: "the rows that failing tests select",
      when: { step: tested, fact: "failing_tests", is: "present" },
      fills: [{ slot: "tests", step: tested, fact: "failing_tests", max: 16 }],
      needs: [tested],
    });
  }
  return claim(TOOLS[verbs[0] ?? "run"][0], strength, { kind: "steps", intent: "dbt", steps });
}

/** "run the dbt tests in dbt": the tool has been named already, so the second one is a place. */
function secondMention(reading: Reading): string | undefined {
  const last = reading.find(
    /\b(?:in|under|inside|directory|folder) (?:the )?(?:directory |folder )?(dbt) ?(?:$|[,;?!])/,
  )
    ?.token(1);
  const seen = reading.asked.split(" ").filter((word) => word === "dbt").length;
  return last !== undefined && (seen > 1 || reading.has(/\b(?:directory|folder) dbt\b/))
    ? last.raw
    : undefined;
}

const only = (slots: Slots, keep: readonly string[]): Slots =>
  Object.fromEntries(Object.entries(slots).filter(([name]) => keep.includes(name)));

function draft(verb: Verb, slots: Slots): StepDraft {
  const [tool, form] = TOOLS[verb];
  const { full_refresh: _dropped, ...rest } = slots;
  const refreshes = verb === "run" || verb === "build" || verb === "compile";
  return { tool, form, slots: refreshes ? slots : rest, why: `runs ${tool}` };
}

function slotsOf(reading: Reading, models: readonly Token[]): Record<string, Slots[string]> {
  const slots: Record<string, Slots[string]> = {};
  const select: string[] = [];
  const exclude: string[] = [];
  const cut =
    /\b(?:except(?: for)?|excluding|exclude|without|but|but not|leave out|leaving out|skip|skipping|other than|apart from|omit|omitting|minus|not)\b/;
  const tokens = reading.text.tokens.filter((token) => !token.pasted);
  let excluding = false;
  const up =
    /\b(?:and |plus |with |including |incl )?(?:everything|all|anything|its|their|all its|all the|whatever|every model|the models|what is|those) ?(?:models? |nodes? |that is |that are |that comes? |which is |is )?(?:up ?stream|before it|it depends on|parents|ancestors|feeding|feeds|that feeds)\b|\bup ?stream\b|\b(?:its|all|with) (?:\S+ )?(?:parents|ancestors|dependencies|sources|inputs)\b|\beverything (?:that )?it (?:needs|depends on)\b|\ball it depends on\b/;
  const down =
    /\bdown ?stream\b|\b(?:its|all|with|the) (?:\S+ )?(?:children|descendants|dependents)\b|\b(?:everything|anything|all|models?|whatever|what|those|every model)(?: \S+){0,4}? (?:that |which )?(?:depends?|depending|dependent|builds?|relies|is built|are built|based|comes after|that uses?|downstream) (?:on|upon|from|of)\b|\beverything after it\b/;
  // "leave stg_old out", "stg_old excluded": what stands between is left out.
  const out = new Set(
    [
      ...reading.every(
        /\b(?:leave|leaving|keep|keeping) (?:the |model )*(\S+)(?: (?:and|,) (\S+))? (?:out|aside|alone)\b/,
      ),
      ...reading.every(/(\S+) (?:is |are )?(?:excluded|left out|excepted|not included|untouched)\b/),
      ...reading.every(
        /\b(?:do not|not|never) (?:touch|run|build|test|include|rebuild) (?:the |model )*(\S+)/,
      ),
    ].flatMap((hit) => [hit.token(1)?.start, hit.groups[2] === undefined ? undefined : hit.token(2)?.start]),
  );
  const upstream = reading.has(up);
  // "everything it depends on" is what feeds it, not what it feeds.
  const downstream = down.test(
    reading.asked.replace(
      /\b(?:everything|anything|all|whatever|what|models?) (?:that )?it (?:depends?|builds?|relies|is built|is based) (?:on|upon|from)\b/g,
      " ",
    ),
  );
  const plus = (raw: string): string => {
    const bare = /^[+@]|[+]\d*$/.test(raw);
    return bare ? raw : `${upstream ? "+" : ""}${raw}${downstream ? "+" : ""}`;
  };
  tokens.forEach((token, index) => {
    if (
      cut.test(token.canon) || (token.canon === "out" && tokens[index - 1]?.canon === "leave") ||
      (token.canon === "not" && tokens[index - 1]?.canon === "but")
    ) excluding = true;
    if (token.literal === "flag") excluding = /^--exclude/.test(token.raw);
    if (/^(?:target|with|using|against|and|then)$/.test(token.canon) && tokens[index - 1]?.canon === ",") {
      excluding = false;
    }
    const to = excluding || out.has(token.start) ? exclude : select;
    const before = tokens[index - 1]?.canon ?? "";
    if (
      /^[+@]?(?:tag|path|source|config|exposure|state|resource_type|package|file|fqn|test_type|test_name|group|metric|result|access|version|selector):\S+/i
        .test(token.raw)
    ) {
      to.push(token.raw);
    } else if (models.includes(token)) {
      if (!/^(?:target|profile|environment)$/.test(before)) {
        to.push(excluding || out.has(token.start) ? token.raw : plus(token.raw));
      }
    } else if (
      token.canon === "tagged" && /^(?:models?|tests?|nodes?|ones)$/.test(tokens[index + 1]?.canon ?? "") &&
      /^[A-Za-z_][\w-]*$/.test(tokens[index - 1]?.raw ?? "") &&
      !/^(?:the|all|are|models?|only|and|every|with|is)$/.test(before)
    ) {
      to.push(`tag:${tokens[index - 1]?.raw ?? ""}`);
    } else if (/^(?:tag|tags|tagged)$/.test(token.canon)) {
      let at = index + 1;
      while (/^(?:with|as|is|:|=|called|named|the|by)$/.test(tokens[at]?.canon ?? "")) at += 1;
      const next = tokens[at];
      if (
        next !== undefined && /^[A-Za-z_][\w-]*$/.test(next.raw) &&
        (!STOP.has(next.canon) || next.canon === "nightly" || next.literal !== undefined)
      ) {
        to.push(`tag:${next.raw}`);
        const joint = tokens[at + 1]?.canon;
        const more = tokens[at + 2];
        if (
          (joint === "and" || joint === "or" || joint === ",") && token.canon === "tags" &&
          more !== undefined && /^[A-Za-z_][\w-]*$/.test(more.raw)
        ) to.push(`tag:${more.raw}`);
      } else if (
        token.canon === "tag" && /^[A-Za-z_][\w-]*$/.test(tokens[index - 1]?.raw ?? "") && !STOP.has(before)
      ) {
        to.push(`tag:${tokens[index - 1]?.raw ?? ""}`);
      }
    } else if (token.literal === "path" || token.literal === "quoted" && token.raw.includes("/")) {
      const model = fileModel(token.raw);
      const flagged = tokens[index - 1]?.raw ?? "";
      if (/^[+@]?(?:path|file):/.test(token.raw)) to.push(token.raw);
      else if (model !== undefined && !/^\//.test(token.raw)) to.push(plus(model));
      else if (/^--?(?:project-dir|profiles-dir)/.test(flagged)) slots.project = token.raw;
      else if (/^--?(?:select|s|models?|m|exclude)$/.test(flagged)) to.push(token.raw);
      else if (
        /^(?:\.\/)?models\/|(?:^|\/)models\//.test(token.raw) ||
        (/\b(?:folder|models? (?:in|under|of|below)|tests? (?:in|under))\b/.test(reading.asked) &&
          !/\bproject\b/.test(reading.asked) && !/^[./]/.test(token.raw))
      ) {
        to.push(token.raw.replace(/\/$/, ""));
      } else if (!/\.(?:csv|tsv|parquet|jsonl?|ndjson|duckdb|ddb|db)(?:\.gz|\.zst)?$/i.test(token.raw)) {
        slots.project = token.raw;
      }
    } else if (token.literal === "name" && /^--?$/.test(before)) to.push(token.raw);
    else if (
      /^sources?$/.test(before) && /^[A-Za-z_]\w*(?:\.\w+)?$/.test(token.raw) &&
      (token.literal === "name" || token.literal === "host" || token.raw.includes(".") ||
        !isKnownWord(token.canon))
    ) to.push(`source:${token.raw}`);
  });
  const pastedModel = select.length === 0 &&
      reading.has(
        /\b(?:that|this|the|same|its?) (?:\S+ )?(?:model|one|again|test|tests|same)\b|\bit\b|\bagain\b/,
      )
    ? fromPasted(reading)
    : undefined;
  if (pastedModel !== undefined) select.push(plus(pastedModel));
  const fileOnly = reading.askedLiterals("path").map((token) => fileModel(token.raw)).find((model) =>
    model !== undefined
  );
  if (select.length === 0 && fileOnly !== undefined) select.push(plus(fileOnly));
  const selected = [...new Set(select)].filter((name) => !exclude.includes(name)).slice(0, 16);
  if (selected.length > 0) slots.select = selected;
  const threads =
    /(?:--threads[ =]|\b)(\d{1,2})(?: threads?\b)|--threads[ =](\d{1,2})\b|\bthreads?[ =:](?:set to )?(\d{1,2})\b/i
      .exec(reading.goal);
  const worded = reading.find(/\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve) threads?\b/)
    ?.groups[1];
  const count = threads?.[1] ?? threads?.[2] ?? threads?.[3] ??
    (worded === undefined ? undefined : String(numberOf(worded) ?? ""));
  if (count !== undefined && /^\d{1,2}$/.test(count) && Number(count) >= 1 && Number(count) <= 64) {
    slots.threads = count;
  }
  const vars = /--vars?[ =](?:'([^'\n]{1,500})'|"([^"\n]{1,500})"|(\{[^}\n]{1,500}\}))/.exec(reading.goal) ??
    /\bvar(?:iable)?s?\b\s?[:=]?\s?(?:'(\{[^'\n]{1,500})'|"(\{[^"\n]{1,500})"|(\{[^}\n]{1,500}\}))/i.exec(
      reading.goal,
    );
  const given = vars?.[1] ?? vars?.[2] ?? vars?.[3];
  const spoken = given === undefined
    ? reading.find(/\b(?:variables?|vars?) (\S+) (?:=|:|is|set to|to|as|equal to|of) (\S+)/)
    : undefined;
  const [name, value] = [spoken?.token(1), spoken?.token(2)];
  const pair = reading.has(/\bvar(?:iable)?s?\b/) && given === undefined
    ? reading.askedLiterals("selector").find((token) => /^[A-Za-z_]\w*=[^=]/.test(token.raw))
    : undefined;
  if (given !== undefined) slots.vars = given;
  else if (pair !== undefined) slots.vars = `{${pair.raw.replace("=", ": ")}}`;
  else if (
    name !== undefined && value !== undefined && /^[A-Za-z_]\w*$/.test(name.raw) &&
    /^[\w.-]+$/.test(value.raw)
  ) {
    slots.vars = `{${name.raw}: ${value.raw}}`;
  }
  if (exclude.length > 0) slots.exclude = [...new Set(exclude)].slice(0, 16);
  const target = /(?:^|\s)(?:--target|-t)[ =]([A-Za-z_][\w-]{0,63})/.exec(reading.goal)?.[1] ??
    targetWord(reading.find(/\btargets? (?:called |named |is |= ?|: ?)?(?:the )?(\S+)/)?.token(1)) ??
    targetWord(reading.find(/\b(?:the|against|on|with|for|to) (\S+) target\b/)?.token(1)) ??
    targetWord(
      reading.find(
        /\b(?:against|in|on|for|to) (?:the )?(prod|production|staging|dev|ci|qa|uat|test)(?: environment| profile| database| warehouse)?(?: |$|,)(?!model)/,
      )?.token(1),
    );
  if (target !== undefined) slots.target = target;
  if (
    reading.has(
      /\bfull refresh\b|\bfull-refresh\b|\bfully refresh\w*\b|\brefresh (?:\S+ ){1,4}?(?:fully|completely|entirely)\b|\brefresh(?:ed)? fully\b|\bfrom scratch\b|\bcompletely (?:rebuil\w+|refresh\w*)\b/,
    ) || /--full-refresh/.test(reading.goal)
  ) slots.full_refresh = "true";
  return slots;
}

const targetWord = (token: Token | undefined): string | undefined =>
  token !== undefined && /^[A-Za-z_][\w-]{0,63}$/.test(token.raw) &&
    !/^(?:the|a|an|is|of|and|with|for|model|models|database|schema|please|it|its|our|in|on|to)$/.test(
      token.canon,
    )
    ? token.raw
    : undefined;

/** The model that pasted output speaks of. */
function fromPasted(reading: Reading): string | undefined {
  for (const segment of reading.text.segments) {
    if (!segment.pasted) continue;
    const hit = /\bmodel (?:'|"|`)?(?:\w+\.)*([A-Za-z_]\w*)/i.exec(segment.text.slice(0, 1000)) ??
      /\/([A-Za-z_]\w*)\.sql\b/.exec(segment.text.slice(0, 1000)) ??
      /\b((?:stg|fct|dim|int|mart|base|rpt|agg)_\w+)/.exec(segment.text.slice(0, 1000));
    if (hit?.[1] !== undefined) return hit[1];
  }
  return undefined;
}
