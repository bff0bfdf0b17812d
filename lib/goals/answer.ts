/**
 * The answer of a goal: plain words from findings, each line with the bytes that it rests on.
 *
 * @module
 */
import { type AnswerStep, looked, partsOf } from "./answer/leads.ts";
import { factLines } from "./answer/remembered.ts";
import { renderTable } from "./answer/table.ts";
import { bySeverity } from "./parsers/parsed.ts";
import { count, oneLine, some, unique } from "./parsers/words.ts";
import type { OperatorFact } from "./planner/operator_facts.ts";
import type { Ask, Evidence, Finding, Parsed } from "./types.ts";

export type { AnswerStep } from "./answer/leads.ts";

/** Findings that the text shows; all of them are in the result. */
const SHOWN_FINDINGS = 20;
/** Findings that a result keeps. */
const KEPT_FINDINGS = 2000;
/** A follow-up's table is shown up to this size; larger ones are in the stored output. */
const FOLLOW_UP_ROWS = 12;
const SHOWN_NOTES = 10;
/** Characters of a first line. */
const HEADLINE_LENGTH = 1500;

/** `[s1:120-480]`, or nothing. */
const marker = (evidence: readonly Evidence[]): string =>
  evidence.length === 0
    ? ""
    : ` [${evidence.slice(0, 4).map(({ step, start, end }) => `${step}:${start}-${end}`).join(", ")}]`;

/** All that a step printed, as evidence for a sentence about the whole. */
function wholeOf({ step, result }: AnswerStep): readonly Evidence[] {
  const last = Math.max(...result.output.sections.map(({ command }) => command));
  const sections = result.output.sections.filter(({ command, start, end }) =>
    command === last && end > start
  );
  const section = sections.filter(({ stream }) => stream === "stdout").at(-1) ?? sections.at(-1);
  return section === undefined ? [] : [{ step: step.id, start: section.start, end: section.end }];
}

const headlineOf = (one: AnswerStep): string => {
  const { parsed } = one;
  if (parsed === undefined) return "";
  const [first, ...others] = parsed.findings;
  // A sentence that rests on one finding cites it; one about several cites the whole output.
  const evidence = first !== undefined && others.length === 0 ? first.evidence : wholeOf(one);
  return `${oneLine(parsed.headline, HEADLINE_LENGTH)}${marker(evidence)}`;
};

/** Why a step could not say anything, for a person. */
function whyNot({ step, result, parsed }: AnswerStep): string {
  const why = parsed?.reason ?? result.reason ?? step.unavailable ?? parsed?.headline;
  const how: Partial<Record<string, string>> = {
    unavailable: "is not available here",
    refused: "was refused",
    timed_out: "was stopped at its time limit",
    killed: "was killed",
    output_capped: "printed more than the limit",
    skipped: "was not run",
  };
  const what = how[result.outcome] ?? "could not look";
  return why === undefined
    ? `${step.tool} ${what}`
    : result.outcome in how && parsed === undefined
    ? `${step.tool} ${what}: ${oneLine(why, 400)}`
    : oneLine(why, 400);
}

const finding = ({ severity, text, source, evidence }: Finding): string => {
  const place = source === undefined || text.includes(`${source.path}:${source.line}`)
    ? ""
    : ` (${source.path}:${source.line})`;
  return `- ${severity}: ${oneLine(text, 700)}${place}${marker(evidence)}`;
};

/** A finding worth a line: what only restates a table or a refusal has none. */
const speaks = (one: Finding, parsed: Parsed): boolean =>
  one.severity !== "info" ||
  (parsed.findings.length > 1 && parsed.table === undefined && parsed.verdict !== "not_looked" &&
    parsed.verdict !== "no_such_thing");

function findingLines(steps: readonly AnswerStep[]): readonly string[] {
  const spoken = bySeverity(
    steps.flatMap(({ parsed }) =>
      parsed === undefined ? [] : parsed.findings.filter((one) => speaks(one, parsed))
    ),
  );
  const lines = spoken.slice(0, SHOWN_FINDINGS).map(finding);
  const left = spoken.length - lines.length;
  return left > 0
    ? [
      ...lines,
      `- and ${count(left, "more finding")}`.replace(/findings?$/, left === 1 ? "finding" : "findings"),
    ]
    : lines;
}

function tableLines(one: AnswerStep, max: number): readonly string[] {
  const { parsed } = one;
  if (parsed?.table === undefined || !looked(one)) return [];
  const lines = renderTable(parsed.table, max);
  return lines.length === 0
    ? []
    : [`What ${one.step.id} (${one.step.tool}) showed${marker(wholeOf(one))}:`, ...lines];
}

const bullets = (title: string, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, SHOWN_NOTES).map((line) => `- ${oneLine(line, 500)}`);
  return [
    title,
    ...shown,
    ...(lines.length > SHOWN_NOTES ? [`- and ${lines.length - SHOWN_NOTES} more`] : []),
  ];
};

/** Verdicts in the order in which their headlines come first. */
const RANK: Readonly<Record<Parsed["verdict"], number>> = {
  findings: 0,
  no_such_thing: 1,
  no_data: 2,
  listing: 3,
  nothing_wrong: 4,
  not_looked: 5,
};

const SEVERITY_RANK: Readonly<Record<Finding["severity"], number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  info: 4,
};

