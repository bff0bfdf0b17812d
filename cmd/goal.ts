/**
 * `physiclaw goal "<text>"`: the main job. Its first word may also be `list`, `show`, `output` or `cancel`.
 *
 * @module
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { GoalResult, Severity } from "../lib/goals/types.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { BRIDGE_FLAGS, type BridgeFlags } from "./bridge_address.ts";
import { type BridgeClient, createBridgeClient } from "./client.ts";
import type { CommandDeps } from "./deps.ts";
import { SEVERITIES } from "./exit_codes.ts";
import { GOAL_ID, PERSONA_FLAG, TIMEOUT_FLAG, usage } from "./flags.ts";
import { asGoalResult, followGoal } from "./follow.ts";
import { endGoal } from "./goal_end.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext, type Parsed } from "./parser.ts";

/** What the bridge is to do with a goal. */
const MODES = ["run", "plan", "accept"] as const;
/** design: the longest goal; read no further than that from a file either. */
const MAX_GOAL_BYTES = 64 * 1024;
/** A goal that still is not clear after so many questions is better written anew. */
const MAX_QUESTIONS = 5;

interface SubmitFlags extends BridgeFlags {
  readonly file?: string;
  readonly persona?: string;
  readonly mode: (typeof MODES)[number];
  readonly cwd?: string;
  readonly answers?: string;
  readonly ask: boolean;
  readonly json: boolean;
  readonly timeout?: number;
  readonly failOn?: Severity;
}

interface ShowFlags extends BridgeFlags {
  readonly json: boolean;
}

interface ListFlags extends ShowFlags {
  readonly limit: number;
}

/** Options of the command: one of its five forms. */
export type GoalOptions =
  | { readonly action: "submit"; readonly flags: SubmitFlags; readonly words: readonly string[] }
  | { readonly action: "list"; readonly flags: ListFlags }
  | { readonly action: "show" | "cancel"; readonly flags: ShowFlags; readonly id: string }
  | { readonly action: "output"; readonly flags: BridgeFlags; readonly id: string; readonly step: string };

const submit = buildCommand<SubmitFlags, readonly string[], ParseContext>({
  func(flags, ...words) {
    this.accept({ action: "submit", flags, words });
  },
  parameters: {
    flags: {
      file: {
        kind: "parsed",
        parse: String,
        brief: "Read the goal from FILE (- for stdin)",
        placeholder: "FILE",
        optional: true,
      },
      persona: PERSONA_FLAG,
      mode: { kind: "enum", values: MODES, brief: "run it, only plan it, or only record it", default: "run" },
      cwd: {
        kind: "parsed",
        parse: String,
        brief: "Directory that paths in the goal are relative to (default: this one)",
        placeholder: "DIR",
        optional: true,
      },
      answers: {
        kind: "parsed",
        parse: GOAL_ID.parse,
        brief: "This text answers the question of goal ID",
        placeholder: "ID",
        optional: true,
      },
      ask: {
        kind: "boolean",
        brief: "Ask here when the goal is not clear (only on a terminal)",
        default: true,
      },
      ...JSON_FLAG,
      timeout: TIMEOUT_FLAG,
      failOn: {
        kind: "enum",
        values: SEVERITIES,
        brief: "Exit with 4 on a finding this severe",
        optional: true,
      },
      ...BRIDGE_FLAGS,
    },
    aliases: { f: "file", p: "persona", k: "key" },
    positional: {
      kind: "array",
      parameter: { brief: "The goal, in plain words", parse: String, placeholder: "text" },
    },
  },
  docs: {
    brief: "Give the bridge a goal, and print what it found",
    fullDescription: [
      "Give the bridge a goal in plain words, watch it run, and print the answer with its evidence.",
      "Earlier goals: physiclaw goal list | show ID | output ID STEP | cancel ID.",
      "A goal that begins with one of these words goes after --: physiclaw goal -- list the pods",
    ].join("\n"),
  },
});

