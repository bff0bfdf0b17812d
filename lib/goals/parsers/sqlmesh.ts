/**
 * What sqlmesh printed: audits, a plan, a run. It has no machine-readable output; every line keeps its bytes.
 *
 * @module
 */
import type { Finding, Parsed, ParserInput, Severity } from "../types.ts";
import { type LogLine, logLines } from "./dbt_log.ts";
import { bySeverity, cite, endedBadly, lastWords, notLooked, parsed } from "./parsed.ts";
import { count, oneLine, some, unique } from "./words.ts";

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const withoutPath = (text: string): string =>
  text.replaceAll(/\/(?:workspace|tmp)\/(?:[^\s'":,()]+\/)?(?=[^/\s'"]+)/g, "");

interface Rule {
  readonly pattern: RegExp;
  readonly say: (groups: readonly string[]) => string;
  /** What was named does not exist; otherwise it was not looked at. */
  readonly missing: boolean;
  readonly next?: string;
}

const ERRORS: readonly Rule[] = [
  {
    pattern: /project config could not be found/,
    say: () => "There is no sqlmesh project here (no config.yaml or config.py)",
    missing: true,
    next: "name the project's directory",
  },
  {
    pattern: /Cannot find snapshot for '"?([^'"]+(?:"\."[^'"]+)*)"?'|Cannot find model.*'([^']+)'/,
    say: ([a = "", b = ""]) => `There is no model ${(a || b).replaceAll('"', "")} in the project`,
    missing: true,
  },
  {
    pattern: /Selector did not return any models/,
    say: () => "No model of the project matches the selection",
    missing: true,
  },
  {
    pattern: /Environment '([^']+)' was not found/,
    say: ([name = ""]) => `There is no environment ${name}`,
    missing: true,
    next: "make it with a plan for that environment",
  },
  {
    pattern: /Cannot audit '([^']+)' because it has not been versioned yet/,
    say: ([model = ""]) =>
      `${
        model.replaceAll('"', "")
      } was changed or added since the last plan, and sqlmesh audits only what a plan has made`,
    missing: false,
    next: "look at the plan, apply it, then audit again",
  },
  {
    pattern: /Creating a new environment requires a change, but project files match the `([^`]+)`/,
    say: ([name = ""]) =>
      `The environment does not exist yet, and there is nothing to plan for it: the project's files match ${name}`,
    missing: true,
  },
  {
    pattern: /Error: (Failed to load model from file '[^']+':[\s\S]{0,400})/,
    say: ([message = ""]) => `sqlmesh cannot read a model: ${oneLine(withoutPath(message), 300)}`,
    missing: false,
  },
  {
    pattern: /Error: ([\s\S]{1,600})/,
    say: ([message = ""]) => `sqlmesh stopped: ${oneLine(withoutPath(message), 300)}`,
    missing: false,
  },
];

/** The error that sqlmesh printed, or `undefined` when it printed none. */
function errorOf(input: ParserInput, lines: readonly LogLine[]): Parsed | undefined {
  const index = lines.findIndex(({ text }) => text.startsWith("Error: "));
  const first = lines[index];
  if (first === undefined) return undefined;
  const block = lines.slice(index, index + 8);
  const message = block.map(({ text }) => text).join("\n");
  const evidence = cite(input, 0, "stdout", { start: first.start, end: block.at(-1)?.end ?? first.end });
  for (const { pattern, say, missing, next } of ERRORS) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const reason = say(match.slice(1));
    const given = {
      findings: [{ severity: "info", text: reason, evidence }],
      next: next === undefined ? [] : [next],
    } as const;
    return missing
      ? parsed({ outcome: "failed", reason, headline: reason, verdict: "no_such_thing", ...given })
      : notLooked(input, reason, given);
  }
  return undefined;
}

interface Audit {
  readonly name: string;
  readonly model: string;
  readonly ended: "PASS" | "FAIL" | "SKIPPED";
  readonly rows?: string;
  readonly line: LogLine;
}

