/**
 * `physiclaw complete WORD…`: hidden; what the completion scripts ask. The last word is the one being typed.
 *
 * @module
 */
import { buildApplication, buildCommand, buildRouteMap, proposeCompletions } from "@stricli/core";
import { COMMANDS, VISIBLE_COMMANDS } from "./commands.ts";
import type { CommandDeps } from "./deps.ts";
import { defineCommand, type ParseContext, type Target } from "./parser.ts";

/** Options of the command: the words after `physiclaw`. */
export interface CompleteOptions {
  readonly words: readonly string[];
}

const target = buildCommand<Record<never, never>, readonly string[], ParseContext>({
  func(_flags, ...words) {
    this.accept({ words });
  },
  parameters: {
    positional: { kind: "array", parameter: { brief: "Words so far", parse: String, placeholder: "WORD" } },
  },
  docs: { brief: "Propose completions" },
});

/** The words are somebody's half-typed line: nothing in them is a flag of this command. */
export const parse = (words: readonly string[]) =>
  Promise.resolve({ kind: "options" as const, options: { words } });

const silent = { write: () => {} };

/** What may stand at the place of the last word, one a line with its meaning after a tab; never an error. */
export async function run({ words }: CompleteOptions, { output }: CommandDeps): Promise<number> {
  const [first = ""] = words;
  const starting = words.length <= 1;
  // Only the commands that can be meant are loaded.
  const names = starting ? VISIBLE_COMMANDS.filter((name) => name.startsWith(first)) : [first];
  if (starting) {
    if (names.length > 0) output.result(...names.map((name) => `${name}\t${COMMANDS[name]?.brief}`));
    return 0;
  }
  if (!VISIBLE_COMMANDS.includes(first)) return 0;
  const entry = COMMANDS[first];
  if (entry === undefined) return 0;
  const chosen: Target = (await entry.load()).default.target;
  const app = buildApplication(buildRouteMap({ routes: { [first]: chosen }, docs: { brief: "" } }), {
    name: "physiclaw",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
  });
  const context = { process: { stdout: silent, stderr: silent, env: {} }, accept: () => {} };
  const found = await proposeCompletions(app, words, context).catch(() => []);
  if (found.length > 0) {
    output.result(...found.map(({ completion, brief }) => `${completion}\t${brief.split("\n")[0] ?? ""}`));
  }
  return 0;
}

export default defineCommand({ target, parse, run });