const list = buildCommand<ListFlags, [], ParseContext>({
  func(flags) {
    this.accept({ action: "list", flags });
  },
  parameters: {
    flags: {
      ...JSON_FLAG,
      limit: {
        kind: "parsed",
        parse: parseLimit,
        brief: "At most this many",
        default: "20",
        placeholder: "N",
      },
      ...BRIDGE_FLAGS,
    },
    aliases: { n: "limit", k: "key" },
  },
  docs: { brief: "List earlier goals, newest first" },
});

const one = (action: "show" | "cancel", brief: string) =>
  buildCommand<ShowFlags, [string], ParseContext>({
    func(flags, id) {
      this.accept({ action, flags, id });
    },
    parameters: {
      flags: { ...JSON_FLAG, ...BRIDGE_FLAGS },
      aliases: { k: "key" },
      positional: { kind: "tuple", parameters: [GOAL_ID] },
    },
    docs: { brief },
  });

const output = buildCommand<BridgeFlags, [string, string], ParseContext>({
  func(flags, id, step) {
    this.accept({ action: "output", flags, id, step });
  },
  parameters: {
    flags: BRIDGE_FLAGS,
    aliases: { k: "key" },
    positional: {
      kind: "tuple",
      parameters: [GOAL_ID, { brief: "The step, for instance s1", parse: parseStep, placeholder: "STEP" }],
    },
  },
  docs: { brief: "Print the stored output of a step (secrets masked)" },
});

const SUBCOMMANDS = {
  list,
  show: one("show", "Show an earlier goal"),
  output,
  cancel: one("cancel", "Stop a goal that runs"),
};

function parseLimit(text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new Error("it is not a number from 1 to 99999");
  return Number(text);
}

function parseStep(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(text)) throw new Error("it is no step's id");
  return text;
}

const parseSubmit = createParser<GoalOptions>("goal", submit);
const parsers = Object.fromEntries(
  Object.entries(SUBCOMMANDS).map((
    [name, command],
  ) => [name, createParser<GoalOptions>(`goal ${name}`, command)]),
);

/** Options from words; the first word decides whether earlier goals are meant. */
export async function parse(args: readonly string[]): Promise<Parsed<GoalOptions>> {
  const [first = "", ...rest] = args;
  const parser = Object.hasOwn(parsers, first) ? parsers[first] : undefined;
  if (parser === undefined) return await parseSubmit(args);
  try {
    return await parser(rest);
  } catch (error) {
    if (!(error instanceof PhysiclawError) || rest.length === 0 || first === "output") throw error;
    throw usage(error.message, `if this is a goal: physiclaw goal -- ${args.join(" ").slice(0, 60)}`);
  }
}

/** The words of the goal, from exactly one place. */
async function readGoal(
  words: readonly string[],
  file: string | undefined,
  deps: CommandDeps,
): Promise<string> {
  const fromStdin = file === "-" || (words.length === 1 && words[0] === "-" && file === undefined);
  if (file !== undefined && words.length > 0) {
    throw usage("Cannot take a goal from words and from a file", "leave one out");
  }
  let text = words.join(" ");
  if (fromStdin) text = await deps.input.readAll(MAX_GOAL_BYTES);
  else if (file !== undefined) {
    text = await deps.readText(file).catch((error) => {
      const why = error instanceof Deno.errors.NotFound ? "no such file" : error.message;
      throw new PhysiclawError("usage", `Cannot read the goal from ${file}: ${why}`, { cause: error });
    });
  }
  if (text.trim() === "") {
    throw usage("Cannot work on an empty goal", 'physiclaw goal "why do the checkout pods restart?"');
  }
  if (new TextEncoder().encode(text).length > MAX_GOAL_BYTES) {
    throw new PhysiclawError("too_large", `Cannot take a goal of more than ${MAX_GOAL_BYTES / 1024} KiB`);
  }
  return text;
}