const AUDIT = /^(\S+) on model (\S+) .*?(PASS|FAIL|SKIPPED)(?: \[(\d+)\])?\.?\s*$/;

function audits(lines: readonly LogLine[]): readonly Audit[] {
  return lines.flatMap((line): readonly Audit[] => {
    const match = AUDIT.exec(line.text);
    const ended = match?.[3];
    if (match === null || (ended !== "PASS" && ended !== "FAIL" && ended !== "SKIPPED")) return [];
    const [, name = "", model = "", , rows] = match;
    return [{ name, model, ended, line, ...(rows === undefined ? {} : { rows }) }];
  });
}

function parseAudit(input: ParserInput, lines: readonly LogLine[]): Parsed {
  const all = audits(lines);
  const failed = all.filter((audit) => audit.ended === "FAIL");
  const skipped = all.filter((audit) => audit.ended === "SKIPPED");
  if (all.length === 0) {
    return /^Found 0 audit/.test(lines[0]?.text ?? "")
      ? parsed({ headline: "The project has no audits", verdict: "no_data" })
      : notLooked(
        input,
        `sqlmesh audit told nothing that can be read: ${
          lastWords(input.commands[0]?.stdout ?? new Uint8Array())
        }`,
      );
  }
  const text = ({ name, model, rows }: Audit): string =>
    `${name} on ${model}${rows === undefined ? "" : ` (${count(Number(rows), "failing row")})`}`;
  const findings = [
    ...failed.map((audit): Finding => ({
      severity: "high",
      text: `Audit ${audit.name} on model ${audit.model} failed${
        audit.rows === undefined ? "" : `: ${count(Number(audit.rows), "failing row")}`
      }`,
      evidence: cite(input, 0, "stdout", audit.line),
    })),
    ...skipped.map((audit): Finding => ({
      severity: "low",
      text: `Audit ${audit.name} on model ${audit.model} was skipped`,
      evidence: cite(input, 0, "stdout", audit.line),
    })),
  ];
  return parsed({
    headline: failed.length > 0
      ? `${failed.length} of ${count(all.length, "audit")} failed: ${some(failed.map(text))}`
      : skipped.length > 0
      ? `No audit failed, but ${skipped.length} of ${all.length} ${
        skipped.length === 1 ? "was" : "were"
      } skipped: ${some(skipped.map(text))}`
      : all.length === 1
      ? `The audit ${all[0]?.name} on ${all[0]?.model} passes`
      : `All ${all.length} audits pass`,
    verdict: findings.length > 0 ? "findings" : "nothing_wrong",
    findings,
    facts: {
      failing_audits: unique(failed.map(({ name }) => name)),
      failing_models: unique(failed.map(({ model }) => model)),
    },
    table: {
      columns: ["audit", "model", "ended", "failing rows"],
      rows: all.map(({ name, model, ended, rows }) => [name, model, ended.toLowerCase(), rows ?? ""]),
    },
  });
}

interface Change {
  readonly section: string;
  readonly model: string;
  readonly note: string;
  readonly line: LogLine;
}

const CHANGE_WORDS: Readonly<Record<string, { readonly word: string; readonly severity: Severity }>> = {
  "Removed Models": { word: "removed", severity: "high" },
  "Added Models": { word: "added", severity: "low" },
  "Directly Modified": { word: "changed", severity: "medium" },
  "Indirectly Modified": { word: "changed through what it reads", severity: "low" },
  "Metadata Updated": { word: "given new metadata", severity: "info" },
};