/** Most severe first; a plan of several questions keeps its order among equals. */
function ranked(leads: readonly AnswerStep[]): readonly AnswerStep[] {
  const weight = ({ parsed }: AnswerStep): number => {
    if (parsed === undefined) return 60;
    const worst = Math.min(
      4,
      ...parsed.findings.slice(0, 100).map(({ severity }) => SEVERITY_RANK[severity]),
    );
    return RANK[parsed.verdict] * 10 + (parsed.verdict === "findings" ? worst : 0);
  };
  return [...leads].sort((a, b) => weight(a) - weight(b));
}

/** Rows of a table by what names them. */
const keysOf = ({ step, parsed }: AnswerStep): readonly string[] =>
  parsed?.table?.rows.map((row) => `${step.tool} ${parsed.table?.columns[0] ?? ""} ${row[0] ?? ""}`) ?? [];

/** A follow-up that shows nothing but what another one shows as well. */
function isRepeated(one: AnswerStep, all: readonly AnswerStep[]): boolean {
  const keys = keysOf(one);
  if (keys.length === 0) return false;
  return all.some((other) => {
    const held = new Set(keysOf(other));
    return other !== one && held.size > keys.length && keys.every((key) => held.has(key)) &&
      (one.parsed?.findings.length ?? 0) <= (other.parsed?.findings.length ?? 0);
  });
}

function nothingLooked(goal: string, steps: readonly AnswerStep[]): readonly string[] {
  // What only laid the ground and did so has nothing to excuse.
  const tried = steps.filter((one) => one.result.outcome !== "skipped" && !looked(one));
  const reasons = unique((tried.length === 0 ? steps : tried).map(whyNot));
  if (reasons.length === 0) return [`Nothing was looked at for: ${oneLine(goal, 200)}`];
  return [
    `${/^(Could not|There is no|Drift|Terraform could)/.test(reasons[0] ?? "") ? "" : "Could not look: "}${
      reasons[0]
    }${marker(tried[0] === undefined ? [] : wholeOf(tried[0]))}`,
    ...bullets("Also not looked at:", reasons.slice(1)),
    ...findingLines(steps),
    `Tried: ${
      some(unique((tried.length === 0 ? steps : tried).map(({ step }) => `${step.id} ${step.tool}`)), 8)
    }. This does not mean that nothing is wrong.`,
  ];
}

/**
 * The text of an answer and all findings of a goal, most severe first. The first line speaks to the question; what could
 * not be looked at is said, and is never the same as "nothing wrong". Control characters that tools printed are still
 * in the text: the renderer of each surface escapes them.
 *
 * @example
 * ```ts
 * import { renderAnswer } from "./answer.ts";
 * const { answer } = renderAnswer({ goal: "list the pods", ask: { intent: "list", about: {} }, steps: [] });
 * console.assert(answer.startsWith("Nothing was looked at"));
 * ```
 */
export function renderAnswer(
  input: {
    readonly goal: string;
    readonly ask: Ask;
    readonly steps: readonly AnswerStep[];
    /** Of the operator, that the goal was read by. */
    readonly facts?: readonly OperatorFact[];
  },
): { readonly answer: string; readonly findings: readonly Finding[] } {
  const parts = partsOf(input.steps);
  const { leads, grounds } = parts;
  const followUps = parts.followUps.filter((one) => !isRepeated(one, [...leads, ...parts.followUps]));
  const seen = [...leads, ...followUps].filter(looked);
  const all = bySeverity(
    [...leads, ...followUps, ...grounds].flatMap(({ parsed }) => parsed?.findings ?? []),
  ).slice(0, KEPT_FINDINGS);
  const next = unique([...leads, ...followUps].flatMap(({ parsed }) => parsed?.next ?? []));
  if (!leads.some(looked)) {
    const lines = [...nothingLooked(input.goal, [...grounds, ...leads])];
    const also = followUps.filter(looked).map((one) =>
      `${one.step.id} (${one.step.why}): ${headlineOf(one)}`
    );
    lines.push(
      ...bullets("Looked at all the same:", also),
      ...bullets("Next:", next),
      ...factLines(input.facts ?? []),
    );
    return { answer: lines.join("\n"), findings: all };
  }
  const order = ranked(leads.filter(looked));
  const failed = [...leads, ...followUps, ...grounds].filter((one) => !looked(one));
  const blind = unique([
    ...failed.map((one) => `${one.step.id} (${one.step.why || one.step.tool}): ${whyNot(one)}`),
    ...seen.flatMap(({ parsed }) => parsed?.blind ?? []),
    ...seen.filter(({ result, parsed }) =>
      result.outcome !== "ok" && parsed?.verdict !== "no_such_thing" && (parsed?.blind.length ?? 0) === 0
    )
      .map((one) => `${one.step.id}: ${whyNot(one)}`),
  ]);
  const blocks: readonly (readonly string[])[] = [
    order.map(headlineOf),
    findingLines(seen),
    bullets("Also looked at:", followUps.filter(looked).map((one) => headlineOf(one))),
    ...order.map((one) => tableLines(one, order.length > 2 ? 15 : 40)),
    ...followUps.filter(looked)
      .filter(({ parsed }) =>
        parsed?.findings.length === 0 && (parsed.table?.rows.length ?? 0) <= FOLLOW_UP_ROWS
      )
      .map((one) => tableLines(one, FOLLOW_UP_ROWS)),
    bullets("Could not look at:", blind),
    bullets("Next:", next),
    factLines(input.facts ?? []),
  ];
  return {
    answer: blocks.filter((block) => block.length > 0).map((block) => block.join("\n")).join("\n\n"),
    findings: all,
  };
}