async function runSubmit(
  { flags, words }: Extract<GoalOptions, { action: "submit" }>,
  deps: CommandDeps,
): Promise<number> {
  let goal = await readGoal(words, flags.file, deps);
  const client = await createBridgeClient(flags, deps);
  const persona = flags.persona ?? deps.env.PHYSICLAW_PERSONA;
  const cwd = flags.cwd?.startsWith("/") === true
    ? flags.cwd
    : flags.cwd === undefined
    ? deps.cwd()
    : `${deps.cwd() ?? ""}/${flags.cwd}`;
  let answers = flags.answers;
  for (let asked = 0;; asked += 1) {
    const body = {
      goal,
      mode: flags.mode,
      ...(persona === undefined ? {} : { persona }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(answers === undefined ? {} : { answers }),
    };
    const followed = await followGoal(client, { path: "/goal", request: { method: "POST", body } }, deps, {
      quiet: flags.json,
      ...(flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }),
    });
    const unclear = followed.kind === "result" && followed.result.outcome === "clarify";
    if (unclear && flags.ask && !flags.json && deps.input.interactive && asked < MAX_QUESTIONS) {
      const answer = (await deps.input.ask(followed.result.question ?? "Can you say more?"))?.trim();
      if (answer !== undefined && answer !== "") {
        [goal, answers] = [answer, followed.result.id];
        continue;
      }
    }
    if (flags.cwd !== undefined && followed.kind === "result") warnOfDirectory(followed.result, cwd, deps);
    return endGoal(followed, deps.output, flags);
  }
}

/** A directory outside the configured roots is not honoured; somebody who named one should know. */
function warnOfDirectory(result: GoalResult, cwd: string | undefined, { output }: CommandDeps): void {
  const used = result.evidence.cwd;
  if (cwd === undefined || used === "" || used === cwd.replace(/\/+$/, "")) return;
  output.note(`The bridge worked in ${used}: ${cwd} is not under one of its roots`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function runList(flags: ListFlags, client: BridgeClient, deps: CommandDeps): Promise<number> {
  const goals: Readonly<Record<string, unknown>>[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await client.json(`/goals${query}`);
    if (!isRecord(page) || !Array.isArray(page.goals)) {
      throw new PhysiclawError("not_ready", "Cannot read the bridge's answer: it is no list of goals");
    }
    goals.push(...page.goals.filter(isRecord));
    cursor = typeof page.next === "string" ? page.next : undefined;
  } while (cursor !== undefined && goals.length < flags.limit);
  const shown = goals.slice(0, flags.limit);
  if (flags.json) deps.output.json({ schema: 1, goals: shown });
  else if (shown.length === 0) deps.output.note("No goals yet.");
  else {
    const cell = (value: unknown) => typeof value === "string" ? value : "";
    await deps.output.table(
      ["ID", "CREATED", "PERSONA", "OUTCOME", "GOAL"],
      shown.map((goal) => [goal.id, goal.created, goal.persona, goal.outcome, goal.goal].map(cell)),
    );
  }
  return 0;
}

/** Sends, watches, prints. Exit codes: 0, 1 refused, 4 failed, 5 approval needed, 6 clarify, 7 running or cancelled. */
export async function run(options: GoalOptions, deps: CommandDeps): Promise<number> {
  if (options.action === "submit") return await runSubmit(options, deps);
  const client = await createBridgeClient(options.flags, deps);
  if (options.action === "list") return await runList(options.flags, client, deps);
  const path = `/goal/${encodeURIComponent(options.id)}`;
  if (options.action === "output") {
    const response = await client.send(`${path}/steps/${encodeURIComponent(options.step)}/output`);
    for await (const chunk of response.body ?? []) deps.output.bytes(chunk);
    return 0;
  }
  const document = options.action === "cancel"
    ? await client.json(`${path}/cancel`, { method: "POST", body: {} })
    : await client.json(path);
  const result = asGoalResult(document);
  const code = endGoal({ kind: "result", result }, deps.output, options.flags);
  // To have stopped it is what was asked for.
  return options.action === "cancel" && result.outcome === "cancelled" ? 0 : code;
}

/** For the completions: the default form stands beside the others. */
const target = buildRouteMap({
  routes: { submit, ...SUBCOMMANDS },
  defaultCommand: "submit",
  docs: { brief: "Give the bridge a goal, and print what it found", hideRoute: { submit: true } },
});

export default defineCommand({ target, parse, run });