/** `**Section:**` headings, and the bulleted models below each; code blocks between are left out. */
function changes(lines: readonly LogLine[]): readonly Change[] {
  const found: Change[] = [];
  let section = "";
  let code = false;
  for (const line of lines) {
    if (line.text.startsWith("```")) code = !code;
    if (code) continue;
    const heading = /^\*\*(.+?):?\*\*\s*$/.exec(line.text)?.[1];
    if (heading !== undefined) section = heading.replace(/:$/, "");
    else if (line.text === "Explained plan") break;
    const item = /^\s*[-*] `([^`]+)`(?:: \[(.+)\]| \((.+)\))?/.exec(line.text);
    if (item?.[1] !== undefined) {
      found.push({ section, model: item[1], note: item[2] ?? item[3] ?? "", line });
    }
  }
  return found;
}

function parsePlan(input: ParserInput, lines: readonly LogLine[]): Parsed {
  const environment = listOf(input.step.slots.environment)[0] ?? "prod";
  const none = lines.find(({ text }) => text.startsWith("**No changes to plan"));
  const all = changes(lines);
  const moved = all.filter(({ section }) => section in CHANGE_WORDS);
  const backfill = all.filter(({ section }) => section.startsWith("Models needing backfill"));
  const created = lines.find(({ text }) =>
    /^\*\*(New environment|`[^`]+` environment will be initialized)/.test(text)
  );
  if (none !== undefined && moved.length === 0) {
    return parsed({
      headline: `sqlmesh would change nothing in ${environment}: the project's files match it`,
      verdict: "nothing_wrong",
      findings: [{
        severity: "info",
        text: oneLine(none.text.replaceAll(/[*`]/g, "")),
        evidence: cite(input, 0, "stdout", none),
      }],
    });
  }
  if (moved.length === 0 && backfill.length === 0 && created === undefined) {
    return notLooked(
      input,
      `sqlmesh plan told nothing that can be read: ${
        lastWords(input.commands[0]?.stdout ?? new Uint8Array())
      }`,
    );
  }
  const of = (section: string): readonly Change[] => moved.filter((change) => change.section === section);
  const parts = Object.entries(CHANGE_WORDS).flatMap(([section, { word }]) => {
    const some_ = of(section);
    return some_.length === 0
      ? []
      : [`${word}: ${
        some(some_.map(({ model, note }) => `${model}${note === "" ? "" : ` (${note.toLowerCase()})`}`))
      }`];
  });
  const isNew = created === undefined ? "" : `${environment} does not exist yet and would be made; `;
  const work = backfill.length === 0
    ? "no model needs a backfill"
    : `${count(backfill.length, "model")} would be backfilled: ${
      some(backfill.map(({ model, note }) => `${model}${note === "" ? "" : ` (${note})`}`))
    }`;
  const findings = moved.map(({ section, model, note, line }): Finding => ({
    severity: CHANGE_WORDS[section]?.severity ?? "info",
    text: `Model ${model} would be ${CHANGE_WORDS[section]?.word ?? "changed"}${
      note === "" ? "" : ` (${note.toLowerCase()})`
    }`,
    evidence: cite(input, 0, "stdout", line),
  }));
  return parsed({
    headline: `${isNew}sqlmesh would change ${count(moved.length, "model")} in ${environment}${
      parts.length === 0 ? "" : ` (${parts.join("; ")})`
    }; ${work}`,
    verdict: moved.length > 0 ? "findings" : "listing",
    findings: bySeverity(findings),
    facts: {
      changed_models: unique(moved.map(({ model }) => model)),
      backfills: unique(backfill.map(({ model }) => model)),
    },
    table: {
      columns: ["model", "change", "kind", "backfill"],
      rows: moved.map(({ section, model, note }) => [
        model,
        CHANGE_WORDS[section]?.word ?? "",
        note.toLowerCase(),
        backfill.find((one) => one.model === model)?.note ?? "",
      ]),
    },
    next: moved.length === 0 ? [] : ["a plan only shows; applying it is done with sqlmesh itself"],
  });
}

/** `[1/1] shop.orders    [full refresh, audits passed 2]      0.04s` */
const BATCH = /^\[\d+\/\d+\] +(\S+) +(?:\[(.*?)\])? *([\d.]+)s/;
const WARNING = /^\[WARNING\] (\S+): '([^']+)' audit error: (\d+) rows? failed/;

function parseRun(input: ParserInput, lines: readonly LogLine[]): Parsed {
  const idle = lines.find(({ text }) => text.startsWith("No models are ready to run"));
  if (idle !== undefined) {
    const due = /ready at (.+?)\.?\s*$/.exec(lines.find(({ text }) => text.includes("ready at "))?.text ?? "")
      ?.[1];
    return parsed({
      headline: `No model is due${due === undefined ? "" : `; the next is at ${due}`}`,
      verdict: "nothing_wrong",
      findings: [{ severity: "info", text: oneLine(idle.text), evidence: cite(input, 0, "stdout", idle) }],
    });
  }
  const batches = lines.flatMap((line) => {
    const match = BATCH.exec(line.text);
    return match === null
      ? []
      : [{ model: match[1] ?? "", note: match[2] ?? "", seconds: match[3] ?? "", line }];
  });
  const warned = lines.flatMap((line): readonly Finding[] => {
    const match = WARNING.exec(line.text);
    return match === null ? [] : [{
      severity: "medium",
      text: `Audit ${match[2]} on model ${match[1]} failed: ${count(Number(match[3]), "failing row")}`,
      evidence: cite(input, 0, "stdout", line),
    }];
  });
  if (input.commands[0]?.exitCode !== 0) {
    return notLooked(
      input,
      `sqlmesh run failed: ${lastWords(input.commands[0]?.stdout ?? new Uint8Array())}`,
      {
        findings: warned,
      },
    );
  }
  const names = unique(batches.map(({ model }) => model));
  return parsed({
    headline: `${
      names.length === 0 ? "The run ended well" : `${count(names.length, "model")} ran: ${some(names)}`
    }${warned.length === 0 ? "" : `; ${count(warned.length, "audit")} failed without blocking`}`,
    verdict: warned.length > 0 ? "findings" : "listing",
    findings: warned.length > 0 ? warned : batches.map(({ model, note, seconds, line }): Finding => ({
      severity: "info",
      text: `${model}${note === "" ? "" : `: ${note}`} in ${seconds} s`,
      evidence: cite(input, 0, "stdout", line),
    })),
    facts: { models: names },
    table: {
      columns: ["model", "what", "seconds"],
      rows: batches.map(({ model, note, seconds }) => [model, note, seconds]),
    },
  });
}

/**
 * Reads a step of `sqlmesh audit`, `plan` or `run`. A missing project, model or environment is `no_such_thing`; models
 * that no plan has made yet could not be looked at.
 *
 * @example
 * ```ts
 * import { parseSqlmesh } from "./sqlmesh.ts";
 * const stdout = new TextEncoder().encode("Found 1 audit(s).\nnot_null on model shop.orders ❌ FAIL [3].\n");
 * const answer = parseSqlmesh({
 *   step: { id: "s1", tool: "sqlmesh audit", form: "audit", slots: {} },
 *   ask: { intent: "sqlmesh", about: {} },
 *   commands: [{ argv: [], exitCode: 1, stdout, stderr: new Uint8Array(), stdoutStart: 0, stderrStart: 0 }],
 *   outcome: "failed", truncated: false, timeZone: "UTC", allowValues: [],
 * });
 * console.assert(answer.headline.startsWith("1 of 1 audit failed"));
 * ```
 */
export function parseSqlmesh(input: ParserInput): Parsed {
  const ended = endedBadly(input);
  if (ended !== undefined) return notLooked(input, ended);
  const run = input.commands[0];
  if (run === undefined) return notLooked(input, "sqlmesh printed nothing");
  const lines = logLines(run.stdout);
  const error = run.exitCode === 0 ? undefined : errorOf(input, lines);
  if (error !== undefined) return error;
  if (lines.length === 0) {
    const words = lastWords(run.stderr);
    return notLooked(input, `sqlmesh printed nothing${words === "" ? "" : ` but: ${words}`}`);
  }
  if (input.step.form === "audit") return parseAudit(input, lines);
  if (input.step.form === "plan" && run.exitCode === 0) return parsePlan(input, lines);
  if (input.step.form === "run") return parseRun(input, lines);
  return notLooked(
    input,
    `${input.step.tool} failed: ${lastWords(run.stderr.length === 0 ? run.stdout : run.stderr)}`,
  );
}
