/**
 * `physiclaw completions bash|zsh|fish`: short scripts; what they propose, they ask `physiclaw complete` for.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import { COMPLETION_SCRIPTS, SHELLS } from "./completion_scripts.ts";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, type ParseContext } from "./parser.ts";

type Shell = (typeof SHELLS)[number];

/** Options of the command. */
export interface CompletionsOptions {
  readonly shell: Shell;
}

function parseShell(text: string): Shell {
  const shell = SHELLS.find((name) => name === text);
  if (shell === undefined) throw new Error(`use one of: ${SHELLS.join(", ")}`);
  return shell;
}

const target = buildCommand<Record<never, never>, [Shell], ParseContext>({
  func(_flags, shell) {
    this.accept({ shell });
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "bash, zsh or fish",
        parse: parseShell,
        placeholder: "SHELL",
        proposeCompletions: () => SHELLS,
      }],
    },
  },
  docs: {
    brief: "Print a completion script for bash, zsh or fish",
    fullDescription: [
      "Print a completion script. To use it:",
      '  bash: eval "$(physiclaw completions bash)"',
      '  zsh:  eval "$(physiclaw completions zsh)"',
      "  fish: physiclaw completions fish | source",
    ].join("\n"),
  },
});

export const parse = createParser<CompletionsOptions>("completions", target);

/** Prints the script; exit code 0. */
export function run({ shell }: CompletionsOptions, { output }: CommandDeps): Promise<number> {
  output.result(COMPLETION_SCRIPTS[shell]);
  return Promise.resolve(0);
}

export default defineCommand({ target, parse, run });
